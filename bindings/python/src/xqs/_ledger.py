"""Ledgers: exact totals per person."""

from __future__ import annotations

import ctypes
from contextlib import ExitStack
from threading import RLock
from typing import Any

from . import _abi
from ._definition import Definition, IntoDefinition, definition_of
from ._query import Progress, Query, document
from ._score import Score
from ._table import read
from ._tally import Tally


class Ledger:
    """The exact totals of each respondent by item: personal data, which no gate has seen.

    Right under any order and any partition of the rows: people may be in several ledgers that are
    added up. Safe to use from several threads.

    Args:
        definition: the rules; see ``Definition``.

    Example:
        >>> ledger = xqs.Ledger("ceqs")
        >>> ledger.add(january)
        >>> ledger.add(february)  # the same people again
        >>> ledger.score()
        CEQS 56.2 % [51.0, 61.4], 64 respondents, borderline (confidence 92 %)
    """

    def __init__(self, definition: IntoDefinition = "ceqs") -> None:
        rules = definition_of(definition)
        self._hold(
            rules,
            _abi.Handle(
                "ledger", lambda out: _abi.call("ledger_create", rules._handle, None, 0, out)
            ),
        )

    def _hold(self, definition: Definition, handle: _abi.Handle) -> Ledger:
        self.definition = definition
        self._handle = handle
        self._lock = RLock()
        return self

    def add(
        self,
        feedback: object,
        *,
        touchpoints: object | None = None,
        by: Any = None,
        where: Any = None,
        columns: Any = None,
        time_zone: str | None = None,
        on_error: str | None = None,
        round_weights: bool | None = None,
        check_duplicates: bool | None = None,
        progress: Progress | None = None,
    ) -> None:
        """Adds the answers of a frame, or another ledger. The arguments are those of ``xqs.score``.

        With ``by`` the totals are kept apart by these columns, and ``xqs.score(ledger, by=...)``
        can group by them. All that is added to one ledger has the same ``by``.

        Raises:
            XqsError: as ``xqs.score``; nothing is then added.
        """
        query = Query(
            document(
                "score",
                by=by,
                where=where,
                columns=columns,
                time_zone=time_zone,
                on_error=on_error,
                round_weights=round_weights,
                check_duplicates=check_duplicates,
            ),
            self.definition,
        )
        query.keep_ledger()
        query.push(touchpoints, feedback, progress)
        added = query.ledger()
        with self._lock:
            _abi.call("ledger_merge", self._handle, added)

    def erase(self, respondent: str) -> bool:
        """Takes out every trace of a person; False if there was none."""
        found = ctypes.c_int32()
        name = respondent.encode()
        with self._lock:
            _abi.call("ledger_erase", self._handle, name, len(name), ctypes.byref(found))
        return bool(found.value)

    def score(self, **query: Any) -> Score:
        """The score of all that is in it; ``query`` are arguments of ``xqs.score``.

        Raises:
            XqsError: as ``xqs.score``.
        """
        question = Query(document("score", **query), self.definition)
        question.push(None, self, None)
        (row,) = read(question.finish()).rows()
        return Score.of_row(row)

    def tally(self, columns: str | None = None) -> Tally:
        """The tally of all people in it: ``"pooled"`` or ``"profile"`` (see ``Tally``)."""
        tally = Tally(self.definition, columns)
        with self._lock:
            _abi.call("ledger_fold", self._handle, tally._columns, *tally._memory())
        return tally

    def __bytes__(self) -> bytes:
        with self._lock:
            return _abi.out_bytes("ledger_encode", self._handle)

    @classmethod
    def from_bytes(cls, data: bytes, definition: IntoDefinition = "ceqs") -> Ledger:
        """The ledger that ``bytes(ledger)``, ``xqs score --save-ledger`` or any program wrote.

        Raises:
            BytesError: the bytes are no ledger.
            IncompatibleError: it is a ledger of another definition.
        """
        rules = definition_of(definition)
        return cls.__new__(cls)._hold(
            rules,
            _abi.Handle(
                "ledger",
                lambda out: _abi.call("ledger_decode", rules._handle, data, len(data), out),
            ),
        )

    def __iadd__(self, other: Ledger) -> Ledger:
        return self._change("ledger_merge", other)

    def __isub__(self, other: Ledger) -> Ledger:
        return self._change("ledger_subtract", other)

    def __add__(self, other: Ledger) -> Ledger:
        return self.copy()._change("ledger_merge", other)

    def __sub__(self, other: Ledger) -> Ledger:
        return self.copy()._change("ledger_subtract", other)

    def _change(self, verb: str, other: Ledger) -> Ledger:
        if not isinstance(other, Ledger):  # pyright: ignore[reportUnnecessaryIsInstance]
            return NotImplemented
        with ExitStack() as locks:
            for ledger in sorted((self, other), key=id):  # always in the same order
                locks.enter_context(ledger._lock)
            _abi.call(verb, self._handle, other._handle)
        return self

    def copy(self) -> Ledger:
        """Another ledger with the same totals."""
        return Ledger.from_bytes(bytes(self), self.definition)

    __copy__ = copy

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Ledger):
            return NotImplemented
        return bytes(self) == bytes(other)

    __hash__ = None  # type: ignore[assignment]  # it changes

    def __len__(self) -> int:
        """The number of people with a valid answer."""
        return self.tally("pooled").units

    def __bool__(self) -> bool:
        return True

    def __reduce__(self) -> tuple[object, ...]:
        return Ledger.from_bytes, (bytes(self), self.definition)

    def __repr__(self) -> str:
        return f"Ledger of {self.definition.provenance.partition('#')[0]}"

    def _push_into(self, query: _abi.Handle) -> None:
        with self._lock:
            _abi.call("query_push_ledger", query, self._handle)
