"""Frames of every library: the answer is right, and a frame of the same library."""

from __future__ import annotations

from typing import Any

import narwhals as nw
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import perth
import xqs
from frames import KINDS, Kind, columns_of

#: Four answers of three people; scores of the groups are 100 times 3 of 6, 2 of 1 and 3 of 3.
GROUPED: dict[str, list[Any]] = {
    "respondent": ["a", "b", "a", "c"],
    "item": ["relevance", "effort", "effort", "effort"],
    "requirement": [3, 4, 5, 2],
    "satisfaction": [4, 4, 1, 3],
    "channel": ["visit", None, "visit", "call"],
}


@pytest.fixture(params=KINDS, ids=str)
def kind(request: pytest.FixtureRequest) -> Kind:
    made: Kind = request.param
    return made


def test_perth(kind: Kind) -> None:
    frame = kind.make(perth.answers())
    answer = xqs.score(frame, definition=perth.DEFAULT, columns=perth.NAMES)
    assert type(answer) is kind.answer
    known = perth.expected()["pooled"]
    columns = columns_of(answer)
    assert columns["score"] == [perth.close(known["estimate"])]
    assert columns["std_error"] == [perth.close(known["std_error"])]
    assert columns["ci_low"] == [perth.close(known["fieller"][0])]
    assert columns["ci_high"] == [perth.close(known["fieller"][1])]
    assert columns["respondents"] == [393]
    assert columns["interval_kind"] == ["bounded"]
    assert columns["confirmed"] == [True]
    assert list(columns["flags"][0]) == []
    assert columns["definition"] == ["perth_default@1#ec9944d041ac7ea80bf1ca82829fd075"]


def test_items(kind: Kind) -> None:
    frame = kind.make(perth.answers())
    answer = xqs.score(frame, definition=perth.DEFAULT, columns=perth.NAMES, by=["item"])
    known = perth.expected()["by_item"]
    columns = columns_of(answer)
    assert columns["item"] == [item["item"] for item in known]
    assert columns["score"] == [perth.close(item["score"]) for item in known]


def test_groups_with_nulls(kind: Kind) -> None:
    answer = xqs.score(kind.make(GROUPED), by="channel")
    columns = columns_of(answer)
    assert columns["channel"] == ["call", "visit", None]
    assert columns["score"] == [200, 50, 100]
    assert columns["std_error"] == [None, None, None]
    assert columns["respondents"] == [1, 1, 1]
    assert list(columns["flags"][0]) == ["over_100", "below_verdict_minimum", "single_respondent"]


def test_no_rows(kind: Kind) -> None:
    """Without rows there is nothing to score, and it is said."""
    empty = {name: values[:0] for name, values in perth.answers().items()}
    with pytest.raises(xqs.DataError, match="there are no rows"):
        xqs.score(kind.make(empty), definition=perth.DEFAULT, columns=perth.NAMES)


def test_rejects(kind: Kind) -> None:
    columns = {**perth.answers(44), "gender": [1] * 44}
    columns["s"][30] = 7
    answer = xqs.ask(
        kind.make(columns),
        {"question": "score", "columns": perth.NAMES, "by": ["gender"], "on_error": "skip"},
        definition=perth.DEFAULT,
    )
    assert type(answer.frame) is kind.answer
    assert type(answer.rejects) is kind.answer
    rejects = columns_of(answer.rejects)
    assert rejects["row"] == [30]
    assert rejects["column"] == ["satisfaction"]
    assert answer.notes[0].startswith("rejected rows: 1")


def test_the_frame_stays_as_it_was() -> None:
    pandas, polars = pd.DataFrame(GROUPED), pl.DataFrame(GROUPED)
    table, plain = pa.table(GROUPED), {name: list(values) for name, values in GROUPED.items()}
    for frame in (pandas, polars, table, plain):
        xqs.score(frame, by="channel")
    pd.testing.assert_frame_equal(pandas, pd.DataFrame(GROUPED))
    assert polars.equals(pl.DataFrame(GROUPED))
    assert table.equals(pa.table(GROUPED))
    assert plain == GROUPED


def test_a_reader_is_read_once() -> None:
    reader = pa.table(GROUPED).to_reader()
    xqs.score(reader)
    with pytest.raises(xqs.DataError, match="there are no rows"):
        xqs.score(reader)


def test_touchpoints_of_another_library() -> None:
    touchpoints = {"touchpoint": ["t1", "t2"], "channel": ["visit", "call"]}
    feedback = {**GROUPED, "touchpoint": ["t1", "t1", "t1", "t2"]}
    del feedback["channel"]
    answer = xqs.score(pl.DataFrame(feedback), touchpoints=pd.DataFrame(touchpoints), by="channel")
    assert isinstance(answer, pl.DataFrame)
    assert answer["channel"].to_list() == ["call", "visit"]
    assert answer["score"].to_list() == [200, perth.close(100 * 6 / 9)]


def test_no_answer_to_any_touchpoint(kind: Kind) -> None:
    """There may be touchpoints, and no feedback at all."""
    empty: dict[str, list[Any]] = {name: [] for name in (*GROUPED, "touchpoint")}
    touchpoints = {"touchpoint": ["t1", "t2"], "kind": ["visit", "visit"]}
    answer = xqs.score(kind.make(empty), touchpoints=touchpoints, by="kind")
    columns = columns_of(answer)
    assert columns["score"] == [None]
    assert (columns["touchpoints"], columns["answered"]) == ([2], [0])
    assert columns["response_rate"] == [0]


@pytest.mark.parametrize("feedback", [5, None, "file.csv", b"bytes", [1, 2], {1, 2}])
def test_no_frame(feedback: Any) -> None:
    with pytest.raises(xqs.XqsTypeError, match="feedback is a frame") as refused:
        xqs.score(feedback)
    assert refused.value.argument == "feedback"
    assert type(feedback).__name__ in str(refused.value)
    assert isinstance(refused.value, TypeError)


@pytest.mark.parametrize(
    "column",
    [
        pd.Series([1]),
        pl.Series([1]),
        pa.array([1]),
        pa.chunked_array([[1]]),
        nw.from_native(pl.Series([1]), series_only=True),
    ],
    ids=["pandas", "polars", "pyarrow", "pyarrow chunks", "narwhals"],
)
def test_a_column_is_no_frame(column: Any) -> None:
    with pytest.raises(xqs.XqsTypeError, match="feedback is a frame"):
        xqs.score(column)


def test_touchpoints_that_are_no_frame() -> None:
    with pytest.raises(xqs.XqsTypeError, match="touchpoints is a frame") as refused:
        xqs.score(GROUPED, touchpoints=xqs.Ledger("ceqs"))
    assert refused.value.argument == "touchpoints"
