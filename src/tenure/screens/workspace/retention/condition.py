"""Retention grouped by a condition: the builder of segments, whose lines become the groups of the page."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET

from tenure.measures.language import ExpressionError, parse
from tenure.screens.access import TeamRequest, page
from tenure.screens.jinja import to, with_query
from tenure.screens.prepared import prepared
from tenure.screens.workspace.segments import editing, lines
from tenure.segments import queries as segments
from tenure.tenants.contracts import Permission

KEPT = ("as_of", "definition")


@page(Permission.VIEW)
@require_GET
@prepared("retention")
def condition(request: TeamRequest) -> HttpResponse:
    """Lines or text, and who fits while typing; `apply` goes to the page with who fits beside all others."""
    catalogue = segments.catalogue()
    typed = "n" in request.GET or "mode" in request.GET
    given = lines.typed(request.GET) if typed else lines.of_text(_text(request.GET.get("by", "")[:4_000]), catalogue)
    given = lines.settled(given, catalogue)
    keep = {name: text for name in KEPT if (text := request.GET.get(name))}
    back = to(request, "workspace:retention")
    where = given.where(catalogue)
    shown = editing.built(request, given, catalogue)
    if request.GET.get("apply") and where and _reads(where):
        chosen = request.GET.get("definition", "")
        return redirect(f"{with_query(request, 'workspace:retention', definition=chosen, by=where)}#groups")
    context = {"active": "retention", "keep": keep.items(), "back": back, **shown}
    return render(request, "retention/condition.html", context)


def _text(by: str) -> str:
    """The condition that the page is grouped by now; nothing where it is by a field."""
    return by if _reads(by) else ""


def _reads(where: str) -> bool:
    try:
        parse(where, segments.catalogue())
    except ExpressionError:
        return False
    return True
