"""What the monitor has to print, by docs/method.md, section 17, in plain Python.

python3 printed.py < answers.csv > printed.txt

answers.csv: the first 95 forms on the mails and letters of campaign SYN-birch of the sample company
(synthetic; examples/data/pharma), the lines of each two forms alternating, the last form cut short.
"""

import math
import sys

ITEMS, GOOD, BAD, LIMIT = 5, 0.75, 0.65, 2 / 0.05
LOW, HIGH, NEED_LOW, NEED_HIGH = 0, 4, 1, 4  # points of an answer; a requirement of 0 is excluded
Person = tuple[int, int]  # satisfaction and requirement


def evidence(people: list[Person], theta: float, sign: int) -> float:
    """That the ratio is above theta (sign 1) or below it (-1)."""
    worst = ITEMS * (LOW - theta * NEED_HIGH if sign > 0 else theta * NEED_LOW - HIGH)
    largest = 0.9 / -worst if worst < 0 else math.inf
    total = 0.0
    for j in range(10):
        bet = sign * min(2 / (ITEMS * (HIGH - LOW)) / 2**j, largest)
        weight = 2.0 ** -min(j + 1, 9)
        total += weight * math.prod(1 + bet * (s - theta * r) for s, r in people)
    return total


def end(people: list[Person], sign: int) -> float:
    """Of the range: where evidence against theta reaches the limit on the way from the ratio."""
    inside = sum(s for s, _ in people) / sum(r for _, r in people)
    outside = LOW / NEED_HIGH if sign > 0 else HIGH / NEED_LOW
    if evidence(people, outside, sign) < LIMIT:
        return outside
    for _ in range(100):
        middle = (inside + outside) / 2
        if evidence(people, middle, sign) < LIMIT:
            inside = middle
        else:
            outside = middle
    return inside


def main() -> None:
    print("people  score  range               good        bad  verdict    points  last ten")
    lines: dict[str, int] = {}
    sums: dict[str, list[int]] = {}
    people: list[Person] = []
    reached = "undecided"
    for line in sys.stdin:
        person, _, required, satisfied = line.rstrip("\n").split(",")
        if lines.get(person, 0) == ITEMS:
            continue
        lines[person] = lines.get(person, 0) + 1
        own = sums.setdefault(person, [0, 0])
        if required in "2345" and satisfied in "12345" and required and satisfied:
            own[0] += int(satisfied) - 1
            own[1] += int(required) - 1
        if lines[person] < ITEMS or own[1] == 0:
            continue
        people.append((own[0], own[1]))
        n = len(people)
        good, bad = evidence(people, GOOD, 1), evidence(people, BAD, -1)
        now = "good" if good >= LIMIT else "bad" if bad >= LIMIT else "undecided"
        falls = reached == "undecided" and now != "undecided" and n >= 10
        reached = now if falls else reached
        if falls or n % 10 == 0:
            score = 100 * sum(s for s, _ in people) / sum(r for _, r in people)
            low, high = 100 * end(people, 1), 100 * end(people, -1)
            points = [s for s, _ in people]
            print(
                f"{n:6d}  {score:5.1f}  {low:5.1f} to {high:5.1f}  {good:>9.3g}  {bad:>9.3g}"
                f"  {reached:9}  {sum(points) / n:6.1f}  {sum(points[-10:]) / 10:8.1f}"
            )
        if falls:
            print(f"{reached} after {n} people")
    print(f"{sum(n < ITEMS for n in lines.values())} not complete, not counted")


main()
