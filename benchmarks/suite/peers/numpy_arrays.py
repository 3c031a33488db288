"""NumPy, for whoever knows the columns: ids and keys are small numbers, codes are from 1 to 5.

It has no groups. Several columns become one number, which is a place in a table, or which is sorted
and has the points in its last bits.
"""

from __future__ import annotations

import math
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from suite.data import ITEMS, TEXT

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from suite.peers import Idiom
    from suite.works import Work

    Array = np.ndarray[Any, np.dtype[Any]]
    Tables = Mapping[str, Mapping[str, Array]]
    #: Keys of rows or of what they were added up to, and points.
    Points = tuple[Array, Array, Array]

_scale = 5  # codes
_sums = ("n", "r", "s", "rr", "rs", "ss")


def version() -> str:
    """Of the library."""
    return str(np.__version__)


def load(work: Work, tables: Mapping[str, pa.Table], threads: int) -> dict[str, dict[str, Array]]:
    """Arrays, if they are needed. NumPy has one thread, however many it may have."""
    del threads
    if not idioms(work):
        return {}
    return {
        name: {column: table[column].to_numpy() for column in table.column_names}
        for name, table in tables.items()
    }


def idioms(work: Work) -> dict[str, Idiom]:
    """Ways to add up by numbers; none by text."""
    if work.profile or set(work.keys) & set(TEXT):
        return {}
    if work.unit == "row":
        sums = _sums_by_keys if work.keys else _sums_of_all
        return {"codes counted": partial(_counted, work), "sums": partial(sums, work)}
    ways: dict[str, Callable[..., Points]] = {"people sorted": _people}
    if work.table.endswith((".adjacent", ".by_response")):
        ways["runs, people sorted"] = _people_of_runs
    if work.table == "uniform.adjacent":  # in others a person may be in a group in several runs
        ways["runs"] = _runs
    return {name: partial(_clustered, work, way) for name, way in ways.items()}


def _sums_of_all(work: Work, tables: Tables) -> pa.Table:
    r, s = _points(work, tables["answers"])
    sums = {"n": np.count_nonzero(r), "r": r.sum(), "s": s.sum()}
    if work.second_moments:
        sums |= {"rr": (r * r).sum(), "rs": (r * s).sum(), "ss": (s * s).sum()}
    return pa.table({name: [value] for name, value in sums.items()})


def _sums_by_keys(work: Work, tables: Tables) -> pa.Table:
    columns = [_key(name, tables) for name in work.keys]
    sizes = _sizes(columns)
    return _summed(work, sizes, _packed(columns, sizes), *_points(work, tables["answers"]))


def _counted(work: Work, tables: Tables) -> pa.Table:
    """Counts of each pair of codes first, as a table of all that there may be."""
    cells, sizes = _cells(work, tables)
    counts = np.bincount(cells, minlength=math.prod(sizes)).reshape(-1, sizes[-1])
    return _answer(work, sizes[:-1], (counts @ _of_codes()).T)


def _clustered(work: Work, people_of: Callable[..., Points], tables: Tables) -> pa.Table:
    """Sums of each person first."""
    answers = tables["answers"]
    columns = [answers[name] for name in ("respondent", *work.keys)]
    sizes = _sizes(columns)
    people, r, s = people_of(_packed(columns, sizes), *_points(work, answers))
    return _summed(work, sizes[1:], people % math.prod(sizes[1:]), r, s)


def _people(key: Array, r: Array, s: Array) -> Points:
    """Sums of each, of rows in any order: what sorts them carries their points."""
    bits = int(max(r.max(), s.max())).bit_length()
    if int(key.max()) >> (63 - 2 * bits):
        raise OverflowError("keys and points are larger than an integer")
    key <<= bits
    key |= r
    key <<= bits
    key |= s
    key = key[r > 0]
    key.sort()
    last = (1 << bits) - 1
    return _runs(key >> (2 * bits), key >> bits & last, key & last)


def _people_of_runs(key: Array, r: Array, s: Array) -> Points:
    return _people(*_runs(key, r, s))


def _runs(key: Array, r: Array, s: Array) -> Points:
    """Sums of rows that stand together."""
    starts = _starts(key)
    r, s = (np.add.reduceat(of, starts, dtype=np.int64) for of in (r, s))
    return key[starts], r, s


def _starts(key: Array) -> Array:
    return np.flatnonzero(np.concatenate([[True], key[1:] != key[:-1]]))


def _points(work: Work, answers: Mapping[str, Array]) -> tuple[Array, Array]:
    """Of all rows; those of what does not count are 0."""
    items = [f".{item}" for item in range(ITEMS)] if work.is_wide else [""]
    required = [answers[f"requirement{item}"] - 1 for item in items]
    achieved = [
        (answers[f"satisfaction{item}"] - 1) * (r > 0)
        for item, r in zip(items, required, strict=True)
    ]
    return sum(required[1:], required[0]), sum(achieved[1:], achieved[0])


def _cells(work: Work, tables: Tables) -> tuple[Array, list[int]]:
    """The place of each row in a table of keys and pairs of codes, and how large that is."""
    answers = tables["answers"]
    code = (answers["requirement"] - 1) * np.int8(_scale) + (answers["satisfaction"] - 1)
    columns = [_key(name, tables) for name in work.keys]
    sizes = [*_sizes(columns), _scale**2]
    return _packed([*columns, code], sizes), sizes


def _key(name: str, tables: Tables) -> Array:
    """A column of the answers, or that of their touchpoints, which are places, too."""
    answers = tables["answers"]
    if name in answers:
        return answers[name]
    touchpoints, of = tables["touchpoints"]["touchpoint"], answers["touchpoint"]
    values = np.full(max(_sizes([touchpoints, of])), -1, np.int32)  # which bincount would refuse
    values[touchpoints] = tables["touchpoints"][name]
    return values[of]


def _sizes(columns: Sequence[Array]) -> list[int]:
    return [int(column.max()) + 1 for column in columns]


def _packed(columns: Sequence[Array], sizes: Sequence[int]) -> Array:
    """The number of each row among all that there may be."""
    if math.prod(sizes) > 1 << 63:
        raise OverflowError("keys are larger than an integer")
    packed = columns[0].astype(np.int64)
    for column, size in zip(columns[1:], sizes[1:], strict=True):
        packed *= size
        packed += column
    return packed


def _of_codes() -> Array:
    """What an answer of each pair of codes adds to the sums."""
    r, s = np.divmod(np.arange(_scale**2), _scale)
    return np.stack([np.ones_like(r), r, s, r * r, r * s, s * s], axis=1) * (r > 0)[:, None]


def _summed(work: Work, sizes: Sequence[int], groups: Array, r: Array, s: Array) -> pa.Table:
    columns = (r > 0, r, s, r * r, r * s, s * s)
    count = math.prod(sizes)
    return _answer(work, sizes, [np.bincount(groups, of, count) for of in columns])


def _answer(work: Work, sizes: Sequence[int], sums: Any) -> pa.Table:
    """Groups that have answers; sets add up those of all keys."""
    table = np.reshape(sums, (len(_sums), *sizes))
    answers = []
    for names in work.sets or (work.by,):
        others = tuple(at for at, name in enumerate(work.keys, 1) if name not in names)
        added = table.sum(axis=others) if others else table
        values = added.reshape(len(_sums), -1)
        present = np.flatnonzero(values[0])
        columns = [*np.argwhere(added[0]).T, *(of[present] for of in values)]
        answers.append(pa.table(dict(zip([*names, *_sums], columns, strict=True))))
    return pa.concat_tables(answers, promote_options="default")
