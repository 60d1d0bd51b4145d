"""Where hashes lie: one table a day of receipt, in a file of its own on SQLite, in the product's database elsewhere.

`held` of a day grows with every hash written, in the same transaction: who knows it knows whether somebody else wrote.
"""

import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from itertools import batched
from typing import Protocol

from django.db import connection as database
from django.db import transaction

from tenure.base import paths

ASKED_AT_ONCE = 500
READ_AT_ONCE = 100_000


class Tables(Protocol):
    """What a database must offer. Days without a table have no hashes."""

    def held(self) -> dict[date, int]: ...
    def runs_of(self, day: date, hashes: Sequence[bytes]) -> dict[bytes, int]: ...
    def add(self, day: date, hashes: Sequence[bytes], run: int) -> None: ...
    def all_of(self, day: date) -> Iterator[list[bytes]]: ...
    def drop(self, day: date) -> None: ...


def tables() -> Tables:
    """Those of this installation."""
    return _Sqlite(str(paths.home() / "seen.sqlite3")) if database.vendor == "sqlite" else _Postgres()


def _name(day: date) -> str:
    return f"seen_{day:%Y%m%d}"


def _day(name: str) -> date:
    return date(int(name[5:9]), int(name[9:11]), int(name[11:13]))


_connections = threading.local()


class _Sqlite:
    """Raw: the product's own connection has another file, and a cache that this one would empty."""

    def __init__(self, file: str) -> None:
        known: dict[str, sqlite3.Connection] = _connections.__dict__.setdefault("by_file", {})
        if file not in known:
            made = sqlite3.connect(file, timeout=20, isolation_level=None)
            made.execute("PRAGMA journal_mode=WAL")
            made.execute("PRAGMA synchronous=FULL")
            made.execute("PRAGMA cache_size=-32768")
            made.execute("CREATE TABLE IF NOT EXISTS held (day TEXT PRIMARY KEY, hashes INTEGER NOT NULL)")
            known[file] = made
        self._connection = known[file]

    def held(self) -> dict[date, int]:
        rows = self._connection.execute("SELECT day, hashes FROM held")
        return {_day(name): count for name, count in rows}

    def runs_of(self, day: date, hashes: Sequence[bytes]) -> dict[bytes, int]:
        found: dict[bytes, int] = {}
        for chunk in batched(hashes, ASKED_AT_ONCE):
            marks = ",".join("?" * len(chunk))
            found |= dict(
                self._connection.execute(f"SELECT hash, run FROM {_name(day)} WHERE hash IN ({marks})", chunk)  # noqa: S608
            )
        return found

    def add(self, day: date, hashes: Sequence[bytes], run: int) -> None:
        name = _name(day)
        with self._writing():
            self._connection.execute(
                f"CREATE TABLE IF NOT EXISTS {name} (hash BLOB PRIMARY KEY, run INTEGER NOT NULL) WITHOUT ROWID"
            )
            added = self._connection.executemany(
                f"INSERT OR IGNORE INTO {name} VALUES (?, ?)",  # noqa: S608
                [(each, run) for each in sorted(hashes)],
            ).rowcount
            self._connection.execute(
                "INSERT INTO held VALUES (?, ?) ON CONFLICT (day) DO UPDATE SET hashes = hashes + excluded.hashes",
                (name, max(added, 0)),
            )

    def all_of(self, day: date) -> Iterator[list[bytes]]:
        cursor = self._connection.execute(f"SELECT hash FROM {_name(day)}")  # noqa: S608
        while rows := cursor.fetchmany(READ_AT_ONCE):
            yield [row[0] for row in rows]

    def drop(self, day: date) -> None:
        with self._writing():
            self._connection.execute("DELETE FROM held WHERE day = ?", (_name(day),))
            self._connection.execute(f"DROP TABLE IF EXISTS {_name(day)}")

    @contextmanager
    def _writing(self) -> Iterator[None]:
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._connection.execute("ROLLBACK")
            raise
        self._connection.execute("COMMIT")


class _Postgres:
    """In the product's database; the tables are made by need, so they have no model."""

    def held(self) -> dict[date, int]:
        with database.cursor() as cursor:
            cursor.execute("CREATE TABLE IF NOT EXISTS seen_held (day text PRIMARY KEY, hashes bigint NOT NULL)")
            cursor.execute("SELECT day, hashes FROM seen_held")
            return {_day(name): int(count) for name, count in cursor.fetchall()}

    def runs_of(self, day: date, hashes: Sequence[bytes]) -> dict[bytes, int]:
        with database.cursor() as cursor:
            cursor.execute(f"SELECT hash, run FROM {_name(day)} WHERE hash = ANY(%s)", [list(hashes)])  # noqa: S608
            return {bytes(found): int(run) for found, run in cursor.fetchall()}

    def add(self, day: date, hashes: Sequence[bytes], run: int) -> None:
        name = _name(day)
        with transaction.atomic(), database.cursor() as cursor:
            cursor.execute(f"CREATE TABLE IF NOT EXISTS {name} (hash bytea PRIMARY KEY, run bigint NOT NULL)")
            cursor.execute(
                f"INSERT INTO {name} SELECT unnest(%s::bytea[]), %s ON CONFLICT DO NOTHING",
                [sorted(hashes), run],
            )
            cursor.execute(
                "INSERT INTO seen_held VALUES (%s, %s)"
                " ON CONFLICT (day) DO UPDATE SET hashes = seen_held.hashes + excluded.hashes",
                [name, cursor.rowcount],
            )

    def all_of(self, day: date) -> Iterator[list[bytes]]:
        with transaction.atomic(), database.chunked_cursor() as cursor:
            cursor.execute(f"SELECT hash FROM {_name(day)}")  # noqa: S608
            while rows := cursor.fetchmany(READ_AT_ONCE):
                yield [bytes(row[0]) for row in rows]

    def drop(self, day: date) -> None:
        with transaction.atomic(), database.cursor() as cursor:
            cursor.execute("DELETE FROM seen_held WHERE day = %s", [_name(day)])
            cursor.execute(f"DROP TABLE IF EXISTS {_name(day)}")
