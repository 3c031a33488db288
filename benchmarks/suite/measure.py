"""Peers at a work: agreement first, then rounds in which all take turns."""

from __future__ import annotations

import os
import statistics
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from . import data
from .agreement import disagreement
from .peers import PEERS, is_installed, r_packages
from .process import Worker, worker

if TYPE_CHECKING:
    from .works import Work

ROUNDS = 5
#: An idiom that takes so many times its peer's fastest when it is checked is not timed again.
HOPELESS = 3.0
#: The same where the fastest takes so many seconds, so that one run says more.
CLEAR, CLOSE = 2.0, 1.3
#: Seconds of an idiom after which it gets no further round.
LONG = 20.0


class DisagreementError(Exception):
    """A peer has another answer than xqs: an error of the suite."""


@dataclass
class Timing:
    """What one peer took.

    Attributes:
        version: of its library.
        loaded: memory before the work, MiB.
        groups: how many the answer has.
        seconds: of each run, by idiom.
        peak: the most memory of any run of an idiom, MiB.
    """

    version: str
    loaded: float
    groups: int = 0
    seconds: dict[str, list[float]] = field(default_factory=dict)
    peak: dict[str, float] = field(default_factory=dict)

    def spent(self, idiom: str) -> float:
        """Seconds of all runs of an idiom so far."""
        return sum(self.seconds.get(idiom, ()))

    @property
    def fastest(self) -> str:
        """The idiom that counts."""
        return min(self.seconds, key=lambda idiom: statistics.median(self.seconds[idiom]))

    @property
    def median(self) -> float:
        """Of it, in seconds."""
        return statistics.median(self.seconds[self.fastest])

    @property
    def added(self) -> float:
        """The most memory that it took beyond the rows, MiB."""
        return max(self.peak[self.fastest] - self.loaded, 0)


#: What all peers took, by work.
Results = dict["Work", dict[str, Timing]]


def measure(work: Work, tier: str, threads: int, names: list[str]) -> dict[str, Timing]:
    """What each peer took, by its name. In the largest tier there is one process at a time.

    Raises:
        DisagreementError: an idiom has another answer than the first peer.
    """
    data.size(tier, work)  # makes the rows, before processes want them
    turns = [[name] for name in names] if tier in data.ALONE else [names]
    timings: dict[str, Timing] = {}
    agreed = _Agreed(work)
    for together in turns:
        with ExitStack() as stack:
            workers = [stack.enter_context(worker(of, work, tier, threads)) for of in together]
            timings |= _measured(workers, agreed, 1 if tier == data.TESTS else ROUNDS)
    for timing in timings.values():
        timing.groups = agreed.groups
    return timings


def _measured(workers: list[Worker], agreed: _Agreed, rounds: int) -> dict[str, Timing]:
    for of in workers:
        of.wait()
    timings = {of.name: Timing(of.about["version"], of.about["loaded"]) for of in workers}
    chosen = {of.name: _chosen(of, agreed) for of in workers}
    for turn in range(rounds):
        for of in workers:
            for idiom in chosen[of.name]:
                if turn == 0 or timings[of.name].spent(idiom) < LONG:
                    _record(timings[of.name], idiom, of.run(idiom))
    return timings


def _record(timing: Timing, idiom: str, reply: dict[str, Any]) -> None:
    timing.seconds.setdefault(idiom, []).append(reply["seconds"])
    timing.peak[idiom] = max(timing.peak.get(idiom, 0), reply["peak"])


class _Agreed:
    """The answer to a work, which is that of whoever comes first."""

    def __init__(self, work: Work) -> None:
        self._work = work
        self._expected: dict[str, Any] | None = None

    @property
    def groups(self) -> int:
        """How many it has."""
        return len(self._expected["n"]) if self._expected else 0

    def check(self, of: Worker, idiom: str) -> float:
        """Seconds of an idiom whose answer is right."""
        file = data.FOLDER / f"answer.{os.getpid()}.npz"
        seconds, found = of.check(idiom, file)
        self._expected = self._expected or found
        difference = disagreement(self._expected, found)
        if difference is not None:
            raise DisagreementError(f"{self._work.name}, {of.name}, {idiom}: {difference}")
        return seconds


def _chosen(of: Worker, agreed: _Agreed) -> list[str]:
    """The idioms worth timing, after the answers of all were found to agree."""
    seconds = {idiom: agreed.check(of, idiom) for idiom in of.about["idioms"]}
    fastest = min(seconds.values(), default=0)
    limit = fastest * (CLOSE if fastest > CLEAR else HOPELESS)
    return [idiom for idiom in seconds if seconds[idiom] <= limit]


def missing() -> dict[str, str]:
    """Peers that cannot take part, and why."""
    absent = {name: "not installed" for name in PEERS if not is_installed(name)}
    in_r = {package: r_packages.why_not(package) for package in r_packages.PACKAGES}
    return absent | {package: why for package, why in in_r.items() if why is not None}
