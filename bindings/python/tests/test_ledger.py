"""Ledgers: the same people may be in several of them."""

from __future__ import annotations

import copy
import pickle

import pytest

import people
import perth
import xqs


def perth_ledger(**options: object) -> xqs.Ledger:
    ledger = xqs.Ledger(perth.DEFAULT)
    ledger.add(perth.answers(), columns=perth.NAMES, **options)  # type: ignore[arg-type]
    return ledger


def test_perth_in_two_months() -> None:
    """Half of each visitor's answers in either ledger: 393 people, not 786 as of two tallies."""
    first, second = (perth_ledger(where=[("item", operator, 11)]) for operator in ("<=", ">"))
    both = first + second
    known = perth.expected()
    score = both.score()
    assert score.score == perth.close(known["pooled"]["estimate"])
    assert score.std_error == perth.close(known["pooled"]["std_error"])
    assert (score.respondents, score.answers, score.excluded) == (393, known["answers"], 667)
    assert both == perth_ledger()
    assert bytes(both) == bytes(second + first)
    tallies = xqs.Tally.from_ledger(first) + xqs.Tally.from_ledger(second)
    assert tallies.units > 700
    assert xqs.Tally.from_ledger(both).units == 393


def test_differences() -> None:
    first, second = (perth_ledger(where=[("item", operator, 11)]) for operator in ("<=", ">"))
    both = perth_ledger()
    assert both - first == second
    both -= second
    assert both == first
    both += second
    assert both == perth_ledger()
    with pytest.raises(xqs.XqsValueError, match="cannot subtract a ledger that was not added"):
        first -= second
    assert first == both - second


@pytest.mark.parametrize("estimator", ["pooled", "item_mean", "respondent_mean"])
def test_any_estimator(estimator: str) -> None:
    known = perth.expected()[estimator]
    score = perth_ledger().score(estimator=estimator)
    assert score.score == perth.close(known["estimate"])
    assert score.std_error == perth.close(known["std_error"])


def test_questions_to_a_ledger() -> None:
    ledger = perth_ledger(by=["gender"])
    rows = perth.answers()
    for question in (xqs.score, xqs.compare, xqs.rank, xqs.drivers):
        asked = question(ledger, definition=perth.DEFAULT, by=["gender"])
        expected = question(rows, definition=perth.DEFAULT, by=["gender"], columns=perth.NAMES)
        assert isinstance(asked, xqs.Table)
        assert asked == expected
        assert asked["gender"][:2] == (["1", "2"] if question is not xqs.drivers else ["1", "1"])


def test_one_score() -> None:
    with pytest.raises(xqs.XqsValueError, match=r"by asks for several scores; xqs.score\(ledger"):
        perth_ledger(by="gender").score(by="gender")


def test_erase() -> None:
    ledger = perth_ledger()
    assert ledger.erase("17") is True
    assert ledger.erase("17") is False
    assert ledger.score().respondents == 392
    assert ledger == perth_ledger(where=[("respondent", "!=", "17")])
    with pytest.raises(xqs.XqsTypeError, match="a respondent is text, not int"):
        ledger.erase(17)  # type: ignore[arg-type]


def test_a_ledger_added_to_a_ledger() -> None:
    ledger = xqs.Ledger(perth.DEFAULT)
    ledger.add(perth_ledger())
    assert ledger == perth_ledger()


def test_other_groups() -> None:
    ledger = perth_ledger(by="gender")
    with pytest.raises(xqs.XqsError):
        ledger.add(perth.answers(), columns=perth.NAMES, by="age")
    assert ledger == perth_ledger(by="gender")
    assert ledger.score().respondents == 393


def test_copies_are_apart() -> None:
    ledger = perth_ledger()
    for other in (ledger.copy(), copy.copy(ledger), pickle.loads(pickle.dumps(ledger))):  # noqa: S301
        assert other == ledger
        assert other.definition == xqs.Definition(perth.DEFAULT)
        other.erase("1")
        assert other != ledger
    assert ledger == perth_ledger()
    with pytest.raises(TypeError, match="unhashable"):
        hash(ledger)
    assert ledger != "ledger"


def test_others_do_not_merge() -> None:
    ledger = perth_ledger()
    for change in (ledger.__iadd__, ledger.__isub__, ledger.__add__, ledger.__sub__):
        with pytest.raises(xqs.IncompatibleError):
            change(xqs.Ledger("ceqs"))
    with pytest.raises(TypeError, match="unsupported operand"):
        ledger + xqs.Tally(perth.DEFAULT)  # type: ignore[operator]
    with pytest.raises(xqs.IncompatibleError):
        xqs.score(ledger, definition="sqr")
    with pytest.raises(xqs.IncompatibleError, match="groups"):
        xqs.Tally.from_ledger(perth_ledger(by="gender"))
    assert ledger == perth_ledger()


def test_a_ledger_has_no_touchpoints() -> None:
    with pytest.raises(xqs.XqsValueError, match="touchpoints"):
        xqs.score(xqs.Ledger("ceqs"), touchpoints={"touchpoint": ["t1"]})


def test_what_cannot_be_added_changes_nothing() -> None:
    ledger = perth_ledger()
    rows = {**perth.answers(44), "s": [1] * 43 + [6]}
    with pytest.raises(xqs.DataError) as refused:
        ledger.add(rows, columns=perth.NAMES)
    assert (refused.value.row, refused.value.value) == (43, "6")
    assert ledger == perth_ledger()


def test_the_gate() -> None:
    ledger = xqs.Ledger(people.RULES)
    ledger.add(people.rows([(10, 7), (8, 6)]))
    assert ledger.score().flags == ("below_minimum",)
    ledger.add(people.rows([(12, 7)], first=2))
    assert ledger.score().score == pytest.approx(100 * 20 / 30, rel=1e-12)


def test_nothing_in_it() -> None:
    ledger = xqs.Ledger("ceqs")
    assert xqs.Ledger.from_bytes(bytes(ledger)) == ledger
    with pytest.raises(xqs.DataError, match="there are no rows"):
        ledger.score()


@pytest.mark.parametrize("data", [b"", b"XQST", bytes(100)])
def test_bytes_that_are_no_ledger(data: bytes) -> None:
    with pytest.raises(xqs.BytesError, match=r"^byte 0: "):
        xqs.Ledger.from_bytes(data)


def test_repr() -> None:
    assert repr(xqs.Ledger("ceqs")) == "Ledger of ceqs@2026.1"
