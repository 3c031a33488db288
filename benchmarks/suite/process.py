"""The process of a peer, told what to do, a line of JSON each; ``worker.py`` says which lines."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from .agreement import normal
from .peers import r_packages

if TYPE_CHECKING:
    from .works import Work


class Worker:
    """A process that does one work with one library."""

    def __init__(self, name: str, work: Work, tier: str, threads: int) -> None:
        self.name = name
        self.about: dict[str, Any] = {}
        self._work = work
        number = str(threads)
        of_threads = dict.fromkeys(("POLARS_MAX_THREADS", "OMP_NUM_THREADS"), number)
        folder = str(Path(__file__).resolve().parents[1])
        paths = [folder, *filter(None, [os.environ.get("PYTHONPATH")])]
        self._process = subprocess.Popen(  # noqa: S603 - our own program
            self._command(tier, number),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, **of_threads, "PYTHONPATH": os.pathsep.join(paths)},
        )

    def _command(self, tier: str, threads: str) -> list[str]:
        return [sys.executable, "-m", "suite.worker", self.name, self._work.name, tier, threads]

    def wait(self) -> None:
        """Until the rows are loaded; workers load at the same time."""
        self.about = self._reply()

    def __enter__(self) -> Worker:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.communicate()

    def run(self, idiom: str) -> dict[str, Any]:
        """Times an idiom."""
        return self._do("run", idiom)

    def check(self, idiom: str, file: Path) -> tuple[float, dict[str, Any]]:
        """Seconds, and the answer, by way of a file."""
        seconds = self._do("check", idiom, str(file))["seconds"]
        return seconds, self._answer(file)

    def _answer(self, file: Path) -> dict[str, Any]:
        with np.load(file) as answer:
            found = dict(answer)
        file.unlink()
        return found

    def _do(self, *what: str) -> dict[str, Any]:
        self._process.stdin.write(json.dumps(what, ensure_ascii=False) + "\n")  # type: ignore[union-attr]
        self._process.stdin.flush()  # type: ignore[union-attr]
        return self._reply()

    def _reply(self) -> dict[str, Any]:
        line = self._process.stdout.readline()  # type: ignore[union-attr]
        if not line:
            status = self._process.wait()
            raise RuntimeError(f"{self.name} ended with status {status}; what it said is above")
        return json.loads(line)


class RWorker(Worker):
    """A process of R, whose answers are files of numbers."""

    def _command(self, tier: str, threads: str) -> list[str]:
        return r_packages.command(self.name, self._work, tier, threads)

    def _answer(self, file: Path) -> dict[str, Any]:
        return normal(self._work, r_packages.answer(self._work, file))


def worker(name: str, work: Work, tier: str, threads: int) -> Worker:
    """Starts the process of a peer."""
    kind = RWorker if name in r_packages.PACKAGES else Worker
    return kind(name, work, tier, threads)
