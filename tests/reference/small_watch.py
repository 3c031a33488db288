#!/usr/bin/env python3
"""Evidence about hand-made concepts, from the definition alone.

Makes the literals of tests/unit/evidence_test.cpp, watch_test.cpp and watch_pair_test.cpp; nothing
of xqs is used. 50 digits (mpmath). Run: pip install mpmath; python3 small_watch.py
"""

from mpmath import exp, log, mp, mpf

mp.dps = 50
HALVING = [mpf(2) ** -(j + 1) for j in range(9)] + [mpf(2) ** -9]


class Concept:
    """Units are (satisfaction, requirement, how many); points are s_lo, s_hi, r_lo, r_hi."""

    def __init__(self, units, most_answers, points=(0, 4, 1, 4)):
        self.units, self.k, self.points = units, most_answers, points

    def ratio(self):
        return mpf(sum(s * n for s, _, n in self.units)) / sum(r * n for _, r, n in self.units)

    def log_evidence(self, theta, side, c=mpf("0.9")):
        s_lo, s_hi, r_lo, r_hi = self.points
        worst = self.k * ((theta * r_hi - s_lo) if side > 0 else (s_hi - theta * r_lo))
        wealth = mpf(0)
        for j, weight in enumerate(HALVING):
            bet = mpf(2) / (self.k * (s_hi - s_lo)) / 2**j
            if worst > 0:
                bet = min(bet, c / worst)
            product = weight
            for s, r, n in self.units:
                product *= (1 + side * bet * (s - theta * r)) ** n
            wealth += product
        return log(wealth)

    def end(self, side, alpha, outside):
        limit = log(2 / mpf(alpha))
        if self.log_evidence(outside, side) < limit:
            return outside
        inside = self.ratio()
        for _ in range(120):
            middle = (inside + outside) / 2
            if self.log_evidence(middle, side) >= limit:
                outside = middle
            else:
                inside = middle
        return inside


def least(a, b, low, high, steps=4000):
    def f(theta):
        return a.log_evidence(theta, 1) + b.log_evidence(theta, -1)

    grid = [low + (high - low) * mpf(i) / steps for i in range(steps + 1)]
    at = min(grid, key=f)
    width = (high - low) / steps
    left, right = max(low, at - width), min(high, at + width)
    for _ in range(150):
        a1, b1 = left + (right - left) / 3, right - (right - left) / 3
        if f(a1) < f(b1):
            right = b1
        else:
            left = a1
    return min(f(left), f(at))


def show(name, *values):
    print(name, *(mp.nstr(v, 17) for v in values))


mixed = [(8, 10, 1), (6, 8, 2), (12, 12, 1), (3, 9, 3), (0, 5, 1)]
zero_based = Concept(mixed, 3)
keep = Concept([(4, 0, 1), (3, 2, 2), (6, 7, 1), (5, 4, 3)], 2, (0, 4, 0, 4))
for name, concept in (("zero_based", zero_based), ("keep", keep)):
    for theta in ("0.3", "0.6", "0.9", "1.5"):
        show(f"{name} {theta}", concept.log_evidence(mpf(theta), 1),
             concept.log_evidence(mpf(theta), -1))
low = Concept([(2, 12, 30), (3, 10, 20), (5, 12, 10)], 5)
show("low", 100 * low.ratio(), 100 * low.end(1, "0.05", mpf(0)), 100 * low.end(-1, "0.05", mpf(4)))
show("low bad 60", exp(low.log_evidence(mpf("0.6"), -1)))
show("low bad 30", exp(low.log_evidence(mpf("0.3"), -1)))
show("low good 80", exp(low.log_evidence(mpf("0.8"), 1)))
show("zero_based range", 100 * zero_based.ratio(), 100 * zero_based.end(1, "0.5", mpf(0)),
     100 * zero_based.end(-1, "0.5", mpf(4)))
show("keep range", 100 * keep.ratio(), 100 * keep.end(1, "0.5", mpf(0)),
     100 * keep.end(-1, "0.5", mpf(1000)))
high = Concept([(10, 12, 25), (9, 10, 15), (12, 11, 12)], 5)
show("high above low", least(high, low, mpf(0), mpf(4)))
show("low above high", least(low, high, mpf(0), mpf(4)))
kept_high = Concept([(4, 0, 5), (6, 4, 20), (8, 6, 12)], 2, (0, 4, 0, 4))
kept_low = Concept([(1, 6, 20), (2, 5, 15), (0, 0, 3)], 2, (0, 4, 0, 4))
show("kept", least(kept_high, kept_low, mpf(0), mpf(20)))
