"""The Python package: from frames of two libraries."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl
import xqs

from suite.data import ITEMS

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pyarrow as pa

    from suite.peers import Idiom
    from suite.works import Work

_codes = {"rating": {"min": 1, "max": 5}}
DEFINITION = xqs.Definition(
    {
        "xqs": 1,
        "name": "suite",
        "version": "1",
        "items": [{"id": str(item)} for item in range(ITEMS)],
        "requirement": _codes,
        "satisfaction": _codes,
        "estimator": "pooled",
        "confidentiality": "identified",
    }
)


def version() -> str:
    """Of the library."""
    return xqs.__version__


def load(_: Work, tables: Mapping[str, pa.Table], threads: int) -> dict[str, Any]:
    """Tables of both libraries."""
    frames = {name: pl.DataFrame(table).rechunk() for name, table in tables.items()}
    return {"Polars": frames, "pyarrow": dict(tables), "threads": threads}


def idioms(work: Work) -> dict[str, Idiom]:
    """One question, of frames of either library."""
    return {f"from {library}": _asking(work, library) for library in ("Polars", "pyarrow")}


def _asking(work: Work, library: str) -> Idiom:
    takes_threads = _takes_threads(work.question)

    def ask(loaded: dict[str, Any]) -> Any:
        threads = {"threads": loaded["threads"]} if takes_threads else {}
        return xqs.ask(
            loaded[library]["answers"],
            {**work.query, **threads},
            definition=DEFINITION,
            touchpoints=loaded[library].get("touchpoints"),
        ).frame

    return ask


def _takes_threads(question: str) -> bool:
    """Whether the question can be told how many threads to use; if not it uses one."""
    rows = {"item": [0] * 2, "requirement": [5] * 2, "satisfaction": [5, 4], "team": [1, 2]}
    try:
        xqs.ask(
            {**rows, "respondent": [1, 2]},
            {"question": question, "by": ["team"], "threads": 1},
            definition=DEFINITION,
        )
    except xqs.QueryError:
        return False
    return True
