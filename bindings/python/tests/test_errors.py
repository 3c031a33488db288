"""What is refused: by which class, and where it says that the fault is."""

from __future__ import annotations

import copy
import decimal
import math
import pickle
from typing import Any, NamedTuple, NoReturn

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import perth
import xqs
from frames import KINDS, Kind, OnlyArrow, chunked
from xqs import _query

FEEDBACK: dict[str, list[Any]] = {
    "respondent": ["a", "b", "c"],
    "item": ["relevance", "effort", "effort"],
    "requirement": [3, 4, 2],
    "satisfaction": [4, 4, 2],
}


def refusal(feedback: Any, **keywords: Any) -> xqs.XqsError:
    with pytest.raises(xqs.XqsError) as refused:
        xqs.score(feedback, **keywords)
    return refused.value


class BadRow(NamedTuple):
    """A row that cannot be accepted, what is known of it, and a part of the message."""

    name: str
    change: dict[str, Any]
    keywords: dict[str, Any]
    row: int
    column: str
    value: str | None
    says: str

    def __str__(self) -> str:
        return self.name


BAD_ROWS = [
    BadRow(
        "off the scale",
        {"requirement": [3, 7, 2]},
        {},
        *(1, "requirement", "7"),
        'requirement "7" is not on the scale 1..5 (missing: 9) of definition ceqs@2026.1',
    ),
    BadRow(
        "off the scale, a float",
        {"satisfaction": [4.0, 4.0, 2.5]},
        {},
        *(2, "satisfaction", "2.5"),
        'satisfaction "2.5" is not on the scale',
    ),
    BadRow(
        "off the scale, text",
        {"satisfaction": ["4", "four", "2"]},
        {},
        *(1, "satisfaction", "four"),
        'satisfaction "four" is not on the scale',
    ),
    BadRow(
        "nobody",
        {"respondent": ["a", "b", None]},
        {},
        *(2, "respondent", None),
        "respondent is missing; every row needs one",
    ),
    BadRow("no item", {"item": ["effort", None, "effort"]}, {}, *(1, "item", None), "is missing"),
    BadRow(
        "an item of another definition",
        {"item": ["timely", "reliable", "effort"]},
        {"definition": "sqr"},
        *(2, "item", "effort"),
        "is not one of definition sqr@2026.1: timely, competent, reliable, reachable, fits_task",
    ),
    BadRow(
        "an unknown touchpoint",
        {"touchpoint": ["t1", None, "t2"]},
        {"touchpoints": {"touchpoint": ["t1"]}},
        *(2, "touchpoint", "t2"),
        'touchpoint "t2" is not among the touchpoints',
    ),
    BadRow(
        "a duplicate",
        {"respondent": ["a", "b", "b"]},
        {"check_duplicates": True},
        *(2, "item", "effort"),
        'respondent "b" answers item "effort" twice',
    ),
    BadRow(
        "no day",
        {"time": ["2025-01-31", "2025-02-30", "2025-03-01"]},
        {"by": "month(time)", "time_zone": "Europe/Berlin"},
        *(1, "time", "2025-02-30"),
        "2025-02-30",
    ),
]


@pytest.mark.parametrize("bad", BAD_ROWS, ids=str)
@pytest.mark.parametrize("library", [dict, pd.DataFrame, pl.DataFrame, pa.table])
def test_bad_rows(library: Any, bad: BadRow) -> None:
    error = refusal(library({**FEEDBACK, **bad.change}), **bad.keywords)
    assert type(error) is xqs.DataError
    assert (error.row, error.column, error.value) == (bad.row, bad.column, bad.value)
    assert (error.argument, error.status) == ("feedback", "XQS_INVALID_DATA")
    assert str(error).startswith(f"feedback, row {bad.row}: ")
    assert bad.says in str(error)


@pytest.mark.parametrize("library", [dict, pd.DataFrame])
def test_nan_is_nobody(library: Any) -> None:
    error = refusal(library({**FEEDBACK, "respondent": ["a", math.nan, "c"]}))
    assert type(error) is xqs.DataError
    assert (error.row, error.column) == (1, "respondent")


def _late(kind: Kind) -> tuple[Any, int]:
    """The survey with a wrong code in row 4,321, beyond the first chunks."""
    columns = perth.answers()
    columns["s"][4321] = 6
    return kind.make(columns), 4321


@pytest.mark.parametrize("kind", KINDS, ids=str)
@pytest.mark.parametrize("at_once", [1 << 20, 3])
def test_rows_count_in_the_whole_frame(
    kind: Kind, at_once: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_query, "_rows_at_once", at_once)
    frame, row = _late(kind)
    error = refusal(frame, definition=perth.DEFAULT, columns=perth.NAMES)
    assert (error.row, error.column, error.value) == (row, "satisfaction", "6")
    assert str(error).startswith(f"feedback, row {row}: ")


