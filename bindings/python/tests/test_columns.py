"""Columns lent to the C library, read back by pyarrow and by the C library itself."""

from __future__ import annotations

import array
import ctypes
import datetime as dt
import decimal
import enum
import fractions
import gc
import math
import subprocess
import sys
import threading
import weakref
from collections import deque
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import narwhals as nw
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import xqs
from xqs import _abi
from xqs._columns import lent
from xqs._errors import DataError, XqsError, XqsTypeError, XqsValueError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from xqs._arrow import Batch

UTC = dt.timezone.utc
NAN = float("nan")
NOON = dt.datetime(2025, 3, 7, 12, 0, 0, 250_000)  # noqa: DTZ001
NOON_UTC = NOON.replace(tzinfo=UTC)
DAY = dt.date(2025, 3, 7)
FIRST = dt.datetime.min  # noqa: DTZ901
LAST = dt.datetime.max  # noqa: DTZ901


# Reading back


class Exported:
    """Structs of ours, for pyarrow to read: it releases them, which frees nothing."""

    def __init__(self, *structs: ctypes.Structure) -> None:
        self._addresses = [ctypes.addressof(struct) for struct in structs]

    def __arrow_c_array__(self, requested_schema: object = None) -> tuple[object, object]:
        new = ctypes.pythonapi.PyCapsule_New
        new.restype = ctypes.py_object
        new.argtypes = (ctypes.c_void_p, ctypes.c_char_p, ctypes.c_void_p)
        schema, rows = self._addresses
        return new(schema, b"arrow_schema", None), new(rows, b"arrow_array", None)


@contextmanager
def as_arrow(columns: Mapping[str, object], length: int | None = None) -> Iterator[pa.RecordBatch]:
    with lent(columns, length) as (rows, unusable):
        assert unusable == {}
        batch = pa.record_batch(Exported(rows.schema, rows.array))
        batch.validate(full=True)
        yield batch


def read(values: object) -> tuple[str, list[Any]]:
    """Arrow's type of a column and what it holds."""
    with as_arrow({"x": values}) as batch:
        return str(batch.schema.types[0]), batch.column(0).to_pylist()


def refused(values: object) -> XqsError:
    """Why a column cannot be used; another beside it can."""
    with lent({"good": [7] * len(values), "bad": values}) as (rows, unusable):  # type: ignore[arg-type]
        batch = pa.record_batch(Exported(rows.schema, rows.array))
        assert batch.column("good").to_pylist() == [7] * len(values)  # type: ignore[arg-type]
        assert len(batch.column("bad")) == len(values)  # type: ignore[arg-type]
        assert list(unusable) == ["bad"]
        error = unusable["bad"]
        assert error.status == "XQS_INVALID_DATA"
        assert error.column == "bad"
        return error


def address_in(values: object) -> int | None:
    """Where the values of a column are that was lent."""
    with lent({"x": values}) as (rows, _):
        buffers = rows.array.children[0].contents.buffers
        address: int | None = buffers[1]
        return address


# Python values


class Colour(str, enum.Enum):
    RED = "red"


class Level(enum.IntEnum):
    HIGH = 3


@pytest.mark.parametrize(
    ("values", "kind", "expected"),
    [
        (["a", None, "ö", "", "𝛑"], "large_string", ["a", None, "ö", "", "𝛑"]),
        (["a", "b", None], "large_string", ["a", "b", None]),
        (("a", NAN, pd.NA, pd.NaT, None), "large_string", ["a", None, None, None, None]),
        ([Colour.RED, "b", np.str_("c")], "large_string", ["red", "b", "c"]),
        ([1, None, -(2**63), 2**63 - 1], "int64", [1, None, -(2**63), 2**63 - 1]),
        ([Level.HIGH, np.int8(-4), np.uint64(5), 6], "int64", [3, -4, 5, 6]),
        (range(3, 9, 2), "int64", [3, 5, 7]),
        (deque([1, 2]), "int64", [1, 2]),
        ({4: "a", 5: "b"}.values(), "large_string", ["a", "b"]),
        ([0.5, None, 2], "double", [0.5, None, 2.0]),
        ([2**53, -(2**53), 0.5], "double", [2.0**53, -(2.0**53), 0.5]),
        ([np.float32(0.5), np.float16(0.25), np.float64(2)], "double", [0.5, 0.25, 2.0]),
        ([True, None, False, np.True_], "bool", [True, None, False, True]),
        ([True, NAN], "bool", [True, None]),
        ([NOON, None], "timestamp[us]", [NOON, None]),
        ([None, NOON_UTC], "timestamp[us, tz=UTC]", [None, NOON_UTC]),
        ([pd.Timestamp(NOON), pd.NaT, NOON], "timestamp[us]", [NOON, None, NOON]),
        ([FIRST, LAST], "timestamp[us]", [FIRST, LAST]),
        ([DAY, None, NAN], "date32[day]", [DAY, None, None]),
        ([dt.date.min, dt.date.max], "date32[day]", [dt.date.min, dt.date.max]),
        ([None, pd.NA, pd.NaT], "null", [None, None, None]),
        ([], "null", []),
        ((), "null", []),
    ],
)
def test_python_values(values: object, kind: str, expected: list[object]) -> None:
    assert read(values) == (kind, expected)


