"""Arrow's C data and C stream interfaces: rows of others in, results out. No Arrow library needed.

Structs belong to whoever made them and are released once, by their own function. Structs of others
stay in the capsule they came in, whose owner releases what was not taken out of it.
"""

from __future__ import annotations

import ctypes
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol, runtime_checkable

from . import _abi
from ._errors import DataError, XqsError, XqsValueError

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator, Mapping

# By index: others set the argument types of functions by name, which all share.
_pointer_in = ctypes.pythonapi["PyCapsule_GetPointer"]
_pointer_in.restype = ctypes.c_void_p
_pointer_in.argtypes = (ctypes.py_object, ctypes.c_char_p)
_new_capsule = ctypes.pythonapi["PyCapsule_New"]
_new_capsule.restype = ctypes.py_object
_new_capsule.argtypes = (ctypes.c_void_p, ctypes.c_char_p, ctypes.c_void_p)


@runtime_checkable
class ArrowStreamExportable(Protocol):
    """A table or a column that any library can read, as a stream of batches."""

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object: ...


@runtime_checkable
class ArrowArrayExportable(Protocol):
    """A batch or a column that any library can read."""

    def __arrow_c_array__(
        self, requested_schema: object | None = None
    ) -> tuple[object, object]: ...


class Batch(NamedTuple):
    """Rows, or one column, lent for as long as they are looked at."""

    schema: _abi.ArrowSchema
    array: _abi.ArrowArray
    unusable: Mapping[str, XqsError] = {}  #: what is wrong with columns, if they are needed

    def wrong_with(self, column: str | None) -> XqsError | None:
        """What is wrong with a column, named as an error of the C library names it."""
        found = (why for name, why in self.unusable.items() if _abi.cut(name) == column)
        return next(found, None)


def released(struct: Any) -> None:
    """Releases a struct that holds anything."""
    if struct.release:
        struct.release(ctypes.byref(struct))


def _in_capsule(kind: type[Any], name: bytes, capsule: object) -> Any:
    struct = kind.from_address(_pointer_in(capsule, name))
    if not struct.release:
        raise DataError("its rows were read already", status="XQS_INVALID_DATA")
    return struct


def _require(status: int, stream: _abi.ArrowArrayStream, what: str) -> None:
    if status == 0:
        return
    said: bytes | None = stream.get_last_error(ctypes.byref(stream))
    why = (said or b"error %d" % status).decode(errors="replace")
    raise DataError(f"{what}: {why}", status="XQS_INVALID_DATA")


def batches_of_stream(source: ArrowStreamExportable) -> Iterator[Batch]:
    """The batches of a producer, each released before the next one is asked for."""
    with stream_of(source) as (schema, arrays):
        for array in arrays:
            yield Batch(schema, array)


@contextmanager
def stream_of(
    source: ArrowStreamExportable,
) -> Generator[tuple[_abi.ArrowSchema, Iterator[_abi.ArrowArray]], None, None]:
    """The schema of a producer, and its arrays, each released before the next one is asked for."""
    capsule = source.__arrow_c_stream__()
    stream = _in_capsule(_abi.ArrowArrayStream, b"arrow_array_stream", capsule)
    schema = _abi.ArrowSchema()
    try:
        _require(
            stream.get_schema(ctypes.byref(stream), ctypes.byref(schema)),
            stream,
            "the source of the rows cannot say what columns it has",
        )
        with closing(_arrays(stream)) as arrays:
            yield schema, arrays
    finally:
        released(schema)
        released(stream)


def _arrays(stream: _abi.ArrowArrayStream) -> Generator[_abi.ArrowArray, None, None]:
    while True:
        array = _abi.ArrowArray()
        _require(
            stream.get_next(ctypes.byref(stream), ctypes.byref(array)),
            stream,
            "the source of the rows broke off",
        )
        if not array.release:
            return
        try:
            yield array
        finally:
            released(array)


@contextmanager
def batch_of(source: ArrowArrayExportable) -> Generator[Batch, None, None]:
    """The one batch of a producer."""
    schema_capsule, array_capsule = source.__arrow_c_array__()
    yield Batch(
        _in_capsule(_abi.ArrowSchema, b"arrow_schema", schema_capsule),
        _in_capsule(_abi.ArrowArray, b"arrow_array", array_capsule),
    )


class ResultStream:
    """An answer of the C library, to be read once: by ``columns`` or by another library.

    Readers take the stream out of the capsule at once, so the capsule needs no destructor: what was
    not taken is released here.
    """

    def __init__(self) -> None:
        self._stream = _abi.ArrowArrayStream()

    @property
    def out(self) -> Any:
        """Where the library writes the stream to."""
        return ctypes.byref(self._stream)

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        if not self._stream.release:
            raise XqsValueError("the answer was read already")
        address = ctypes.addressof(self._stream)
        capsule: object = _new_capsule(address, b"arrow_array_stream", None)
        return capsule

    def __del__(self) -> None:
        released(self._stream)

    def schema(self) -> _abi.ArrowSchema:
        """Its schema, to be released by the caller."""
        schema = _abi.ArrowSchema()
        status = self._stream.get_schema(self.out, ctypes.byref(schema))
        _require(status, self._stream, "the answer cannot be read")
        return schema

    def metadata(self) -> dict[str, str]:
        """What the answer says of itself: ``xqs.query``, ``xqs.notes``."""
        schema = self.schema()
        try:
            return dict(_pairs(schema.metadata))
        finally:
            released(schema)

    def notes(self) -> list[str]:
        """What a reader must know of the whole, in sentences."""
        return self.metadata().get("xqs.notes", "").splitlines()


def names_of(schema: _abi.ArrowSchema) -> list[str]:
    """The names of its columns."""
    return [(child.name or b"").decode(errors="replace") for child in _columns_of(schema)]


def _columns_of(schema: _abi.ArrowSchema) -> Iterator[_abi.ArrowSchema]:
    return (schema.children[position].contents for position in range(schema.n_children))


def _pairs(address: int | None) -> Iterator[tuple[str, str]]:
    """Arrow's metadata: a count, then keys and values, each with its length before it."""
    if not address:
        return

    at = address

    def integer() -> int:
        nonlocal at
        at += 4
        return ctypes.c_int32.from_address(at - 4).value

    def text() -> str:
        nonlocal at
        size = integer()
        at += size
        return ctypes.string_at(at - size, size).decode()

    for _ in range(integer()):
        yield text(), text()
