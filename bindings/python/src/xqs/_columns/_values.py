"""Columns of Python values."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeAlias

from xqs._errors import DataError

from ._kinds import FLOAT, INTEGER, NULL, Kind, kind_of
from ._memory import bits
from ._refusal import RefusalError, not_taken, shown

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ._column import Column


def of_iterable(values: Any) -> Column:
    try:
        rows = list(values)
    except (NotImplementedError, TypeError) as error:
        raise RefusalError(f"cannot be read: {error}; make it a list") from None
    return of_values(rows)


def of_values(rows: list[Any]) -> Column:
    """None, pandas.NA and NaT are null, and so is NaN where it is not among numbers."""
    kinds = {kind: kind_of(kind) for kind in set(map(type, rows))}
    found = set(kinds.values()) - {NULL}
    if FLOAT in found and found - {FLOAT, INTEGER} and _only_nan(rows, kinds):
        kinds = {kind: NULL if of is FLOAT else of for kind, of in kinds.items()}
        found.remove(FLOAT)
    if found == {INTEGER, FLOAT}:
        _require_exact(rows, kinds)
        found.remove(INTEGER)
    if len(found) > 1 or None in found:
        raise _misfit(rows, kinds)
    return _of_kind(next(iter(found), NULL) or NULL, rows, kinds)


_Kinds: TypeAlias = "Mapping[type[Any], Kind | None]"


def _of_kind(kind: Kind, rows: list[Any], kinds: _Kinds) -> Column:
    if NULL not in kinds.values() or kind is NULL:
        return kind.build(rows)
    is_valid = {type_: of is not NULL for type_, of in kinds.items()}
    flags = bytes(map(is_valid.__getitem__, map(type, rows)))
    filled = [value if valid else kind.filler for value, valid in zip(rows, flags, strict=True)]
    column = kind.build(filled)
    return replace(column, buffers=(bits(flags), *column.buffers[1:]))


def _only_nan(rows: list[Any], kinds: _Kinds) -> bool:
    return all(value != value for value in rows if kinds[type(value)] is FLOAT)  # noqa: PLR0124


def _require_exact(rows: list[Any], kinds: _Kinds) -> None:
    """That ints which floats stand beside are floats too."""
    for row, value in enumerate(rows):
        if kinds[type(value)] is INTEGER and not -(1 << 53) <= value <= 1 << 53:
            why = f"{shown(value)} is an int beyond 2**53, and floats stand beside it, which are"
            why += " not that exact; convert the column to one type"
            raise RefusalError(why, row=row, value=value, kind=DataError)


def _misfit(rows: list[Any], kinds: _Kinds) -> RefusalError:
    """The first value that is not taken, or does not go together with those before it."""
    before = NULL
    for row, value in enumerate(rows):
        kind = kinds[type(value)]
        if kind is None:
            why = f"{shown(value)} {not_taken(type(value).__name__)}"
            return RefusalError(why, row=row, value=value)
        if kind is NULL:
            continue
        if before is not NULL and kind is not before and {kind, before} != {INTEGER, FLOAT}:
            why = f"{shown(value)} is {kind.name}, and {before.name} stood before it;"
            why += " convert the column to one type"
            return RefusalError(why, row=row, value=value)
        before = kind
    raise AssertionError("all values go together")
