"""Files as they come: wide form, semicolons, decimal commas, Windows-1252, gzip."""

from __future__ import annotations

import gzip

import pytest
from conftest import Program, Write

LONG = """\
respondent,response,item,requirement,satisfaction,team
p1,1,relevance,5,4,a
p1,1,effort,4,3,a
p2,2,relevance,4,2,b
p2,2,effort,,1,b
p1,3,relevance,3,3,b
p1,3,effort,9,,b
"""
WIDE = """\
respondent,response,requirement.relevance,satisfaction.relevance,requirement.effort,\
satisfaction.effort,team
p1,1,5,4,4,3,a
p2,2,4,2,,1,b
p1,3,3,3,9,,b
"""


@pytest.mark.parametrize("how", [[], ["--by", "team"], ["--by", "item"], ["--unit", "response"]])
def test_wide_form_is_long_form(xqs: Program, write: Write, how: list[str]) -> None:
    long = xqs.prints("score", write(LONG), *how, "--format", "csv")
    assert xqs.prints("score", write(WIDE, "wide.csv"), *how, "--format", "csv") == long


@pytest.mark.parametrize(
    ("old", "new", "parts"),
    [
        ("satisfaction.effort", "effort", ["requirement.effort but none", "satisfaction.effort"]),
        ("team", "item", ["a column item (a row per answer)", "requirement.relevance"]),
        ("p2,2,4", "p2,2,7", ["wide.csv:3", 'requirement "7"', "(item relevance)"]),
        ("p1,3", "p1,1", ["wide.csv:4", "duplicate answer"]),
    ],
)
def test_bad_wide_form(xqs: Program, write: Write, old: str, new: str, parts: list[str]) -> None:
    assert old in WIDE
    message = xqs.refuses("score", write(WIDE.replace(old, new), "wide.csv"))
    for part in parts:
        assert part in message


def test_wide_column_of_an_unknown_item(xqs: Program, write: Write) -> None:
    definition = xqs.prints("definition", "show").decode()
    strict = definition.replace('"extra_items":"allow"', '"extra_items":"reject"')
    assert strict != definition
    file = write(WIDE.replace(".effort", ".charm"), "wide.csv")
    message = xqs.refuses("score", file, "--definition", write(strict, "strict.json"))
    assert "wide.csv:2" in message and 'item "charm" is not one of' in message
    xqs.csv(file, notes=['("charm"); they are scored apart'])


def test_a_bad_cell_rejects_the_whole_form(xqs: Program, write: Write) -> None:
    file = write(WIDE.replace("p1,1,5,4", "p1,1,5,8"), "wide.csv")
    (row,) = xqs.csv(file, "--on-error", "skip", notes=["rejected rows: 1 of 3; off_scale 1"])
    assert (row["answers"], row["excluded"]) == ("2", "2")


@pytest.mark.parametrize("delimiter", [";", "\t"])
def test_the_delimiter_is_found(xqs: Program, write: Write, delimiter: str) -> None:
    expected = xqs.prints("score", write(LONG), "--by", "team", "--format", "csv")
    file = write(LONG.replace(",", delimiter), "other.csv")
    assert xqs.prints("score", file, "--by", "team", "--format", "csv") == expected
    flag = "tab" if delimiter == "\t" else delimiter
    out = xqs.prints("score", file, "--by", "team", "--format", "csv", "--delimiter", flag)
    assert out == expected


def test_another_delimiter_is_said(xqs: Program, write: Write) -> None:
    file = write(LONG.replace(",", "|"), "other.csv")
    assert xqs.csv(file, "--delimiter", "|") == xqs.csv(write(LONG))


HALVES = "respondent;item;requirement;satisfaction\np1;a;4,5;3,0\np2;a;3;1,5\n"
HALF_POINTS = """{"xqs": 1, "name": "halves", "version": "1", "confidentiality": "identified",
"requirement": {"rating": {"min": 1, "max": 5, "step": 0.5}},
"satisfaction": {"rating": {"min": 1, "max": 5, "step": 0.5}}, "items": [{"id": "a"}]}"""


def test_decimal_commas(xqs: Program, write: Write) -> None:
    definition = ["--definition", write(HALF_POINTS, "halves.json")]
    (row,) = xqs.csv(write(HALVES), *definition)
    assert row["score"] == "45.45454545454545"  # (2 + 0.5)/(3.5 + 2)
    assert xqs.csv(write(HALVES), *definition, "--decimal", ",") == [row]
    assert xqs.csv(write(HALVES.replace(",", ".")), *definition) == [row]
    message = xqs.refuses("score", write(HALVES.replace("3,0", "3.0")), *definition)
    assert 'satisfaction "3.0" is not on the scale' in message
    message = xqs.refuses("score", write(HALVES), *definition, "--decimal", ".")
    assert 'requirement "4,5" is not on the scale' in message


def test_decimal_commas_in_costs(xqs: Program, write: Write) -> None:
    touchpoints = write("touchpoint;cost\nt1;2,50\nt2;3,5\n", "t.csv")
    feedback = write("respondent;touchpoint;item;requirement;satisfaction\n"
                     "p1;t1;effort;4;3\np2;t2;effort;5;5\n")
    (row,) = xqs.csv(feedback, "--touchpoints", touchpoints, "--where", "cost > 2.5")
    assert (row["score"], row["touchpoints"]) == ("100", "1")


def test_windows_1252_is_refused_by_name_or_converted(xqs: Program, write: Write) -> None:
    text = LONG.replace("p1", "Jörg €").replace("p2", "Zoë")
    file = write(text.encode("windows-1252"))
    assert "windows-1252" in xqs.refuses("score", file)
    rows = xqs.csv(file, "--encoding", "windows-1252", "--by", "respondent")
    assert [r["respondent"] for r in rows] == ["Jörg €", "Zoë"]
    broken = write(LONG.encode() + b"p3,4,effort,4,\x81,a\n")
    message = xqs.refuses("score", broken, "--encoding", "windows-1252")
    assert "cannot be read: a byte that Windows-1252 does not define" in message


def test_gzip(xqs: Program, write: Write) -> None:
    expected = xqs.csv(write(LONG))
    packed = gzip.compress(LONG.encode())
    assert xqs.csv(write(packed, "feedback.csv.gz")) == expected
    half = len(LONG) // 2
    members = gzip.compress(LONG[:half].encode()) + gzip.compress(LONG[half:].encode())
    assert xqs.csv(write(members, "feedback.csv.gz")) == expected


@pytest.mark.parametrize(
    ("damage", "part"),
    [
        (lambda packed: packed[:-9], "the gzip file is cut off"),
        (lambda packed: packed[:20] + b"\xff" * 8 + packed[28:], "the gzip file is damaged"),
        (lambda packed: packed + b"rubbish", "the gzip file is damaged"),
        (lambda packed: b"", "the gzip file is cut off"),
        (lambda packed: LONG.encode(), "the gzip file is damaged"),
    ],
    ids=["cut off", "damaged", "rubbish behind", "empty", "not packed"],
)
def test_bad_gzip(xqs: Program, write: Write, damage, part: str) -> None:  # type: ignore[no-untyped-def]
    message = xqs.refuses("score", write(damage(gzip.compress(LONG.encode())), "f.csv.gz"))
    assert "f.csv.gz:" in message and part in message
