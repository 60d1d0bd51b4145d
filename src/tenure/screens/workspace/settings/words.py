"""Settings · Words: what the workspace calls its accounts, people, tickets."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render

from tenure.base.refusals import Refusal
from tenure.definitions import actions, queries
from tenure.screens.access import TeamRequest, page
from tenure.tenants.contracts import Permission

# (field, what it stands for), in the order of the page.
WORDS = (
    ("account", "An organisation you look after"),
    ("accounts", "Several of them"),
    ("customer", "An account that pays"),
    ("customers", "Several of them"),
    ("person", "Somebody at an account"),
    ("people", "Several of them"),
    ("csm", "Who looks after accounts"),
    ("team", "Those who do, together"),
    ("health", "What the score speaks of"),
    ("subscription", "What an account pays for"),
    ("subscriptions", "Several of them"),
    ("product", "What they use"),
    ("renewal", "When a subscription goes on"),
    ("ticket", "A call for help"),
    ("tickets", "Several of them"),
)


@page(Permission.VIEW, writes=Permission.CONFIGURE)
def words(request: TeamRequest) -> HttpResponse:
    """The words in force; POST publishes others as a new version."""
    now = queries.labels()
    if request.method != "POST":
        return _page(request, {field: getattr(now, field) for field, _ in WORDS})
    given = {field: request.POST.get(field, "").strip() for field, _ in WORDS}
    try:
        published = actions.publish_body(kind="labels", key="words", body=given, by=request.member)
    except Refusal as refusal:
        wrong = {problem.where.split(".")[0]: problem.message for problem in refusal.problems}
        return _page(request, given, wrong=wrong, problem=refusal.message)
    messages.success(request, "Every page now uses these words." if published else "Nothing was changed.")
    return redirect("workspace:labels", slug=request.workspace.slug)


def _page(
    request: TeamRequest, values: dict[str, str], *, wrong: dict[str, str] | None = None, problem: str = ""
) -> HttpResponse:
    context = {
        "section": "labels",
        "fields": [(field, means, values[field], (wrong or {}).get(field, "")) for field, means in WORDS],
        "may_change": request.member.may(Permission.CONFIGURE),
        "problem": problem,
    }
    return render(request, "workspace/settings/words.html", context, status=422 if problem else 200)
