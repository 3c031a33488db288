"""Columns lent to the C library as rows, read by pyarrow and by the C library itself."""

from __future__ import annotations

import array
import ctypes
import gc
import subprocess
import sys
import threading
import weakref
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import xqs
from lending import NAN, Chunks, Exported, address_in, as_arrow, read
from xqs import _abi
from xqs._columns import lent
from xqs._errors import DataError, XqsError, XqsTypeError, XqsValueError

if TYPE_CHECKING:
    from xqs._arrow import Batch


def test_no_columns() -> None:
    with as_arrow({}) as batch:
        assert batch.num_rows == 0
        assert batch.num_columns == 0


def test_order_and_names() -> None:
    columns = {"ö": [1], "bad": [b""], "b" * 200: ["x"]}
    with lent(columns) as rows:
        assert list(rows.unusable) == ["bad"]
        assert pa.record_batch(Exported(rows.schema, rows.array)).schema.names == list(columns)


def test_lengths_differ() -> None:
    with (
        pytest.raises(XqsValueError, match='column "b" has 2 rows and column "a" 1') as caught,
        lent({"a": [1], "b": [b"", b""]}),
    ):
        pass
    assert caught.value.column == "b"


@pytest.mark.parametrize(
    "values",
    [
        "abc",
        b"abc",
        bytearray(b"a"),
        3,
        2.5,
        None,
        np.array(3),
        {"a": 1},
        {1, 2},
        (x for x in "a"),
        list,
    ],
)
def test_not_a_column(values: object) -> None:
    with (
        pytest.raises(
            XqsTypeError, match=r'column "a": .* is not a column; give one value a row'
        ) as caught,
        lent({"a": values}),
    ):
        pass
    assert caught.value.column == "a"
    assert caught.value.status == "XQS_INVALID_DATA"


@pytest.mark.parametrize(
    ("name", "kind", "message"),
    [
        (1, XqsTypeError, "names of columns are text, and one is 1"),
        (("a", "b"), XqsTypeError, r"names of columns are text, and one is \('a', 'b'\)"),
        ("a\0b", XqsValueError, "a character that names cannot have"),
        ("\ud800", XqsValueError, "a character that names cannot have"),
    ],
)
def test_names_that_are_none(name: Any, kind: type[XqsError], message: str) -> None:
    with pytest.raises(kind, match=message), lent({name: [1]}):
        pass


def test_values_live_as_long_as_they_are_lent() -> None:
    def columns() -> dict[str, object]:
        text = [f"respondent {row}" for row in range(10_000)]
        return {
            "list": list(range(10_000)),
            "text": text,
            "numpy": np.arange(10_000) * 3,
            "copied": np.arange(20_000)[::2],
            "pandas": pd.Series(np.arange(10_000)),
            "nullable": pd.Series(range(10_000), dtype="Int64"),
            "category": pd.Series([row[-1] for row in text], dtype="category"),
            "string": pd.Series(text),
            "polars": pl.Series(text),
            "chunks": pa.chunked_array([list(range(5_000)), list(range(5_000))]),
            "unknown": Chunks(list(range(10_000))),
        }

    expected = {name: list(read(values)[1]) for name, values in columns().items()}
    with as_arrow(columns()) as batch:
        gc.collect()
        scratch = [np.full(10_000, 7) for _ in range(50)]
        for name, values in expected.items():
            assert batch.column(name).to_pylist() == values
        del scratch


def test_nothing_is_kept_afterwards() -> None:
    values = np.arange(10)
    columns: dict[str, object] = {
        "view": values[::-1][::-1],
        "series": pd.Series(values, copy=False),
        "array": pa.array(values),
        "bad": [b"", *values[1:]],
    }
    with lent(columns):
        pass
    gone = weakref.ref(values)
    del values
    columns.clear()
    assert gone() is None


class Unsized:
    """A producer that cannot say how long it is."""

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        return pa.chunked_array([[1], [2, 3]]).__arrow_c_stream__(requested_schema)


def test_length_of_what_cannot_be_used_is_that_of_the_others() -> None:
    with lent({"bad": Unsized(), "good": [1, 2, 3, 4]}) as rows:
        assert list(rows.unusable) == ["bad"]
        assert rows.array.length == 4
        assert rows.array.children[0].contents.length == 4


def test_ten_million_numbers_are_not_touched() -> None:
    values = np.zeros(10_000_000)
    assert address_in(values) == values.ctypes.data
    assert address_in(pd.Series(values, copy=False)) == values.ctypes.data


