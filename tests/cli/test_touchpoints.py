"""Feedback joined to touchpoints: groups, filters, counts of what was not answered."""

from __future__ import annotations

import pytest
from conftest import Program, Write

TOUCHPOINTS = """\
touchpoint,kind,channel,initiator,status,time,contact,action,campaign,cost
t1,visit,face_to_face,field,realised,2025-03-01T10:00:00Z,p1,,spring,10.50
t2,visit,face_to_face,field,realised,2025-03-02T10:00:00Z,p2,,,3.25
t3,mailing,post,central,realised,2025-04-02T10:00:00Z,p1,m1,spring,1
t4,mailing,post,central,realised,2025-04-02T10:00:00Z,p2,m1,spring,1
t5,mailing,post,central,planned,2025-05-02T10:00:00Z,p1,m2,,1
t6,webinar,video,central,realised,2025-05-02T10:00:00Z,p3,w1,,7
t7,call,phone,field,cancelled,2025-05-03T10:00:00Z,p3,,,2
"""
FEEDBACK = """\
respondent,response,touchpoint,item,requirement,satisfaction,time
p1,f1,t1,relevance,5,4,2025-03-01
p1,f1,t1,effort,4,3,2025-03-01
p2,f2,t2,relevance,3,3,2025-03-05
p1,f3,t3,relevance,5,2,2025-03-31
p2,f4,,relevance,5,5,2025-04-01
"""


def number(text: str) -> float | None:
    return float(text) if text else None


def near(value: float) -> object:
    return pytest.approx(value, rel=1e-14)


@pytest.fixture
def joined(write: Write) -> list[str]:
    return [write(FEEDBACK), "--touchpoints", write(TOUCHPOINTS, "touchpoints.csv")]


def test_groups_by_a_column_of_the_touchpoints(xqs: Program, joined: list[str]) -> None:
    rows = xqs.csv(*joined, "--by", "channel")
    # t1: (3 + 2)/(4 + 3), with t2: (3 + 2 + 2)/(4 + 3 + 2); t3: 1/4; the one without touchpoint: 1
    assert [r["channel"] for r in rows] == ["face_to_face", "post", "video", ""]
    assert [number(r["score"]) for r in rows] == [near(700 / 9), 25, None, 100]
    # The planned and the cancelled touchpoint do not count, the unanswered ones do.
    assert [r["touchpoints"] for r in rows] == ["2", "2", "1", "0"]
    assert [r["answered"] for r in rows] == ["2", "1", "0", "0"]
    assert [r["response_rate"] for r in rows] == ["100", "50", "0", ""]
    # The two mails are one action, which has a score.
    assert [r["scored_share"] for r in rows] == ["100", "100", "0", ""]
    assert [r["answers"] for r in rows] == ["3", "1", "0", "1"]


def test_status_tells_touchpoints_apart(xqs: Program, joined: list[str]) -> None:
    rows = xqs.csv(*joined, "--by", "status")
    assert [(r["status"], r["touchpoints"], r["answered"]) for r in rows] == [
        ("cancelled", "1", "0"),
        ("planned", "1", "0"),
        ("realised", "5", "3"),
        ("", "0", "0"),
    ]


def test_columns_of_the_feedback_have_no_touchpoints(xqs: Program, joined: list[str]) -> None:
    rows = xqs.csv(*joined, "--by", "channel,item")
    assert {r["touchpoints"] for r in rows} == {""}


def test_without_touchpoints_there_are_no_such_columns(xqs: Program, write: Write) -> None:
    assert "touchpoints" not in xqs.csv(write(FEEDBACK))[0]


@pytest.mark.parametrize(
    ("condition", "score", "touchpoints"),
    [
        ("campaign = spring", 600 / 11, "3"),  # (5 + 1)/(7 + 4)
        ("cost < 4", 50, "3"),  # t2, t3: (2 + 1)/(2 + 4); t4 has no answer
        ("kind in visit|call", 700 / 9, "2"),
        ("item = effort", 200 / 3, "5"),  # of the feedback: all touchpoints count
    ],
)
def test_conditions(
    xqs: Program, joined: list[str], condition: str, score: float, touchpoints: str
) -> None:
    (row,) = xqs.csv(*joined, "--where", condition)
    assert (number(row["score"]), row["touchpoints"]) == (near(score), touchpoints)


