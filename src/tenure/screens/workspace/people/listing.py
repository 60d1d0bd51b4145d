"""The list of people: the furniture of the list of accounts, over their own facts and those of their account."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import redirect

from tenure.health import lists
from tenure.health import queries as health
from tenure.health.contracts import StatePage
from tenure.screens import live
from tenure.screens.access import TeamRequest, page
from tenure.screens.jinja import query
from tenure.screens.workspace.accounts import counting, saved
from tenure.screens.workspace.accounts.asked import asked, selection
from tenure.screens.workspace.accounts.columns import Column
from tenure.screens.workspace.accounts.kinds import ACCOUNT_NAME
from tenure.screens.workspace.accounts.listing import LIMIT, Cell, cells, furniture, shown, sort_links
from tenure.screens.workspace.segments import people as segments
from tenure.screens.workspace.segments.people import PersonMember
from tenure.tenants.contracts import Permission


@dataclass(frozen=True, slots=True)
class Row:
    """A person as the list shows them."""

    who: PersonMember
    cells: tuple[Cell, ...]


@page(Permission.VIEW)
def people(request: TeamRequest) -> HttpResponse:
    """The list. htmx asks for the rows alone."""
    mark = live.mark_of_list(request, people=True)
    views = saved.views_of(request, "person")
    if elsewhere := saved.leads_to(request, views):
        return redirect(elsewhere)
    wanted = selection(request, asked(request.GET, request.member.role, "person"))
    where, owners, chosen = wanted.where, wanted.owners, wanted.chosen
    context = {**furniture(request, wanted, views), "mark": mark}
    try:
        found = lists.list_people(
            request.as_of, where=where, owners=owners, sort=wanted.sort, descending=wanted.descending,
            cursor=request.GET.get("cursor"), limit=LIMIT, columns=[column.key for column in chosen],
        )  # fmt: skip
    except health.NoScores as none:
        return shown(request, {**context, "rows": [], "said": none.message})
    groups = (
        lists.count_by(request.as_of, wanted.group.key, where=where, owners=owners, most=counting.MOST, entity="person")
        if wanted.group
        else ()
    )
    context |= {
        "groups": counting.by_group(request, wanted, groups),
        # Where all groups are known they add up to everybody: a pass over the people less.
        "total": sum(held for _, held in groups)
        if 0 < len(groups) < counting.MOST
        else lists.count_people(request.as_of, where=where, owners=owners),
        "fixed": sort_links(request, wanted, ("name", "role", ACCOUNT_NAME)),
        "rows": _rows(request, found, chosen),
        "next": query(request, cursor=found.next) if found.next else "",
        "said": "",
    }
    return shown(request, context)


def _rows(request: TeamRequest, found: StatePage, chosen: Sequence[Column]) -> list[Row]:
    """Finished rows. One query, for the names of their accounts."""
    members = segments.rows(request, found.rows)
    return [
        Row(who, cells(chosen, values, request.workspace.currency))
        for who, values in zip(members, found.rows, strict=True)
    ]
