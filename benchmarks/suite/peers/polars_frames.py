"""Polars: eager, lazy and streaming. POLARS_MAX_THREADS was set before it was imported."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import polars as pl

from suite.data import ITEMS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import pyarrow as pa

    from suite.peers import Idiom
    from suite.works import Work

    Frame = Any  # a DataFrame or a LazyFrame: both have what is used here

_r, _s = pl.col("r"), pl.col("s")
_half = 1 << 32  # of an integer


def version() -> str:
    """Of the library."""
    return pl.__version__


def load(_: Work, tables: Mapping[str, pa.Table], threads: int) -> dict[str, pl.DataFrame]:
    """Frames in one piece."""
    if pl.thread_pool_size() != threads:
        raise ValueError(f"Polars has {pl.thread_pool_size()} threads, not {threads}")
    return {name: pl.DataFrame(table).rechunk() for name, table in tables.items()}


def idioms(work: Work) -> dict[str, Idiom]:
    """Each way of grouping, in each way of running it."""
    if work.profile:
        ways: dict[str, Callable[..., Frame]] = {"residuals joined": _profile}
    elif work.unit == "respondent":
        ways = {
            "people first": _clustered,
            "packed keys": _packed,
            "packed keys and sums": partial(_packed, sums=_packed_sums),
        }
    else:
        ways = {"sums": _rows, "cells": _cells}
    runs = {"eager": _eager, "lazy": partial(_lazy, "in-memory"), "streaming": _streaming}
    return {
        f"{way}, {run}": partial(runs[run], partial(ways[way], work))
        for way in ways
        for run in runs
    }


def _eager(way: Callable[[Any], Frame], frames: dict[str, pl.DataFrame]) -> pl.DataFrame:
    return way(frames)


def _lazy(engine: Any, way: Callable[[Any], Frame], frames: dict[str, pl.DataFrame]) -> Any:
    return way({name: frame.lazy() for name, frame in frames.items()}).collect(engine=engine)


_streaming = partial(_lazy, "streaming")


def _points(work: Work, frames: dict[str, Frame], also: tuple[str, ...] = ()) -> Frame:
    """Points of what counts, with the group columns."""
    answers = frames["answers"]
    if work.joined:
        answers = answers.join(frames["touchpoints"], on="touchpoint")
    people = [] if work.unit == "row" else ["respondent"]
    keys = [*work.keys, *people, *also]
    if not work.is_wide:
        counting = answers.filter(pl.col("requirement") > 1)
        return counting.select(*keys, r=pl.col("requirement") - 1, s=pl.col("satisfaction") - 1)
    required = [pl.col(f"requirement.{item}") - 1 for item in range(ITEMS)]
    # A product with a truth value is faster than a choice.
    achieved = [
        (pl.col(f"satisfaction.{item}") - 1) * (pl.col(f"requirement.{item}") > 1)
        for item in range(ITEMS)
    ]
    points = answers.select(*keys, r=pl.sum_horizontal(required), s=pl.sum_horizontal(achieved))
    return points.filter(_r > 0)


def _moments(work: Work, *, of: pl.Expr | int = 1) -> list[pl.Expr]:
    sums = [(_r * of).sum().alias("r"), (_s * of).sum().alias("s")]
    if not work.second_moments:
        return sums
    return [
        *sums,
        (_r * _r * of).sum().alias("rr"),
        (_r * _s * of).sum().alias("rs"),
        (_s * _s * of).sum().alias("ss"),
    ]


def _grouped(work: Work, points: Frame, values: list[pl.Expr]) -> Frame:
    if not work.sets:
        return _by(work.by, points, values)
    finest = _by(work.keys, points, values)  # of which there are few, and the others are sums
    sums = pl.col([value.meta.output_name() for value in values]).sum()
    return pl.concat([_by(names, finest, [sums]) for names in work.sets], how="diagonal")


def _by(names: tuple[str, ...], points: Frame, values: list[pl.Expr]) -> Frame:
    return points.group_by(names).agg(values) if names else points.select(values)


def _rows(work: Work, frames: dict[str, Frame]) -> Frame:
    return _grouped(work, _points(work, frames), [pl.len().alias("n"), *_moments(work)])


def _cells(work: Work, frames: dict[str, Frame]) -> Frame:
    """Counts of each pair of codes first, which are few."""
    count = pl.col("c").cast(pl.Int64)
    cells = _points(work, frames).group_by(*work.keys, "r", "s").agg(c=pl.len())
    return _grouped(work, cells, [count.sum().alias("n"), *_moments(work, of=count)])


def _clustered(work: Work, frames: dict[str, Frame]) -> Frame:
    """Sums of each person first."""
    sums = [_r.cast(pl.Int64).sum(), _s.cast(pl.Int64).sum()]
    people = _points(work, frames).group_by(*work.keys, "respondent").agg(sums)
    return _grouped(work, people, [pl.len().alias("n"), *_moments(work)])


def _plain_sums(points: Frame) -> Frame:
    return points.group_by("pair").agg(_r.cast(pl.Int64).sum(), _s.cast(pl.Int64).sum())


def _packed_sums(points: Frame) -> Frame:
    """Both sums in one integer, since neither comes to half of its bits."""
    both = _r.cast(pl.Int64) + _s.cast(pl.Int64) * _half
    people = points.select("pair", both=both).group_by("pair").agg(pl.col("both").sum())
    return people.select("pair", r=pl.col("both") % _half, s=pl.col("both") // _half)


def _packed(
    work: Work, frames: dict[str, Frame], sums: Callable[[Frame], Frame] = _plain_sums
) -> Frame:
    """Sums of each person first, where person and group are one integer."""
    (key,) = work.by
    pair = pl.col("respondent").cast(pl.Int64) * _half + pl.col(key)
    people = sums(_points(work, frames).select("r", "s", pair=pair))
    people = people.with_columns((pl.col("pair") % _half).alias(key))
    return _grouped(work, people, [pl.len().alias("n"), *_moments(work)])


def _profile(work: Work, frames: dict[str, Frame]) -> Frame:
    """The linearised mean of the items' ratios: residuals of answers, summed by person."""
    points = _points(work, frames, ("item",))
    ratios = points.group_by(*work.by, "item").agg(total=_r.sum(), ratio=_s.sum() / _r.sum())
    means = ratios.group_by(work.by).agg(items=pl.len(), score=100 * pl.col("ratio").mean())
    residual = (_s - pl.col("ratio") * _r) / pl.col("total")
    people = (
        points.join(ratios, on=[*work.by, "item"])
        .group_by(*work.by, "respondent")
        .agg(e=residual.sum())
    )
    n = pl.len().cast(pl.Float64)
    variance = pl.col("e").pow(2).sum() * n / (n - 1)
    squares = people.group_by(work.by).agg(n=pl.len(), deviation=variance.sqrt())
    return squares.join(means, on=work.by).select(
        *work.by, "n", "score", std_error=100 * pl.col("deviation") / pl.col("items")
    )
