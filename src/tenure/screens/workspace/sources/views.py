"""Sources: is everything arriving, and if not, why not."""

from datetime import timedelta

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from tenure.base import clock
from tenure.base.refusals import NotFound
from tenure.ingest import queries, sources
from tenure.ingest.connectors import queries as connecting
from tenure.ingest.drain.replaying import replay
from tenure.screens import formats
from tenure.screens.access import TeamRequest, page
from tenure.screens.workspace.connectors.rows import state
from tenure.screens.workspace.sources import rows
from tenure.screens.workspace.sources.wanted import wanted
from tenure.tenants.contracts import Permission

SPAN = timedelta(days=30)
MEMORY = timedelta(days=29)
"""How far back volumes are read: an hour is compared with the same one of 28 days."""


@never_cache
@page(Permission.VIEW)
@require_GET
def event_sources(request: TeamRequest) -> HttpResponse:
    """All sources, what waits, and why things were refused or wait; asked again every few seconds."""
    now, silent = clock.now(), sources.silences()
    wants = wanted(queries.sources_delivering())
    context = {
        "rows": [rows.source(each, now, silent) for each in sources.event_sources(now=now)],
        "connectors": [(each, state(each, now)) for each in connecting.connectors()],
        "wants": wants,
        "had": sum(want.has for want in wants),
        "waiting": rows.waiting(sources.backlog(), now),
        "rejects": rows.reasons(sources.reject_reasons(since=now - SPAN), now),
        "parked": rows.reasons(sources.parked_reasons(), now),
        "may_make_keys": request.member.may(Permission.MANAGE_KEYS),
    }
    return render(request, "workspace/sources/list.html", context)


@never_cache
@page(Permission.CONFIGURE)
@require_GET
def event_source(request: TeamRequest, source: str) -> HttpResponse:
    """One source: its hours, its newest messages as they come, its refused events with their text."""
    now = clock.now()
    found = _known(source)
    reason = request.GET.get("reason") or None
    refused = sources.rejected_events(source=source, reason=reason, cursor=request.GET.get("after") or None)
    zone = request.workspace.timezone
    volumes = sources.volumes(source, since=now - MEMORY)
    context = {
        "row": rows.source(found, now, sources.silences()),
        "hours": rows.hours(volumes, now, zone),
        "unusual": rows.unusual(sources.unusual_hours(found, volumes, now=now), zone),
        "seen": rows.schema(sources.schema_seen(source)),
        "newest": rows.messages(sources.newest_messages(source), zone),
        "reasons": rows.reasons(sources.reject_reasons(since=now - SPAN, source=source), now),
        "parked": rows.reasons(sources.parked_reasons(source=source), now),
        "rejects": [rows.reject(each, now) for each in refused.rejects],
        "reason": reason,
        "next": refused.next,
        "later": "after" in request.GET,
    }
    return render(request, "workspace/sources/source.html", context)


@page(Permission.CONFIGURE)
@require_POST
def event_replays(request: TeamRequest, source: str) -> HttpResponse:
    """Send a source's refused events of a reason through the inbox again."""
    _known(source)
    sent, left = replay(reason=request.POST.get("reason", ""), source=source, by=request.member)
    if sent:
        told = f"{formats.count(sent, 'event')} sent again: see in a few seconds what became of them."
        messages.success(request, f"{told} {left} cannot be, because they were cut." if left else told)
    else:
        messages.error(request, "None of these can be sent again: they were taken in part, or cut when they were kept.")
    return redirect("workspace:event-source", slug=request.workspace.slug, source=source)


def _known(source: str) -> sources.EventSource:
    found = next((each for each in sources.event_sources() if each.source == source), None)
    if found is None:
        raise NotFound("No source of this name has sent anything.")
    return found
