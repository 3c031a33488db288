"""Columns of whatever the caller has, lent to the C library as one Arrow struct array.

Lists, numpy, pandas, polars and pyarrow alike, and none of them is needed: they are recognised once
they are loaded. Values are copied only where Arrow has another form for them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sized
from contextlib import contextmanager
from typing import TYPE_CHECKING

from xqs._errors import XqsError, XqsTypeError, XqsValueError

from ._capsules import is_arrow
from ._column import Lendable, batch, refused
from ._readers import column, dimensions
from ._refusal import RefusalError, is_unicode, shown

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from xqs import _arrow


@contextmanager
def lent(
    columns: Mapping[str, object], is_needed: Callable[[str], bool] = lambda _: True
) -> Generator[_arrow.Batch, None, None]:
    """Lends columns of equal lengths as rows, for as long as they are looked at.

    Columns that are not needed stand there by their name alone. Columns whose values cannot be
    meant are unusable. Both are of a type that the C library refuses where a query needs them.

    Raises:
        XqsTypeError: a name is no text, or what it stands for is no column.
        XqsValueError: columns differ in length, or the C library cannot be told a name.
    """
    lendable: dict[str, Lendable] = {}
    try:
        unusable, rows = _take(columns, is_needed, lendable)
        yield batch({name: lendable[name] for name in columns}, rows, unusable)
    finally:
        lendable.clear()  # for a traceback keeps this frame, and what is lent cannot be resized


def _take(
    columns: Mapping[str, object],
    is_needed: Callable[[str], bool],
    lendable: dict[str, Lendable],
) -> tuple[dict[str, XqsError], int]:
    """Adds all columns to those lendable; what is wrong with some of them, and their length."""
    unusable: dict[str, XqsError] = {}
    lengths: dict[str, int] = {}
    for name, values in columns.items():
        _require_name(name)
        _require_column(name, values)
        try:
            if isinstance(values, Sized) and not is_needed(name):
                lendable[name] = refused(len(values))
            else:
                lendable[name] = column(values)
            lengths[name] = lendable[name].length
        except RefusalError as refusal:
            unusable[name] = refusal.of_column(name)
            if isinstance(values, Sized):
                lengths[name] = len(values)
    rows = _common(lengths)
    lendable.update(dict.fromkeys(unusable, refused(rows)))
    return unusable, rows


def _require_name(name: object) -> None:
    if not isinstance(name, str):
        raise XqsTypeError(
            f"names of columns are text, and one is {shown(name)}; rename it, or leave it out",
            status="XQS_INVALID_DATA",
        )
    if "\0" in name or not is_unicode(name):
        raise XqsValueError(
            f"the column name {shown(name)} holds a character that names cannot have",
            status="XQS_INVALID_DATA",
        )


def _require_column(name: str, values: object) -> None:
    if not _is_column(values):
        raise XqsTypeError(
            f'column "{name}": {shown(values)} is not a column; give one value a row',
            status="XQS_INVALID_DATA",
            column=name,
            value=shown(values),
        )


def _is_column(values: object) -> bool:
    if isinstance(values, (str, bytes, bytearray, set, frozenset, Mapping)):
        return False
    return dimensions(values) != 0 and (is_arrow(values) or isinstance(values, Sized))


def _common(lengths: Mapping[str, int]) -> int:
    """The length of all columns."""
    first = next(iter(lengths), "")
    rows = lengths.get(first, 0)
    for name, length in lengths.items():
        if length != rows:
            raise XqsValueError(
                f'column "{name}" has {length} rows and column "{first}" {rows};'
                " all columns have the same number",
                status="XQS_INVALID_DATA",
                column=name,
            )
    return rows