def test_nan_among_numbers_is_a_number() -> None:
    kind, values = read([1, NAN, None])
    assert kind == "double"
    assert values[0] == 1.0
    assert math.isnan(values[1])
    assert values[2] is None
    kind, values = read([NAN, NAN])
    assert kind == "double"
    assert all(map(math.isnan, values))


def test_time_with_another_zone_is_in_utc() -> None:
    in_tokyo = dt.datetime(2025, 3, 7, 21, 0, 0, 250_000, dt.timezone(dt.timedelta(hours=9)))
    assert read([in_tokyo, NOON_UTC])[1] == [NOON_UTC, NOON_UTC]


@pytest.mark.parametrize(
    ("values", "row", "value", "message"),
    [
        (
            ["a", None, NAN, 7],
            3,
            "7",
            "7 is an int, and text stood before it; convert the column to one type",
        ),
        ([None, 1, "a"], 2, "'a'", "'a' is text, and an int stood before it; convert"),
        ([1.5, NAN, "a"], 2, "'a'", "'a' is text, and a float stood before it; convert"),
        ([1, 2.5, "a"], 2, "'a'", "'a' is text, and a float stood before it; convert"),
        ([True, 1], 1, "1", "1 is an int, and a bool stood before it; convert"),
        ([1, True], 1, "True", "True is a bool, and an int stood before it; convert"),
        ([DAY, NOON], 1, repr(NOON), f"{NOON!r} is a datetime, and a date stood before it"),
        ([NOON, NOON_UTC], 1, None, "has a zone, and times before it have none; give all of them"),
        ([None, NOON_UTC, NOON], 2, None, "has no zone, and times before it have a zone; give all"),
        (
            [b"a"],
            0,
            "b'a'",
            "b'a' is of type bytes, which is not taken; convert the column to text",
        ),
        (
            [1, decimal.Decimal("1.5")],
            1,
            "Decimal('1.5')",
            "is of type Decimal, which is not taken",
        ),
        ([fractions.Fraction(1)], 0, "Fraction(1, 1)", "is of type Fraction, which is not taken"),
        ([{}], 0, "{}", "is of type dict, which is not taken"),
        ([None, [1]], 1, "[1]", "is of type list, which is not taken"),
        ([1j], 0, "1j", "is of type complex, which is not taken"),
        ([dt.timedelta(1)], 0, "datetime.timedelta(days=1)", "is of type timedelta, which is not"),
        ([dt.time(1)], 0, "datetime.time(1, 0)", "is of type time, which is not taken"),
        ([np.longdouble(1)], 0, None, "is of type longdouble, which is not taken"),
        ([np.timedelta64(1, "s")], 0, None, "is of type timedelta64, which is not taken"),
    ],
)
def test_values_that_do_not_go_together(
    values: list[object], row: int, value: str | None, message: str
) -> None:
    error = refused(values)
    assert isinstance(error, XqsTypeError)
    assert f'column "bad", row {row}: ' in str(error)
    assert message in str(error)
    assert error.row == row
    assert value is None or error.value == value


