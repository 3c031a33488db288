"""`xqs score`: the right numbers, in every format, whatever the shape of the input."""

from __future__ import annotations

import csv
import json
import math
import os
import random
import resource
import stat
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from conftest import HEADER, PERTH, PERTH_COLUMNS, ROOT, SCORE_COLUMNS, Program, Write

ANSWERS = str(PERTH / "answers.csv")
# Computed with R's survey package; the script is beside it.
EXPECTED = json.loads((ROOT / "tests" / "reference" / "perth_expected.json").read_text())
IN_EXPECTED = {
    "perth_raw_keep": "raw_codes",
    "perth_default": "zero_based",
    "perth_cap": "zero_based_capped",
    "perth_keep": "zero_based_keep",
}
ESTIMATORS = ("pooled", "item_mean", "respondent_mean")


def perth(*arguments: str, definition: str = "perth_default", file: str = ANSWERS) -> list[str]:
    return [file, *PERTH_COLUMNS, "--definition", str(PERTH / f"{definition}.json"), *arguments]


def perth_rows() -> list[list[str]]:
    """The answers as rows of text, the header first."""
    with open(ANSWERS, newline="", encoding="utf-8") as file:
        return list(csv.reader(file))


def joined(rows: list[list[str]]) -> str:
    return "".join(",".join(row) + "\n" for row in rows)


def close(expected: float, digits: int) -> Any:
    return pytest.approx(expected, rel=10.0**-digits, abs=0)


def check_estimate(row: dict[str, Any], expected: dict[str, Any], digits: int = 12) -> None:
    """Compares a row with `estimate`, `std_error` and the two ends of `interval`."""
    assert float(row["score"]) == close(expected["estimate"], digits)
    assert float(row["std_error"]) == close(expected["std_error"], digits)
    assert row["interval_kind"] == "bounded"
    assert float(row["ci_low"]) == close(expected["interval"][0], 10)
    assert float(row["ci_high"]) == close(expected["interval"][1], 10)


# The numbers of the Perth survey


@pytest.mark.parametrize("estimator", ESTIMATORS)
@pytest.mark.parametrize("definition", IN_EXPECTED)
def test_perth(xqs: Program, definition: str, estimator: str) -> None:
    whole = EXPECTED[IN_EXPECTED[definition]]
    arguments = perth("--estimator", estimator, definition=definition)
    (from_csv,) = xqs.csv(*arguments)
    (from_json,) = xqs.json(*arguments)
    interval = "fieller" if estimator == "pooled" else "ci_t"
    expected = {**whole[estimator], "interval": whole[estimator][interval]}
    digits = 10 if estimator == "respondent_mean" else 12
    for row in (from_csv, from_json):
        check_estimate(row, expected, digits)
        assert int(row["respondents"]) == int(row["units"]) == whole["respondents"]
        assert int(row["answers"]) == whole["answers"]
        assert int(row["excluded"]) == 8646 - whole["answers"]
        assert int(row["excluded_zero_requirement"]) == 8646 - whole["answers"]
    assert from_json["confirmed"] is True and from_csv["confirmed"] == "true"
    assert (from_json["flags"] == ["over_100"]) is (whole[estimator]["estimate"] > 100)


@pytest.mark.parametrize("definition", IN_EXPECTED)
def test_perth_pooled_is_the_quotient_of_the_sums(xqs: Program, definition: str) -> None:
    whole = EXPECTED[IN_EXPECTED[definition]]
    (row,) = xqs.csv(*perth("--interval", "delta", definition=definition))
    check_estimate(row, {**whole["pooled"], "interval": whole["pooled"]["ci_t"]})
    assert float(row["score"]) == close(
        100 * whole["sum_satisfaction"] / whole["sum_requirement"], 12
    )


@pytest.mark.parametrize(
    "flags",
    [
        [],
        ["--by", "gender,item", "--check-duplicates", "off"],
        ["--sets", "gender,item;gender;", "--unit", "row"],
        ["--by", "gender", "--choices"],
    ],
)
def test_threads_change_nothing(xqs: Program, flags: list[str]) -> None:
    asked = perth("--format", "json", *flags)
    one = xqs.prints("score", *asked)
    for threads in ("1", "2", "3", "8", "1024"):
        assert xqs.prints("score", *asked, "--threads", threads) == one


