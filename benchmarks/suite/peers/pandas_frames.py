"""pandas."""

from __future__ import annotations

import math
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from suite.data import ITEMS

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pyarrow as pa

    from suite.peers import Idiom
    from suite.works import Work

_sums = ["n", "r", "s"]
_products = ["rr", "rs", "ss"]
_codes = ["requirement", "satisfaction"]
_scale = 5  # codes
_half = 1 << 32  # of an integer


def version() -> str:
    """Of the library."""
    return pd.__version__


def load(_: Work, tables: Mapping[str, pa.Table], threads: int) -> dict[str, pd.DataFrame]:
    """Frames. pandas has one thread, however many it may have."""
    del threads
    return {name: table.to_pandas() for name, table in tables.items()}


def idioms(work: Work) -> dict[str, Idiom]:
    """Ways to group."""
    if work.profile:
        return {"residuals joined": partial(_profile, work)}
    if work.unit == "respondent":
        return {
            "people first": partial(_clustered, work),
            "factorize, bincount": partial(_numbered, work),
        }
    return {
        "sums": partial(_rows, work),
        "cells": partial(_cells, work),
        "factorize, codes counted": partial(_counted, work),
    }


def _answers(work: Work, frames: Any) -> pd.DataFrame:
    if work.joined:
        return frames["answers"].merge(frames["touchpoints"], on="touchpoint")
    return frames["answers"]


def _points(work: Work, frames: Any, also: tuple[str, ...] = ()) -> pd.DataFrame:
    """Points of what counts, with the group columns."""
    answers = _answers(work, frames)
    people = [] if work.unit == "row" else ["respondent"]
    keys = [*work.keys, *people, *also]
    if not work.is_wide:
        kept = answers[answers["requirement"] > 1]
        return kept[keys].assign(n=1, r=kept["requirement"] - 1, s=kept["satisfaction"] - 1)
    required = [answers[f"requirement.{item}"] - 1 for item in range(ITEMS)]
    achieved = [answers[f"satisfaction.{item}"] - 1 for item in range(ITEMS)]
    points = answers[keys].assign(
        r=sum(required), s=sum(s * (r > 0) for r, s in zip(required, achieved, strict=True))
    )
    return points[points["r"] > 0]


def _with_products(work: Work, points: pd.DataFrame) -> pd.DataFrame:
    if not work.second_moments:
        return points
    r, s = points["r"], points["s"]
    return points.assign(rr=r * r, rs=r * s, ss=s * s)


def _names(work: Work) -> list[str]:
    return [*_sums, *_products] if work.second_moments else _sums


def _summed(points: pd.DataFrame, by: tuple[str, ...], names: list[str]) -> pd.DataFrame:
    if not by:
        return points[names].sum().to_frame().T
    return points.groupby(list(by), sort=False, observed=True)[names].sum().reset_index()


def _grouped(work: Work, points: pd.DataFrame) -> pd.DataFrame:
    return _sets(work, _summed(points, work.keys, _names(work)))


def _sets(work: Work, finest: pd.DataFrame) -> pd.DataFrame:
    """Sums of what is grouped by all keys, of which there are few."""
    answers = [_summed(finest, names, _names(work)) for names in work.sets]
    return pd.concat(answers) if answers else finest


def _rows(work: Work, frames: Any) -> pd.DataFrame:
    return _grouped(work, _with_products(work, _points(work, frames)))


def _cells(work: Work, frames: Any) -> pd.DataFrame:
    """Counts of each pair of codes first, which are few."""
    by = [*work.keys, "r", "s"]
    cells = _points(work, frames).groupby(by, sort=False, observed=True)["n"].sum().reset_index()
    cells = _with_products(work, cells.astype({"r": "int64", "s": "int64"}))
    weighted = [name for name in _names(work) if name != "n"]
    cells[weighted] = cells[weighted].mul(cells["n"], axis=0)
    return _grouped(work, cells)


def _counted(work: Work, frames: Any) -> pd.DataFrame:
    """The same by numbers of groups and codes, as a table of all that there may be."""
    answers = _answers(work, frames)
    factors = [pd.factorize(answers[name]) for name in work.keys]
    requirement, satisfaction = (answers[name].to_numpy() - 1 for name in _codes)
    columns = [*(codes for codes, _ in factors), requirement, satisfaction]
    sizes = [*(len(values) for _, values in factors), _scale, _scale]
    counts = np.bincount(np.ravel_multi_index(columns, sizes), minlength=math.prod(sizes))
    cells = np.reshape(counts, (-1, _scale**2))[:, _scale:]  # without those of requirement 1
    at = np.indices(sizes[:-2]).reshape(len(factors), len(cells))
    keys = {name: of[i] for name, (_, of), i in zip(work.keys, factors, at, strict=True)}
    r, s = np.divmod(np.arange(_scale, _scale**2), _scale)
    of_codes = _with_products(work, pd.DataFrame({"n": 1, "r": r, "s": s}))
    sums = {name: cells @ of_codes[name].to_numpy() for name in _names(work)}
    return _sets(work, pd.DataFrame({**keys, **sums}).query("n > 0"))


def _clustered(work: Work, frames: Any) -> pd.DataFrame:
    """Sums of each person first."""
    by = [*work.keys, "respondent"]
    people = _points(work, frames).groupby(by, sort=False)[["r", "s"]].sum()
    people = people.astype("int64").reset_index()  # sums that fit stay as narrow as the codes
    return _grouped(work, _with_products(work, people.assign(n=1)))


def _numbered(work: Work, frames: Any) -> pd.DataFrame:
    """The same by numbers of pairs of person and group, which are one integer."""
    (key,) = work.by
    points = _points(work, frames)
    packed = points["respondent"].astype("int64") * _half + points[key]
    numbers, pairs = pd.factorize(packed)
    r, s = (np.bincount(numbers, points[name]) for name in ("r", "s"))
    people = pd.DataFrame({key: pairs % _half, "n": 1, "r": r, "s": s})
    return _grouped(work, _with_products(work, people))


def _profile(work: Work, frames: Any) -> pd.DataFrame:
    """The linearised mean of the items' ratios: residuals of answers, summed by person."""
    by = list(work.by)
    points = _points(work, frames, ("item",))
    ratios = points.groupby([*by, "item"], sort=False)[["r", "s"]].sum()
    ratios = ratios.assign(ratio=ratios["s"] / ratios["r"]).rename(columns={"r": "total"})
    joined = points.merge(ratios[["total", "ratio"]].reset_index(), on=[*by, "item"])
    joined["e"] = (joined["s"] - joined["ratio"] * joined["r"]) / joined["total"]
    people = joined.groupby([*by, "respondent"], sort=False)["e"].sum()
    squares = (people**2).groupby(level=by, sort=False).agg(["size", "sum"])
    items = ratios.groupby(level=by, sort=False)["ratio"].agg(["size", "mean"])
    n = squares["size"]
    error = 100 * (squares["sum"] * n / (n - 1)) ** 0.5 / items["size"]
    answer = pd.DataFrame({"n": n, "score": 100 * items["mean"], "std_error": error})
    return answer.reset_index()