def test_the_contact_is_the_respondent(xqs: Program, write: Write) -> None:
    rows = [line.split(",", 1)[1] for line in FEEDBACK.splitlines()[:-1]]
    file = write("\n".join(rows) + "\n")
    more = ["--touchpoints", write(TOUCHPOINTS, "touchpoints.csv")]
    (row,) = xqs.csv(file, *more)
    assert (row["respondents"], row["units"], row["answers"]) == ("2", "2", "4")
    assert [r["respondent"] for r in xqs.csv(file, *more, "--by", "respondent")] == [
        "p1",
        "p2",
        "p3",
    ]


def test_unit_of_the_touchpoints(xqs: Program, write: Write) -> None:
    file = write(FEEDBACK.replace("p2,f4,,", "p2,f4,t6,"))
    (row,) = xqs.csv(file, "--touchpoints", write(TOUCHPOINTS, "t.csv"), "--unit", "channel")
    assert (row["units"], row["respondents"]) == ("3", "2")


def test_feedback_before_its_touchpoint_is_flagged(xqs: Program, joined: list[str]) -> None:
    rows = xqs.csv(*joined, "--by", "touchpoint")
    assert {r["touchpoint"]: "early_feedback" in r["flags"] for r in rows} == {
        "t1": False,  # a date alone is the whole day
        "t2": False,
        "t3": True,
        "t4": False,
        "t6": False,
        "": False,
    }


def test_several_sets_across_the_join(xqs: Program, joined: list[str]) -> None:
    rows = xqs.csv(*joined, "--sets", "kind,channel;kind;")
    assert [(r["set"], r["kind"], r["channel"], number(r["score"])) for r in rows] == [
        ("0", "mailing", "post", 25),
        ("0", "visit", "face_to_face", near(700 / 9)),
        ("0", "webinar", "video", None),
        ("0", "", "", 100),
        ("1", "mailing", "", 25),
        ("1", "visit", "", near(700 / 9)),
        ("1", "webinar", "", None),
        ("1", "", "", 100),
        ("2", "", "", near(1200 / 17)),  # (7 + 1 + 4)/(9 + 4 + 4)
    ]


def test_a_column_of_both_tables_must_be_said(xqs: Program, joined: list[str]) -> None:
    message = xqs.refuses("score", *joined, "--by", "time")
    assert "write feedback.time or touchpoint.time" in message
    assert len(xqs.csv(*joined, "--by", "touchpoint.time")) == 5


def test_mapped_columns(xqs: Program, write: Write) -> None:
    file = write(TOUCHPOINTS.replace("touchpoint,", "id,").replace("contact", "doctor"), "t.csv")
    names = ["--map", "touchpoint.touchpoint=id", "--map", "touchpoint.contact=doctor"]
    rows = xqs.csv(write(FEEDBACK), "--touchpoints", file, *names, "--by", "contact")
    assert [r["contact"] for r in rows] == ["p1", "p2", "p3", ""]


@pytest.mark.parametrize(
    ("old", "new", "parts"),
    [
        ("t7,", "t1,", ["touchpoints.csv:8", 'touchpoint "t1" occurs twice']),
        ("t7,", ",", ["touchpoints.csv:8", "touchpoint is missing"]),
        ("cancelled", "done", ["touchpoints.csv:8", '"done" is none of planned, realised, canc']),
        ("cancelled", "", ["touchpoints.csv:8", "status is missing"]),
        ("field,c", "head,c", ["touchpoints.csv:8", '"head" is none of field, central']),
        ("p3,,,2", "p3,,,two", ["touchpoints.csv:8", 'cost "two" is no decimal']),
        ("2025-05-03T10:00:00Z", "yesterday", ["touchpoints.csv:8", 'time "yesterday"']),
        ("touchpoint,", "id,", ["touchpoints.csv", 'no column "touchpoint"']),
    ],
)
def test_bad_touchpoints(
    xqs: Program, write: Write, old: str, new: str, parts: list[str]
) -> None:
    head, _, tail = TOUCHPOINTS.rpartition(old)
    message = xqs.refuses(
        "score", write(FEEDBACK), "--touchpoints", write(head + new + tail, "touchpoints.csv")
    )
    for part in parts:
        assert part in message


