"""The data of a tier, made once: answers in several orders, the wide form, touchpoints."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

if TYPE_CHECKING:
    from .works import Work

FOLDER = Path(__file__).resolve().parents[2] / "build" / "suite"

ANSWERS = {"XS": 6_000, "S": 600_000, "M": 7_000_000, "L": 40_000_000}
TESTS = "XS"  # what is for tests is timed once
ALONE = ("L",)  # tiers whose peers would not find room in 24 GiB together
ITEMS = 10
GROUPS = (10, 1_000, 100_000, 1_000_000)
TEAMS = CAMPAIGNS = TEXTS = 1_000
TEXT = ("by_text",)  # the columns of text; all others are numbers

_asked_at_once = 5  # of the items, so a person of two responses answers all of them
_skew = 4  # a share of 10^-4 of the names has a tenth of the rows
_batch = 1 << 20  # rows; DuckDB and pyarrow share batches among threads
_version = 1  # of what is made: raised with every change, so that old files are not read


def table(tier: str, name: str, columns: list[str] | None = None) -> pa.Table:
    """One table of a tier: ``uniform.unsorted``, ``skewed.wide``, ``touchpoints``."""
    with pa.OSFile(str(_file(tier, name))) as file:
        return _only(file, columns).read_all()


def tables(tier: str, work: Work) -> dict[str, pa.Table]:
    """The columns that a work needs, in memory."""
    found = {"answers": table(tier, work.table, work.columns).select(work.columns)}
    if work.people is not None:
        found["answers"] = _with_fewer_people(found["answers"], work.people)
    if work.joined:
        found["touchpoints"] = table(tier, "touchpoints")
    return found


def size(tier: str, work: Work) -> int:
    """Bytes of these columns."""
    with pa.memory_map(str(_file(tier, work.table))) as file:
        answers = _only(file, work.columns).read_all().nbytes
    return answers + (table(tier, "touchpoints").nbytes if work.joined else 0)


def _only(file: Any, columns: list[str] | None) -> Any:
    """A reader of some columns, so that the others are not in memory, and not in its peak."""
    schema = pa.ipc.open_file(file).schema
    wanted = [at for at, name in enumerate(schema.names) if columns is None or name in columns]
    return pa.ipc.open_file(file, options=pa.ipc.IpcReadOptions(included_fields=wanted))


def flat(tier: str, name: str, columns: list[str]) -> Path:
    """Files of plain numbers, one a column, for who cannot read Arrow; written once.

    Their endings are the types. Text is a number a row beside a line for each that there is.
    """
    folder = _file(tier, name).with_suffix(".flat")
    folder.mkdir(exist_ok=True)
    absent = [column for column in columns if not list(folder.glob(f"{column}.*int*"))]
    for column in absent:
        _write_flat(folder, column, table(tier, name, [column])[column])
    return folder


def _file(tier: str, name: str) -> Path:
    """Of a table, made with those of its kind where it is not there yet."""
    folder = FOLDER / f"{tier}.v{_version}"
    kind = name.partition(".")[0]
    complete = folder / f"{kind}.complete"
    if not complete.exists():
        folder.mkdir(parents=True, exist_ok=True)
        _make(folder, kind, ANSWERS[tier])
        complete.touch()
    return folder / f"{name}.arrow"


def _make(folder: Path, kind: str, answers: int) -> None:
    if kind == "touchpoints":
        _write(folder / "touchpoints.arrow", _touchpoints(answers // _asked_at_once))
        return
    skewed = kind == "skewed"
    rng = np.random.default_rng([_version, answers, skewed])
    long = _long(rng, answers, skewed=skewed)
    for order, rows in _orders(rng, long).items():
        _write(folder / f"{kind}.{order}.arrow", {k: v[rows] for k, v in long.items()})
    _write(folder / f"{kind}.wide.arrow", _wide(rng, answers // ITEMS, skewed=skewed))


def _with_fewer_people(answers: pa.Table, people: int) -> pa.Table:
    """Ids are numbers from 0 on, so that a remainder gives each as many others' rows."""
    column = answers.column_names.index("respondent")
    ids = pa.array(answers["respondent"].to_numpy() % np.int32(people))
    return answers.set_column(column, "respondent", ids)


