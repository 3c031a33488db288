"""Tallies. Literals of scores and comparisons are those of ``tests/abi/tally_test.cpp``."""

from __future__ import annotations

import copy
import pickle

import pytest

import people
import perth
import xqs

FIVE = [(10, 7), (8, 6), (12, 7), (9, 5), (11, 9)]
BEFORE = [(8, 6), (10, 9), (6, 3), (9, 8), (7, 5)]
AFTER = [(8, 7), (8, 7), (10, 6), (5, 4), (9, 8), (7, 7)]


def close(number: float) -> object:
    return pytest.approx(number, rel=1e-12)


def test_score() -> None:
    score = people.tally(FIVE).score()
    assert score.score == close(68)
    assert score.std_error == close(5.130302135352264)
    assert score.ci_low == close(53.790461037271992)
    assert score.ci_high == close(82.850952927013853)
    assert score.confidence == close(0.86115907132928834)
    assert score.interval_kind == "bounded"
    assert score.band == "largely_meets_requirements"
    assert score.confirmed is False
    assert (score.respondents, score.units, score.answers, score.excluded) == (5, 5, 5, 0)
    assert score.flags == ("below_verdict_minimum",)
    assert score.definition == people.RULES.provenance


def test_score_of_a_finite_population() -> None:
    tally = people.tally(FIVE)
    assert tally.score(population=20).std_error == close(4.4429719783046123)
    assert tally.score(population=5).interval_kind == "census"
    with pytest.raises(xqs.XqsValueError, match="population of 4"):
        tally.score(population=4)


@pytest.mark.parametrize("wrong", [-1, 1 << 64])
def test_no_population(wrong: int) -> None:
    with pytest.raises(xqs.XqsValueError, match=f"population is {wrong};") as refused:
        people.tally(FIVE).score(population=wrong)
    assert refused.value.argument == "population"
    with pytest.raises(xqs.XqsTypeError, match="population is a whole number, not str"):
        people.tally(FIVE).score(population="20")  # type: ignore[arg-type]


def test_too_few_people_are_hidden() -> None:
    score = people.tally(FIVE[:2]).score()
    assert (score.score, score.std_error, score.ci_low, score.confidence) == (None,) * 4
    assert (score.respondents, score.units, score.answers, score.excluded) == (None,) * 4
    assert (score.interval_kind, score.band, score.confirmed) == (None,) * 3
    assert score.flags == ("below_minimum",)
    assert people.tally(FIVE[:3]).score().score == close(100 * 20 / 30)


def test_nothing_in_it() -> None:
    identified = people.RULES.replace(confidentiality="identified")
    score = xqs.Tally(identified).score()
    assert (score.score, score.respondents, score.interval_kind) == (None, 0, "none")
    assert score.flags == ("no_requirement", "below_verdict_minimum")
    assert bytes(xqs.Tally("ceqs")) == b""
    assert xqs.Tally.from_bytes(b"").units == 0


def test_compare() -> None:
    before, after = people.tally(BEFORE), people.tally(AFTER)
    comparison = before.compare(after)
    assert comparison.score_before == close(77.5)
    assert comparison.score_after == close(82.978723404255319)
    assert comparison.change == close(5.478723404255315)
    assert comparison.std_error == close(9.104005420095984)
    assert comparison.needed_respondents == 120
    assert (comparison.respondents_before, comparison.respondents_after) == (5, 6)
    assert comparison.verdict is None
    assert comparison.flags == ("below_verdict_minimum", "independence_assumed")
    assert comparison.ci_low is not None
    assert comparison.ci_high is not None
    census = before.compare(after, population_before=5, population_after=6)
    assert (census.std_error, census.ci_low, census.ci_high) == (0, census.change, census.change)


def test_compare_with_too_few() -> None:
    comparison = people.tally(BEFORE).compare(people.tally([(10, 1), (8, 2)]))
    assert comparison.score_before == close(77.5)
    assert (comparison.score_after, comparison.change, comparison.p) == (None,) * 3
    assert comparison.respondents_after is None
    assert comparison.flags == ("below_minimum",)


def test_compare_refuses() -> None:
    tally = people.tally(FIVE)
    with pytest.raises(xqs.XqsValueError, match="margin"):
        tally.compare(tally, margin=-1)
    with pytest.raises(xqs.XqsTypeError, match="a tally is compared with a tally, not int"):
        tally.compare(5)  # type: ignore[arg-type]
    with pytest.raises(xqs.IncompatibleError):
        tally.compare(xqs.Tally("ceqs"))


def test_sums_and_differences() -> None:
    first, second = people.tally(FIVE[:3]), people.tally(FIVE[3:])
    both = first + second
    assert (both.units, both.score().score) == (5, close(68))
    assert both == people.tally(FIVE)
    assert both - second == first
    assert both - first == second
    assert first.units == 3
    first += second
    assert first == both
    first -= second
    assert first.units == 3
    assert (both - both).units == 0
    assert xqs.Tally(people.RULES) + first == first


