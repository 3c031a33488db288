#!/usr/bin/env python3
"""Scores of hand-made tallies, from their definition alone.

Makes the literals of tests/unit/estimator_test.cpp, interval_test.cpp and score_test.cpp; nothing
of xqs is used. Moments are exact (fractions), square roots and the t distribution have 50 digits
(mpmath). Run: pip install mpmath; python3 small_scores.py
"""

from fractions import Fraction as F

from mpmath import betainc, findroot, mp, mpf, sqrt

mp.dps = 50
EDGES = [F(2, 5), F(3, 5), F(4, 5)]


def real(x):
    return mpf(x.numerator) / mpf(x.denominator) if isinstance(x, F) else mpf(x)


def t_cdf(t, df):
    if mp.isinf(t):
        return mpf(t > 0)
    x = real(df) / (df + t * t)
    upper = betainc(real(F(df, 2)), mpf(1) / 2, 0, x, regularized=True) / 2
    return 1 - upper if t > 0 else upper


def t_quantile(p, df):
    return findroot(lambda t: t_cdf(t, df) - p, (mpf(0), mpf(100)), solver="ridder", maxsteps=200)


class Ratio:
    """A single column of (requirement, satisfaction) per unit."""

    def __init__(self, units, population=None):
        self.n = len(units)
        n = self.n
        self.X = sum(F(r) for r, _ in units)
        self.Y = sum(F(s) for _, s in units)
        self.t = self.Y / self.X
        self.factor = F(population - n, population) if population else F(1)
        if n < 2:
            return
        f = self.factor * F(n, n - 1)
        mx, my = self.X / n, self.Y / n
        self.vx = f * sum((r - mx) ** 2 for r, _ in units)
        self.vy = f * sum((s - my) ** 2 for _, s in units)
        self.vxy = f * sum((r - mx) * (s - my) for r, s in units)
        self.variance = f * sum(((s - self.t * r) / self.X) ** 2 for r, s in units)
        self.se = sqrt(real(self.variance))

    def v(self, e):
        return self.vy - 2 * e * self.vxy + e * e * self.vx

    def turning_point(self):
        slope = self.X * self.vxy - self.Y * self.vx
        return (self.X * self.vy - self.Y * self.vxy) / slope if slope else None

    def g(self, e):
        turn = self.turning_point()
        if turn is not None and ((turn > self.t and e > turn) or (turn < self.t and e < turn)):
            e = turn
        distance = e * self.X - self.Y
        if self.v(e) == 0:
            return mp.inf if distance > 0 else -mp.inf
        return real(distance) / sqrt(real(self.v(e)))

    def fieller(self, k):
        a = real(self.X**2) - k * k * real(self.vx)
        b = real(self.X * self.Y) - k * k * real(self.vxy)
        c = real(self.Y**2) - k * k * real(self.vy)
        d = b * b - a * c
        if a <= 0:
            return ("exclusive" if d >= 0 else "unbounded"), None
        return "bounded", ((b - sqrt(d)) / a, (b + sqrt(d)) / a)


class Contrast:
    """sum of a_c t_c over columns of one group: units are lists of (r, s), one per column."""

    def __init__(self, units, coefficients, population=None):
        n = self.n = len(units)
        columns = range(len(coefficients))
        X = [sum(F(u[c][0]) for u in units) for c in columns]
        Y = [sum(F(u[c][1]) for u in units) for c in columns]
        self.t = sum((F(a) * Y[c] / X[c] for c, a in enumerate(coefficients) if a), F(0))
        e = [sum((F(a) * (u[c][1] - Y[c] / X[c] * u[c][0]) / X[c]
                  for c, a in enumerate(coefficients) if a), F(0)) for u in units]
        f = F(n, n - 1) * (F(population - n, population) if population else 1)
        self.variance = f * sum(x * x for x in e)
        self.se = sqrt(real(self.variance))


def quotients(units):
    """Respondents' quotients as the library holds them: integers of 2^-40, half to even."""
    return [(2**40, round(F(s * 2**40, r))) for r, s in units if r > 0]


