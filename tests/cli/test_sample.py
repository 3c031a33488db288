"""The sample company, joined, grouped and filtered, against a second opinion in plain Python.

XQS_THOROUGH=1 asks five times as many random questions.
"""

from __future__ import annotations

import gzip
import math
import os
import random
import sqlite3
from pathlib import Path

import pytest
from conftest import ROOT, Program, Write
from survey import ITEMS, Cell, Company, Condition, Group, Key, estimate, in_order

PHARMA = ROOT / "examples" / "data" / "pharma"
FILES = (str(PHARMA / "feedback.csv.gz"), "--touchpoints", str(PHARMA / "touchpoints.csv.gz"))
QUESTIONS = 250 if os.environ.get("XQS_THOROUGH") else 50
# Behind, ahead, of half an hour, with midnights that do not exist.
ZONES = ("Europe/Berlin", "America/St_Johns", "Pacific/Kiritimati", "Asia/Kolkata", "America/Nuuk")


@pytest.fixture(scope="session")
def company() -> Company:
    return Company(PHARMA)


PERIODS = (
    ("day", ""),
    ("iso_week", ""),
    ("month", ""),
    ("quarter", ""),
    ("half_year", ""),
    ("year", ""),
    ("fiscal_quarter", "4"),
    ("fiscal_quarter", "11"),
    ("fiscal_year", "1"),
    ("fiscal_year", "7"),
    ("weeks445", "2024-01-01"),
    ("weeks445", "2023-10-01"),
)
TOUCHPOINT_COLUMNS = ("kind", "channel", "initiator", "campaign", "region", "segment", "class")
CONDITIONS = (
    Condition("touchpoint", "channel", "=", ("e_mail",)),
    Condition("touchpoint", "channel", "!=", ("e_mail",)),
    Condition("touchpoint", "kind", "in", ("visit", "webinar", "mailing", "no_such")),
    Condition("touchpoint", "campaign", "!=", ("SYN-alder",)),  # null meets nothing
    Condition("touchpoint", "campaign", ">=", ("SYN-cedar",)),
    Condition("touchpoint", "cost", "<", ("60",)),
    Condition("touchpoint", "cost", ">=", ("1.25",)),
    Condition("touchpoint", "region", "in", ("north", "west")),
    Condition("touchpoint", "class", "<=", ("B",)),
    Condition("touchpoint", "status", "=", ("realised",)),
    Condition("touchpoint", "time", "<", ("2024-09-15T12",)),
    Condition("touchpoint", "touchpoint", ">", ("SYN-T-40000",)),
    Condition("feedback", "item", "=", ("dialogue",)),
    Condition("feedback", "item", "!=", ("effort",)),
    Condition("feedback", "item", "in", ("relevance", "effort")),
    Condition("feedback", "requirement", "<", ("5",)),
    Condition("feedback", "satisfaction", ">=", ("2",)),
    Condition("feedback", "time", ">=", ("2025-01-01T00:00:00Z",)),
    Condition("feedback", "response", "<", ("SYN-F-03000",)),
)


class Question:
    """One of all that could be asked, the same for a seed on every machine."""

    def __init__(self, seed: int) -> None:
        chance = random.Random(seed)
        period, argument = PERIODS[seed % len(PERIODS)]
        table = chance.choice(("touchpoint", "feedback"))
        by = [Group(table, "time", period, argument)]
        for column in chance.sample(TOUCHPOINT_COLUMNS, chance.choice((0, 1, 1, 2, 3))):
            by.append(Group("touchpoint", column))
        if chance.random() < 0.2:
            by.append(Group("feedback", "item"))
        by = by[:4]
        if period in ("day", "iso_week"):
            by = by[:2]  # thousands of groups are enough
        chance.shuffle(by)
        self.by = by
        self.where = chance.sample(CONDITIONS, chance.choice((1, 1, 2)))
        self.zone = chance.choice(ZONES)
        self.estimator = ("pooled", "pooled", "pooled", "item_mean", "respondent_mean")[seed % 5]

    def arguments(self) -> list[str]:
        result = ["--by", ",".join(str(group) for group in self.by), "--time-zone", self.zone]
        for condition in self.where:
            result += ["--where", str(condition)]
        return [*result, "--estimator", self.estimator]


def close(got: str, expected: float | None, scale: float = 1e-9) -> bool:
    if expected is None:
        return got == ""
    return got != "" and math.isclose(float(got), expected, rel_tol=1e-9, abs_tol=scale * 1e-3)


