#!/usr/bin/env python3
"""Ranks of hand-made entries that share people, from the definition alone.

Makes the literals of tests/unit/pair_test_test.cpp, rank_sample_test.cpp and rank_test.cpp; nothing
of xqs is used. Exact fractions, 50 digits (mpmath). Run: pip install mpmath; python3 small_ranks.py
"""

from fractions import Fraction as F

from mpmath import betainc, mp, mpf, sqrt

mp.dps = 50


def real(x):
    return mpf(x.numerator) / mpf(x.denominator) if isinstance(x, F) else mpf(x)


def two_sided_p(difference, variance, df):
    t2 = real(difference) ** 2 / real(variance)
    x = real(df) / (real(df) + t2)
    return betainc(real(df) / 2, mpf(1) / 2, 0, x, regularized=True)


class Entry:
    """People are number -> (requirement, satisfaction) by segment; shares standardise."""

    def __init__(self, people, shares):
        totals = {}
        for answers in people.values():
            for g, (r, s) in answers.items():
                x, y = totals.get(g, (0, 0))
                totals[g] = (x + r, y + s)
        self.covered = sum(shares[g] for g in totals)
        weight = {g: shares[g] / self.covered for g in totals}
        self.value = 100 * sum(weight[g] * F(y, x) for g, (x, y) in totals.items())
        n = len(people)
        self.n = n
        self.e = {}  # squares of residuals are scaled by n/(n-1) when used
        for person, answers in people.items():
            self.e[person] = 100 * sum(
                weight[g] * (s - F(totals[g][1], totals[g][0]) * r) / totals[g][0]
                for g, (r, s) in answers.items())
        self.f = F(n, n - 1)
        self.variance = self.f * sum(e * e for e in self.e.values())


def compare(a, b):
    only_a = [a.f * a.e[p] ** 2 for p in a.e if p not in b.e]
    only_b = [b.f * b.e[p] ** 2 for p in b.e if p not in a.e]
    fa, fb = sqrt(real(a.f)), sqrt(real(b.f))
    shared = [(fa * real(a.e[p]) - fb * real(b.e[p])) ** 2 for p in a.e if p in b.e]
    v, h = mpf(0), mpf(0)
    for part in (only_a, only_b, shared):
        if part:
            total = sum(real(x) for x in part)
            v += total
            h += total**2 / max(len(part) - 1, 1)
    df = max(v**2 / h, min(a.n, b.n) - 1)
    return v, df, two_sided_p(a.value - b.value, v, df)


def shares_of(entries):
    sums = {}
    for people in entries:
        for answers in people.values():
            for g, (r, _) in answers.items():
                sums[g] = sums.get(g, 0) + r
    return {g: F(x, sum(sums.values())) for g, x in sums.items()}


def show(name, *values):
    print(name, *(mp.nstr(real(v), 17) for v in values))


# One segment; people 3, 4, 5 are in both of the first two.
plain = [
    {1: {0: (10, 7)}, 2: {0: (8, 6)}, 3: {0: (12, 7)}, 4: {0: (9, 5)}, 5: {0: (11, 9)}},
    {3: {0: (10, 4)}, 4: {0: (10, 3)}, 5: {0: (8, 5)}, 6: {0: (12, 4)}},
    {7: {0: (9, 9)}, 8: {0: (10, 9)}, 9: {0: (11, 11)}},
]
shares = shares_of(plain)
entries = [Entry(p, shares) for p in plain]
for i, e in enumerate(entries):
    show(f"plain {i}", e.value, sqrt(real(e.variance)))
for a, b in ((0, 1), (0, 2), (1, 2)):
    show(f"plain {a}-{b}", *compare(entries[a], entries[b]))

# Two segments; the last entry has only one of them.
mixed = [
    {1: {0: (10, 7), 1: (4, 1)}, 2: {0: (8, 6)}, 3: {1: (12, 7)}},
    {1: {0: (2, 1), 1: (10, 4)}, 4: {1: (10, 3)}, 5: {0: (3, 3), 1: (8, 5)}},
    {6: {0: (9, 7)}, 7: {0: (10, 9)}},
]
shares = shares_of(mixed)
for i, p in enumerate(mixed):
    e = Entry(p, shares)
    show(f"mixed {i}", e.value, sqrt(real(e.variance)), e.covered)
