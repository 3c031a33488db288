"""Asking: a question is a JSON document, and rows are pushed into it."""

from __future__ import annotations

import ctypes
import json
import re
import warnings
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import (
    TYPE_CHECKING,
    Any,
    Generic,
    Protocol,
    TypeAlias,
    TypeVar,
    cast,
    overload,
    runtime_checkable,
)

from . import _abi, _arrow
from ._definition import Definition, IntoDefinition, definition_of
from ._errors import QueryError, XqsError, XqsTypeError, XqsWarning
from ._frames import batches_of, reader_like

if TYPE_CHECKING:
    from ._ledger import Ledger
    from ._table import Table


class Frame(Protocol):
    """A frame of any library."""

    @property
    def columns(self) -> Any: ...


FrameT = TypeVar(
    "FrameT", bound="Frame | _arrow.ArrowStreamExportable | _arrow.ArrowArrayExportable"
)
AnswerT = TypeVar("AnswerT")

#: Called after each piece of rows with the table (``"feedback"``, ``"touchpoints"``) and how many
#: of its rows are in.
Progress = Callable[[str, int], object]

#: Names of columns, or of one, or periods of columns of times: ``"month(time)"``.
Columns: TypeAlias = "str | Sequence[str]"
#: Conditions that rows meet: ``("cost", "<", 100)``, ``("campaign", "in", ["spring", "autumn"])``.
Conditions: TypeAlias = "Sequence[tuple[str, str, Any] | list[Any]]"

#: How many answers go into the library between two looks at Ctrl-C.
_rows_at_once = 1 << 20


@dataclass(frozen=True)
class Answer(Generic[AnswerT]):
    """An answer, with all that is known of it.

    Attributes:
        frame: the answer, as a frame of the library whose frame was asked about.
        notes: what a reader must know of the whole, in sentences.
        query: the query document with every choice filled in.
        rejects: the rows that were left out, with reason, column, value and message; None unless
            the request says ``"on_error": "skip"``.
    """

    frame: AnswerT
    notes: list[str]
    query: dict[str, Any]
    rejects: AnswerT | None


@runtime_checkable
class _State(Protocol):
    """What can take the place of rows: a ledger."""

    definition: Definition

    def _push_into(self, query: _abi.Handle) -> None: ...


class Query:
    """One question, and the rows pushed into it."""

    def __init__(self, document: Mapping[str, Any], definition: Definition) -> None:
        text = _json_of(document)
        with _naming_keys():
            self._handle = _abi.Handle("query", "query_create", definition, text, len(text))

    def push(self, touchpoints: object | None, feedback: object, progress: Progress | None) -> None:
        """All that is asked about."""
        if touchpoints is not None:
            self._push(_abi.TOUCHPOINTS, "touchpoints", touchpoints, progress)
        self._push(_abi.FEEDBACK, "feedback", feedback, progress)

    def _push(self, table: int, name: str, source: object, progress: Progress | None) -> None:
        if table == _abi.FEEDBACK and isinstance(source, _State):
            source._push_into(self._handle)  # pyright: ignore[reportPrivateUsage]
            return
        done = piece = 0
        for batch in batches_of(source, name, self._may_read):
            piece = piece or _piece(batch)  # all have the same columns
            for first in range(0, max(batch.array.length, 1), piece):
                count = min(piece, batch.array.length - first)
                with _naming_rows(name, done, batch):
                    _abi.call(
                        "query_push_rows",
                        self._handle,
                        table,
                        ctypes.byref(batch.schema),
                        ctypes.byref(batch.array),
                        first,
                        count,
                    )
                if progress is not None:
                    progress(name, done + first + count)
            done += batch.array.length

    def _may_read(self, column: str) -> bool:
        may, name = ctypes.c_int32(), column.encode()
        _abi.call("query_may_read", self._handle, name, len(name), ctypes.byref(may))
        return bool(may.value)

    def keep_ledger(self) -> None:
        """Before the first push: keeps the ledger of the question."""
        _abi.call("query_keep_ledger", self._handle)

    def ledger(self) -> _abi.Handle:
        """The ledger kept."""
        return _abi.Handle("ledger", "query_ledger", self._handle)

    def finish(self) -> _arrow.ResultStream:
        """The answer."""
        return self._stream("query_finish")

    def rejects(self) -> _arrow.ResultStream:
        """The rows that were left out."""
        return self._stream("query_rejects")

    def _stream(self, verb: str) -> _arrow.ResultStream:
        stream = _arrow.ResultStream()
        _abi.call(verb, self._handle, stream.out)
        return stream


