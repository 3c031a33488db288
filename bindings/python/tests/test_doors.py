"""The same rows give the same bits, whichever door they come in by: the program, or the package."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import pytest

import perth
import pharma
import xqs

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Asking, Program

ANSWERS = perth.FOLDER / "answers.csv"
FEEDBACK = pharma.path("feedback")
TOUCHPOINTS = pharma.path("touchpoints")


def flags(keywords: Mapping[str, Any]) -> list[str]:
    """The flags of the program that keyword arguments are."""
    written: list[str] = []
    for name, value in keywords.items():
        flag = "--" + name.replace("_", "-")
        if name == "columns":
            for standard, actual in value.items():
                written += ["--map", f"{standard}={actual}"]
        elif name == "where":
            for column, operator, wanted in value:
                listed = wanted if isinstance(wanted, str | int) else "|".join(wanted)
                written += [flag, f"{column} {operator} {listed}"]
        elif name == "sets":
            written += [flag, ";".join(",".join(names) for names in value)]
        elif name == "check_duplicates":
            written += [flag, "on" if value else "off"]
        elif value is True:
            written += [flag]
        else:
            written += [flag, value if isinstance(value, str) else _joined(value)]
    return written


def _joined(value: object) -> str:
    return ",".join(value) if isinstance(value, Sequence) else str(value)


def test_keywords_are_flags() -> None:
    keywords = {
        "by": ["channel", "month(time)"],
        "sets": [["a", "b"], []],
        "where": [("cost", "<", 100), ("campaign", "in", ["x", "y"])],
        "columns": {"respondent": "id"},
        "time_zone": "Europe/Berlin",
        "level": 0.9,
        "choices": True,
        "check_duplicates": False,
    }
    assert flags(keywords) == [
        *("--by", "channel,month(time)", "--sets", "a,b;"),
        *("--where", "cost < 100", "--where", "campaign in x|y", "--map", "respondent=id"),
        *("--time-zone", "Europe/Berlin", "--level", "0.9", "--choices"),
        *("--check-duplicates", "off"),
    ]


PERTH_QUESTIONS: list[tuple[str, dict[str, Any]]] = [
    ("score", {}),
    ("score", {"estimator": "item_mean"}),
    ("score", {"estimator": "respondent_mean"}),
    ("score", {"interval": "delta", "level": 0.9}),
    ("score", {"unit": "row"}),
    ("score", {"population": 400}),
    ("score", {"by": ["gender"]}),
    ("score", {"by": ["item", "age"], "check_duplicates": True}),
    ("score", {"by": ["gender", "age"], "top": 3}),
    ("score", {"by": ["gender", "age"], "bottom": 3}),
    ("score", {"sets": [["gender", "item"], ["gender"], []]}),
    ("score", {"sets": [["gender", "item"], ["gender"], []], "unit": "row", "threads": 3}),
    ("score", {"where": [("age", "in", ["2", "3"]), ("r", ">=", 3)]}),
    ("score", {"choices": True}),
    ("score", {"choices": True, "by": ["res"]}),
    ("compare", {"by": ["gender"]}),
    ("compare", {"by": ["gender"], "threads": 2}),
    ("compare", {"by": ["gender"], "against": "1", "margin": 2, "level": 0.9}),
    ("compare", {"period": "age"}),
    ("compare", {"period": "age", "before": "2", "after": "3", "by": ["gender"]}),
    ("compare", {"by": ["age"], "design": "request"}),
    ("rank", {"by": ["age"]}),
    ("rank", {"by": ["age"], "alpha": 0.1, "family": "per_entry", "adjustment": "bonferroni"}),
    ("rank", {"by": ["item"], "top": 5, "threads": 2}),
    ("rank", {"by": ["res"], "standardise": "gender"}),
    ("drivers", {}),
    ("drivers", {"by": ["gender"], "cut": "mean"}),
    ("explain", {"period": "age", "before": "2", "after": "3", "by": ["gender"]}),
    ("watch", {"by": ["gender"], "good": 95, "bad": 80, "max_answers": 22}),
    ("watch", {"by": ["gender"], "against": "1", "max_answers": 22, "alpha": 0.1}),
]


@pytest.mark.parametrize(("question", "keywords"), PERTH_QUESTIONS)
def test_perth(asks: Asking, question: str, keywords: dict[str, Any]) -> None:
    asked = {"columns": perth.NAMES, **keywords}
    rules = perth.DEFAULT
    answer = getattr(xqs, question)(perth.answers(), definition=rules, **asked)
    assert list(answer.rows()) == asks(question, ANSWERS, "--definition", rules, *flags(asked))


@pytest.mark.parametrize("rules", perth.DEFINITIONS.values(), ids=lambda path: path.stem)
@pytest.mark.parametrize("estimator", ["pooled", "item_mean", "respondent_mean"])
def test_definitions(asks: Asking, rules: Path, estimator: str) -> None:
    asked: dict[str, Any] = {"columns": perth.NAMES, "by": ["res"], "estimator": estimator}
    answer = xqs.score(perth.answers(), definition=rules, **asked)
    assert list(answer.rows()) == asks("score", ANSWERS, "--definition", rules, *flags(asked))


PHARMA_QUESTIONS: list[tuple[str, dict[str, Any]]] = [
    ("score", {"by": ["campaign"]}),
    ("score", {"by": ["channel", "quarter(touchpoint.time)"], "time_zone": "Europe/Berlin"}),
    ("score", {"by": ["fiscal_quarter(feedback.time,4)"], "time_zone": "Asia/Kolkata"}),
    ("score", {"by": ["status"], "where": [("cost", "<", 60)]}),
    ("score", {"sets": [["region", "segment"], ["region"], []], "estimator": "item_mean"}),
    ("score", {"unit": "response", "where": [("item", "!=", "effort")]}),
    ("compare", {"period": "half_year(touchpoint.time)", "time_zone": "Europe/Berlin"}),
    ("compare", {"by": ["campaign"]}),
    ("rank", {"by": ["owner"], "standardise": "kind"}),
    ("drivers", {"by": ["campaign"]}),
    ("explain", {"period": "year(touchpoint.time)", "by": ["channel"]}),
    ("watch", {"by": ["campaign"], "good": 75, "bad": 60, "max_answers": 400}),
    ("timeline", {"contact": "SYN-P-1068"}),
    ("timeline", {"contact": "SYN-P-1068", "by": ["campaign"]}),
]


@pytest.mark.parametrize(("question", "keywords"), PHARMA_QUESTIONS)
def test_touchpoints(asks: Asking, question: str, keywords: dict[str, Any]) -> None:
    feedback, touchpoints = pharma.table("feedback"), pharma.table("touchpoints")
    answer = getattr(xqs, question)(feedback, touchpoints=touchpoints, **keywords)
    expected = asks(question, FEEDBACK, "--touchpoints", TOUCHPOINTS, *flags(keywords))
    assert answer.to_pylist() == expected


def test_the_gate(asks: Asking) -> None:
    asked: dict[str, Any] = {
        "sets": [["department", "item"], ["department"], []],
        "where": [("item", ">", "a")],
    }
    answer = xqs.score(pharma.table("sqr_wave1"), definition="sqr", **asked)
    files = (pharma.path("sqr_wave1"), "--definition", "sqr")
    assert answer.to_pylist() == asks("score", *files, *flags(asked))


@pytest.mark.parametrize("by", [[], ["gender"], ["res", "age"]])
def test_ledgers(program: Program, tmp_path: Path, by: list[str]) -> None:
    asked: dict[str, Any] = {"columns": perth.NAMES} | ({"by": by} if by else {})
    ledger = xqs.Ledger(perth.DEFAULT)
    ledger.add(perth.answers(), **asked)
    saved = tmp_path / "saved.xqst"
    rules = ("--definition", perth.DEFAULT)
    program("score", ANSWERS, *rules, *flags(asked), "--save-ledger", saved)
    assert bytes(ledger) == saved.read_bytes()
    assert xqs.Ledger.from_bytes(saved.read_bytes(), perth.DEFAULT) == ledger


def test_ledgers_with_touchpoints(program: Program, tmp_path: Path) -> None:
    asked: dict[str, Any] = {
        "by": ["channel", "month(feedback.time)"],
        "time_zone": "Europe/Berlin",
    }
    ledger = xqs.Ledger("ceqs")
    ledger.add(pharma.table("feedback"), touchpoints=pharma.table("touchpoints"), **asked)
    saved = tmp_path / "saved.xqst"
    files = (FEEDBACK, "--touchpoints", TOUCHPOINTS)
    program("score", *files, *flags(asked), "--save-ledger", saved)
    assert bytes(ledger) == saved.read_bytes()


def test_a_ledger_of_each(asks: Asking, program: Program, tmp_path: Path) -> None:
    """Half of the rows by each door, people in both halves: scored together by either door."""
    answers = perth.answers()
    rules = ("--definition", perth.DEFAULT)
    here = xqs.Ledger(perth.DEFAULT)
    here.add(answers, columns=perth.NAMES, where=[("item", "<=", 11)])
    (tmp_path / "python.xqst").write_bytes(bytes(here))
    there = ("--where", "item > 11", "--save-ledger", "cli.xqst")
    program("score", ANSWERS, *rules, *flags({"columns": perth.NAMES}), *there)

    expected = list(xqs.score(answers, definition=perth.DEFAULT, columns=perth.NAMES).rows())
    assert asks("score", "python.xqst", "cli.xqst", *rules) == expected
    other = xqs.Ledger.from_bytes((tmp_path / "cli.xqst").read_bytes(), perth.DEFAULT)
    assert list(xqs.score(here + other, definition=perth.DEFAULT).rows()) == expected
    assert expected[0]["score"] == perth.close(perth.expected()["pooled"]["estimate"])
