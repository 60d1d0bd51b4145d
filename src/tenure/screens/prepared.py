"""Pages of all customers on a day that is over: shown where the day is kept, else it is told to be prepared."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate

from django.http import HttpResponse
from django.shortcuts import render

from tenure.past import actions, queries
from tenure.past.contracts import Preparing
from tenure.screens import formats
from tenure.screens.access import TeamRequest
from tenure.screens.jinja import query

TARGET = "preparing"
SAID = {
    "waits": "It waits for the worker, which looks every few seconds.",
    "under way": "What was known on that day is read out of the history.",
    "behind": "Other days were asked for before and come first.",
    "begins": "A new day has begun, and the figures are brought up to it.",
    "failed": "It broke off and is tried again in a few minutes.",
}


def prepared[**P](
    active: str,
) -> Callable[
    [Callable[Concatenate[TeamRequest, P], HttpResponse]], Callable[Concatenate[TeamRequest, P], HttpResponse]
]:
    """Guard a view that reads files kept of a day; `active` is its place in the navigation. Before the cycle has come
    to the workspace's day, the view is of the day at which the cycle stands."""

    def guard(
        view: Callable[Concatenate[TeamRequest, P], HttpResponse],
    ) -> Callable[Concatenate[TeamRequest, P], HttpResponse]:
        @wraps(view)
        def guarded(request: TeamRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            newest = queries.newest()
            if newest is not None:
                request.as_of = min(request.as_of, newest)
                waits = _waits_for(request, is_past=request.as_of < newest)
                if waits is not None:
                    return _told(request, waits, active)
            answer = view(request, *args, **kwargs)
            if request.headers.get("HX-Target", "").endswith(f"#{TARGET}"):
                answer["HX-Refresh"] = "true"  # who waited for the page gets all of it
            return answer

        return guarded

    return guard


def _waits_for(request: TeamRequest, *, is_past: bool) -> Preparing | None:
    if not is_past:
        return Preparing(request.as_of, "begins") if queries.is_coming() else None
    return None if queries.is_kept(request.as_of) else actions.ask(request.as_of)


def _told(request: TeamRequest, waits: Preparing, active: str) -> HttpResponse:
    context = {
        "active": active,
        "waits": waits,
        "day": formats.day(waits.day),
        "said": SAID[waits.state],
        "address": request.get_full_path(),
        "present": query(request, as_of=None) if waits.state != "begins" else "",
        "target": TARGET,
    }
    return render(request, "workspace/prepared.html", context, status=202)
