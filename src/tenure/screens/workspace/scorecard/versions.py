"""What a draft would change, its publication, and the versions there were with the way back to each."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from tenure.base.refusals import Invalid, Refusal
from tenure.definitions import queries as definitions
from tenure.health import queries as health
from tenure.health import studio as drafts
from tenure.screens.access import TeamRequest, page
from tenure.screens.jinja import to
from tenure.screens.workspace.scorecard import bar, effects, history
from tenure.screens.workspace.scorecard.editing import seen
from tenure.tenants.contracts import Permission


@never_cache
@page(Permission.VIEW, writes=Permission.CONFIGURE)
def what_if(request: TeamRequest) -> HttpResponse:
    """What the draft would change; POST has it computed. While the worker is at it the page asks again every second."""
    if health.scorecard() is None:
        return render(request, "workspace/scorecard/none.html", {})
    if request.method == "POST":
        drafts.start(drafts.working(), by=request.member)
        return redirect(to(request, "workspace:what-if"))
    return _what_if(request)


def _what_if(request: TeamRequest, *, refusal: Refusal | None = None, note: str = "") -> HttpResponse:
    draft = drafts.working()
    progress = drafts.progress(draft)
    context = {
        **bar.context(request, draft, "workspace:what-if"),
        "progress": progress,
        "changes": history.changes(draft.changes),
        "today": effects.today(request, progress.found.today, draft),
        "entries": effects.entries(progress.found.entries, definitions.labels()),
        "course": effects.course(progress.found.course),
        "note": note,
        "wrong_note": "; ".join(p.message for p in refusal.problems if p.where == "note") if refusal else "",
        "problem": refusal.message if refusal and not refusal.problems else "",
    }
    status = refusal.status if refusal else 200
    return render(request, "workspace/scorecard/what_if.html", context, status=status)


@page(Permission.CONFIGURE)
@require_POST
def publications(request: TeamRequest) -> HttpResponse:
    """Put the draft in force."""
    note = request.POST.get("note", "")
    try:
        made = drafts.publish(note=note, **seen(request), by=request.member)
    except Refusal as refusal:
        if refusal.status not in (409, 422) or health.scorecard() is None:
            raise
        return _what_if(request, refusal=refusal, note=note)
    messages.success(
        request, f"Version {made.version} is in force. The next round of the worker scores everybody by it."
    )
    return redirect(to(request, "workspace:scorecard"))


@page(Permission.CONFIGURE)
@require_POST
def discards(request: TeamRequest) -> HttpResponse:
    """Throw the draft away."""
    drafts.discard(by=request.member)
    messages.success(request, "The draft is discarded. The version in force stays as it is.")
    return redirect(to(request, "workspace:studio"))


@page(Permission.VIEW)
@require_GET
def versions(request: TeamRequest) -> HttpResponse:
    """Every version, what it changed, and how long it was in force."""
    if health.scorecard() is None:
        return render(request, "workspace/scorecard/none.html", {})
    draft = drafts.working()
    context = {
        **bar.context(request, draft, "workspace:scorecard-versions"),
        "rows": history.versions(definitions.versions("scorecard", draft.key)),
    }
    return render(request, "workspace/scorecard/versions.html", context)


@page(Permission.CONFIGURE)
@require_POST
def rollbacks(request: TeamRequest) -> HttpResponse:
    """Put an older version back in force, as a new one."""
    given = request.POST.get("version", "")
    if not given.isdecimal() or len(given) > 9:
        raise Invalid("Choose a version from the list.")
    try:
        made = drafts.roll_back(to_version=int(given), by=request.member)
    except Refusal as refusal:
        if refusal.status != 409:
            raise
        messages.error(request, refusal.message)
    else:
        said = f"Version {made.version} is in force; it says what version {int(given)} said."
        messages.success(request, f"{said} The next round of the worker scores everybody by it.")
    return redirect(to(request, "workspace:scorecard-versions"))
