"""The questions. Arguments build the query document, and nothing else: docs/query.md has its keys.

Each function is its signature and its documentation: its name is the question, its arguments are
keys of the document, but for ``definition``, ``touchpoints`` and ``progress``.
"""

from __future__ import annotations

import inspect
from difflib import get_close_matches
from functools import wraps
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, Protocol, cast, overload

from ._query import FrameT, ask, document, frame_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from ._definition import IntoDefinition
    from ._ledger import Ledger
    from ._query import Columns, Conditions, Progress
    from ._table import Table

P = ParamSpec("P")


class Question(Protocol[P]):
    """A question to a frame, answered by a frame of the same library."""

    @overload
    def __call__(self, feedback: FrameT, *args: P.args, **kwargs: P.kwargs) -> FrameT: ...
    @overload
    def __call__(
        self, feedback: Mapping[str, Any] | Ledger, *args: P.args, **kwargs: P.kwargs
    ) -> Table: ...
    def __call__(self, feedback: Any, *args: P.args, **kwargs: P.kwargs) -> Any:
        """Asks."""
        ...


def _question(described: Callable[Concatenate[Any, P], None]) -> Question[P]:
    signature = inspect.signature(described)

    @wraps(described)
    def asked(feedback: Any, **arguments: Any) -> Any:
        try:
            keys = signature.bind(feedback, **arguments).arguments
        except TypeError as error:
            raise TypeError(
                f"{described.__name__}() {error}{_meant(signature, arguments)}"
            ) from None
        del keys["feedback"]
        beside = {
            name: keys.pop(name)
            for name in ("definition", "touchpoints", "progress")
            if name in keys
        }
        return frame_of(ask(feedback, document(described.__name__, **keys), **beside))

    asked.__signature__ = signature.replace(return_annotation="FrameT")  # type: ignore[attr-defined]
    return cast("Question[P]", asked)


def _meant(signature: inspect.Signature, arguments: Mapping[str, Any]) -> str:
    """The keyword that a misspelt one is nearest to."""
    known = list(signature.parameters)
    unknown = next((name for name in arguments if name not in known), "")
    near = get_close_matches(unknown, known, n=1, cutoff=0.5)
    return f"; did you mean {near[0]!r}?" if near else ""


@_question
def score(
    feedback: Any,
    *,
    definition: IntoDefinition = "ceqs",
    touchpoints: object | None = None,
    by: Columns | None = None,
    sets: Sequence[Columns] | None = None,
    where: Conditions | None = None,
    columns: Mapping[str, str] | None = None,
    estimator: str | None = None,
    interval: str | None = None,
    level: float | None = None,
    unit: str | None = None,
    population: int | str | None = None,
    top: int | None = None,
    bottom: int | None = None,
    choices: bool | None = None,
    time_zone: str | None = None,
    on_error: str | None = None,
    round_weights: bool | None = None,
    check_duplicates: bool | None = None,
    threads: int | None = None,
    progress: Progress | None = None,
) -> None:
    """How good is it? Satisfaction in per cent of the requirement, with its uncertainty.

    Args:
        feedback: rows: a frame of pandas, Polars (also lazy), pyarrow or DuckDB, any other with the
            Arrow PyCapsule interface, a dict of columns, or a ``Ledger``. One row per answer
            (``respondent``, ``item``, ``requirement``, ``satisfaction``) or per response
            (``requirement.ITEM``, ``satisfaction.ITEM``), and any columns to group by.
        definition: the rules: a preset (``"ceqs"``, ``"sqr"``, ``"employee_experience"``), the path
            of a definition file, its content as a mapping, or a ``Definition``. If nothing is said,
            those of a ledger, else ``"ceqs"``.
        touchpoints: what was done, a row per touchpoint, joined by the column ``touchpoint``.
        by: columns to group by, or periods: ``["channel", "month(time)"]``. They come back as text.
        sets: several groupings at once, in place of ``by``: ``[["region", "team"], "region", []]``.
        where: conditions that all rows meet: ``[("campaign", "in", ["spring", "autumn"])]``. Null
            meets none.
        columns: names that differ from the standard ones: ``{"respondent": "id"}``.
        estimator: ``"pooled"``, ``"item_mean"`` or ``"respondent_mean"`` in place of the
            definition's.
        interval: ``"fieller"`` or ``"delta"`` in place of the definition's.
        level: of the interval, above 0 and below 1, in place of the definition's.
        unit: what varies independently: ``"respondent"`` (default), ``"response"``, ``"row"`` or a
            column.
        population: how many units there are: a number, or the column that says so.
        top: only so many rows of each set, the highest scores.
        bottom: only so many rows of each set, the lowest scores.
        choices: every estimator, cap and zero rule side by side.
        time_zone: IANA name, of periods and of times that name none: ``"Europe/Berlin"``.
        on_error: ``"reject"`` (default), a bad row is an error, or ``"skip"``, it is left out with
            a warning; ``xqs.ask`` tells which rows were.
        round_weights: round weights to the places of the definition instead of refusing them.
        check_duplicates: refuse a second answer of a form to an item. Off unless asked for.
        threads: that share the work; no number depends on it. 1 unless given.
        progress: called after each piece of rows, with the table's name and the rows so far.

    Returns:
        A frame of the caller's library (for a dict or a ledger a ``Table``), a row per group: the
        group columns, then ``score``, ``std_error``, ``ci_low``, ``ci_high`` (per cent),
        ``interval_kind``, ``respondents``, ``units``, ``answers``, ``excluded`` and its three
        reasons, ``band``, ``confidence``, ``confirmed``, ``flags``, ``definition``; with
        touchpoints also ``touchpoints``, ``answered``, ``response_rate``, ``scored_share``. Notes
        on the whole come with ``xqs.ask``.

    Raises:
        XqsTypeError: an argument is of a wrong type, or a column holds values of several.
        QueryError: the question is impossible; ``argument`` names the keyword.
        DataError: a row or column cannot be accepted; ``row``, ``column``, ``value`` name it.
        RefusedError: an anonymous definition does not show this.
    """


