"""--on-error skip: bad rows are left out, counted by reason and handed back."""

from __future__ import annotations

import csv

import pytest
from conftest import Program, Write

GOOD = """\
respondent,response,item,requirement,satisfaction
p1,1,relevance,5,4
p2,2,relevance,4,2
"""
BAD = """\
p3,3,relevance,7,4
,4,relevance,4,4
p1,1,relevance,5,5
"p,5",6,,4,4
p5,7,relevance,4,"a ""b"" c"
"""


def test_bad_rows_are_left_out_and_handed_back(xqs: Program, write: Write) -> None:
    file = write(GOOD + BAD)
    note = "rejected rows: 5 of 7; duplicate 1, missing_item 1, missing_respondent 1, off_scale 2"
    skip = ["--on-error", "skip", "--rejects", "rejects.csv"]
    assert xqs.csv(file, *skip, notes=[note]) == xqs.csv(write(GOOD, "good.csv"))
    with (xqs.folder / "rejects.csv").open(newline="") as rejects:
        header, *rows = csv.reader(rejects)
    names = ["rejected_file", "rejected_line", "rejected_reason", "rejected_message"]
    assert header == [*GOOD.splitlines()[0].split(","), *names]
    given = list(csv.reader(BAD.splitlines()))
    assert [row[:5] for row in rows] == given
    assert [row[5:8] for row in rows] == [
        [file, str(line), reason]
        for line, reason in enumerate(
            ["off_scale", "missing_respondent", "duplicate", "missing_item", "off_scale"],
            start=4,
        )
    ]
    assert 'requirement "7" is not on the scale 1..5' in rows[0][8]


def test_without_bad_rows_the_rejects_file_is_empty(xqs: Program, write: Write) -> None:
    xqs.csv(write(GOOD), "--on-error", "skip", "--rejects", "rejects.csv")
    assert (xqs.folder / "rejects.csv").read_bytes() == b""


def test_all_rows_are_bad(xqs: Program, write: Write) -> None:
    file = write(GOOD.splitlines()[0] + "\np,1,effort,8,1\n")
    message = xqs.refuses("score", file, "--on-error", "skip")
    assert "all rows were rejected: off_scale 1" in message


def test_what_is_wrong_with_the_file_still_refuses_it(xqs: Program, write: Write) -> None:
    assert "feedback.csv:4" in xqs.refuses("score", write(GOOD + "p3,3\n"), "--on-error", "skip")


@pytest.mark.parametrize(
    ("row", "reason"),
    [("p3,3,relevance,5,4,,3", "bad_weight"), ("p3,3,relevance,5,4,0.001,3", "bad_weight"),
     ("p3,3,relevance,5,4,1,many", "bad_population"), ("p3,3,relevance,5,4,1,4", "bad_population")],
)
def test_reasons(xqs: Program, write: Write, row: str, reason: str) -> None:
    definition = xqs.prints("definition", "show").decode()
    weighted = definition.replace('"weight_places":0', '"weight_places":2')
    assert weighted != definition
    lines = GOOD.splitlines()
    lines = [lines[0] + ",weight,all", *(line + ",1,3" for line in lines[1:]), row]
    (result,) = xqs.csv(
        write("\n".join(lines) + "\n"),
        *("--definition", write(weighted, "weighted.json"), "--population", "all"),
        *("--on-error", "skip"),
        notes=[f"{reason} 1"],
    )
    assert result["answers"] == "2"


def test_the_order_of_batches_does_not_matter(xqs: Program, write: Write) -> None:
    """A duplicate is the later row, wherever the batches end."""
    rows = "".join(f"p{i},1,relevance,5,4\n" for i in range(70_000))
    file = write(GOOD.splitlines()[0] + "\n" + rows + "p0,1,relevance,1,1\n")
    (row,) = xqs.csv(file, "--on-error", "skip", notes=["rejected rows: 1 of 70001; duplicate 1"])
    assert (row["answers"], row["score"]) == ("70000", "75")
