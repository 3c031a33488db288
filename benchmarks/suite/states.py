"""States: how many are merged, written and read a second."""

from __future__ import annotations

import json
import re
import subprocess
from ctypes import byref, c_size_t, c_void_p, create_string_buffer
from timeit import Timer
from typing import TYPE_CHECKING, Any

from . import data, report

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    #: Writes, reads, and what is written.
    Calls = tuple[Callable[[], int], Callable[[], int], bytes]

_people = 1_000
_enough = 0.05  # seconds of a timing
_columns = {"pooled": "pooled", "profile": "profile of ten items"}


def write(build: Path) -> str:
    """Writes build/suite/states.md; returns the text."""
    rows = [*_by_the_c_library(build), *_by_the_core(build), *_bytes()]
    lines = ["## States", "", *report.table(["state", "what", "a second", "measured by"], rows)]
    text = "\n".join(lines) + "\n"
    data.FOLDER.mkdir(parents=True, exist_ok=True)
    (data.FOLDER / "states.md").write_text(text)
    return text


def _by_the_c_library(build: Path) -> Iterator[list[str]]:
    """Merging, whose benchmark there is: its lines have ns in C++, then by the C ABI."""
    said = _said(build / "benchmarks" / "abi_benchmark")
    if said is None:
        yield ["tally", "merged", "-", "`abi_benchmark`, which is not built"]
        return
    for columns, nanoseconds in re.findall(r"^merge +(\w+) +\d+ ns +(\d+) ns", said, re.MULTILINE):
        rate = _rate(1e9 / float(nanoseconds))
        yield [f"tally, {_columns[columns]}", "merged", rate, "`abi_benchmark`, C ABI"]


def _by_the_core(build: Path) -> Iterator[list[str]]:
    options = ["--benchmark_filter=^merge_ledgers$", "--benchmark_format=json"]
    said = _said(build / "benchmarks" / "core_benchmark", *options)
    if said is None:
        yield ["ledger", "people merged", "-", "`core_benchmark`, which is not built"]
        return
    (found,) = json.loads(said)["benchmarks"]
    yield ["ledger", "people merged", _rate(found["items_per_second"]), "`core_benchmark`, C++"]


def _said(program: Path, *options: str) -> str | None:
    if not program.exists():
        return None
    return subprocess.run(  # noqa: S603 - our own program
        [str(program), *options], capture_output=True, text=True, check=True
    ).stdout


def _bytes() -> Iterator[list[str]]:
    """Written and read, of which no benchmark in C++ is: calls of the C library from Python."""
    import xqs  # noqa: PLC0415 - where it is absent, the command has said so before

    from .peers.xqs_package import DEFINITION  # noqa: PLC0415

    rows = _answers()
    for columns, name in _columns.items():
        tally = xqs.Tally(DEFINITION, columns)
        tally.add(rows)
        yield from _written_and_read(f"tally, {name}", _tally_calls(tally, DEFINITION))
    ledger = xqs.Ledger(DEFINITION)
    ledger.add(rows)
    yield from _written_and_read("ledger", _ledger_calls(ledger, DEFINITION), _people)


def _tally_calls(tally: Any, rules: Any) -> Calls:
    """Writes and reads it; its bytes."""
    encode, decode, error = _library("tally")
    stored, (memory, size) = bytes(tally), tally._memory()
    buffer, filled = create_string_buffer(len(stored)), c_size_t()
    return (
        lambda: encode(memory, size, buffer, len(stored), byref(filled), error),
        lambda: decode(rules, stored, len(stored), memory, size, error),
        stored,
    )


def _ledger_calls(ledger: Any, rules: Any) -> Calls:
    """The same; what is read is destroyed."""
    encode, decode, error = _library("ledger")
    stored = bytes(ledger)
    buffer, filled, made = create_string_buffer(len(stored)), c_size_t(), c_void_p()

    def read() -> int:
        status: int = decode(rules, stored, len(stored), byref(made), error)
        _c().xqs_ledger_destroy(made)
        return status

    write = lambda: encode(ledger, buffer, len(stored), byref(filled), error)  # noqa: E731
    return write, read, stored


def _library(kind: str) -> tuple[Any, Any, Any]:
    """Functions that write and read a state, and a place for what they say."""
    from xqs import _abi  # noqa: PLC0415

    library = _c()
    names = (f"xqs_{kind}_encode", f"xqs_{kind}_decode")
    return (*(getattr(library, name) for name in names), byref(_abi.Error()))


def _c() -> Any:
    """The C library, as ctypes sees it."""
    from xqs import _abi  # noqa: PLC0415

    return _abi._library


def _written_and_read(state: str, calls: Calls, people: int = 0) -> Iterator[list[str]]:
    write, read, stored = calls
    counted = "people " if people else ""
    size = len(stored) // max(people, 1)
    for what, call in (("written", write), ("read", read)):
        if call() != 0:
            raise RuntimeError(f"{state} cannot be {what}")
        rate = _rate(max(people, 1) / _seconds(call))
        yield [state, f"{counted}{what}", rate, f"C ABI from Python; {size:,} bytes each"]


def _answers() -> dict[str, Any]:
    """Ten answers each of some people."""
    rows = range(_people * data.ITEMS)
    return {
        "respondent": [row // data.ITEMS for row in rows],
        "item": [row % data.ITEMS for row in rows],
        "requirement": [2 + row * 7 % 4 for row in rows],
        "satisfaction": [1 + row * 11 % 5 for row in rows],
    }


def _seconds(call: Callable[[], int]) -> float:
    timer = Timer(call)
    number = 1 + int(_enough / timer.timeit(1))
    return min(timer.repeat(5, number)) / number


def _rate(a_second: float) -> str:
    return f"{float(f'{a_second:.3g}'):,.0f}"
