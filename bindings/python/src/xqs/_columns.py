"""Columns of whatever the caller has, lent to the C library as one Arrow struct array.

Lists, numpy, pandas, polars and pyarrow alike, and none of them is needed: they are recognised once
they are loaded. Values are copied only where Arrow has another form for them.
"""

from __future__ import annotations

import ctypes
import sys
from array import array
from collections.abc import Mapping, Sized
from contextlib import ExitStack, contextmanager
from ctypes import CFUNCTYPE, POINTER, c_char_p, c_int, c_ssize_t, c_void_p, py_object
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta, timezone
from itertools import accumulate
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias, TypeVar

from . import _abi, _arrow
from ._errors import DataError, XqsError, XqsTypeError, XqsValueError

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Sequence


class Lent(NamedTuple):
    """Columns as rows, for as long as they are looked at.

    Attributes:
        batch: the rows.
        unusable: what is wrong with columns whose values cannot be meant. In the batch they are of
            a type that the C library refuses, by their name, where a query needs them.
    """

    batch: _arrow.Batch
    unusable: dict[str, XqsError]


@contextmanager
def lent(columns: Mapping[str, object], length: int | None = None) -> Generator[Lent, None, None]:
    """Lends columns of equal lengths; ``length`` is theirs, and needed only where there are none.

    Raises:
        XqsTypeError: a name is no text, or what it stands for is no column.
        XqsValueError: columns differ in length, or the C library cannot be told a name.
    """
    lendable: dict[str, _Lendable] = {}
    try:
        unusable, rows = _take(columns, length, lendable)
        yield Lent(_batch({name: lendable[name] for name in columns}, rows), unusable)
    finally:
        lendable.clear()  # for a traceback keeps this frame, and what is lent cannot be resized


def _take(
    columns: Mapping[str, object], length: int | None, lendable: dict[str, _Lendable]
) -> tuple[dict[str, XqsError], int]:
    """Adds all columns to those lendable; what is wrong with some of them, and their length."""
    unusable: dict[str, XqsError] = {}
    lengths: dict[str, int] = {}
    for name, values in columns.items():
        _require_name(name)
        _require_column(name, values)
        try:
            lendable[name] = _column(values)
            lengths[name] = lendable[name].length
        except _RefusalError as refusal:
            unusable[name] = refusal.of_column(name)
            if isinstance(values, Sized):
                lengths[name] = len(values)
    rows = _common(lengths, length)
    lendable.update(dict.fromkeys(unusable, _Column(_REFUSED, rows, (None, None))))
    return unusable, rows


def _require_name(name: object) -> None:
    if not isinstance(name, str):
        raise XqsTypeError(
            f"the column name {_shown(name)} is of type {type(name).__name__}; names are text",
            status="XQS_INVALID_DATA",
        )
    if "\0" in name or not _is_unicode(name):
        raise XqsValueError(
            f"the column name {_shown(name)} holds a character that names cannot have",
            status="XQS_INVALID_DATA",
        )


def _require_column(name: str, values: object) -> None:
    if not _is_column(values):
        raise XqsTypeError(
            f'column "{name}": {_shown(values)} is not a column; give one value a row',
            status="XQS_INVALID_DATA",
            column=name,
            value=_shown(values),
        )


def _is_column(values: object) -> bool:
    if isinstance(values, (str, bytes, bytearray, set, frozenset, Mapping)):
        return False
    is_arrow = hasattr(values, "__arrow_c_array__") or hasattr(values, "__arrow_c_stream__")
    return _dimensions(values) != 0 and (is_arrow or isinstance(values, Sized))


def _common(lengths: Mapping[str, int], expected: int | None) -> int:
    """The length of all columns."""
    first = next(iter(lengths), "")
    rows = lengths.get(first, 0) if expected is None else expected
    other = f'column "{first}"' if expected is None else "the table"
    for name, length in lengths.items():
        if length != rows:
            raise XqsValueError(
                f'column "{name}" has {length} rows and {other} {rows};'
                " all columns have the same number",
                status="XQS_INVALID_DATA",
                column=name,
            )
    return rows


# What is wrong with a column


