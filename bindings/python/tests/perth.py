"""The Perth park survey, and its scores as R has them: see ``tests/reference/perth.R``."""

from __future__ import annotations

import csv
import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[3]
FOLDER = ROOT / "examples" / "data" / "perth"
DEFAULT = FOLDER / "perth_default.json"
#: The rules of the survey, by their names in R's numbers.
DEFINITIONS = {
    "zero_based": DEFAULT,
    "zero_based_capped": FOLDER / "perth_cap.json",
    "zero_based_keep": FOLDER / "perth_keep.json",
    "raw_codes": FOLDER / "perth_raw_keep.json",
}
NAMES = {"respondent": "id", "requirement": "r", "satisfaction": "s"}

Columns = dict[str, list[Any]]


@cache
def _rows() -> list[dict[str, str]]:
    with (FOLDER / "answers.csv").open(newline="") as file:
        return list(csv.DictReader(file))


def answers(rows: int | None = None) -> Columns:
    """The answers, or the first ones: columns of integers."""
    return {name: [int(row[name]) for row in _rows()[:rows]] for name in _rows()[0]}


@cache
def _expected() -> dict[str, Any]:
    text = (ROOT / "tests" / "reference" / "perth_expected.json").read_text()
    numbers: dict[str, Any] = json.loads(text)
    return numbers


def expected(rules: str = "zero_based") -> dict[str, Any]:
    """The numbers that R computed."""
    numbers: dict[str, Any] = _expected()[rules]
    return numbers


def close(number: float) -> Any:
    """As close as R and xqs come."""
    return pytest.approx(number, rel=1e-11)
