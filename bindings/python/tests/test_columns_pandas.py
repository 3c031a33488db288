"""Columns of pandas, read back by pyarrow."""

from __future__ import annotations

import decimal
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lending import DAY, NAN, NOON, NOON_UTC, address_in, read, refused


@pytest.mark.parametrize(
    ("values", "kind", "expected"),
    [
        (pd.Series([1, 2], dtype="int16"), "int16", [1, 2]),
        (pd.Series([True, False]), "bool", [True, False]),
        (pd.Index([0.5, 1.5]), "double", [0.5, 1.5]),
        (pd.RangeIndex(2), "int64", [0, 1]),
        (pd.Series(["a", None]), "large_string", ["a", None]),
        (pd.Series(["a", None], dtype="string"), "large_string", ["a", None]),
        (pd.Series(["a", None], dtype=pd.StringDtype("python")), "large_string", ["a", None]),
        (pd.Series(["a", None], dtype=pd.StringDtype("pyarrow")), "large_string", ["a", None]),
        (
            pd.Series(["a", NAN, None, pd.NA, pd.NaT], dtype=object),
            "large_string",
            ["a", *[None] * 4],
        ),
        (pd.Series([1, 2], dtype=object), "int64", [1, 2]),
        (pd.Series([1, None], dtype="Int64"), "int64", [1, None]),
        (pd.Series([1, None], dtype="UInt8"), "uint8", [1, None]),
        (pd.Series([0.5, None], dtype="Float32"), "float", [0.5, None]),
        (pd.Series([True, None], dtype="boolean"), "bool", [True, None]),
        (pd.array([1, None], dtype="Int32"), "int32", [1, None]),
        (pd.array(np.array([1, 2], "i2"), dtype="int16"), "int16", [1, 2]),
        (pd.Series([NOON, None], dtype="datetime64[us]"), "timestamp[us]", [NOON, None]),
        (
            pd.Series([NOON_UTC, None], dtype="datetime64[ms, Asia/Tokyo]"),
            "timestamp[ms, tz=UTC]",
            [NOON_UTC, None],
        ),
        (pd.DatetimeIndex([NOON]).as_unit("us"), "timestamp[us]", [NOON]),
        (pd.Series([0, 1, 0], dtype="Sparse[int]"), "int64", [0, 1, 0]),
        (pd.Series([0.5, 0], dtype=pd.SparseDtype("float32", 0.0)), "float", [0.5, 0.0]),
        (pd.Series([1, None], dtype=pd.ArrowDtype(pa.int8())), "int8", [1, None]),
        (
            pd.Series([decimal.Decimal("1.5")], dtype=pd.ArrowDtype(pa.decimal128(5, 2))),
            "decimal128(5, 2)",
            [decimal.Decimal("1.50")],
        ),
        (pd.Series([], dtype=object), "null", []),
        (pd.Series([None, None], dtype=object), "null", [None, None]),
    ],
)
def test_pandas(values: object, kind: str, expected: list[object]) -> None:
    assert read(values) == (kind, expected)


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        (["b", "a", None, "b"], "dictionary<values=large_string, indices=int8, ordered=0>"),
        ([3, 1, None, 3], "dictionary<values=int64, indices=int8, ordered=0>"),
        ([DAY, None], "dictionary<values=date32[day], indices=int8, ordered=0>"),
        ([None, None], "dictionary<values=null, indices=int8, ordered=0>"),
        ([], "dictionary<values=null, indices=int8, ordered=0>"),
    ],
)
def test_pandas_categories(values: list[object], kind: str) -> None:
    column = pd.Series(pd.Series(values, dtype=object), dtype="category")
    assert read(column) == (kind, values)
    assert read(column.cat.as_ordered())[1] == values
    assert read(column.iloc[::2])[1] == values[::2]
    assert read(pd.CategoricalIndex(column))[1] == values
    codes: Any = column.array
    assert address_in(column) == codes.codes.ctypes.data


def test_many_pandas_categories() -> None:
    values = [f"team {row}" for row in range(300)]
    kind, read_back = read(pd.Series(values, dtype="category"))
    assert "indices=int16" in kind
    assert read_back == values


@pytest.mark.parametrize(
    ("values", "message"),
    [
        (pd.Series(pd.period_range("2025", periods=2)), "is of type period[D], which is not taken"),
        (pd.Series(pd.interval_range(0, 2)), "not taken; write .astype(str) behind it"),
        (pd.Series(pd.to_timedelta([1, 2], "s")), "is of type timedelta64["),
        (pd.MultiIndex.from_tuples([(1, 2), (3, 4)]), "has several levels; pass each as a column"),
        (pd.DataFrame({"a": [1], "b": [2]}), "has 2 dimensions"),
    ],
)
def test_pandas_types_that_are_not_taken(values: object, message: str) -> None:
    assert message in str(refused(values))


def test_pandas_categories_that_are_not_taken() -> None:
    error = refused(pd.cut(pd.Series([20, 30]), [0, 25, 50]))
    assert 'the list of categories of column "bad" is of type interval[int64, right]' in str(error)
    mixed = pd.Series(pd.Categorical([1, "a"], categories=pd.Index([1, "a"], dtype=object)))
    error = refused(mixed)
    assert "the list of categories of column \"bad\": 'a' is text, and an int stood" in str(error)
    assert error.row is None


def test_pandas_columns_are_not_copied() -> None:
    frame = pd.DataFrame({"a": np.arange(5.0), "b": np.arange(5)})
    assert address_in(frame["a"]) == frame["a"].to_numpy().ctypes.data
    nullable = pd.array(np.arange(5), dtype="Int64")
    assert address_in(nullable) == nullable.to_numpy(dtype="int64").ctypes.data
    zoned: Any = pd.Series(pd.date_range("2025-01-01", periods=3, tz="Asia/Tokyo"))
    assert address_in(zoned) == zoned.array.asi8.ctypes.data


@settings(deadline=None)
@given(st.lists(st.sampled_from(["a", "b", "ö", None])), st.slices(20))
def test_any_part_of_categories(values: list[str | None], part: slice) -> None:
    column = pd.Series(pd.Categorical(values, categories=["ö", "a", "b"]))
    assert read(column.iloc[part])[1] == values[part]
