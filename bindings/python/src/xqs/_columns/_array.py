"""Columns of memory: ``array.array`` and memoryviews."""

from __future__ import annotations

from typing import Any

from ._column import NUMBERS, Column
from ._memory import bits
from ._values import of_iterable


def of_memory(values: Any) -> Column:
    """An ``array.array`` or a memoryview."""
    view = memoryview(values)
    code = view.format.removeprefix("@")
    if code == "?":
        return Column(b"b", len(view), (None, bits(view.tobytes())))
    kind = "i" if code in "bhilqn" else "u" if code in "BHILQN" else "f" if code in "fd" else ""
    form = NUMBERS.get(f"{kind}{view.itemsize}")
    if form is None:
        return of_iterable(values)
    contiguous = view if view.c_contiguous else memoryview(view.tobytes())
    return Column(form, len(view), (None, contiguous))
