"""The benchmark suite: every idiom of every peer that is installed, and answers that agree."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

SUITE = Path(__file__).resolve().parents[3] / "benchmarks" / "suite"


def run(*arguments: str) -> str:
    for library in ("duckdb", "pandas", "polars", "pyarrow"):
        pytest.importorskip(library)
    command = [sys.executable, str(SUITE / "run"), "--tier", "XS", "--threads", "1", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize("work", ["wide", "sets", "touchpoints", "clustered_adjacent"])
def test_every_idiom_of_every_peer_gives_the_answers_of_xqs(work: str) -> None:
    printed = run("--only", work)
    assert f"\n| {work} | " in printed
    for peer in ("data.table", "collapse"):  # absent or not, they are in the table
        assert f" | {peer} |" in printed


def test_tiers_are_measured_one_after_the_other() -> None:
    printed = run("--tier", "XS", "S", "--only", "ratio", "--peers", "xqs,NumPy")
    assert printed.count("\n| ratio | ") == 2 * 3  # time, idiom, memory
    assert "tier XS: 6,000 answers\n" in printed
    assert "tier S: 600,000 answers\n" in printed


def test_a_library_that_everything_needs_is_missed_in_one_line() -> None:
    command = [sys.executable, "-I", "-S", str(SUITE / "run"), "--only", "scan"]  # none is found
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert re.fullmatch(r"error: \w+ is not installed.*\n", done.stderr)


def test_scaling_says_of_how_many_groups_its_times_are() -> None:
    printed = run("--scaling", "--peers", "xqs")
    assert "\n|  | groups | xqs |\n" in printed
    assert "\n| 600 people | 10 | " in printed


def test_a_plain_scan_is_measured_beside_xqs() -> None:
    printed = run("--only", "scan")
    assert "\n| xqs | " in printed
    assert "\n| largest of each column | " in printed
    assert "\n| sum of each column | " in printed


def test_states_are_merged_written_and_read() -> None:
    printed = run("--only", "states", "--build", "nowhere")
    assert "\n| tally | merged | - | `abi_benchmark`, which is not built |\n" in printed
    assert "\n| ledger | people written | " in printed
    assert "\n| tally, pooled | read | " in printed
