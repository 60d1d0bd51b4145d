"""Making and changing a rule: when it speaks, in lines or text; tried on the past before it is in force."""

from collections.abc import Mapping

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from tenure.alerts import actions, queries, trials
from tenure.alerts.contracts import AlertRule
from tenure.base.refusals import Refusal
from tenure.health import queries as health
from tenure.screens.access import TeamRequest, page
from tenure.screens.jinja import query, to
from tenure.screens.workspace.alerts import forms, wording
from tenure.screens.workspace.alerts.rule import tried
from tenure.screens.workspace.segments import lines
from tenure.screens.workspace.segments.editing import built
from tenure.segments import queries as segments
from tenure.tenants.contracts import Permission

UNKNOWN = ("unknown", "Unknown")


@page(Permission.CONFIGURE)
def new(request: TeamRequest) -> HttpResponse:
    """A new rule; `?kind=` chooses what it waits for, `?where=` begins with a condition, `?trial=` with one tried."""
    if request.method == "POST":
        return _save(request, "", _kind(request.POST.get("kind", "")))
    if body := _of_trial(request):
        return _page(request, "", body.when.kind, forms.values(body), _given(forms.condition(body)))
    values = QueryDict(mutable=True)
    values.update(forms.NEW)
    asked = request.GET.get("kind") or ("condition" if request.GET.get("where") else "band")
    return _page(request, "", _kind(asked), values, _given(request.GET.get("where", "")[:4_000]))


@page(Permission.CONFIGURE)
def edit(request: TeamRequest, rule: str) -> HttpResponse:
    """One in force; what it waits for stays."""
    found = queries.one(rule)
    body = found.body
    assert isinstance(body, AlertRule)
    if request.method == "POST":
        return _save(request, rule, body.when.kind)
    body = _of_trial(request) or body
    return _page(request, rule, body.when.kind, forms.values(body), _given(forms.condition(body)), seen=found.version)


@page(Permission.CONFIGURE)
@require_POST
def new_trials(request: TeamRequest) -> HttpResponse:
    """Try a rule that is not in force on the past."""
    return _try(request, "", _kind(request.POST.get("kind", "")))


@page(Permission.CONFIGURE)
@require_POST
def rule_trials(request: TeamRequest, rule: str) -> HttpResponse:
    """Try what the form of a rule says on the past; without a form the rule as it is."""
    body = queries.one(rule).body
    assert isinstance(body, AlertRule)
    if not request.POST.get("name"):
        plain = body.model_dump(mode="json", exclude_defaults=True)
        trials.ask(key=rule, body=plain, by=request.member)
        return redirect(f"{to(request, 'workspace:alert-rule', rule=rule)}#tried")
    return _try(request, rule, body.when.kind)


def _kind(asked: str) -> str:
    return asked if asked in wording.KINDS else "band"


def _of_trial(request: TeamRequest) -> AlertRule | None:
    number = request.GET.get("trial", "")
    if not number.isdecimal() or len(number) > 18:
        return None
    return AlertRule.model_validate(trials.trial(int(number)).body)


def _given(condition: str) -> lines.Typed:
    return lines.of_text(condition, segments.catalogue())


def _typed(request: TeamRequest) -> tuple[lines.Typed, str]:
    catalogue = segments.catalogue()
    given = lines.settled(lines.typed(request.POST), catalogue)
    return given, given.where(catalogue)


def _save(request: TeamRequest, key: str, kind: str) -> HttpResponse:
    given, condition = _typed(request)
    body = forms.document(request.POST, kind, condition)
    seen = request.POST.get("seen", "")
    try:
        if key:
            changed = actions.publish(
                key=key, body=body, by=request.member, seen=int(seen) if seen.isdecimal() else None
            )
        else:
            key, changed = actions.create(body=body, by=request.member), True
    except Refusal as refusal:
        return _refused(request, key, kind, given, refusal)
    messages.success(
        request,
        "The rule is in force. It begins with whoever is under it by now." if changed else "Nothing was changed.",
    )
    return redirect("workspace:alert-rule", slug=request.workspace.slug, rule=key)


def _try(request: TeamRequest, key: str, kind: str) -> HttpResponse:
    given, condition = _typed(request)
    body = forms.document(request.POST, kind, condition)
    try:
        number = trials.ask(key=key, body=body, by=request.member)
    except Refusal as refusal:
        return _refused(request, key, kind, given, refusal)
    page_ = to(request, "workspace:alert-rule-edit", rule=key) if key else to(request, "workspace:alert-rule-new")
    return redirect(f"{page_}?trial={number}#tried")


def _refused(request: TeamRequest, key: str, kind: str, given: lines.Typed, refusal: Refusal) -> HttpResponse:
    problems = [forms.located(each) for each in refusal.problems] or [refusal.message]
    seen = request.POST.get("seen", "")
    return _page(request, key, kind, request.POST, given, problems=problems, seen=int(seen) if seen.isdecimal() else 0)


def _page(
    request: TeamRequest,
    key: str,
    kind: str,
    values: QueryDict,
    given: lines.Typed,
    *,
    problems: list[str] | None = None,
    seen: int = 0,
) -> HttpResponse:
    catalogue = segments.catalogue()
    trial = request.GET.get("trial", "")
    context = {
        "active": "alert-rules",
        "key": key,
        "kind": kind,
        "kinds": [
            (label, query(request, kind=each, trial=None), each == kind) for each, label in wording.KINDS.items()
        ],
        "values": {name: values.get(name, "") for name in forms.NAMES},
        "to_bands": values.getlist("to_bands"),
        "out_of": values.getlist("out_of"),
        "problems": problems or [],
        "seen": seen,
        "back": to(request, "workspace:alert-rule", rule=key) if key else to(request, "workspace:alert-rules"),
        "trials": to(request, "workspace:alert-rule-trials", rule=key)
        if key
        else to(request, "workspace:alert-trials"),
        "tried": tried(trials.trial(int(trial))) if trial.isdecimal() and not problems else None,
        "narrows": bool(given.text or given.lines[0].field),
        **_choices(values),
        **forms.CHOICES,
        **built(request, lines.settled(given, catalogue), catalogue),
    }
    return render(request, "alerts/edit.html", context, status=422 if problems else 200)


def _choices(values: QueryDict) -> Mapping[str, object]:
    role = values.get("role", "csm")
    known = {key for key, _ in wording.ROLES}
    roles = [*wording.ROLES, *([(role, role)] if role and role not in known else [])]
    card = health.scorecard()
    bands = [(each.key, each.label) for each in card[2].bands_ascending()] if card else [("risk", "Risk")]
    return {
        "roles": roles,
        "bands": [*bands, UNKNOWN],
        "segments": [(key, body.name) for key, body in segments.in_force().items() if body.entity == "account"],
    }
