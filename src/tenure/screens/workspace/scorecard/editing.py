"""The scorecard studio: the draft as a form, and each measure's curve over the values that there are."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from tenure.base.refusals import Invalid, NotFound, Problem, Refusal
from tenure.definitions import queries as definitions
from tenure.health import queries as health
from tenure.health import studio as drafts
from tenure.health.proposal import first_curve
from tenure.health.studio import Draft
from tenure.measures import queries as known_measures
from tenure.screens.access import TeamRequest, page
from tenure.screens.jinja import to
from tenure.screens.workspace.scorecard import bar, curves, forms, rows
from tenure.tenants.contracts import Permission

HANDLED = (409, 422)


@page(Permission.VIEW, writes=Permission.CONFIGURE)
def studio(request: TeamRequest) -> HttpResponse:
    """The whole card as a form; POST writes the draft, and does what the pressed button says besides."""
    if health.scorecard() is None:
        return render(request, "workspace/scorecard/none.html", {})
    draft = drafts.working()
    if request.method != "POST":
        return _studio(request, draft, draft.body)
    try:
        body = drafts.edited(draft.body, fields(request), _command(request))
        saved = drafts.save(body=body, **seen(request), by=request.member)
    except Refusal as refusal:
        if refusal.status not in HANDLED:
            raise
        return _studio(request, draft, _typed(request, draft, refusal), refusal=refusal)
    messages.success(request, "The draft is saved. Nothing changes until it is published." if saved else NOTHING)
    return redirect(to(request, "workspace:studio"))


NOTHING = "Nothing was changed."


def _command(request: TeamRequest) -> str:
    command = request.POST.get("command", "")
    if command != "profile":
        return command
    label, condition = (request.POST.get(name, "").strip() for name in ("new-profile", "new-applies-to"))
    if not label or not condition:
        raise Invalid("Say what the profile is called, and whom it is for.")
    return f"profile {' '.join(label.replace(':', ' ').split())[:80]}: {condition}"


def _typed(request: TeamRequest, draft: Draft, refusal: Refusal) -> Mapping[str, object]:
    """The draft with what was typed, but without what the button would have added, moved or removed: fields are named
    by their places, so a form that could not be saved has the places of the draft. Where somebody else changed it
    meanwhile, the draft as it is: the places may be others now."""
    if refusal.status == 409:
        return draft.body
    try:
        return drafts.edited(draft.body, fields(request))
    except drafts.UnknownPlace:
        return draft.body


@page(Permission.CONFIGURE)
@require_POST
def measures(request: TeamRequest) -> HttpResponse:
    """Add a measure with a first curve over the customers' values, keep what else was typed, and show its curve."""
    draft = drafts.working()
    where, name = request.POST.get("into", ""), request.POST.get("measure", "")
    of = request.POST.get("of", "value")
    try:
        body = drafts.edited(draft.body, fields(request))
        entry: dict[str, object] = {
            "measure": name,
            **({"of": of} if of != "value" else {}),
            "curve": _first_curve(draft, name, of),
        }
        drafts.save(body=drafts.with_measure(body, where, entry), **seen(request), by=request.member)
    except Refusal as refusal:
        if refusal.status not in HANDLED:
            raise
        said = [problem.message for problem in refusal.problems if ".measures." in problem.where]
        messages.error(request, f"{name} was not added: {'; '.join(said)}." if said else refusal.message)
        return redirect(to(request, "workspace:studio"))
    messages.success(request, "The measure is in the draft. This is a first curve, drawn over your own values.")
    key = name if of == "value" else f"{name}.{of}"
    return redirect(
        to(request, "workspace:studio-measure", profile=_profile_at(drafts.working(), where), card_measure=key)
    )


def _first_curve(draft: Draft, name: str, of: str) -> Mapping[str, object]:
    field = health.catalogue().find(name)
    if field is None or field.type == "list":
        raise Invalid("Choose a measure from the list.")
    population = drafts.population(draft)
    if field.type == "text":
        words = population.words(name) or ("other",)
        return {"kind": "lookup", "points": dict.fromkeys(words, 50.0)}
    found = known_measures.published().get(field.key)
    more = found is None or found.measure.direction != "lower_is_better"
    values = population.values(name, of)
    return first_curve(field.key, of, values, more_is_better=more).model_dump(mode="json", by_alias=True)


def _profile_at(draft: Draft, where: str) -> str:
    """The key of the profile that a path lies in."""
    parts = where.split(".")
    return draft.card.profiles[int(parts[1])].key if parts[0] == "profiles" else "default"


