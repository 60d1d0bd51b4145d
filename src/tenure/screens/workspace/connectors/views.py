"""Connect Stripe, and see how it does."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from tenure.base import clock
from tenure.base.refusals import Invalid, Refusal
from tenure.ingest.connectors import actions, backfill, queries
from tenure.screens.access import TeamRequest, page
from tenure.screens.workspace.connectors import rows
from tenure.tenants.contracts import Permission


@never_cache
@page(Permission.MANAGE_KEYS)
def connectors(request: TeamRequest) -> HttpResponse:
    """What there is to connect; POST makes the address for Stripe."""
    source, problem = request.POST.get("source", "").strip() or "stripe", ""
    if request.method == "POST":
        try:
            made = actions.connect(source=source, by=request.member)
        except Refusal as refusal:
            problem = refusal.message
        else:
            return redirect("workspace:connector", slug=request.workspace.slug, connector=made)
    context = {"source": source, "problem": problem, "connected": queries.connectors()}
    return render(request, "workspace/connectors/new.html", context, status=422 if problem else 200)


@never_cache
@page(Permission.MANAGE_KEYS)
def connector(request: TeamRequest, connector: int) -> HttpResponse:
    """How it is set up and how it does; POST changes the set-up."""
    problem, field, status = "", "", 200
    if request.method == "POST":
        wanted = actions.Settings(
            account_key=request.POST.get("account_key", ""),
            secret=request.POST.get("secret", ""),
            api_key=request.POST.get("api_key", ""),
        )
        edition = request.POST.get("edition", "")
        try:
            actions.change(
                connector=connector, wanted=wanted, edition=int(edition) if edition.isdecimal() else 0,
                by=request.member,
            )  # fmt: skip
        except actions.ChangedMeanwhile as refusal:
            problem, status = refusal.message, refusal.status
        except Invalid as refusal:
            problem, status = refusal.message, refusal.status
            field = refusal.problems[0].where if refusal.problems else ""
        else:
            messages.success(request, "Saved.")
            return redirect("workspace:connector", slug=request.workspace.slug, connector=connector)
    return _page(request, connector, problem=problem, field=field, status=status)


@page(Permission.MANAGE_KEYS)
@require_POST
def secret_removals(request: TeamRequest, connector: int) -> HttpResponse:
    """Let a signing secret go."""
    actions.remove_secret(connector=connector, name=request.POST.get("name", ""), by=request.member)
    messages.success(request, "The secret is removed: what is signed with it alone is refused from now on.")
    return redirect("workspace:connector", slug=request.workspace.slug, connector=connector)


@page(Permission.MANAGE_KEYS)
@require_POST
def fills(request: TeamRequest, connector: int) -> HttpResponse:
    """Begin the back-fill, or go on."""
    backfill.start(connector=connector, by=request.member)
    return redirect("workspace:connector", slug=request.workspace.slug, connector=connector)


@page(Permission.MANAGE_KEYS)
@require_POST
def disconnections(request: TeamRequest, connector: int) -> HttpResponse:
    """Forget address, secrets and key."""
    actions.disconnect(connector=connector, by=request.member)
    messages.success(request, "Stripe is disconnected. Delete the endpoint in Stripe too; what was learned stays.")
    return redirect("workspace:event-sources", slug=request.workspace.slug)


def _page(request: TeamRequest, connector: int, *, problem: str, field: str, status: int) -> HttpResponse:
    found, now = queries.connector(connector), clock.now()
    received = queries.received(connector)
    context = {
        "one": found,
        "address": f"{request.scheme}://{request.get_host()}{found.path}",
        "wanted_events": rows.EVENTS,
        "state": rows.state(found, now),
        "waiting": rows.waiting(received),
        "secrets": rows.secrets(found),
        "fill": rows.fill(found.fill, now, has_key=found.has_api_key),
        "types": rows.types(received, now),
        "refused": rows.refused(received, now),
        "without_customer": rows.without_customer(received),
        "account_key": request.POST.get("account_key", found.account_key),
        "problem": problem,
        "field": field,
    }
    return render(request, "workspace/connectors/connector.html", context, status=status)
