"""Kinds of Python values, of which a column has one each."""

from __future__ import annotations

import sys
from array import array
from datetime import date, datetime, timedelta, timezone
from itertools import accumulate
from typing import TYPE_CHECKING, Any, NamedTuple

from xqs._errors import DataError

from ._column import Column
from ._memory import bits
from ._refusal import RefusalError, is_unicode, shown

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable


class Kind(NamedTuple):
    """Values that go together in a column.

    Attributes:
        name: what one of them is.
        filler: what stands in the slots of nulls.
        build: makes a column of a list of them, without a validity bitmap.
    """

    name: str
    filler: Any
    build: Callable[[list[Any]], Column]


def _text(rows: list[Any]) -> Column:
    if all(map(str.isascii, rows)):
        return _texts("".join(rows).encode(), map(str.__len__, rows))
    try:
        texts = list(map(str.encode, rows))
    except UnicodeEncodeError:
        row = next(row for row, value in enumerate(rows) if not is_unicode(value))
        why = f"{shown(rows[row])} holds half a character, which UTF-8 cannot say; fix the text"
        raise RefusalError(why, row=row, value=rows[row], kind=DataError) from None
    return _texts(b"".join(texts), map(len, texts))


def _texts(text: bytes, sizes: Iterable[int]) -> Column:
    ends = array("q", accumulate(sizes, initial=0))
    return Column(b"U", len(ends) - 1, (None, memoryview(ends), memoryview(text)))


def _integers(rows: list[Any]) -> Column:
    try:
        return _numbers(b"l", array("q", rows))
    except OverflowError:
        row = next(row for row, value in enumerate(rows) if not -(1 << 63) <= value < 1 << 63)
        why = f"{shown(rows[row])} has more than 64 bits; convert the column to text"
        raise RefusalError(why, row=row, value=rows[row], kind=DataError) from None


def _floats(rows: list[Any]) -> Column:
    return _numbers(b"g", array("d", rows))


def _booleans(rows: list[Any]) -> Column:
    return Column(b"b", len(rows), (None, bits(bytes(map(bool, rows)))))


_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 - what has no zone stays without
_EPOCH_UTC = datetime(1970, 1, 1, tzinfo=timezone.utc)
_MICROSECOND = timedelta(microseconds=1)


def _times(rows: list[Any]) -> Column:
    has_zone = _has_zone(next(value for value in rows if value is not None))
    _require_microseconds(rows)
    epoch = _EPOCH_UTC if has_zone else _EPOCH
    try:
        since = [0 if value is None else (value - epoch) // _MICROSECOND for value in rows]
    except TypeError:
        raise _other_zone(rows, has_zone=has_zone) from None
    return _numbers(b"tsu:UTC" if has_zone else b"tsu:", array("q", since))


def _has_zone(time: datetime) -> bool:
    return time.utcoffset() is not None


def _other_zone(rows: list[Any], *, has_zone: bool) -> RefusalError:
    row = next(
        row for row, value in enumerate(rows) if value is not None and _has_zone(value) != has_zone
    )
    has, others = ("no zone", "a zone") if has_zone else ("a zone", "none")
    why = f"{rows[row]} has {has}, and times before it have {others}; give all of them one, or none"
    return RefusalError(why, row=row, value=rows[row])


def _require_microseconds(rows: list[Any]) -> None:
    """A Timestamp of pandas can be finer than the datetime that it is."""
    if not any(hasattr(kind, "nanosecond") for kind in set(map(type, rows))):
        return
    for row, value in enumerate(rows):
        if getattr(value, "nanosecond", 0):
            why = f"{value} is no whole number of microseconds; round it"
            raise RefusalError(why, row=row, value=value, kind=DataError)


def _dates(rows: list[Any]) -> Column:
    first = _EPOCH.toordinal()
    return _numbers(b"tdD", array("i", [value.toordinal() - first for value in rows]))


def _nulls(rows: list[Any]) -> Column:
    return Column(b"n", len(rows), ())


def _numbers(form: bytes, values: array[Any]) -> Column:
    return Column(form, len(values), (None, memoryview(values)))


TEXT = Kind("text", "", _text)
INTEGER = Kind("an int", 0, _integers)
FLOAT = Kind("a float", 0.0, _floats)
BOOLEAN = Kind("a bool", filler=False, build=_booleans)
TIME = Kind("a datetime", None, _times)
DATE = Kind("a date", _EPOCH.date(), _dates)
NULL = Kind("null", None, _nulls)

#: The first one that a value is of counts: a bool is an int too, and a datetime a date.
_KINDS = (
    (str, TEXT),
    (bool, BOOLEAN),
    (int, INTEGER),
    (float, FLOAT),
    (datetime, TIME),
    (date, DATE),
)
_NUMPY_KINDS = {
    "b1": BOOLEAN,
    **dict.fromkeys(("i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8"), INTEGER),
    **dict.fromkeys(("f2", "f4", "f8"), FLOAT),
}


def kind_of(kind: type[Any]) -> Kind | None:
    """The kind of values of a type, None if they are not taken."""
    pandas = sys.modules.get("pandas")
    nulls = (None, getattr(pandas, "NA", None), getattr(pandas, "NaT", None))
    if kind in map(type, nulls):
        return NULL
    numpy = sys.modules.get("numpy")
    if numpy and issubclass(kind, numpy.generic) and not issubclass(kind, str):
        dtype = numpy.dtype(kind)
        return _NUMPY_KINDS.get(f"{dtype.kind}{dtype.itemsize}")
    return next((found for base, found in _KINDS if issubclass(kind, base)), None)
