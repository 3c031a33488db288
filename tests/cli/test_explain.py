"""xqs explain: why did it move? Against a second opinion in plain Python, in exact fractions."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from conftest import HEADER, ROOT, Program, Write
from contrasts import PARTS, answers_of, change, explain, sums_of
from survey import read_rows

PHARMA = ROOT / "examples" / "data" / "pharma"
WAVES = (str(PHARMA / "sqr_wave1.csv.gz"), str(PHARMA / "sqr_wave2.csv.gz"))
SQR = (*WAVES, "--definition", "sqr", "--period", "half_year(time)")
COLUMNS = "before,after,part,contribution,std_error,flags,definition"
SCALE = {"rating": {"min": 1, "max": 5}}

Row = dict[str, str]


def explained(xqs: Program, *arguments: str, notes: tuple[str, ...] = ()) -> list[Row]:
    out = xqs.prints("explain", *arguments, "--format", "csv", notes=notes)
    return list(csv.DictReader(io.StringIO(out.decode())))


def by_part(rows: list[Row]) -> dict[str, Row]:
    assert [row["part"] for row in rows] == list(PARTS)
    return {row["part"]: row for row in rows}


def rules(**changes: object) -> str:
    definition = {"xqs": 1, "name": "made", "version": "1", "confidentiality": "identified"}
    scales = {"requirement": SCALE, "satisfaction": SCALE, "items": [{"id": "a"}, {"id": "b"}]}
    return json.dumps(definition | scales | changes)


def rows_of(cells: dict[tuple[str, str], str]) -> str:
    """Answers to the item a by (period, channel): people, as letters, who are content by turns."""
    text = f"{HEADER.strip()},year,channel\n"
    for (year, channel), people in cells.items():
        for i, who in enumerate(people):
            text += f"{who},a,{4 + i % 2},{2 + (i + len(channel)) % 3},{year},{channel}\n"
    return text


@pytest.mark.parametrize("by", ["department", "item"])
def test_the_move_of_the_sqr(xqs: Program, by: str) -> None:
    rows = explained(xqs, *SQR, "--by", by, notes=("score 46.7 in 2024-H1, 42.3 in 2025-H2",))
    assert list(rows[0]) == COLUMNS.split(",")
    before, after = (answers_of(read_rows(Path(wave))) for wave in WAVES)
    expected = explain(before, after, by)
    parts = by_part(rows)
    for part, (value, error) in expected.items():
        assert float(parts[part]["contribution"]) == pytest.approx(value, rel=1e-9, abs=1e-12)
        assert float(parts[part]["std_error"]) == pytest.approx(error, rel=1e-5, abs=1e-9)
        assert (parts[part]["before"], parts[part]["after"]) == ("2024-H1", "2025-H2")
    total = change(sums_of(before), sums_of(after))
    assert float(parts["total"]["contribution"]) == pytest.approx(total.change, rel=1e-9)
    assert float(parts["total"]["std_error"]) == pytest.approx(total.std_error, rel=1e-9)


def test_parts_add_up_and_groups_come_and_go(xqs: Program, write: Write) -> None:
    cells = {
        ("2024", "mail"): "abcdefgh",
        ("2024", "visit"): "abcdij",
        ("2024", "fax"): "klmnop",
        ("2025", "mail"): "abcdqr",
        ("2025", "visit"): "abcdefijst",
        ("2025", "video"): "uvwxyz",
    }
    file = write(rows_of(cells))
    options = ("--definition", write(rules(), "made.json"), "--period", "year", "--by", "channel")
    options = (*options, "--check-duplicates", "off")
    parts = by_part(explained(xqs, file, *options, notes=("score ",)))
    answers = answers_of(csv.DictReader(io.StringIO(rows_of(cells))))
    expected = explain(
        [a for a in answers if a.row["year"] == "2024"],
        [a for a in answers if a.row["year"] == "2025"],
        "channel",
    )
    for part, (value, error) in expected.items():
        assert float(parts[part]["contribution"]) == pytest.approx(value, rel=1e-9, abs=1e-12)
        assert float(parts[part]["std_error"]) == pytest.approx(error, rel=1e-5, abs=1e-9)
    values = [float(parts[part]["contribution"]) for part in PARTS]
    assert sum(values[:-1]) == pytest.approx(values[-1], abs=1e-12)
    assert values[4] != 0 and values[5] != 0


def test_three_periods_are_two_moves(xqs: Program, write: Write) -> None:
    cells = {(str(year), c): "abcdefgh" for year in (2023, 2024, 2025) for c in ("x", "yy")}
    file = write(rows_of(cells) + "a,a,5,5,,x\n")
    options = ("--definition", write(rules(), "made.json"), "--period", "year", "--by", "channel")
    options = (*options, "--check-duplicates", "off")
    rows = explained(xqs, file, *options, notes=("score", "score", "without year is left out"))
    assert [(r["before"], r["after"]) for r in rows[::7]] == [("2023", "2024"), ("2024", "2025")]
    named = ("--before", "2025", "--after", "2023")
    rows = explained(xqs, file, *options, *named, notes=("score", "left out"))
    assert [(r["before"], r["after"]) for r in rows[::7]] == [("2025", "2023")]


def test_without_groups_all_is_within(xqs: Program) -> None:
    parts = by_part(explained(xqs, *SQR, notes=("score",)))
    for part in ("without_requirement", "mix", "entry", "exit"):
        assert (parts[part]["contribution"], parts[part]["std_error"]) == ("0", "0")
    assert float(parts["satisfaction"]["contribution"]) < 0


def test_satisfaction_without_requirement_is_a_part(xqs: Program, write: Write) -> None:
    definition = write(rules(zero_requirement="keep"), "made.json")
    text = f"{HEADER.strip()},year\n"
    for i in range(6):
        text += f"p{i},a,5,4,2024\np{i},a,5,{3 + i % 2},2025\np{i},b,1,{2 + i % 2},2025\n"
    options = ("--definition", definition, "--period", "year", "--by", "item")
    options = (*options, "--check-duplicates", "off")
    parts = by_part(explained(xqs, write(text), *options, notes=("score",)))
    # 100 (6 1 + 3 1)/(6 4) in 2025
    assert float(parts["without_requirement"]["contribution"]) == pytest.approx(37.5, rel=1e-12)


def test_weights_and_nothing_required_are_not_split(xqs: Program, write: Write) -> None:
    weighted = write(rules(weight_places=1), "weighted.json")
    text = f"{HEADER.strip()},year,weight\n"
    for i in range(6):
        text += f"p{i},a,5,4,2024,1.5\np{i},a,5,{3 + i % 2},2025,1\n"
    options = ("--period", "year", "--by", "item", "--check-duplicates", "off")
    notes = ("score", "from 2024 to 2025 is not split: means per answer would need weighted")
    rows = explained(xqs, write(text), "--definition", weighted, *options, notes=notes)
    parts = by_part(rows)
    assert parts["total"]["contribution"] == "-12.5" and parts["total"]["std_error"]
    assert all(parts[part]["contribution"] == "" for part in PARTS[:-1])
    text = f"{HEADER.strip()},year\n" + "".join(
        f"p{i},a,5,4,2024\np{i},a,1,4,2025\n" for i in range(6)
    )
    notes = ("is not split: nothing was required in one of them",)
    options = ("--definition", write(rules(), "made.json"), *options)
    rows = explained(xqs, write(text), *options, notes=notes)
    assert all(r["contribution"] == "" and "no_requirement" in r["flags"] for r in rows)


# The gate


SECRET = ("--period", "year", "--by", "channel", "--check-duplicates", "off")
FIRST = "abcdefghijkl"
ENTRY_OF_FEW = {
    ("2024", "mail"): FIRST,
    ("2025", "mail"): FIRST,
    ("2025", "video"): "wxyz",
}
EXIT_OF_FEW = {
    ("2024", "mail"): FIRST,
    ("2024", "fax"): "ab",
    ("2025", "mail"): FIRST,
}


@pytest.mark.parametrize("cells", [ENTRY_OF_FEW, EXIT_OF_FEW])
def test_entries_and_exits_of_few_people_leave_the_total_alone(
    xqs: Program, write: Write, cells: dict[tuple[str, str], str]
) -> None:
    definition = write(rules(confidentiality="anonymous"), "secret.json")
    notes = ("score", "is not split: a part would be about fewer people than may be shown")
    file = write(rows_of(cells))
    rows = explained(xqs, file, *SECRET, "--definition", definition, notes=notes)
    parts = by_part(rows)
    assert parts["total"]["contribution"] and parts["total"]["std_error"]
    for part in PARTS[:-1]:
        assert (parts[part]["contribution"], parts[part]["std_error"]) == ("", "")
    assert all(row["flags"] == "suppressed" for row in rows)
    identified = write(rules(), "made.json")
    rows = explained(xqs, file, *SECRET, "--definition", identified, notes=("score",))
    assert all(row["contribution"] and not row["flags"] for row in rows)


def test_a_small_period_hides_the_move(xqs: Program, write: Write) -> None:
    definition = write(rules(confidentiality="anonymous"), "secret.json")
    cells = {("2024", "mail"): FIRST, ("2025", "mail"): "abcd"}
    notes = ("hidden cells: 1",)
    file = write(rows_of(cells))
    rows = explained(xqs, file, *SECRET, "--definition", definition, notes=notes)
    for row in rows:
        assert (row["contribution"], row["std_error"]) == ("", "")
        assert row["flags"] == "below_minimum"


# What is refused


@pytest.mark.parametrize(
    ("arguments", "status", "message"),
    [
        (["--period", "year", "--before", "2024"], 2, '$: needs both "before" and "after"'),
        (["--period", "year", "--by", "year"], 2, '$.period: is a column of "by" as well'),
        (["--period", "year", "--population", "n"], 2, "$.population: of an explanation is a"),
        (["--period", "year", "--population", "3"], 1, "population"),
        (["--period", "year", "--where", "year = 2024"], 1, "no group has two periods of year"),
        (["--period", "nowhere"], 1, "nowhere"),
    ],
)
def test_a_request_that_cannot_be(
    xqs: Program, write: Write, arguments: list[str], status: int, message: str
) -> None:
    file = write(rows_of({("2024", "x"): "abcd", ("2025", "x"): "abcd"}))
    options = ("--definition", write(rules(), "made.json"), "--check-duplicates", "off")
    assert message in xqs.refuses("explain", file, *options, *arguments, status=status)


@pytest.mark.parametrize("flags", [[], ["--period=y", "--level=0.9"], ["--period=y", "--cut=mean"]])
def test_flags_that_are_none_or_missing(xqs: Program, write: Write, flags: list[str]) -> None:
    done = xqs.run("explain", write(rows_of({("2024", "x"): "ab"})), *flags)
    assert (done.status, done.out) == (2, b"")


def test_json_and_a_table_to_read(xqs: Program) -> None:
    options = (*SQR, "--by", "department")
    rows = json.loads(xqs.prints("explain", *options, "--format", "json", notes=("score",)))
    expected = explained(xqs, *options, notes=("score",))
    assert [row["contribution"] for row in rows] == [float(r["contribution"]) for r in expected]
    lines = xqs.prints("explain", *options).decode().splitlines()
    assert lines[2] == "before   after    part                 contribution  std. error  flags"
    assert lines[9].split() == ["2024-H1", "2025-H2", "total", "-4.4", "1.9"]
    assert lines[11] == "score 46.7 in 2024-H1, 42.3 in 2025-H2"


def test_a_lone_person_in_both_periods_leaves_the_total_alone(xqs: Program, write: Write) -> None:
    """The parts depend on each group's sums: with the scores they would give one person's back."""
    cells = {(year, team): people for year in "12" for team, people in
             (("big", "abcdefghijkl"), ("lone", "z"))}  # fmt: skip
    anonymous = write(rules(confidentiality="anonymous"), "anonymous.json")
    rows = explained(
        xqs, write(rows_of(cells)), "--definition", anonymous, "--period", "year",
        "--by", "channel", "--check-duplicates", "off",
        notes=("score", "is not split"),
    )  # fmt: skip
    parts = by_part(rows)
    assert [name for name, row in parts.items() if row["contribution"]] == ["total"]
    assert "suppressed" in parts["mix"]["flags"]
