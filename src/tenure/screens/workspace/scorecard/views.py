"""Scorecard: what a score is made of, how its curves run, how much of it is known."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from tenure.definitions import queries as definitions
from tenure.health import queries as health
from tenure.screens import formats
from tenure.screens.access import TeamRequest, page
from tenure.screens.workspace.scorecard import bar, rows
from tenure.screens.workspace.scorecard.record import badge
from tenure.tenants.contracts import Permission


@page(Permission.VIEW)
@require_GET
def scorecard(request: TeamRequest) -> HttpResponse:
    """The card in force. It is changed in the studio, or as a document: `tenure export`, `plan`, `apply`."""
    found = health.scorecard()
    if found is None:
        return render(request, "workspace/scorecard/none.html", {})
    key, version, card = found
    counts = _counts()
    versions = definitions.versions("scorecard", key)
    context = {
        "key": key,
        "tabs": bar.tabs(request, "workspace:scorecard"),
        "may_change": request.member.may(Permission.CONFIGURE),
        "drafted": any(each.state == "draft" for each in versions),
        "version": version,
        "card": card,
        "bands": rows.bands(card, counts),
        "scored": formats.number(sum(counts.values())),
        "profiles": rows.profiles(card, health.coverage(), health.catalogue()),
        "frozen": health.frozen(),
        "floor": formats.percent(card.coverage_floor),
        "roll_up": rows.ROLL_UPS[card.roll_up],
        "scheme": rows.SCHEMES[card.scheme],
        "record": badge(request.as_of),
        "versions": versions,
    }
    return render(request, "workspace/scorecard/scorecard.html", context)


def _counts() -> dict[str, int]:
    """Scored accounts by band now; empty before the first run."""
    try:
        state = health.state()
    except health.NoScores:
        return {}
    found = state.table["band"].value_counts().to_pylist()
    return {str(each["values"]): int(each["counts"]) for each in found if each["values"] is not None}
