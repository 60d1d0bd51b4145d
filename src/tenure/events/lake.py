"""A workspace's lake: one folder, one Delta table a subfolder."""

from collections.abc import Callable, Collection
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import date

from tenure.events.adapters import delta, locks
from tenure.events.contracts import TABLES, TableSpec
from tenure.events.relations import LakeRelation

Guard = Callable[[str], AbstractContextManager[None]]


@dataclass(frozen=True)
class Lake:
    """`root` is the workspace's folder or URL. `guard(uri)` lets one writer at a time into a table."""

    slug: str
    root: str
    guard: Guard = field(default=locks.one_writer, compare=False)

    def spec(self, table: str) -> TableSpec:
        """The layout of `table`; KeyError when the lake has no such table."""
        return TABLES[table]

    def uri(self, table: str) -> str:
        """Where `table` lives."""
        return f"{self.root}/{self.spec(table).name}"

    def snapshot(self, table: str) -> delta.Snapshot:
        """The newest version of `table`; version -1 and no files before the first write."""
        return delta.snapshot(self.spec(table), self.uri(table))

    def relation(
        self,
        table: str,
        *,
        months: Collection[str] | None = None,
        classes: Collection[str] | None = None,
        accounts: tuple[int, int] | None = None,
        days: tuple[date, date] | None = None,
    ) -> LakeRelation:
        """The newest version of `table`, to query.

        `months` ("YYYY-MM") and `classes` choose partitions exactly. `accounts` and `days` (first, last) only leave
        out files that cannot hold such rows: the query still has to filter.
        """
        snapshot = self.snapshot(table)
        wanted = [
            file.path
            for file in snapshot.files
            if (months is None or file.partition["month"] in months)
            and (classes is None or file.partition["class"] in classes)
            and (accounts is None or file.may_hold("account", *accounts))
            and (days is None or file.may_hold("day", *days))
        ]
        return LakeRelation(snapshot.spec, snapshot.uri, snapshot.version, tuple(sorted(wanted)))

    def months(self, table: str) -> list[str]:
        """The months that have rows, oldest first."""
        return sorted({file.partition["month"] for file in self.snapshot(table).files})
