"""DuckDB, over Arrow tables, of which it has no statistics."""

from .duckdb_native import connection_of, version
from .duckdb_native import plain as idioms

__all__ = ["idioms", "load", "version"]


def load(_: object, tables: dict, threads: int) -> object:
    """A connection that sees the tables."""
    return connection_of(tables, threads)