@pytest.mark.parametrize(
    ("values", "row", "message"),
    [
        ([1, None, 2**63], 2, "9223372036854775808 has more than 64 bits; convert the column to"),
        ([-(2**63) - 1], 0, "-9223372036854775809 has more than 64 bits"),
        ([np.uint64(2**63)], 0, "has more than 64 bits"),
        ([0.5, 2**53 + 1], 1, "9007199254740993 is an int beyond 2**53, and floats stand beside"),
        ([-(2**53) - 1, None, 0.5], 0, "is an int beyond 2**53"),
        (["a", None, "\ud800"], 2, "holds half a character, which UTF-8 cannot say; fix the text"),
        ([pd.Timestamp("2025-03-07T12:00:00.000000001")], 0, "no whole number of microseconds"),
    ],
)
def test_values_beyond_what_can_be_said(values: list[object], row: int, message: str) -> None:
    error = refused(values)
    assert isinstance(error, DataError)
    assert f'column "bad", row {row}: ' in str(error)
    assert message in str(error)
    assert error.row == row


def test_long_value_is_cut_short() -> None:
    error = refused([1, "a" * 1000])
    assert error.value == "'" + "a" * 56 + "..."


@pytest.mark.parametrize("length", [0, 1, 7, 8, 9, 15, 16, 17, 63, 64, 65, 1000])
def test_bits_across_bytes(length: int) -> None:
    flags = [(row * row) % 3 == 0 for row in range(length)]
    nullable = [flag if row % 5 else None for row, flag in enumerate(flags)]
    expected = nullable if length > 1 else [None] * length
    assert read(nullable)[1] == expected
    assert read(np.array(flags, bool))[1] == flags
    assert read(array.array("b", flags))[1] == list(map(int, flags))
    assert read(memoryview(bytes(flags)).cast("?"))[1] == flags
    assert read(pd.Series(nullable, dtype="boolean"))[1] == expected


# Memory


@pytest.mark.parametrize("code", "bBhHiIlLqQfd")
def test_array_of_numbers_is_not_copied(code: str) -> None:
    values = array.array(code, [1, 2, 3])
    assert read(values)[1] == [1, 2, 3]
    assert address_in(values) == values.buffer_info()[0]
    assert read(memoryview(values)[1:])[1] == [2, 3]
    assert read(memoryview(values)[::-2])[1] == [3, 1]


def test_memory_of_other_things() -> None:
    assert read(array.array("u", "aö")) == ("large_string", ["a", "ö"])
    assert "bytes" in str(refused(memoryview(b"ab").cast("c")))
    assert read((ctypes.c_int16 * 2)(3, 4)) == ("int64", [3, 4])
    assert "cannot be read" in str(refused(memoryview((ctypes.c_int16 * 2)(3, 4))))
    assert "2 dimensions" in str(refused(memoryview(b"abcd").cast("B", (2, 2))))


def test_nobody_resizes_an_array_that_is_lent() -> None:
    values = array.array("q", [1, 2])
    with lent({"x": values}), pytest.raises(BufferError):
        values.append(3)
    values.append(3)
    with pytest.raises(XqsValueError) as caught, lent({"x": values, "y": [1]}):
        pass
    assert caught.tb
    values.append(4)


# numpy


