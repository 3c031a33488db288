"""Columns of other Arrow libraries, read back by pyarrow."""

from __future__ import annotations

import gc
from typing import TYPE_CHECKING, Any

import narwhals as nw
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from lending import Chunks, address_in, read, refused
from xqs._columns import lent

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.mark.parametrize(
    ("values", "kind", "expected"),
    [
        (pa.array([1, None, 3, 4])[1:3], "int64", [None, 3]),
        (pa.array(["a", None, "b"])[1:], "string", [None, "b"]),
        (pa.array([True] * 9 + [None])[8:], "bool", [True, None]),
        (pa.array(["a", "b"]).dictionary_encode()[1:], None, ["b"]),
        (pa.chunked_array([[1, 2]]), "int64", [1, 2]),
        (pa.chunked_array([[1], [], [2, None]]), "int64", [1, 2, None]),
        (pa.chunked_array([["a"], ["b"]]), "large_string", ["a", "b"]),
        (pa.chunked_array([], type=pa.int8()), "int8", []),
        (pa.chunked_array([pa.array(["a"]).dictionary_encode()] * 2), None, ["a", "a"]),
        (pl.Series([1, None]), "int64", [1, None]),
        (pl.Series(["a", None, "long enough for a buffer"])[1:], "string_view", None),
        (pl.Series([], dtype=pl.Int64), "int64", []),
        (pl.concat([pl.Series([1]), pl.Series([2])], rechunk=False), "int64", [1, 2]),
        (nw.from_native(pd.Series([1, None], dtype="Int64"), series_only=True), "int64", [1, None]),
        (
            nw.from_native(
                pl.concat([pl.Series([1]), pl.Series([2])], rechunk=False), series_only=True
            ),
            "int64",
            [1, 2],
        ),
    ],
)
def test_arrow(values: Any, kind: str | None, expected: list[object] | None) -> None:
    found, read_back = read(values)
    assert kind is None or found == kind
    assert read_back == (values.to_list() if expected is None else expected)


def test_producers_that_nobody_knows() -> None:
    assert read(Chunks([1, 2])) == ("int64", [1, 2])
    assert read(Chunks()) == ("null", [])
    error = refused(Chunks([1], [2, 3]))
    assert "comes in several chunks; make it one, or pass its table" in str(error)


@pytest.mark.skipif(
    tuple(map(int, pl.__version__.split(".")[:2])) < (1, 34), reason="such Series had no chunks"
)
def test_polars_categories() -> None:
    assert read(pl.Series(["a", None], dtype=pl.Categorical))[1] == ["a", None]
    assert read(pl.Series(["a", None], dtype=pl.Enum(["b", "a"])))[1] == ["a", None]


class Broken:
    """A producer that fails half way."""

    def __len__(self) -> int:
        return 2

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        def batches() -> Iterator[pa.RecordBatch]:
            yield pa.record_batch({"a": [1]})
            raise OSError("the disk is gone")

        schema = pa.schema({"a": pa.int64()})
        return pa.RecordBatchReader.from_batches(schema, batches()).__arrow_c_stream__()


def test_producers_that_fail() -> None:
    error = refused(Broken())
    assert 'column "bad" cannot be read: the source of the rows broke off' in str(error)
    assert "the disk is gone" in str(error)


class ArrayLike:
    def __init__(self, values: Any) -> None:
        self._values = values

    def __len__(self) -> int:
        return len(self._values)

    def __array__(self, dtype: object = None, copy: object = None) -> Any:
        return self._values


def test_what_numpy_can_read() -> None:
    assert read(ArrayLike(np.arange(3, dtype="i2"))) == ("int16", [0, 1, 2])
    assert "2 dimensions" in str(refused(ArrayLike(np.zeros((2, 2)))))


def test_arrow_is_not_copied_and_given_back() -> None:
    gc.collect()
    before = pa.total_allocated_bytes()
    values: Any = pa.array(range(1000))
    address = values.buffers()[1].address
    assert address_in(values) == address
    assert address_in(pa.chunked_array([values])) == address
    with lent({"x": Chunks(list(range(1000)))}):
        assert pa.total_allocated_bytes() > before + 8000
    del values
    gc.collect()
    assert pa.total_allocated_bytes() == before
