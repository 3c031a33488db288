"""What cannot be scored is refused: exit status 1 for data and definitions, 2 for wrong usage."""

from __future__ import annotations

import json
import os
import resource
import time
from pathlib import Path
from typing import Any

import pytest

from conftest import HEADER, PERTH, PERTH_COLUMNS, Program, Write

GOOD = "p1,effort,4,3\n"


def check(message: str, *parts: str) -> None:
    for part in parts:
        assert part in message


# Codes and keys


WRONG_NUMBERS = ["6", "0", "-4", "4.5", "1e999", "-1e999", "1e-999", "12345678901234567890"]
NO_NUMBERS = ["x", "4 4", "0x4", "4e", "--4", "inf", "-inf", "nan", "NaN", "null", "true", "\uff14"]


@pytest.mark.parametrize("code", [*WRONG_NUMBERS, *NO_NUMBERS, " ", "0." + "3" * 20])
@pytest.mark.parametrize("column", ["requirement", "satisfaction"])
def test_unknown_code(xqs: Program, write: Write, column: str, code: str) -> None:
    bad = f"p2,effort,{code},3\n" if column == "requirement" else f"p2,effort,3,{code}\n"
    message = xqs.refuses("score", write(HEADER + GOOD + bad))
    check(message, "feedback.csv:3: ", column, f'"{code}"', "1..5", "missing: 9", "ceqs@2026.1")


def test_unknown_code_in_another_column_of_the_file(xqs: Program, write: Write) -> None:
    file = write("id,item,r,s\n1,1,4,4\n1,2,4,9\n")
    arguments = (file, *PERTH_COLUMNS, "--definition", str(PERTH / "perth_default.json"))
    check(xqs.refuses("score", *arguments), "feedback.csv:3: ", '"9"', "1..5", "perth_default@1")


def test_unknown_code_far_down(xqs: Program, write: Write) -> None:
    rows = "".join(f"p{i},effort,4,3\n" for i in range(70_000))
    assert "feedback.csv:70002: " in xqs.refuses("score", write(HEADER + rows + "x,effort,4,7\n"))


def test_lines_are_counted_as_an_editor_does(xqs: Program, write: Write) -> None:
    text = "\ufeff\r\n" + HEADER.replace("\n", ",note\r\n") + '\r\np1,effort,4,3,"a\n\nb"\r\n\r\n'
    message = xqs.refuses("score", write(text + "p2,effort,4,x,\r\n"))
    assert "feedback.csv:8: " in message


def test_item_that_is_not_in_the_definition(xqs: Program, write: Write) -> None:
    message = xqs.refuses("score", write(HEADER + "p1,parking,4,3\n"), "--definition", "sqr")
    check(message, "feedback.csv:2: ", 'item "parking"', "sqr@2026.1", "timely", "fits_task")


@pytest.mark.parametrize(
    ("row", "parts"),
    [
        ("p2,,4,3", ["item is missing"]),
        (",effort,4,3", ["respondent is missing", "unit"]),
        ('"",effort,4,3', ["respondent is missing"]),
        ("NA,effort,4,3", ["respondent is missing"]),
        ("p1,effort,5,5", ["duplicate", "p1", '"effort"', "check_duplicates"]),
    ],
    ids=["no item", "no respondent", "quoted empty respondent", "respondent NA", "duplicate"],
)
def test_bad_key(xqs: Program, write: Write, row: str, parts: list[str]) -> None:
    check(xqs.refuses("score", write(f"{HEADER}{GOOD}\n{row}\n")), "feedback.csv:4: ", *parts)


def test_duplicate_in_another_file(xqs: Program, write: Write) -> None:
    first, second = write(HEADER + GOOD, "first.csv"), write(HEADER + "\n" + GOOD, "second.csv")
    check(xqs.refuses("score", first, second), "second.csv:3: ", "duplicate", "p1", "effort")
    (row,) = xqs.csv(first, second, "--check-duplicates", "off")
    assert (row["answers"], row["respondents"]) == ("2", "1")


def test_response_column_tells_answers_apart(xqs: Program, write: Write) -> None:
    text = "respondent,response,item,requirement,satisfaction\np1,a,effort,4,3\np1,b,effort,4,3\n"
    assert xqs.csv(write(text))[0]["answers"] == "2"
    check(xqs.refuses("score", write(text + "p1,a,effort,4,3\n")), "feedback.csv:4: ", "duplicate")


