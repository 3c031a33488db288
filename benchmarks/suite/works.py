"""The works: what is asked, of which rows. Peers read these fields, and nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from . import data


@dataclass(frozen=True)
class Work:
    """One question to one table.

    Attributes:
        name: of the work, for ``--only``.
        table: as ``data.table`` calls it.
        by: columns to group by.
        unit: what varies independently: ``row`` or ``respondent``.
        sets: several groupings at once, in place of `by`.
        joined: whether `by` are columns of the touchpoints.
        profile: whether the score is a mean of those of the items.
        second_moments: whether peers need them; xqs has a standard error always.
        people: None, or how many there are: those of larger tiers are taken together, so that
            tiers differ in their rows only.
        question: of xqs, which answers it beyond the sums that the peers make.
    """

    name: str
    table: str = "uniform.unsorted"
    by: tuple[str, ...] = ()
    unit: str = "row"
    sets: tuple[tuple[str, ...], ...] = ()
    joined: bool = False
    profile: bool = False
    second_moments: bool = True
    people: int | None = None
    question: str = "score"

    @property
    def is_wide(self) -> bool:
        """Whether it has a row per response."""
        return self.table.endswith(".wide")

    @property
    def answers_per_row(self) -> int:
        """How many answers a row of the table is."""
        return data.ITEMS if self.is_wide else 1

    @property
    def keys(self) -> tuple[str, ...]:
        """All group columns, in the order of their first appearance."""
        return tuple(dict.fromkeys([*self.by, *(name for names in self.sets for name in names)]))

    @property
    def columns(self) -> list[str]:
        """What of the table is loaded."""
        if self.is_wide:
            codes = [f"{of}.{item}" for item in range(data.ITEMS) for of in CODES]
        else:
            codes = [*CODES, "item"]
        keys = ["touchpoint"] if self.joined else list(self.keys)
        people = [] if self.unit == "row" else ["respondent"]
        return [*people, *keys, *codes]

    @property
    def query(self) -> dict[str, Any]:
        """The same for xqs."""
        groups: dict[str, Any] = {"by": list(self.by)}
        if self.sets:
            groups = {"sets": [list(names) for names in self.sets]}
        estimator = {"estimator": "item_mean"} if self.profile else {}
        return {"question": self.question, "unit": self.unit, **groups, **estimator}


CODES = ("requirement", "satisfaction")
_team = {"by": ("team",), "unit": "respondent"}

WORKS = [
    Work("ratio", second_moments=False),
    *(Work(f"moments_{groups}", by=(f"by_{groups}",)) for groups in data.GROUPS),
    Work("moments_text", by=("by_text",)),
    Work("moments_1000_skewed", table="skewed.unsorted", by=("by_1000",)),
    Work("moments_100000_skewed", table="skewed.unsorted", by=("by_100000",)),
    Work("clustered_unsorted", **_team),
    Work("clustered_adjacent", table="uniform.adjacent", **_team),
    Work("clustered_by_response", table="uniform.by_response", **_team),
    Work("clustered_unsorted_skewed", table="skewed.unsorted", **_team),
    Work("wide", table="uniform.wide", **_team),
    Work("profile", profile=True, **_team),
    Work("sets", sets=(("team", "by_10"), ("team",), ("by_10",), ())),
    Work("touchpoints", by=("campaign",), joined=True),
    Work("compare", question="compare", **_team),
    Work("rank", question="rank", **_team),
]

#: As many as tier S has, so that each tier has them.
SAME_PEOPLE = 60_000

#: Of a scaling run, beside those above.
SCALING = [
    *(
        Work(f"people_{people}", by=("by_10",), unit="respondent", people=people)
        for people in (600, 6_000, SAME_PEOPLE, 600_000, 4_000_000)
    ),
]


def named(name: str) -> Work:
    """A work, also of those that show scaling."""
    return next(work for work in (*WORKS, *SCALING) if work.name == name)
