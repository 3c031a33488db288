"""Columns of numpy, read back by pyarrow."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lending import DAY, NAN, NOON, address_in, as_arrow, read, refused
from xqs._errors import DataError, XqsTypeError


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
