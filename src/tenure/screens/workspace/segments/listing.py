"""The list of segments: how large each is and how that went, and the starters that are not in force."""

from dataclasses import dataclass
from datetime import date

from django.http import HttpResponse
from django.shortcuts import render
from markupsafe import Markup

from tenure.screens import formats
from tenure.screens.access import TeamRequest, page
from tenure.screens.jinja import to
from tenure.screens.prepared import prepared
from tenure.screens.workspace.segments import wording
from tenure.segments import queries, starters
from tenure.segments.contracts import ListedSegment
from tenure.tenants.contracts import Permission


@dataclass(frozen=True, slots=True)
class Row:
    """A segment as the list shows it."""

    href: str
    name: str
    description: str
    shape: str
    icon: str
    tier: str
    size: str
    change: int | None
    sparkline: Markup
    broken: str
    waits: bool
    people: bool


@page(Permission.VIEW)
@prepared("segments")
def segments(request: TeamRequest) -> HttpResponse:
    """The page."""
    rows = [_row(request, each, request.as_of) for each in queries.listing(request.as_of)]
    may_change = request.member.may(Permission.CONFIGURE)
    offered = starters.offered()
    context = {
        "active": "segments",
        "tiers": [row for row in rows if row.tier],
        "rows": [row for row in rows if not row.tier and not row.people],
        "people": [row for row in rows if row.people],
        "count": len(rows),
        "ready": [each for each in offered if each.body],
        "missing": [each for each in offered if not each.body],
        "may_change": may_change,
    }
    return render(request, "segments/list.html", context)


def _row(request: TeamRequest, each: ListedSegment, as_of: date) -> Row:
    shape, icon = wording.SHAPES[each.body.shape]
    return Row(
        href=to(request, "workspace:segment", segment=each.key),
        name=each.body.name,
        description=each.body.description,
        shape=shape,
        icon=icon,
        tier=str(each.body.tier.order) if each.body.tier else "",
        size=formats.UNKNOWN if each.size is None else formats.number(each.size),
        change=each.change_30d,
        sparkline=wording.sparkline(each.course, each.body.name),
        broken=each.broken,
        waits=len(each.course) < 2 and not each.broken,
        people=each.body.entity == "person",
    )