@pytest.mark.parametrize("estimator", ["pooled", "item_mean"])  # the same for a single item
@pytest.mark.parametrize("definition", ["perth_raw_keep", "perth_default"])
def test_perth_by_item(xqs: Program, definition: str, estimator: str) -> None:
    items = EXPECTED[IN_EXPECTED[definition]]["by_item"]
    rows = xqs.csv(*perth("--by", "item", "--estimator", estimator, definition=definition))
    assert [row["item"] for row in rows] == [str(i) for i in range(1, 23)]  # not 1, 10, 11
    for row, item in zip(rows, items, strict=True):
        assert row["item"] == item["item"]
        assert int(row["respondents"]) == int(row["answers"]) == item["respondents"]
        assert float(row["score"]) == close(item["score"], 12)
        assert float(row["score"]) == close(
            100 * item["sum_satisfaction"] / item["sum_requirement"], 12
        )
        assert float(row["std_error"]) == close(item["std_error"], 12)
        if estimator == "pooled":
            assert float(row["ci_low"]) == close(item["fieller"][0], 10)
            assert float(row["ci_high"]) == close(item["fieller"][1], 10)


# Standard errors and ends of the default definition, computed from the answers with Ratio of
# tests/reference/small_scores.py.
@pytest.mark.parametrize(
    ("options", "std_error", "low", "high", "units"),
    [
        ("--level 0.9", 0.8558459150766479, 92.46377252014864, 95.28632317666893, 393),
        ("--level .9", 0.8558459150766479, 92.46377252014864, 95.28632317666893, 393),
        ("--level +9e-1", 0.8558459150766479, 92.46377252014864, 95.28632317666893, 393),
        ("--level 0.5", 0.8558459150766479, 93.29065317321737, 94.44627128870667, 393),
        ("--population 757", 0.5934694042238776, 92.70565126261849, 95.03943881238594, 393),
        ("--population +757.0", 0.5934694042238776, 92.70565126261849, 95.03943881238594, 393),
        (
            "--population 757 --interval delta",
            *(0.5934694042238776, 92.70035485331468, 95.03391703405884, 393),
        ),
        ("--unit row", 0.4438228984414957, 93.00133775719307, 94.74142260333623, 7979),
        ("--unit response", 0.8558459150766479, 92.19542689659966, 95.56134742542196, 393),
        ("--unit age", 1.038106302105957, 91.95670533308401, 99.8449510770989, 7),
    ],
)
def test_choices_of_the_request(
    xqs: Program, options: str, std_error: float, low: float, high: float, units: int
) -> None:
    (row,) = xqs.csv(*perth(*options.split()))
    expected = {"estimate": 93.86713594368676, "std_error": std_error, "interval": (low, high)}
    check_estimate(row, expected)
    assert (int(row["units"]), int(row["respondents"])) == (units, 393)


def test_confidence_with_few_units(xqs: Program) -> None:
    (row,) = xqs.csv(*perth("--unit", "age"))  # seven units, but the gate counts people
    assert float(row["confidence"]) == close(1 - 0.001112992702733232, 12)
    assert (row["confirmed"], row["flags"]) == ("true", "")
    (row,) = xqs.csv(*perth("--unit", "res"))
    assert float(row["std_error"]) == close(0.9659513192174507, 12)
    assert (row["interval_kind"], row["ci_low"], row["ci_high"]) == ("unbounded", "", "")
    assert (row["confidence"], row["confirmed"]) == ("", "false")


def test_a_census_has_no_uncertainty(xqs: Program) -> None:
    (row,) = xqs.json(*perth("--population", "393"))
    assert row["interval_kind"] == "census"
    assert row["score"] == row["ci_low"] == row["ci_high"] == close(93.86713594368676, 12)
    assert (row["std_error"], row["confidence"], row["confirmed"]) == (0, 1, True)


def test_a_population_below_the_respondents_is_an_error(xqs: Program) -> None:
    message = xqs.refuses("score", *perth("--population", "300"))
    assert "more units answered than the population of 300" in message


