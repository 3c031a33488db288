"""Touchpoints, wide forms and rejects that are given wrongly: refused by name, nothing is lost."""

from __future__ import annotations

import csv
import gzip
import os
import stat
from pathlib import Path

import pytest
from conftest import Program, Write

TOUCHPOINTS = "touchpoint,channel\nt1,visit\nt2,call\n"
FEEDBACK = """\
respondent,touchpoint,item,requirement,satisfaction
p1,t1,effort,5,4
p2,t2,effort,4,4
"""
GOOD = "respondent,item,requirement,satisfaction\np1,effort,5,4\n"
BAD = GOOD + "p2,effort,8,4\n"
SKIP = ("--on-error", "skip", "--rejects")


# Touchpoints


def test_touchpoints_from_standard_input(xqs: Program, write: Write) -> None:
    by = ("--by", "channel")
    expected = xqs.csv(write(FEEDBACK), "--touchpoints", write(TOUCHPOINTS, "t.csv"), *by)
    got = xqs.csv(write(FEEDBACK), "--touchpoints", "-", *by, stdin=TOUCHPOINTS.encode())
    assert got == expected
    message = xqs.refuses("score", write(FEEDBACK), "--touchpoints", "-", stdin=b"touchpoint\nt1\n")
    assert 'touchpoint "t2" is not among' in message
    bad = TOUCHPOINTS.encode() + b"t1,call\n"
    message = xqs.refuses("score", write(FEEDBACK), "--touchpoints", "-", stdin=bad)
    assert "standard input:4: " in message and '"t1" occurs twice' in message


def test_standard_input_can_be_read_once(xqs: Program, write: Write) -> None:
    message = xqs.refuses("score", "-", "--touchpoints", "-", stdin=TOUCHPOINTS.encode())
    assert "standard input" in message
    message = xqs.refuses("score", "-", "-", stdin=GOOD.encode())
    assert "standard input" in message


def test_one_file_twice(xqs: Program, write: Write) -> None:
    feedback, table = write(FEEDBACK), write(TOUCHPOINTS, "t.csv")
    message = xqs.refuses("score", feedback, "--touchpoints", table, "--touchpoints", table)
    assert "t.csv:2: " in message and '"t1" occurs twice' in message
    message = xqs.refuses("score", feedback, feedback, "--touchpoints", table)
    assert "feedback.csv:2: " in message and "duplicate answer" in message


def test_touchpoints_in_several_files(xqs: Program, write: Write) -> None:
    by = ("--by", "channel")
    whole = xqs.csv(write(FEEDBACK), "--touchpoints", write(TOUCHPOINTS, "t.csv"), *by)
    names = [
        write("channel,touchpoint\nvisit,t1\n", "a.csv"),
        write("channel,touchpoint\n", "none.csv"),
        write(gzip.compress(b"touchpoint;channel\nt2;call\n"), "b.csv.gz"),
    ]
    several = [part for name in names for part in ("--touchpoints", name)]
    assert xqs.csv(write(FEEDBACK), *several, *by) == whole
    other = write("touchpoint,kind\nt2,call\n", "other.csv")
    message = xqs.refuses("score", write(FEEDBACK), *several[:2], "--touchpoints", other)
    assert "other.csv" in message and "kind" in message


