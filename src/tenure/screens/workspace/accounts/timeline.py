"""An account's timeline: everything that happened, newest first, a page at a time."""

from django.http import HttpResponse
from django.shortcuts import render

from tenure.screens.access import TeamRequest, page
from tenure.screens.jinja import query
from tenure.screens.workspace.accounts import entries
from tenure.screens.workspace.accounts.head import follows_merges, opened
from tenure.tenants.contracts import Permission


@page(Permission.VIEW)
@follows_merges
def timeline(request: TeamRequest, account: int) -> HttpResponse:
    """The page; htmx asks for the next entries alone."""
    kind = request.GET.get("kind", "all")
    kind = kind if kind in dict(entries.KINDS) else "all"
    cursor = request.GET.get("cursor")
    this = opened(request, account, "timeline")
    stream = entries.stream(request, account, kind=kind, cursor=cursor)
    context = {
        "active": "accounts",
        "head": this.head,
        "kind": kind,
        "kinds": [(label, query(request, kind=key, cursor=None), key == kind) for key, label in entries.KINDS],
        "stream": stream,
        "next": query(request, cursor=stream.next) if stream.next else "",
        "first": query(request, cursor=None) if cursor else "",
        "may_write": request.member.may(Permission.WRITE_NOTES),
        "may_edit": request.member.may(Permission.EDIT_ACCOUNTS),
    }
    return render(request, "accounts/timeline.html", context)