def show(name, value):
    print(f"{name:34} {value if isinstance(value, str) else mp.nstr(100 * real(value), 17)}")


def confidences(name, pivot, df):
    c = [t_cdf(pivot(e), df) for e in EDGES]
    parts = [c[0], c[1] - c[0], c[2] - c[1], 1 - c[2]]
    print(f"{name:34} " + ", ".join(mp.nstr(x, 17) for x in parts))


def delta(name, e):
    k = t_quantile(mpf("0.975"), e.n - 1)
    show(name + " value", e.t)
    show(name + " std_error", e.se)
    if e.se == 0:
        return show(name + " interval", "degenerate")
    show(name + " delta low", real(e.t) - k * e.se)
    show(name + " delta high", real(e.t) + k * e.se)
    confidences(name + " delta bands", lambda edge: (real(edge) - real(e.t)) / e.se, e.n - 1)


def ratio(name, units, population=None):
    e = Ratio(units, population)
    delta(name, e)
    if e.se == 0:
        return
    kind, ends = e.fieller(t_quantile(mpf("0.975"), e.n - 1))
    show(name + " fieller", kind)
    if ends:
        show(name + " fieller low", ends[0])
        show(name + " fieller high", ends[1])
        turn = e.turning_point()
        show(name + " turning point", turn if turn is not None else "none")
        confidences(name + " fieller bands", e.g, e.n - 1)


FIVE = [(10, 7), (8, 6), (12, 7), (9, 5), (11, 9)]
ITEMS = [  # three items, the third without requirement
    [(4, 3), (2, 1), (0, 1)],
    [(3, 3), (4, 1), (0, 0)],
    [(4, 2), (1, 1), (0, 2)],
    [(2, 2), (3, 2), (0, 0)],
]
FULL = [  # three items, all with requirement
    [(4, 3), (2, 1), (1, 1)],
    [(3, 3), (4, 1), (3, 1)],
    [(4, 2), (1, 1), (2, 2)],
    [(2, 2), (3, 2), (4, 2)],
]

if __name__ == "__main__":
    ratio("five", FIVE)
    ratio("five of 20", FIVE, 20)
    ratio("two", [(4, 2), (6, 5)])
    ratio("equal requirement", [(4, 1), (4, 3), (4, 2), (4, 4)])
    ratio("two, an edge beyond", [(100, 20), (110, 27)])
    ratio("unbounded", [(1, 1), (20, 2), (2, 6)])
    ratio("exclusive", [(1, 4), (20, 2), (2, 6)])
    ratio("turning below", [(1, 4), (9, 8), (2, 5), (8, 9), (4, 5)])
    ratio("turning above", [(100, 18), (110, 20), (120, 30)])
    big = 10**9
    ratio("large", [(big, big), (big + 1, big), (big, big + 1), (big + 2, big + 1)])
    ratio("degenerate", [(2, 1), (4, 2), (6, 3)])
    delta("item_mean 1:2, one missing", Contrast(ITEMS, [F(1, 3), F(2, 3), 0]))
    delta("item_mean 1:2:0.5", Contrast(FULL, [F(2, 7), F(4, 7), F(1, 7)]))
    delta("item_mean 1:2:0.5 of 10", Contrast(FULL, [F(2, 7), F(4, 7), F(1, 7)], 10))
    delta("item 1 - item 2", Contrast(FULL, [1, -1, 0]))
    delta("item 1 alone of two", Ratio([(4, 3), (3, 3), (2, 1)]))
    delta("respondent_mean five", Ratio(quotients(FIVE)))
    delta("respondent_mean five of 20", Ratio(quotients(FIVE), 20))
    delta("respondent_mean, one R = 0", Ratio(quotients([(4, 3), (0, 2), (3, 1), (5, 5)])))
    for df in (1, 2, 4, 391):
        k = [mp.nstr(t_quantile(mpf(p), df), 17) for p in ("0.75", "0.975", "0.995")]
        print(f"t quantiles .75, .975 and .995 of {df}:", *k)
    print("q of (3, 2) and (3, 1):", quotients([(3, 2), (3, 1)]))