@pytest.mark.parametrize(
    ("table", "parts"),
    [
        ("", ["t.csv:1: ", "empty file"]),
        ("\n\n\n", ["t.csv:3: ", "only blank lines"]),
        ("\ufeff", ["t.csv:1: ", "empty file"]),
        ("touchpoint,touchpoint\nt1,t1\n", ["t.csv:1: ", "both named"]),
        ("touchpoint\n", ["feedback.csv:2: ", '"t1" is not among']),
        ("touchpoint,status\nt1,realised\nt2,REALISED\n", ["t.csv:3: ", "none of planned"]),
        ("touchpoint,status\nt1,realised\nt2, realised\n", ["t.csv:3: ", "none of planned"]),
        ("touchpoint,cost\nt1,1e3\nt2,1.2.3\n", ["t.csv:3: ", "no decimal"]),
        ("touchpoint,cost\nt1,5\nt2,1000000000\n", ["t.csv:3: ", "no decimal"]),
        ("touchpoint,cost\nt1,5\nt2,inf\n", ["t.csv:3: ", "no decimal"]),
        ("touchpoint,time\nt1,2025-03-07\nt2,31.04.2025\n", ["t.csv:3: ", '"31.04.2025"']),
        ("touchpoint\nt1\nNA\n", ["t.csv:3: ", "touchpoint is missing"]),
        ("touchpoint,x\nt1,1\n,2\n", ["t.csv:3: ", "touchpoint is missing"]),
        ('touchpoint,x\nt1,1\n"",2\n', ["t.csv:3: ", "touchpoint is missing"]),
        ("touchpoint,x\nt1,1\nt2\n", ["t.csv:3: ", "wrong number of fields"]),
        ("touchpoint,x\nt1,1\nt2,1,1\n", ["t.csv:3: ", "wrong number of fields"]),
        ('touchpoint,x\nt1,1\nt2,"1\n', ["t.csv:3: ", "not closed"]),
        ("touchpoint,x\nt1,\0\n", ["t.csv:2: ", "NUL"]),
        ("touchpoint\nt1\nT2\n", ["feedback.csv:3: ", '"t2" is not among']),  # case matters
        ("touchpoint\nt1 \nt2\n", ["feedback.csv:2: ", '"t1" is not among']),  # blanks too
        ("id,channel\nt1,visit\n", ["t.csv", 'no column "touchpoint"']),
    ],
)
def test_bad_touchpoints(xqs: Program, write: Write, table: str, parts: list[str]) -> None:
    message = xqs.refuses("score", write(FEEDBACK), "--touchpoints", write(table, "t.csv"))
    for part in parts:
        assert part in message


@pytest.mark.parametrize("encoding", ["latin-1", "utf-16", "utf-16-le", "utf-32"])
def test_touchpoints_in_another_encoding(xqs: Program, write: Write, encoding: str) -> None:
    table = write("touchpoint,kind\nt1,Ärzte\nt2,x\n".encode(encoding), "t.csv")
    message = xqs.refuses("score", write(FEEDBACK), "--touchpoints", table)
    assert "t.csv:" in message and ("UTF-8" in message or "NUL" in message)


@pytest.mark.parametrize(
    ("file", "reason"),
    [("none.csv", "No such file"), (".", "Is a directory"), ("none.csv.gz", "No such file")],
)
def test_touchpoints_that_cannot_be_read(
    xqs: Program, write: Write, file: str, reason: str
) -> None:
    message = xqs.refuses("score", write(FEEDBACK), "--touchpoints", file)
    assert file in message and reason in message


def test_touchpoints_without_rows(xqs: Program, write: Write) -> None:
    table = write("touchpoint,channel\n", "t.csv")
    rows = GOOD.replace("respondent", "touchpoint,respondent").replace("p1", ",p1")
    (row,) = xqs.csv(write(rows), "--touchpoints", table, "--by", "channel")
    assert (row["channel"], row["touchpoints"], row["response_rate"]) == ("", "0", "")
    assert row["scored_share"] == ""


def test_feedback_without_rows(xqs: Program, write: Write) -> None:
    header = FEEDBACK.splitlines()[0] + "\n"
    table = write(TOUCHPOINTS, "t.csv")
    assert "there are no rows" in xqs.refuses("score", write(header))
    (unanswered,) = xqs.csv(write(header), "--touchpoints", table)
    assert (unanswered["score"], unanswered["answered"], unanswered["response_rate"]) == ("", "0", "0")
    assert "no_requirement" in unanswered["flags"]
    empty = write(header, "empty.csv")
    both = xqs.csv(empty, write(FEEDBACK), empty, "--touchpoints", table)
    assert both == xqs.csv(write(FEEDBACK), "--touchpoints", table)


def test_feedback_of_which_no_row_is_of_the_touchpoints_chosen(xqs: Program, write: Write) -> None:
    table = write(TOUCHPOINTS + "t3,post\n", "t.csv")
    arguments = (write(FEEDBACK), "--touchpoints", table, "--where", "channel = post")
    (row,) = xqs.csv(*arguments)
    assert (row["score"], row["touchpoints"], row["answered"]) == ("", "1", "0")
    nothing = (*arguments[:-1], "channel = pigeon")
    assert "meets the conditions" in xqs.refuses("score", *nothing)


