"""`--format table`: for people, on a terminal and in a pipe."""

from __future__ import annotations

import contextlib
import json
import os
import pty
import re
import subprocess

import pytest

from conftest import CONTROL_CHARACTERS, HEADER, PERTH, PERTH_COLUMNS, Program, Write

PERTH_TABLE = (
    str(PERTH / "answers.csv"),
    *PERTH_COLUMNS,
    *("--definition", str(PERTH / "perth_default.json")),
)
COLOUR = re.compile(r"\x1b\[\d+m")


def on_terminal(xqs: Program, *arguments: str, **environment: str) -> str:
    """What `xqs score` shows where standard output is a terminal."""
    variables = {key: value for key, value in os.environ.items() if key != "NO_COLOR"}
    leader, follower = pty.openpty()
    with subprocess.Popen(
        [xqs.binary, "score", *arguments],
        cwd=xqs.folder,
        env=variables | {"TERM": "xterm-256color"} | environment,
        stdin=subprocess.DEVNULL,
        stdout=follower,
        stderr=subprocess.PIPE,
    ) as process:
        os.close(follower)
        shown = b""
        with contextlib.suppress(OSError):  # Linux: EIO once the other side is closed
            while chunk := os.read(leader, 65_536):
                shown += chunk
        os.close(leader)
        assert process.stderr is not None
        assert process.stderr.read() == b""
    assert process.returncode == 0
    return shown.decode().replace("\r\n", "\n")


def rows_of(table: str) -> list[str]:
    """Heading and rows: the paragraph after the title."""
    return table.split("\n\n")[1].splitlines()


def test_table_of_perth(xqs: Program) -> None:
    title, *rest = xqs.prints("score", *PERTH_TABLE).decode().splitlines()
    assert title.startswith("Perth park survey: zero-based, answers without requirement excluded")
    assert "pooled" in title
    assert rest == [
        "",
        "score  95 % interval  respondents  answers  band                      flags",
        " 93.9   92.2 to 95.6          393     7979  Best practice, confirmed",
        "",
        "667 answers excluded: 667 zero_requirement",
        f"definition {xqs.csv(*PERTH_TABLE)[0]['definition']}",
    ]


def test_table_is_the_default_and_says_the_level(xqs: Program) -> None:
    table = xqs.prints("score", *PERTH_TABLE, "--level", "0.9")
    assert table == xqs.prints("score", *PERTH_TABLE, "--level", "0.9", "--format", "table")
    assert b"90 % interval" in table


def test_columns_are_aligned(xqs: Program, write: Write) -> None:
    groups = {"Zürich": 4, "a": 5, "ein sehr langer Name": 1, "": 3}
    lines = [
        f"{code}{i},effort,3,{code},{group}\n" for group, code in groups.items() for i in "abc"
    ]
    file = write(HEADER.replace("\n", ",Größe\n") + "".join(lines))
    table = xqs.prints("score", file, "--by", "Größe").decode()
    heading, *rows = rows_of(table)
    assert heading.startswith("Größe ")
    assert [row.split("  ")[0] for row in rows] == ["Zürich", "a", "ein sehr langer Name", "-"]
    assert all(line == line.rstrip() for line in table.splitlines())
    for name in ("score", "95 % interval", "respondents", "answers"):  # numbers end together
        end = heading.index(name) + len(name)
        assert {row[end - 1] != " " and row[end : end + 2] == "  " for row in rows} == {True}
    for name in ("band", "flags"):  # words start together
        start = heading.index(name)
        assert {row[start - 2 : start] for row in rows} == {"  "}
        assert {row[start] != " " for row in rows} == {True}


def test_no_escape_codes_in_a_pipe_or_a_file(xqs: Program) -> None:
    assert b"\x1b" not in xqs.prints("score", *PERTH_TABLE, "--by", "gender")
    assert on_terminal(xqs, *PERTH_TABLE, "--output", "table.txt") == ""
    assert (xqs.folder / "table.txt").read_bytes() == xqs.prints("score", *PERTH_TABLE)


def test_colours_on_a_terminal_only_paint(xqs: Program) -> None:
    plain = xqs.prints("score", *PERTH_TABLE, "--by", "gender").decode()
    coloured = on_terminal(xqs, *PERTH_TABLE, "--by", "gender")
    assert len(COLOUR.findall(coloured)) == 8  # on and off for each of four rows
    assert COLOUR.sub("", coloured) == plain
    assert on_terminal(xqs, *PERTH_TABLE, "--by", "gender", NO_COLOR="1") == plain


def test_each_band_has_its_colour(xqs: Program, write: Write) -> None:
    items = ("relevance", "information", "credibility", "effort")
    lines = [f"p{i},{item},5,{i + 2}\n" for i, item in enumerate(items)]
    table = on_terminal(xqs, write(HEADER + "".join(lines)), "--by", "item")
    starts = [code for code in COLOUR.findall(table) if code != "\x1b[0m"]
    assert len(starts) == len(set(starts)) == 4


@pytest.mark.parametrize("form", ["csv", "json"])
def test_no_colours_in_data(xqs: Program, form: str) -> None:
    shown = on_terminal(xqs, *PERTH_TABLE, "--by", "gender", "--format", form)
    assert shown == xqs.prints("score", *PERTH_TABLE, "--by", "gender", "--format", form).decode()


@pytest.mark.parametrize(
    "evil", ["\x1b]0;title\x07", "\x1b[2J", "\x9b2J", "two\nlines", "\t\b\x7f\r", "\x85"]
)
def test_nothing_from_outside_steers_a_terminal(xqs: Program, write: Write, evil: str) -> None:
    """Values and names of groups, titles of a definition and of its bands."""
    rules = json.loads((PERTH / "perth_default.json").read_text(encoding="utf-8"))
    rules |= {"title": {"en": evil}, "bands": [{"id": "b", "title": {"en": evil}}]}
    definition = write(json.dumps(rules), "evil.json")
    lines = "".join(f'p{i},1,4,3,"{evil}"\np{i},2,4,3,\n' for i in range(3))
    file = write(HEADER.replace("\n", f',"group{evil}"\n') + lines)
    arguments = (file, "--definition", definition, "--by", f"group{evil}")
    for table in (
        xqs.prints("score", *arguments).decode(),
        COLOUR.sub("", on_terminal(xqs, *arguments)),
    ):
        assert "group" in table
        assert [line for line in table.split("\n") if CONTROL_CHARACTERS.search(line)] == []
        assert len(rows_of(table)) == 3
