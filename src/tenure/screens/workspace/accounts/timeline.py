"""An account's timeline: everything that happened, newest first, a page at a time."""

from django.http import HttpResponse
from django.shortcuts import render

from tenure.screens.access import TeamRequest, page
from tenure.screens.jinja import query
from tenure.screens.workspace.accounts import stream
from tenure.screens.workspace.accounts.head import arrived, follows_merges, opened
from tenure.screens.workspace.entries import filtering, forms
from tenure.screens.workspace.entries.cards import item_of
from tenure.screens.workspace.tasks.noted import with_tasks
from tenure.tenants.contracts import Permission
from tenure.work import queries as work


@page(Permission.VIEW)
@follows_merges
def timeline(request: TeamRequest, account: int) -> HttpResponse:
    """The page. `?kind=` says what to show; of entries also `type=`, `author=`, `tag=`, `flow=`."""
    kind = request.GET.get("kind", "all")
    kind = kind if kind in dict(stream.KINDS) else "all"
    cursor = request.GET.get("cursor")
    this = opened(request, account, "timeline", at=arrived(request, account, entries=True))
    where = filtering.read(request.GET)
    found = stream.stream(request, account, kind=kind, where=where, cursor=cursor)
    pinned = work.entries(account, pinned=True, limit=1) if not cursor else []
    of_team = {"type": None, "author": None, "tag": None, "flow": None}
    context = {
        "active": "accounts",
        "head": this.head,
        "kind": kind,
        "kinds": [
            (label, query(request, kind=key, cursor=None, written=None, **of_team), key == kind)
            for key, label in stream.KINDS
        ],
        "filters": filtering.selects(request) if kind in ("all", "team") else (),
        "filtered": not where.is_empty,
        "unfiltered": query(request, cursor=None, written=None, **of_team),
        "stream": found,
        "pinned": item_of(request, account, with_tasks(request, pinned)[0]) if pinned else None,
        "next": query(request, cursor=found.next, written=None) if found.next else "",
        "first": query(request, cursor=None) if cursor else "",
        "may_write": request.member.may(Permission.WRITE_NOTES),
        "may_edit": request.member.may(Permission.EDIT_ACCOUNTS),
        "composer": forms.empty(request, account),
        "written": request.GET.get("written", ""),
        "follows": ["stream"],
    }
    return render(request, "accounts/timeline.html", context)