def test_population_of_each_group_in_a_column(xqs: Program, write: Write) -> None:
    """The finite population correction multiplies the standard error by sqrt(1 - n/N)."""
    population = {"item": "population", "1": "393", "2": "500"}
    rows = [[*row, population.get(row[1], "757")] for row in perth_rows()]
    file = write(joined(rows))
    scores = xqs.csv(*perth("--by", "item", "--population", "population", file=file))
    for row, item in zip(scores, EXPECTED["zero_based"]["by_item"], strict=True):
        share = item["respondents"] / int(population.get(item["item"], "757"))
        assert float(row["score"]) == close(item["score"], 12)
        assert float(row["std_error"]) == close(item["std_error"] * math.sqrt(1 - share), 12)


# The same answers, however they arrive


@pytest.mark.parametrize("estimator", ESTIMATORS)
def test_any_order_of_rows_and_columns_gives_the_same_bytes(
    xqs: Program, write: Write, estimator: str
) -> None:
    header, *rows = perth_rows()
    dice = random.Random(estimator)
    order = dice.sample(range(len(header)), len(header))
    dice.shuffle(rows)
    file = write(joined([[row[i] for i in order] for row in [header, *rows]]))
    arguments = ("--by", "item,gender", "--estimator", estimator, "--format", "csv")
    shuffled = xqs.prints("score", *perth(*arguments, file=file))
    assert shuffled == xqs.prints("score", *perth(*arguments))


def test_several_files_and_standard_input_are_one_input(xqs: Program, write: Write) -> None:
    header, *rows = perth_rows()
    first = write(joined([header, *rows[::2]]), "first.csv")  # every person is in both halves
    second = joined([header[::-1], *(row[::-1] for row in rows[1::2])]).encode()
    as_one = xqs.prints("score", *perth("--by", "gender", "--format", "csv"))
    arguments = (first, "-", *perth("--by", "gender", "--format", "csv")[1:])
    assert xqs.prints("score", *arguments, stdin=second) == as_one
    with open(ANSWERS, "rb") as whole:
        assert xqs.prints("score", "-", *arguments[2:], stdin=whole.read()) == as_one


def test_more_rows_than_are_read_at_once(xqs: Program, write: Write) -> None:
    """Everybody ten times: the same score; the standard error shrinks by (n - 1)/(10 n - 1)."""
    header, *rows = perth_rows()
    rows = [[f"{row[0]}/{copy}", *row[1:]] for copy in range(10) for row in rows]
    random.Random(7).shuffle(rows)
    (row,) = xqs.csv(*perth(file=write(joined([header, *rows]))))
    assert float(row["score"]) == close(93.86713594368676, 12)
    assert float(row["std_error"]) == close(0.8558459150766479 * math.sqrt(392 / 3929), 12)
    assert (row["respondents"], row["answers"]) == ("3930", "79790")


def test_options_may_stand_before_between_and_after_files(xqs: Program, write: Write) -> None:
    first = write("id,item,requirement,satisfaction\np1,effort,4,3\n", "first.csv")
    second = write("id,item,requirement,satisfaction\np2,effort,4,5\n", "second.csv")
    by, names, form = ("--by", "item,id"), ("--map", "respondent=id"), ("--format", "csv")
    after = xqs.prints("score", first, second, *names, *by, *form)
    assert len(after.splitlines()) == 3
    for arguments in (
        (*by, first, second, *form, *names),
        (*form, *names, first, *by, second),
        ("--by", "item", first, "--by", "id", *names, second, *form),
        (*form, *by, *names, "--", first, second),
    ):
        assert xqs.prints("score", *arguments) == after


