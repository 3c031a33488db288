"""``python -m xqs`` runs the program, where there is one."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import perth

if TYPE_CHECKING:
    from pathlib import Path


def run(path: str | Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "xqs", *arguments],
        env={**os.environ, "PATH": str(path)},
        capture_output=True,
        text=True,
        check=False,
    )


def test_arguments_and_status(binary: Path) -> None:
    done = run(binary.parent, "--version")
    assert (done.returncode, done.stderr) == (0, "")
    assert (
        done.stdout
        == subprocess.run([binary, "--version"], capture_output=True, text=True, check=True).stdout
    )

    rules = ("--definition", str(perth.DEFAULT), "--format", "csv")
    done = run(binary.parent, "score", str(perth.FOLDER / "answers.csv"), *rules)
    assert done.returncode == 1
    assert done.stderr.startswith("xqs: ")
    assert run(binary.parent, "--no-such-flag").returncode == 2


def test_without_the_program(tmp_path: Path) -> None:
    done = run(tmp_path, "score", "answers.csv")
    assert (done.returncode, done.stdout) == (2, "")
    assert "xqs is not on the PATH" in done.stderr
    assert "cmake --preset quickstart" in done.stderr
    assert "help(xqs)" in done.stderr
