"""Ledgers: exact totals per person."""

from __future__ import annotations

import ctypes
from typing import TYPE_CHECKING, Any

from . import _abi
from ._definition import IntoDefinition, definition_of
from ._errors import XqsTypeError, XqsValueError
from ._query import Columns, Conditions, Progress, Query, document, warn
from ._score import Score, score_of_row
from ._table import read

if TYPE_CHECKING:
    from collections.abc import Mapping


class Ledger:
    """The exact totals of each respondent by item: personal data, which no gate has seen.

    Ledgers whose definitions count alike (``tally_fingerprint``) are added; the sum has the
    definition of the first, with its confidentiality.

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
        self.definition = definition_of(definition)
        self._as_parameter_ = _abi.Handle("ledger", "ledger_create", self.definition, None, 0)

    def add(
        self,
        feedback: object,
        *,
        touchpoints: object | None = None,
        by: Columns | None = None,
        where: Conditions | None = None,
        columns: Mapping[str, str] | None = None,
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
        if on_error == "skip" and (gone := read(query.rejects()).height):
            warn([f"rejected rows: {gone}"], stacklevel=3)  # which may be made an error
        _abi.call("ledger_merge", self, query.ledger())

    def erase(self, respondent: str) -> bool:
        """Takes out every trace of a person; False if there was none."""
        found = ctypes.c_int32()
        if not isinstance(respondent, str):  # pyright: ignore[reportUnnecessaryIsInstance]
            raise XqsTypeError(
                f"a respondent is text, not {type(respondent).__name__}; as text 1 is '1'",
                argument="respondent",
            )
        try:
            name = respondent.encode()
        except UnicodeEncodeError:
            return False  # half a character is in nobody's name
        _abi.call("ledger_erase", self, name, len(name), ctypes.byref(found))
        return bool(found.value)

    def score(self, **query: Any) -> Score:
        """The score of all that is in it.

        Args:
            query: ``where``, ``estimator``, ``interval``, ``level``, ``population``, as in
                ``xqs.score``.

        Raises:
            XqsError: as ``xqs.score``.
        """
        if "definition" in query:
            raise XqsTypeError(
                f"the definition is the ledger's own, {self.definition!r}", argument="definition"
            )
        for several in {"by", "sets", "choices", "top", "bottom"} & query.keys():
            raise XqsValueError(
                f"{several} asks for several scores; xqs.score(ledger, ...) gives them",
                argument=several,
            )
        question = Query(document("score", **query), self.definition)
        question.push(None, self, None)
        (row,) = read(question.finish()).rows()
        return score_of_row(row)

    def __bytes__(self) -> bytes:
        return _abi.out_bytes("ledger_encode", self)

    @classmethod
    def from_bytes(
        cls, data: bytes | bytearray | memoryview, definition: IntoDefinition = "ceqs"
    ) -> Ledger:
        """The ledger that ``bytes(ledger)``, ``xqs score --save-ledger`` or any program wrote.

        Raises:
            XqsTypeError: `data` holds no bytes.
            BytesError: the bytes are no ledger.
            IncompatibleError: it is a ledger of another definition.
        """
        ledger = cls(definition)
        stored = _abi.bytes_in(data)
        ledger._as_parameter_ = _abi.Handle(
            "ledger", "ledger_decode", ledger.definition, stored, len(stored)
        )
        return ledger

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
        _abi.call(verb, self, other)
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

    def __reduce__(self) -> tuple[object, ...]:
        return Ledger.from_bytes, (bytes(self), self.definition)

    def __repr__(self) -> str:
        return f"Ledger of {self.definition.provenance.partition('#')[0]}"

    def _push_into(self, query: _abi.Handle) -> None:
        _abi.call("query_push_ledger", query, self)