def test_the_two_tables_swapped(xqs: Program, write: Write) -> None:
    feedback, table = write(FEEDBACK), write(TOUCHPOINTS, "t.csv")
    message = xqs.refuses("score", table, "--touchpoints", feedback)
    assert "t.csv" in message and 'no column "item"' in message


def test_columns_of_a_wide_form_mean_nothing_in_touchpoints(xqs: Program, write: Write) -> None:
    """Feedback in wide form, touchpoints with columns that look like it."""
    wide = "respondent,touchpoint,requirement.effort,satisfaction.effort\np1,t1,5,4\np2,t2,4,4\n"
    table = "touchpoint,requirement.effort,satisfaction.effort,requirement\nt1,9,x,7\nt2,,,8\n"
    joined = ["--touchpoints", write(table, "t.csv")]
    expected = xqs.csv(write(FEEDBACK), "--touchpoints", write(TOUCHPOINTS, "plain.csv"))
    assert xqs.csv(write(wide, "wide.csv"), *joined) == expected
    rows = xqs.csv(write(wide, "wide.csv"), *joined, "--by", "touchpoint.requirement.effort")
    assert [row["touchpoint.requirement.effort"] for row in rows] == ["9", ""]


@pytest.mark.parametrize(
    ("header", "part"),
    [
        ("requirement.,satisfaction.", "item is missing"),
        ("requirement.effort,satisfaction.Effort", "none for the other side"),
        ("requirement.effort,satisfaction.effort,requirement.effort", "both named"),
        ("requirement.effort,requirement.charm", "none for the other side"),
    ],
)
def test_bad_header_of_a_wide_form(xqs: Program, write: Write, header: str, part: str) -> None:
    cells = ",4" * (header.count(",") + 1)
    message = xqs.refuses("score", write(f"respondent,{header}\np1{cells}\n"))
    assert "feedback.csv" in message and part in message


def test_long_and_wide_files_are_two_inputs(xqs: Program, write: Write) -> None:
    wide = write("respondent,requirement.effort,satisfaction.effort\np2,5,4\n", "wide.csv")
    long = write(GOOD)
    for files in ([wide, long], [long, wide]):
        message = xqs.refuses("score", *files)
        assert files[1] in message


# Gzip


def test_a_name_that_ends_in_gz_is_of_a_packed_file(xqs: Program, write: Write) -> None:
    for content in (GOOD.encode(), b"\x1f", b"\x1f\x8b", b"\x1f\x8b\x08\x00", b"PK\x03\x04" * 9):
        message = xqs.refuses("score", write(content, "f.csv.gz"))
        assert "f.csv.gz:1: cannot be read: the gzip file is" in message
    # The other way round it is no text.
    message = xqs.refuses("score", write(gzip.compress(GOOD.encode()), "packed.csv"))
    assert "packed.csv:1: " in message


@pytest.mark.parametrize("cut", [1, 4, 8, 9, 20])
def test_touchpoints_cut_off(xqs: Program, write: Write, cut: int) -> None:
    packed = gzip.compress(TOUCHPOINTS.encode())
    table = write(packed[:-cut], "t.csv.gz")
    message = xqs.refuses("score", write(FEEDBACK), "--touchpoints", table)
    assert "t.csv.gz:" in message and "cut off" in message


def test_touchpoints_with_a_wrong_checksum(xqs: Program, write: Write) -> None:
    packed = bytearray(gzip.compress(TOUCHPOINTS.encode()))
    packed[-6] ^= 1
    table = write(bytes(packed), "t.csv.gz")
    message = xqs.refuses("score", write(FEEDBACK), "--touchpoints", table)
    assert "t.csv.gz:" in message and "damaged" in message


# Rejects


def test_rejects_to_a_full_disk(xqs: Program, write: Write, tmp_path: Path) -> None:
    full = Path("/dev/full")
    if os.geteuid() == 0:  # who could replace that
        full = tmp_path / "full"
        try:
            os.mknod(full, stat.S_IFCHR | 0o666, os.makedev(1, 7))
        except PermissionError:
            pytest.skip("no device can be made")
    message = xqs.refuses("score", write(BAD), *SKIP, str(full), "--output", "scores")
    assert f"{full}: cannot be written" in message
    assert not (tmp_path / "scores").exists() and full.is_char_device()