@page(Permission.VIEW, writes=Permission.CONFIGURE)
def measure(request: TeamRequest, profile: str, card_measure: str) -> HttpResponse:
    """One measure of the draft: its curve over the values of the profile's customers, and what counts without one."""
    draft = drafts.working()
    path = curves.path_of(draft.card, profile, card_measure)
    if path is None:
        raise NotFound("There is no such measure in the draft.")
    if request.method != "POST":
        return _measure(request, draft, draft.body, profile, card_measure, path)
    try:
        body = drafts.edited(draft.body, fields(request), _command(request))
        saved = drafts.save(body=body, **seen(request), by=request.member)
    except Refusal as refusal:
        if refusal.status not in HANDLED:
            raise
        return _measure(request, draft, _typed(request, draft, refusal), profile, card_measure, path, refusal=refusal)
    messages.success(request, "The draft is saved. Nothing changes until it is published." if saved else NOTHING)
    if curves.path_of(drafts.working().card, profile, card_measure) is None:
        return redirect(to(request, "workspace:studio"))
    return redirect(request.get_full_path())


def fields(request: TeamRequest) -> list[tuple[str, str]]:
    """The fields of the form in their order."""
    return [(name, str(value)) for name, value in request.POST.items()]


def seen(request: TeamRequest) -> dict[str, int]:
    """What the form was made from: the version in force and how often the draft was saved."""
    given = {name: request.POST.get(name, "") for name in ("based_on", "revision")}
    if not all(text.isdecimal() and len(text) < 10 for text in given.values()):
        raise Invalid("The form is not whole. Load the page again.")
    return {name: int(text) for name, text in given.items()}


def _studio(
    request: TeamRequest, draft: Draft, body: Mapping[str, Any], *, refusal: Refusal | None = None
) -> HttpResponse:
    wrong = forms.Wrong(refusal.problems if refusal else ())
    catalogue, population = health.catalogue(), drafts.population(draft)
    words = definitions.labels()
    customers = (words.customer, words.customers)
    found = forms.profiles(
        body, card=draft.card, catalogue=catalogue, population=population, customers=customers, wrong=wrong
    )
    context = {
        **bar.context(request, draft, "workspace:studio"),
        "profiles": found,
        "bands": forms.bands(body, draft.card, wrong),
        "floor": forms.Entry(
            "coverage_floor", forms.written(body.get("coverage_floor", 0.5)), wrong.at("coverage_floor")
        ),
        "roll_up": str(body.get("roll_up", "own")),
        "roll_ups": list(rows.ROLL_UPS.items()),
        "scheme": str(body.get("scheme", "number")),
        "schemes": list(rows.SCHEMES.items()),
        "findings": curves.findings(request, population.findings),
        "customers": population.accounts,
        "addable": forms.addable(catalogue),
        "into": forms.places(found),
        "added": {name: request.POST.get(name, "") for name in ("new-profile", "new-applies-to")},
        **_problem(refusal, wrong),
    }
    return render(request, "workspace/scorecard/edit.html", context, status=refusal.status if refusal else 200)


def _measure(
    request: TeamRequest,
    draft: Draft,
    body: Mapping[str, Any],
    profile: str,
    key: str,
    path: str,
    *,
    refusal: Refusal | None = None,
) -> HttpResponse:
    wrong = forms.Wrong(refusal.problems if refusal else ())
    population = drafts.population(draft)
    context = {
        **bar.context(request, draft, "workspace:studio"),
        "m": curves.measure(
            body, draft.card, profile=profile, key=key, path=path, catalogue=health.catalogue(), population=population,
            wrong=wrong, editable=request.member.may(Permission.CONFIGURE), customers=definitions.labels().customers,
        ),
        "missing_options": curves.MISSING,
        "shapes": curves.SHAPES,
        "outside_options": curves.OUTSIDE,
        "findings": curves.findings(request, [f for f in population.findings if f.where == path]),
        **_problem(refusal, wrong),
    }  # fmt: skip
    return render(request, "workspace/scorecard/measure.html", context, status=refusal.status if refusal else 200)


def _problem(refusal: Refusal | None, wrong: forms.Wrong) -> Mapping[str, object]:
    """What is told above the form: the refusal, and what no field has told. Call it last."""
    if refusal is None:
        return {"problem": "", "problems": ()}
    problems: Sequence[Problem] = refusal.problems
    told = "This cannot be saved yet. What is wrong stands beside it." if problems else refusal.message
    return {"problem": told, "problems": wrong.rest()}
