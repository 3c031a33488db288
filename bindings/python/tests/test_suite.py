"""The benchmark suite: every idiom of every peer, and answers that agree."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

SUITE = Path(__file__).resolve().parents[3] / "benchmarks" / "suite"


@pytest.mark.parametrize("work", ["wide", "sets", "touchpoints"])
def test_every_idiom_of_every_peer_gives_the_answers_of_xqs(work: str) -> None:
    for library in ("duckdb", "pandas", "polars", "pyarrow"):
        pytest.importorskip(library)
    command = [sys.executable, str(SUITE / "run"), "--tier", "XS", "--threads", "2", "--only", work]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert f"\n| {work} | " in done.stdout
