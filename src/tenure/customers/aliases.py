"""Who stands for whom, and since when: pure decisions about merges.

A merge is known from the day it was made until the day it was undone. On any day, a record that was merged is held by
the record at the end of its chain; every other record holds itself.
"""

import itertools
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from tenure.customers.contracts import Entity, MergeView

BEGINNING, END = date(1, 1, 1), date(9999, 12, 31)


@dataclass(frozen=True, slots=True)
class Stretch:
    """Days (`since` <= day < `until`) on which a record is held by one and the same."""

    id: int
    holder: int
    since: date
    until: date


@dataclass(frozen=True)
class Aliases:
    """The merges of one entity, undone ones too, in the order in which they were made."""

    merges: tuple[MergeView, ...] = ()

    @cached_property
    def ids(self) -> frozenset[int]:
        """Everybody who was ever merged, or merged into."""
        return frozenset(record for merge in self.merges for record in (merge.absorbed, merge.survivor))

    @cached_property
    def days(self) -> tuple[date, ...]:
        """The days on which anything changed, ascending."""
        return _days_of(self.merges)

    @cached_property
    def _leading(self) -> Mapping[int, tuple[MergeView, ...]]:
        found: dict[int, list[MergeView]] = {}
        for merge in self.merges:
            found.setdefault(merge.absorbed, []).append(merge)
        return {record: tuple(merges) for record, merges in found.items()}

    def holder(self, record: int, day: date = END) -> int:
        """Who stands for the record on a day; without one, now."""
        seen = {record}
        while (above := self._above(record, day)) is not None and above not in seen:
            seen.add(above)
            record = above
        return record

    def members(self, record: int, day: date = END) -> tuple[int, ...]:
        """Whom the record stands for on a day, itself first; nobody while another stands for it."""
        if record not in self.ids:
            return (record,)
        if self.holder(record, day) != record:
            return ()
        return (
            record,
            *sorted(other for other in self._family(record) if other != record and self.holder(other, day) == record),
        )

    def sources(self, ids: Iterable[int]) -> frozenset[int]:
        """All records whose rows one of these holds on any day, themselves among them."""
        wanted = frozenset(ids)
        related = {member for record in wanted & self.ids for member in self._family(record)}
        return wanted | {record for record in related if any(each.holder in wanted for each in self.course(record))}

    def course(self, record: int) -> tuple[Stretch, ...]:
        """Who held the record when: all days, in order."""
        if record not in self.ids:
            return (Stretch(record, record, BEGINNING, END),)
        edges = [BEGINNING, *self.changes(record), END]
        found: list[Stretch] = []
        for since, until in itertools.pairwise(edges):
            holder = self.holder(record, since)
            if found and found[-1].holder == holder:
                found[-1] = Stretch(record, holder, found[-1].since, until)
            else:
                found.append(Stretch(record, holder, since, until))
        return tuple(found)

    @cached_property
    def courses(self) -> tuple[tuple[Stretch, ...], ...]:
        """Of each record that was held by another on some day: who held it when."""
        every = (self.course(record) for record in sorted(self._leading))
        return tuple(course for course in every if len(course) > 1)

    def groups(self, day: date = END) -> dict[int, tuple[int, ...]]:
        """Who stands for more than themselves on a day, with whom (themselves first)."""
        every = ((record, self.members(record, day)) for record in sorted(self.ids))
        return {record: members for record, members in every if len(members) > 1}

    def eras(self, days: Iterable[date]) -> list[tuple[list[date], date]]:
        """The days in runs, ascending, in each of which nobody was merged or split; with a day of each run."""
        found: dict[int, list[date]] = {}
        for day in sorted(set(days)):
            found.setdefault(bisect_right(self.days, day), []).append(day)
        return [(run, run[0]) for run in found.values()]

    def changes(self, record: int) -> tuple[date, ...]:
        """The days on which the family of the record was merged or split, ascending."""
        return self._changes.get(self._roots.get(record, record), ())

    def news(self, number: int) -> tuple[frozenset[int], tuple[date, ...]]:
        """Whom merges and undoings after that number concern, and on which days their families changed."""
        roots = {self._roots[merge.absorbed] for merge in self.merges if merge.number > number}
        concerned = frozenset(record for record in self.ids if self._roots[record] in roots)
        return concerned, tuple(sorted({day for root in roots for day in self._changes[root]}))

    def _above(self, record: int, day: date) -> int | None:
        for merge in self._leading.get(record, ()):
            if merge.on <= day and (merge.until is None or day < merge.until):
                return merge.survivor
        return None

    def _family(self, record: int) -> frozenset[int]:
        return self._families.get(self._roots.get(record, record), frozenset({record}))

    @cached_property
    def _roots(self) -> Mapping[int, int]:
        """Of each record one of those that merges ever tied it to, the same for all of them."""
        root = {record: record for record in self.ids}

        def top(record: int) -> int:
            while root[record] != record:
                record = root[record]
            return record

        for merge in self.merges:
            root[top(merge.absorbed)] = top(merge.survivor)
        return {record: top(record) for record in root}

    @cached_property
    def _families(self) -> Mapping[int, frozenset[int]]:
        found: dict[int, set[int]] = {}
        for record, root in self._roots.items():
            found.setdefault(root, set()).add(record)
        return {root: frozenset(ids) for root, ids in found.items()}

    @cached_property
    def _changes(self) -> Mapping[int, tuple[date, ...]]:
        found: dict[int, list[MergeView]] = {}
        for merge in self.merges:
            found.setdefault(self._roots[merge.absorbed], []).append(merge)
        return {root: _days_of(merges) for root, merges in found.items()}


@dataclass(frozen=True)
class Merged:
    """All merges of a workspace; false without any. `number` is that of the last merge or undoing, 0 before it."""

    accounts: Aliases = Aliases()
    people: Aliases = Aliases()

    def __bool__(self) -> bool:
        return bool(self.accounts.merges or self.people.merges)

    @property
    def number(self) -> int:
        return max((merge.number for merge in (*self.accounts.merges, *self.people.merges)), default=0)

    def known_by(self, day: date) -> int:
        """How many merges and undoings were known by a day: while it is the same, what was believed then is."""
        every = (*self.accounts.merges, *self.people.merges)
        return sum((each.on <= day) + (each.until is not None and each.until <= day) for each in every)

    def of(self, entity: Entity) -> Aliases:
        """The merges of accounts, or of people."""
        return self.accounts if entity == "account" else self.people


NOTHING = Merged()


def effective_tree(parents: Mapping[int, int], aliases: Aliases, *, without: MergeView | None = None) -> dict[int, int]:
    """Child to parent as the merges leave them now (one of them undone, perhaps): only records that stand for
    themselves, each under who stands for its parent."""
    if without is not None:
        aliases = Aliases(tuple(merge for merge in aliases.merges if merge.id != without.id))
    found: dict[int, int] = {}
    for child, parent in parents.items():
        above = aliases.holder(parent)
        if aliases.holder(child) == child and above != child:
            found[child] = above
    return found


def above(tree: Mapping[int, int], record: int) -> list[int]:
    """Everybody above a record, from its parent up."""
    found: list[int] = []
    at = tree.get(record)
    while at is not None and at not in found:
        found.append(at)
        at = tree.get(at)
    return found


def _days_of(merges: Sequence[MergeView]) -> tuple[date, ...]:
    return tuple(sorted({day for merge in merges for day in (merge.on, merge.until) if day is not None}))
