"""The peers, a module each: ``version``, ``load`` and ``idioms``, as ``Peer`` says."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, Protocol, cast

if TYPE_CHECKING:
    import pyarrow as pa

    from suite.works import Work

#: What is timed: loaded rows in, a frame out that has the group columns and ``n``, and either the
#: sums ``r``, ``s`` (``rr``, ``rs``, ``ss``) of points or ``score`` and ``std_error``.
Idiom = Callable[[Any], Any]


class Peer(Protocol):
    """What a module of a peer has."""

    def version(self) -> str:
        """Of the library."""
        ...

    def load(self, work: Work, tables: Mapping[str, pa.Table], threads: int) -> Any:
        """Outside the clock: the rows as the peer has them, and its threads set."""
        ...

    def idioms(self, work: Work) -> dict[str, Idiom]:
        """Ways to do the work, by name; none if it cannot."""
        ...


#: Names, with the module that knows each and the library it needs. The first is what the others
#: are compared with.
PEERS = {
    "xqs": ("xqs_package", "xqs"),
    "DuckDB": ("duckdb_native", "duckdb"),
    "DuckDB over Arrow": ("duckdb_arrow", "duckdb"),
    "Polars": ("polars_frames", "polars"),
    "pandas": ("pandas_frames", "pandas"),
    "pyarrow": ("pyarrow_tables", "pyarrow"),
    "NumPy": ("numpy_arrays", "numpy"),
}


def is_installed(name: str) -> bool:
    """Whether the library of a peer is."""
    return find_spec(PEERS[name][1]) is not None


def peer(name: str) -> Peer:
    """The module of a peer."""
    return cast("Peer", import_module(f"suite.peers.{PEERS[name][0]}"))
