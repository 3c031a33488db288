"""Sources that do what they should not, and what must not happen to those that do not."""

from __future__ import annotations

import gc
import weakref
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

import xqs
from xqs import _query

ROWS: dict[str, Any] = {
    "respondent": ["a", "b", "c"],
    "item": ["relevance", "effort", "effort"],
    "requirement": [5, 4, 5],
    "satisfaction": [3, 4, 1],
}


def test_tables_of_duckdb_are_not_taken_for_answers() -> None:
    connection = duckdb.connect()
    connection.execute("CREATE TABLE answer AS SELECT 99.9 AS score")
    connection.execute("CREATE TABLE feedback AS SELECT 11.1 AS score")
    rows = pa.table(ROWS)  # noqa: F841
    answer = xqs.score(connection.sql("FROM rows"))
    assert answer.project("respondents").fetchall() == [(3,)]
    connection.execute("CREATE TABLE kept AS FROM rows")
    connection.execute("SET python_enable_replacements = false")
    with pytest.raises(xqs.XqsError, match="needs python_enable_replacements"):
        xqs.score(connection.sql("FROM kept"))


def test_rows_that_were_read_already() -> None:
    capsule = pa.table(ROWS).__arrow_c_stream__()

    class Once:
        def __arrow_c_stream__(self, requested_schema: object = None) -> object:
            return capsule

    assert xqs.score(Once())["respondents"] == [3]  # type: ignore[index]
    with pytest.raises(xqs.DataError, match=r"^feedback: its rows were read already"):
        xqs.score(Once())


def test_text_that_lies_about_its_length() -> None:
    class Long(str):
        __slots__ = ()

        def __len__(self) -> int:
            return 10**9

    rows = {**ROWS, "group": [Long("x")] * 3}
    assert xqs.score(rows, by="group")["group"] == ["x"]


def test_rows_of_wide_forms_count_for_their_items(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_query, "_rows_at_once", 4)
    items = ("relevance", "effort")
    sides = ("requirement", "satisfaction")
    wide = {f"{side}.{item}": [4] * 5 for side in sides for item in items}
    seen: list[int] = []
    xqs.score({"respondent": range(5), **wide}, progress=lambda _, rows: seen.append(rows))
    assert seen == [2, 4, 5]


def test_errors_hold_no_columns() -> None:
    class Column(np.ndarray[Any, Any]):
        pass

    column = np.arange(3).view(Column)
    alive = weakref.ref(column)
    gc.disable()
    try:
        with pytest.raises(xqs.DataError) as raised:
            xqs.score({**ROWS, "group": column, "satisfaction": [3, 77, 1]}, by="group")
        assert raised.value.row == 1
        del column, raised
        assert alive() is None
    finally:
        gc.enable()


@pytest.mark.parametrize("kind", [xqs.Ledger, xqs.Tally])
def test_rows_left_out_of_states_are_told(kind: type[xqs.Ledger | xqs.Tally]) -> None:
    state = kind("ceqs")
    with pytest.warns(xqs.XqsWarning, match="rejected rows: 1 "):
        state.add({**ROWS, "satisfaction": [3, 77, 1]}, on_error="skip")
    assert state.score().answers == 2
    before = bytes(state)
    with pytest.raises(xqs.XqsWarning):  # a warning is an error here, and what fails adds nothing
        state.add(
            {**ROWS, "respondent": ["d", "e", "f"], "satisfaction": [3, 77, 1]}, on_error="skip"
        )
    assert bytes(state) == before


def test_half_characters() -> None:
    for text in ("\ud800", '{"xqs": 1, "name": "\ud800"}'):
        with pytest.raises(xqs.DefinitionError, match="half a character"):
            xqs.Definition.parse(text)
    assert not xqs.Ledger("ceqs").erase("\ud800")


def test_one_group_is_not_all() -> None:
    ledger = xqs.Ledger("ceqs")
    ledger.add(pd.DataFrame({**ROWS, "team": ["x"] * 3}), by="team")
    with pytest.raises(xqs.XqsValueError, match="by asks for several scores"):
        ledger.score(by="team")
    assert ledger.score().respondents == 3
