"""Rows left out on request: a warning, and which they were."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest

import perth
import xqs
from frames import KINDS, Kind, columns_of
from xqs import _query

FEEDBACK: dict[str, list[Any]] = {
    "respondent": ["a", "b", None, "c", "d"],
    "item": ["relevance", "effort", "effort", "effort", "relevance"],
    "requirement": [3, 7, 2, 5, 3],
    "satisfaction": [2, 4, 2, 3, 2],
}


def test_a_warning() -> None:
    with pytest.warns(xqs.XqsWarning, match="rejected rows: 2 of 5") as warned:
        answer = xqs.score(FEEDBACK, on_error="skip")
    assert answer["respondents"] == [3]
    assert answer["score"] == [perth.close(50)]  # 1 + 2 + 1 of 2 + 4 + 2
    assert warned[0].filename == __file__


def test_no_warning_without_need() -> None:
    good = {name: [values[0], values[3]] for name, values in FEEDBACK.items()}
    assert xqs.score(good, on_error="skip")["respondents"] == [2]


@pytest.mark.parametrize("kind", KINDS, ids=str)
@pytest.mark.parametrize("at_once", [1 << 20, 2])
def test_which(kind: Kind, at_once: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_query, "_rows_at_once", at_once)
    answer = xqs.ask(kind.make(FEEDBACK), {"question": "score", "on_error": "skip"})
    assert type(answer.rejects) is kind.answer
    rejects = columns_of(answer.rejects)
    assert rejects["row"] == [1, 2]
    assert rejects["reason"] == ["off_scale", "missing_respondent"]
    assert rejects["column"] == ["requirement", "respondent"]
    assert rejects["value"][0] == "7"
    assert rejects["message"][0].startswith('requirement "7" is not on the scale 1..5')
    assert answer.query["on_error"] == "skip"
    assert answer.notes == ["rejected rows: 2 of 5; missing_respondent 1, off_scale 1"]


def test_none_were() -> None:
    frame = pl.DataFrame({name: values[:1] for name, values in FEEDBACK.items()})
    answer = xqs.ask(frame, {"question": "score", "on_error": "skip"})
    assert answer.rejects is not None
    assert answer.rejects.height == 0
    assert answer.rejects.columns == ["row", "reason", "column", "value", "message"]
    assert xqs.ask(frame, {"question": "score"}).rejects is None


def test_a_ledger_without_them() -> None:
    ledger = xqs.Ledger("ceqs")
    with pytest.warns(xqs.XqsWarning, match="rejected rows: 2 "):
        ledger.add(FEEDBACK, on_error="skip")
    assert ledger.score().respondents == 3


def test_all_of_them() -> None:
    with pytest.raises(xqs.DataError):
        xqs.score({**FEEDBACK, "requirement": [8] * 5}, on_error="skip")
