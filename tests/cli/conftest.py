"""Runs the program as people do: arguments and files in, an exit status and two streams out.

Environment variable XQS_BINARY names the program.
"""

from __future__ import annotations

import csv
import io
import json
import os
import re
import subprocess
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
PERTH = ROOT / "examples" / "data" / "perth"
PERTH_COLUMNS = ("--map", "respondent=id", "--map", "requirement=r", "--map", "satisfaction=s")
HEADER = "respondent,item,requirement,satisfaction\n"
SCORE_COLUMNS = (
    "score,std_error,ci_low,ci_high,interval_kind,respondents,units,answers,excluded,"
    "excluded_no_answer,excluded_not_applicable,excluded_zero_requirement,band,confidence,"
    "confirmed,flags,definition"
)
CONTROL_CHARACTERS = re.compile(r"[\x00-\x1f\x7f-\x9f]")

Write = Callable[..., str]


@dataclass(frozen=True)
class Outcome:
    status: int
    out: bytes
    err: str


@dataclass(frozen=True)
class Program:
    """The program, run in a folder of its own."""

    binary: Path
    folder: Path

    def run(
        self,
        *arguments: str,
        stdin: bytes = b"",
        environment: Mapping[str, str] | None = None,
        **options: Any,
    ) -> Outcome:
        options = {"stdout": subprocess.PIPE, "timeout": 60, **options}
        done = subprocess.run(
            [self.binary, *arguments],
            cwd=self.folder,
            input=stdin,
            stderr=subprocess.PIPE,
            env=os.environ | (environment or {}),
            check=False,
            **options,
        )
        err = done.stderr.decode()
        assert done.returncode in (0, 1, 2), err
        assert "Sanitizer" not in err and "runtime error" not in err, err
        return Outcome(done.returncode, done.stdout or b"", err)

    def prints(self, *arguments: str, notes: Sequence[str] = (), **options: Any) -> bytes:
        """What a run writes to standard output that says on standard error only these notes.

        `notes` has a part of each.
        """
        done = self.run(*arguments, **options)
        assert done.status == 0, done.err
        lines = done.err.splitlines()
        assert len(lines) == len(notes), done.err
        for line, part in zip(lines, notes, strict=True):
            assert line.startswith("xqs: note: ") and part in line
            assert not CONTROL_CHARACTERS.search(line), repr(line)
        return done.out

    def csv(self, *arguments: str, **options: Any) -> list[dict[str, str]]:
        out = self.prints("score", *arguments, "--format", "csv", **options).decode()
        return list(csv.DictReader(io.StringIO(out, newline="")))

    def json(self, *arguments: str, **options: Any) -> list[dict[str, Any]]:
        rows = json.loads(self.prints("score", *arguments, "--format", "json", **options))
        assert isinstance(rows, list)
        return rows

    def refuses(self, *arguments: str, status: int = 1, **options: Any) -> str:
        """The message of a run that fails: one line that fits a screen; nothing else is printed."""
        done = self.run(*arguments, **options)
        assert (done.status, done.out) == (status, b""), done.err
        assert done.err.startswith("xqs: ") and done.err.endswith("\n"), done.err[:2000]
        message = done.err.removesuffix("\n")
        assert not CONTROL_CHARACTERS.search(message), repr(message[:2000])
        assert len(message) < 2000, f"{len(message)} characters: {message[:200]} ..."
        return message


@pytest.fixture(scope="session")
def binary() -> Path:
    name = os.environ.get("XQS_BINARY", "")
    path = Path(name).resolve()
    if not name or not os.access(path, os.X_OK) or path.is_dir():
        pytest.exit(f'set XQS_BINARY to the program to be tested, not "{name}"', returncode=2)
    return path


@pytest.fixture
def xqs(binary: Path, tmp_path: Path) -> Program:
    return Program(binary, tmp_path)


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Writes a file into the folder of the program; returns its name."""

    def write_file(content: str | bytes, name: str = "feedback.csv") -> str:
        data = content.encode() if isinstance(content, str) else content
        (tmp_path / name).write_bytes(data)
        return name

    return write_file