@_question
def compare(
    feedback: Any,
    *,
    definition: IntoDefinition = "ceqs",
    touchpoints: object | None = None,
    by: Columns | None = None,
    period: str | None = None,
    before: str | None = None,
    after: str | None = None,
    against: str | None = None,
    margin: float | None = None,
    design: str | None = None,
    where: Conditions | None = None,
    columns: Mapping[str, str] | None = None,
    estimator: str | None = None,
    level: float | None = None,
    unit: str | None = None,
    population: int | str | None = None,
    time_zone: str | None = None,
    on_error: str | None = None,
    round_weights: bool | None = None,
    check_duplicates: bool | None = None,
    threads: int | None = None,
    progress: Progress | None = None,
) -> None:
    """Is it a change, or a difference? With ``period`` over time, else between groups.

    Arguments that are not named here are as in ``score``.

    Args:
        feedback: rows, as in ``score``.
        by: with ``period`` the groups to look at each; else those that are compared, each with the
            rest, or with ``against``.
        period: a column, or a period of one, whose values follow each other: ``"quarter(time)"``.
        before: with ``after``, two values of ``period``; else each and the one before it.
        after: see ``before``.
        against: the group that the others are compared with.
        margin: points of per cent, above 0; a smaller change is none.
        design: ``"own"``, each group is a sample of its own, or ``"request"``, all are one.

    Returns:
        The group columns, then ``before``, ``after`` (with ``period``), ``score_before``,
        ``score_after`` (or ``score``, ``score_other``), ``change``, ``std_error``, ``ci_low``,
        ``ci_high`` (points), ``p``, ``p_holm``, ``p_bh``, ``verdict``, ``needed_respondents``,
        ``respondents_before``, ``respondents_after`` (without ``period`` of the others, and of the
        group), ``flags``, ``definition``.

    Raises:
        XqsError: as in ``score``.
    """


@_question
def rank(
    feedback: Any,
    *,
    definition: IntoDefinition = "ceqs",
    touchpoints: object | None = None,
    by: Columns | None = None,
    top: int | None = None,
    bottom: int | None = None,
    alpha: float | None = None,
    family: str | None = None,
    adjustment: str | None = None,
    standardise: str | None = None,
    where: Conditions | None = None,
    columns: Mapping[str, str] | None = None,
    estimator: str | None = None,
    interval: str | None = None,
    level: float | None = None,
    unit: str | None = None,
    population: str | None = None,
    time_zone: str | None = None,
    on_error: str | None = None,
    round_weights: bool | None = None,
    check_duplicates: bool | None = None,
    threads: int | None = None,
    progress: Progress | None = None,
) -> None:
    """Who is really better? Ranks with the ranks that they could be as well.

    Arguments that are not named here are as in ``score``.

    Args:
        feedback: rows, as in ``score``.
        by: the groups to rank.
        top: only so many, the best.
        bottom: only so many, the worst.
        alpha: how often the rank intervals may be wrong, above 0 and below 1.
        family: ``"simultaneous"``, all rank intervals hold together, or ``"per_entry"``, any one.
        adjustment: ``"holm"`` or ``"bonferroni"``.
        standardise: the column, or period of one, of the segments whose mix is made equal.

    Returns:
        The group columns, then ``score``, ``ci_low``, ``ci_high`` (per cent), ``rank``,
        ``rank_low``, ``rank_high``, ``tier`` (1 is best), ``shrunken``, ``funnel``,
        ``respondents``, ``flags``, ``definition``.

    Raises:
        XqsError: as in ``score``.
    """