def test_pieces_give_the_same_score(monkeypatch: pytest.MonkeyPatch) -> None:
    table = chunked(pa.table(perth.answers()), 1000)
    whole = xqs.score(table, definition=perth.DEFAULT, columns=perth.NAMES, by="gender")
    monkeypatch.setattr(_query, "_rows_at_once", 7)
    seen: list[tuple[str, int]] = []
    pieces = xqs.score(
        table,
        definition=perth.DEFAULT,
        columns=perth.NAMES,
        by="gender",
        progress=lambda name, rows: seen.append((name, rows)),
    )
    assert pieces == whole
    assert seen[:2] == [("feedback", 7), ("feedback", 14)]
    assert seen[142:144] == [("feedback", 1000), ("feedback", 1007)]
    assert seen[-1] == ("feedback", 8646)


def test_touchpoints_come_first() -> None:
    touchpoints = {"touchpoint": ["t1", "t2", "t1"]}
    error = refusal({**FEEDBACK, "touchpoint": ["t1"] * 3}, touchpoints=touchpoints)
    assert (error.argument, error.row, error.value) == ("touchpoints", 2, "t1")
    assert str(error).startswith("touchpoints, row 2: ")


def test_mixed_types() -> None:
    for frame in ({**FEEDBACK}, pd.DataFrame(FEEDBACK, dtype=object)):
        frame["requirement"] = [3, "4", 2]
        error = refusal(frame)
        assert type(error) is xqs.XqsTypeError
        assert (error.row, error.column, error.value) == (1, "requirement", "'4'")
        assert "'4' is text, and an int stood before it" in str(error)


def test_mixed_types_where_nobody_looks() -> None:
    frame = {**FEEDBACK, "other": [object(), 1, "text"]}
    assert xqs.score(frame)["respondents"] == [3]
    error = refusal(frame, by="other")
    assert type(error) is xqs.XqsTypeError
    assert error.column == "other"


DECIMALS = [decimal.Decimal(3), decimal.Decimal(4), decimal.Decimal(2)]


@pytest.mark.parametrize(
    "frame",
    [
        {**FEEDBACK, "requirement": DECIMALS},
        pd.DataFrame({**FEEDBACK, "requirement": DECIMALS}),
        pl.DataFrame({**FEEDBACK, "requirement": DECIMALS}),
        pa.table({**FEEDBACK, "requirement": DECIMALS}),
        OnlyArrow(pa.table({**FEEDBACK, "requirement": pa.array(DECIMALS, pa.decimal256(5, 2))})),
    ],
    ids=["dict", "pandas", "polars", "pyarrow", "only Arrow"],
)
def test_decimals(frame: Any) -> None:
    error = refusal(frame)
    assert isinstance(error, (xqs.XqsTypeError, xqs.DataError))
    assert error.column == "requirement"
    assert "decimal" in str(error).lower()
    assert "convert" in str(error)


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        (pa.array([[1], [2], [3]]), "list"),
        (pa.array([b"x", b"y", b"z"]), "binary"),
        (pa.array([{"a": 1}] * 3), "struct"),
        (pa.array([1, 2, 3], pa.duration("s")), "duration"),
    ],
)
def test_types_that_are_no_keys(values: pa.Array, kind: str) -> None:
    table = pa.table({**FEEDBACK, "group": values})
    assert xqs.score(table)["respondents"].to_pylist() == [3]
    error = refusal(table, by="group")
    assert type(error) is xqs.DataError
    assert (error.column, error.row) == ("group", None)
    assert f'column "group" is of type {kind}' in str(error)


def test_floating_point_keys() -> None:
    """What pandas makes of numbers with a gap: 1 and 1.0 would be two people."""
    error = refusal(pd.DataFrame({**FEEDBACK, "respondent": [1, None, 3]}))
    assert type(error) is xqs.DataError
    assert error.column == "respondent"
    assert "floating-point" in str(error)
    nullable = pd.DataFrame({**FEEDBACK, "respondent": pd.array([1, 2, 3], dtype="Int64")})
    assert xqs.score(nullable)["respondents"].to_list() == [3]


def test_no_such_column() -> None:
    error = refusal(FEEDBACK, by="chanel")
    assert (error.column, error.row, error.argument) == ("chanel", None, "feedback")
    assert str(error) == (
        'feedback: there is no column "chanel"; the input has: '
        "respondent, item, requirement, satisfaction"
    )
    error = refusal({name: FEEDBACK[name] for name in ("respondent", "item", "requirement")})
    assert error.column == "satisfaction"


def test_columns_of_several_lengths() -> None:
    error = refusal({**FEEDBACK, "satisfaction": [4, 4]})
    assert isinstance(error, xqs.XqsValueError)
    assert error.column == "satisfaction"
    assert "has 2 rows" in str(error)


@pytest.mark.parametrize("frame", [{1: [1]}, pd.DataFrame([[1, 2]])], ids=["dict", "pandas"])
def test_names_are_text(frame: Any) -> None:
    error = refusal(frame)
    assert isinstance(error, xqs.XqsTypeError)
    assert "names of columns are text" in str(error)


def test_two_columns_of_one_name() -> None:
    frame = pd.concat([pd.DataFrame(FEEDBACK), pd.DataFrame({"item": ["a"] * 3})], axis=1)
    assert "there are two columns 'item'" in str(refusal(frame))
    table = pa.Table.from_arrays([pa.array(["a"])] * 2, names=["item", "item"])
    assert "item" in str(refusal(table))


