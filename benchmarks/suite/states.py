"""States: how many are merged, written and read a second."""

from __future__ import annotations

import json
import re
import subprocess
from timeit import Timer
from typing import TYPE_CHECKING, Any

from . import data, report

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

_people = 1_000
_enough = 0.05  # seconds of a timing
_columns = {"pooled": "pooled", "profile": "profile of ten items"}


def write(build: Path) -> str:
    """Writes build/suite/states.md; returns the text."""
    rows = [*_by_the_c_library(build), *_by_the_core(build), *_by_python()]
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


def _by_python() -> Iterator[list[str]]:
    """Bytes, of which no benchmark in C++ is: the calls of Python are in these numbers."""
    import xqs  # noqa: PLC0415 - where it is absent, the command has said so before

    from .peers.xqs_package import DEFINITION  # noqa: PLC0415

    rows = _answers()
    for columns, name in _columns.items():
        tally = xqs.Tally(DEFINITION, columns)
        tally.add(rows)
        stored = bytes(tally)
        yield _timed(f"tally, {name}", "encoded", len(stored), 1, lambda of=tally: bytes(of))
        read = lambda of=stored: xqs.Tally.from_bytes(of, DEFINITION)  # noqa: E731
        yield _timed(f"tally, {name}", "decoded", len(stored), 1, read)
    ledger = xqs.Ledger(DEFINITION)
    ledger.add(rows)
    stored = bytes(ledger)
    size = len(stored) // _people
    yield _timed("ledger", "people encoded", size, _people, lambda: bytes(ledger))
    read = lambda: xqs.Ledger.from_bytes(stored, DEFINITION)  # noqa: E731
    yield _timed("ledger", "people decoded", size, _people, read)


def _answers() -> dict[str, Any]:
    """Ten answers each of some people."""
    rows = range(_people * data.ITEMS)
    return {
        "respondent": [row // data.ITEMS for row in rows],
        "item": [row % data.ITEMS for row in rows],
        "requirement": [2 + row * 7 % 4 for row in rows],
        "satisfaction": [1 + row * 11 % 5 for row in rows],
    }


def _timed(state: str, what: str, size: int, count: int, of: Callable[[], Any]) -> list[str]:
    timer = Timer(of)
    number = 1 + int(_enough / timer.timeit(1))
    seconds = min(timer.repeat(5, number)) / number
    return [state, what, _rate(count / seconds), f"Python package; {size:,} bytes each"]


def _rate(a_second: float) -> str:
    return f"{float(f'{a_second:.3g}'):,.0f}"
