"""Small tallies written down person by person: codes are points, of one item."""

from __future__ import annotations

from typing import TYPE_CHECKING

import xqs

if TYPE_CHECKING:
    from collections.abc import Sequence

_CODES = {"rating": {"min": 0, "max": 10_000, "origin": "raw"}}
#: The rules of ``tests/hand_made.hpp``; anonymous, three people at least.
RULES = xqs.Definition(
    {
        "xqs": 1,
        "name": "hand_made",
        "version": "1",
        "requirement": _CODES,
        "satisfaction": _CODES,
        "items": [{"id": "a"}],
        "zero_requirement": "keep",
        "minimum_respondents": 3,
    }
)


def rows(people: Sequence[tuple[int, int]], first: int = 0) -> dict[str, list[object]]:
    """A row per person: requirement and satisfaction."""
    return {
        "respondent": [f"p{number}" for number in range(first, first + len(people))],
        "item": ["a"] * len(people),
        "requirement": [requirement for requirement, _ in people],
        "satisfaction": [satisfaction for _, satisfaction in people],
    }


def tally(people: Sequence[tuple[int, int]], rules: xqs.Definition = RULES) -> xqs.Tally:
    made = xqs.Tally(rules)
    made.add(rows(people))
    return made
