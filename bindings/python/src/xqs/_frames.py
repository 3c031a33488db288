"""Frames of any library: their rows as batches, and answers as frames of the same library."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from importlib import import_module
from typing import Any, TypeAlias

import narwhals as nw

from . import _abi, _arrow
from ._columns import lent
from ._errors import DataError, XqsError, XqsTypeError, XqsValueError
from ._loaded import is_a
from ._table import read

#: Makes a frame of an answer.
Reader: TypeAlias = Callable[[_arrow.ResultStream], Any]


def batches_of(
    source: object, argument: str, is_needed: Callable[[str], bool]
) -> Iterator[_arrow.Batch]:
    """The rows of any frame, in one batch or several, each lent until the next is asked for.

    What costs nothing to hand over is handed over whether it is needed or not.

    Raises:
        XqsTypeError: it is no frame.
        XqsError: its library cannot hand over the rows.
    """
    source = nw.to_native(source, pass_through=True)
    if is_a(source, "pandas", "Series", "Index"):
        raise _no_frame(source, argument)
    if isinstance(source, Mapping):
        yield from _lent(source, argument, is_needed)  # pyright: ignore[reportUnknownArgumentType]
    elif is_a(source, "pandas", "DataFrame"):
        yield from _lent(_pandas_columns(source, argument), argument, is_needed)
    elif isinstance(source, _arrow.ArrowStreamExportable):
        yield from _of_stream(source, argument)
    elif isinstance(source, _arrow.ArrowArrayExportable):
        with _arrow.batch_of(source) as batch:
            _require_rows(batch.schema, source, argument)
            yield batch
    else:
        yield from _of_stream(_collected(source, argument), argument)


def _of_stream(source: _arrow.ArrowStreamExportable, argument: str) -> Iterator[_arrow.Batch]:
    """The batches of a stream, and of one that has none an empty one: its columns are known."""
    array = None
    try:
        with _arrow.stream_of(source) as (schema, arrays):
            _require_rows(schema, source, argument)
            for array in arrays:
                yield _arrow.Batch(schema, array)
            names = _arrow.names_of(schema)
    except DataError as error:
        raise DataError(f"{argument}: {error}", status=error.status, argument=argument) from None
    if array is None:
        yield from _lent({name: [] for name in names}, argument, lambda _: True)


def _require_rows(schema: _abi.ArrowSchema, source: object, argument: str) -> None:
    """That it is a table, and not a column, which can be handed over in the same way."""
    if schema.format != b"+s":
        raise _no_frame(source, argument)


def _lent(
    columns: Mapping[Any, Any], argument: str, is_needed: Callable[[str], bool]
) -> Iterator[_arrow.Batch]:
    try:
        with lent(columns, is_needed) as batch:
            yield batch
    except XqsError as error:
        error.args, error.argument = (f"{argument}: {error}",), argument
        raise


def _pandas_columns(frame: Any, argument: str) -> dict[Any, Any]:
    """Its columns. Those without rows pandas calls floats, which they need not be."""
    twice = frame.columns[frame.columns.duplicated()]
    if len(twice):
        raise XqsValueError(f"{argument}: there are two columns {twice[0]!r}", argument=argument)
    return {name: frame[name] if len(frame) else [] for name in frame.columns}


def _collected(source: Any, argument: str) -> _arrow.ArrowStreamExportable:
    """What a lazy frame comes to."""
    frame = nw.from_native(source, pass_through=True)
    if isinstance(frame, nw.LazyFrame):
        frame = frame.collect()
    if isinstance(frame, nw.DataFrame):
        return frame  # pyright: ignore[reportUnknownVariableType]
    raise _no_frame(source, argument)


def _no_frame(source: object, argument: str) -> XqsTypeError:
    return XqsTypeError(
        f"{argument} is a frame (pandas, Polars, pyarrow, DuckDB, or any other with the Arrow"
        f" PyCapsule interface) or a dict of columns, not {type(source).__name__}",
        argument=argument,
    )


def reader_like(source: object) -> Reader:
    """How an answer becomes a frame of the library that `source` is of: else a ``Table``."""
    if isinstance(source, (nw.DataFrame, nw.LazyFrame)):
        native = reader_like(nw.to_native(source))  # pyright: ignore[reportUnknownArgumentType]
        return lambda stream: nw.from_native(native(stream))
    for library, kind, reader in _readers:
        if is_a(source, library, kind):
            return lambda stream: reader(source, stream)
    return read


def _pandas(_: object, stream: _arrow.ResultStream) -> Any:
    """Numbers are float64, with NaN for null; the rest are the dtypes that have nulls."""
    pd = import_module("pandas")
    table = read(stream)
    dtypes = {"l": "Int64", "g": "float64", "b": "boolean", "u": "str", "U": "str"}
    return pd.DataFrame(
        {
            name: pd.Series(values, dtype=dtypes.get(kind, "object"))
            for (name, values), kind in zip(table.items(), table.formats, strict=True)
        }
    )


def _polars(_: object, stream: _arrow.ResultStream) -> Any:
    return import_module("polars").DataFrame(stream)


def _polars_lazy(source: object, stream: _arrow.ResultStream) -> Any:
    return _polars(source, stream).lazy()


def _arrow_table(_: object, stream: _arrow.ResultStream) -> Any:
    return import_module("pyarrow").table(stream)


def _arrow_batch(source: Any, stream: _arrow.ResultStream) -> Any:
    table = _arrow_table(source, stream).combine_chunks()
    batches = table.to_batches()
    return batches[0] if batches else source.from_pylist([], schema=table.schema)


def _arrow_reader(_: object, stream: _arrow.ResultStream) -> Any:
    return import_module("pyarrow").RecordBatchReader.from_stream(stream)


def _duckdb(source: Any, stream: _arrow.ResultStream) -> Any:
    """A relation of the same connection, over a table of pyarrow that DuckDB finds by its name."""
    # A name that no table of the connection has: those are looked at first.
    the_answer_of_xqs_0d6a1c = _arrow_table(source, stream)  # noqa: F841 # pyright: ignore[reportUnusedVariable]
    try:
        return source.query("feedback_of_xqs_0d6a1c", "SELECT * FROM the_answer_of_xqs_0d6a1c")
    except import_module("duckdb").CatalogException:
        raise XqsError(
            "DuckDB does not see the answer; it needs python_enable_replacements, or pass"
            " relation.arrow() instead"
        ) from None


_readers: tuple[tuple[str, str, Callable[[Any, _arrow.ResultStream], Any]], ...] = (
    ("pandas", "DataFrame", _pandas),
    ("polars", "DataFrame", _polars),
    ("polars", "LazyFrame", _polars_lazy),
    ("pyarrow", "Table", _arrow_table),
    ("pyarrow", "RecordBatch", _arrow_batch),
    ("pyarrow", "RecordBatchReader", _arrow_reader),
    ("duckdb", "DuckDBPyRelation", _duckdb),
)
