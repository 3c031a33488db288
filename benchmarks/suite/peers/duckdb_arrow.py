"""DuckDB, over Arrow tables."""

from .duckdb_native import connection_of, idioms, version

__all__ = ["idioms", "load", "version"]


def load(_: object, tables: dict, threads: int) -> object:
    """A connection that sees the tables."""
    return connection_of(tables, threads)
