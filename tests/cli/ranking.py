"""A second opinion on rankings, in plain Python, from docs/method.md, section 16, alone.

Nothing here looks at the program: all pairs are tested one by one, and sorted. In per cent.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from itertools import combinations

from contrasts import Sums, holm
from survey import incomplete_beta, pooled, t_quantile

Segments = Mapping[str, Sums]  # of one group


@dataclass(frozen=True)
class Entry:
    value: float
    parts: dict[str, float] = field(default_factory=dict)  # what each person adds, times f
    variance: float = 0.0
    degrees: float = math.inf
    census: bool = False
    borrowed: bool = False

    @property
    def people(self) -> int:
        return len(self.parts)


@dataclass(frozen=True)
class Place:
    rank: int
    low: int
    high: int
    tier: int


def required(segments: Segments) -> dict[str, Fraction]:
    sums = {name: sum(r for r, _ in sums.values()) for name, sums in segments.items()}
    return {name: Fraction(total) for name, total in sums.items() if total}


def entry(
    segments: Segments, weights: Mapping[str, Fraction], population: int | None = None
) -> Entry:
    """Standardised to the weights, of which those of segments that are not there are left out."""
    own = required(segments)
    whole = sum(weights[name] for name in own)
    value = Fraction()
    parts: dict[str, float] = {}
    shares: dict[str, list[Fraction]] = {}  # 1/m for each segment of a person
    for name, sums in segments.items():
        theta = Fraction(sum(s for _, s in sums.values()), own[name]) if name in own else Fraction()
        value += theta * weights[name] / whole if name in own else 0
        for unit, (r, s) in sums.items():
            e = (s - theta * r) / own[name] * weights[name] / whole if name in own else 0
            m = len(sums)
            parts[unit] = parts.get(unit, 0.0) + (math.sqrt(m / (m - 1)) * e if m > 1 else 0.0)
            shares.setdefault(unit, []).append(Fraction(1, m))
    n = len(shares)
    f = math.sqrt(1 - Fraction(n, population) if population else 1)
    scaled = {unit: 100 * f * e for unit, e in parts.items()}
    variance = math.fsum(e * e for e in scaled.values())
    census = population == n
    left = n - sum(sum(of) / len(of) for of in shares.values())
    degrees = math.inf if census else float(left) if left >= 1 else 0.0
    return Entry(100 * float(value), scaled, variance, degrees, census)


def with_variance(entries: Sequence[Entry]) -> list[Entry]:
    """Those without a variance of their own borrow the one of a respondent."""
    own = [e for e in entries if not e.census and e.degrees > 0]
    weight = sum(e.degrees for e in own)
    usual = sum(e.degrees * (e.degrees + 1) * e.variance for e in own) / weight if weight else 0.0
    return [
        replace(e, variance=usual / (e.degrees + 1), degrees=max(e.degrees, 1), borrowed=True)
        if (e.variance == 0 or e.degrees == 0) and not e.census
        else e
        for e in entries
    ]


def two_sided(difference: float, a: Entry, b: Entry) -> float:
    """The p of two entries, of which some people are in both."""
    if difference == 0:
        return 1.0
    if a.census and b.census:
        return 0.0
    both = a.parts.keys() & b.parts.keys()
    kinds = [
        (one.people - len(both), one.variance - math.fsum(one.parts[u] ** 2 for u in both))
        for one in (a, b)
    ]
    kinds.append((len(both), math.fsum((a.parts[u] - b.parts[u]) ** 2 for u in both)))
    present = [(n, max(v, 0.0)) for n, v in kinds if n]
    variance = sum(v for _, v in present)
    if both and variance <= 2**-40 * (a.variance + b.variance):
        return 1.0
    if both:
        degrees = variance**2 / sum(v * v / max(n - 1, 1) for n, v in present)
    else:
        terms = (0.0 if e.census else e.variance**2 / e.degrees for e in (a, b))
        degrees = variance**2 / sum(terms)
    degrees = max(degrees, min(a.degrees, b.degrees))
    return incomplete_beta(degrees / 2, 0.5, degrees / (degrees + difference**2 / variance))


Adjust = Callable[[Sequence[float]], list[float]]
ADJUSTMENTS: dict[str, Adjust] = {
    "holm": holm,
    "bonferroni": lambda p: [min(1.0, len(p) * x) for x in p],
}


def places(entries: Sequence[Entry], alpha: float, family: str, adjustment: str) -> list[Place]:
    """Of entries that have borrowed already."""
    known = all(e.census or e.variance > 0 for e in entries)
    pairs = list(combinations(range(len(entries)), 2))
    p = [
        two_sided(entries[a].value - entries[b].value, entries[a], entries[b]) if known else 1.0
        for a, b in pairs
    ]
    adjust = ADJUSTMENTS[adjustment]
    together = {
        frozenset(pair)
        for pair, adjusted in zip(pairs, adjust(p), strict=True)
        if adjusted <= alpha
    }

    def separated(one: int) -> set[int]:
        if family == "simultaneous":
            return {other for pair in together if one in pair for other in pair - {one}}
        own = [(pair, x) for pair, x in zip(pairs, p, strict=True) if one in pair]
        adjusted = adjust([x for _, x in own])
        return {
            sum(pair) - one for (pair, _), x in zip(own, adjusted, strict=True) if x <= alpha
        }

    order = sorted(range(len(entries)), key=lambda i: -entries[i].value)
    tier, tiers = 1, {}
    for at, i in enumerate(order):
        tiers[i] = tier
        across = (frozenset((a, b)) for a in order[: at + 1] for b in order[at + 1 :])
        tier += all(pair in together for pair in across)
    result = []
    for i, e in enumerate(entries):
        others = separated(i)
        above = sum(entries[o].value > e.value for o in others)
        rank = 1 + sum(o.value > e.value for o in entries)
        high = len(entries) - (len(others) - above)
        result.append(Place(rank, 1 + above, high, tiers[i]))
    return result


def around_mean(entries: Sequence[Entry], between: float) -> tuple[float, float]:
    """The mean weighted by 1/(V + between), and the weighted squares around it."""
    weights = [1 / (e.variance + between) for e in entries]
    mean = math.fsum(w * e.value for w, e in zip(weights, entries, strict=True)) / sum(weights)
    pairs = zip(weights, entries, strict=True)
    return mean, math.fsum(w * (e.value - mean) ** 2 for w, e in pairs)


def shrunken(entries: Sequence[Entry]) -> list[float | None]:
    """With the tau^2 of Paule and Mandel, by bisection; None where nobody has a variance."""
    if all(e.variance == 0 for e in entries):
        return [None for _ in entries]
    if any(e.census for e in entries):  # exact, and no part of the mean
        drawn = iter(shrunken([e for e in entries if not e.census]))
        return [e.value if e.census else next(drawn) for e in entries]
    exact = any(e.variance == 0 for e in entries)
    low, high = 0.0, 1.0
    if exact or around_mean(entries, 0)[1] > len(entries) - 1:
        while around_mean(entries, high)[1] > len(entries) - 1:
            high *= 2
        for _ in range(300):
            middle = (low + high) / 2
            if around_mean(entries, middle)[1] > len(entries) - 1:
                low = middle
            else:
                high = middle
        low = high
    mean, _ = around_mean(entries, low)
    shares = [e.variance / (e.variance + low) for e in entries]
    return [b * mean + (1 - b) * e.value for b, e in zip(shares, entries, strict=True)]


def quantile(ascending: Sequence[float], p: float) -> float:
    at = p * (len(ascending) - 1)
    below = math.floor(at)
    above = min(below + 1, len(ascending) - 1)
    return ascending[below] + (at - below) * (ascending[above] - ascending[below])


def funnel(entries: Sequence[Entry]) -> list[str | None]:
    """Limits of 99.8 %: the normal quantile of .999."""
    own = [e for e in entries if e.variance > 0]
    if not own:
        return [None for _ in entries]
    weights = [1 / e.variance for e in own]
    target = math.fsum(w * e.value for w, e in zip(weights, own, strict=True)) / sum(weights)
    z = sorted((e.value - target) / math.sqrt(e.variance) for e in own)
    low, high = quantile(z, 0.1), quantile(z, 0.9)
    squares = math.fsum(min(max(x, low), high) ** 2 for x in z)
    between = 0.0
    if len(own) > 1 and squares > len(own) - 1:
        between = (squares - (len(own) - 1)) / (
            sum(weights) - sum(w * w for w in weights) / sum(weights)
        )
    limit = 3.090232306167813
    result: list[str | None] = []
    for e in entries:
        v = e.variance + between
        distance = (e.value - target) / math.sqrt(v) if v > 0 else 0.0
        result.append("above" if distance > limit else "below" if distance < -limit else "within")
    return result


def interval(segments: Segments, e: Entry, level: float, method: str) -> list[float | None]:
    """Ends, in per cent: of Fieller, or by the standard error."""
    if e.census:
        return [e.value, e.value]
    if e.degrees == 0 or e.variance == 0:
        return [None, None]
    k = t_quantile((1 + level) / 2, e.degrees)
    if method == "fieller":
        (sums,) = segments.values()
        found = pooled(list(sums.values()), k)
        return [found.low, found.high]
    reach = k * math.sqrt(e.variance)
    return [e.value - reach, e.value + reach]


RANKED = ("rank", "rank_low", "rank_high", "tier", "shrunken", "funnel")


def expected(
    groups: Mapping[str, Segments],
    minimum: int = 10,
    level: float = 0.95,
    alpha: float = 0.05,
    family: str = "simultaneous",
    adjustment: str = "holm",
    method: str = "fieller",
    populations: Mapping[str, int] | None = None,
) -> dict[str, dict[str, object]]:
    """What is to be shown of each group; a single segment is no standardisation."""
    totals = [required(segments) for segments in groups.values()]
    names = sorted({name for own in totals for name in own})
    weights = {
        name: sum((own.get(name, Fraction()) for own in totals), Fraction()) for name in names
    }
    entries: dict[str, Entry] = {}
    rows: dict[str, dict[str, object]] = {}
    for group, segments in groups.items():
        people = len({unit for sums in segments.values() for unit in sums})
        rows[group] = {"respondents": people, "score": None, "ci_low": None, "ci_high": None}
        rows[group] |= dict.fromkeys(RANKED)
        rows[group] |= {"borrowed": False, "covered": 1.0}
        if not required(segments):
            continue
        e = entry(segments, weights, populations[group] if populations else None)
        ends = interval(segments, e, level, method)
        rows[group] |= {"score": e.value, "ci_low": ends[0], "ci_high": ends[1]}
        covered = sum(weights[name] for name in required(segments))
        rows[group]["covered"] = float(covered / sum(weights.values()))
        if people >= minimum:
            entries[group] = e
    ranked = with_variance(list(entries.values()))
    parts = (places(ranked, alpha, family, adjustment), shrunken(ranked), funnel(ranked))
    for group, e, place, drawn, side in zip(entries, ranked, *parts, strict=True):
        ranks = {"rank": place.rank, "rank_low": place.low, "rank_high": place.high}
        rows[group] |= {**ranks, "tier": place.tier, "shrunken": drawn, "funnel": side}
        rows[group]["borrowed"] = e.borrowed
    return rows
