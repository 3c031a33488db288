"""xqs timeline: all touchpoints of one contact, each with the quality it achieved."""

from __future__ import annotations

import csv
import io

import pytest
from conftest import Program, Write
from test_touchpoints import FEEDBACK, TOUCHPOINTS

COLUMNS = (
    "touchpoint,time,kind,channel,initiator,status,action,campaign,cost,"
    "score,answers,contribution,flags"
)


@pytest.fixture
def joined(write: Write) -> list[str]:
    return [write(FEEDBACK), "--touchpoints", write(TOUCHPOINTS, "touchpoints.csv")]


def timeline(xqs: Program, *arguments: str) -> list[dict[str, str]]:
    out = xqs.prints("timeline", *arguments, "--format", "csv", notes=["score of all feedback"])
    return list(csv.DictReader(io.StringIO(out.decode())))


def test_all_contacts_in_order(xqs: Program, joined: list[str]) -> None:
    rows = timeline(xqs, *joined, "--contact", "p1")
    assert list(rows[0]) == COLUMNS.split(",")
    assert [r["touchpoint"] for r in rows] == ["t1", "t3", "t5"]
    # R = 4 + 3 + 4 points: t1 (3 + 2 - 7)/11, t3 (1 - 4)/11
    assert [r["contribution"] for r in rows] == ["-18.181818181818183", "-27.272727272727273", ""]
    assert [r["score"] for r in rows] == ["71.42857142857143", "25", ""]
    assert [r["answers"] for r in rows] == ["2", "1", "0"]
    assert [r["status"] for r in rows] == ["realised", "realised", "planned"]
    assert rows[0]["cost"] == "10.50" and rows[0]["time"] == "2025-03-01T10:00:00Z"
    assert "early_feedback" in rows[1]["flags"] and rows[2]["flags"] == ""


def test_feedback_on_nothing_in_particular_is_part_of_the_total(
    xqs: Program, joined: list[str]
) -> None:
    rows = timeline(xqs, *joined, "--contact", "p2")
    assert [(r["touchpoint"], r["score"], r["contribution"]) for r in rows] == [
        ("t2", "100", "0"),
        ("t4", "", ""),
        ("", "100", "0"),
    ]


def test_contributions_of_groups(xqs: Program, joined: list[str]) -> None:
    rows = timeline(xqs, *joined, "--contact", "p1", "--by", "channel")
    assert [(r["channel"], r["touchpoints"], r["answered"]) for r in rows] == [
        ("face_to_face", "1", "1"),
        ("post", "1", "1"),
    ]
    parts = [float(r["contribution"]) for r in rows]
    assert sum(parts) == pytest.approx(100 * 6 / 11 - 100, rel=1e-14)


def test_as_a_table(xqs: Program, joined: list[str]) -> None:
    out = xqs.prints("timeline", *joined, "--contact", "p1").decode()
    assert "no feedback" in out and "score of all feedback" in out


def test_anonymous_definitions_have_no_timeline(xqs: Program, joined: list[str]) -> None:
    message = xqs.refuses("timeline", *joined, "--contact", "p1", "--definition", "sqr")
    assert "is anonymous, and a timeline shows the feedback of one contact" in message


@pytest.mark.parametrize(
    ("arguments", "status", "part"),
    [
        (["--contact", "nobody"], 1, 'no touchpoint of contact "nobody"'),
        (["--contact", ""], 2, "must not be empty"),
    ],
)
def test_bad_contact(
    xqs: Program, joined: list[str], arguments: list[str], status: int, part: str
) -> None:
    done = xqs.run("timeline", *joined, *arguments)
    assert (done.status, done.out) == (status, b"") and part in done.err


def test_touchpoints_without_contacts(xqs: Program, write: Write) -> None:
    file = write(TOUCHPOINTS.replace("contact", "doctor"), "t.csv")
    message = xqs.refuses("timeline", write(FEEDBACK), "--touchpoints", file, "--contact", "p1")
    assert 'no column "contact"' in message