@pytest.mark.parametrize("rejects", ["none/rejects.csv", ".", "feedback.csv/x"])
def test_rejects_that_cannot_be_written(xqs: Program, write: Write, rejects: str) -> None:
    message = xqs.refuses("score", write(BAD), *SKIP, rejects, "--output", "scores")
    assert f"{rejects}: cannot be written" in message
    assert sorted(os.listdir(xqs.folder)) == ["feedback.csv"]


def test_rejects_replace_what_was_there(xqs: Program, write: Write) -> None:
    old = write("x" * 10_000, "rejects.csv")
    xqs.csv(write(BAD), *SKIP, old, notes=["off_scale 1"])
    with open(xqs.folder / old, newline="", encoding="utf-8") as file:
        header, row = csv.reader(file)
    assert row[:4] == ["p2", "effort", "8", "4"] and header[4] == "rejected_file"
    # Not by an input that is refused.
    xqs.refuses("score", write(GOOD + "p2,effort\n"), *SKIP, old)
    assert "rejected_file" in (xqs.folder / old).read_text()


@pytest.mark.parametrize("name", ["feedback.csv", "./feedback.csv", "link.csv", "t.csv"])
def test_rejects_do_not_replace_the_input(xqs: Program, write: Write, name: str) -> None:
    """The rows that were accepted would be lost."""
    rows = FEEDBACK + "p3,t1,effort,8,4\n"
    feedback, table = write(rows), write(TOUCHPOINTS, "t.csv")
    os.link(xqs.folder / feedback, xqs.folder / "link.csv")
    xqs.run("score", feedback, "--touchpoints", table, *SKIP, name)
    assert (xqs.folder / feedback).read_text() == rows
    assert (xqs.folder / table).read_text() == TOUCHPOINTS


def test_rejects_and_result_in_one_file(xqs: Program, write: Write) -> None:
    """One of them would be lost."""
    message = xqs.refuses("score", write(BAD), *SKIP, "out.csv", "--output", "out.csv", status=2)
    assert "out.csv" in message


def test_rejects_need_rows_that_are_skipped(xqs: Program, write: Write) -> None:
    """Without --on-error skip there is nothing that could be written there."""
    message = xqs.refuses("score", write(GOOD), "--rejects", "rejects.csv", status=2)
    assert "--on-error skip" in message or "--rejects" in message


def test_rejects_can_be_read_again(xqs: Program, write: Write) -> None:
    """Whatever stands in them: as they are they are rejected again, for the same reasons."""
    values = ["8", '"a ""b"""', '"two\nlines"', "Zürich", '"x,y"', "'", '" "']
    rows = "".join(f"p{i},effort,{value},4\n" for i, value in enumerate(values))
    note = f"off_scale {len(values)}"
    xqs.csv(write(GOOD + rows), *SKIP, "rejects.csv", notes=[note])
    with open(xqs.folder / "rejects.csv", newline="", encoding="utf-8") as file:
        first = list(csv.DictReader(file))
    given = [row[2] for row in csv.reader(rows.splitlines(keepends=True))]
    assert [row["requirement"] for row in first] == given
    text = (xqs.folder / "rejects.csv").read_text(encoding="utf-8")
    renamed = text.replace("rejected_file,rejected_line", "file,line", 1)
    xqs.csv(write(renamed, "again.csv"), write_same_columns(write, renamed), *SKIP, "second.csv",
            notes=[note])  # fmt: skip
    with open(xqs.folder / "second.csv", newline="", encoding="utf-8") as file:
        second = list(csv.DictReader(file))
    assert [row["requirement"] for row in second] == [row["requirement"] for row in first]


def write_same_columns(write: Write, like: str) -> str:
    """A file with the columns of another and one good row."""
    header = like.splitlines()[0]
    return write(f"{header}\np9,effort,4,4" + "," * (header.count(",") - 3) + "\n", "good.csv")


def test_rejects_of_several_files(xqs: Program, write: Write) -> None:
    first = write(BAD, "first.csv")
    second = write("satisfaction,requirement,item,respondent\n4,0,effort,p3\n", "second.csv")
    xqs.csv(first, second, *SKIP, "rejects.csv", notes=["off_scale 2"])
    with open(xqs.folder / "rejects.csv", newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    names = ("respondent", "requirement", "rejected_file", "rejected_line")
    assert [tuple(row[name] for name in names) for row in rows] == [("p2", "8", "first.csv", "3"), ("p3", "0", "second.csv", "2")]