@pytest.mark.parametrize("missing", ["", "NA", '""'])
def test_reasons_for_not_counting(xqs: Program, write: Write, missing: str) -> None:
    codes = [(4, 3), (1, 3), (9, 3), (missing, 3), (4, 9), (4, missing), (1, missing)]
    rows = (f"p1,item {i},{r},{s}\n" for i, (r, s) in enumerate(codes))
    file = write(HEADER + "p1,effort,4.0, +4 \n" + "".join(rows).replace("item 0", "dialogue"))
    notes = ['extra answers: 6, to items outside definition ceqs@2026.1 ("item 1"']
    rows_of_items = xqs.csv(file, "--by", "item", notes=notes)
    reasons = [
        [name for name in row if name.startswith("excluded_") and row[name] == "1"]
        for row in rows_of_items
    ]
    assert reasons == [
        [],
        [],
        ["excluded_zero_requirement"],
        ["excluded_not_applicable"],
        ["excluded_no_answer"],
        ["excluded_not_applicable"],
        ["excluded_no_answer"],
        ["excluded_zero_requirement"],
    ]
    (whole,) = xqs.csv(file, notes=notes)  # (3 + 2) points of (3 + 3): two items are of the definition
    assert float(whole["score"]) == close(100 * 5 / 6, 12)
    assert (whole["answers"], whole["flags"].split(";")[0]) == ("2", "extra_item")


# What is printed


def test_columns_and_values_of_csv(xqs: Program, write: Write) -> None:
    file = write(HEADER + "p1,effort,4,3\n")
    out = xqs.prints("score", file, "--by", "item", "--format", "csv")
    (definition,) = xqs.prints("definition", "fingerprint", "ceqs").split()[3:]
    assert out.decode() == (
        f"item,{SCORE_COLUMNS}\n"
        "effort,66.66666666666666,,,,none,1,1,1,0,0,0,0,largely_meets_requirements,,false,"
        f"below_verdict_minimum;single_respondent,ceqs@2026.1#{definition.decode()}\n"
    )


def test_values_of_json(xqs: Program, write: Write) -> None:
    (row,) = xqs.json(write(HEADER + "p1,effort,4,3\n"), "--by", "item")
    assert ",".join(row) == f"item,{SCORE_COLUMNS}"
    assert row["flags"] == ["below_verdict_minimum", "single_respondent"]
    assert row["std_error"] is row["ci_low"] is row["confidence"] is None
    assert (row["interval_kind"], row["respondents"], row["confirmed"]) == ("none", 1, False)


def test_numbers_are_the_shortest_that_read_back(xqs: Program) -> None:
    from_csv = xqs.csv(*perth("--by", "gender"))
    from_json = xqs.json(*perth("--by", "gender"))
    for text, value in zip(from_csv, from_json, strict=True):
        for name in ("score", "std_error", "ci_low", "ci_high", "confidence"):
            assert float(text[name]) == value[name]
            assert Decimal(text[name]) == Decimal(repr(value[name]))


def test_group_values_come_out_as_they_went_in(xqs: Program, write: Write) -> None:
    values = ['say "hi", then go', "two\nlines", "crlf\r\n", " blanks ", "Zürich ☂ 😀", "\x1b\t\\"]
    fields = ['"' + value.replace('"', '""') + '"' for value in values]
    head = HEADER.replace("\n", ',"a ""group"""\n')
    file = write(head + "".join(f"p,effort,4,4,{field}\n" for field in fields))
    name = 'a "group"'
    arguments = (file, "--by", name, "--check-duplicates", "off")
    assert [row[name] for row in xqs.csv(*arguments)] == sorted(values, key=str.encode)
    assert [row[name] for row in xqs.json(*arguments)] == sorted(values, key=str.encode)


def test_order_of_groups(xqs: Program, write: Write) -> None:
    """Items as defined and then further ones, others by UTF-8 bytes, null last."""
    groups = ["", "😀", "\ufffd", "ä", "a", "Z", "9", "10", "NA"]
    items = ["zz", "extra", "effort", "dialogue", "relevance", "information", "credibility"]
    lines = [f"p,{item},4,4,{group}\n" for item in items for group in groups]
    file = write("respondent,question,requirement,satisfaction,group\n" + "".join(lines))
    arguments = (file, "--map", "item=question", "--check-duplicates", "off", "--by")
    notes = ['extra answers: 18, to items outside definition ceqs@2026.1 ("extra", "zz")']
    defined = ["relevance", "information", "credibility", "dialogue", "effort"]
    sorted_groups = ["10", "9", "NA", "Z", "a", "ä", "\ufffd", "😀", None]
    assert [row["group"] for row in xqs.json(*arguments, "group", notes=notes)] == sorted_groups
    for name in ("item", "question"):
        rows = xqs.json(*arguments, f"{name},group", notes=notes)
        assert [(row[name], row["group"]) for row in rows] == [
            (item, group) for item in [*defined, "extra", "zz"] for group in sorted_groups
        ]
    assert xqs.csv(*arguments, "group", notes=notes)[-1]["group"] == ""


