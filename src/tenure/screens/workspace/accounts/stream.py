"""What happened with an account, newest first: entries of the team, events of the log and moves in one stream."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import partial

import pyarrow as pa

from tenure.base import clock, cursors
from tenure.base.soon import soon
from tenure.customers import queries as customers
from tenure.events import queries as events
from tenure.events.contracts import TimelineKey
from tenure.screens.access import TeamRequest
from tenure.screens.workspace.accounts import logged, moves
from tenure.screens.workspace.accounts.items import Day, Item, by_day, midnight
from tenure.screens.workspace.accounts.promises import promised
from tenure.screens.workspace.entries.cards import item_of
from tenure.screens.workspace.tasks.noted import with_tasks
from tenure.tenants import queries as tenants
from tenure.work import queries as work
from tenure.work.contracts import EntryFilter, EntryView

KINDS = (
    ("all", "Everything"), ("team", "Team"), ("record", "Business"), ("moves", "Moves"), ("usage", "Product use"),
)  # fmt: skip
_CLASSES = {"all": None, "story": {"record"}, "record": {"record"}, "usage": {"usage"}}


@dataclass(frozen=True, slots=True)
class Stream:
    """A page of the stream and the cursor of the next, if there is more. `contact` is the newest contact with the
    customer, where it was asked for."""

    days: tuple[Day, ...]
    next: str | None
    contact: EntryView | None = None


def latest(request: TeamRequest, account: int, *, days: int, limit: int) -> Callable[[], Stream]:
    """The newest things of these days that tell a story: entries and business facts, no single clicks; and the newest
    contact of all. The lake is asked at once, while the caller does other things; what this returns waits for it."""
    since = request.as_of - timedelta(days=days)
    before = _newest(request)
    members = _members(request, account)
    rows = _events(request, members, kind="story", before=before, since=since, limit=limit + 1)

    def answer() -> Stream:
        entries, contact = work.latest(account, before=(before.at, before.message_id), limit=limit + 1)
        found = [item_of(request, account, entry) for entry in with_tasks(request, entries)]
        found += promised(request, account, before, limit + 1)
        return _page(request, [*found, *(logged.told(request, rows()) if rows else ())], limit, contact)

    return answer


def stream(
    request: TeamRequest, account: int, *, kind: str, where: EntryFilter, cursor: str | None, limit: int = 50
) -> Stream:
    """A page of the stream. `kind`: all, story (entries and business), team, record, moves, usage. With `where` only
    entries that fit. Four queries at most."""
    kind = kind if where.is_empty else "team"
    before = _key(cursor) if cursor else _newest(request)
    members = _members(request, account)
    rows = _events(request, members, kind=kind, before=before, since=None, limit=limit + 1)
    moved = None
    if kind in ("all", "moves"):
        moved = moves.asked(request, account, members, before=before, limit=limit + 1)
    found: list[Item] = []
    if kind in ("all", "story", "team"):
        entries = work.entries(account, before=(before.at, before.message_id), where=where, limit=limit + 1)
        found += [item_of(request, account, entry) for entry in with_tasks(request, entries)]
        if where.is_empty:
            found += promised(request, account, before, limit + 1)
    found += logged.told(request, rows()) if rows else []
    found += moved() if moved else []
    return _page(request, found, limit)


def _page(request: TeamRequest, found: list[Item], limit: int, contact: EntryView | None = None) -> Stream:
    found.sort(key=lambda item: (item.at, item.key), reverse=True)
    shown, more = found[:limit], len(found) > limit
    end = cursors.encode([shown[-1].at.isoformat(), shown[-1].key]) if more else None
    return Stream(by_day(request, shown), end, contact)


def _members(request: TeamRequest, account: int) -> tuple[int, ...]:
    """The account and those merged into it by the page's day."""
    return customers.merged().accounts.members(account, request.as_of) or (account,)


def _key(cursor: str) -> TimelineKey:
    at, key = cursors.decode(cursor)
    return TimelineKey(datetime.fromisoformat(str(at)), str(key))


def _newest(request: TeamRequest) -> TimelineKey:
    """Where the stream begins: at the end of the page's day; on the workspace's own day with what was written last."""
    if request.as_of == tenants.as_of_day(request.workspace):
        return TimelineKey(clock.now() + timedelta(days=1))
    return TimelineKey(midnight(request, request.as_of + timedelta(days=1)).astimezone(UTC))


def _events(
    request: TeamRequest, members: tuple[int, ...], *, kind: str, before: TimelineKey, since: date | None, limit: int
) -> Callable[[], pa.Table] | None:
    """The rows of the log, asked for at once; None where none are wanted."""
    if kind not in _CLASSES:
        return None
    lake = events.open_lake(request.workspace.slug)
    return soon(
        partial(
            events.timeline_of,
            lake, members, before=before, limit=limit, since=since, as_of=request.as_of, classes=_CLASSES[kind],
        )
    )  # fmt: skip
