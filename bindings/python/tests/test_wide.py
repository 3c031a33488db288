"""Wide form, a row per response, from frames of every library."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

import perth
import xqs
from frames import KINDS, Kind, columns_of


def _wide() -> dict[str, list[Any]]:
    """Three forms; dialogue was never answered, and c left out effort."""
    return {
        "respondent": ["a", "b", "c"],
        "requirement.relevance": [3, 5, 2],
        "satisfaction.relevance": [4, 3, 2],
        "requirement.effort": [5, 3, None],
        "satisfaction.effort": [1, 2, None],
        "requirement.dialogue": [None, None, None],
        "satisfaction.dialogue": [None, None, None],
    }


@pytest.mark.parametrize("kind", KINDS, ids=str)
def test_gaps(kind: Kind) -> None:
    answer = xqs.score(kind.make(_wide()), by="item")
    columns = columns_of(answer)
    assert columns["item"] == ["relevance", "dialogue", "effort"]
    # 3 + 2 + 1 of 2 + 4 + 1, nothing, 0 + 1 of 4 + 2
    assert columns["score"] == [perth.close(600 / 7), None, perth.close(100 / 6)]
    assert columns["excluded_no_answer"] == [0, 3, 1]


def test_pandas_made_floats_of_a_column_with_a_gap() -> None:
    frame = pd.DataFrame(_wide())
    assert frame["requirement.relevance"].dtype == "int64"
    assert frame["requirement.effort"].dtype == "float64"
    assert xqs.score(frame)["score"].to_list() == [perth.close(700 / 13)]


def test_half_an_item() -> None:
    columns = {"respondent": ["a"], "requirement.effort": [3]}
    with pytest.raises(xqs.DataError, match=r'item "effort" has a column .* but none'):
        xqs.score(columns)


def test_two_forms() -> None:
    with pytest.raises(xqs.DataError, match="an input has one form"):
        xqs.score({**_wide(), "item": ["effort"] * 3})


def test_a_code_off_the_scale() -> None:
    names = ("respondent", "requirement.relevance")
    columns = {name: _wide()[name] for name in names} | {"satisfaction.relevance": [4, 8, 2]}
    with pytest.raises(xqs.DataError) as refused:
        xqs.score(columns)
    error = refused.value
    assert (error.row, error.value) == (1, "8")