# The dialect of CSV

PLAIN = HEADER.replace("\n", ",group\n") + "p1,effort,4,3,Süd\np2,effort,5,2,Nord\np3,effort,3,3,\n"


@pytest.mark.parametrize(
    "dialect",
    [
        PLAIN.replace("\n", "\r\n"),
        "\ufeff" + PLAIN,
        "\ufeff" + PLAIN.replace("\n", "\r\n"),
        PLAIN.removesuffix("\n"),
        "\n\r\n" + PLAIN.replace("\n", "\n\n\r\n"),
        "".join(
            ",".join(f'"{field}"' for field in line.split(",")) + "\r\n"
            for line in PLAIN.splitlines()
        ),
    ],
    ids=["CRLF", "BOM", "BOM, CRLF", "no last newline", "blank lines", "all quoted"],
)
def test_every_dialect_reads_the_same(xqs: Program, write: Write, dialect: str) -> None:
    expected = xqs.prints("score", write(PLAIN), "--by", "group", "--format", "csv")
    assert (
        xqs.prints("score", write(dialect, "other.csv"), "--by", "group", "--format", "csv")
        == expected
    )


def test_large_fields(xqs: Program, write: Write) -> None:
    person, group, note = "p" * 10_000, "ü" * 500_000, '"' + "x,\n" * 350_000 + '"'
    head = HEADER.replace("\n", ",group,note\n")
    file = write(f"{head}{person},effort,4,4,{group},{note}\n{person}2,effort,4,4,{group},\n")
    (row,) = xqs.json(file, "--by", "group")
    assert (row["group"], row["score"], row["respondents"]) == (group, 100, 2)


def test_many_columns(xqs: Program, write: Write) -> None:
    names = ",".join(f"column {i}" for i in range(99_996))
    wide = write(HEADER.replace("\n", f",{names}\n") + "p,effort,4,4" + ",v" * 99_996 + "\n")
    (row,) = xqs.csv(wide, "--by", "column 99995", timeout=20)
    assert (row["column 99995"], row["score"]) == ("v", "100")


@pytest.mark.parametrize("name", ["two words.csv", "Rückmeldung ☂.csv", "'; rm #$HOME.csv"])
def test_names_of_files(xqs: Program, write: Write, name: str) -> None:
    (row,) = xqs.csv(write(HEADER + "p,effort,4,4\n", name))
    assert row["score"] == "100"
    assert f"{name}:2: " in xqs.refuses("score", write(HEADER + "p,effort,4,7\n", name))


# Units and people


def test_own_page_of_a_person_varies_by_response(xqs: Program, write: Write) -> None:
    """Responses (4, 2) and (6, 5) in points: e = -+0.8/10, so the standard error is 16 %."""
    rows = "p1,a,effort,5,3\np1,b,effort,5,4\np1,b,dialogue,3,3\np2,a,effort,5,3\n"
    file = write("respondent,response,item,requirement,satisfaction\n" + rows)
    one, two = xqs.json(file, "--by", "respondent", "--unit", "respondent")
    assert (one["respondent"], one["respondents"], one["units"]) == ("p1", 1, 2)
    assert (one["score"], one["std_error"]) == (close(70, 12), close(16, 12))
    assert one["flags"] == ["below_verdict_minimum", "single_respondent", "unit_response"]
    assert (two["units"], two["std_error"], two["interval_kind"]) == (1, None, "none")


def test_perth_by_visitor(xqs: Program) -> None:
    rows = xqs.json(*perth("--unit", "respondent", "--by", "id"))
    assert len(rows) == 393
    assert sum(row["answers"] for row in rows) == 7979
    for row in rows:
        assert {"single_respondent", "unit_response"} <= set(row["flags"])


