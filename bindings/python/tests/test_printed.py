"""What a prompt and a notebook show of scores and tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

import people
import perth
import xqs

if TYPE_CHECKING:
    from collections.abc import Sequence


def ceqs(codes: Sequence[tuple[int, int]]) -> dict[str, list[object]]:
    return {**people.rows(codes), "item": ["effort"] * len(codes)}


def test_confirmed() -> None:
    answer = xqs.score(perth.answers(), definition=perth.DEFAULT, columns=perth.NAMES)
    line = "perth_default 93.9 % [92.2, 95.6], 393 respondents, best practice (confirmed)"
    assert repr(answer) == line
    ledger = xqs.Ledger(perth.DEFAULT)
    ledger.add(perth.answers(), columns=perth.NAMES)
    assert repr(ledger.score()) == line
    assert repr(xqs.Tally.from_ledger(ledger).score()) == line


def test_unconfirmed() -> None:
    tally = people.tally([(10, 7), (8, 6), (12, 7), (9, 5), (11, 9)])
    assert repr(tally.score()) == (
        "HAND_MADE 68.0 % [53.8, 82.9], 5 respondents, "
        "largely meets requirements (confidence 86 %), below verdict minimum"
    ).replace("HAND_MADE", "hand_made")


def test_hidden() -> None:
    feedback = {**people.rows([(5, 4), (4, 4), (3, 2)]), "item": ["timely"] * 3}
    answer = xqs.score(feedback, definition="sqr")
    assert repr(answer) == "SQR not shown, below minimum"
    assert "<td>below_minimum</td>" in answer._repr_html_()


def test_without_an_interval() -> None:
    assert repr(xqs.score(ceqs([(5, 3)]))) == (
        "CEQS 50.0 % [no interval: none], 1 respondent, borderline, "
        "below verdict minimum, single respondent"
    )


def test_without_a_score() -> None:
    assert repr(xqs.score(ceqs([(1, 3)]))) == (
        "CEQS no score, 0 respondents, no requirement, below verdict minimum"
    )


def test_table() -> None:
    feedback = {**ceqs([(5, 3), (3, 3), (5, 5)]), "channel": ["visit", "call", "call"]}
    asked = {"question": "score", "by": ["channel"], "where": [["requirement", ">", 1]]}
    table = xqs.ask(feedback, asked).frame
    lines = repr(table).splitlines()
    assert [line.split()[:2] for line in lines[:3]] == [
        ["channel", "score"],
        ["call", "100"],
        ["visit", "50"],
    ]
    assert (
        len(
            {
                line.index(cell) + len(cell)
                for line, cell in zip(lines, ("score", "100", "50"), strict=False)
            }
        )
        == 1
    )
    assert lines[2].split()[2:5] == ["-", "-", "-"]
    assert lines[-1] == "definition ceqs@2026.1#1449a3a1c9c7aa75e4dd17cdb162891b"
    assert "excluded_no_answer" not in lines[0]
    assert table.height == 2
    assert [row["channel"] for row in table.rows()] == ["call", "visit"]


def test_html_is_escaped() -> None:
    feedback = {**ceqs([(5, 3), (3, 3)]), "a<b": ["<i>", "&"]}
    html = xqs.score(feedback, by="a<b")._repr_html_()
    assert html.startswith("<table><tr><th>a&lt;b</th><th>score</th>")
    assert "<td>&lt;i&gt;</td><td>50</td>" in html
    assert "<td>&amp;</td><td>100</td>" in html
    assert "<i>" not in html


def test_long_tables_are_cut() -> None:
    count = 50
    feedback = {**ceqs([(5, 3)] * count), "team": list(range(count))}
    table = xqs.score(feedback, by="team")
    assert table.height == count
    assert "... and 10 more rows" in repr(table).splitlines()
    assert len(repr(table).splitlines()) == 1 + 40 + 2
    assert "... and 10 more rows" in table._repr_html_()
    assert table._repr_html_().count("<tr>") == 41


def test_an_empty_table() -> None:
    table = xqs.Table({}, [], [])
    assert (repr(table), table.height, list(table.rows())) == ("", 0, [])
