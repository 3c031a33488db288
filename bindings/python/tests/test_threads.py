"""Eight threads at once."""

from __future__ import annotations

import faulthandler
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pyarrow as pa
import pytest

import people
import perth
import xqs

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

THREADS = 8
CODES = [(10, 7), (8, 6), (12, 7), (9, 5), (11, 9)]


@pytest.fixture(autouse=True)
def _no_deadlock() -> Iterator[None]:
    """Threads that wait for each other for ever end the test run, and say where they stood."""
    faulthandler.dump_traceback_later(60, exit=True)
    yield
    faulthandler.cancel_dump_traceback_later()


def at_once(work: Callable[[int], object]) -> list[object]:
    with ThreadPoolExecutor(THREADS) as threads:
        return list(threads.map(work, range(THREADS)))


def test_scores() -> None:
    table = pa.table(perth.answers())
    known = perth.expected()["pooled"]["estimate"]

    def score(_: int) -> float:
        answer = xqs.score(table, definition=perth.DEFAULT, columns=perth.NAMES)
        number: float = answer["score"][0].as_py()
        return number

    assert at_once(score) == [perth.close(known)] * THREADS


def test_one_definition() -> None:
    rules = xqs.Definition("sqr")
    assert len(set(at_once(lambda _: rules.fingerprint))) == 1


@pytest.mark.parametrize("kind", [xqs.Ledger, xqs.Tally])
def test_adding_to_one(kind: type[xqs.Ledger | xqs.Tally]) -> None:
    state = kind(people.RULES)

    def add(thread: int) -> None:
        for turn in range(20):
            state.add(people.rows(CODES, first=1000 * thread + 10 * turn))
            assert state.score().score == pytest.approx(68, rel=1e-12)

    at_once(add)
    score = state.score()
    assert score.respondents == THREADS * 20 * 5
    assert score.score == pytest.approx(68, rel=1e-12)


@pytest.mark.parametrize("kind", [xqs.Ledger, xqs.Tally])
def test_merging_crosswise(kind: type[xqs.Ledger | xqs.Tally]) -> None:
    """a += b while b += a: nobody waits for ever, and sums are those of some order of merges."""
    a, b = kind(people.RULES), kind(people.RULES)
    a.add(people.rows(CODES))
    b.add(people.rows(CODES, first=5))

    def merge(thread: int) -> None:
        one, other = (a, b) if thread % 2 else (b, a)
        for _ in range(5):
            one += other  # type: ignore[operator]

    at_once(merge)
    for state in (a, b):
        score = state.score()
        assert score.score == pytest.approx(68, rel=1e-12)
        assert score.answers is not None
        assert score.answers % len(CODES) == 0
        assert score.answers > 20 * len(CODES)  # 20 merges of at least one part each


def test_merging_much() -> None:
    """Merges that take long enough to meet each other."""
    parts = [xqs.Ledger(people.RULES) for _ in range(THREADS)]
    for thread, part in enumerate(parts):
        part.add(people.rows(CODES * 1000, first=5000 * thread))
    total = xqs.Ledger(people.RULES)

    def merge(thread: int) -> None:
        nonlocal total
        for _ in range(5):
            total += parts[thread]
            bytes(total)

    at_once(merge)
    score = total.score()
    assert (score.respondents, score.answers) == (THREADS * 5000, 5 * THREADS * 5000)


def test_into_itself() -> None:
    ledger, tally = xqs.Ledger(people.RULES), xqs.Tally(people.RULES)
    for state in (ledger, tally):
        state.add(people.rows(CODES))
    ledger += ledger
    tally += tally
    assert ledger.score().respondents == 5
    assert ledger.score().answers == 10
    assert tally.units == 10


def test_in_a_question_while_others_add() -> None:
    ledger = xqs.Ledger(people.RULES)
    ledger.add(people.rows(CODES))

    def work(thread: int) -> None:
        for turn in range(20):
            if thread % 2:
                ledger.add(people.rows(CODES, first=1000 * thread + 10 * turn))
            else:
                answer = xqs.score(ledger, definition=people.RULES)
                assert answer["score"] == [pytest.approx(68, rel=1e-12)]

    at_once(work)
    assert ledger.score().respondents == 5 + THREADS // 2 * 20 * 5


INTERRUPTED = """
import os, signal, threading
import pyarrow as pa
import xqs
from xqs import _query

_query._rows_at_once = 1000
rows = 3_000_000
table = pa.table({
    "respondent": pa.array(range(rows)),
    "item": pa.repeat("effort", rows),
    "requirement": pa.repeat(3, rows),
    "satisfaction": pa.repeat(2, rows),
})
seen = []

def progress(_, done):
    if not seen:
        threading.Timer(0.05, os.kill, (os.getpid(), signal.SIGINT)).start()
    seen.append(done)

try:
    xqs.score(table, progress=progress)
except KeyboardInterrupt:
    assert 0 < seen[-1] < rows, seen[-1]
    assert xqs.score(table[:1])["score"].to_pylist() == [50]
    print("interrupted")
"""


def test_ctrl_c() -> None:
    """Between two pieces of rows, and not only when all of them are in."""
    done = subprocess.run(
        [sys.executable, "-c", INTERRUPTED], capture_output=True, text=True, timeout=60, check=False
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "interrupted\n", "")