def check_cell(row: dict[str, str], cell: Cell, estimator: str, joined: bool) -> None:
    e = estimate(cell, estimator, (row["item"],) if "item" in row else ITEMS)
    people = str(len(cell.sums))
    counts = {
        "respondents": people,
        "units": people,
        "answers": str(cell.answers),
        "excluded": str(sum(cell.excluded.values())),
        **{f"excluded_{why}": str(number) for why, number in cell.excluded.items()},
    }
    assert {name: row[name] for name in counts} == counts
    assert (row["interval_kind"], row["band"]) == (e.kind, e.band or "")
    numbers = {"score": e.value, "std_error": e.std_error, "ci_low": e.low, "ci_high": e.high}
    for name, expected in numbers.items():
        assert close(row[name], expected), name
    # Far out a small probability is the difference of two that are nearly 1.
    assert close(row["confidence"], e.confidence, 1e-6)
    assert row["confirmed"] == ("true" if e.confirmed and len(cell.sums) >= 10 else "false")
    flags = {
        "item_missing": e.missing_item and e.value is not None,
        "over_100": e.value is not None and e.value > 100 + 1e-9,
        "no_requirement": e.value is None,
        "below_verdict_minimum": len(cell.sums) < 10,
        "single_respondent": len(cell.sums) == 1,
        "degenerate": e.kind == "degenerate",
        "early_feedback": cell.early,
    }
    shown = [flag for flag in row["flags"].split(";") if flag]
    if e.value is None and "item_missing" in shown:
        shown.remove("item_missing")
    assert shown == [flag for flag, holds in flags.items() if holds]
    if not joined:
        names = ("touchpoints", "answered", "response_rate", "scored_share")
        assert [row[name] for name in names] == [""] * 4
        return
    assert (row["touchpoints"], row["answered"]) == (str(cell.touchpoints), str(cell.answered))
    rate = 100 * cell.answered / cell.touchpoints if cell.touchpoints else None
    assert close(row["response_rate"], rate)
    share = 100 * len(cell.scored & cell.actions) / len(cell.actions) if cell.actions else None
    assert close(row["scored_share"], share)


@pytest.mark.parametrize("seed", range(QUESTIONS))
def test_random_question(xqs: Program, company: Company, seed: int) -> None:
    question = Question(seed)
    cells = company.ask(question.by, question.where, question.zone)
    if not any(cell.answers + sum(cell.excluded.values()) for cell in cells.values()):
        message = xqs.refuses("score", *FILES, *question.arguments())
        assert "meets the conditions" in message
        return
    rows = xqs.csv(*FILES, *question.arguments())
    names = [str(group) for group in question.by]
    keys: list[Key] = [tuple(row[name] or None for name in names) for row in rows]
    assert keys == in_order(cells, question.by)
    joined = all(group.table == "touchpoint" for group in question.by)
    for key, row in zip(keys, rows, strict=True):
        try:
            check_cell(row, cells[key], question.estimator, joined)
        except AssertionError as problem:
            raise AssertionError(f"{question.arguments()} {key}: {problem}\n{row}") from problem


# Plain parts, by SQL


@pytest.fixture(scope="session")
def database(company: Company) -> sqlite3.Connection:
    connection = sqlite3.connect(":memory:")
    for table, rows in (("touchpoints", company.touchpoints), ("feedback", company.feedback)):
        columns = list(rows[0])
        connection.execute(f"create table {table} ({', '.join(columns)})")
        marks = ", ".join("?" * len(columns))
        values = ([row[name] or None for name in columns] for row in rows)
        connection.executemany(f"insert into {table} values ({marks})", values)
    connection.execute("create unique index t on touchpoints (touchpoint)")
    return connection


