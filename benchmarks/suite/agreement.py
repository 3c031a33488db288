"""Whether answers of different libraries agree."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from .data import TEXT

if TYPE_CHECKING:
    from .works import Work

_key = "by "  # before the names of the columns of keys
_none = -1  # which no key is
_relative = 1e-9
#: Per cent. Where all answers of a group are alike the standard error is 0, and from the sums of
#: peers the root of what rounding left.
_nothing = 1e-5


def normal(work: Work, answer: Any) -> dict[str, Any]:
    """Keys, in their order, with ``n``, ``score`` and, if the work has one, ``std_error``."""
    table = _table_of(answer)
    n = _numbers(table, _counted_as(work, table))
    if "score" in table.column_names:
        numbers = {"score": _numbers(table, "score")}
        if "std_error" in table.column_names and work.question == "score" and work.second_moments:
            numbers["std_error"] = _numbers(table, "std_error")
    else:
        numbers = _finished(work, n, table)
    keys = {f"{_key}{name}": _keys(table, name) for name in work.keys}
    order = np.lexsort(list(keys.values())) if keys else np.arange(len(n))
    order = order[n[order] > 0]  # xqs names groups that have no answer that counts, too
    return {name: column[order] for name, column in {**keys, "n": n, **numbers}.items()}


def disagreement(expected: dict[str, Any], found: dict[str, Any]) -> str | None:
    """The first difference, in words."""
    keys = [name for name in expected if name.startswith(_key)]
    if len(expected["n"]) != len(found["n"]):
        return f"{len(found['n'])} groups, not the {len(expected['n'])} of xqs"
    if not all(np.array_equal(expected[name], found[name]) for name in keys):
        return "other groups than xqs has"
    for name in ("n", "score", "std_error"):
        if name not in expected or name not in found:
            continue
        a, b = expected[name], found[name]
        same = np.isclose(a, b, rtol=_relative, atol=0, equal_nan=True)
        if name == "std_error":
            same |= (a < _nothing) & (b < _nothing)
        if not same.all():
            first = np.flatnonzero(~same)[0]
            group = [str(expected[key][first]) for key in keys]
            return f"{name} of {group}: {b[first]!r}, xqs has {a[first]!r}"
    return None


def _table_of(answer: Any) -> pa.Table:
    if hasattr(answer, "__arrow_c_stream__"):
        return pa.table(answer)
    return pa.Table.from_pandas(answer, preserve_index=False)


def _counted_as(work: Work, table: pa.Table) -> str:
    if "n" in table.column_names:
        return "n"
    return {"score": "units", "compare": "respondents_after", "rank": "respondents"}[work.question]


def _numbers(table: pa.Table, name: str) -> Any:
    return table[name].cast(pa.float64(), safe=False).to_numpy()


def _finished(work: Work, n: Any, table: pa.Table) -> dict[str, Any]:
    """Score and standard error of sums, by docs/method.md, sections 4 and 5."""
    r, s = _numbers(table, "r"), _numbers(table, "s")
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = s / r
        if not work.second_moments:
            return {"score": 100 * ratio}
        rr, rs, ss = (_numbers(table, name) for name in ("rr", "rs", "ss"))
        residual = np.maximum(ss - 2 * ratio * rs + ratio**2 * rr, 0)
        error = np.where(n > 1, 100 * np.sqrt(residual * n / (n - 1)) / r, np.nan)
    return {"score": 100 * ratio, "std_error": error}


def _keys(table: pa.Table, name: str) -> Any:
    """Numbers, which xqs has as text; or text. Of sets that do not have the column: none."""
    column = table[name]
    if name in TEXT:
        return column.cast(pa.string()).fill_null("").to_numpy().astype(str)
    return column.cast(pa.int64()).fill_null(_none).to_numpy()
