"""A second opinion: the sample company scored in plain Python, from docs/method.md alone.

Nothing here looks at the program. Sums are integers; what follows from them is a few lines.
"""

from __future__ import annotations

import csv
import datetime as dt
import gzip
import itertools
import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

Row = dict[str, str]
Key = tuple[str | None, ...]
ITEMS = ("relevance", "information", "credibility", "dialogue", "effort")
BANDS = (("insufficient", 40), ("borderline", 60), ("largely_meets_requirements", 80))
LEVEL = 0.95


def read_rows(path: Path) -> list[Row]:
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


# Calendar


def start_445(year: int, month: int, day: int, weekday: int) -> dt.date:
    """The day of that weekday nearest to the month and day."""
    while True:
        try:
            near = dt.date(year, month, day)
            break
        except ValueError:
            day -= 1
    candidates = [near + dt.timedelta(days=shift) for shift in range(-3, 4)]
    (start,) = [date for date in candidates if date.weekday() == weekday]
    return start


@cache
def fiscal_year_445(year: int, start: dt.date) -> tuple[dt.date, list[str]]:
    """The first day of the fiscal year that begins in `year`, and the period of each week."""
    first = start_445(year, start.month, start.day, start.weekday())
    after = start_445(year + 1, start.month, start.day, start.weekday())
    weeks = (after - first).days // 7
    assert weeks in (52, 53)
    name = year if (start.month, start.day) == (1, 1) else year + 1
    periods = [f"FY{name:04}-P{p:02}" for p in range(1, 13) for _ in range(5 if p % 3 == 0 else 4)]
    return first, [*periods, periods[-1]][:weeks]


def weeks_445(date: dt.date, start: dt.date) -> str:
    for year in range(date.year + 1, date.year - 3, -1):  # one that is named 2022 may begin in 2023
        first, periods = fiscal_year_445(year, start)
        if first <= date:
            return periods[(date - first).days // 7]
    raise AssertionError(date)


def fiscal_year(date: dt.date, first_month: int) -> int:
    return date.year + (first_month > 1 and date.month >= first_month)


def label(period: str, argument: str, date: dt.date) -> str:
    """The name of the period that holds a date."""
    if period == "day":
        return date.isoformat()
    if period == "iso_week":
        year, week, _ = date.isocalendar()
        return f"{year:04}-W{week:02}"
    if period == "month":
        return f"{date.year:04}-{date.month:02}"
    if period == "quarter":
        return f"{date.year:04}-Q{(date.month - 1) // 3 + 1}"
    if period == "half_year":
        return f"{date.year:04}-H{1 if date.month < 7 else 2}"
    if period == "year":
        return f"{date.year:04}"
    if period == "fiscal_year":
        return f"FY{fiscal_year(date, int(argument)):04}"
    if period == "fiscal_quarter":
        quarter = (date.month - int(argument)) % 12 // 3 + 1
        return f"FY{fiscal_year(date, int(argument)):04}-Q{quarter}"
    assert period == "weeks445", period
    return weeks_445(date, dt.date.fromisoformat(argument))


# Student's t


def incomplete_beta(a: float, b: float, x: float) -> float:
    """Regularised, by its continued fraction (Lentz)."""
    if x <= 0 or x >= 1:
        return 0.0 if x <= 0 else 1.0
    if x > (a + 1) / (a + b + 2):
        return 1 - incomplete_beta(b, a, 1 - x)
    front = math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b)
    front += a * math.log(x) + b * math.log1p(-x)
    tiny = 1e-300
    c, d = 1.0, 1 / max(1 - (a + b) * x / (a + 1), tiny)
    result = d
    for m in range(1, 10_000):
        for factor in (
            m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m)),
            -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1)),
        ):
            d = 1 / (1 + factor * d or tiny)
            c = 1 + factor / c or tiny
            result *= c * d
        if abs(c * d - 1) < 1e-16:
            break
    return math.exp(front) * result / a


