"""How times grow: by rows, groups, people and threads, each with the rest as it is."""

from __future__ import annotations

import sys
from functools import cache
from typing import TYPE_CHECKING

from . import data, report
from .measure import Timing, measure
from .works import SAME_PEOPLE, SCALING, named

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from .works import Work

    Measured = Callable[[Work, str, int], dict[str, Timing]]
    #: What a line of a table is of: its first cell, work, tier, threads.
    Line = tuple[str, Work, str, int]

#: Of which no other is asked, unless it is asked for.
PEERS = ("xqs", "DuckDB", "Polars")

_rows = (named("moments_1000"), named(f"people_{SAME_PEOPLE}"))
_groups = [named(f"moments_{groups}") for groups in data.GROUPS]
_threads = (named("moments_1000"), named("clustered_unsorted"))


def write(tier: str, threads: int, names: list[str]) -> str:
    """Writes build/suite/scaling.md; returns the text."""
    taken = cache(lambda work, tier, threads: _measured(work, tier, threads, names))
    lines: list[str] = []
    file = data.FOLDER / "scaling.md"
    for title, of in _tables(tier, threads):
        lines += ["", f"## {title}", "", *_table(of, names, taken)]
        versions = {name: of.version for name, of in taken(_rows[0], tier, threads).items()}
        head = ["# Scaling", "", report.circumstances(threads, versions), *_about]
        text = "\n".join([*head, *lines]) + "\n"
        file.write_text(text)
    return text


_about = [
    "",
    "Nanoseconds an answer, medians of up to five runs (in turns, but for tier L), each peer",
    "by its fastest idiom; in brackets the memory that the work took beyond the rows, as a",
    "multiple of the input columns.",
]


def _measured(work: Work, tier: str, threads: int, names: list[str]) -> dict[str, Timing]:
    sys.stderr.write(f"{work.name}, tier {tier}, {threads} threads\n")
    return measure(work, tier, threads, names)


def _tables(tier: str, threads: int) -> Iterator[tuple[str, list[Line]]]:
    yield (
        "Rows",
        [
            (f"{_answers(of)} rows, {work.name}", work, of, threads)
            for work in _rows
            for of in _up_to(tier)
        ],
    )
    title = f"{_answers(tier)} answers"
    yield f"Groups: {title}", [(work.name, work, tier, threads) for work in _groups]
    people = [(f"{work.people:,} people", work, tier, threads) for work in _of_people(tier)]
    yield f"People in ten groups: {title}", people
    numbers = sorted({1, 2, threads})
    yield (
        f"Threads: {title}",
        [(f"{of} threads, {work.name}", work, tier, of) for work in _threads for of in numbers],
    )


def _answers(tier: str) -> str:
    return f"{data.ANSWERS[tier]:,}"


def _up_to(tier: str) -> list[str]:
    """The tiers that are not larger; that for tests is by itself."""
    tiers = list(data.ANSWERS)
    return [of for of in tiers[: tiers.index(tier) + 1] if of != data.TESTS or of == tier]


def _of_people(tier: str) -> list[Work]:
    """Works whose people a tier has."""
    return [work for work in SCALING if (work.people or 0) <= data.ANSWERS[tier] // data.ITEMS]


def _table(lines: list[Line], names: list[str], taken: Measured) -> Iterator[str]:
    rows = []
    for title, work, tier, threads in lines:
        timings = taken(work, tier, threads)
        size = data.size(tier, work) / (1 << 20)
        groups = f"{next(iter(timings.values())).groups:,}"
        cells = [_cell(timings[name], tier, size) for name in names]
        rows.append([title, groups, *cells])
    yield from report.table(["", "groups", *names], rows)


def _cell(timing: Timing, tier: str, size: float) -> str:
    if not timing.seconds:
        return "no idiom"
    return f"{1e9 * timing.median / data.ANSWERS[tier]:.1f} ({timing.added / size:.1f})"
