"""Columns of numpy, which is loaded where there are any."""

from __future__ import annotations

import sys
from typing import Any

from xqs._errors import DataError

from ._column import NUMBERS, Column
from ._refusal import RefusalError, not_taken
from ._values import of_values


def of_numpy(values: Any) -> Column:
    """An array, of which values may be masked."""
    if values.dtype.kind in "OTU":
        return of_values(values.tolist())
    ma = sys.modules["numpy"].ma
    mask = ma.getmask(values)
    return of_numpy_values(ma.getdata(values), None if mask is ma.nomask else mask)


def of_numpy_values(values: Any, missing: Any) -> Column:
    """Values of one size each, with True where they are missing; None if none is."""
    kind: str = values.dtype.kind
    if kind == "M":
        return of_times(values, missing)
    if kind == "b":
        return Column(b"b", len(values), (_validity(missing), _packed(values)))
    form = NUMBERS.get(f"{kind}{values.dtype.itemsize}")
    if form is None:
        raise RefusalError(not_taken(values.dtype))
    return Column(form, len(values), (_validity(missing), _memory(values)))


def of_times(values: Any, missing: Any, zone: bytes = b"") -> Column:
    numpy = sys.modules["numpy"]
    values = _native(values)
    unit, count = numpy.datetime_data(values.dtype)
    missing = numpy.isnat(values) if missing is None else numpy.isnat(values) | missing
    if count == 1 and unit == "D":
        return Column(b"tdD", len(values), (_validity(missing), _memory(_days(values, missing))))
    if count == 1 and unit in ("s", "ms", "us", "ns"):
        form = b"ts" + unit[0].encode() + b":" + zone
        return Column(form, len(values), (_validity(missing), _memory(values.view("i8"))))
    raise RefusalError(f"is of type {values.dtype}; times count days, s, ms, us or ns, convert it")


def _days(values: Any, missing: Any) -> Any:
    days = values.astype("i8")
    short = days.astype("i4")
    beyond = (short != days) & ~missing
    if beyond.any():
        row = int(beyond.argmax())
        why = f"{values[row]} is beyond all calendars; fix or remove it"
        raise RefusalError(why, row=row, value=values[row], kind=DataError)
    return short


def _memory(values: Any) -> memoryview:
    """Numbers in a row and as the machine writes them; copied only if they are not."""
    return memoryview(sys.modules["numpy"].ascontiguousarray(_native(values)))


def _native(values: Any) -> Any:
    return values.astype(values.dtype.newbyteorder("="), copy=False)


def _packed(values: Any) -> memoryview:
    return memoryview(sys.modules["numpy"].packbits(values, bitorder="little"))


def _validity(missing: Any) -> memoryview | None:
    return None if missing is None or not missing.any() else _packed(~missing)