def t_probability(t: float, degrees: int) -> float:
    # Near the middle the other form would lose the digits of t.
    if t * t < degrees:
        half = incomplete_beta(0.5, degrees / 2, t * t / (degrees + t * t)) / 2
        return 0.5 + math.copysign(half, t)
    tail = incomplete_beta(degrees / 2, 0.5, degrees / (degrees + t * t)) / 2
    return 1 - tail if t > 0 else tail


@cache
def t_quantile(probability: float, degrees: int) -> float:
    low, high = 0.0, 1.0
    while t_probability(high, degrees) < probability:
        high *= 2
    for _ in range(200):
        middle = (low + high) / 2
        if middle in (low, high):
            break
        if t_probability(middle, degrees) < probability:
            low = middle
        else:
            high = middle
    return (low + high) / 2


# Scores


@dataclass
class Cell:
    """What is counted of one group."""

    sums: dict[str, dict[str, list[int]]] = field(default_factory=dict)  # person, item: R and S
    answers: int = 0
    excluded: dict[str, int] = field(
        default_factory=lambda: {"no_answer": 0, "not_applicable": 0, "zero_requirement": 0}
    )
    early: bool = False
    touchpoints: int = 0
    answered: int = 0
    actions: set[str] = field(default_factory=set)
    scored: set[str] = field(default_factory=set)

    def add(self, person: str, item: str, requirement: int, satisfaction: int) -> None:
        self.answers += 1
        both = self.sums.setdefault(person, {}).setdefault(item, [0, 0])
        both[0] += requirement
        both[1] += satisfaction


@dataclass(frozen=True)
class Estimate:
    value: float | None = None
    std_error: float | None = None
    low: float | None = None
    high: float | None = None
    kind: str = "none"
    band: str | None = None
    confidence: float | None = None
    confirmed: bool = False
    missing_item: bool = False


def counts_as(requirement: str, satisfaction: str) -> str | None:
    """Why an answer is excluded, if it is."""
    for code, what in ((requirement, "requirement"), (satisfaction, "satisfaction")):
        if code == "":
            return "no_answer"
        if code == "9":
            return "not_applicable"
        if what == "requirement" and code == "1":
            return "zero_requirement"
    return None


def estimate(cell: Cell, estimator: str, items: Sequence[str] = ITEMS) -> Estimate:
    people = list(cell.sums.values())
    if not people:
        return Estimate(missing_item=estimator == "item_mean")
    units = len(people)
    whole = [[sum(both[c] for both in own.values()) for c in (0, 1)] for own in people]
    k = t_quantile((1 + LEVEL) / 2, units - 1) if units > 1 else math.nan
    if estimator == "pooled":
        return pooled([(r, s) for r, s in whole], k)
    missing = False
    if estimator == "respondent_mean":
        quotients = [s / r for r, s in whole]
        value = math.fsum(quotients) / units
        residuals = [(q - value) / units for q in quotients]
    else:
        sums = {
            item: [sum(own.get(item, [0, 0])[c] for own in people) for c in (0, 1)]
            for item in items
        }
        asked = [item for item in items if sums[item][0] > 0]
        missing = len(asked) < len(items)
        ratio = {item: sums[item][1] / sums[item][0] for item in asked}
        value = math.fsum(ratio.values()) / len(asked)
        residuals = [
            math.fsum(
                (own[item][1] - ratio[item] * own[item][0]) / sums[item][0] / len(asked)
                for item in asked
                if item in own
            )
            for own in people
        ]
    band = next((name for name, edge in BANDS if 100 * value <= edge + 1e-12), "best_practice")
    if units < 2:
        return Estimate(100 * value, band=band, missing_item=missing)
    error = math.sqrt(units / (units - 1) * math.fsum(e * e for e in residuals))
    if error < 1e-9:
        return Estimate(100 * value, 0.0, kind="degenerate", band=band, missing_item=missing)
    low, high = value - k * error, value + k * error

    def below(edge: int) -> float:
        return t_probability((edge / 100 - value) / error, units - 1)

    return with_band(
        Estimate(100 * value, 100 * error, 100 * low, 100 * high, "bounded", band), below, missing
    )


