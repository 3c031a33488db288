"""Columns lent to the C library, read back by pyarrow."""

from __future__ import annotations

import ctypes
import datetime as dt
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from xqs._columns import lent

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from xqs._errors import XqsError


UTC = dt.timezone.utc
NAN = float("nan")
NOON = dt.datetime(2025, 3, 7, 12, 0, 0, 250_000)  # noqa: DTZ001
NOON_UTC = NOON.replace(tzinfo=UTC)
DAY = dt.date(2025, 3, 7)


class Exported:
    """Structs of ours, for pyarrow to read: it releases them, which frees nothing."""

    def __init__(self, *structs: ctypes.Structure) -> None:
        self._addresses = [ctypes.addressof(struct) for struct in structs]

    def __arrow_c_array__(self, requested_schema: object = None) -> tuple[object, object]:
        new = ctypes.pythonapi["PyCapsule_New"]
        new.restype = ctypes.py_object
        new.argtypes = (ctypes.c_void_p, ctypes.c_char_p, ctypes.c_void_p)
        schema, rows = self._addresses
        return new(schema, b"arrow_schema", None), new(rows, b"arrow_array", None)


@contextmanager
def as_arrow(columns: Mapping[str, object]) -> Iterator[pa.RecordBatch]:
    with lent(columns) as rows:
        assert rows.unusable == {}
        batch = pa.record_batch(Exported(rows.schema, rows.array))
        batch.validate(full=True)
        yield batch


def read(values: object) -> tuple[str, list[Any]]:
    """Arrow's type of a column and what it holds."""
    with as_arrow({"x": values}) as batch:
        return str(batch.schema.types[0]), batch.column(0).to_pylist()


def refused(values: object) -> XqsError:
    """Why a column cannot be used; another beside it can."""
    with lent({"good": [7] * len(values), "bad": values}) as rows:  # type: ignore[arg-type]
        batch = pa.record_batch(Exported(rows.schema, rows.array))
        assert batch.column("good").to_pylist() == [7] * len(values)  # type: ignore[arg-type]
        assert len(batch.column("bad")) == len(values)  # type: ignore[arg-type]
        assert list(rows.unusable) == ["bad"]
        error = rows.unusable["bad"]
        assert error.status == "XQS_INVALID_DATA"
        assert error.column == "bad"
        return error


def address_in(values: object) -> int | None:
    """Where the values of a column are that was lent."""
    with lent({"x": values}) as rows:
        buffers = rows.array.children[0].contents.buffers
        address: int | None = buffers[1]
        return address


class Chunks:
    """A producer that nobody knows."""

    def __init__(self, *chunks: list[int]) -> None:
        self._chunks = pa.chunked_array(chunks, type=pa.int64())

    def __len__(self) -> int:
        return len(self._chunks)

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        return self._chunks.__arrow_c_stream__(requested_schema)
