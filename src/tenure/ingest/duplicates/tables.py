"""Where pieces lie: in a file of their own on SQLite, in the product's database elsewhere; made by need."""

import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from typing import Any, Protocol

from django.db import connection as database
from django.db import transaction

from tenure.base import paths

type Value = int | str | bytes

SCHEMA = (
    """
    CREATE TABLE IF NOT EXISTS seen_piece (
        id {key}, workspace BIGINT NOT NULL, day CHAR(10) NOT NULL, run BIGINT NOT NULL, hashes BIGINT NOT NULL
    )
    """,
    "CREATE INDEX IF NOT EXISTS seen_piece_of_day ON seen_piece (workspace, day)",
    """
    CREATE TABLE IF NOT EXISTS seen_page (
        piece BIGINT NOT NULL, first {blob} NOT NULL, hashes {blob} NOT NULL, PRIMARY KEY (piece, first)
    )
    """,
)
READ_AT_ONCE = 200
"""Rows of a stream that are in memory at once."""
BUSY_S = 20
CACHE_KB = 8_192
PAGE_BYTES = 16_384
"""A page of hashes is 4 kB, which SQLite's own 4,096 would spread over two."""


class Tables(Protocol):
    """What a database must offer. `{p}` is the mark of a parameter."""

    def ask(self, statement: str, *values: Value) -> list[tuple[Any, ...]]: ...
    def stream(self, statement: str, *values: Value) -> Iterator[list[tuple[Any, ...]]]: ...
    def change(self, statement: str, rows: Sequence[tuple[Value, ...]]) -> None: ...
    def writing(self) -> AbstractContextManager[object]: ...


def tables() -> Tables:
    """Those of this installation."""
    return _Sqlite(str(paths.home() / "seen.sqlite3")) if database.vendor == "sqlite" else _Postgres()


_connections = threading.local()
_made: set[str] = set()


def leave() -> None:
    """Close what the thread, which ends, holds open."""
    for connection in _connections.__dict__.pop("by_file", {}).values():
        connection.close()


class _Sqlite:
    """Raw: the product's own connection has another file, and a cache that this one would empty."""

    def __init__(self, file: str) -> None:
        known: dict[str, sqlite3.Connection] = _connections.__dict__.setdefault("by_file", {})
        if file not in known:
            made = sqlite3.connect(file, timeout=BUSY_S, isolation_level=None)
            made.execute(f"PRAGMA page_size={PAGE_BYTES}")
            made.execute("PRAGMA journal_mode=WAL")
            made.execute("PRAGMA synchronous=FULL")
            made.execute(f"PRAGMA cache_size=-{CACHE_KB}")
            for statement in SCHEMA:
                made.execute(statement.format(key="INTEGER PRIMARY KEY AUTOINCREMENT", blob="BLOB"))
            known[file] = made
        self._connection = known[file]

    def ask(self, statement: str, *values: Value) -> list[tuple[Any, ...]]:
        return self._connection.execute(statement.format(p="?"), values).fetchall()

    def stream(self, statement: str, *values: Value) -> Iterator[list[tuple[Any, ...]]]:
        cursor = self._connection.execute(statement.format(p="?"), values)
        while rows := cursor.fetchmany(READ_AT_ONCE):
            yield rows

    def change(self, statement: str, rows: Sequence[tuple[Value, ...]]) -> None:
        self._connection.executemany(statement.format(p="?"), rows)

    @contextmanager
    def writing(self) -> Iterator[None]:
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            yield
            self._connection.execute("COMMIT")
        except BaseException:
            if self._connection.in_transaction:  # SQLite may have undone it already, where the disk is full
                self._connection.execute("ROLLBACK")
            raise


class _Postgres:
    """In the product's database, on the thread's own connection of Django's."""

    def __init__(self) -> None:
        name = str(database.settings_dict["NAME"])
        if name not in _made:
            with database.cursor() as cursor:
                for statement in SCHEMA:
                    cursor.execute(statement.format(key="BIGSERIAL PRIMARY KEY", blob="BYTEA"))
            if not database.in_atomic_block:  # what may still be rolled back is not made
                _made.add(name)

    def ask(self, statement: str, *values: Value) -> list[tuple[Any, ...]]:
        with database.cursor() as cursor:
            cursor.execute(statement.format(p="%s"), values)
            return list(cursor.fetchall())

    def stream(self, statement: str, *values: Value) -> Iterator[list[tuple[Any, ...]]]:
        with transaction.atomic(), database.chunked_cursor() as cursor:
            cursor.execute(statement.format(p="%s"), values)
            while rows := cursor.fetchmany(READ_AT_ONCE):
                yield rows

    def change(self, statement: str, rows: Sequence[tuple[Value, ...]]) -> None:
        with database.cursor() as cursor:
            cursor.executemany(statement.format(p="%s"), rows)

    def writing(self) -> AbstractContextManager[object]:
        return transaction.atomic()
