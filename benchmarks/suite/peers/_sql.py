"""The works in SQL."""
# ruff: noqa: S608 - the names in the statements are our own

from __future__ import annotations

from typing import TYPE_CHECKING

from suite.data import ITEMS

if TYPE_CHECKING:
    from suite.works import Work

_sums = "sum({r}) AS r, sum({s}) AS s"
_products = "sum({r} * {r}) AS rr, sum({r} * {s}) AS rs, sum({s} * {s}) AS ss"


def statements(work: Work) -> dict[str, str]:
    """Ways to do a work, by name."""
    if work.profile:
        return {"residuals joined": _profile(work)}
    if work.unit == "respondent":
        numbers = {"integers": "BIGINT", "doubles": "DOUBLE", "narrow integers": "INTEGER"}
        if work.table.startswith("skewed"):
            del numbers["narrow integers"]  # the square of one person's points is beyond them
        return {name: _clustered(work, number) for name, number in numbers.items()}
    return {
        "integers": _rows(work, "BIGINT"),
        "narrow integers": _rows(work, "INTEGER"),
        "doubles": _rows(work, "DOUBLE"),
        "cells": _cells(work),
    }


def _points(work: Work, also: str = "") -> str:
    """Points of what counts, with the group columns."""
    keys = "".join(f"{key}, " for key in work.keys)
    people = "" if work.unit == "row" else "respondent, "
    source = "answers JOIN touchpoints USING (touchpoint)" if work.joined else "answers"
    if not work.is_wide:
        return (
            f"SELECT {keys}{people}{also} requirement - 1 AS r, satisfaction - 1 AS s"
            f" FROM {source} WHERE requirement > 1"
        )
    requirement = " + ".join(f'("requirement.{item}" - 1)' for item in range(ITEMS))
    satisfaction = " + ".join(
        f'CASE WHEN "requirement.{item}" > 1 THEN "satisfaction.{item}" - 1 ELSE 0 END'
        for item in range(ITEMS)
    )
    points = f"SELECT {keys}{people} {requirement} AS r, {satisfaction} AS s FROM {source}"
    return f"SELECT * FROM ({points}) WHERE r > 0"


def _grouped(work: Work) -> str:
    if not work.sets:
        return f"GROUP BY {', '.join(work.by)}" if work.by else ""
    sets = ", ".join(f"({', '.join(names)})" for names in work.sets)
    return f"GROUP BY GROUPING SETS ({sets})"


def _selected(work: Work, values: str) -> str:
    return ", ".join([*work.keys, values])


def _moments(work: Work, r: str, s: str) -> str:
    sums = [_sums, _products] if work.second_moments else [_sums]
    return ", ".join(sums).format(r=r, s=s)


def _rows(work: Work, number: str) -> str:
    values = f"count(*) AS n, {_moments(work, f'r::{number}', f's::{number}')}"
    return f"SELECT {_selected(work, values)} FROM ({_points(work)}) {_grouped(work)}"


def _cells(work: Work) -> str:
    """Counts of each pair of codes first, which are few."""
    keys = _selected(work, "r, s")
    counted = f"SELECT {keys}, count(*) AS c FROM ({_points(work)}) GROUP BY ALL"
    values = f"sum(c) AS n, {_moments(work, 'r', 's').replace('sum(', 'sum(c * ')}"
    return f"SELECT {_selected(work, values)} FROM ({counted}) {_grouped(work)}"


def _clustered(work: Work, number: str) -> str:
    """Sums of each person first."""
    people = (
        f"SELECT {_selected(work, 'respondent')}, sum(r::{number})::{number} AS r,"
        f" sum(s::{number})::{number} AS s FROM ({_points(work)}) GROUP BY ALL"
    )
    values = f"count(*) AS n, {_moments(work, 'r', 's')}"
    return f"SELECT {_selected(work, values)} FROM ({people}) {_grouped(work)}"


def _profile(work: Work) -> str:
    """The linearised mean of the items' ratios: residuals of answers, summed by person."""
    by = ", ".join(work.by)
    return f"""
        WITH points AS ({_points(work, "item,")}),
        ratios AS (SELECT {by}, item, sum(r)::DOUBLE AS total, sum(s) / sum(r)::DOUBLE AS ratio
            FROM points GROUP BY ALL),
        means AS (SELECT {by}, count(*) AS items, 100 * avg(ratio) AS score
            FROM ratios GROUP BY ALL),
        people AS (SELECT {by}, respondent, sum((s - ratio * r) / total) AS e
            FROM points JOIN ratios USING ({by}, item) GROUP BY ALL),
        squares AS (SELECT {by}, count(*) AS n, sum(e * e) AS ee FROM people GROUP BY ALL)
        SELECT {by}, n, score, 100 * sqrt(ee * n / (n - 1)) / items AS std_error
        FROM squares JOIN means USING ({by})"""
