"""One peer at one work, in a process of its own: ``worker PEER WORK TIER THREADS``.

It loads the rows, says which idioms there are, and then does what it is told, a line of JSON each:
``["check", IDIOM, FILE]`` writes the answer to a file, ``["run", IDIOM]`` times it. Each line is
answered by one.
"""

from __future__ import annotations

import ctypes
import gc
import json
import os
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from . import data
from .agreement import normal
from .peers import peer
from .works import named

if TYPE_CHECKING:
    from .peers import Idiom
    from .works import Work

_few_rows = 5_000


def main(name: str, work_name: str, tier: str, threads: str) -> None:
    """Serves until the input ends."""
    replies = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # what libraries print is no reply
    library = peer(name)
    work = named(work_name)
    tables = data.tables(tier, work)
    idioms = library.idioms(work)
    _warm_up(work, idioms, library.load(work, _few(tables), int(threads)))
    loaded = library.load(work, tables, int(threads))
    del tables
    _give_back()
    gc.freeze()  # what libraries made of themselves is not looked through before each run
    _say(replies, {"version": library.version(), "idioms": list(idioms), "loaded": _memory()})
    for line in sys.stdin:
        verb, idiom, *file = json.loads(line)
        seconds, answer = _timed(idioms[idiom], loaded)
        peak = _memory("VmHWM")
        if verb == "check":
            _write(Path(*file), work, answer)
        del answer
        _say(replies, {"seconds": seconds, "peak": peak})


def _give_back() -> None:
    """What loading has freed: a work that got it again would seem to need less memory."""
    gc.collect()
    pa.default_memory_pool().release_unused()
    ctypes.CDLL(None).malloc_trim(0)


def _few(tables: dict[str, pa.Table]) -> dict[str, pa.Table]:
    return {**tables, "answers": tables["answers"][:_few_rows]}


def _warm_up(work: Work, idioms: dict[str, Idiom], loaded: Any) -> None:
    """Each once: what libraries load at first use is no time or memory of a work."""
    for idiom in idioms.values():
        normal(work, idiom(loaded))


def _timed(idiom: Idiom, loaded: Any) -> tuple[float, Any]:
    _forget_peak()
    gc.collect()
    gc.disable()
    start = time.perf_counter()
    answer = idiom(loaded)
    seconds = time.perf_counter() - start
    gc.enable()
    return seconds, answer


def _write(file: Path, work: Work, answer: Any) -> None:
    np.savez(file, **normal(work, answer))


def _forget_peak() -> None:
    """VmHWM is from now on; loading takes more than any work."""
    Path("/proc/self/clear_refs").write_text("5")


def _memory(of: str = "VmRSS") -> float:
    """MiB."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(of)) / 1024


def _say(replies: Any, reply: dict[str, Any]) -> None:
    replies.write(json.dumps(reply) + "\n")
    replies.flush()


if __name__ == "__main__":
    main(*sys.argv[1:])
