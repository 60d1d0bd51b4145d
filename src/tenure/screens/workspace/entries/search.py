"""The team's entries of all accounts, searched."""

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.http import HttpResponse
from django.shortcuts import render

from tenure.screens import formats
from tenure.screens.access import TeamRequest, page
from tenure.screens.jinja import query, to
from tenure.screens.workspace.entries import filtering
from tenure.screens.workspace.entries.cards import ICONS, VERBS, meta_of
from tenure.tenants.contracts import Permission
from tenure.work import queries
from tenure.work.contracts import Found


@dataclass(frozen=True, slots=True)
class Hit:
    """An entry that was found, in finished texts; pieces of text are (text, whether it matched)."""

    account: str
    href: str
    icon: str
    title: tuple[tuple[str, bool], ...]
    did: str
    excerpt: tuple[tuple[str, bool], ...]
    day: str
    meta: tuple[str, ...]
    tags: tuple[str, ...]
    files: int


@page(Permission.VIEW)
def timeline_search(request: TeamRequest) -> HttpResponse:
    """`?q=` words, and the filters; newest first, a page at a time."""
    where = filtering.read(request.GET)
    cursor = request.GET.get("cursor")
    found = queries.search(where, cursor=cursor)
    context = {
        "active": "timeline",
        "q": where.words,
        "hits": [_hit(request, row) for row in found.rows],
        "filters": filtering.selects(request),
        "since": where.since.isoformat() if where.since else "",
        "until": where.until.isoformat() if where.until else "",
        "account": str(where.account) if where.account is not None else "",
        "filtered": not where.is_empty,
        "next": query(request, cursor=found.next) if found.next else "",
        "first": query(request, cursor=None) if cursor else "",
    }
    return render(request, "entries/search.html", context)


def _hit(request: TeamRequest, row: Found) -> Hit:
    entry = row.entry
    return Hit(
        account=row.account,
        href=to(request, "workspace:account-entry", account=entry.account_id, entry=entry.id),
        icon=ICONS[entry.kind],
        title=row.title,
        did=f"{entry.author} {VERBS[entry.kind]}",
        excerpt=row.excerpt,
        day=formats.day(entry.happened_at.astimezone(ZoneInfo(request.workspace.timezone))),
        meta=meta_of(entry),
        tags=entry.tags,
        files=len(entry.attachments),
    )
