"""What is wrong with a column."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xqs._errors import XqsTypeError

if TYPE_CHECKING:
    from xqs._errors import XqsError


class RefusalError(Exception):
    """Values cannot be taken: found before their column's name is known."""

    def __init__(
        self,
        why: str,
        *,
        row: int | None = None,
        value: object = None,
        kind: type[XqsError] = XqsTypeError,
    ) -> None:
        super().__init__(why)
        self._subject = "column"
        self._row = row
        self._value = None if row is None else shown(value)
        self._kind = kind

    def of_categories(self) -> RefusalError:
        """The same, found in the list of a column's categories, which is no row."""
        self._subject = "the list of categories of column"
        self._row = None
        return self

    def of_column(self, name: str) -> XqsError:
        where = "" if self._value is None else ":" if self._row is None else f", row {self._row}:"
        return self._kind(
            f'{self._subject} "{name}"{where} {self}',
            status="XQS_INVALID_DATA",
            row=self._row,
            column=name,
            value=self._value,
        )


def not_taken(kind: object) -> str:
    advice = "convert the column to text, numbers or times, or leave it out"
    return f"is of type {kind}, which is not taken; {advice}"


def shown(value: object) -> str:
    most = 60
    text = repr(value)
    return text if len(text) <= most else text[: most - 3] + "..."


def is_unicode(text: str) -> bool:
    """Whether it is all characters, and no halves of them as UTF-16 knows them."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
