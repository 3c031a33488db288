"""Laws that hold for any rows, tried on random ones."""

from __future__ import annotations

from typing import Any

import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

import xqs
from frames import columns_of

RULES = xqs.Definition("ceqs")
CODES = st.sampled_from([1, 2, 3, 4, 5, 9, None])
ROW = st.tuples(
    st.sampled_from("abcdefg"), st.sampled_from(RULES.items), CODES, CODES, st.sampled_from("xy")
)
ROWS = st.lists(ROW, min_size=1, max_size=40)
NAMES = ("respondent", "item", "requirement", "satisfaction", "group")

Rows = list[tuple[Any, ...]]


def columns(rows: Rows) -> dict[str, list[Any]]:
    return {name: [row[place] for row in rows] for place, name in enumerate(NAMES)}


def ledger_of(rows: Rows, **options: Any) -> xqs.Ledger:
    ledger = xqs.Ledger(RULES)
    ledger.add(columns(rows), **options)
    return ledger


@given(ROWS)
def test_every_library_gives_the_same_answer(rows: Rows) -> None:
    asked = columns(rows)
    answer = columns_of(xqs.score(asked, by=["group", "item"]))
    for make in (pd.DataFrame, pl.DataFrame, pa.table):
        other = columns_of(xqs.score(make(asked), by=["group", "item"]))
        assert {name: list(values) for name, values in other.items()} == answer


@given(st.data(), ROWS)
def test_any_split_of_the_rows_gives_the_same_bytes(data: st.DataObject, rows: Rows) -> None:
    parts: list[Rows] = [[], [], []]
    for row in rows:
        parts[data.draw(st.integers(0, 2))].append(row)
    merged = xqs.Ledger(RULES)
    for part in data.draw(st.permutations(parts)):
        if part:
            merged += ledger_of(part)
    assert bytes(merged) == bytes(ledger_of(rows))


@given(st.permutations(range(7)), ROWS)
def test_any_order_of_the_rows_gives_the_same_answer(order: list[int], rows: Rows) -> None:
    shuffled = sorted(rows, key=lambda row: order["abcdefg".index(row[0])])
    assert xqs.score(columns(shuffled), by="item") == xqs.score(columns(rows), by="item")


@given(ROWS, ROWS)
def test_what_was_added_can_be_taken_back(rows: Rows, others: Rows) -> None:
    ledger, other = ledger_of(rows), ledger_of(others)
    assert bytes(ledger + other - other) == bytes(ledger)
    assert bytes(ledger + other) == bytes(other + ledger)
    assert (ledger - ledger) == xqs.Ledger(RULES)


@given(ROWS, ROWS)
def test_so_it_is_with_tallies_of_different_people(rows: Rows, others: Rows) -> None:
    tally = xqs.Tally.from_ledger(ledger_of(rows))
    strangers = [(row[0].upper(), *row[1:]) for row in others]
    other = xqs.Tally.from_ledger(ledger_of(strangers))
    assert tally + other - other == tally
    assert tally + other == xqs.Tally.from_ledger(ledger_of([*rows, *strangers]))


@given(ROWS)
def test_a_tally_scores_as_its_rows(rows: Rows) -> None:
    tally = xqs.Tally.from_ledger(ledger_of(rows))
    asked = next(iter(xqs.score(columns(rows)).rows()))
    score = tally.score()
    for name in ("score", "std_error", "ci_low", "ci_high", "confidence"):
        assert getattr(score, name) == (pytest.approx(asked[name]) if asked[name] else asked[name])
    for name in ("respondents", "units", "answers", "excluded", "band", "interval_kind"):
        assert getattr(score, name) == asked[name], name
    assert score.flags == tuple(asked["flags"])
    assert score == ledger_of(rows).score()


@given(ROWS)
def test_a_ledger_scores_as_its_rows(rows: Rows) -> None:
    asked: dict[str, Any] = {"by": ["group", "item"], "definition": RULES}
    ledger = ledger_of(rows, by=["group"])
    assert xqs.score(ledger, **asked) == xqs.score(columns(rows), **asked)


@given(st.binary(max_size=200), st.sampled_from([xqs.Tally, xqs.Ledger]))
def test_any_bytes(data: bytes, kind: type[xqs.Tally | xqs.Ledger]) -> None:
    for stored in (data, b"XQST" + data):
        try:
            state = kind.from_bytes(stored)
        except xqs.XqsError:
            continue
        assert bytes(state) == stored


@given(ROWS, st.data())
def test_any_damage(rows: Rows, data: st.DataObject) -> None:
    stored = bytearray(bytes(ledger_of(rows)))
    place = data.draw(st.integers(0, len(stored) - 1))
    stored[place] ^= data.draw(st.integers(1, 255))
    with pytest.raises((xqs.BytesError, xqs.IncompatibleError)):
        xqs.Ledger.from_bytes(stored)