def test_missing_unit(xqs: Program, write: Write) -> None:
    file = write(HEADER.replace("\n", ",rep\n") + "p1,effort,4,3,r1\np2,effort,4,3,NA\n")
    check(xqs.refuses("score", file, "--unit", "rep"), "feedback.csv:3: ", '"rep"', "missing")


@pytest.mark.parametrize("population", ["", "NA", "many", "-3", "0", "2.5", "9" * 20, "inf"])
def test_bad_population_in_a_column(xqs: Program, write: Write, population: str) -> None:
    file = write(HEADER.replace("\n", ",size\n") + f"p1,effort,4,3,9\np2,effort,4,3,{population}\n")
    message = xqs.refuses("score", file, "--population", "size")
    check(message, "feedback.csv:3: ", "population", f'"{population}"', "whole number")


def test_population_that_differs_within_a_group(xqs: Program, write: Write) -> None:
    rows = "p1,effort,4,3,9,a\np2,effort,4,3,8,b\np3,effort,4,3,7,a\n"
    file = write(HEADER.replace("\n", ",size,group\n") + rows)
    message = xqs.refuses("score", file, "--population", "size", "--by", "group")
    check(message, "feedback.csv:4: ", "population", "7", "9", "group")


@pytest.mark.parametrize("response", ["", "NA"])
def test_missing_response_without_respondents(xqs: Program, write: Write, response: str) -> None:
    """There every response stands for a person."""
    file = write(f"response,item,requirement,satisfaction\na,effort,4,3\n{response},effort,4,3\n")
    check(xqs.refuses("score", file), "feedback.csv:3: ", "response is missing")


@pytest.mark.parametrize("role", ["respondent", "requirement", "satisfaction"])
def test_column_with_two_roles(xqs: Program, write: Write, role: str) -> None:
    message = xqs.refuses("score", write(HEADER + GOOD), "--map", f"{role}=item")
    check(message, "feedback.csv", '"item" is both', role)


def test_no_item_is_of_the_definition(xqs: Program, write: Write) -> None:
    """Such a file was made for another definition."""
    file = write(HEADER + "p1,parking,4,3\np2,food,4,3\n")
    for arguments in ([], ["--by", "item"]):
        message = xqs.refuses("score", file, *arguments)
        check(message, "feedback.csv: ", "all answers", "ceqs@2026.1", '"food", "parking"')


# Files


MALFORMED = {
    "empty": ("", ["feedback.csv:1: ", "empty"]),
    "a BOM alone": ("\ufeff", ["feedback.csv:1: ", "empty"]),
    "blank": ("\n\r\n", ["feedback.csv:2: ", "blank"]),
    "a header alone": (HEADER, ["feedback.csv", "no rows"]),
    "few fields": (HEADER + GOOD + "p2,effort,4\n", ["feedback.csv:3: ", "found 3", "expected 4"]),
    "many fields": (HEADER + "p2,effort,4,4,0\n", ["feedback.csv:2: ", "found 5", "expected 4"]),
    "an open quote": (HEADER + 'p2,"effort,4,3\n', ["feedback.csv:2: ", '"item"', "not closed"]),
    "a stray quote": (HEADER + 'p2,ef"fort,4,3\n', ["feedback.csv:2: ", "quote", '"item"']),
    "text after a quote": (HEADER + 'p2,"ef"fort,4,3\n', ["feedback.csv:2: ", "quote", '"item"']),
    "NUL": (HEADER + "p2,ef\0fort,4,3\n", ["feedback.csv:2: ", "NUL", '"item"', "UTF-8"]),
    "a lone CR": (HEADER + "p2,effort,4,3\rp3", ["feedback.csv:2: ", "carriage return"]),
    "a column without name": ("respondent,item,,r\n", ["feedback.csv:1: ", "column 3", "name"]),
    "a name twice": ("respondent,item,item,r\n", ["feedback.csv:1: ", "2 and 3", '"item"']),
    "unknown delimiter": ("respondent|item|r|s\n", ["feedback.csv", 'no column "item"', "item|r"]),
}


@pytest.mark.parametrize(("text", "parts"), MALFORMED.values(), ids=MALFORMED)
def test_malformed_file(xqs: Program, write: Write, text: str, parts: list[str]) -> None:
    check(xqs.refuses("score", write(text)), *parts)


