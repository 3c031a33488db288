"""What can go wrong, and what is known of it."""

from __future__ import annotations


class XqsError(Exception):
    """Anything that xqs refuses. The message says where, what, and what is allowed.

    Attributes:
        status: what kind of error it is, as in the C interface: ``"XQS_INVALID_DATA"``, ...
        argument: the argument or query key at fault, None if it is none.
        row: the row of the table passed, the first being 0; None if it is no row's fault.
        column: the column at fault, None if there is none.
        value: its value as text, None if there is none.
    """

    def __init__(
        self,
        message: str,
        *,
        status: str = "XQS_INVALID_ARGUMENT",
        argument: str | None = None,
        row: int | None = None,
        column: str | None = None,
        value: str | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.argument = argument
        self.row = row
        self.column = column
        self.value = value

    def __reduce__(self) -> tuple[object, ...]:
        return _restored, (type(self), str(self), self.__dict__)


def _restored(kind: type[XqsError], message: str, attributes: dict[str, object]) -> XqsError:
    """An error out of a pickle; one of another process, say."""
    error = kind(message)
    error.__dict__.update(attributes)
    return error


class XqsTypeError(XqsError, TypeError):
    """An argument, or a value of a column, is of a type that cannot be meant."""


class XqsValueError(XqsError, ValueError):
    """An argument is of the right type and impossible all the same."""


class DefinitionError(XqsValueError):
    """A definition contradicts itself, or its file is malformed. The message names the path."""


class QueryError(XqsValueError):
    """A question is malformed, or asks for the impossible. The message names the JSON path."""


class DataError(XqsValueError):
    """A row or a column cannot be accepted. Nothing was dropped or guessed."""


class IncompatibleError(XqsValueError):
    """States of different definitions, columns or kinds of unit do not go together."""


class RefusedError(XqsValueError):
    """The gate does not show the result: it would tell of too few people."""


class BytesError(XqsValueError):
    """Bytes are no state: damaged, of an unknown version, or not canonical."""


class XqsOverflowError(XqsError, OverflowError):
    """A total would leave its range."""


class XqsMemoryError(XqsError, MemoryError):
    """Memory is out. The object in use is as it was, but for a query, which is gone."""


class XqsWarning(UserWarning):
    """A result is not of all rows: of none left out by ``on_error="skip"``, of no further items."""


#: The class of each status; any other status is a fault of the library.
CLASSES: dict[str, type[XqsError]] = {
    "XQS_INVALID_ARGUMENT": XqsValueError,
    "XQS_INVALID_DEFINITION": DefinitionError,
    "XQS_INVALID_QUERY": QueryError,
    "XQS_INVALID_DATA": DataError,
    "XQS_INCOMPATIBLE": IncompatibleError,
    "XQS_OVERFLOW": XqsOverflowError,
    "XQS_REFUSED": RefusedError,
    "XQS_INVALID_BYTES": BytesError,
    "XQS_OUT_OF_MEMORY": XqsMemoryError,
}
