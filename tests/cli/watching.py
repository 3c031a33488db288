"""A second opinion on watching, in plain Python, from docs/method.md, section 17, alone.

Nothing here looks at the program: wealth is multiplied person by person, bet by bet.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from contrasts import Sums


@dataclass(frozen=True)
class Rules:
    """Most answers of a unit, and the points that one answer that counts can be worth."""

    most: int
    satisfaction: tuple[int, int] = (0, 4)
    requirement: tuple[int, int] = (1, 4)


def wealth(sums: Sums, rules: Rules, theta: Fraction | float, sign: int) -> float:
    """Evidence that the ratio is above theta (sign 1) or below it (-1)."""
    (s_low, s_high), (r_low, r_high) = rules.satisfaction, rules.requirement
    worst = s_low - theta * r_high if sign > 0 else theta * r_low - s_high
    logs = []
    for j in range(10):
        bet = 2 / (rules.most * (s_high - s_low)) / 2**j
        if worst < 0:
            bet = min(bet, 0.9 / float(-worst * rules.most))
        gains = (sign * bet * float(s - theta * r) for r, s in sums.values())
        logs.append(math.fsum(math.log1p(gain) for gain in gains))
    weights = [2.0 ** -min(j + 1, 9) for j in range(10)]
    most = max(logs)
    total = math.fsum(w * math.exp(x - most) for w, x in zip(weights, logs, strict=True))
    return most + math.log(total)


def evidence(sums: Sums, rules: Rules, percent: float, sign: int) -> float:
    return math.exp(wealth(sums, rules, Fraction(str(percent)) / 100, sign))


def last(kept: Callable[[float], bool], inside: float, outside: float) -> float:
    if kept(outside):
        return outside
    for _ in range(200):
        middle = (inside + outside) / 2
        if kept(middle):
            inside = middle
        else:
            outside = middle
    return inside


def anytime(sums: Sums, rules: Rules, alpha: float) -> tuple[float, float]:
    """In per cent: all that neither bet refutes."""
    ratio = sum(s for _, s in sums.values()) / sum(r for r, _ in sums.values())
    limit = math.log(2 / alpha)
    lowest = rules.satisfaction[0] / rules.requirement[1]
    highest = rules.satisfaction[1] / rules.requirement[0] if rules.requirement[0] else 1e6
    low = last(lambda t: wealth(sums, rules, t, 1) < limit, ratio, lowest)
    high = last(lambda t: wealth(sums, rules, t, -1) < limit, ratio, highest)
    return 100 * low, 100 * high


def better(a: Sums, b: Sums, rules: Rules) -> float:
    """Evidence that `a` is above `b`: a grid, and golden sections around its lowest places."""

    def both(theta: float) -> float:
        return wealth(a, rules, theta, 1) + wealth(b, rules, theta, -1)

    low = rules.satisfaction[0] / rules.requirement[1]
    high = rules.satisfaction[1] / (rules.requirement[0] or 0.2)  # far enough where there is no end
    grid = [low + (high - low) * i / 400 for i in range(401)]
    values = [both(theta) for theta in grid]
    least = min(values)
    for at in sorted(range(len(grid)), key=lambda i: values[i])[:3]:
        left, right = grid[max(at - 1, 0)], grid[min(at + 1, len(grid) - 1)]
        for _ in range(60):
            third = (right - left) / 3
            if both(left + third) < both(right - third):
                right -= third
            else:
                left += third
        least = min(least, both((left + right) / 2))
    return math.exp(least)


def together(claims: Mapping[str, Sequence[float]], alpha: float) -> dict[str, str]:
    """Verdicts by e-BH; the claims of a concept are good and bad, and 0 where there is none."""
    values = sorted((e for pair in claims.values() for e in pair), reverse=True)
    count = len(values)
    refuted = max(
        (k for k in range(1, count + 1) if values[k - 1] >= count / (k * alpha)), default=0
    )
    least = values[refuted - 1] if refuted else math.inf
    return {
        name: "good" if good >= least else "bad" if bad >= least else "undecided"
        for name, (good, bad) in claims.items()
    }
