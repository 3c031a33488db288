"""The program, whose answers are those of the package. XQS_BINARY names it."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

# The same cases on every machine, and no time limit for one of them.
settings.register_profile("xqs", deadline=None, derandomize=True, database=None)
settings.load_profile("xqs")

Program = Callable[..., str]
Asking = Callable[..., list[dict[str, Any]]]


@pytest.fixture(scope="session")
def binary() -> Path:
    name = os.environ.get("XQS_BINARY", "")
    path = Path(name).resolve()
    if not name or not os.access(path, os.X_OK) or path.is_dir():
        pytest.exit(f'set XQS_BINARY to the program to compare with, not "{name}"', returncode=2)
    return path


@pytest.fixture
def program(binary: Path, tmp_path: Path) -> Program:
    """Runs the program in a folder of its own; returns what it prints."""

    def run(*arguments: str | Path) -> str:
        command = [str(binary), *map(str, arguments)]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout

    return run


@pytest.fixture
def asks(program: Program) -> Asking:
    """Asks the program a question; returns the rows of the answer."""

    def ask(*arguments: str | Path) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = json.loads(program(*arguments, "--format", "json"))
        return rows

    return ask
