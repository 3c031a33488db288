"""Columns of other Arrow libraries, which they hand over in capsules."""

from __future__ import annotations

import sys
from typing import Any

from xqs import _arrow
from xqs._errors import XqsError
from xqs._loaded import is_a

from ._column import Borrowed, Column, Lendable
from ._refusal import RefusalError


def is_arrow(values: object) -> bool:
    return hasattr(values, "__arrow_c_array__") or hasattr(values, "__arrow_c_stream__")


def of_arrow(values: Any) -> Lendable:
    if is_a(values, "pyarrow", "ChunkedArray"):
        values = _in_one_chunk(values)
    elif is_a(values, "polars", "Series"):
        values = values.rechunk()
    if not hasattr(values, "__arrow_c_array__"):
        return _of_stream(values)
    with _arrow.batch_of(values) as column:
        return Borrowed(column)


def _in_one_chunk(values: Any) -> Any:
    if values.num_chunks == 1:
        return values.chunk(0)
    pyarrow = sys.modules["pyarrow"]
    if values.type == pyarrow.string():  # of which a single array has at most 2 GiB
        values = values.cast(pyarrow.large_string())
    try:
        return values.combine_chunks()
    except pyarrow.ArrowException as error:
        raise RefusalError(f"comes in chunks that cannot be joined: {error}") from None


def _of_stream(values: Any) -> Lendable:
    column = None
    try:
        for chunk in _arrow.batches_of_stream(values):
            if column is not None:
                raise RefusalError("comes in several chunks; make it one, or pass its table")
            column = Borrowed(chunk)
    except XqsError as error:
        raise RefusalError(f"cannot be read: {error}") from None
    return Column(b"n", 0, ()) if column is None else column
