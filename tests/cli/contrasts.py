"""A second opinion on changes, drivers and moves, in plain Python, from docs/method.md alone.

Nothing here looks at the program. Answers are points, 0 to 4 on five-point scales from zero.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from survey import Row, t_probability, t_quantile

Sums = dict[str, tuple[int, int]]  # of each unit: requirement and satisfaction


@dataclass(frozen=True)
class Answer:
    unit: str
    item: str
    requirement: int
    satisfaction: int
    row: Row


def answers_of(
    rows: Iterable[Row],
    unit: str = "respondent",
    requirement: str = "requirement",
    satisfaction: str = "satisfaction",
) -> list[Answer]:
    """The answers that count: both given on 1 to 5, and something required."""
    result = []
    for row in rows:
        codes = row[requirement], row[satisfaction]
        if all(code in ("1", "2", "3", "4", "5") for code in codes) and codes[0] != "1":
            points = [int(code) - 1 for code in codes]
            result.append(Answer(row[unit], row["item"], points[0], points[1], row))
    return result


def sums_of(answers: Iterable[Answer]) -> Sums:
    sums: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for answer in answers:
        sums[answer.unit][0] += answer.requirement
        sums[answer.unit][1] += answer.satisfaction
    return {unit: (r, s) for unit, (r, s) in sums.items()}


def ratio(sums: Sums) -> float:
    return float(Fraction(sum(s for _, s in sums.values()), sum(r for r, _ in sums.values())))


@dataclass(frozen=True)
class Change:
    """In per cent, but for p."""

    before: float
    after: float
    change: float
    std_error: float
    low: float
    high: float
    p: float


def change(
    before: Sums,
    after: Sums,
    level: float = 0.95,
    units: int | None = None,
    population: tuple[int, int] | None = None,
) -> Change:
    """Section 13; `units` are those of the request, where the design is its."""
    deviations: dict[str, float] = defaultdict(float)
    for at, (sums, sign) in enumerate(((before, -1), (after, 1))):
        theta = ratio(sums)
        whole = sum(r for r, _ in sums.values())
        n = units or len(sums)
        finite = 1 - n / population[at] if population else 1
        f = sign * math.sqrt(n / (n - 1) * finite)
        for unit, (r, s) in sums.items():
            deviations[unit] += f * (s - theta * r) / whole
    error = math.sqrt(math.fsum(e * e for e in deviations.values()))
    df = (units or min(len(before), len(after))) - 1
    value = ratio(after) - ratio(before)
    reach = t_quantile((1 + level) / 2, df) * error
    p = 2 * (1 - t_probability(abs(value) / error, df))
    parts = (ratio(before), ratio(after), value, error, value - reach, value + reach)
    return Change(*(100 * part for part in parts), p)


def holm(p: Sequence[float]) -> list[float]:
    order = sorted(range(len(p)), key=lambda i: p[i])
    adjusted = [0.0] * len(p)
    so_far = 0.0
    for rank, i in enumerate(order):
        so_far = max(so_far, min(1.0, (len(p) - rank) * p[i]))
        adjusted[i] = so_far
    return adjusted


def benjamini_hochberg(p: Sequence[float]) -> list[float]:
    order = sorted(range(len(p)), key=lambda i: -p[i])
    adjusted = [0.0] * len(p)
    so_far = 1.0
    for rank, i in enumerate(order):
        so_far = min(so_far, len(p) / (len(p) - rank) * p[i])
        adjusted[i] = so_far
    return adjusted


PARTS = ("satisfaction", "requirement", "without_requirement", "mix", "entry", "exit", "total")
Totals = Mapping[tuple[int, str], Sequence[Fraction]]  # (period, group): R, S, answers


def split(totals: Totals, groups: Sequence[str], sides: Mapping[str, str]) -> dict[str, Fraction]:
    """Section 15, as ratios; `sides` says which part the mix of a group is: mix, entry or exit."""
    whole = [[sum((totals[p, g][c] for g in groups), Fraction()) for c in (0, 1)] for p in (0, 1)]
    theta = [s / r for r, s in whole]
    parts = dict.fromkeys(PARTS, Fraction())
    parts["total"] = theta[1] - theta[0]
    for group in groups:
        cells = [totals[p, group] for p in (0, 1)]
        weight = [Fraction(cells[p][0]) / whole[p][0] for p in (0, 1)]
        if sides[group] == "entry":
            cells[0] = cells[1]
        if sides[group] == "exit":
            cells[1] = cells[0]
        r = [c[0] / c[2] for c in cells]
        s = [c[1] / c[2] for c in cells]
        both = (weight[0] + weight[1]) / 2
        parts["satisfaction"] += both * (s[1] - s[0]) * (1 / r[0] + 1 / r[1]) / 2
        parts["requirement"] += both * (s[0] + s[1]) / 2 * (1 / r[1] - 1 / r[0])
        mean = (s[0] / r[0] + s[1] / r[1]) / 2
        parts[sides[group]] += (mean - (theta[0] + theta[1]) / 2) * (weight[1] - weight[0])
    return parts


def explain(
    before: Sequence[Answer], after: Sequence[Answer], by: str
) -> dict[str, tuple[float, float]]:
    """Each part with its standard error, the derivatives taken numerically. In per cent."""
    groups = sorted({a.row[by] for a in (*before, *after)})
    own: dict[str, dict[tuple[int, str], list[Fraction]]] = defaultdict(dict)
    totals = {(p, g): [Fraction()] * 3 for p in (0, 1) for g in groups}
    for p, answers in enumerate((before, after)):
        for a in answers:
            for sums in (own[a.unit], totals):
                cell = sums.get((p, a.row[by]), [Fraction()] * 3)
                added = (a.requirement, a.satisfaction, 1)
                sums[p, a.row[by]] = [x + y for x, y in zip(cell, added, strict=True)]
    sides = {
        g: "entry" if not totals[0, g][0] else "exit" if not totals[1, g][0] else "mix"
        for g in groups
    }
    units = [len({a.unit for a in answers}) for answers in (before, after)]
    factor = [math.sqrt(n / (n - 1)) for n in units]
    derivatives: dict[tuple[int, str, int], dict[str, float]] = {}
    step = Fraction(1, 1_000_000)
    for (p, g), cell in totals.items():
        if not cell[0]:
            continue  # absent: nobody adds to it
        for c in range(3):
            ends = []
            for sign in (-1, 1):
                moved = {key: list(value) for key, value in totals.items()}
                moved[p, g][c] += sign * step
                ends.append(split(moved, groups, sides))
            derivatives[p, g, c] = {
                part: float((ends[1][part] - ends[0][part]) / (2 * step)) for part in PARTS
            }
    result = {}
    parts = split(totals, groups, sides)
    for part in PARTS:
        variance = 0.0
        for cells in own.values():
            psi = math.fsum(
                factor[p] * derivatives[p, g, c][part] * float(cell[c])
                for (p, g), cell in cells.items()
                for c in range(3)
            )
            variance += psi * psi
        result[part] = (100 * float(parts[part]), 100 * math.sqrt(variance))
    return result
