"""What the buttons of the rules' pages do: on and off, mute, let go on, archive, roll back, starters, the budget."""

from collections.abc import Callable
from datetime import date

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from tenure.alerts import actions, queries
from tenure.base.refusals import Invalid
from tenure.screens import formats, undo
from tenure.screens.access import TeamRequest, page
from tenure.screens.jinja import to
from tenure.screens.refusals import told
from tenure.tenants.contracts import Permission


@page(Permission.CONFIGURE)
@require_POST
def switches(request: TeamRequest, rule: str) -> HttpResponse:
    """Turn it on (`active`) or off."""
    queries.one(rule)
    active = bool(request.POST.get("active"))
    said = "The rule is on. It begins with whoever is under it by now." if active else "The rule is off."
    return _done(request, rule, lambda: actions.switch(key=rule, active=active, by=request.member), said)


@page(Permission.CONFIGURE)
@require_POST
def mutes(request: TeamRequest, rule: str) -> HttpResponse:
    """Let it open nothing until a day; `end` ends that."""
    queries.one(rule)
    if request.POST.get("end"):
        return _done(request, rule, lambda: actions.end_mute(key=rule, by=request.member), "The rule speaks again.")

    def act() -> None:
        try:
            until = date.fromisoformat(request.POST.get("until", ""))
        except ValueError:
            raise Invalid("Choose the day until which the rule is muted.") from None
        actions.mute(key=rule, until=until, reason=request.POST.get("reason", ""), by=request.member)
        address = to(request, "workspace:alert-rule-mutes", rule=rule)
        undo.tell(request, f"Muted until {formats.day(until)}.", action=address, end="1")

    return _done(request, rule, act, "")


@page(Permission.CONFIGURE)
@require_POST
def dismissals(request: TeamRequest, rule: str) -> HttpResponse:
    """Let it go on though muting is proposed."""
    queries.one(rule)
    said = "The rule goes on. Muting is proposed again after eight more answers, if it is still wrong that often."
    return _done(request, rule, lambda: actions.let_go_on(key=rule, by=request.member), said)


@page(Permission.CONFIGURE)
@require_POST
def archives(request: TeamRequest, rule: str) -> HttpResponse:
    """Take it out of force."""
    queries.one(rule)
    with told(request):
        actions.archive(key=rule, by=request.member)
        messages.success(request, "The rule is archived. Its versions and its alerts stay.")
        return redirect("workspace:alert-rules", slug=request.workspace.slug)
    return redirect("workspace:alert-rule", slug=request.workspace.slug, rule=rule)


@page(Permission.CONFIGURE)
@require_POST
def rollbacks(request: TeamRequest, rule: str) -> HttpResponse:
    """Put an older version in force again."""
    queries.one(rule)
    version = request.POST.get("version", "")
    number = int(version) if version.isdecimal() and len(version) < 9 else 0
    return _done(request, rule, lambda: actions.roll_back(key=rule, to_version=number, by=request.member),
                 f"Version {number} is in force again.")  # fmt: skip


@page(Permission.CONFIGURE)
@require_POST
def starters(request: TeamRequest) -> HttpResponse:
    """Put a starter in force."""
    with told(request):
        key = actions.take_up_starter(starter=request.POST.get("starter", ""), by=request.member)
        return redirect("workspace:alert-rule", slug=request.workspace.slug, rule=key)
    return redirect("workspace:alert-rules", slug=request.workspace.slug)


@page(Permission.CONFIGURE)
@require_POST
def budget(request: TeamRequest) -> HttpResponse:
    """How many alerts a member gets a day."""
    wanted, seen = request.POST.get("budget", ""), request.POST.get("revision", "")
    numbers = [int(each) if each.isdecimal() and len(each) < 9 else 0 for each in (wanted, seen)]
    with told(request):
        actions.set_budget(budget=numbers[0], revision=numbers[1], by=request.member)
        messages.success(request, f"A member gets at most {formats.count(numbers[0], 'alert')} a day.")
    return redirect("workspace:alert-rules", slug=request.workspace.slug)


def _done(request: TeamRequest, rule: str, act: Callable[[], None], said: str) -> HttpResponse:
    with told(request):
        act()
        if said:
            messages.success(request, said)
    return redirect("workspace:alert-rule", slug=request.workspace.slug, rule=rule)
