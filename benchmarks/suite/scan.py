"""xqs beside a plain scan of the columns that it reads."""

from __future__ import annotations

import statistics
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import numpy as np

from . import data, report
from .measure import ROUNDS
from .works import named

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    #: What is done to a part of a column.
    Scan = Callable[[np.ndarray[Any, Any]], Any]

WORK = named("moments_1000")

_scans: dict[str, Scan] = {"largest of each column": np.max, "sum of each column": np.sum}


def write(tiers: list[str], threads: int) -> str:
    """Writes build/suite/scan.md; returns the text."""
    text = "\n".join(_text(tier, threads) for tier in tiers)
    (data.FOLDER / "scan.md").write_text(text)
    return text


def _text(tier: str, threads: int) -> str:
    seconds = _seconds(tier, threads)
    (xqs, *scans) = seconds.items()
    answers = data.ANSWERS[tier]
    rows = [[name, f"{of / answers * 1e9:.2f}", f"{xqs[1] / of:.2f}"] for name, of in (xqs, *scans)]
    head = ["what", "ns an answer", "time of xqs, as a multiple"]
    lines = [f"## {WORK.name} and a plain scan, tier {tier}, {threads} threads", ""]
    return "\n".join([*lines, *report.table(head, rows)]) + "\n"


def _seconds(tier: str, threads: int) -> dict[str, float]:
    """Medians, of rounds in which all take turns; that of xqs first."""
    from .peers import xqs_package  # noqa: PLC0415 - where it is absent, the command has said so

    tables = data.tables(tier, WORK)
    loaded = xqs_package.load(WORK, tables, threads)
    ask = xqs_package.idioms(WORK)["from pyarrow"]
    columns = [column.combine_chunks().to_numpy() for column in tables["answers"].columns]
    with ThreadPoolExecutor(threads) as pool:
        ways = {"xqs": lambda: ask(loaded)}
        for name, scan in _scans.items():
            ways[name] = lambda scan=scan: list(pool.map(scan, _parts(columns, threads)))
        rounds = [{name: _timed(way) for name, way in ways.items()} for _ in range(ROUNDS)]
    return {name: statistics.median(turn[name] for turn in rounds) for name in ways}


def _parts(columns: list[Any], threads: int) -> Iterator[Any]:
    for column in columns:
        yield from np.array_split(column, threads)


def _timed(way: Callable[[], Any]) -> float:
    start = time.perf_counter()
    way()
    return time.perf_counter() - start