@pytest.mark.parametrize(
    "encoded",
    [b"M\xfcnchen", b"\xc0\xaf", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\xe2\x82"],
    ids=["Latin-1", "overlong", "surrogate", "beyond Unicode", "cut off"],
)
def test_text_that_is_not_utf8(xqs: Program, write: Write, encoded: bytes) -> None:
    message = xqs.refuses("score", write((HEADER + GOOD + "p2,").encode() + encoded + b",4,3\n"))
    check(
        message, "feedback.csv:3: ", '"item"', "UTF-8", f"0x{encoded.strip(b'M').hex()[:2].upper()}"
    )


def test_utf16_is_named(xqs: Program, write: Write) -> None:
    check(
        xqs.refuses("score", write((HEADER + GOOD).encode("utf-16"))), "feedback.csv:1: ", "UTF-16"
    )


@pytest.mark.parametrize("standard", ["respondent", "item", "requirement", "satisfaction"])
@pytest.mark.parametrize("rows", ["p1,effort,4\n", ""], ids=["a row", "no rows"])
def test_missing_column(xqs: Program, write: Write, standard: str, rows: str) -> None:
    columns = [name for name in HEADER.strip().split(",") if name != standard]
    message = xqs.refuses("score", write(",".join(columns) + "\n" + rows))
    check(message, "feedback.csv", f'"{standard}"', ", ".join(columns), f"{standard}=NAME")


@pytest.mark.parametrize(
    "arguments",
    [["--map", "requirement=none"], ["--by", "none"], ["--unit", "none"], ["--population", "none"]],
    ids=" ".join,
)
def test_column_that_does_not_exist(xqs: Program, write: Write, arguments: list[str]) -> None:
    message = xqs.refuses("score", write(HEADER + GOOD), *arguments)
    check(message, "feedback.csv", 'no column "none"', "respondent, item")


def test_group_column_named_like_a_result(xqs: Program, write: Write) -> None:
    file = write(HEADER.replace("\n", ",band,flags\n") + "p1,effort,4,3,A,B\n")
    check(xqs.refuses("score", file, "--by", "item,band"), '"band"', "result", "rename")


def test_weights_without_need(xqs: Program, write: Write) -> None:
    message = xqs.refuses("score", write(HEADER.replace("\n", ",weight\n") + "p1,effort,4,3,1\n"))
    check(message, "feedback.csv", '"weight"', "ceqs@2026.1", "weight_places")


@pytest.mark.parametrize("more", [",group", ""])
def test_second_file_with_other_columns(xqs: Program, write: Write, more: str) -> None:
    first = write(HEADER + GOOD, "first.csv")
    second = write(HEADER.replace("\n", ",group\n") + "p2,effort,4,3,A\n", "second.csv")
    files = [first, second] if more else [second, first]
    problem = "more columns" if more else 'no column "group"'
    check(xqs.refuses("score", *files), f"{files[1]}: ", problem)


def test_second_file_with_a_renamed_column(xqs: Program, write: Write) -> None:
    first = write(HEADER.replace("\n", ",channel\n") + "p1,effort,4,3,A\n", "first.csv")
    second = write(HEADER.replace("\n", ",group\n") + "p2,effort,4,3,A\n", "second.csv")
    message = xqs.refuses("score", first, second)
    check(message, "second.csv: ", '"group"', "not in the rows before")


@pytest.mark.parametrize(
    ("file", "reason"),
    [
        ("missing.csv", "No such file"),
        ("folder", "Is a directory"),
        ("feedback.csv/x", "Not a directory"),
        ("/proc/self/mem", "cannot be read"),  # opens, but reading fails
    ],
)
def test_file_that_cannot_be_read(xqs: Program, write: Write, file: str, reason: str) -> None:
    (xqs.folder / "folder").mkdir()
    good = write(HEADER + GOOD)
    for files in ([file], [good, file]):
        check(xqs.refuses("score", *files), file, "cannot be read", reason)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_file_without_permission(xqs: Program, write: Write) -> None:
    (xqs.folder / write(HEADER + GOOD)).chmod(0)
    check(xqs.refuses("score", "feedback.csv"), "feedback.csv: cannot be read: Permission denied")


def test_standard_input_is_named(xqs: Program) -> None:
    message = xqs.refuses("score", "-", stdin=(HEADER + GOOD + "p2,effort,4,7\n").encode())
    check(message, "standard input:3: ", 'satisfaction "7"')
    check(xqs.refuses("score", "-", stdin=b""), "standard input:1: ", "empty")


# Large input


def limit_memory() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (1 << 30, 1 << 30))


@pytest.fixture
def bounded(binary: Path) -> dict[str, Any]:
    """Options for a run in 1 GiB of address space, which a sanitizer alone would need."""
    if b"__asan_init" in binary.read_bytes():
        pytest.skip("a sanitizer reserves more memory than that")
    return {"preexec_fn": limit_memory}


