"""What type checkers make of the package; nothing here is run."""

from __future__ import annotations

from typing import Any

import polars as pl
from typing_extensions import assert_type

import xqs


def frames(frame: pl.DataFrame, lazy: pl.LazyFrame, columns: dict[str, list[int]]) -> None:
    assert_type(xqs.score(frame), pl.DataFrame)
    assert_type(xqs.score(lazy, by="channel"), pl.LazyFrame)
    assert_type(xqs.compare(frame, period="quarter(time)"), pl.DataFrame)
    assert_type(xqs.score(columns), xqs.Table)
    assert_type(xqs.rank(xqs.Ledger("ceqs"), by=["rep"]), xqs.Table)
    assert_type(xqs.explain(columns, period="year(time)"), xqs.Table)
    assert_type(xqs.ask(frame, {"question": "score"}).frame, pl.DataFrame)
    assert_type(xqs.ask(frame, {"question": "score"}).rejects, pl.DataFrame | None)
    assert_type(xqs.ask(columns, {"question": "score"}).frame, xqs.Table)


def states(tally: xqs.Tally, ledger: xqs.Ledger) -> None:
    assert_type(tally + tally, xqs.Tally)
    assert_type(ledger - ledger, xqs.Ledger)
    assert_type(tally.score(population=5), xqs.Score)
    assert_type(tally.compare(tally).change, float | None)
    assert_type(ledger.score(), xqs.Score)
    assert_type(tally.counts, dict[str, int])
    assert_type(xqs.Definition("ceqs").to_dict(), dict[str, Any])
    assert_type(xqs.Definition.presets, tuple[str, ...])


def wrong(frame: pl.DataFrame, tally: xqs.Tally, ledger: xqs.Ledger) -> None:
    xqs.score(frame, levl=0.9)  # type: ignore[call-overload]
    xqs.score(frame, level="high")  # type: ignore[call-overload]
    xqs.explain(frame)  # type: ignore[call-overload]
    xqs.timeline(frame, contact="p1")  # type: ignore[call-overload]
    tally + ledger  # type: ignore[operator]
    tally.score(5)  # type: ignore[call-arg]
    xqs.Tally.from_bytes("text")  # type: ignore[arg-type]
    xqs.Definition(5)  # type: ignore[arg-type]