@pytest.mark.parametrize(
    ("keywords", "argument", "says"),
    [
        ({"estimator": "median"}, "estimator", '"median" is not one of "pooled"'),
        ({"level": 95}, "level", "95"),
        ({"level": "high"}, "level", "must be a number, not a string"),
        ({"by": [5]}, "by", "must be a string, not a number"),
        ({"by": ["item", "item"]}, "by", "item"),
        ({"where": [("item", "is", "effort")]}, "where", "is"),
        ({"where": [("item", "=")]}, "where", "must be [column, operator, value]"),
        ({"columns": {"id": "respondent"}}, "columns", "is not a standard column"),
        ({"on_error": "ignore"}, "on_error", '"ignore" is not one of'),
        ({"top": 0}, "top", "must be a whole number from 1"),
        ({"time_zone": "Berlin"}, "time_zone", "Berlin"),
    ],
)
def test_questions(keywords: dict[str, Any], argument: str, says: str) -> None:
    error = refusal(FEEDBACK, **keywords)
    assert type(error) is xqs.QueryError
    assert error.argument == argument
    assert str(error).startswith(f"$.{argument}")
    assert says in str(error)


def test_by_and_sets() -> None:
    error = refusal(FEEDBACK, by="item", sets=[[]])
    assert type(error) is xqs.QueryError
    assert str(error).startswith('$: has both "by" and "sets"')
    assert error.argument is None


@pytest.mark.parametrize("value", [object(), math.nan, {1: 2}.values()])
def test_what_no_question_can_be(value: Any) -> None:
    error = refusal(FEEDBACK, level=value)
    assert type(error) is xqs.XqsTypeError


def test_numbers_of_numpy_and_sets_are_what_they_look_like() -> None:
    asked = {"level": np.float64(0.9), "where": [("item", "in", {"effort", "relevance"})]}
    plain = xqs.score(FEEDBACK, level=0.9, where=[("item", "in", ["effort", "relevance"])])
    assert xqs.score(FEEDBACK, **asked) == plain
    of_pandas = pd.Series(["effort", "relevance"])
    assert xqs.score(FEEDBACK, level=0.9, where=[("item", "in", of_pandas)]) == plain


def test_unknown_keywords() -> None:
    with pytest.raises(TypeError, match="levl"):
        xqs.score(FEEDBACK, levl=0.9)  # type: ignore[call-overload]
    with pytest.raises(TypeError, match="positional"):
        xqs.score(FEEDBACK, "sqr")  # type: ignore[call-overload]
    with pytest.raises(TypeError, match="max_answers"):
        xqs.watch(FEEDBACK)  # type: ignore[call-overload]


def test_an_unknown_question() -> None:
    with pytest.raises(xqs.QueryError, match='"scores" is not one of "score", "compare"'):
        xqs.ask(FEEDBACK, {"question": "scores"})


def test_the_gate_refuses() -> None:
    feedback = {**FEEDBACK, "item": ["timely"] * 3, "a": [1, 2, 3], "b": [1, 2, 3]}
    with pytest.raises(xqs.RefusedError):
        xqs.score(feedback, definition="sqr", sets=[["a"], ["b"]])


def test_classes_are_those_that_python_has() -> None:
    assert issubclass(xqs.XqsTypeError, TypeError)
    assert issubclass(xqs.XqsValueError, ValueError)
    assert issubclass(xqs.XqsOverflowError, OverflowError)
    assert issubclass(xqs.XqsMemoryError, MemoryError)
    assert issubclass(xqs.XqsWarning, UserWarning)
    for name in ("Definition", "Query", "Data", "Incompatible", "Refused", "Bytes"):
        assert issubclass(getattr(xqs, f"{name}Error"), xqs.XqsValueError)
    everything = [getattr(xqs, name) for name in xqs.__all__ if name.endswith("Error")]
    assert len(everything) == 11
    assert all(issubclass(error, xqs.XqsError) for error in everything)


def test_errors_go_to_other_processes() -> None:
    error = refusal({**FEEDBACK, "requirement": [3, 7, 2]})
    for other in (pickle.loads(pickle.dumps(error)), copy.copy(error)):  # noqa: S301
        assert type(other) is xqs.DataError
        assert str(other) == str(error)
        assert (other.row, other.column, other.value) == (1, "requirement", "7")
        assert (other.argument, other.status) == ("feedback", "XQS_INVALID_DATA")


def test_values_that_nobody_needs_are_not_looked_at() -> None:
    class Unread(list[int]):
        def __iter__(self) -> NoReturn:
            raise AssertionError

    rows: dict[str, object] = {**FEEDBACK, "remark": Unread([1] * len(FEEDBACK["item"]))}
    assert xqs.score(rows)["respondents"] == [3]
    rows["remark"] = Unread([1])
    with pytest.raises(xqs.XqsValueError, match='column "remark" has 1 rows'):
        xqs.score(rows)
