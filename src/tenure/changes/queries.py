"""Reads of change sets: what one would do, how far one is, which accounts it did not change."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from django.db.models import QuerySet

from tenure.base import cursors, jobs
from tenure.base.refusals import NotFound
from tenure.changes import kinds, rules
from tenure.changes.contracts import ChangesPage, ChangeView, Edit, Example, Kind, Preview, Refused
from tenure.changes.models import ChangedAccount, ChangeSet
from tenure.customers import queries as customers
from tenure.customers.contracts import TraitValue

_PAGE = 1_000


def preview(accounts: Sequence[int], edit: Edit, *, shown: Sequence[int] = ()) -> Preview:
    """What changing these accounts would do, with the first accounts of `shown`, else theirs, as examples. Refuses an
    edit that may not be made. About six queries, one more for each 5,000 accounts where a trait changes."""
    kind = kinds.kind_of(edit)
    ids = set(accounts)
    standing, refused = kind.standing(ids), {**kind.refused(ids), **customers.unchangeable(ids)}
    after = _after(kind, ids, standing)
    same = {each for each in ids if each not in refused and after[each] == standing.get(each)}
    first = list(shown or accounts)[: rules.EXAMPLES]
    rows = customers.accounts_by_ids(first)
    there = [each for each in first if each in rows]
    moved = [standing.get(each) for each in ids - same - refused.keys()]
    said = _Said(kind, moved, [standing.get(each) for each in there], [after[each] for each in there])
    return Preview(
        total=len(ids),
        same=len(same),
        refused=Counter(refused.values()),
        before=said.before(),
        examples=tuple(
            Example(each, rows[each].name, before, then, each in same, refused.get(each, ""))
            for each, (before, then) in zip(there, said.examples(), strict=True)
        ),
        what=kind.what,
        title=kind.title,
        mark=rules.mark(ids, kinds.stored(edit)),
    )


def _after(kind: Kind, ids: Collection[int], standing: Mapping[int, TraitValue]) -> Mapping[int, TraitValue]:
    return {each: kind.then(each, standing.get(each)) for each in ids}


class _Said:
    """The values of a preview as people read them, all asked for at once."""

    def __init__(
        self, kind: Kind, moved: Sequence[TraitValue], now: Sequence[TraitValue], then: Sequence[TraitValue]
    ) -> None:
        said = kind.written([*moved, *now, *then])
        self._moved, rest = said[: len(moved)], said[len(moved) :]
        self._now, self._then = rest[: len(now)], rest[len(now) :]

    def before(self) -> tuple[tuple[str, int], ...]:
        """What those have that change, the commonest first."""
        found = Counter(self._moved)
        return tuple(sorted(found.items(), key=lambda each: (-each[1], each[0]))[: rules.KINDS_OF_BEFORE])

    def examples(self) -> list[tuple[str, str]]:
        return list(zip(self._now, self._then, strict=True))


def change(change_id: int) -> ChangeView:
    """One change set; refuses with `NotFound`. One query, two while it is at work."""
    row = _read(ChangeSet.objects.filter(pk=change_id)).first()
    if row is None:
        raise NotFound("There is no such change.")
    return _view(row)


def changes(*, cursor: str | None = None, limit: int = 50) -> ChangesPage:
    """Change sets, newest first, a page at a time. One query, and one for each that is at work."""
    rows = ChangeSet.objects.all()
    if cursor:
        rows = rows.filter(pk__lt=cursors.decode(cursor)[0])
    found = list(_read(rows).order_by("-pk")[: limit + 1])
    more = len(found) > limit
    page = found[:limit]
    return ChangesPage(tuple(_view(row) for row in page), cursors.encode([page[-1].pk]) if more else None)


def refused(change_id: int, *, limit: int = 20) -> tuple[Refused, ...]:
    """The first accounts that were not changed, or not changed back. Two queries."""
    return tuple(_refused(_not_changed(change_id)[:limit]))


def every_refused(change_id: int) -> Iterator[Refused]:
    """All of them, 1,000 at a time by two queries."""
    last = 0
    while True:
        part = list(_not_changed(change_id).filter(pk__gt=last)[:_PAGE])
        yield from _refused(part)
        if len(part) < _PAGE:
            return
        last = part[-1].pk


def _not_changed(change_id: int) -> QuerySet[ChangedAccount]:
    return ChangedAccount.objects.filter(change=change_id, outcome__in=("refused", "kept")).order_by("pk")


def _refused(rows: Iterable[ChangedAccount]) -> Iterator[Refused]:
    found = list(rows)
    known = customers.accounts_by_ids([row.account for row in found])
    for row in found:
        account = known.get(row.account)
        yield Refused(row.account, account.external_id if account else "", account.name if account else "", row.reason)


def _read(rows: QuerySet[ChangeSet]) -> QuerySet[ChangeSet]:
    return rows.select_related("by__user").defer("wanted")


def _view(row: ChangeSet) -> ChangeView:
    waits, died = jobs.course(row.task) if row.task and row.status in ("changing", "undoing") else (False, "")
    return ChangeView(
        id=row.pk,
        by=row.by.user.name or row.by.user.email,
        made_at=row.made_at,
        title=row.title,
        status=row.status,  # type: ignore[arg-type]
        total=row.total,
        done=row.done,
        same=row.same,
        changed=row.changed,
        refused=row.refused,
        undone=row.undone,
        kept=row.kept,
        waits=waits,
        died=died,
    )