def test_more_than_there_is_cannot_be_taken() -> None:
    few, many = people.tally(FIVE[:3]), people.tally(FIVE)
    with pytest.raises(xqs.XqsValueError, match="subtract"):
        few -= many
    assert few == people.tally(FIVE[:3])


@pytest.mark.parametrize(
    "other", [xqs.Tally("ceqs"), xqs.Tally("sqr", "pooled"), xqs.Tally(people.RULES, "profile")]
)
def test_others_do_not_merge(other: xqs.Tally) -> None:
    """Though nothing is in them: what is added later would be of another definition."""
    tally = people.tally(FIVE)
    for change in (tally.__iadd__, tally.__isub__, tally.__add__, tally.__sub__):
        with pytest.raises(xqs.IncompatibleError):
            change(other)
    with pytest.raises(xqs.IncompatibleError):
        _ = other + tally
    assert tally == people.tally(FIVE)
    with pytest.raises(TypeError, match="unsupported operand"):
        tally + 1  # type: ignore[operator]


def test_copies_are_apart() -> None:
    tally = people.tally(FIVE)
    for other in (tally.copy(), copy.copy(tally), pickle.loads(pickle.dumps(tally))):  # noqa: S301
        assert other == tally
        assert other.columns == "pooled"
        assert other.definition == people.RULES
        other.add(people.rows([(1, 1)], first=5))
        assert other.units == 6
    assert tally.units == 5


def test_equality() -> None:
    assert people.tally(FIVE) == people.tally(FIVE[::-1])
    assert people.tally(FIVE) != people.tally(BEFORE)
    assert people.tally(FIVE) != "tally"
    with pytest.raises(TypeError, match="unhashable"):
        hash(people.tally(FIVE))


def test_profile() -> None:
    rules = people.RULES.replace(
        estimator="item_mean", interval=None, items=[{"id": "b"}, {"id": "a"}, {"id": "c"}]
    )
    tally = xqs.Tally(rules)
    assert tally.columns == "profile"
    items = [[4, 3, 2, 1, 1, 1], [3, 1, 3, 3, 4, 1], [4, 2, 1, 1, 2, 2], [2, 2, 3, 2, 4, 2]]
    for number, (a, fulfilled_a, b, fulfilled_b, c, fulfilled_c) in enumerate(items):
        tally.add(
            {
                "respondent": [f"p{number}"] * 3,
                "item": ["a", "b", "c"],
                "requirement": [a, b, c],
                "satisfaction": [fulfilled_a, fulfilled_b, fulfilled_c],
            }
        )
    # a: 8 of 13, b: 7 of 9, c: 6 of 11
    assert tally.score().score == close(100 * (8 / 13 + 7 / 9 + 6 / 11) / 3)
    assert xqs.Tally.from_bytes(bytes(tally), rules) == tally
    assert xqs.Tally.from_bytes(bytes(tally), rules).columns == "profile"
    pooled = xqs.Tally(rules, "pooled")
    pooled.add(people.rows(FIVE))
    with pytest.raises(xqs.XqsValueError):
        pooled.score()


def test_columns_there_are() -> None:
    with pytest.raises(xqs.XqsValueError, match="there are 'pooled' and 'profile'") as refused:
        xqs.Tally("ceqs", "items")
    assert refused.value.argument == "columns"


def test_perth() -> None:
    tally = xqs.Tally(perth.DEFAULT)
    tally.add(perth.answers(), columns=perth.NAMES)
    known = perth.expected()
    assert tally.score().score == perth.close(known["pooled"]["estimate"])
    assert tally.score().std_error == perth.close(known["pooled"]["std_error"])
    assert tally.counts == {
        "units": 393,
        "answers": known["answers"],
        "excluded_no_answer": 0,
        "excluded_not_applicable": 0,
        "excluded_zero_requirement": 667,
    }
    assert tally.score().excluded == 667


def test_what_cannot_be_added_changes_nothing() -> None:
    tally = people.tally(FIVE)
    with pytest.raises(xqs.DataError):
        tally.add(people.rows([(1, 1), (1, 10_001)], first=5))
    assert tally == people.tally(FIVE)


@pytest.mark.parametrize("data", [None, 5, "text", [1, 2]])
def test_no_bytes(data: object) -> None:
    with pytest.raises(xqs.XqsTypeError, match="what is stored is bytes, not"):
        xqs.Tally.from_bytes(data)  # type: ignore[arg-type]


def test_any_memory_of_bytes() -> None:
    data = bytes(people.tally(FIVE))
    for memory in (data, bytearray(data), memoryview(data)):
        assert xqs.Tally.from_bytes(memory, people.RULES) == people.tally(FIVE)


def test_repr() -> None:
    assert repr(people.tally(FIVE)) == "Tally of hand_made@1, pooled, 5 units"
