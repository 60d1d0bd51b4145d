"""Who and which tags fit what is being typed."""

from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import render

from tenure.customers import queries as customers
from tenure.screens.access import TeamRequest, page
from tenure.screens.workspace.accounts.head import check_stands, follows_merges
from tenure.tenants.contracts import Permission
from tenure.work import queries
from tenure.work.mentions import completed, listed

LONGEST = 2000


@dataclass(frozen=True, slots=True)
class Option:
    """What replaces [start, end) of the line, and what is said beside it."""

    start: int
    end: int
    insert: str
    label: str
    detail: str = ""


@page(Permission.VIEW)
@follows_merges
def account_names(request: TeamRequest, account: int) -> HttpResponse:
    """`?text=…&position=…` → people and members for a line of names; with `mention=1` the text is one name's start."""
    check_stands(request, customers.account_header(account))
    text, position = _typed(request)
    if request.GET.get("mention"):
        options = [
            Option(0, len(text), f"{said} ", what) for said, what in queries.people_to_name(account, text.strip())
        ]
    else:
        start, end, typed = completed(text, position)
        given = set(listed(text[:start] + text[end:]))
        options = [
            Option(start, end, f"{said}, " if end == len(text) else said, what)
            for said, what in queries.people_to_name(account, typed)
            if said not in given
        ]
    return render(request, "components/_completions.html", {"completions": options})


@page(Permission.VIEW)
def tag_names(request: TeamRequest) -> HttpResponse:
    """`?text=…&position=…` → tags for a line of tags."""
    text, position = _typed(request)
    start, end, typed = completed(text, position)
    given = listed(text[:start] + text[end:])
    options = [
        Option(start, end, f"{name}, " if end == len(text) else name, "")
        for name in queries.tags_like(typed, given=given)
    ]
    return render(request, "components/_completions.html", {"completions": options})


def _typed(request: TeamRequest) -> tuple[str, int]:
    text = request.GET.get("text", "")[:LONGEST]
    position = request.GET.get("position", "")
    return text, min(int(position), len(text)) if position.isdecimal() and len(position) < 9 else len(text)
