"""Peers at a work: agreement first, then rounds in which all take turns."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from . import data
from .agreement import disagreement
from .peers import PEERS, is_installed

if TYPE_CHECKING:
    from .works import Work

ROUNDS = 5
#: An idiom that takes so many times its peer's fastest when it is checked is not timed again.
HOPELESS = 3.0


class DisagreementError(Exception):
    """A peer has another answer than xqs: an error of the suite."""


@dataclass
class Timing:
    """What one peer took.

    Attributes:
        version: of its library.
        loaded: memory before the work, MiB.
        seconds: of each run, by idiom.
        peak: the most memory of any run of an idiom, MiB.
    """

    version: str
    loaded: float
    seconds: dict[str, list[float]] = field(default_factory=dict)
    peak: dict[str, float] = field(default_factory=dict)

    @property
    def fastest(self) -> str:
        """The idiom that counts."""
        return min(self.seconds, key=lambda idiom: statistics.median(self.seconds[idiom]))

    @property
    def median(self) -> float:
        """Of it, in seconds."""
        return statistics.median(self.seconds[self.fastest])


#: What all peers took, by work.
Results = dict["Work", dict[str, Timing]]


class Worker:
    """A process that does one work with one library."""

    def __init__(self, name: str, work: Work, tier: str, threads: int) -> None:
        self.name = name
        number = str(threads)
        of_threads = dict.fromkeys(("POLARS_MAX_THREADS", "OMP_NUM_THREADS"), number)
        folder = str(Path(__file__).resolve().parents[1])
        paths = [folder, *filter(None, [os.environ.get("PYTHONPATH")])]
        self._process = subprocess.Popen(  # noqa: S603 - our own program
            [sys.executable, "-m", "suite.worker", name, work.name, tier, number],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, **of_threads, "PYTHONPATH": os.pathsep.join(paths)},
        )
        self.about: dict[str, Any] = {}

    def wait(self) -> None:
        """Until the rows are loaded; workers load at the same time."""
        self.about = self._reply()

    def __enter__(self) -> Worker:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.communicate()

    def do(self, *what: str) -> dict[str, Any]:
        """Tells it what to do, and waits."""
        self._process.stdin.write(json.dumps(what) + "\n")  # type: ignore[union-attr]
        self._process.stdin.flush()  # type: ignore[union-attr]
        return self._reply()

    def _reply(self) -> dict[str, Any]:
        line = self._process.stdout.readline()  # type: ignore[union-attr]
        if not line:
            status = self._process.wait()
            raise RuntimeError(f"{self.name} ended with status {status}; what it said is above")
        return json.loads(line)


def measure(work: Work, tier: str, threads: int, names: list[str]) -> dict[str, Timing]:
    """What each peer took, by its name.

    Raises:
        DisagreementError: an idiom has another answer than xqs.
    """
    with ExitStack() as stack:
        workers = [stack.enter_context(Worker(name, work, tier, threads)) for name in names]
        for worker in workers:
            worker.wait()
        timings = {of.name: Timing(of.about["version"], of.about["loaded"]) for of in workers}
        chosen = _checked(work, workers)
        for _ in range(ROUNDS):
            for worker in workers:
                for idiom in chosen[worker.name]:
                    _record(timings[worker.name], idiom, worker.do("run", idiom))
    return timings


def _record(timing: Timing, idiom: str, reply: dict[str, Any]) -> None:
    timing.seconds.setdefault(idiom, []).append(reply["seconds"])
    timing.peak[idiom] = max(timing.peak.get(idiom, 0), reply["peak"])


def _checked(work: Work, workers: list[Worker]) -> dict[str, list[str]]:
    """The idioms worth timing, after the answers of all were found to agree."""
    expected: dict[str, Any] | None = None
    chosen = {}
    file = data.FOLDER / f"answer.{os.getpid()}.npz"
    for worker in workers:
        seconds = {}
        for idiom in worker.about["idioms"]:
            seconds[idiom] = worker.do("check", idiom, str(file))["seconds"]
            with np.load(file) as answer:
                found = dict(answer)
            expected = found if expected is None else expected
            difference = disagreement(expected, found)
            if difference is not None:
                raise DisagreementError(f"{work.name}, {worker.name}, {idiom}: {difference}")
        limit = HOPELESS * min(seconds.values())
        chosen[worker.name] = [idiom for idiom in seconds if seconds[idiom] <= limit]
    file.unlink()
    return chosen


def missing() -> dict[str, str]:
    """Peers that cannot take part, and why."""
    absent = {name: "not installed" for name in PEERS if not is_installed(name)}
    return absent | {name: _in_r(name) for name in ("data.table", "collapse")}


def _in_r(package: str) -> str:
    probe = f"quit(status = !requireNamespace('{package}', quietly = TRUE))"
    try:
        command = ["Rscript", "-e", probe]
        found = subprocess.run(command, capture_output=True, check=False)  # noqa: S603
    except FileNotFoundError:
        return "not installed (no Rscript)"
    return "not installed" if found.returncode else "installed; the suite has no idioms of it yet"
