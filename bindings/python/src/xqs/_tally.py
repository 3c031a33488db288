"""Tallies: exact totals of complete units."""

from __future__ import annotations

import ctypes
import operator
from threading import RLock
from typing import Any

from . import _abi
from ._definition import IntoDefinition, definition_of
from ._errors import IncompatibleError, XqsTypeError, XqsValueError
from ._ledger import Ledger
from ._score import Comparison, Score, comparison_of, score_of

_kinds = {"pooled": _abi.POOLED, "profile": _abi.PROFILE}


def _count(argument: str, value: Any) -> int:
    """A number of people or units, which ctypes would fold into its range."""
    try:
        count = operator.index(value)
    except TypeError:
        raise XqsTypeError(
            f"{argument} is a whole number, not {type(value).__name__}", argument=argument
        ) from None
    if not 0 <= count < 1 << 64:
        raise XqsValueError(
            f"{argument} is {count}; it is a number of people or units, or 0", argument=argument
        )
    return count


class Tally:
    """The exact totals of complete units, people as a rule: small, merged, subtracted, scored.

    Tallies whose definitions count alike (``tally_fingerprint``) are added; the sum has the
    definition of the first, with its confidentiality.

    It names nobody. The price: nobody can be in two tallies that are added, which cannot be
    checked. Where people come back, add ledgers, and make the tally of the sum. Safe to use from
    several threads.

    Args:
        definition: the rules; see ``Definition``.
        columns: ``"pooled"``, all items summed, or ``"profile"``, a column per item, which
            ``item_mean`` needs; None: as the definition's estimator needs it.

    Example:
        >>> tally = xqs.Tally("ceqs")
        >>> tally.add(feedback)
        >>> tally.score()
        CEQS 56.2 % [51.0, 61.4], 64 respondents, borderline (confidence 92 %)
    """

    def __init__(self, definition: IntoDefinition = "ceqs", columns: str | None = None) -> None:
        self.definition = definition_of(definition)
        if columns is None:
            estimator = self.definition.to_dict()["estimator"]
            columns = "profile" if estimator == "item_mean" else "pooled"
        if columns not in _kinds:
            raise XqsValueError(
                f"columns is {columns!r}; there are 'pooled' and 'profile'", argument="columns"
            )
        self._columns = _kinds[columns]
        size = ctypes.c_size_t()
        _abi.call("tally_size", self.definition, self._columns, ctypes.byref(size))
        self._state = ctypes.create_string_buffer(size.value)
        self._lock = RLock()

    @property
    def columns(self) -> str:
        """``"pooled"`` or ``"profile"``."""
        return "pooled" if self._columns == _abi.POOLED else "profile"

    def _memory(self) -> tuple[Any, int]:
        return self._state, len(self._state)

    def _snapshot(self) -> tuple[Any, int]:
        """What it holds now, apart from what other threads do to it."""
        with self._lock:
            state = self._state.raw
        return state, len(state)

    def add(self, feedback: object, **options: Any) -> None:
        """Adds the people of a frame, each with all of their answers.

        Args:
            feedback: rows, as for ``xqs.score``. Nobody in them is in the tally yet.
            options: as for ``Ledger.add``.

        Raises:
            XqsError: as ``xqs.score``; nothing is then added.
        """
        ledger = Ledger(self.definition)
        ledger.add(feedback, **options)
        self._change("tally_merge_disjoint", Tally.from_ledger(ledger, self.columns))

    def __iadd__(self, other: Tally) -> Tally:
        return self._change("tally_merge_disjoint", other)

    def __isub__(self, other: Tally) -> Tally:
        return self._change("tally_subtract", other)

    def __add__(self, other: Tally) -> Tally:
        return self.copy()._change("tally_merge_disjoint", other)

    def __sub__(self, other: Tally) -> Tally:
        return self.copy()._change("tally_subtract", other)

    def _change(self, verb: str, other: Tally) -> Tally:
        if not isinstance(other, Tally):  # pyright: ignore[reportUnnecessaryIsInstance]
            return NotImplemented
        self._require_like(other)
        changed_by = other._snapshot()
        with self._lock:
            _abi.call(verb, *self._memory(), *changed_by)
        return self

    def _require_like(self, other: Tally) -> None:
        """What the library cannot see of a tally that nothing was added to yet."""
        ours, theirs = self.definition.tally_fingerprint, other.definition.tally_fingerprint
        if ours != theirs:
            raise IncompatibleError(
                f"tallies of different definitions (tally fingerprints {ours} and {theirs})",
                status="XQS_INCOMPATIBLE",
            )
        if self._columns != other._columns:
            raise IncompatibleError(
                f"one tally is {self.columns}, the other {other.columns}",
                status="XQS_INCOMPATIBLE",
            )

    def score(
        self,
        *,
        population: int = 0,
        respondents: int = 0,
        respondents_unknown: bool = False,
    ) -> Score:
        """The score, by estimator, interval and level of the definition.

        Args:
            population: units there are, if they are finite; else 0.
            respondents: different people behind the units, where those are not people.
            respondents_unknown: nobody knows; each unit counts as one, and the result says so.

        Raises:
            XqsValueError: the population or the number of people cannot be.
            RefusedError: the gate needs to know how many people there are.
        """
        options = _abi.ScoreOptions(
            flags=_abi.RESPONDENTS_UNKNOWN if respondents_unknown else 0,
            population=_count("population", population),
            respondents=_count("respondents", respondents),
        )
        struct = _abi.Score()
        asked = (self.definition, *self._snapshot(), ctypes.byref(options))
        _abi.call("tally_score", *asked, ctypes.byref(struct), None, 0)
        return score_of(struct, self.definition)

    def compare(
        self,
        after: Tally,
        *,
        margin: float = 0.0,
        population_before: int = 0,
        population_after: int = 0,
        respondents_before: int = 0,
        respondents_after: int = 0,
        respondents_unknown: bool = False,
    ) -> Comparison:
        """What changed from this tally to a later one, as if nobody were in both.

        Where people come back the standard error is mostly too large; ``xqs.compare`` reckons with
        what they share.

        Args:
            after: the later one.
            margin: points of per cent; a smaller change is none.
            population_before: as in ``score``, and so on.
            population_after: likewise.
            respondents_before: likewise.
            respondents_after: likewise.
            respondents_unknown: likewise.

        Raises:
            XqsError: as ``score``.
        """
        if not isinstance(after, Tally):  # pyright: ignore[reportUnnecessaryIsInstance]
            raise XqsTypeError(
                f"a tally is compared with a tally, not {type(after).__name__}", argument="after"
            )
        self._require_like(after)
        options = _abi.CompareOptions(
            flags=_abi.RESPONDENTS_UNKNOWN if respondents_unknown else 0,
            margin=margin,
            population_before=_count("population_before", population_before),
            population_after=_count("population_after", population_after),
            respondents_before=_count("respondents_before", respondents_before),
            respondents_after=_count("respondents_after", respondents_after),
        )
        struct = _abi.Comparison()
        sides = (*self._snapshot(), *after._snapshot())
        _abi.call(
            "tally_compare", self.definition, *sides, ctypes.byref(options), ctypes.byref(struct)
        )
        return comparison_of(struct, self.definition)

    @property
    def counts(self) -> dict[str, int]:
        """How much is in it: for bookkeeping, not for reports, since no gate has seen it."""
        struct = _abi.Counts()
        _abi.call("tally_counts", *self._snapshot(), ctypes.byref(struct))
        names = [name for name, *_ in struct._fields_ if name not in ("struct_size", "columns")]
        return {name: getattr(struct, name) for name in names}

    @property
    def units(self) -> int:
        """Units with at least one valid answer."""
        return self.counts["units"]

    def __bytes__(self) -> bytes:
        return _abi.out_bytes("tally_encode", *self._snapshot())

    @classmethod
    def from_ledger(cls, ledger: Ledger, columns: str | None = None) -> Tally:
        """The tally of all people in a ledger.

        Raises:
            IncompatibleError: the ledger was made with groups.
        """
        tally = cls(ledger.definition, columns)
        _abi.call("ledger_fold", ledger, tally._columns, *tally._memory())
        return tally

    @classmethod
    def from_bytes(
        cls,
        data: bytes | bytearray | memoryview,
        definition: IntoDefinition = "ceqs",
        columns: str | None = None,
    ) -> Tally:
        """The tally that ``bytes(tally)`` or any other program wrote.

        Args:
            data: the bytes; none at all are an empty tally.
            definition: the rules it was made under.
            columns: ``"pooled"`` or ``"profile"``; None: what the bytes are.

        Raises:
            XqsTypeError: `data` holds no bytes.
            BytesError: the bytes are no tally.
            IncompatibleError: it is a tally of another definition, or has other columns.
        """
        rules = definition_of(definition)
        stored = _abi.bytes_in(data)
        if columns is None and stored:
            try:
                return cls.from_bytes(stored, rules, "pooled")
            except IncompatibleError:
                return cls.from_bytes(stored, rules, "profile")
        tally = cls(rules, columns)
        _abi.call("tally_decode", rules, stored, len(stored), *tally._memory())
        return tally

    def copy(self) -> Tally:
        """Another tally with the same totals."""
        return Tally.from_bytes(bytes(self), self.definition, self.columns)

    __copy__ = copy

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Tally):
            return NotImplemented
        return bytes(self) == bytes(other)

    __hash__ = None  # type: ignore[assignment]  # it changes

    def __reduce__(self) -> tuple[object, ...]:
        return Tally.from_bytes, (bytes(self), self.definition, self.columns)

    def __repr__(self) -> str:
        of = self.definition.provenance.partition("#")[0]
        return f"Tally of {of}, {self.columns}, {self.units} units"
