"""`xqs score` with a weight for each answer."""

from __future__ import annotations

import csv
import json
from typing import Any

import pytest

from conftest import HEADER, PERTH, PERTH_COLUMNS, ROOT, Program, Write

EXPECTED = json.loads((ROOT / "tests" / "reference" / "perth_expected.json").read_text())
WEIGHTED = HEADER.replace("\n", ",weight\n")


@pytest.fixture
def weighted(write: Write) -> str:
    """A definition of two items with weights of two decimal places."""
    return definition(write, weight_places=2)


def definition(write: Write, name: str = "mine.json", **changes: Any) -> str:
    rating = {"rating": {"min": 1, "max": 5}}
    rules = {"xqs": 1, "name": "mine", "version": "1", "confidentiality": "identified"}
    rules |= {"requirement": rating, "satisfaction": rating}
    rules |= {"items": [{"id": "a"}, {"id": "b"}], **changes}
    return "./" + write(json.dumps(rules), name)


# The numbers of the Perth survey


@pytest.fixture
def perth(write: Write) -> list[str]:
    """Its answers with the weights that tests/reference/perth.R gives them."""
    rules = json.loads((PERTH / "perth_default.json").read_text(encoding="utf-8"))
    with open(PERTH / "answers.csv", newline="", encoding="utf-8") as file:
        header, *rows = csv.reader(file)
    lines = [",".join([*header, "weight"])]
    for row in rows:
        hundredths = 50 + (13 * int(row[0]) + 7 * int(row[1])) % 101
        lines.append(",".join([*row, f"{hundredths / 100:.2f}"]))
    rules["weight_places"] = 2
    path = write(json.dumps(rules), "perth_weighted.json")
    return [write("\n".join(lines)), *PERTH_COLUMNS, "--definition", path]


@pytest.mark.parametrize(
    ("options", "estimator", "interval"),
    [
        ("", "pooled", "fieller"),
        ("--interval delta", "pooled", "ci_t"),
        ("--estimator item_mean", "item_mean", "ci_t"),
    ],
)
def test_perth(xqs: Program, perth: list[str], options: str, estimator: str, interval: str) -> None:
    (row,) = xqs.json(*perth, *options.split())
    expected = EXPECTED["weighted"]
    assert row["score"] == pytest.approx(expected[estimator]["estimate"], rel=1e-12, abs=0)
    assert row["std_error"] == pytest.approx(expected[estimator]["std_error"], rel=1e-12, abs=0)
    ends = [row["ci_low"], row["ci_high"]]
    assert ends == pytest.approx(expected[estimator][interval], rel=1e-10, abs=0)
    assert (row["respondents"], row["answers"]) == (expected["respondents"], expected["answers"])
    assert row["excluded_zero_requirement"] == 8646 - expected["answers"]


def test_respondent_mean_has_no_weights(xqs: Program, perth: list[str]) -> None:
    message = xqs.refuses("score", *perth, "--estimator", "respondent_mean", status=2)
    assert "a weighted definition has no respondent_mean" in message


# What a weight is


def test_weights_by_hand(xqs: Program, write: Write, weighted: str) -> None:
    """100 (0.5 * 2 + 1.25 * 3) / (0.5 * 4 + 1.25 * 4) per cent; the third row counts nothing."""
    rows = "p1,a,5,3,0.5\np2,a,5,4,1.25\np3,a,5,1,0\n"
    (row,) = xqs.json(write(WEIGHTED + rows), "--definition", weighted)
    assert row["score"] == pytest.approx(100 * 4.75 / 7, rel=1e-12)
    # A weight of 0 is a unit like any other, but nobody whose answer stands behind the number.
    assert (row["respondents"], row["units"], row["answers"]) == (2, 3, 3)
    assert row["excluded"] == 0


def test_equal_weights_change_nothing(xqs: Program, write: Write, weighted: str) -> None:
    codes = ["p1,a,5,3", "p1,b,4,4", "p2,a,5,4", "p3,a,3,3", "p3,b,5,2"]
    unweighted = definition(write, "plain.json")
    (plain,) = xqs.json(write("\n".join([HEADER.strip(), *codes])), "--definition", unweighted)
    for weight in ("1", "0.01", "1.00", "+1e0", "250"):
        file = write(WEIGHTED + "".join(f"{row},{weight}\n" for row in codes))
        (row,) = xqs.json(file, "--definition", weighted)
        for name in ("score", "std_error", "ci_low", "ci_high"):
            assert row[name] == pytest.approx(plain[name], rel=1e-12)


def test_all_weights_zero(xqs: Program, write: Write, weighted: str) -> None:
    file = write(WEIGHTED + "p1,a,5,3,0\np2,a,5,4,0\n")
    (row,) = xqs.json(file, "--definition", weighted)
    assert (row["score"], row["answers"]) == (None, 2)
    assert "no_requirement" in row["flags"]