@pytest.mark.parametrize(
    ("by", "where", "sql"),
    [
        (["channel"], [], "1"),
        (["region", "segment"], ["class != A"], "class <> 'A'"),
        (["campaign", "kind"], ["cost >= 10"], "cast(cost as real) >= 10"),
        (["owner"], ["kind in visit|call", "initiator = field"], "kind in ('visit', 'call')"),
        (["action"], ["campaign = SYN-birch"], "campaign = 'SYN-birch'"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_sql(
    xqs: Program, database: sqlite3.Connection, by: list[str], where: list[str], sql: str
) -> None:
    group = ", ".join(by)
    points = "(requirement - 1) as r, (satisfaction - 1) as s"
    valid = "requirement between '2' and '5' and satisfaction between '1' and '5'"
    scores = f"""
        with answers as (
            select {group}, respondent, {points} from feedback
            join (select * from touchpoints where {sql}) using (touchpoint) where {valid})
        select {group}, 100.0 * sum(s) / sum(r), count(*), count(distinct respondent)
        from answers group by {group}"""
    counted = f"select {group}, count(*) from touchpoints where {sql} and status = 'realised'"
    width = len(by)
    valid_rows = {row[:width]: row[width:] for row in database.execute(scores)}
    all_rows = {row[:width]: row[width] for row in database.execute(f"{counted} group by {group}")}
    conditions = [part for condition in where for part in ("--where", condition)]
    rows = xqs.csv(*FILES, "--by", ",".join(by), *conditions)
    got = {tuple(row[name] or None for name in by): row for row in rows}
    assert set(got) == set(all_rows)
    for key, row in got.items():
        score, answers, people = valid_rows.get(key, (None, 0, 0))
        assert close(row["score"], score)
        assert (row["answers"], row["respondents"]) == (str(answers), str(people))
        assert row["touchpoints"] == str(all_rows[key])


def test_only_realised_touchpoints_count(xqs: Program, database: sqlite3.Connection) -> None:
    statuses = dict(database.execute("select status, count(*) from touchpoints group by status"))
    assert set(statuses) == {"planned", "realised", "cancelled"}
    (whole,) = xqs.csv(*FILES)
    assert whole["touchpoints"] == str(statuses["realised"])
    rows = xqs.csv(*FILES, "--by", "status")
    assert {row["status"]: int(row["touchpoints"]) for row in rows} == statuses
    # In a request of several sets each grouping decides for itself.
    rows = xqs.csv(*FILES, "--sets", "status,kind;kind;")
    whole_again = rows[-1]
    assert whole_again["touchpoints"] == str(statuses["realised"])
    by_kind = [int(row["touchpoints"]) for row in rows if row["set"] == "1"]
    assert sum(by_kind) == statuses["realised"]
    by_both = [int(row["touchpoints"]) for row in rows if row["set"] == "0"]
    assert sum(by_both) == sum(statuses.values())


def test_a_group_of_what_is_only_planned_is_no_group(xqs: Program, write: Write) -> None:
    touchpoints = "touchpoint,channel,status\nt1,visit,realised\nt2,call,planned\nt3,,cancelled\n"
    feedback = "respondent,touchpoint,item,requirement,satisfaction\np,t1,effort,4,4\n"
    joined = [write(feedback), "--touchpoints", write(touchpoints, "t.csv")]
    assert [row["channel"] for row in xqs.csv(*joined, "--by", "channel")] == ["visit"]
    rows = xqs.csv(*joined, "--by", "channel,status")
    assert [row["channel"] for row in rows] == ["call", "visit", ""]


def test_totals_come_from_states(xqs: Program, company: Company) -> None:
    """Not from the scores of the parts: people and answers are in several of them."""
    period = Group("touchpoint", "time", "quarter")
    kind = Group("touchpoint", "kind")
    sets = [[period, kind], [period], [kind], []]
    request = ";".join(",".join(str(group) for group in by) for by in sets)
    zone = ["--time-zone", "Europe/Berlin"]
    rows = xqs.csv(*FILES, "--sets", request, *zone)
    for number, by in enumerate(sets):
        cells = company.ask(by, [], "Europe/Berlin")
        of_set = [row for row in rows if row["set"] == str(number)]
        keys: list[Key] = [tuple(row[str(group)] or None for group in by) for row in of_set]
        assert keys == in_order(cells, by)
        for key, row in zip(keys, of_set, strict=True):
            check_cell(row, cells[key], "pooled", True)
    parts = sum(int(row["respondents"]) for row in rows if row["set"] == "1")
    assert int(rows[-1]["respondents"]) < parts


def test_period_of_a_condition(xqs: Program, company: Company) -> None:
    """A period where a column can stand: in conditions, of either table."""
    for table in ("touchpoint", "feedback"):
        group = Group(table, "time", "month")
        cells = company.ask([group], [], "America/St_Johns")
        months = ["2024-08", "2025-02"]
        rows = xqs.csv(
            *FILES, "--by", str(group), "--where", f"{group} in {'|'.join(months)}",
            *("--time-zone", "America/St_Johns"),
        )
        assert [row[str(group)] for row in rows] == months
        for row in rows:
            check_cell(row, cells[row[str(group)],], "pooled", table == "touchpoint")


def test_the_program_reads_what_gunzip_gives(xqs: Program, tmp_path: Path) -> None:
    plain = []
    for name in ("feedback", "touchpoints"):
        (tmp_path / f"{name}.csv").write_bytes(
            gzip.decompress((PHARMA / f"{name}.csv.gz").read_bytes())
        )
        plain.append(f"{name}.csv")
    by = ("--by", "kind,class")
    assert xqs.csv(plain[0], "--touchpoints", plain[1], *by) == xqs.csv(*FILES, *by)