@pytest.mark.parametrize("quote", ["", '"'])
@pytest.mark.parametrize("where", ["header", "row"])
def test_field_of_100_megabytes(
    xqs: Program, write: Write, bounded: dict[str, Any], where: str, quote: str
) -> None:
    field = quote + "x" * 100_000_000 + quote
    text = f"{field},{HEADER}" if where == "header" else f"{HEADER}p1,{field},4,3\n"
    message = xqs.refuses("score", write(text), **bounded)
    check(message, f"feedback.csv:{1 if where == 'header' else 2}: ", "64 MiB", "most allowed")


def test_quote_that_is_never_closed(xqs: Program, write: Write, bounded: dict[str, Any]) -> None:
    message = xqs.refuses("score", write(f'{HEADER}p1,"' + "effort,4,3\n" * 10_000_000), **bounded)
    check(message, "feedback.csv:2: ", "64 MiB", "not closed")


def test_a_million_columns(xqs: Program, write: Write, bounded: dict[str, Any]) -> None:
    names = ",".join(f"c{i}" for i in range(1_000_000))
    message = xqs.refuses("score", write(names + "\n"), **bounded)
    check(message, "feedback.csv:1: ", "1000000 columns", "at most 100000")


def test_definition_of_many_items(xqs: Program, write: Write, bounded: dict[str, Any]) -> None:
    rating = {"rating": {"min": 1, "max": 5}}
    rules = {"xqs": 1, "name": "long", "version": "1", "confidentiality": "identified"}
    items = [{"id": f"item {i}"} for i in range(100_000)]
    text = json.dumps({**rules, "requirement": rating, "satisfaction": rating, "items": items})
    rows = "".join(f"p{i},item {99_999 - i},4,3\n" for i in range(100))
    arguments = (write(HEADER + rows), "--definition", write(text, "long.json"), "--by", "item")
    start = time.monotonic()
    scores = xqs.csv(*arguments, **bounded)
    assert time.monotonic() - start < 2
    assert [row["item"] for row in scores] == [f"item {i}" for i in range(99_900, 100_000)]


@pytest.mark.parametrize("opening", ["[", '{"a":', '[{"a":'], ids=["lists", "objects", "both"])
@pytest.mark.parametrize("depth", [100, 1_000_000])
def test_deep_definition(
    xqs: Program, write: Write, bounded: dict[str, Any], opening: str, depth: int
) -> None:
    definition = write(opening * depth, "deep.json")
    message = xqs.refuses("score", write(HEADER + GOOD), "--definition", definition, **bounded)
    check(message, "deep.json: ", "more than 64 levels deep")


def test_folder_that_cannot_be_read(xqs: Program) -> None:
    (xqs.folder / "folder").mkdir(mode=0)
    message = xqs.refuses("score", "folder")  # root may open it, to find a folder
    check(message, "folder", "cannot be read: ")


# Messages stay readable, whatever is in the data: Program.refuses checks each.


HOSTILE = ["\x1b]0;title\x07", "\x1b[2J", "two\nlines", "\x9b2J", "x" * 1_000_000]


@pytest.mark.parametrize("value", HOSTILE, ids=lambda value: repr(value)[1:20])
@pytest.mark.parametrize(
    "row",
    ["p,timely,4,{},9", "p,{},4,4,9", "{0},timely,4,4,9\n{0},timely,4,4,9", "p,timely,4,4,{}"],
    ids=["code", "item", "respondent", "population"],
)
def test_values_are_quoted_safely(xqs: Program, write: Write, row: str, value: str) -> None:
    text = HEADER.replace("\n", ",size\n") + row.format(f'"{value}"') + "\n"
    file = write(text)
    xqs.refuses("score", file, "--definition", "sqr", "--population", "size")


def test_names_are_quoted_safely(xqs: Program, write: Write) -> None:
    xqs.refuses("score", "\x1b[2J.csv")
    xqs.refuses("score", write(HEADER + "p,effort,4,7\n", "two\nlines.csv"))
    xqs.refuses("score", write(HEADER + GOOD), "--definition", "./\x1b[2J.json")
    xqs.refuses("score", write(HEADER.replace("\n", ',"\x1b[2J"\n') + GOOD), "--by", "none")
    xqs.refuses("score", write(",".join(f"column {i}" for i in range(99_999)) + "\n"))


# Definitions


def test_unknown_preset(xqs: Program, write: Write) -> None:
    message = xqs.refuses("score", write(HEADER + GOOD), "--definition", "nps")
    check(message, '"nps"', "ceqs", "sqr", "employee_experience", ".json")