def pooled(units: Sequence[tuple[int, int]], k: float) -> Estimate:
    n = len(units)
    x, y = sum(r for r, _ in units), sum(s for _, s in units)
    value = y / x
    band = next((name for name, edge in BANDS if 100 * y <= edge * x), "best_practice")
    if n < 2:
        return Estimate(100 * value, band=band)
    # sum (S x - R y)^2 is an integer; over x^4 it is the sum of the squared residuals.
    numerator = sum((s * x - r * y) ** 2 for r, s in units)
    if numerator == 0:
        return Estimate(100 * value, 0.0, kind="degenerate", band=band)
    error = math.sqrt(n * numerator / ((n - 1) * x**4))
    # (n - 1) Vx = n sum (R - x/n)^2 and so on, which are integers.
    xx = n * sum(r * r for r, _ in units) - x * x
    yy = n * sum(s * s for _, s in units) - y * y
    xy = n * sum(r * s for r, s in units) - x * y
    f = k * k / (n - 1)
    a, b = x * x - f * xx, x * y - f * xy
    d = f * n * numerator - f * f * (xx * yy - xy * xy)
    if a <= 0:
        kind = "exclusive" if d >= 0 else "unbounded"
        return Estimate(100 * value, 100 * error, kind=kind, band=band)
    low, high = (b - math.sqrt(d)) / a, (b + math.sqrt(d)) / a
    bounded = Estimate(100 * value, 100 * error, 100 * low, 100 * high, "bounded", band)

    def below(edge: int) -> float:
        """With the sign and the square of g(edge/100), or of g where it turns, as fractions."""
        above = edge * x > 100 * y
        variance = yy * 10_000 - 200 * edge * xy + edge**2 * xx
        if variance == 0:
            return 1.0 if above else 0.0
        square = Fraction((edge * x - 100 * y) ** 2, variance)
        if (slope := x * xy - y * xx) != 0:
            turn = Fraction(100 * (x * yy - y * xy), slope)
            beyond = turn < edge if above else turn > edge
            if beyond and (turn > Fraction(100 * y, x)) == above:
                if xx * yy == xy * xy:  # always so with two units
                    return 1.0 if above else 0.0
                square = Fraction(n * numerator, xx * yy - xy * xy)
        return t_probability((1 if above else -1) * math.sqrt((n - 1) * square), n - 1)

    return with_band(bounded, below, False)


def with_band(e: Estimate, below: Callable[[int], float], missing: bool) -> Estimate:
    edges = dict(BANDS)
    names = [*edges, "best_practice"]
    position = names.index(e.band or "")
    lower = below(edges[names[position - 1]]) if position > 0 else 0.0
    upper = below(edges[names[position]]) if position < len(edges) else 1.0
    confirmed = lower <= (1 - LEVEL) / 2 and upper >= (1 + LEVEL) / 2
    return replace(e, confidence=upper - lower, confirmed=confirmed, missing_item=missing)


# Queries


@dataclass(frozen=True)
class Condition:
    table: str  # "touchpoint" or "feedback"
    column: str
    operator: str
    values: tuple[str, ...]

    def __str__(self) -> str:
        name = f"{self.table}.{self.column}" if self.column == "time" else self.column
        return f"{name} {self.operator} {'|'.join(self.values)}"

    def holds(self, text: str) -> bool:
        if text == "":
            return False
        if self.operator in ("=", "in"):
            return text in self.values
        if self.operator == "!=":
            return text != self.values[0]
        value = self.values[0]
        if value.replace(".", "", 1).isdigit():
            order = (float(text) > float(value)) - (float(text) < float(value))
        else:
            order = (text.encode() > value.encode()) - (text.encode() < value.encode())
        return {"<": order < 0, "<=": order <= 0, ">": order > 0, ">=": order >= 0}[self.operator]


@dataclass(frozen=True)
class Group:
    """A column to group by: of a table, or a period of its times."""

    table: str
    column: str
    period: str = ""
    argument: str = ""

    def __str__(self) -> str:
        if not self.period:
            return self.column
        more = f",{self.argument}" if self.argument else ""
        return f"{self.period}({self.table}.{self.column}{more})"


