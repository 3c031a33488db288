"""Whether answers of different libraries agree."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

if TYPE_CHECKING:
    from .works import Work

_relative = 1e-9
#: Per cent. Where all answers of a group are alike the standard error is 0, and from the sums of
#: peers the root of what rounding left.
_nothing = 1e-5


def normal(work: Work, answer: Any) -> dict[str, Any]:
    """Keys as text, sorted, with ``n``, ``score`` and, if the work has one, ``std_error``."""
    table = _table_of(answer)
    n = _numbers(table, _counted_as(work, table))
    if "score" in table.column_names:
        numbers = {"score": _numbers(table, "score")}
        if "std_error" in table.column_names and work.question == "score" and work.second_moments:
            numbers["std_error"] = _numbers(table, "std_error")
    else:
        numbers = _finished(work, n, table)
    kept = n > 0  # xqs names groups that have no answer that counts, too
    keys = _keys(work, table)[kept]
    order = np.argsort(keys)
    columns = {"keys": keys, **{name: of[kept] for name, of in {"n": n, **numbers}.items()}}
    return {name: column[order] for name, column in columns.items()}


def disagreement(expected: dict[str, Any], found: dict[str, Any]) -> str | None:
    """The first difference, in words."""
    if not np.array_equal(expected["keys"], found["keys"]):
        return f"{len(found['keys'])} groups, not the {len(expected['keys'])} of xqs"
    for name in [name for name in expected if name in found and name != "keys"]:
        a, b = expected[name], found[name]
        same = np.isclose(a, b, rtol=_relative, atol=0, equal_nan=True)
        if name == "std_error":
            same |= (a < _nothing) & (b < _nothing)
        if not same.all():
            first = np.flatnonzero(~same)[0]
            return f"{name} of {expected['keys'][first]!r}: {b[first]!r}, xqs has {a[first]!r}"
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


def _keys(work: Work, table: pa.Table) -> Any:
    """One text a group. Where several sets are asked for, null is what a set does not have."""
    keys = np.full(table.num_rows, "", dtype=object)
    for name in work.keys:
        column = table[name]
        if pa.types.is_floating(column.type):
            column = column.cast(pa.int64())
        keys = keys + column.cast(pa.string()).fill_null("-").to_numpy() + "|"
    return keys.astype(str)