def test_touchpoint_that_is_unknown(xqs: Program, write: Write) -> None:
    file = write(FEEDBACK.replace("t3", "t99"))
    message = xqs.refuses("score", file, "--touchpoints", write(TOUCHPOINTS, "t.csv"))
    assert "feedback.csv:5" in message and 'touchpoint "t99" is not among' in message


def test_feedback_without_the_column_touchpoint(xqs: Program, write: Write) -> None:
    file = write(FEEDBACK.replace("touchpoint", "visit"))
    message = xqs.refuses("score", file, "--touchpoints", write(TOUCHPOINTS, "t.csv"))
    assert 'no column "touchpoint"' in message


def test_touchpoints_are_asked_for_but_not_given(xqs: Program, write: Write) -> None:
    message = xqs.refuses("score", write(FEEDBACK), "--by", "touchpoint.channel")
    assert "there are no touchpoints" in message


def test_a_small_group_is_hidden_with_its_touchpoints(xqs: Program, write: Write) -> None:
    touchpoints = ["touchpoint,channel,contact"]
    feedback = ["touchpoint,item,requirement,satisfaction"]
    for person in range(12):
        touchpoints.append(f"t{person},{'visit' if person < 8 else 'call'},p{person}")
        feedback.append(f"t{person},timely,4,{2 + person % 4}")
    files = [write("\n".join(feedback) + "\n"), "--definition", "sqr"]
    files += ["--touchpoints", write("\n".join(touchpoints) + "\n", "t.csv")]
    hidden = "hidden cells: 1"
    call, visit = xqs.csv(*files, "--by", "channel", notes=[hidden])
    assert (visit["respondents"], visit["touchpoints"], visit["answered"]) == ("8", "8", "8")
    assert call["flags"] == "below_minimum"
    for name in ("score", "respondents", "touchpoints", "answered", "response_rate"):
        assert call[name] == ""
    # With the total beside it, the visits would give the calls back.
    call, visit, total = xqs.csv(*files, "--sets", "channel;", notes=["hidden cells: 2"])
    assert (call["flags"], visit["flags"]) == ("below_minimum", "suppressed")
    assert (visit["touchpoints"], total["touchpoints"]) == ("", "12")


def test_a_date_is_the_whole_day_where_it_has_25_hours(xqs: Program, write: Write) -> None:
    table = write("touchpoint,time\nt1,2025-10-26 23:30\n", "t.csv")
    rows = "respondent,touchpoint,item,requirement,satisfaction,time\np1,t1,effort,4,3,{}\n"
    arguments = ("--touchpoints", table, "--time-zone", "Europe/Berlin")
    for time, early in [("2025-10-26", False), ("2025-10-26 23:29", True), ("2025-10-25", True)]:
        (row,) = xqs.csv(write(rows.format(time)), *arguments)
        assert ("early_feedback" in row["flags"]) == early, time


def test_the_order_of_conditions_does_not_matter(xqs: Program, write: Write) -> None:
    file = write("respondent,item,requirement,satisfaction,team,age\n"
                 "p1,effort,4,3,A,5\np2,effort,4,3,B,old\n")  # fmt: skip
    conditions = ["team = A", "age > 4"]
    for first, second in (conditions, conditions[::-1]):
        message = xqs.refuses("score", file, "--where", first, "--where", second)
        assert "feedback.csv:3" in message and 'age "old"' in message


@pytest.mark.parametrize("condition", ["month(touchpoint.time) >= 5", "fiscal_year(time,4) > 2025"])
def test_periods_are_compared_with_labels(
    xqs: Program, joined: list[str], condition: str
) -> None:
    message = xqs.refuses("score", *joined, "--where", condition, status=2)
    assert "$.where[0][2]: is a number" in message and "labels" in message


def test_years_are_numbers(xqs: Program, joined: list[str]) -> None:
    (row,) = xqs.csv(*joined, "--where", "year(touchpoint.time) >= 2025")
    assert row["touchpoints"] == "5"
