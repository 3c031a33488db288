"""Producers and callers that misbehave: errors are ours, and all is released."""

from __future__ import annotations

import ctypes
import gc
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import perth
import xqs
from frames import KINDS, Kind, columns_of
from xqs import _query

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ASKED: dict[str, Any] = {"definition": perth.DEFAULT, "columns": perth.NAMES}


@pytest.fixture(autouse=True)
def _arrow_is_released() -> Iterator[None]:
    """Each test leaves as much of pyarrow's memory in use as it found."""
    gc.collect()
    before = pa.total_allocated_bytes()
    yield
    gc.collect()
    assert pa.total_allocated_bytes() <= before


def breaking_off(batches: int) -> pa.RecordBatchReader:
    """A reader that fails after so many batches."""
    table = pa.table(perth.answers(1000))

    def made() -> Iterator[pa.RecordBatch]:
        yield from table.to_batches(max_chunksize=100)[:batches]
        raise OSError("the disk is gone")

    return pa.RecordBatchReader.from_batches(table.schema, made())


@pytest.mark.parametrize("batches", [0, 1, 5])
def test_a_reader_that_breaks_off(batches: int) -> None:
    with pytest.raises(xqs.XqsError, match=r"the source of the rows broke off: .*the disk is gone"):
        xqs.score(breaking_off(batches), **ASKED)
    ledger = xqs.Ledger(perth.DEFAULT)
    with pytest.raises(xqs.XqsError, match="broke off"):
        ledger.add(breaking_off(batches), columns=perth.NAMES)
    assert ledger == xqs.Ledger(perth.DEFAULT)


class Stream(ctypes.Structure):
    """``ArrowArrayStream``, all of it pointers."""

    _fields_ = tuple(
        (name, ctypes.c_void_p)
        for name in ("get_schema", "get_next", "get_last_error", "release", "private_data")
    )


_GET = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p)
_SAY = ctypes.CFUNCTYPE(ctypes.c_void_p, ctypes.c_void_p)
_RELEASE = ctypes.CFUNCTYPE(None, ctypes.c_void_p)


class Speechless:
    """A producer in C that fails at once, and does not say why."""

    def __init__(self) -> None:
        self.released = 0
        self._functions = (_GET(lambda *_: 5), _SAY(lambda _: None), _RELEASE(self._release))
        get, say, release = (ctypes.cast(f, ctypes.c_void_p).value for f in self._functions)
        self._stream = Stream(get, get, say, release, None)

    def _release(self, stream: int) -> None:
        Stream.from_address(stream).release = None
        self.released += 1

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        new = ctypes.pythonapi.PyCapsule_New
        new.restype = ctypes.py_object
        new.argtypes = (ctypes.c_void_p, ctypes.c_char_p, ctypes.c_void_p)
        capsule: object = new(ctypes.addressof(self._stream), b"arrow_array_stream", None)
        return capsule


def test_a_producer_without_words() -> None:
    producer = Speechless()
    with pytest.raises(xqs.XqsError, match="cannot say what columns it has: error 5"):
        xqs.score(producer)
    assert producer.released == 1


@pytest.mark.parametrize("kind", KINDS, ids=str)
def test_a_frame_dropped_while_it_is_read(kind: Kind, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_query, "_rows_at_once", 500)
    held = [kind.make(perth.answers())]

    def dropped(*_: object) -> None:
        held.clear()
        gc.collect()

    answer = xqs.score(held.pop(), progress=dropped, **ASKED)
    known = perth.expected()["pooled"]["estimate"]
    assert columns_of(answer)["score"] == [perth.close(known)]


@pytest.mark.parametrize("kind", KINDS, ids=str)
@pytest.mark.parametrize("raised", [KeyboardInterrupt, ZeroDivisionError])
def test_interrupted(
    kind: Kind, raised: type[BaseException], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a callback raises comes out as it is; the next question is as if nothing had been."""
    monkeypatch.setattr(_query, "_rows_at_once", 500)
    frame = kind.make(perth.answers())
    ledger = xqs.Ledger(perth.DEFAULT)

    def stop(_: str, rows: int) -> None:
        if rows >= 2000:
            raise raised

    with pytest.raises(raised):
        ledger.add(frame, columns=perth.NAMES, progress=stop)
    assert ledger == xqs.Ledger(perth.DEFAULT)
    ledger.add(perth.answers(), columns=perth.NAMES)
    assert ledger.score().respondents == 393


def test_an_answer_is_read_once() -> None:
    question = _query.Query({"question": "score"}, xqs.Definition("ceqs"))
    feedback = {"respondent": ["a"], "item": ["effort"], "requirement": [3], "satisfaction": [3]}
    question.push(None, feedback, None)
    stream = question.finish()
    assert pa.table(stream)["score"].to_pylist() == [100]
    with pytest.raises(xqs.XqsValueError, match="the answer was read already"):
        stream.__arrow_c_stream__()


def _resident() -> int:
    """Bytes of this process in memory."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


def _scores(frame: Any) -> None:
    xqs.score(frame, by=["item", "age"], **ASKED)


def _fails(frame: Any) -> None:
    with pytest.raises(xqs.DataError):
        xqs.score(frame, by="nothing", **ASKED)


def _leaves_out(frame: Any) -> None:
    """All answers to another item than the first: 181 visitors answer 22 items, the last one 18."""
    rules = xqs.Definition(perth.DEFAULT).replace(items=[{"id": "1"}], extra_items="reject")
    asked = {"question": "score", "columns": perth.NAMES, "on_error": "skip"}
    answer = xqs.ask(frame, asked, definition=rules)
    assert len(columns_of(answer.rejects)["row"]) == 4000 - 182


def _keeps(frame: Any) -> None:
    ledger = xqs.Ledger(perth.DEFAULT)
    ledger.add(frame, columns=perth.NAMES)
    assert xqs.Ledger.from_bytes(bytes(ledger), perth.DEFAULT) == ledger


@pytest.mark.parametrize(
    ("make", "work"),
    [
        *((make, _scores) for make in (dict, pd.DataFrame, pl.DataFrame, pa.table)),
        *((make, _fails) for make in (dict, pa.table)),
        *((pa.table, work) for work in (_leaves_out, _keeps)),
    ],
)
def test_no_leak(make: Callable[[Any], Any], work: Callable[[Any], object]) -> None:
    """300 calls: to lose one column of 4,000 integers in each would be 9 MiB."""
    frame = make(perth.answers(4000))
    for _ in range(50):
        work(frame)
    gc.collect()
    before = _resident()
    for _ in range(300):
        work(frame)
    gc.collect()
    assert _resident() - before < 8 << 20