BANDS = '"bands": [{"id": "a", "to": 60}, {"id": "b", "to": 60}, {"id": "c"}], '


@pytest.mark.parametrize(
    ("insert", "parts"),
    [
        ('"colour": "red", ', ["$.colour", "unknown key", "confidentiality"]),
        ('"version": "2", ', ["$.version", "duplicate key"]),
        (BANDS, ["$.bands[1].to", "overlap", "60"]),
    ],
    ids=["unknown key", "duplicate key", "overlapping bands"],
)
def test_bad_definition(xqs: Program, write: Write, insert: str, parts: list[str]) -> None:
    rating = {"rating": {"min": 1, "max": 5}}
    rules = {"xqs": 1, "name": "mine", "version": "1", "requirement": rating}
    text = json.dumps({**rules, "satisfaction": rating, "items": [{"id": "effort"}]})
    arguments = ("score", write(HEADER + GOOD), "--definition", write(text, "mine.json"))
    assert xqs.prints(*arguments)
    write(text.replace('"items"', insert + '"items"'), "mine.json")
    check(xqs.refuses(*arguments), "mine.json: ", *parts)


@pytest.mark.parametrize("definition", ["missing.json", "./folder", "feedback.csv/x.json"])
def test_definition_that_cannot_be_read(xqs: Program, write: Write, definition: str) -> None:
    (xqs.folder / "folder").mkdir()
    message = xqs.refuses("score", write(HEADER + GOOD), "--definition", definition)
    check(message, f"{definition}: cannot be read")


# Usage


@pytest.mark.parametrize(
    "flag",
    ["--unit", "--population", "--where", "--level", "--estimator", "--interval", "--output"],
)
def test_empty_value(xqs: Program, write: Write, flag: str) -> None:
    done = xqs.run("score", write(HEADER + GOOD), flag, "")
    assert (done.status, done.out) == (2, b"")
    assert flag in done.err


@pytest.mark.parametrize(
    ("arguments", "parts"),
    [
        ("", ["Usage", "score", "definition", "Examples"]),
        ("nonsense", []),
        ("--nonsense", []),
        ("score", ["feedback"]),
        ("score feedback.csv --nonsense", ["--nonsense"]),
        ("score feedback.csv --estimator mean", ["--estimator", "mean", "pooled", "item_mean"]),
        ("score feedback.csv --interval wald", ["--interval", "wald", "fieller", "delta"]),
        ("score feedback.csv --format xml", ["--format", "xml", "csv", "json", "table"]),
        ("score feedback.csv --check-duplicates maybe", ["--check-duplicates", "maybe", "on"]),
        ("score feedback.csv --interval fieller --estimator item_mean", ["fieller", "pooled"]),
        ("score feedback.csv --interval fieller --estimator respondent_mean", ["fieller"]),
        ("score feedback.csv --level 1.5", ["level", "below 1"]),
        ("score feedback.csv --level 0", ["level", "above 0"]),
        ("score feedback.csv --level 95", ["level", "0.95"]),
        ("score feedback.csv --level nan", ["level"]),
        ("score feedback.csv --level inf", ["level"]),
        ("score feedback.csv --level 0x1", ["level"]),
        ("score feedback.csv --level high", ["level", "high"]),
        ("score feedback.csv --map respondent", ["--map", "standard=actual", "respondent=id"]),
        ("score feedback.csv --map respondent=", ["--map", "standard=actual"]),
        ("score feedback.csv --map =id", ["--map", "standard=actual"]),
        ("score feedback.csv --map colour=red", ["colour", "respondent, item, requirement"]),
        ("score feedback.csv --map item=item --map item=respondent", ["item"]),
        ("score feedback.csv --by item --by item", ["by", '"item"', "twice"]),
        ("score feedback.csv --by item,item", ["by", '"item"', "twice"]),
        ("score feedback.csv --by item --population 500", ["population", "column"]),
        ("score feedback.csv --population 0", ["population", "1"]),
        ("score feedback.csv --population -3", ["population", "1"]),
        ("score feedback.csv --population .5", ["population", "whole"]),
        ("definition", ["subcommand"]),
        ("definition nonsense", []),
        ("definition show ceqs sqr", ["sqr"]),
    ],
)
def test_wrong_usage(xqs: Program, write: Write, arguments: str, parts: list[str]) -> None:
    write(HEADER + GOOD)
    done = xqs.run(*arguments.split())
    assert (done.status, done.out) == (2, b"")
    assert len(done.err.splitlines()) <= 2 or not arguments
    assert "JSON" not in done.err  # the query document is our own affair
    check(done.err, *parts)
