"""Memory beyond the rows, as a multiple of the columns that a question reads."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

_rows = 4_000_000
_fixed = 8 << 20  # bytes: what of the interpreter, of threads and of the answer is not by the row

_ask = """
import gc, sys
from pathlib import Path
import numpy as np, pyarrow as pa, xqs

def kibibytes(of):
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(of))

rows, unit, by, order, threads = int(sys.argv[1]), *sys.argv[2:5], int(sys.argv[5])
rng = np.random.default_rng(4)
codes = {"min": 1, "max": 5}
definition = xqs.Definition({
    "xqs": 1, "name": "memory", "version": "1", "estimator": "pooled",
    "items": [{"id": str(item)} for item in range(10)], "confidentiality": "identified",
    "requirement": {"rating": codes}, "satisfaction": {"rating": codes},
})
people = rng.integers(0, rows // 10, rows, dtype=np.int32)
columns = {
    "respondent": np.sort(people) if order == "sorted" else people,
    "team": rng.integers(0, 1_000, rows, dtype=np.int32),
    "region": rng.integers(0, 10, rows, dtype=np.int32),
    "item": rng.integers(0, 10, rows, dtype=np.int8),
    "requirement": rng.integers(1, 6, rows, dtype=np.int8),
    "satisfaction": rng.integers(1, 6, rows, dtype=np.int8),
}
keys = [] if unit == "row" else ["respondent"]
names = [*keys, *by.split(), "item", "requirement", "satisfaction"]
table = pa.table({name: columns[name] for name in names})
query = {"question": "score", "unit": unit, "by": by.split(), "threads": threads}
xqs.ask(table[:5_000], query, definition=definition).frame  # what is loaded at first use
del people, columns
gc.collect()
Path("/proc/self/clear_refs").write_text("5")  # VmHWM is from now on
before = kibibytes("VmRSS")
xqs.ask(table, query, definition=definition).frame
print(table.nbytes, 1024 * (kibibytes("VmHWM") - before))
"""


@pytest.mark.skipif(not os.access("/proc/self/clear_refs", os.W_OK), reason="peaks are Linux's")
@pytest.mark.parametrize("threads", [1, 2])
@pytest.mark.parametrize(
    ("unit", "by", "order", "times"),
    [
        ("row", "team", "any", 0.5),
        ("row", "team region", "any", 0.5),
        ("respondent", "team", "any", 1.3),
        ("respondent", "team region", "sorted", 1.3),
    ],
)
def test_beside_the_columns(unit: str, by: str, order: str, times: float, threads: int) -> None:
    asked = [sys.executable, "-c", _ask, str(_rows), unit, by, order, str(threads)]
    done = subprocess.run(asked, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    columns, added = map(int, done.stdout.split())
    assert added <= times * columns + _fixed, f"{added} bytes beside {columns} of columns"
