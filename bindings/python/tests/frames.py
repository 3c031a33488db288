"""Frames of every library, made of columns and read back into columns."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import duckdb
import narwhals as nw
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa

import xqs

Columns = Mapping[str, Any]


class OnlyArrow:
    """A frame of a library that nobody knows, with the Arrow PyCapsule interface."""

    def __init__(self, table: pa.Table) -> None:
        self._table = table

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        return self._table.__arrow_c_stream__(requested_schema)


def chunked(table: pa.Table, rows: int = 1000) -> pa.Table:
    """The table in chunks of so many rows."""
    return pa.Table.from_batches(table.to_batches(max_chunksize=rows), table.schema)


def _relation(columns: Columns) -> duckdb.DuckDBPyRelation:
    return duckdb.connect().from_arrow(pa.table(columns))


@dataclass(frozen=True)
class Kind:
    """A kind of frame: what makes one, and what an answer to it is."""

    name: str
    make: Callable[[Columns], Any]
    answer: type[Any]

    def __str__(self) -> str:
        return self.name


def _kinds() -> list[Kind]:
    return [
        Kind("dict of lists", dict, xqs.Table),
        Kind("dict of arrays", _arrays, xqs.Table),
        Kind("pandas", pd.DataFrame, pd.DataFrame),
        Kind("pandas of Arrow", _pandas_of_arrow, pd.DataFrame),
        Kind("polars", pl.DataFrame, pl.DataFrame),
        Kind("polars lazy", pl.LazyFrame, pl.LazyFrame),
        Kind("pyarrow table", pa.table, pa.Table),
        Kind("pyarrow chunks", lambda columns: chunked(pa.table(columns)), pa.Table),
        Kind("pyarrow batch", _batch, pa.RecordBatch),
        Kind("pyarrow reader", lambda columns: pa.table(columns).to_reader(), pa.RecordBatchReader),
        Kind("duckdb", _relation, duckdb.DuckDBPyRelation),
        Kind("only Arrow", lambda columns: OnlyArrow(pa.table(columns)), xqs.Table),
        Kind("narwhals of pandas", lambda c: nw.from_native(pd.DataFrame(c)), nw.DataFrame),
        Kind("narwhals of polars", lambda c: nw.from_native(pl.DataFrame(c)), nw.DataFrame),
        Kind("narwhals lazy", lambda c: nw.from_native(pl.LazyFrame(c)), nw.LazyFrame),
        Kind("narwhals of duckdb", lambda c: nw.from_native(_relation(c)), nw.LazyFrame),
    ]


def _arrays(columns: Columns) -> dict[str, Any]:
    """Without rows numpy would call them floats."""
    return {name: np.asarray(v, dtype=None if len(v) else np.int64) for name, v in columns.items()}


def _pandas_of_arrow(columns: Columns) -> pd.DataFrame:
    frame: pd.DataFrame = pa.table(columns).to_pandas(types_mapper=pd.ArrowDtype)
    return frame


def _batch(columns: Columns) -> pa.RecordBatch:
    table = pa.table(columns)
    return pa.record_batch([column.combine_chunks() for column in table.columns], table.schema)


KINDS = _kinds()


def columns_of(frame: Any) -> dict[str, list[Any]]:
    """The columns of a frame as lists, with None for what is missing."""
    native = nw.to_native(frame, pass_through=True)
    if isinstance(native, dict):
        return dict(native)
    if isinstance(native, pd.DataFrame):
        return {name: [_value(value) for value in native[name]] for name in native}
    if isinstance(native, pl.LazyFrame):
        native = native.collect()
    if isinstance(native, pl.DataFrame):
        return dict(native.to_dict(as_series=False))
    if isinstance(native, duckdb.DuckDBPyRelation):
        native = native.to_arrow_table()
    if isinstance(native, pa.RecordBatchReader):
        native = native.read_all()
    columns: dict[str, list[Any]] = native.to_pydict()
    return columns


def _value(value: Any) -> Any:
    is_missing = value is pd.NA or (isinstance(value, float) and math.isnan(value))
    return None if is_missing else value