@pytest.mark.parametrize("file_has", ["respondent", "response"])
def test_unknown_respondents(xqs: Program, write: Write, file_has: str) -> None:
    rows = "".join(f"{i},effort,4,{1 + i % 5}\n" for i in range(12))
    (row,) = xqs.json(write(HEADER.replace("respondent", file_has) + rows))
    assert (row["respondents"], row["units"]) == (12, 12)
    assert row["flags"] == ([] if file_has == "respondent" else ["respondents_unknown"])


def test_identified_cells_say_how_few_they_are(xqs: Program, write: Write) -> None:
    people = {"alone": 1, "few": 9, "enough": 10}
    rows = (
        f"{name}{i},effort,4,{2 + i % 3},{name}\n" for name in people for i in range(people[name])
    )
    cells = xqs.json(write(HEADER.replace("\n", ",group\n") + "".join(rows)), "--by", "group")
    assert {row["group"]: row["flags"] for row in cells} == {
        "alone": ["below_verdict_minimum", "single_respondent"],
        "few": ["below_verdict_minimum"],
        "enough": [],
    }
    assert all(row["score"] is not None for row in cells)


def test_extra_items_are_scored_apart(xqs: Program, write: Write) -> None:
    file = write(HEADER + "p1,effort,5,3\np1,parking,5,5\np2,effort,5,4\n")
    notes = ['extra answers: 1, to items outside definition ceqs@2026.1 ("parking")']
    (whole,) = xqs.json(file, notes=notes)
    assert (whole["score"], whole["answers"]) == (62.5, 2)
    assert whole["flags"] == ["extra_item", "below_verdict_minimum"]
    effort, parking = xqs.json(file, "--by", "item", notes=notes)
    assert (effort["item"], effort["score"]) == ("effort", 62.5)
    assert "extra_item" not in effort["flags"]
    assert (parking["item"], parking["score"], parking["answers"]) == ("parking", 100, 1)
    assert "extra_item" in parking["flags"]
    assert notes[0] in xqs.prints("score", file).decode()  # in the table itself


# The gate: anonymous definitions


def sqr_rows(people: int, group: str = "", codes: str = "4,3") -> str:
    return "".join(
        f"{group}{i},timely,{codes}{',' + group if group else ''}\n" for i in range(people)
    )


@pytest.mark.parametrize(
    ("rows", "arguments"),
    [
        (sqr_rows(4), []),
        (sqr_rows(4) + "4,timely,4,9\n", []),  # the fifth gives no valid answer
        (sqr_rows(4) + "0,reliable,4,4\n", ["--unit", "row"]),
        (sqr_rows(3) + ",timely,4,4\n,reliable,4,5\n", ["--unit", "row"]),  # nulls are one person
        (sqr_rows(3) + ",timely,4,4\nNA,timely,4,5\n", ["--unit", "row"]),
    ],
    ids=["four", "four and a missing answer", "five rows of four", "nulls", "null and NA"],
)
def test_a_small_cell_shows_nothing(
    xqs: Program, write: Write, rows: str, arguments: list[str]
) -> None:
    arguments = [write(HEADER + rows), "--definition", "sqr", *arguments]
    notes = ["hidden cells: 1; definition sqr@2026.1 is anonymous"]
    (row,) = xqs.json(*arguments, notes=notes)
    assert row.pop("flags") == ["below_minimum"]
    assert row.pop("definition").startswith("sqr@2026.1#")
    assert set(row.values()) == {None}
    (text,) = xqs.csv(*arguments, notes=notes)
    assert {name for name in text if text[name]} == {"flags", "definition"}
    table = xqs.prints("score", *arguments).decode()
    assert "below_minimum" in table and "excluded" not in table
    assert notes[0] in table


def test_five_people_are_enough(xqs: Program, write: Write) -> None:
    (row,) = xqs.json(write(HEADER + sqr_rows(5)), "--definition", "sqr")
    assert (row["respondents"], row["score"]) == (5, close(200 / 3, 12))
    assert row["flags"] == ["below_verdict_minimum", "degenerate"]


def test_a_small_cell_of_a_table_is_hidden(xqs: Program, write: Write) -> None:
    rows = sqr_rows(5, "a") + sqr_rows(4, "b") + sqr_rows(9, "c")
    file = write(HEADER.replace("\n", ",group\n") + rows)
    arguments = (file, "--definition", "sqr", "--by", "group")
    notes = ["hidden cells: 1; definition sqr@2026.1 is anonymous"]
    a, b, c = xqs.json(*arguments, notes=notes)
    assert (a["respondents"], c["respondents"]) == (5, 9)
    assert (b.pop("group"), b.pop("flags")) == ("b", ["below_minimum"])
    assert b.pop("definition") == a["definition"]
    assert set(b.values()) == {None}


