"""A workspace's lake: one folder, one Delta table a subfolder."""

from collections import defaultdict
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
        """The newest version of `table`, to query; what is left out is told by `relation_of`."""
        return relation_of(self.snapshot(table), months=months, classes=classes, accounts=accounts, days=days)

    def months(self, table: str) -> list[str]:
        """The months that have rows, oldest first."""
        return sorted({file.partition["month"] for file in self.snapshot(table).files})


def relation_of(
    snapshot: delta.Snapshot,
    *,
    months: Collection[str] | None = None,
    classes: Collection[str] | None = None,
    accounts: tuple[int, int] | None = None,
    days: tuple[date, date] | None = None,
) -> LakeRelation:
    """A table at one version, to query.

    `months` ("YYYY-MM") and `classes` choose partitions exactly. `accounts` and `days` (first, last) only leave
    out files that cannot hold such rows: the query still has to filter.
    """
    wanted = [
        file.path
        for file in snapshot.files
        if (months is None or file.partition["month"] in months)
        and (classes is None or file.partition["class"] in classes)
        and (accounts is None or file.may_hold("account", *accounts))
        and (days is None or file.may_hold("day", *days))
    ]
    return LakeRelation(snapshot.spec, snapshot.uri, snapshot.version, tuple(sorted(wanted)))


def expected_rows(
    snapshot: delta.Snapshot, account: int, *, classes: Collection[str] | None = None
) -> dict[str, float]:
    """By month ("YYYY-MM"), how many rows an account has on average in the files that can hold this one's."""
    rows: defaultdict[str, float] = defaultdict(float)
    for file in snapshot.files:
        if (classes is None or file.partition["class"] in classes) and file.may_hold("account", account, account):
            first, last = file.spans.get("account", (account, account))
            rows[file.partition["month"]] += file.rows / (int(str(last)) - int(str(first)) + 1)
    return dict(rows)
