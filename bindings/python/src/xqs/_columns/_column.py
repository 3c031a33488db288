"""A column as Arrow has it, and columns as rows."""

from __future__ import annotations

import ctypes
from ctypes import CFUNCTYPE, POINTER, c_void_p
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

from xqs import _abi, _arrow

from ._memory import address

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from xqs._errors import XqsError

#: Arrow's formats for kinds and sizes of numbers.
NUMBERS = {
    "i1": b"c",
    "i2": b"s",
    "i4": b"i",
    "i8": b"l",
    "u1": b"C",
    "u2": b"S",
    "u4": b"I",
    "u8": b"L",
    "f4": b"f",
    "f8": b"g",
}


def _marking_released(struct: type[ctypes.Structure]) -> Any:
    """A release function that has nothing to free, since the lender does it.

    Nobody need call it, but without one a struct counts as released.
    """
    function: Any = CFUNCTYPE(None, POINTER(struct))

    def release(lent: Any) -> None:
        lent.contents.release = function()

    return function(release)


_release_schema = _marking_released(_abi.ArrowSchema)
_release_array = _marking_released(_abi.ArrowArray)
_NULLABLE = 2


@dataclass
class Column:
    """A column of values in memory that it keeps from being freed or resized.

    The first buffer is the validity bitmap, None where there are no nulls.
    """

    format: bytes
    length: int
    buffers: Sequence[memoryview | None]
    dictionary: Lendable | None = None

    def schema(self, name: bytes) -> _abi.ArrowSchema:
        schema = _abi.ArrowSchema(
            format=self.format, name=name, flags=_NULLABLE, release=_release_schema
        )
        if self.dictionary is not None:
            schema.dictionary = ctypes.pointer(self.dictionary.schema(b""))
        return schema

    def array(self) -> _abi.ArrowArray:
        buffers = (c_void_p * len(self.buffers))(*map(address, self.buffers))
        array = _abi.ArrowArray(
            length=self.length,
            null_count=self._null_count(),
            n_buffers=len(buffers),
            buffers=buffers,
            release=_release_array,
        )
        if self.dictionary is not None:
            array.dictionary = ctypes.pointer(self.dictionary.array())
        return array

    def _null_count(self) -> int:
        """The number, or -1: to be counted by who wants to know."""
        if not self.buffers:
            return self.length
        return 0 if self.buffers[0] is None else -1


def refused(rows: int) -> Column:
    """Binary of no bytes: Arrow that needs no memory for any number of rows, and is never taken."""
    return Column(b"w:0", rows, (None, None))


class Borrowed:
    """A column that another library made Arrow of: as it is, but for its name.

    Its structs are moved here from their owner, who does not release them then.
    """

    def __init__(self, column: _arrow.Batch) -> None:
        self._schema = _moved(column.schema)
        self._array = _moved(column.array)

    def __del__(self) -> None:
        _arrow.released(self._schema)
        _arrow.released(self._array)

    @property
    def length(self) -> int:
        return self._array.length

    def schema(self, name: bytes) -> _abi.ArrowSchema:
        schema = _abi.ArrowSchema.from_buffer_copy(self._schema)
        schema.name = name
        return schema

    def array(self) -> _abi.ArrowArray:
        return self._array


_Struct = TypeVar("_Struct", _abi.ArrowSchema, _abi.ArrowArray)


def _moved(struct: _Struct) -> _Struct:
    moved = type(struct).from_buffer_copy(struct)
    struct.release = type(struct.release)()
    return moved


Lendable: TypeAlias = "Column | Borrowed"


def batch(
    columns: Mapping[str, Lendable], rows: int, unusable: Mapping[str, XqsError]
) -> _arrow.Batch:
    """The rows of columns, which are not kept alive."""
    count = len(columns)
    schemas = [column.schema(name.encode()) for name, column in columns.items()]
    arrays = [column.array() for column in columns.values()]
    schema = _abi.ArrowSchema(
        format=b"+s",
        name=b"",
        n_children=count,
        children=(POINTER(_abi.ArrowSchema) * count)(*map(ctypes.pointer, schemas)),
        release=_release_schema,
    )
    array = _abi.ArrowArray(
        length=rows,
        n_buffers=1,
        n_children=count,
        buffers=(c_void_p * 1)(),
        children=(POINTER(_abi.ArrowArray) * count)(*map(ctypes.pointer, arrays)),
        release=_release_array,
    )
    return _arrow.Batch(schema, array, unusable)
