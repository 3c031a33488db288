"""Answers as columns of Python values: for callers who brought no frame of their own."""

from __future__ import annotations

import ctypes
from html import escape
from itertools import pairwise
from typing import TYPE_CHECKING, Any, cast

from . import _abi, _arrow
from ._score import score_of_row

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

_shown_rows = 40
_numbers: dict[bytes, type[Any]] = {b"l": ctypes.c_int64, b"g": ctypes.c_double}
_offsets: dict[bytes, type[Any]] = {
    b"u": ctypes.c_int32,
    b"U": ctypes.c_int64,
    b"+l": ctypes.c_int32,
}


class Table(dict[str, list[Any]]):
    """An answer to a question about a dict of columns: columns by name, in which None is null.

    ``pandas.DataFrame(table)`` and the like make a frame of it. Printed or in a notebook it is a
    table, and one score is a line.

    Attributes:
        notes: what a reader must know of the whole, in sentences.
        formats: the Arrow format of each column.
    """

    def __init__(
        self, columns: Mapping[str, list[Any]], formats: Sequence[str], notes: Sequence[str]
    ) -> None:
        super().__init__(columns)
        self.formats = list(formats)
        self.notes = list(notes)

    @property
    def height(self) -> int:
        """The number of rows."""
        return max(map(len, self.values()), default=0)

    def rows(self) -> Iterator[dict[str, Any]]:
        """The rows, each with its values by column."""
        for row in zip(*self.values(), strict=True):
            yield dict(zip(self, row, strict=True))

    def __repr__(self) -> str:
        if next(iter(self), None) == "score" and self.height == 1 and "interval_kind" in self:
            return repr(score_of_row(next(self.rows())))
        return "\n".join([*_printed(self._shown()), *self._below()])

    def _repr_html_(self) -> str:
        shown = self._shown()
        head = "".join(f"<th>{escape(name)}</th>" for name in shown)
        body = "".join(
            "<tr>" + "".join(f"<td>{escape(_cell(value))}</td>" for value in row) + "</tr>"
            for row in zip(*(column[:_shown_rows] for column in shown.values()), strict=True)
        )
        below = "".join(f"<p>{escape(line)}</p>" for line in self._below())
        return f"<table><tr>{head}</tr>{body}</table>{below}"

    def _shown(self) -> dict[str, list[Any]]:
        """All columns, but those of detail, and a definition that is the same everywhere."""
        definitions = set(self.get("definition", []))
        return {
            name: column
            for name, column in self.items()
            if not name.startswith("excluded_")
            and not (name == "definition" and len(definitions) <= 1)
        }

    def _below(self) -> list[str]:
        hidden = self.height - _shown_rows
        definitions = list(dict.fromkeys(self.get("definition", [])))
        return [
            *([f"... and {hidden} more rows"] if hidden > 0 else []),
            *self.notes,
            *([f"definition {definitions[0]}"] if len(definitions) == 1 else []),
        ]


def read(stream: _arrow.ResultStream) -> Table:
    """Reads an answer to its end."""
    notes = stream.notes()
    columns: dict[str, list[Any]] = {}
    formats: list[bytes] = []
    schema = stream.schema()
    try:
        for position in range(schema.n_children):
            child = schema.children[position].contents
            columns[(child.name or b"").decode()] = []
            formats.append(child.format)
    finally:
        _arrow.released(schema)
    for batch in _arrow.batches_of_stream(stream):
        for position, (name, kind) in enumerate(zip(columns, formats, strict=True)):
            columns[name] += _values(kind, batch.array.children[position].contents)
    return Table(columns, [kind.decode() for kind in formats], notes)


def _buffer(array: _abi.ArrowArray, which: int, kind: Any, count: int) -> list[Any]:
    if count == 0:
        return []
    buffer: Any = (kind * count).from_address(array.buffers[which])
    return list(buffer)


def _bits(array: _abi.ArrowArray, which: int) -> list[bool]:
    packed = _buffer(array, which, ctypes.c_uint8, (array.length + 7) // 8)
    return [bool(packed[row // 8] >> row % 8 & 1) for row in range(array.length)]


def _values(kind: bytes, array: _abi.ArrowArray) -> list[Any]:
    """The values of a column, whose array begins at its buffers' first value."""
    if kind in _numbers:
        values = _buffer(array, 1, _numbers[kind], array.length)
    elif kind == b"b":
        values = _bits(array, 1)
    else:
        ends = _buffer(array, 1, _offsets[kind], array.length + 1) if array.length else [0]
        if kind == b"+l":
            all_of: Any = _values(b"u", array.children[0].contents)
            values = [all_of[a:b] for a, b in pairwise(ends)]
        else:
            text = ctypes.string_at(array.buffers[2], ends[-1]) if ends[-1] else b""
            values = [text[a:b].decode() for a, b in pairwise(ends)]
    if array.null_count == 0 or not array.buffers[0]:
        return values
    return [value if valid else None for value, valid in zip(values, _bits(array, 0), strict=True)]


def _cell(value: object) -> str:
    if value is None:
        return "-"
    if isinstance(value, float):
        return f"{value:.4g}"
    if isinstance(value, list):
        return ", ".join(map(str, cast("list[object]", value)))
    return str(value)


def _printed(columns: Mapping[str, list[Any]]) -> Iterator[str]:
    """Text in aligned columns: numbers to the right, the rest to the left."""
    sheet: list[list[str]] = []
    for name, values in columns.items():
        cells = [name, *(_cell(value) for value in values[:_shown_rows])]
        width = max(map(len, cells))
        right = any(isinstance(value, (int, float)) for value in values)
        sheet.append([cell.rjust(width) if right else cell.ljust(width) for cell in cells])
    for row in zip(*sheet, strict=True):
        yield "  ".join(row).rstrip()
