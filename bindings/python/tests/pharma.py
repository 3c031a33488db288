"""The synthetic sample company as tables of text, in which null is an empty cell of its files."""

from __future__ import annotations

import csv
import gzip
from functools import cache
from pathlib import Path

import pyarrow as pa

FOLDER = Path(__file__).resolve().parents[3] / "examples" / "data" / "pharma"


def path(name: str) -> Path:
    """The file of a table."""
    return FOLDER / f"{name}.csv.gz"


@cache
def table(name: str) -> pa.Table:
    """``"feedback"``, ``"touchpoints"``, ``"sqr_wave1"`` or ``"sqr_wave2"``."""
    with gzip.open(path(name), "rt", newline="") as file:
        header, *rows = csv.reader(file)
    columns = zip(*rows, strict=True)
    return pa.table(
        {
            heading: [cell or None for cell in column]
            for heading, column in zip(header, columns, strict=True)
        }
    )