def test_threads_lend_the_same_columns() -> None:
    columns = {"a": array.array("q", range(1000)), "b": [str(row) for row in range(1000)]}
    seen: list[list[object]] = []

    def look() -> None:
        with as_arrow(columns) as batch:
            seen.append(batch.column("a").to_pylist() + batch.column("b").to_pylist())

    threads = [threading.Thread(target=look) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert seen == [[*range(1000), *map(str, range(1000))]] * 8


def test_others_call_python_in_their_own_way(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("PyObject_GetBuffer", "PyBuffer_Release", "PyCapsule_GetPointer"):
        monkeypatch.setattr(getattr(ctypes.pythonapi, name), "argtypes", (ctypes.c_double,))
    assert read([1, 2])[1] == [1, 2]
    assert read(pa.array([1, 2]))[1] == [1, 2]


def test_no_library_is_imported() -> None:
    program = (
        "import sys; from xqs._columns import lent\n"
        "with lent({'a': [1, None], 'b': ['x', 2]}): pass\n"
        "print(sorted({'numpy', 'pandas', 'polars', 'pyarrow'} & set(sys.modules)))"
    )
    printed = subprocess.run(
        [sys.executable, "-c", program], check=True, capture_output=True, text=True
    ).stdout
    assert printed == "[]\n"


def push(rows: Batch) -> None:
    """Hands rows to a query, which raises what it has against them."""
    definition = _abi.Handle("definition", "definition_preset", b"ceqs", 4)
    question = b'{"question": "score", "by": ["team"]}'
    query = _abi.Handle("query", "query_create", definition, question, len(question))
    structs = (ctypes.byref(rows.schema), ctypes.byref(rows.array))
    _abi.call("query_push_rows", query, _abi.FEEDBACK, *structs, 0, rows.array.length)


def answers(**columns: object) -> dict[str, object]:
    return {
        "respondent": ["r1", "r2"],
        "item": pd.Series(["relevance", "relevance"], dtype="category"),
        "requirement": np.array([3, 2]),
        "satisfaction": [4, None],
        "team": ["north", NAN],
        **columns,
    }


def test_library_takes_them() -> None:
    table = xqs.score(answers(), by=["team"])
    assert table["team"] == ["north", None]
    assert table["answers"] == [1, 0]


@pytest.mark.parametrize("bad", [[b"", b""], ["a", 1], np.zeros((2, 2)), [2**64, 1]])
def test_library_passes_over_what_it_does_not_need(bad: object) -> None:
    assert xqs.score(answers(comment=bad), by=["team"])["answers"] == [1, 0]


@pytest.mark.parametrize("column", ["respondent", "satisfaction", "team"])
def test_library_names_what_it_needs(column: str) -> None:
    with lent(answers(**{column: ["a", 1]})) as rows:
        assert list(rows.unusable) == [column]
        with pytest.raises(DataError, match=r"fixed_size_binary.*not taken") as caught:
            push(rows)
    assert caught.value.column == column


def test_library_needs_what_cannot_be_used() -> None:
    with pytest.raises(XqsTypeError, match='column "team", row 1: 1 is an int, and text') as caught:
        xqs.score(answers(team=["a", 1]), by=["team"])
    assert (caught.value.column, caught.value.row, caught.value.value) == ("team", 1, "1")


@pytest.mark.parametrize("name", ["team" * 16, "t" * 62 + "éé"], ids=["cut", "cut in a character"])
def test_library_needs_what_has_a_long_name(name: str) -> None:
    with pytest.raises(XqsTypeError, match=", row 1: 1 is an int, and text") as caught:
        xqs.score({**answers(), name: ["a", 1]}, by=[name])
    assert caught.value.column == name


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"team": [1]}, 'feedback: column "team" has 1 rows'),
        ({"team": "a"}, "feedback: column \"team\": 'a' is not a column"),
        ({7: ["a", "b"]}, "feedback: names of columns are text, and one is 7"),
    ],
)
def test_error_says_whose_columns_they_are(change: dict[Any, object], message: str) -> None:
    with pytest.raises(XqsError) as caught:
        xqs.score({**answers(), **change})
    assert str(caught.value).startswith(message)
    assert caught.value.argument == "feedback"


def test_library_sees_values_out_of_range() -> None:
    with pytest.raises(DataError, match="integers are at most 9223372036854775807") as caught:
        xqs.score(answers(team=np.array([1, 2**63], "u8")), by=["team"])
    assert (caught.value.column, caught.value.row) == ("team", 1)
