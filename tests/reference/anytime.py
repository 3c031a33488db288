#!/usr/bin/env python3
"""Anytime-valid intervals of the Perth parks survey: makes anytime_expected.json.

    python3 tests/reference/anytime.py examples/data/perth/answers.csv > tests/reference/anytime_expected.json

Plain floating point from the formulas of the betting literature; nothing of xqs is used. Raw codes
1..5, fixed bets 2/(K 4) 2^-j of equal weight, cut at 0.5 of the wealth, threshold 2/alpha. Units
come in the order of their number. Ratios, not per cent.
"""

import csv
import json
import math
import sys

ALPHA, LOW, HIGH = 0.05, 1, 5
LIMIT = math.log(2 / ALPHA)


def bets(k):
    return [2 / (k * (HIGH - LOW)) * 2.0**-j for j in range(10)]


def log_mean(logs):
    most = max(logs)
    return most + math.log(math.fsum(math.exp(x - most) for x in logs) / len(logs))


def wealth(units, k, theta, side, cut=0.5, grid=None):
    worst = -k * (LOW - theta * HIGH) if side > 0 else k * (HIGH - theta * LOW)
    logs = []
    for bet in grid or bets(k):
        stake = min(bet, cut / worst) if worst > 0 else bet
        logs.append(math.fsum(math.log1p(side * stake * (s - theta * r)) for s, r in units))
    return log_mean(logs)


def end(units, k, side):
    ratio = sum(s for s, _ in units) / sum(r for _, r in units)
    inside, outside = ratio, LOW / HIGH if side > 0 else HIGH / LOW
    if wealth(units, k, outside, side) < LIMIT:
        return outside
    for _ in range(60):
        middle = (inside + outside) / 2
        if wealth(units, k, middle, side) >= LIMIT:
            outside = middle
        else:
            inside = middle
    return (inside + outside) / 2


def asymptotic(units, n_opt=100):
    n = len(units)
    x = sum(r for _, r in units)
    t = sum(s for s, _ in units) / x
    sigma2 = n * math.fsum(((s - t * r) / x) ** 2 for s, r in units)
    rho2 = (-2 * math.log(ALPHA) + math.log(1 - 2 * math.log(ALPHA))) / n_opt
    growth = n * rho2 + 1
    half = math.sqrt(sigma2 * 2 * growth / (n * n * rho2) * math.log(math.sqrt(growth) / ALPHA))
    return [t - half, t + half]


def rows(units, k, counts):
    return [{"t": t, "mix": [end(units[:t], k, 1), end(units[:t], k, -1)],
             "asymptotic": asymptotic(units[:t])} for t in counts]


def main():
    with open(sys.argv[1], newline="") as f:
        answers = [{c: int(row[c]) for c in ("id", "item", "r", "s")} for row in csv.DictReader(f)]
    people = {}
    items = {}
    for a in answers:
        s, r = people.get(a["id"], (0, 0))
        people[a["id"]] = (s + a["s"], r + a["r"])
        items.setdefault(a["item"], {})[a["id"]] = (a["s"], a["r"])
    units = [people[i] for i in sorted(people)]
    of_item = {i: [items[i][p] for p in sorted(items[i])] for i in items}
    counts = [5, 10, 25, 50, 100, 200, 393]
    logs = {}
    for theta in (0.7, 0.85, 0.95, 1.0, 1.1, 1.2):
        logs[str(theta)] = {name: [wealth(units[:t], 22, theta, side) for t in counts]
                            for name, side in (("plus", 1), ("minus", -1))}
    a = [of_item[20][i] for i in range(0, 393, 2)]
    b = [of_item[9][i] for i in range(1, 393, 2)]
    pair = [{"n_each": n, "log_e": min(wealth(a[:n], 1, 0.2 + 0.01 * i, 1) +
                                       wealth(b[:n], 1, 0.2 + 0.01 * i, -1) for i in range(481))}
            for n in (10, 25, 50, 100, 150, 190)]
    json.dump({"rows": rows(units, 22, counts), "log_evidence": logs, "counts": counts,
               "items": {str(i): rows(of_item[i], 1, [10, 50, 100, 200, 393])
                         for i in (8, 9, 11, 16, 20)},
               "item_20_odd_above_item_9_even": pair}, sys.stdout, indent=1)
    print()


main()