class _RefusalError(Exception):
    """Values cannot be taken: found before their column's name is known."""

    def __init__(
        self,
        why: str,
        *,
        row: int | None = None,
        value: object = None,
        kind: type[XqsError] = XqsTypeError,
    ) -> None:
        super().__init__(why)
        self._subject = "column"
        self._row = row
        self._value = None if row is None else _shown(value)
        self._kind = kind

    def of_categories(self) -> _RefusalError:
        """The same, found in the list of a column's categories, which is no row."""
        self._subject = "the list of categories of column"
        self._row = None
        return self

    def of_column(self, name: str) -> XqsError:
        where = "" if self._value is None else ":" if self._row is None else f", row {self._row}:"
        return self._kind(
            f'{self._subject} "{name}"{where} {self}',
            status="XQS_INVALID_DATA",
            row=self._row,
            column=name,
            value=self._value,
        )


_ADVICE = "convert the column to text, numbers or times, or leave it out"


def _not_taken(kind: object) -> _RefusalError:
    return _RefusalError(f"is of type {kind}, which is not taken; {_ADVICE}")


def _shown(value: object) -> str:
    most = 60
    text = repr(value)
    return text if len(text) <= most else text[: most - 3] + "..."


def _is_unicode(text: str) -> bool:
    """Whether it is all characters, and no halves of them as UTF-16 knows them."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


# Arrow's structs


class _PyBuffer(ctypes.Structure):
    """``Py_buffer`` of the stable ABI."""

    _fields_ = (
        ("buf", c_void_p),
        ("obj", py_object),
        ("len", c_ssize_t),
        ("itemsize", c_ssize_t),
        ("readonly", c_int),
        ("ndim", c_int),
        ("format", c_char_p),
        ("shape", c_void_p),
        ("strides", c_void_p),
        ("suboffsets", c_void_p),
        ("internal", c_void_p),
    )


_get_buffer = ctypes.pythonapi.PyObject_GetBuffer
_get_buffer.argtypes = (py_object, POINTER(_PyBuffer), c_int)
_release_buffer = ctypes.pythonapi.PyBuffer_Release
_release_buffer.argtypes = (POINTER(_PyBuffer),)
_release_buffer.restype = None


def _address(memory: memoryview | None) -> int | None:
    """Where memory is, for as long as its view lives."""
    if memory is None:
        return None
    buffer = _PyBuffer()
    _get_buffer(memory, ctypes.byref(buffer), 0)
    address: int | None = buffer.buf
    _release_buffer(ctypes.byref(buffer))
    return address


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
#: Binary of no bytes: Arrow that needs no memory for any number of rows, and is never taken.
_REFUSED = b"w:0"


@dataclass
class _Column:
    """A column of values in memory that it keeps from being freed or resized.

    The first buffer is the validity bitmap, None where there are no nulls.
    """

    format: bytes
    length: int
    buffers: Sequence[memoryview | None]
    dictionary: _Lendable | None = None

    def schema(self, name: bytes) -> _abi.ArrowSchema:
        schema = _abi.ArrowSchema(
            format=self.format, name=name, flags=_NULLABLE, release=_release_schema
        )
        if self.dictionary is not None:
            schema.dictionary = ctypes.pointer(self.dictionary.schema(b""))
        return schema

    def array(self) -> _abi.ArrowArray:
        buffers = (c_void_p * len(self.buffers))(*map(_address, self.buffers))
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


class _Borrowed:
    """A column that another library made Arrow of: as it is, but for its name."""

    def __init__(self, batch: _arrow.Batch, giving_back: ExitStack) -> None:
        self._batch = batch
        self._giving_back = giving_back

    def __del__(self) -> None:
        self._giving_back.close()

    @property
    def length(self) -> int:
        return self._batch.array.length

    def schema(self, name: bytes) -> _abi.ArrowSchema:
        schema = _abi.ArrowSchema.from_buffer_copy(self._batch.schema)
        schema.name = name
        return schema

    def array(self) -> _abi.ArrowArray:
        return self._batch.array


_Lendable: TypeAlias = "_Column | _Borrowed"


def _batch(columns: Mapping[str, _Lendable], rows: int) -> _arrow.Batch:
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
    return _arrow.Batch(schema, array)


# Whose column it is


def _is_a(values: object, library: str, *names: str) -> bool:
    """Whether it is of a class of a library, which is loaded then."""
    module = sys.modules.get(library)
    return any(isinstance(values, getattr(module, name, ())) for name in names)


def _dimensions(values: object) -> int:
    dimensions = getattr(values, "ndim", 1)
    return dimensions if isinstance(dimensions, int) else 1


def _column(values: Any) -> _Lendable:
    if _dimensions(values) != 1:
        raise _RefusalError(f"has {_dimensions(values)} dimensions; give one value a row")
    return next(read for is_theirs, read in _READERS if is_theirs(values))(values)


# Columns of other Arrow libraries


def _of_arrow_array(values: Any) -> _Lendable:
    with ExitStack() as stack:
        batch = stack.enter_context(_arrow.batch_of(values))
        return _Borrowed(batch, stack.pop_all())


def _of_arrow_stream(values: Any) -> _Lendable:
    if _is_a(values, "pyarrow", "ChunkedArray"):
        return _of_arrow_array(_in_one_chunk(values))
    if _is_a(values, "polars", "Series"):
        values = values.rechunk()
    try:
        return _of_one_chunk(values)
    except XqsError as error:
        raise _RefusalError(f"cannot be read: {error}") from None


def _in_one_chunk(values: Any) -> Any:
    if values.num_chunks == 1:
        return values.chunk(0)
    pyarrow = sys.modules["pyarrow"]
    if values.type == pyarrow.string():  # of which a single array has at most 2 GiB
        values = values.cast(pyarrow.large_string())
    try:
        return values.combine_chunks()
    except pyarrow.ArrowException as error:
        raise _RefusalError(f"comes in chunks that cannot be joined: {error}") from None


def _of_one_chunk(values: Any) -> _Lendable:
    with ExitStack() as stack:
        chunks: list[_arrow.Batch] = []
        for chunk in _arrow.batches_of_stream(values):
            if chunks:
                raise _RefusalError("comes in several chunks; make it one, or pass its table")
            chunks.append(_arrow.Batch(_moved(chunk.schema, stack), _moved(chunk.array, stack)))
        return _Borrowed(chunks[0], stack.pop_all()) if chunks else _of_values([])


_Struct = TypeVar("_Struct", _abi.ArrowSchema, _abi.ArrowArray)


def _moved(struct: _Struct, stack: ExitStack) -> _Struct:
    """A struct taken from its owner, who does not release it then."""
    moved = type(struct).from_buffer_copy(struct)
    struct.release = type(struct.release)()
    stack.callback(_arrow.released, moved)
    return moved


# pandas


def _of_pandas(values: Any) -> _Lendable:
    """A Series, an Index or an array. Types are known by name, as not all versions have all."""
    if _is_a(values, "pandas", "MultiIndex"):
        raise _RefusalError("has several levels; pass each as a column of its own")
    if _is_a(values.dtype, "numpy", "dtype"):
        return _of_array_like(values)
    kinds = (kind.__name__ for kind in type(values.dtype).__mro__)
    read = next((_PANDAS[kind] for kind in kinds if kind in _PANDAS), _of_objects)
    return read(getattr(values, "array", values))


def _of_objects(values: Any) -> _Lendable:
    objects: list[Any] = sys.modules["numpy"].asarray(values, dtype=object).tolist()
    return _of_values(objects)


def _of_arrow_backed(values: Any) -> _Lendable:
    return _column(values.__arrow_array__())


def _of_strings(values: Any) -> _Lendable:
    return _of_objects(values) if values.dtype.storage == "python" else _of_arrow_backed(values)


def _of_masked(values: Any) -> _Lendable:
    """Values and a mask, which pandas gives nobody without a copy but under these names."""
    return _of_numpy_values(values._data, values._mask)


def _of_categorical(values: Any) -> _Lendable:
    try:
        categories = _column(values.categories)
    except _RefusalError as refusal:
        raise refusal.of_categories() from None
    codes = _of_numpy_values(values.codes, values.codes < 0)
    return _Column(codes.format, codes.length, codes.buffers, categories)


def _of_zoned(values: Any) -> _Lendable:
    """Times with a zone, which pandas keeps in UTC."""
    in_utc = sys.modules["numpy"].asarray(values, dtype=f"M8[{values.dtype.unit}]")
    return _of_times(in_utc, None, zone=b"UTC")


def _of_sparse(values: Any) -> _Lendable:
    return _of_numpy(values.to_dense())


def _of_spans(values: Any) -> _Lendable:
    """Periods and intervals."""
    raise _RefusalError(
        f"is of type {values.dtype}, which is not taken; write .astype(str) behind it"
    )


def _of_array_like(values: Any) -> _Lendable:
    """Values of numpy, and what becomes such."""
    return _column(sys.modules["numpy"].asarray(values))


_PANDAS: dict[str, Callable[[Any], _Lendable]] = {
    "ArrowDtype": _of_arrow_backed,
    "BaseMaskedDtype": _of_masked,
    "CategoricalDtype": _of_categorical,
    "DatetimeTZDtype": _of_zoned,
    "IntervalDtype": _of_spans,
    "NumpyEADtype": _of_array_like,
    "PeriodDtype": _of_spans,
    "SparseDtype": _of_sparse,
    "StringDtype": _of_strings,
}


# numpy

#: Arrow's format for kinds and sizes of numbers.
_NUMBERS = {
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


def _of_numpy(values: Any) -> _Lendable:
    """An array, of which values may be masked."""
    if values.dtype.kind in "OTU":
        return _of_values(values.tolist())
    ma = sys.modules["numpy"].ma
    mask = ma.getmask(values)
    return _of_numpy_values(ma.getdata(values), None if mask is ma.nomask else mask)


def _of_numpy_values(values: Any, missing: Any) -> _Column:
    """Values of one size each, with True where they are missing; None if none is."""
    kind: str = values.dtype.kind
    if kind == "M":
        return _of_times(values, missing)
    if kind == "b":
        return _Column(b"b", len(values), (_validity(missing), _packed(values)))
    form = _NUMBERS.get(f"{kind}{values.dtype.itemsize}")
    if form is None:
        raise _not_taken(values.dtype)
    return _Column(form, len(values), (_validity(missing), _memory(values)))


def _of_times(values: Any, missing: Any, zone: bytes = b"") -> _Column:
    numpy = sys.modules["numpy"]
    values = _native(values)
    unit, count = numpy.datetime_data(values.dtype)
    missing = numpy.isnat(values) if missing is None else numpy.isnat(values) | missing
    if count == 1 and unit == "D":
        return _Column(b"tdD", len(values), (_validity(missing), _memory(_days(values, missing))))
    if count == 1 and unit in ("s", "ms", "us", "ns"):
        form = b"ts" + unit[0].encode() + b":" + zone
        return _Column(form, len(values), (_validity(missing), _memory(values.view("i8"))))
    raise _RefusalError(f"is of type {values.dtype}; times count days, s, ms, us or ns, convert it")


def _days(values: Any, missing: Any) -> Any:
    days = values.astype("i8")
    short = days.astype("i4")
    beyond = (short != days) & ~missing
    if beyond.any():
        row = int(beyond.argmax())
        why = f"{values[row]} is beyond all calendars; fix or remove it"
        raise _RefusalError(why, row=row, value=values[row], kind=DataError)
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


# Memory of numbers


def _of_memory(values: Any) -> _Lendable:
    """An ``array.array`` or a memoryview."""
    view = memoryview(values)
    code = view.format.removeprefix("@")
    if code == "?":
        return _Column(b"b", len(view), (None, _bits(view.tobytes())))
    kind = "i" if code in "bhilqn" else "u" if code in "BHILQN" else "f" if code in "fd" else ""
    form = _NUMBERS.get(f"{kind}{view.itemsize}")
    if form is None:
        return _of_iterable(values)
    contiguous = view if view.c_contiguous else memoryview(view.tobytes())
    return _Column(form, len(view), (None, contiguous))


# Python values


class _Kind(NamedTuple):
    """Values that go together in a column.

    Attributes:
        name: what one of them is.
        filler: what stands in the slots of nulls.
        build: makes a column of a list of them, without a validity bitmap.
    """

    name: str
    filler: Any
    build: Callable[[list[Any]], _Column]


def _text(rows: list[Any]) -> _Column:
    if all(map(str.isascii, rows)):
        return _texts("".join(rows).encode(), map(len, rows))
    try:
        texts = list(map(str.encode, rows))
    except UnicodeEncodeError:
        row = next(row for row, value in enumerate(rows) if not _is_unicode(value))
        why = f"{_shown(rows[row])} holds half a character, which UTF-8 cannot say; fix the text"
        raise _RefusalError(why, row=row, value=rows[row], kind=DataError) from None
    return _texts(b"".join(texts), map(len, texts))


def _texts(text: bytes, sizes: Iterable[int]) -> _Column:
    ends = array("q", accumulate(sizes, initial=0))
    return _Column(b"U", len(ends) - 1, (None, memoryview(ends), memoryview(text)))


def _integers(rows: list[Any]) -> _Column:
    try:
        return _numbers(b"l", array("q", rows))
    except OverflowError:
        row = next(row for row, value in enumerate(rows) if not -(1 << 63) <= value < 1 << 63)
        why = f"{_shown(rows[row])} has more than 64 bits; convert the column to text"
        raise _RefusalError(why, row=row, value=rows[row], kind=DataError) from None


def _floats(rows: list[Any]) -> _Column:
    return _numbers(b"g", array("d", rows))


def _booleans(rows: list[Any]) -> _Column:
    return _Column(b"b", len(rows), (None, _bits(bytes(map(bool, rows)))))


_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 - what has no zone stays without
_EPOCH_UTC = datetime(1970, 1, 1, tzinfo=timezone.utc)
_MICROSECOND = timedelta(microseconds=1)


def _times(rows: list[Any]) -> _Column:
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


def _other_zone(rows: list[Any], *, has_zone: bool) -> _RefusalError:
    row = next(
        row for row, value in enumerate(rows) if value is not None and _has_zone(value) != has_zone
    )
    has, others = ("no zone", "a zone") if has_zone else ("a zone", "none")
    why = f"{rows[row]} has {has}, and times before it have {others}; give all of them one, or none"
    return _RefusalError(why, row=row, value=rows[row])


def _require_microseconds(rows: list[Any]) -> None:
    """A Timestamp of pandas can be finer than the datetime that it is."""
    if not any(hasattr(kind, "nanosecond") for kind in set(map(type, rows))):
        return
    for row, value in enumerate(rows):
        if getattr(value, "nanosecond", 0):
            why = f"{value} is no whole number of microseconds; round it"
            raise _RefusalError(why, row=row, value=value, kind=DataError)


def _dates(rows: list[Any]) -> _Column:
    first = _EPOCH.toordinal()
    return _numbers(b"tdD", array("i", [value.toordinal() - first for value in rows]))


def _nulls(rows: list[Any]) -> _Column:
    return _Column(b"n", len(rows), ())


def _numbers(form: bytes, values: array[Any]) -> _Column:
    return _Column(form, len(values), (None, memoryview(values)))


_DIGITS = bytes.maketrans(b"\0\1", b"01")


def _bits(flags: bytes) -> memoryview:
    """Bytes of 0 and 1 as bits, the first one lowest."""
    bits = int(flags[::-1].translate(_DIGITS) or b"0", 2)
    return memoryview(bits.to_bytes((len(flags) + 7) // 8, "little"))


_TEXT = _Kind("text", "", _text)
_INTEGER = _Kind("an int", 0, _integers)
_FLOAT = _Kind("a float", 0.0, _floats)
_BOOLEAN = _Kind("a bool", filler=False, build=_booleans)
_TIME = _Kind("a datetime", None, _times)
_DATE = _Kind("a date", _EPOCH.date(), _dates)
_NULL = _Kind("null", None, _nulls)

#: The first one that a value is of counts: a bool is an int too, and a datetime a date.
_KINDS = (
    (str, _TEXT),
    (bool, _BOOLEAN),
    (int, _INTEGER),
    (float, _FLOAT),
    (datetime, _TIME),
    (date, _DATE),
)
_NUMPY_KINDS = {
    "b1": _BOOLEAN,
    **dict.fromkeys(("i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8"), _INTEGER),
    **dict.fromkeys(("f2", "f4", "f8"), _FLOAT),
}


def _kind_of(kind: type[Any]) -> _Kind | None:
    """The kind of values of a type, None if they are not taken."""
    pandas = sys.modules.get("pandas")
    nulls = (None, getattr(pandas, "NA", None), getattr(pandas, "NaT", None))
    if kind in map(type, nulls):
        return _NULL
    numpy = sys.modules.get("numpy")
    if numpy and issubclass(kind, numpy.generic) and not issubclass(kind, str):
        dtype = numpy.dtype(kind)
        return _NUMPY_KINDS.get(f"{dtype.kind}{dtype.itemsize}")
    return next((found for base, found in _KINDS if issubclass(kind, base)), None)


def _of_iterable(values: Any) -> _Lendable:
    try:
        rows = list(values)
    except (NotImplementedError, TypeError) as error:
        raise _RefusalError(f"cannot be read: {error}; make it a list") from None
    return _of_values(rows)


def _of_values(rows: list[Any]) -> _Column:
    """None, pandas.NA and NaT are null, and so is NaN where it is not among numbers."""
    kinds = {kind: _kind_of(kind) for kind in set(map(type, rows))}
    found = set(kinds.values()) - {_NULL}
    if _FLOAT in found and found - {_FLOAT, _INTEGER} and _only_nan(rows, kinds):
        kinds = {kind: _NULL if of is _FLOAT else of for kind, of in kinds.items()}
        found.remove(_FLOAT)
    if found == {_INTEGER, _FLOAT}:
        _require_exact(rows, kinds)
        found.remove(_INTEGER)
    if len(found) > 1 or None in found:
        raise _misfit(rows, kinds)
    return _of_kind(next(iter(found), _NULL) or _NULL, rows, kinds)


_Kinds: TypeAlias = "Mapping[type[Any], _Kind | None]"


def _of_kind(kind: _Kind, rows: list[Any], kinds: _Kinds) -> _Column:
    if _NULL not in kinds.values() or kind is _NULL:
        return kind.build(rows)
    is_valid = {type_: of is not _NULL for type_, of in kinds.items()}
    flags = bytes(map(is_valid.__getitem__, map(type, rows)))
    filled = [value if valid else kind.filler for value, valid in zip(rows, flags, strict=True)]
    column = kind.build(filled)
    return replace(column, buffers=(_bits(flags), *column.buffers[1:]))


def _only_nan(rows: list[Any], kinds: _Kinds) -> bool:
    return all(value != value for value in rows if kinds[type(value)] is _FLOAT)  # noqa: PLR0124


def _require_exact(rows: list[Any], kinds: _Kinds) -> None:
    """That ints which floats stand beside are floats too."""
    for row, value in enumerate(rows):
        if kinds[type(value)] is _INTEGER and not -(1 << 53) <= value <= 1 << 53:
            why = f"{_shown(value)} is an int beyond 2**53, and floats stand beside it, which are"
            why += " not that exact; convert the column to one type"
            raise _RefusalError(why, row=row, value=value, kind=DataError)


def _misfit(rows: list[Any], kinds: _Kinds) -> _RefusalError:
    """The first value that is not taken, or does not go together with those before it."""
    before = _NULL
    for row, value in enumerate(rows):
        kind = kinds[type(value)]
        if kind is None:
            why = (
                f"{_shown(value)} is of type {type(value).__name__}, which is not taken; {_ADVICE}"
            )
            return _RefusalError(why, row=row, value=value)
        if kind is _NULL:
            continue
        if before is not _NULL and kind is not before and {kind, before} != {_INTEGER, _FLOAT}:
            why = f"{_shown(value)} is {kind.name}, and {before.name} stood before it;"
            why += " convert the column to one type"
            return _RefusalError(why, row=row, value=value)
        before = kind
    raise AssertionError("all values go together")


#: Who can read what; the first one that can does.
_READERS: tuple[tuple[Callable[[Any], bool], Callable[[Any], _Lendable]], ...] = (
    (lambda values: isinstance(values, (list, tuple)), _of_iterable),
    (
        lambda values: _is_a(values, "narwhals", "Series"),
        lambda values: _column(values.to_native()),
    ),
    (lambda values: _is_a(values, "pandas", "Series", "Index"), _of_pandas),
    (lambda values: _is_a(values, "pandas.api.extensions", "ExtensionArray"), _of_pandas),
    (lambda values: _is_a(values, "numpy", "ndarray"), _of_numpy),
    (lambda values: hasattr(values, "__arrow_c_array__"), _of_arrow_array),
    (lambda values: hasattr(values, "__arrow_c_stream__"), _of_arrow_stream),
    (lambda values: isinstance(values, (array, memoryview)), _of_memory),
    (lambda values: "numpy" in sys.modules and hasattr(values, "__array__"), _of_array_like),
    (lambda _: True, _of_iterable),
)
