"""Making and changing a segment: lines or text, who fits while typing, by hand, by chance, as a touch tier."""

from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render

from tenure.base.refusals import NotFound, Problem, Refusal
from tenure.health import queries as health
from tenure.measures.contracts import Catalogue
from tenure.measures.language import ExpressionError, parse
from tenure.screens import formats
from tenure.screens.access import TeamRequest, page
from tenure.screens.jinja import query, to
from tenure.screens.workspace.segments import lines, people, wording
from tenure.screens.workspace.segments.completion import entity_asked
from tenure.screens.workspace.segments.people import PersonMember
from tenure.screens.workspace.segments.segment import COLUMNS, Member, rows
from tenure.segments import actions, queries
from tenure.segments.contracts import Entity, Segment, Tier
from tenure.tenants.contracts import Permission

SAMPLE = 5
NEW_SHAPES = ("dynamic", "static", "random")


@dataclass(frozen=True, slots=True)
class Preview:
    """Who an expression fits: a sentence, a few of them, or what is wrong with the text."""

    where: str
    said: str
    rows: tuple[Member | PersonMember, ...]
    error: ExpressionError | None


@page(Permission.VIEW)
def preview(request: TeamRequest) -> HttpResponse:
    """The builder again after `do` or a changed line, with who fits."""
    catalogue = queries.catalogue(entity_asked(request))
    given = lines.settled(lines.typed(request.GET), catalogue)
    if what := request.GET.get("do", ""):
        given = lines.settled(lines.done(given, what, catalogue), catalogue)
    return render(request, "segments/_builder.html", built(request, given, catalogue))


@page(Permission.CONFIGURE)
def new(request: TeamRequest) -> HttpResponse:
    """A new segment; `?of=person` of people, `?where=` begins with an expression, `?shape=` chooses how it finds its
    members."""
    asked, entity = request.GET.get("shape", ""), entity_asked(request)
    shape = asked if asked in NEW_SHAPES else "dynamic"
    if request.method == "POST":
        return _save(request, shape, "", entity)
    given = lines.of_text(request.GET.get("where", "")[:4_000], queries.catalogue(entity))
    return _page(request, shape, "", QueryDict(mutable=True), given, entity)


@page(Permission.CONFIGURE)
def edit(request: TeamRequest, segment: str) -> HttpResponse:
    """An existing one; its way to find members stays."""
    body = wording.body(queries.one(segment))
    if body.shape == "frozen":
        raise NotFound("A snapshot never changes, so it cannot be edited.")
    if request.method == "POST":
        return _save(request, body.shape, segment, body.entity)
    given = lines.of_text(body.where or "", queries.catalogue(body.entity))
    return _page(request, body.shape, segment, _values(body), given, body.entity)


def _save(request: TeamRequest, shape: str, key: str, entity: Entity) -> HttpResponse:
    catalogue = queries.catalogue(entity)
    given = lines.settled(lines.typed(request.POST), catalogue)
    try:
        body = _body(request.POST, shape, given.where(catalogue), entity)
        if key:
            changed = actions.publish(key=key, body=body, by=request.member)
        else:
            key, changed = actions.create(body=body, by=request.member), True
    except Refusal as refusal:
        problems = [_located(each) for each in refusal.problems] or [refusal.message]
        return _page(request, shape, key, request.POST, given, entity, problems=problems)
    messages.success(request, "The segment is in force." if changed else "Nothing was changed.")
    return redirect("workspace:segment", slug=request.workspace.slug, segment=key)


_PLACES = {
    "name": "Name", "where": "Condition", "members": "Members", "bucket.share": "Share", "bucket.start": "Start",
    "bucket.salt": "Draw", "tier.order": "Tier", "tier.cadence_days": "Days between contacts",
}  # fmt: skip


def _located(problem: Problem) -> str:
    return f"{_PLACES.get(problem.where, problem.where or 'Segment')}: {problem.message}"


def _body(given: QueryDict, shape: str, where: str, entity: Entity) -> dict[str, object]:
    """The document of the form. What is empty and needed is left to the kind to refuse."""
    body: dict[str, object] = {
        "name": given.get("name", "").strip(), "description": given.get("description", "").strip(), "entity": entity,
    }  # fmt: skip
    if shape == "static":
        wanted = given.get("members", "").replace(",", "\n").splitlines()
        body["members"] = list(dict.fromkeys(each.strip() for each in wanted if each.strip()))
    elif shape == "random":
        start, share = (_share(given.get(name, "")) for name in ("start", "share"))
        body["bucket"] = {"salt": given.get("salt", "").strip(), "share": share, "start": start or 0.0}
    else:
        body["where"] = where
    if given.get("is_tier") and entity == "account":
        body["tier"] = _tier(given)
    return body


