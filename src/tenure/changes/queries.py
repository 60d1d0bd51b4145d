"""Reads of change sets: what one would do, how far one is, which accounts it did not change."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from django.db.models import QuerySet

from tenure.base import cursors, jobs
from tenure.base.refusals import Conflict, NotFound
from tenure.changes import rules
from tenure.changes.contracts import ChangesPage, ChangeView, Example, Preview, Refused
from tenure.changes.models import ChangedAccount, ChangeSet
from tenure.customers import queries as customers
from tenure.tenants.queries import members_by_id

_PAGE = 1_000


def preview(accounts: Sequence[int], owner: int | None, *, shown: Sequence[int] = ()) -> Preview:
    """What giving these accounts an owner (None: nobody) would do, with the first accounts of `shown`, else theirs, as
    examples. Refuses an owner who is not there or has left. Five queries."""
    named = members_by_id([owner])[owner].label if owner is not None and check_owner(owner) else ""
    ids = set(accounts)
    same, refused = customers.owned_among(ids, owner), customers.unchangeable(ids)
    first = list(shown or accounts)[: rules.EXAMPLES]
    rows = customers.accounts_by_ids(first)
    return Preview(
        total=len(ids),
        same=len(same - refused.keys()) if owner is not None else len(ids) - len(same | refused.keys()),
        refused=Counter(refused.values()),
        examples=tuple(
            Example(each, rows[each].name, rows[each].owner_name, rows[each].owner == owner, refused.get(each, ""))
            for each in first
            if each in rows
        ),
        owner=named,
        mark=rules.mark(ids, owner),
    )


def check_owner(owner: int) -> bool:
    """Refuses who is no member of the team, or not any more. One query."""
    found = members_by_id([owner]).get(owner)
    if found is None:
        raise NotFound("There is no such member. Choose an owner from the list.")
    if not found.active:
        raise Conflict(f"{found.label} has left the team. Choose somebody who is active.")
    return True


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
    return rows.select_related("by__user", "owner__user").defer("wanted")


def _view(row: ChangeSet) -> ChangeView:
    waits, died = jobs.course(row.task) if row.task and row.status in ("changing", "undoing") else (False, "")
    return ChangeView(
        id=row.pk,
        by=row.by.user.name or row.by.user.email,
        made_at=row.made_at,
        owner=(row.owner.user.name or row.owner.user.email) if row.owner else "",
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