def test_weight_column_of_another_name(xqs: Program, write: Write, weighted: str) -> None:
    file = write(HEADER.replace("\n", ",w\n") + "p1,a,5,3,0.5\np2,a,5,4,1.25\n")
    (row,) = xqs.json(file, "--definition", weighted, "--map", "weight=w")
    assert row["score"] == pytest.approx(100 * 4.75 / 7, rel=1e-12)


@pytest.mark.parametrize(
    ("weight", "part"),
    [
        ("-1", "is negative"),
        ("-0.01", "is negative"),
        ("0.123", "at most 2 places"),
        ("1e-3", "at most 2 places"),
        ("1e9", "at most 2 places"),
        ("1e999", "at most 2 places"),
        ("", "is missing"),
        ("NA", "weight"),
        ("heavy", '"heavy" is not a decimal'),
        ("1;5", '"1;5"'),
        ("inf", '"inf" is not a decimal'),
        ("nan", '"nan" is not a decimal'),
        ("0x1", '"0x1"'),
        (" ", "weight"),
    ],
)
def test_bad_weight(xqs: Program, write: Write, weighted: str, weight: str, part: str) -> None:
    file = write(f"{WEIGHTED}p1,a,5,3,1\np2,a,5,3,{weight}\n")
    message = xqs.refuses("score", file, "--definition", weighted)
    assert "feedback.csv:3: " in message and part in message


def test_round_weights(xqs: Program, write: Write, weighted: str) -> None:
    rounded = write(WEIGHTED + "p1,a,5,3,0.33\np2,a,5,4,0.67\n", "rounded.csv")
    exact = write(WEIGHTED + "p1,a,5,3,0.3333333333333333\np2,a,5,4,6.666666e-1\n")
    options = ("--definition", weighted)
    assert "feedback.csv:2: " in xqs.refuses("score", exact, *options)
    assert xqs.csv(exact, *options, "--round-weights") == xqs.csv(rounded, *options)


@pytest.mark.parametrize("weight", ["-1", "inf", "-inf", "nan", "1e9", "1e999", "x", "", "1 2"])
def test_round_weights_takes_numbers_only(
    xqs: Program, write: Write, weighted: str, weight: str
) -> None:
    file = write(f"{WEIGHTED}p1,a,5,3,1\np2,a,5,3,{weight}\n")
    message = xqs.refuses("score", file, "--definition", weighted, "--round-weights")
    assert "feedback.csv:3: " in message and "weight" in message


def test_no_weight_column(xqs: Program, write: Write, weighted: str) -> None:
    message = xqs.refuses("score", write(HEADER + "p1,a,5,3\n"), "--definition", weighted)
    assert 'no column "weight"' in message and "weight=NAME" in message


def test_weight_column_without_weights_in_the_definition(xqs: Program, write: Write) -> None:
    arguments = ("score", write(WEIGHTED + "p1,a,5,3,1\n"), "--definition", definition(write))
    message = xqs.refuses(*arguments)
    assert '"weight"' in message and "mine@1" in message and "weight_places" in message


@pytest.mark.parametrize("more", [{}, {"estimator": "item_mean"}])
def test_overflow(xqs: Program, write: Write, more: dict[str, str]) -> None:
    """10^4 points times almost 10^15 millionths are beyond 2^63 - 1."""
    codes = {"rating": {"min": 0, "max": 10_000, "origin": "raw"}}
    rules = {"requirement": codes, "satisfaction": codes, "weight_places": 6, **more}
    arguments = ("--definition", definition(write, **rules))
    file = write(WEIGHTED + "p1,a,1,1,1\np1,b,10000,10000,999999999.99\n")
    message = xqs.refuses("score", file, *arguments)
    assert "feedback.csv:3: " in message and "exceed" in message
    fits = write(WEIGHTED + "p1,a,1,1,1\np1,b,9000,9000,999999999.99\n", "fits.csv")
    assert xqs.csv(fits, *arguments)[0]["score"] == "100"


def test_overflow_of_one_person(xqs: Program, write: Write) -> None:
    """Each row fits, their sum does not."""
    codes = {"rating": {"min": 0, "max": 10_000, "origin": "raw"}}
    rules = {"requirement": codes, "satisfaction": codes, "weight_places": 6}
    rows = "p1,a,9000,9000,999999999\np1,b,9000,9000,999999999\n"
    arguments = (write(WEIGHTED + rows), "--definition", definition(write, **rules))
    message = xqs.refuses("score", *arguments)
    assert "feedback.csv" in message and "exceed" in message
