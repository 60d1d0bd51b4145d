"""An account's score set by hand: with a reason, until a day; and all such scores with how often they were right."""

from datetime import date, timedelta

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from tenure.base.refusals import Invalid, Problem
from tenure.customers import queries
from tenure.health import actions, hand
from tenure.health import judged as judgements
from tenure.health import queries as health
from tenure.screens.access import TeamRequest, page
from tenure.screens.jinja import query, to
from tenure.screens.workspace.accounts import judged
from tenure.screens.workspace.accounts.head import check_stands, follows_merges
from tenure.tenants.contracts import Permission

USUAL = timedelta(days=30)


@page(Permission.EDIT_ACCOUNTS)
@follows_merges
def account_score(request: TeamRequest, account: int) -> HttpResponse:
    """GET: the form and what was set before. POST: set it from the page's day on."""
    header = queries.account_header(account)
    check_stands(request, header)
    given = {"value": "", "reason": "", "until": (request.as_of + USUAL).isoformat()}
    error: Invalid | None = None
    if request.method == "POST":
        given = {name: request.POST.get(name, "").strip() for name in given}
        try:
            _set(request, account, given)
        except Invalid as refused:
            error = refused
        else:
            messages.success(request, f"The score of {header.account.name} is set by hand.")
            return redirect(to(request, "workspace:account", account=account))
    context = {
        "active": "accounts",
        "account": header.account,
        "given": given,
        "problems": {problem.where: problem.message for problem in error.problems} if error else {},
        "history": health.overrides_of(account),
        "today": request.as_of,
    }
    return render(request, "accounts/score.html", context, status=422 if error else 200)


def _set(request: TeamRequest, account: int, given: dict[str, str]) -> None:
    problems = []
    try:
        value = float(given["value"])
    except ValueError:
        problems.append(Problem("expected a number from 0 to 100", "value"))
    try:
        until = date.fromisoformat(given["until"])
    except ValueError:
        problems.append(Problem("expected a day", "until"))
    if problems:
        raise Invalid("The score cannot be set: " + "; ".join(map(str, problems)) + ".", problems)
    actions.set_override(
        account=account, value=value, reason=given["reason"], since=request.as_of, until=until, by=request.member
    )


@page(Permission.EDIT_ACCOUNTS)
@require_POST
def override_ends(request: TeamRequest, override: int) -> HttpResponse:
    """End it: the page's day is the first without it."""
    actions.end_override(override=override, on=request.as_of, by=request.member)
    messages.success(request, "The scorecard speaks again.")
    return redirect(to(request, "workspace:overrides"))


@page(Permission.VIEW)
@require_GET
def overrides(request: TeamRequest) -> HttpResponse:
    """Every score set by hand, and how often the hand was right."""
    found = hand.judged(request.as_of, cursor=request.GET.get("cursor"))
    context = {
        "active": "population",
        "tabs": judged.tabs(request, "workspace:overrides"),
        "rows": found.rows,
        "report": judged.shown(judgements.reports(request.as_of).hands),
        "write": health.score_writer(),
        "next": query(request, cursor=found.next) if found.next else "",
        "first": query(request, cursor=None) if request.GET.get("cursor") else "",
        "may_edit": request.member.may(Permission.EDIT_ACCOUNTS),
        "today": request.as_of,
    }
    return render(request, "workspace/population/overrides.html", context)
