"""Definitions: the rules of a score."""

from __future__ import annotations

import ctypes
import json
import os
from collections.abc import Mapping
from html import escape
from pathlib import Path
from typing import Any, ClassVar, TypeAlias

from . import _abi
from ._errors import DefinitionError, XqsTypeError, XqsValueError

#: What stands for a definition: one, the name of a preset, the path of a file, or its content.
IntoDefinition: TypeAlias = "Definition | str | os.PathLike[str] | Mapping[str, Any]"


class Definition:
    """The rules of one score: scales, items, estimator, bands, confidentiality. Immutable.

    Args:
        source: the name of a preset, the path of a definition file (it holds a ``/``, or ends in
            ``.json``), or the content of one as a mapping.

    Raises:
        DefinitionError: the rules contradict themselves; the message names the JSON path.
        XqsValueError: there is no such preset; the message lists them.
        OSError: the file cannot be read.

    Example:
        >>> xqs.Definition("ceqs").replace(estimator="item_mean", name="ceqs_items")
        Definition ceqs_items@2026.1, 5 items, item_mean, identified
    """

    #: The definitions that the library brings along.
    presets: ClassVar[tuple[str, ...]] = ("ceqs", "sqr", "employee_experience")

    def __init__(self, source: str | os.PathLike[str] | Mapping[str, Any] = "ceqs") -> None:
        if isinstance(source, str) and "/" not in source and not source.endswith(".json"):
            self._as_parameter_ = _preset_handle(source)
        elif isinstance(source, Mapping):
            self._as_parameter_ = _handle("definition_parse", _json_of(source))
        elif isinstance(source, (str, os.PathLike)):  # pyright: ignore[reportUnnecessaryIsInstance]
            self._as_parameter_ = _file_handle(Path(source))
        else:
            raise XqsTypeError(
                "a definition is the name of a preset, the path of a file or a mapping,"
                f" not {type(source).__name__}",
                argument="definition",
            )

    @classmethod
    def parse(cls, text: str | bytes) -> Definition:
        """The definition in the text of a definition file.

        Raises:
            DefinitionError: it is malformed or contradicts itself.
        """
        definition = cls.__new__(cls)
        raw = _utf8(text) if isinstance(text, str) else _abi.bytes_in(text)
        definition._as_parameter_ = _handle("definition_parse", raw)
        return definition

    def replace(self, **changes: Any) -> Definition:
        """Another definition: this one with some keys of its file changed, None for their defaults.

        Whoever changes rules should change ``name`` or ``version`` with them.

        Raises:
            DefinitionError: the result contradicts itself.
        """
        document = {**self.to_dict(), **changes}
        return Definition({key: value for key, value in document.items() if value is not None})

    def to_json(self) -> str:
        """The definition, defaults filled in, as canonical JSON (RFC 8785)."""
        return _abi.out_text("definition_json", self)

    def to_dict(self) -> dict[str, Any]:
        """The same as data: change it and hand it to ``Definition``."""
        document: dict[str, Any] = json.loads(self.to_json())
        return document

    @property
    def name(self) -> str:
        """Its name."""
        return str(self.to_dict()["name"])

    @property
    def version(self) -> str:
        """Its version."""
        return str(self.to_dict()["version"])

    @property
    def items(self) -> tuple[str, ...]:
        """The ids of its items."""
        return tuple(item["id"] for item in self.to_dict()["items"])

    @property
    def bands(self) -> tuple[str, ...]:
        """The ids of its bands, the lowest first."""
        return tuple(band["id"] for band in self.to_dict()["bands"])

    @property
    def fingerprint(self) -> str:
        """32 hex digits that tell definitions apart; it stands beside every score."""
        return self._digits("definition_fingerprint")

    @property
    def tally_fingerprint(self) -> str:
        """32 hex digits that tell apart what changes a tally; states of equal ones merge."""
        return self._digits("definition_tally_fingerprint")

    @property
    def provenance(self) -> str:
        """Name, version and fingerprint, as in the column ``definition`` of results."""
        return _abi.out_text("definition_provenance", self)

    def _digits(self, verb: str) -> str:
        digest = (ctypes.c_ubyte * 16)()
        _abi.call(verb, self, digest)
        return bytes(digest).hex()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Definition) and self.fingerprint == other.fingerprint

    def __hash__(self) -> int:
        return hash(self.fingerprint)

    def __reduce__(self) -> tuple[object, ...]:
        return Definition.parse, (self.to_json(),)

    def __repr__(self) -> str:
        rules = self.to_dict()
        return (
            f"Definition {rules['name']}@{rules['version']}, {len(rules['items'])} items,"
            f" {rules['estimator']}, {rules['confidentiality']}"
        )

    def _repr_html_(self) -> str:
        rules = self.to_dict()
        items = "".join(
            f"<tr><td>{escape(item['id'])}</td><td>{escape(_english(item.get('title')))}</td>"
            f"<td>{item['weight']:g}</td></tr>"
            for item in rules["items"]
        )
        bands = "".join(
            f"<tr><td>{escape(band['id'])}</td><td>{_edge(band)}</td></tr>"
            for band in rules["bands"]
        )
        return (
            f"<h4>{escape(_english(rules.get('title')) or rules['name'])}</h4>"
            f"<p>{escape(repr(self))}<br><code>{escape(self.provenance)}</code></p>"
            f"<table><tr><th>item</th><th>title</th><th>weight</th></tr>{items}</table>"
            f"<table><tr><th>band</th><th>up to</th></tr>{bands}</table>"
        )


def definition_of(source: IntoDefinition) -> Definition:
    """What stands for a definition, as one."""
    return source if isinstance(source, Definition) else Definition(source)


def _handle(verb: str, text: bytes) -> _abi.Handle:
    return _abi.Handle("definition", verb, text, len(text))


def _utf8(text: str) -> bytes:
    try:
        return text.encode()
    except UnicodeEncodeError:
        raise DefinitionError(
            "a definition is Unicode text, and this holds half a character",
            status="XQS_INVALID_DEFINITION",
            argument="definition",
        ) from None


def _preset_handle(name: str) -> _abi.Handle:
    try:
        return _handle("definition_preset", _utf8(name))
    except XqsValueError as error:
        raise XqsValueError(
            str(error).removeprefix("name: "), status=error.status, argument="definition"
        ) from None


def _file_handle(path: Path) -> _abi.Handle:
    try:
        return _handle("definition_parse", path.read_bytes())
    except DefinitionError as error:
        raise DefinitionError(f"{path}: {error}", status=error.status) from None


def _json_of(document: Mapping[str, Any]) -> bytes:
    try:
        return json.dumps(dict(document), ensure_ascii=False, allow_nan=False).encode()
    except (TypeError, ValueError) as error:
        raise XqsTypeError(
            f"a definition is text, numbers, lists and mappings of such: {error}",
            argument="definition",
        ) from None


def _english(title: Mapping[str, str] | None) -> str:
    return next(iter([title["en"]] if title and "en" in title else (title or {}).values()), "")


def _edge(band: Mapping[str, Any]) -> str:
    return f"{band['to']:g} %" if "to" in band else ""
