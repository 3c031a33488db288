"""The numbers of the Perth park survey, against R."""

from __future__ import annotations

import pytest

import perth
import xqs


@pytest.mark.parametrize("rules", perth.DEFINITIONS)
@pytest.mark.parametrize("estimator", ["pooled", "item_mean", "respondent_mean"])
def test_estimators(rules: str, estimator: str) -> None:
    numbers = perth.expected(rules)
    known = numbers[estimator]
    (row,) = xqs.score(
        perth.answers(),
        definition=perth.DEFINITIONS[rules],
        columns=perth.NAMES,
        estimator=estimator,
    ).rows()
    low, high = known.get("fieller", known["ci_t"])
    assert row["score"] == perth.close(known["estimate"])
    assert row["std_error"] == perth.close(known["std_error"])
    assert (row["ci_low"], row["ci_high"]) == (perth.close(low), perth.close(high))
    assert (row["respondents"], row["answers"]) == (393, numbers["answers"])


def test_the_interval_by_the_delta_method() -> None:
    answer = xqs.score(
        perth.answers(), definition=perth.DEFAULT, columns=perth.NAMES, interval="delta"
    )
    low, high = perth.expected()["pooled"]["ci_t"]
    assert (answer["ci_low"], answer["ci_high"]) == ([perth.close(low)], [perth.close(high)])


def test_items() -> None:
    answer = xqs.score(perth.answers(), definition=perth.DEFAULT, columns=perth.NAMES, by="item")
    known = perth.expected()["by_item"]
    assert len(known) == 22
    assert answer["item"] == [item["item"] for item in known]
    assert answer["score"] == [perth.close(item["score"]) for item in known]
    assert answer["std_error"] == [perth.close(item["std_error"]) for item in known]
    assert answer["respondents"] == [item["respondents"] for item in known]