@pytest.mark.parametrize("kind", ["i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "f4", "f8"])
def test_numpy_numbers(kind: str) -> None:
    values = np.array([0, 1, 2, 100, 4, 5, 6], kind)
    expected = pa.array(values)
    assert read(values) == (str(expected.type), expected.to_pylist())
    assert address_in(values) == values.ctypes.data
    assert address_in(values[2:]) == values.ctypes.data + 2 * values.itemsize
    assert read(values[1::2])[1] == [1, 100, 5]
    assert read(values[::-1])[1] == [6, 5, 4, 100, 2, 1, 0]
    assert read(values.astype(values.dtype.newbyteorder()))[1] == expected.to_pylist()
    assert read(np.ma.array(values[:3], mask=[False, True, False]))[1] == [0, None, 2]
    assert read(np.ma.array(values[:3]))[1] == [0, 1, 2]
    assert read(values[:0]) == (str(expected.type), [])


def test_numpy_column_of_a_table() -> None:
    table = np.arange(12, dtype="f8").reshape(4, 3)
    assert read(table[:, 1]) == ("double", [1, 4, 7, 10])
    records = np.array([(1, 2.5), (3, 4.5)], dtype=[("a", "i1"), ("b", "f8")])
    assert read(records["b"]) == ("double", [2.5, 4.5])
    readonly = table[1]
    readonly.flags.writeable = False
    assert address_in(readonly) == readonly.ctypes.data


def test_numpy_text_and_booleans() -> None:
    assert read(np.array(["a", "ö€", ""])) == ("large_string", ["a", "ö€", ""])
    assert read(np.ma.array(["a", "b"], mask=[False, True])) == ("large_string", ["a", None])
    assert read(np.array(["a", None, NAN], dtype=object)) == ("large_string", ["a", None, None])
    assert read(np.array([True, False, True])[::-2]) == ("bool", [True, True])
    assert read(np.ma.array([True, False], mask=[True, False])) == ("bool", [None, False])


@pytest.mark.skipif(not hasattr(np.dtypes, "StringDType"), reason="numpy 2 has it")
def test_numpy_strings_of_any_length() -> None:
    text = np.dtypes.StringDType(na_object=None)
    assert read(np.array(["a", None, "ö"], dtype=text)) == ("large_string", ["a", None, "ö"])


def test_numpy_times() -> None:
    days = np.array(["2025-03-07", "NaT", "1400-01-01"], "M8[D]")
    assert read(days) == ("date32[day]", [DAY, None, dt.date(1400, 1, 1)])
    for unit in ("s", "ms", "us"):
        values = np.array(["2025-03-07T12:00:00", "NaT"], f"M8[{unit}]")
        noon = NOON.replace(microsecond=0)
        assert read(values) == (f"timestamp[{unit}]", [noon, None])
        assert address_in(values) == values.ctypes.data
        assert read(values.astype(f">M8[{unit}]"))[1] == [noon, None]
        assert read(np.repeat(values, 2)[::2])[1] == [noon, None]
        masked = np.ma.array(np.repeat(values, 2), mask=[True, False, False, False])
        assert read(masked)[1] == [None, noon, None, None]
    with as_arrow({"x": np.array(["2025-03-07T12:00:00.5", "NaT"], "M8[ns]")}) as batch:
        assert batch.column(0).type == pa.timestamp("ns")
        assert batch.column(0).cast(pa.int64()).to_pylist() == [1741348800500000000, None]


@pytest.mark.parametrize(
    ("values", "message"),
    [
        (np.zeros(2, "f2"), "is of type float16, which is not taken; convert the column to text"),
        (np.zeros(2, "c16"), "is of type complex128, which is not taken"),
        (np.zeros(2, "S3"), "is of type |S3, which is not taken"),
        (np.zeros(2, "m8[s]"), "is of type timedelta64[s], which is not taken"),
        (np.zeros(2, "M8[h]"), "is of type datetime64[h]; times count days, s, ms, us or ns"),
        (np.zeros(2, "M8[10ns]"), "is of type datetime64[10ns]; times count days"),
        (np.zeros(2, "M8[25s]"), "is of type datetime64[25s]; times count days"),
        (np.zeros(2, "M8[2D]"), "is of type datetime64[2D]; times count days"),
        (np.zeros(2, [("a", "i4")]), "is of type [('a', '<i4')], which is not taken"),
        (np.zeros((2, 3)), "has 2 dimensions; give one value a row"),
        (np.zeros(2, np.longdouble), "which is not taken"),
    ],
)
def test_numpy_types_that_are_not_taken(values: object, message: str) -> None:
    error = refused(values)
    assert isinstance(error, XqsTypeError)
    assert f'column "bad" {message}' in str(error) or message in str(error)
    assert error.row is None


def test_days_beyond_32_bits() -> None:
    error = refused(np.array(["2025-03-07", "NaT"], "M8[D]") + np.timedelta64(2**40, "D"))
    assert isinstance(error, DataError)
    assert error.row == 0


# pandas


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


# Other Arrow libraries


@pytest.mark.parametrize(
    ("values", "kind", "expected"),
    [
        (pa.array([1, None, 3, 4])[1:3], "int64", [None, 3]),
        (pa.array(["a", None, "b"])[1:], "string", [None, "b"]),
        (pa.array([True] * 9 + [None])[8:], "bool", [True, None]),
        (pa.array(["a", "b"]).dictionary_encode()[1:], None, ["b"]),
        (pa.chunked_array([[1, 2]]), "int64", [1, 2]),
        (pa.chunked_array([[1], [], [2, None]]), "int64", [1, 2, None]),
        (pa.chunked_array([["a"], ["b"]]), "large_string", ["a", "b"]),
        (pa.chunked_array([], type=pa.int8()), "int8", []),
        (pa.chunked_array([pa.array(["a"]).dictionary_encode()] * 2), None, ["a", "a"]),
        (pl.Series([1, None]), "int64", [1, None]),
        (pl.Series(["a", None, "long enough for a buffer"])[1:], "string_view", None),
        (pl.Series([], dtype=pl.Int64), "int64", []),
        (pl.concat([pl.Series([1]), pl.Series([2])], rechunk=False), "int64", [1, 2]),
        (nw.from_native(pd.Series([1, None], dtype="Int64"), series_only=True), "int64", [1, None]),
        (
            nw.from_native(
                pl.concat([pl.Series([1]), pl.Series([2])], rechunk=False), series_only=True
            ),
            "int64",
            [1, 2],
        ),
    ],
)
def test_arrow(values: Any, kind: str | None, expected: list[object] | None) -> None:
    found, read_back = read(values)
    assert kind is None or found == kind
    assert read_back == (values.to_list() if expected is None else expected)


class Chunks:
    """A producer that nobody knows."""

    def __init__(self, *chunks: list[int]) -> None:
        self._chunks = pa.chunked_array(chunks, type=pa.int64())

    def __len__(self) -> int:
        return len(self._chunks)

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        return self._chunks.__arrow_c_stream__(requested_schema)


def test_producers_that_nobody_knows() -> None:
    assert read(Chunks([1, 2])) == ("int64", [1, 2])
    assert read(Chunks()) == ("null", [])
    error = refused(Chunks([1], [2, 3]))
    assert "comes in several chunks; make it one, or pass its table" in str(error)


@pytest.mark.skipif(
    tuple(map(int, pl.__version__.split(".")[:2])) < (1, 34), reason="such Series had no chunks"
)
def test_polars_categories() -> None:
    assert read(pl.Series(["a", None], dtype=pl.Categorical))[1] == ["a", None]
    assert read(pl.Series(["a", None], dtype=pl.Enum(["b", "a"])))[1] == ["a", None]


class Broken:
    """A producer that fails half way."""

    def __len__(self) -> int:
        return 2

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        def batches() -> Iterator[pa.RecordBatch]:
            yield pa.record_batch({"a": [1]})
            raise OSError("the disk is gone")

        schema = pa.schema({"a": pa.int64()})
        return pa.RecordBatchReader.from_batches(schema, batches()).__arrow_c_stream__()


def test_producers_that_fail() -> None:
    error = refused(Broken())
    assert 'column "bad" cannot be read: the source of the rows broke off' in str(error)
    assert "the disk is gone" in str(error)


class ArrayLike:
    def __init__(self, values: Any) -> None:
        self._values = values

    def __len__(self) -> int:
        return len(self._values)

    def __array__(self, dtype: object = None, copy: object = None) -> Any:
        return self._values


def test_what_numpy_can_read() -> None:
    assert read(ArrayLike(np.arange(3, dtype="i2"))) == ("int16", [0, 1, 2])
    assert "2 dimensions" in str(refused(ArrayLike(np.zeros((2, 2)))))


def test_arrow_is_not_copied_and_given_back() -> None:
    gc.collect()
    before = pa.total_allocated_bytes()
    values: Any = pa.array(range(1000))
    address = values.buffers()[1].address
    assert address_in(values) == address
    assert address_in(pa.chunked_array([values])) == address
    with lent({"x": Chunks(list(range(1000)))}):
        assert pa.total_allocated_bytes() > before + 8000
    del values
    gc.collect()
    assert pa.total_allocated_bytes() == before


# Tables


def test_no_columns() -> None:
    with as_arrow({}) as batch:
        assert batch.num_rows == 0
    with lent({}, length=3) as (rows, _):
        assert rows.array.length == 3
        assert rows.array.n_children == 0


def test_order_and_names() -> None:
    columns = {"ö": [1], "bad": [b""], "b" * 200: ["x"]}
    with lent(columns) as (rows, unusable):
        assert list(unusable) == ["bad"]
        assert pa.record_batch(Exported(rows.schema, rows.array)).schema.names == list(columns)


def test_lengths_differ() -> None:
    with (
        pytest.raises(XqsValueError, match='column "b" has 2 rows and column "a" 1') as caught,
        lent({"a": [1], "b": [b"", b""]}),
    ):
        pass
    assert caught.value.column == "b"
    with (
        pytest.raises(XqsValueError, match='column "a" has 1 rows and the table 3'),
        lent({"a": np.zeros(1)}, length=3),
    ):
        pass


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
        (1, XqsTypeError, "the column name 1 is of type int; names are text"),
        (("a", "b"), XqsTypeError, r"the column name \('a', 'b'\) is of type tuple"),
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
    with lent({"bad": Unsized(), "good": [1, 2, 3, 4]}) as (rows, unusable):
        assert list(unusable) == ["bad"]
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


# The C library


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
    with lent(answers(**{column: ["a", 1]})) as (rows, unusable):
        assert list(unusable) == [column]
        with pytest.raises(DataError, match=r"fixed_size_binary.*not taken") as caught:
            push(rows)
    assert caught.value.column == column


def test_library_needs_what_cannot_be_used() -> None:
    with pytest.raises(XqsTypeError, match='column "team", row 1: 1 is an int, and text') as caught:
        xqs.score(answers(team=["a", 1]), by=["team"])
    assert (caught.value.column, caught.value.row, caught.value.value) == ("team", 1, "1")


def test_library_sees_values_out_of_range() -> None:
    with pytest.raises(DataError, match="integers are at most 9223372036854775807") as caught:
        xqs.score(answers(team=np.array([1, 2**63], "u8")), by=["team"])
    assert (caught.value.column, caught.value.row) == ("team", 1)


# Any values at all


def same(found: list[Any], expected: list[Any]) -> bool:
    return all(
        a == b or (a is not None and b is not None and a != a and b != b)  # noqa: PLR0124
        for a, b in zip(found, expected, strict=True)
    )


moments = st.datetimes(dt.datetime(1400, 1, 1), dt.datetime(9999, 12, 31))  # noqa: DTZ001
kinds: list[st.SearchStrategy[Any]] = [
    st.text(st.characters(exclude_categories=["Cs"])),
    st.text("ab"),
    st.integers(-(2**63), 2**63 - 1),
    st.floats(),
    st.booleans(),
    moments,
    moments.map(lambda moment: moment.replace(tzinfo=UTC)),
    st.dates(dt.date(1400, 1, 1)),
    st.integers(-(2**53), 2**53) | st.floats(),
]
columns_of_one_kind = st.sampled_from(kinds).flatmap(lambda kind: st.lists(kind | st.none()))


@settings(deadline=None)
@given(columns_of_one_kind)
def test_any_values(values: list[Any]) -> None:
    kind, found = read(values)
    expected = pa.array(values, from_pandas=False)
    assert same(found, expected.to_pylist())
    assert kind.removeprefix("large_") == str(expected.type)


@settings(deadline=None)
@given(columns_of_one_kind)
def test_any_values_in_object_columns(values: list[Any]) -> None:
    column = pd.Series(values, dtype=object)
    assert same(read(column)[1], read(values)[1])


@settings(deadline=None)
@given(
    st.sampled_from(["i1", "u2", "i4", "f4", "f8", "i8", ">i4", ">f8"]),
    st.lists(st.tuples(st.integers(0, 100), st.booleans())),
    st.slices(20),
)
def test_any_masked_view(kind: str, rows: list[tuple[int, bool]], part: slice) -> None:
    values = np.array([value for value, _ in rows], kind)[part]
    mask = np.array([masked for _, masked in rows], bool)[part]
    assert read(np.ma.array(values, mask=mask))[1] == [
        None if masked else value
        for value, masked in zip(values.tolist(), mask.tolist(), strict=True)
    ]


@settings(deadline=None)
@given(st.lists(st.sampled_from(["a", "b", "ö", None])), st.slices(20))
def test_any_part_of_categories(values: list[str | None], part: slice) -> None:
    column = pd.Series(pd.Categorical(values, categories=["ö", "a", "b"]))
    assert read(column.iloc[part])[1] == values[part]


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
