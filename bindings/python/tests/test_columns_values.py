"""Columns of Python values and of memory, read back by pyarrow."""

from __future__ import annotations

import array
import ctypes
import datetime as dt
import decimal
import enum
import fractions
import math
from collections import deque
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lending import DAY, NAN, NOON, NOON_UTC, UTC, address_in, read, refused
from xqs._columns import lent
from xqs._errors import DataError, XqsTypeError, XqsValueError

FIRST = dt.datetime.min  # noqa: DTZ901
LAST = dt.datetime.max  # noqa: DTZ901


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