def _tier(given: QueryDict) -> dict[str, object]:
    found: dict[str, object] = {
        "order": _number(given.get("order", "")),
        "channels": [each.strip() for each in given.get("channels", "").split(",") if each.strip()],
        "named_csm": bool(given.get("named_csm")),
    }
    if cadence := given.get("cadence", "").strip():
        found["cadence_days"] = _number(cadence)
    if support := given.get("support", "").strip():
        found["support"] = support
    return found


def _number(text: str) -> object:
    """A whole number, else the text as it is, which the kind refuses with what it expects."""
    return int(text) if text.strip().isdecimal() else text


def _share(text: str) -> object:
    """Percent as typed → a share."""
    try:
        return round(float(text.replace("%", "").strip() or 0) / 100, 6)
    except ValueError:
        return text


def _values(body: Segment) -> QueryDict:
    """A document as the form's values."""
    tier, bucket = body.tier or Tier(order=1), body.bucket
    found = QueryDict(mutable=True)
    found.update(
        {
            "name": body.name, "description": body.description, "members": "\n".join(body.members or ()),
            "is_tier": "1" if body.tier else "", "order": str(tier.order), "channels": ", ".join(tier.channels),
            "cadence": str(tier.cadence_days or ""), "named_csm": "1" if tier.named_csm else "",
            "support": tier.support or "", "salt": bucket.salt if bucket else "",
            "share": f"{bucket.share * 100:.12g}" if bucket else "",
            "start": f"{bucket.start * 100:.12g}" if bucket else "",
        }
    )  # fmt: skip
    return found


def _page(
    request: TeamRequest,
    shape: str,
    key: str,
    values: QueryDict,
    given: lines.Typed,
    entity: Entity,
    *,
    problems: list[str] | None = None,
) -> HttpResponse:
    catalogue = queries.catalogue(entity)
    context = {
        "active": "segments",
        "key": key,
        "shape": shape,
        "shapes": [(wording.SHAPES[each][0], query(request, shape=each), each == shape) for each in NEW_SHAPES],
        "entities": [
            (wording.ENTITIES[each], query(request, of=each if each == "person" else None, where=None), each == entity)
            for each in wording.ENTITIES
        ],
        "values": {name: values.get(name, "") for name in _NAMES},
        "problems": problems or [],
        "back": to(request, "workspace:segment", segment=key) if key else to(request, "workspace:segments"),
        **built(request, lines.settled(given, catalogue), catalogue),
    }
    return render(request, "segments/edit.html", context, status=422 if problems else 200)


_NAMES = (
    "name", "description", "members", "is_tier", "order", "channels", "cadence", "named_csm", "support", "salt",
    "share", "start",
)  # fmt: skip


def built(request: TeamRequest, given: lines.Typed, catalogue: Catalogue) -> dict[str, object]:
    """What `_builder.html` shows."""
    where = given.where(catalogue)
    return {
        "typed": given,
        "lines": lines.shown(given, catalogue),
        "most": len(given.lines) >= lines.MOST,
        "preview": _preview(request, where, catalogue),
        "again": to(request, "workspace:segment-preview"),
        "entity": catalogue.entity,
    }


def _preview(request: TeamRequest, where: str, catalogue: Catalogue) -> Preview:
    if not where:
        return Preview("", "", (), None)
    try:
        expression = parse(where, catalogue)
    except ExpressionError as error:
        return Preview(where, "", (), error)
    try:
        fitting, everybody = queries.count(expression, request.as_of)
        columns = people.COLUMNS if catalogue.entity == "person" else COLUMNS
        found = queries.sample(expression, request.as_of, limit=SAMPLE, columns=columns)
    except health.NoScores:
        return Preview(where, "Nothing has been computed yet: run the cycle to see who fits.", (), None)
    words = ("person", "people") if catalogue.entity == "person" else ("account", "accounts")
    said = f"{formats.number(fitting)} of {formats.count(everybody, *words)}"
    share = f", {formats.percent(fitting / everybody)}" if everybody else ""
    if catalogue.entity == "person":
        return Preview(where, f"{said}{share}", tuple(people.rows(request, found.rows)), None)
    return Preview(where, f"{said}{share}", tuple(rows(request, found.rows)), None)