@overload
def ask(
    feedback: FrameT,
    query: Mapping[str, Any],
    *,
    definition: IntoDefinition | None = ...,
    touchpoints: object | None = ...,
    progress: Progress | None = ...,
) -> Answer[FrameT]: ...
@overload
def ask(
    feedback: Mapping[str, Any] | Ledger,
    query: Mapping[str, Any],
    *,
    definition: IntoDefinition | None = ...,
    touchpoints: object | None = ...,
    progress: Progress | None = ...,
) -> Answer[Table]: ...
def ask(
    feedback: Any,
    query: Mapping[str, Any],
    *,
    definition: IntoDefinition | None = None,
    touchpoints: object | None = None,
    progress: Progress | None = None,
) -> Answer[Any]:
    """Asks any question, given as a query document, and tells all there is about the answer.

    ``xqs.score`` and the other questions build such a document of their arguments.

    Args:
        feedback: rows, as for ``xqs.score``.
        query: the document: ``{"question": "score", "by": ["channel"]}``.
        definition: the rules, as for ``xqs.score``; None: those of a ledger, else ``"ceqs"``.
        touchpoints: what was done, as for ``xqs.score``.
        progress: as for ``xqs.score``.

    Raises:
        XqsError: as ``xqs.score``.
    """
    if definition is None:
        definition = feedback.definition if isinstance(feedback, _State) else "ceqs"
    question = Query(query, definition_of(definition))
    question.push(touchpoints, feedback, progress)
    read = reader_like(feedback)
    stream = question.finish()
    notes, filled = stream.notes(), json.loads(stream.metadata()["xqs.query"])
    skips = filled["on_error"] == "skip"
    return Answer(
        frame=read(stream),
        notes=notes,
        query=filled,
        rejects=read(question.rejects()) if skips else None,
    )


def frame_of(answer: Answer[AnswerT]) -> AnswerT:
    """The answer alone; that it is not of all rows is said aloud."""
    warn(answer.notes, stacklevel=4)
    return answer.frame


def warn(notes: list[str], stacklevel: int) -> None:
    """Says what an answer is not of."""
    for note in notes:
        if note.startswith(("rejected rows", "extra answers")):
            warnings.warn(
                f"{note} (xqs.ask gives notes and rejects)", XqsWarning, stacklevel=stacklevel
            )


def _piece(batch: _arrow.Batch) -> int:
    """How many rows are pushed at once. A row of a wide form is an answer to each of its items."""
    names = _arrow.names_of(batch.schema)
    items = sum(name.startswith("requirement.") for name in names)
    return max(_rows_at_once // max(items, 1), 1)


def document(question: str, **keys: Any) -> dict[str, Any]:
    """The query document: what is None is not in it, and one name stands for a list of one."""
    filled = {key: value for key, value in keys.items() if value is not None}
    if "by" in filled:
        filled["by"] = _names(filled["by"])
    if isinstance(filled.get("sets"), (list, tuple)):
        filled["sets"] = [_names(names) for names in filled["sets"]]
    if "where" in filled:
        filled["where"] = _in_words(filled["where"])
    return {"question": question, **filled}


def _in_words(value: Any) -> Any:
    """With truth values as they are in columns, which are text to the engine."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (list, tuple)):
        return [_in_words(part) for part in cast("Sequence[Any]", value)]
    return value


def _names(names: Columns) -> Sequence[str]:
    return [names] if isinstance(names, str) else names


def _json_of(document: Mapping[str, Any]) -> bytes:
    try:
        return json.dumps(
            dict(document), ensure_ascii=False, allow_nan=False, default=_plain
        ).encode()
    except (TypeError, ValueError) as error:
        raise XqsTypeError(
            f"a query is text, numbers, truth values, lists and mappings of such: {error}",
            status="XQS_INVALID_QUERY",
        ) from None


def _plain(value: Any) -> object:
    """Sets, numbers and arrays of numpy, columns of frames: what analysts have at hand."""
    if isinstance(value, (set, frozenset)):
        return sorted(cast("set[Any]", value))
    for method in ("tolist", "to_list", "to_pylist"):
        if hasattr(value, method):
            return getattr(value, method)()
    raise TypeError(f"{value!r} is {type(value).__name__}")


@contextmanager
def _naming_keys() -> Generator[None, None, None]:
    """The keyword that an error is about is the key in the document's path."""
    try:
        yield
    except QueryError as error:
        key = re.match(r"\$\.(\w+)", str(error))
        error.argument = key[1] if key else None
        raise


@contextmanager
def _naming_rows(table: str, before: int, batch: _arrow.Batch) -> Generator[None, None, None]:
    """Errors name the table and count rows from its beginning, not that of the batch."""
    try:
        yield
    except XqsError as error:
        named = _named(error, table, before, batch)
        try:
            raise named from None
        finally:
            del named  # whose traceback holds this frame, and that the caller's columns


def _named(error: XqsError, table: str, before: int, batch: _arrow.Batch) -> XqsError:
    unusable = batch.wrong_with(error.column)
    found = unusable or error
    row = None if found.row is None else before + found.row
    where = table if row is None or unusable else f"{table}, row {row}"
    return type(found)(
        f"{where}: {found}",
        status=found.status,
        argument=table,
        row=row,
        column=found.column,
        value=found.value,
    )
