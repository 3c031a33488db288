"""Pyarrow: group_by of tables."""

from __future__ import annotations

from functools import partial, reduce
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc

from suite.data import ITEMS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from suite.peers import Idiom
    from suite.works import Work


def version() -> str:
    """Of the library."""
    return pa.__version__


def load(_: Work, tables: Mapping[str, pa.Table], threads: int) -> Mapping[str, pa.Table]:
    """The tables as they are."""
    pa.set_cpu_count(threads)
    return tables


def idioms(work: Work) -> dict[str, Idiom]:
    """Ways to group."""
    if work.profile:
        return {"residuals joined": partial(_profile, work)}
    if work.unit == "respondent":
        return {"people first": partial(_clustered, work)}
    return {"sums": partial(_rows, work), "cells": partial(_cells, work)}


def _points(work: Work, tables: Any, also: tuple[str, ...] = ()) -> pa.Table:
    """Points of what counts, with the group columns."""
    answers = tables["answers"]
    if work.joined:
        answers = answers.join(tables["touchpoints"], "touchpoint", join_type="inner")
    people = [] if work.unit == "row" else ["respondent"]
    keys = [*work.keys, *people, *also]
    one = pa.scalar(1, pa.int8())
    if not work.is_wide:
        kept = answers.filter(pc.greater(answers["requirement"], one))
        r, s = (pc.subtract(kept[name], one) for name in ("requirement", "satisfaction"))
        return kept.select(keys).append_column("r", r).append_column("s", s)
    required = [pc.subtract(answers[f"requirement.{item}"], one) for item in range(ITEMS)]
    achieved = [
        pc.if_else(pc.greater(r, 0), pc.subtract(answers[f"satisfaction.{item}"], one), 0)
        for item, r in enumerate(required)
    ]
    points = answers.select(keys)
    for name, columns in (("r", required), ("s", achieved)):
        points = points.append_column(name, reduce(pc.add, columns))
    return points.filter(pc.greater(points["r"], 0))


def _with_products(work: Work, points: pa.Table) -> pa.Table:
    if not work.second_moments:
        return points
    for name in ("rr", "rs", "ss"):
        points = points.append_column(name, pc.multiply(points[name[0]], points[name[1]]))
    return points


def _names(work: Work) -> list[str]:
    return ["r", "s", *(["rr", "rs", "ss"] if work.second_moments else [])]


def _summed(table: pa.Table, by: list[str], sums: list[str], count: str | None = None) -> pa.Table:
    """Sums under their own names, and with `count` how many rows there are."""
    asked: list[Any] = [(name, "sum") for name in sums]
    names = {f"{name}_sum": name for name in sums}
    if count is not None:
        asked.append(([], "count_all"))
        names["count_all"] = count
    summed = pa.TableGroupBy(table, by).aggregate(asked)
    return summed.rename_columns([names.get(name, name) for name in summed.column_names])


def _grouped(work: Work, points: pa.Table, sums: list[str], count: str | None = None) -> pa.Table:
    if not work.sets:
        return _summed(points, list(work.by), sums, count)
    finest = _summed(points, list(work.keys), sums, count)  # the others are sums of these
    sums = [*sums, *([count] if count else [])]
    answers = [_summed(finest, list(names), sums) for names in work.sets]
    return pa.concat_tables(answers, promote_options="default")


def _rows(work: Work, tables: Any) -> pa.Table:
    return _grouped(work, _with_products(work, _points(work, tables)), _names(work), "n")


def _cells(work: Work, tables: Any) -> pa.Table:
    """Counts of each pair of codes first, which are few."""
    cells = _with_products(work, _summed(_points(work, tables), [*work.keys, "r", "s"], [], "n"))
    for name in _names(work):
        weighted = pc.multiply(cells[name].cast(pa.int64()), cells["n"])
        cells = cells.drop_columns(name).append_column(name, weighted)
    return _grouped(work, cells, ["n", *_names(work)])


def _clustered(work: Work, tables: Any) -> pa.Table:
    """Sums of each person first."""
    people = _summed(_points(work, tables), [*work.keys, "respondent"], ["r", "s"])
    return _grouped(work, _with_products(work, people), _names(work), "n")


def _profile(work: Work, tables: Any) -> pa.Table:
    """The linearised mean of the items' ratios: residuals of answers, summed by person."""
    by = list(work.by)
    points = _points(work, tables, ("item",))
    ratios = _summed(points, [*by, "item"], ["r", "s"])
    ratio = pc.divide(ratios["s"].cast(pa.float64()), ratios["r"])
    ratios = ratios.append_column("ratio", ratio).rename_columns({"r": "total"}).drop_columns("s")
    joined = points.join(ratios, [*by, "item"])
    residual = pc.subtract(joined["s"], pc.multiply(joined["ratio"], joined["r"]))
    joined = joined.append_column("e", pc.divide(residual, joined["total"]))
    people = _summed(joined, [*by, "respondent"], ["e"])
    people = people.append_column("ee", pc.multiply(people["e"], people["e"]))
    means = _summed(ratios, by, ["ratio"], "items")
    answer = _summed(people, by, ["ee"], "n").join(means, by)
    n, items = answer["n"].cast(pa.float64()), answer["items"].cast(pa.float64())
    variance = pc.divide(pc.multiply(answer["ee"], n), pc.subtract(n, 1))
    error = pc.divide(pc.multiply(pc.sqrt(variance), 100), items)
    score = pc.divide(pc.multiply(answer["ratio"], 100), items)
    return answer.append_column("score", score).append_column("std_error", error)
