"""data.table and collapse, in processes of R: what ``r_worker.R`` is told, and what it answers.

R reads no Arrow here, so that it gets the same rows as files of plain numbers.
"""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from suite import data

if TYPE_CHECKING:
    from suite.works import Work

PACKAGES = ("data.table", "collapse")
_program = str(Path(__file__).with_name("r_worker.R"))


def why_not(package: str) -> str | None:
    """Why a package cannot take part, if so."""
    probe = f"quit(status = !requireNamespace('{package}', quietly = TRUE))"
    try:
        found = subprocess.run(["Rscript", "-e", probe], capture_output=True, check=False)  # noqa: S603, S607
    except FileNotFoundError:
        return "not installed (no Rscript)"
    return "not installed" if found.returncode else None


def command(package: str, work: Work, tier: str, threads: str) -> list[str]:
    """Starts a worker; all that R needs to know of a work."""
    told = {
        "package": package,
        "threads": threads,
        "answers": str(data.flat(tier, work.table, work.columns)),
        "columns": ",".join(work.columns),
        "by": ",".join(work.by),
        "sets": ";".join(",".join(names) for names in work.sets),
        "unit": work.unit,
        "people": str(work.people or ""),
        "items": str(data.ITEMS if work.is_wide else 0),
        "profile": str(work.profile).upper(),
        "products": str(work.second_moments).upper(),
    }
    if work.joined:
        told["touchpoints"] = str(data.flat(tier, "touchpoints", ["touchpoint", *work.by]))
    arguments = [f"{key}={value}" for key, value in told.items()]
    return ["Rscript", "--vanilla", _program, *arguments]


def answer(work: Work, prefix: Path) -> pa.Table:
    """What the worker wrote: a file of doubles a column, one of lines where it is text."""
    columns = {}
    for file in sorted(prefix.parent.glob(f"{prefix.name}.*")):
        name, _, kind = file.name.removeprefix(f"{prefix.name}.").rpartition(".")
        if kind == "lines":
            columns[name] = pa.array(file.read_text().splitlines())
        else:
            columns[name] = pa.array(np.fromfile(file), from_pandas=name in work.keys)
        file.unlink()
    return pa.table(columns)