# Where it is written


def test_output_is_what_would_be_printed(xqs: Program, write: Write) -> None:
    file = write(HEADER + "p,effort,4,4\n")
    printed = xqs.prints("score", file, "--format", "csv")
    for _ in ("a new file", "a file that is there"):
        assert xqs.prints("score", file, "--format", "csv", "--output", "ä b.csv") == b""
        assert (xqs.folder / "ä b.csv").read_bytes() == printed
    assert sorted(os.listdir(xqs.folder)) == [file, "ä b.csv"]


@pytest.mark.parametrize(
    "output", ["missing/scores", "feedback.csv/scores", "folder", "/proc/scores"]
)
def test_output_that_cannot_be_created(xqs: Program, write: Write, output: str) -> None:
    file = write(HEADER + "p,effort,4,4\n")
    (xqs.folder / "folder").mkdir()
    message = xqs.refuses("score", file, "--output", output)
    assert f"{output}: cannot be written" in message
    assert sorted(os.listdir(xqs.folder)) == [file, "folder"]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_output_into_a_read_only_folder(xqs: Program, write: Write) -> None:
    file = write(HEADER + "p,effort,4,4\n")
    (xqs.folder / "folder").mkdir(mode=0o555)
    message = xqs.refuses("score", file, "--output", "folder/scores")
    assert "folder/scores: cannot be written: Permission denied" in message


def limit_files() -> None:
    resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100))


@pytest.mark.parametrize("reason", ["no space", "bad data"])
def test_output_is_complete_or_as_before(xqs: Program, write: Write, reason: str) -> None:
    code = "4" if reason == "no space" else "7"
    file, old = write(HEADER + f"p,effort,4,{code}\n"), write("old", "old.csv")
    # Python ignores SIGXFSZ, and so does its child: a write beyond the limit fails.
    limit: dict[str, Any] = (
        {"preexec_fn": limit_files, "restore_signals": False} if reason == "no space" else {}
    )
    for output in ("new.csv", old):
        xqs.refuses("score", file, "--format", "csv", "--output", output, **limit)
    assert (xqs.folder / old).read_text() == "old"
    assert sorted(os.listdir(xqs.folder)) == [file, old]


@pytest.fixture
def full_device(tmp_path: Path) -> Path:
    """/dev/full, or for root, who could replace that, another node of the same device."""
    if os.geteuid() != 0:
        return Path("/dev/full")
    try:
        os.mknod(tmp_path / "full", stat.S_IFCHR | 0o666, os.makedev(1, 7))
    except PermissionError:
        pytest.skip("no device can be made")
    return tmp_path / "full"


def test_output_to_a_full_device(xqs: Program, write: Write, full_device: Path) -> None:
    file = write(HEADER + "p,effort,4,4\n")
    message = xqs.refuses("score", file, "--output", str(full_device))
    assert f"{full_device}: cannot be written" in message
    assert full_device.is_char_device()


def test_output_to_a_pipe_is_written_to_the_pipe(xqs: Program, write: Write) -> None:
    """As with --output /dev/stdout: what is no regular file must not be replaced by one."""
    file = write(HEADER + "p,effort,4,4\n")
    pipe = xqs.folder / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDWR | os.O_NONBLOCK)
    try:
        xqs.prints("score", file, "--format", "csv", "--output", "pipe")
        assert pipe.is_fifo()
        assert os.read(reader, 65_536) == xqs.prints("score", file, "--format", "csv")
    finally:
        os.close(reader)


@pytest.mark.parametrize(
    "arguments", [["score", *perth()], ["definition", "show"]], ids=["score", "definition show"]
)
def test_standard_output_is_full(xqs: Program, arguments: list[str]) -> None:
    with open("/dev/full", "wb") as full:
        message = xqs.refuses(*arguments, stdout=full)
    assert "standard output: cannot be written: No space left on device" in message