def _write_flat(folder: Path, name: str, column: pa.ChunkedArray) -> None:
    if pa.types.is_string(column.type):
        coded = column.combine_chunks().dictionary_encode()
        lines = "".join(f"{text}\n" for text in coded.dictionary.to_pylist())
        (folder / f"{name}.names").write_text(lines)
        column = coded.indices
    unfinished = folder / f"{name}.unfinished"
    column.to_numpy().tofile(unfinished)
    unfinished.rename(folder / f"{name}.{column.type}")


def _long(rng: np.random.Generator, answers: int, *, skewed: bool) -> dict[str, Any]:
    """Sorted by response. People, teams and touchpoints belong to responses, `by_` to rows."""
    responses = answers // _asked_at_once
    people = responses // 2
    if skewed:
        respondent = _draw(rng, people, responses, skewed=True)
    else:
        respondent = np.empty(responses, np.int32)
        respondent[0::2], respondent[1::2] = rng.permutation(people), rng.permutation(people)
    half = np.tile(np.arange(_asked_at_once), responses)
    of_response = {
        "respondent": respondent,
        "response": np.arange(responses, dtype=np.int32),
        "touchpoint": rng.permutation(_touchpoint_count(responses))[:responses].astype(np.int32),
        "team": _draw(rng, TEAMS, responses, skewed=skewed),
    }
    long = {name: np.repeat(column, _asked_at_once) for name, column in of_response.items()}
    long["item"] = (half + _asked_at_once * (long["response"] % 2)).astype(np.int8)
    long["requirement"], long["satisfaction"] = _codes(rng, answers), _codes(rng, answers)
    for groups in GROUPS:
        long[f"by_{groups}"] = _draw(rng, groups, answers, skewed=skewed)
    long["by_text"] = _draw(rng, TEXTS, answers, skewed=skewed)
    return long


def _orders(rng: np.random.Generator, long: dict[str, Any]) -> dict[str, Any]:
    """Rows at random; a person's rows together, people at random; by response as they are."""
    shuffled = rng.permutation(len(long["item"]))
    place = rng.permutation(int(long["respondent"].max()) + 1)
    return {
        "unsorted": shuffled,
        "adjacent": np.argsort(place[long["respondent"]], kind="stable"),
        "by_response": slice(None),
    }


def _wide(rng: np.random.Generator, rows: int, *, skewed: bool) -> dict[str, Any]:
    """A row per response to all items."""
    respondent = _draw(rng, rows, rows, skewed=True) if skewed else rng.permutation(rows)
    wide = {
        "respondent": respondent.astype(np.int32),
        "team": _draw(rng, TEAMS, rows, skewed=skewed),
    }
    for item in range(ITEMS):
        wide[f"requirement.{item}"] = _codes(rng, rows)
        wide[f"satisfaction.{item}"] = _codes(rng, rows)
    return wide


def _touchpoint_count(responses: int) -> int:
    return responses * 5 // 4  # a fifth of what is done gets no feedback


def _touchpoints(responses: int) -> dict[str, Any]:
    count = _touchpoint_count(responses)
    rng = np.random.default_rng([_version, count])
    return {
        "touchpoint": rng.permutation(count).astype(np.int32),
        "campaign": _draw(rng, CAMPAIGNS, count, skewed=False),
    }


def _draw(rng: np.random.Generator, names: int, count: int, *, skewed: bool) -> Any:
    if skewed:
        return (names * rng.random(count) ** _skew).astype(np.int32)
    return rng.integers(0, names, count, dtype=np.int32)


def _codes(rng: np.random.Generator, count: int) -> Any:
    return rng.integers(1, 6, count, dtype=np.int8)


def _write(path: Path, columns: dict[str, Any]) -> None:
    arrays = {name: pa.array(column) for name, column in columns.items()}
    if "by_text" in arrays:
        names = pa.array([f"territory {text:06}" for text in range(TEXTS)])
        arrays["by_text"] = names.take(arrays["by_text"])
    made = pa.table(arrays)
    with pa.OSFile(str(path), "wb") as file, pa.ipc.new_file(file, made.schema) as writer:
        writer.write_table(made, max_chunksize=_batch)