class Company:
    """Touchpoints and feedback, joined."""

    def __init__(self, folder: Path) -> None:
        self.touchpoints = read_rows(folder / "touchpoints.csv.gz")
        self.feedback = read_rows(folder / "feedback.csv.gz")
        position = {row["touchpoint"]: i for i, row in enumerate(self.touchpoints)}
        self.joined = [position[row["touchpoint"]] for row in self.feedback]
        self.realised = [row["status"] == "realised" for row in self.touchpoints]
        self.actions = [row["action"] or row["touchpoint"] for row in self.touchpoints]
        self.dates: dict[tuple[str, str], list[dt.date]] = {}
        self.met: dict[Condition, list[bool]] = {}

    def rows(self, table: str) -> list[Row]:
        return self.touchpoints if table == "touchpoint" else self.feedback

    def local_dates(self, table: str, zone: str) -> list[dt.date]:
        if (table, zone) not in self.dates:
            tz = ZoneInfo(zone)
            self.dates[table, zone] = [
                dt.datetime.fromisoformat(row["time"]).astimezone(tz).date()
                for row in self.rows(table)
            ]
        return self.dates[table, zone]

    def meets(self, table: str, where: Sequence[Condition]) -> list[bool]:
        """For each row of a table whether it meets all conditions on that table."""
        met = [True] * len(self.rows(table))
        for c in where:
            if c.table != table:
                continue
            if c not in self.met:
                self.met[c] = [c.holds(row[c.column]) for row in self.rows(table)]
            met = [a and b for a, b in zip(met, self.met[c], strict=True)]
        return met

    def column(self, by: Group, zone: str) -> list[str | None]:
        """The value of each row of its table."""
        if not by.period:
            return [row[by.column] or None for row in self.rows(by.table)]
        dates = self.local_dates(by.table, zone)
        labels = {date: label(by.period, by.argument, date) for date in set(dates)}
        return [labels[date] for date in dates]

    def ask(
        self, by: Sequence[Group], where: Sequence[Condition], zone: str, statuses: bool = False
    ) -> dict[Key, Cell]:
        """Every group that has rows or, grouped by columns of touchpoints, touchpoints."""
        columns = [self.column(group, zone) for group in by]
        selected = self.meets("touchpoint", where)
        kept = self.meets("feedback", where)
        cells: dict[Key, Cell] = {}
        answered: set[int] = set()
        for i, row in enumerate(self.feedback):
            at = self.joined[i]
            if not selected[at] or not kept[i]:
                continue
            key = tuple(
                values[at if group.table == "touchpoint" else i]
                for group, values in zip(by, columns, strict=True)
            )
            cell = cells.setdefault(key, Cell())
            touchpoint = self.touchpoints[at]
            cell.early = cell.early or row["time"] < touchpoint["time"]
            why = counts_as(row["requirement"], row["satisfaction"])
            if why is not None:
                cell.excluded[why] += 1
                continue
            points = int(row["requirement"]) - 1, int(row["satisfaction"]) - 1
            cell.add(row["respondent"], row["item"], *points)
            answered.add(at)
            cell.scored.add(self.actions[at])
        if any(group.table == "feedback" for group in by):
            return cells
        counted = [a and (statuses or b) for a, b in zip(selected, self.realised, strict=True)]
        keys = zip(*columns, strict=True) if columns else itertools.repeat(())
        for at, key in itertools.compress(enumerate(keys), counted):
            cell = cells.get(key) or cells.setdefault(key, Cell())
            cell.touchpoints += 1
            cell.answered += at in answered
            cell.actions.add(self.actions[at])
        return cells


def in_order(keys: Iterable[Key], by: Sequence[Group]) -> list[Key]:
    """Items as defined, everything else by bytes, null last. Periods sort by their labels."""

    def place(value: str | None, group: Group) -> tuple[bool, int, bytes]:
        if value is None:
            return True, 0, b""
        if group.column == "item":
            return False, ITEMS.index(value), b""
        return False, 0, value.encode()

    return sorted(keys, key=lambda key: [place(v, g) for v, g in zip(key, by, strict=True)])
