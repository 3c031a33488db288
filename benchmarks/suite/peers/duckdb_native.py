"""DuckDB, from tables of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import duckdb

from suite.data import TEXT

from ._sql import statements

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pyarrow as pa

    from suite.peers import Idiom
    from suite.works import Work


def version() -> str:
    """Of the library."""
    return duckdb.__version__


def load(_: Work, tables: Mapping[str, pa.Table], threads: int) -> Any:
    """A connection with the tables in memory."""
    connection = connection_of(tables, threads)
    for name in tables:
        connection.execute(f"CREATE TABLE native_{name} AS SELECT * FROM {name}")  # noqa: S608
        connection.unregister(name)
        connection.execute(f"ALTER TABLE native_{name} RENAME TO {name}")
    return connection


def connection_of(tables: Mapping[str, pa.Table], threads: int) -> Any:
    """A connection that sees the Arrow tables."""
    connection = duckdb.connect()
    connection.execute(f"SET threads = {threads}")
    for name, table in tables.items():
        connection.register(name, table)
    return connection


def idioms(work: Work) -> dict[str, Idiom]:
    """Statements; by integers once more with larger tables that keys address themselves."""
    found = plain(work)
    if work.unit == "row" and work.keys and not set(work.keys) & set(TEXT):
        found |= {f"{name}, perfect hash": _addressed(idiom) for name, idiom in found.items()}
    return found


def plain(work: Work) -> dict[str, Idiom]:
    """Statements, whose answers are Arrow tables."""
    return {name: _executing(statement) for name, statement in statements(work).items()}


def _executing(statement: str) -> Idiom:
    return lambda connection: connection.sql(statement).to_arrow_table()


def _addressed(idiom: Idiom) -> Idiom:
    """By up to a million keys, of which statistics say the smallest and the largest."""

    def ask(connection: Any) -> Any:
        connection.execute("SET perfect_ht_threshold = 20")  # bits; 12 without it
        answer = idiom(connection)
        connection.execute("RESET perfect_ht_threshold")
        return answer

    return ask