@_question
def drivers(
    feedback: Any,
    *,
    definition: IntoDefinition = "ceqs",
    touchpoints: object | None = None,
    by: Columns | None = None,
    cut: str | None = None,
    where: Conditions | None = None,
    columns: Mapping[str, str] | None = None,
    interval: str | None = None,
    level: float | None = None,
    unit: str | None = None,
    population: int | str | None = None,
    time_zone: str | None = None,
    on_error: str | None = None,
    round_weights: bool | None = None,
    check_duplicates: bool | None = None,
    threads: int | None = None,
    progress: Progress | None = None,
) -> None:
    """Where to act first? What each item has of the gap.

    Arguments that are not named here are as in ``score``.

    Args:
        feedback: rows, as in ``score``.
        cut: where the quadrants meet: ``"middle"`` of the scales, or ``"mean"`` of all answers.

    Returns:
        The group columns, then ``item``, ``requirement``, ``satisfaction`` (0 to 1 on scales from
        zero), ``score``, ``ci_low``, ``ci_high`` (per cent), ``gap_share`` (0 to 1),
        ``quadrant``, ``confidence``, ``respondents``, ``flags``, ``definition``.

    Raises:
        XqsError: as in ``score``.
    """


@_question
def explain(
    feedback: Any,
    *,
    definition: IntoDefinition = "ceqs",
    touchpoints: object | None = None,
    period: str,
    by: Columns | None = None,
    before: str | None = None,
    after: str | None = None,
    where: Conditions | None = None,
    columns: Mapping[str, str] | None = None,
    unit: str | None = None,
    population: int | None = None,
    time_zone: str | None = None,
    on_error: str | None = None,
    round_weights: bool | None = None,
    check_duplicates: bool | None = None,
    threads: int | None = None,
    progress: Progress | None = None,
) -> None:
    """Why did it move? The parts of a change, which sum to it.

    Arguments that are not named here are as in ``score``.

    Args:
        feedback: rows, as in ``score``.
        period: as in ``compare``, and so are ``before`` and ``after``.
        by: groups that may have gained or lost weight.
        before: with ``after``, two values of ``period``.
        after: see ``before``.

    Returns:
        ``before``, ``after``, ``part`` (satisfaction, requirement, without_requirement, mix, entry,
        exit, total), ``contribution``, ``std_error`` (points), ``flags``, ``definition``.

    Raises:
        XqsError: as in ``score``.
    """


@_question
def watch(
    feedback: Any,
    *,
    max_answers: int,
    definition: IntoDefinition = "ceqs",
    touchpoints: object | None = None,
    by: Columns | None = None,
    good: float | None = None,
    bad: float | None = None,
    against: str | None = None,
    alpha: float | None = None,
    where: Conditions | None = None,
    columns: Mapping[str, str] | None = None,
    estimator: str | None = None,
    unit: str | None = None,
    time_zone: str | None = None,
    on_error: str | None = None,
    round_weights: bool | None = None,
    check_duplicates: bool | None = None,
    threads: int | None = None,
    progress: Progress | None = None,
) -> None:
    """Is this concept good already, or bad already? It may be asked after every respondent.

    Arguments that are not named here are as in ``score``.

    Args:
        feedback: rows, as in ``score``.
        max_answers: how many answers a unit can give at most.
        by: the concepts.
        good: per cent; above it a concept is good.
        bad: per cent, at most ``good``; below it a concept is bad.
        against: the concept that the others are compared with, in place of ``good`` and ``bad``.
        alpha: how often a verdict may be wrong, above 0 and below 1.

    Returns:
        The group columns, then ``score``, ``ci_low``, ``ci_high`` (per cent, at all times
        together), ``evidence_good``, ``evidence_bad`` (e-values), ``verdict``, ``respondents``,
        ``flags``, ``definition``.

    Raises:
        XqsError: as in ``score``.
    """


@_question
def timeline(
    feedback: Any,
    *,
    touchpoints: object,
    contact: str,
    definition: IntoDefinition = "ceqs",
    by: Columns | None = None,
    where: Conditions | None = None,
    columns: Mapping[str, str] | None = None,
    time_zone: str | None = None,
    on_error: str | None = None,
    round_weights: bool | None = None,
    check_duplicates: bool | None = None,
    threads: int | None = None,
    progress: Progress | None = None,
) -> None:
    """What was done for one contact, in order of time, and beside each the quality it achieved.

    Arguments that are not named here are as in ``score``.

    Args:
        feedback: rows, as in ``score``.
        touchpoints: what was done, with a column ``contact``.
        contact: whose timeline.
        by: groups in place of single touchpoints.

    Returns:
        ``touchpoint``, ``time``, ``kind``, ``channel``, ``initiator``, ``status``, ``action``,
        ``campaign``, ``cost``, ``score`` (per cent), ``answers``, ``contribution`` (points),
        ``flags``.

    Raises:
        XqsError: as in ``score``.
    """
