"""One score, and one comparison of two."""

from __future__ import annotations

import math
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

from . import _abi

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ._definition import Definition


def _or_none(number: float) -> float | None:
    return None if math.isnan(number) else number


def _title(definition: str) -> str:
    """The name of a definition as it is spoken of: CEQS, but employee_experience."""
    name = definition.partition("@")[0]
    return name if "_" in name else name.upper()


def _words(names: Iterable[str]) -> list[str]:
    return [name.replace("_", " ") for name in names]


@dataclass(frozen=True, repr=False)
class Score:
    """A released score: what was achieved, in per cent of what was required.

    Attributes:
        score: per cent of the requirement; None if nothing was required, or nothing may be shown.
        std_error: per cent; None with fewer than two units.
        ci_low: lower end of the interval, per cent; None unless it is bounded, or a census.
        ci_high: its upper end.
        interval_kind: ``none``, ``bounded``, ``exclusive``, ``unbounded``, ``degenerate`` or
            ``census``; None if nothing may be shown.
        respondents: different people behind it.
        units: units of uncertainty behind it.
        answers: valid answers.
        excluded: answers that do not count, for the three reasons that follow.
        excluded_no_answer: those without a code for one of the two questions.
        excluded_not_applicable: those that say so.
        excluded_zero_requirement: those of which nothing was required.
        band: the id of the band that holds the score.
        confidence: 0 to 1, that the true score is in that band.
        confirmed: whether the whole interval is in that band.
        flags: what a reader must know besides.
        definition: name, version and fingerprint of the rules.
    """

    score: float | None
    std_error: float | None
    ci_low: float | None
    ci_high: float | None
    interval_kind: str | None
    respondents: int | None
    units: int | None
    answers: int | None
    excluded: int | None
    excluded_no_answer: int | None
    excluded_not_applicable: int | None
    excluded_zero_requirement: int | None
    band: str | None
    confidence: float | None
    confirmed: bool | None
    flags: tuple[str, ...]
    definition: str

    def __repr__(self) -> str:
        return f"{_title(self.definition)} " + ", ".join([self._value(), *self._about()])

    def _value(self) -> str:
        if self.score is None:
            return "not shown" if self.interval_kind is None else "no score"
        if self.ci_low is None or self.ci_high is None:
            return f"{self.score:.1f} % [no interval: {self.interval_kind}]"
        return f"{self.score:.1f} % [{self.ci_low:.1f}, {self.ci_high:.1f}]"

    def _about(self) -> list[str]:
        about: list[str] = []
        if self.respondents is not None:
            about.append(f"{self.respondents} respondent{'s' * (self.respondents != 1)}")
        if self.band is not None:
            about.append(self.band.replace("_", " ") + self._certainty())
        return about + _words(self.flags)

    def _certainty(self) -> str:
        if self.confirmed:
            return " (confirmed)"
        return "" if self.confidence is None else f" (confidence {100 * self.confidence:.0f} %)"


@dataclass(frozen=True, repr=False)
class Comparison:
    """A released comparison of two tallies, as if nobody were in both.

    Attributes:
        score_before: per cent of the requirement; None if that side may not be shown.
        score_after: likewise.
        change: after less before, in points of per cent.
        std_error: of the change.
        ci_low: lower end of the change's interval.
        ci_high: its upper end.
        p: two-sided, 0 to 1.
        verdict: ``up``, ``down``, ``no_clear_change``, ``unchanged``, or None.
        needed_respondents: in each wave, to find such a change; None if that is not known.
        respondents_before: different people; None if that side may not be shown.
        respondents_after: likewise.
        flags: what a reader must know besides.
        definition: name, version and fingerprint of the rules.
    """

    score_before: float | None
    score_after: float | None
    change: float | None
    std_error: float | None
    ci_low: float | None
    ci_high: float | None
    p: float | None
    verdict: str | None
    needed_respondents: int | None
    respondents_before: int | None
    respondents_after: int | None
    flags: tuple[str, ...]
    definition: str

    def __repr__(self) -> str:
        title = _title(self.definition)
        if self.change is None or self.score_before is None or self.score_after is None:
            return ", ".join([f"{title} not compared", *_words(self.flags)])
        ends = (
            "no interval"
            if self.ci_low is None or self.ci_high is None
            else f"{self.ci_low:+.1f}, {self.ci_high:+.1f}"
        )
        change = (
            f"{self.score_before:.1f} % to {self.score_after:.1f} %: {self.change:+.1f} [{ends}]"
        )
        verdict = [] if self.verdict is None else _words([self.verdict])
        return ", ".join([f"{title} {change}", *verdict, *_words(self.flags)])


def score_of_row(row: Mapping[str, Any]) -> Score:
    """The score in a row of a ``Table``."""
    values: dict[str, Any] = {field.name: row[field.name] for field in fields(Score)}
    values["flags"] = tuple(row["flags"])
    return Score(**values)


_numbers = ("score", "std_error", "ci_low", "ci_high", "confidence")
_reasons = ("excluded_no_answer", "excluded_not_applicable", "excluded_zero_requirement")
_counts = ("respondents", "units", "answers", *_reasons)


def score_of(struct: _abi.Score, definition: Definition) -> Score:
    """A score of the C library, in which a number that there is not is NaN."""
    shown = bool(struct.shown)
    row: dict[str, Any] = {name: _or_none(getattr(struct, name)) for name in _numbers}
    row |= {name: getattr(struct, name) if shown else None for name in _counts}
    row["excluded"] = sum(row[name] for name in _reasons) if shown else None
    row["interval_kind"] = _abi.INTERVAL_KINDS[struct.interval_kind] if shown else None
    row["band"] = None if struct.band < 0 else definition.bands[struct.band]
    row["confirmed"] = bool(struct.confirmed) if shown else None
    row["flags"] = _abi.flag_names(struct.flags)
    row["definition"] = definition.provenance
    return score_of_row(row)


_changes = ("score_before", "score_after", "change", "std_error", "ci_low", "ci_high", "p")
_people = ("needed_respondents", "respondents_before", "respondents_after")


def comparison_of(struct: _abi.Comparison, definition: Definition) -> Comparison:
    """A comparison of the C library, in which a count that there is not is 0."""
    row: dict[str, Any] = {name: _or_none(getattr(struct, name)) for name in _changes}
    row |= {name: getattr(struct, name) or None for name in _people}
    row["verdict"] = _abi.VERDICTS[struct.verdict]
    row["flags"] = _abi.flag_names(struct.flags)
    row["definition"] = definition.provenance
    return Comparison(**row)
