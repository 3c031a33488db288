"""What users meet before they have read anything."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

import people
import xqs

ROWS: dict[str, list[Any]] = {
    "respondent": ["a", "b", "c"],
    "item": ["relevance", "effort", "price"],
    "requirement": [5, 4, 5],
    "satisfaction": [3, 4, 1],
    "confirmed": [True, False, True],
}


def test_misspelt_keywords() -> None:
    ask: Any = xqs.score
    with pytest.raises(TypeError, match=r"score\(\) .*'group_byy'$"):
        ask(ROWS, group_byy="item")
    with pytest.raises(TypeError, match=r"'wher'; did you mean 'where'\?"):
        ask(ROWS, wher=[])
    watch: Any = xqs.watch
    with pytest.raises(TypeError, match=r"watch\(\) missing a required argument: 'max_answers'"):
        watch(ROWS)


def test_items_outside_the_definition_are_reported() -> None:
    with pytest.warns(
        xqs.XqsWarning,
        match=r'extra answers: 1, to items outside definition ceqs@2026\.1 \("price"\)',
    ):
        assert xqs.score(ROWS)["answers"] == [2]


@pytest.mark.filterwarnings("ignore::xqs.XqsWarning")
def test_truth_values_in_conditions() -> None:
    assert xqs.score(ROWS, where=[("confirmed", "=", True)])["answers"] == [1]
    assert xqs.score(ROWS, where=[["confirmed", "in", [True, False]]])["answers"] == [2]


def test_a_series_is_no_frame() -> None:
    series: Any = pd.Series([1, 2])
    with pytest.raises(xqs.XqsTypeError, match="not Series"):
        xqs.score(series)


def test_a_ledger_brings_its_definition() -> None:
    ledger = xqs.Ledger(people.RULES)
    ledger.add({**ROWS, "item": ["a"] * 3, "requirement": [4] * 3, "satisfaction": [2] * 3})
    assert xqs.score(ledger)["definition"] == [ledger.definition.provenance]
    assert xqs.ask(ledger, {"question": "score"}).frame["score"] == [50]
    with pytest.raises(xqs.IncompatibleError):
        xqs.score(ledger, definition="sqr")
    with pytest.raises(xqs.XqsTypeError, match="the definition is the ledger's own"):
        ledger.score(definition="sqr")


def test_presets_are_listed() -> None:
    with pytest.raises(xqs.XqsValueError, match=r'^there is no preset "CEQS"') as raised:
        xqs.score(ROWS, definition="CEQS")
    assert raised.value.argument == "definition"


def test_comparisons_are_sentences() -> None:
    comparison = xqs.Comparison(
        score_before=46.7,
        score_after=42.3,
        change=-4.4,
        std_error=2.0,
        ci_low=-8.36,
        ci_high=-0.44,
        p=0.03,
        verdict="down",
        needed_respondents=241,
        respondents_before=57,
        respondents_after=57,
        flags=("independence_assumed",),
        definition="sqr@2026.1#604be179b38345ad7d8dbe6b3aa9843c",
    )
    assert repr(comparison) == (
        "SQR 46.7 % to 42.3 %: -4.4 [-8.4, -0.4], down, independence assumed"
    )
