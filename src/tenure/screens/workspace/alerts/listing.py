"""The rules: which are on, what they bring, how often each was right; starters, and the day's budget."""

from dataclasses import dataclass
from datetime import timedelta

from django.http import HttpResponse
from django.shortcuts import render

from tenure.alerts import queries, starters
from tenure.alerts.contracts import TYPES, ListedRule
from tenure.measures.contracts import Catalogue
from tenure.screens import formats
from tenure.screens.access import TeamRequest, page
from tenure.screens.jinja import to
from tenure.screens.workspace.alerts import wording
from tenure.segments import queries as segments
from tenure.tenants.contracts import Permission

MUTED_DAYS = 30


@dataclass(frozen=True, slots=True)
class Row:
    """A rule as the list shows it."""

    key: str
    href: str
    name: str
    says: str
    type: str
    to: str
    active: bool
    muted: str
    proposed: str
    standing: str
    opened: str
    precision: str
    closed: str
    broken: str


@page(Permission.VIEW)
def rules(request: TeamRequest) -> HttpResponse:
    """The page."""
    catalogue = segments.catalogue()
    rows = [row(request, each, catalogue) for each in queries.listing(request.as_of)]
    offered = starters.offered()
    context = {
        "active": "alert-rules",
        "rows": rows,
        "ready": [each for each in offered if each.body],
        "missing": [each for each in offered if not each.body],
        "budget": queries.budget(),
        "revision": queries.setting_revision(),
        "may_change": request.member.may(Permission.CONFIGURE),
        "until": (request.as_of + timedelta(days=MUTED_DAYS)).isoformat(),
    }
    return render(request, "alerts/list.html", context)


def row(request: TeamRequest, each: ListedRule, catalogue: Catalogue) -> Row:
    """A rule as lists and its page show it."""
    return Row(
        key=each.key,
        href=to(request, "workspace:alert-rule", rule=each.key),
        name=each.body.name,
        says=formats.capital(wording.when(each.body, catalogue)),
        type=TYPES[each.body.type],
        to=wording.role(each.body.role),
        active=each.body.active,
        muted=formats.day(each.muted_until) if each.muted_until else "",
        proposed=_proposed(each) if each.proposed else "",
        standing=formats.number(each.standing),
        opened=formats.number(each.opened),
        precision=wording.share(each.precision),
        closed=formats.number(each.answers.closed),
        broken=each.broken,
    )


def _proposed(each: ListedRule) -> str:
    """The figures that speak for muting."""
    return (
        f"{formats.number(each.answers.wrong)} of {formats.number(each.answers.closed)} closed alerts were wrong: "
        f"{wording.share(each.precision)} were right. With a probability of {formats.percent(each.surely)} fewer than "
        "three in ten are."
    )
