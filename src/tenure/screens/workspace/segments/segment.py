"""A segment: who is in it, who entered and left, how large it was, what it says."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.http import HttpResponse
from django.shortcuts import render
from markupsafe import Markup

from tenure.customers import queries as customers
from tenure.health import queries as health
from tenure.screens import bands, charts, formats
from tenure.screens.access import TeamRequest, page
from tenure.screens.jinja import query, to
from tenure.screens.prepared import prepared
from tenure.screens.workspace.scorecard.record import badge
from tenure.screens.workspace.segments import people, wording
from tenure.segments import queries
from tenure.segments.contracts import ListedSegment, Move, Segment
from tenure.tenants.contracts import Permission

LIMIT = 50
DAYS = 90
COLUMNS = ("external_id", "score", "band", "mrr", "status")


@dataclass(frozen=True, slots=True)
class Member:
    """An account in the segment, finished."""

    href: str
    why: str
    name: str
    external_id: str
    score: str
    band: str
    band_label: str
    mrr: str
    owner: str


@dataclass(frozen=True, slots=True)
class Moved:
    """An account that entered or left."""

    day: str
    href: str
    name: str
    entered: bool
    note: str


@page(Permission.VIEW)
@prepared("segments")
def segment(request: TeamRequest, segment: str) -> HttpResponse:
    """The page; `?show=moves` lists who entered and left."""
    body = wording.body(queries.one(segment))
    listed = queries.listing_of(segment, request.as_of)
    moving = request.GET.get("show") == "moves"
    head, sentences = wording.in_words(body.where, queries.catalogue(body.entity)) if body.where else ("", ())
    context = {
        "active": "segments",
        "key": segment,
        "body": body,
        "version": listed.version,
        "shape": wording.SHAPES[body.shape],
        "how": "" if body.where else wording.how(body, wording.labels()),
        "head": head,
        "sentences": sentences,
        "broken": listed.broken,
        "size": formats.UNKNOWN if listed.size is None else formats.number(listed.size),
        "change": listed.change_30d,
        "record": None if moving else badge(request.as_of),
        "share": formats.percent(listed.size / listed.everybody)
        if listed.size is not None and listed.everybody
        else "",
        "chart": _chart(listed),
        "course": [(formats.day(p.day), formats.number(p.size)) for p in reversed(listed.course)][:31],
        "entitled": wording.entitlements(body.tier) if body.tier else (),
        "moving": moving,
        "tabs": [
            ("Members", query(request, show=None, cursor=None), not moving, listed.size),
            ("Entered and left", query(request, show="moves", cursor=None), moving, None),
        ],
        "by_hand": body.shape == "static",
        "used_by": [(name, to(request, "workspace:segment", segment=key)) for key, name in queries.used_by(segment)],
        "may_change": request.member.may(Permission.CONFIGURE),
        "entity": body.entity,
        "may_list": body.shape == "static" and request.member.may(Permission.EDIT_ACCOUNTS),
        "first": query(request, cursor=None) if request.GET.get("cursor") else "",
        **(_moves(request, segment) if moving else _members(request, segment, body, broken=bool(listed.broken))),
    }
    return render(request, "segments/segment.html", context)


def _members(request: TeamRequest, key: str, body: Segment, *, broken: bool) -> dict[str, object]:
    if broken:
        return {"rows": [], "next": "", "sorts": {}, "sort": ""}
    of_people = body.entity == "person"
    sort = request.GET.get("sort") or ("name" if of_people else "score")
    try:
        found = queries.members(
            key, request.as_of, sort=sort.removeprefix("-"), descending=sort.startswith("-"),
            cursor=request.GET.get("cursor"), limit=LIMIT, columns=people.COLUMNS if of_people else COLUMNS,
        )  # fmt: skip
    except health.NoScores:
        return {"rows": [], "next": "", "sorts": {}, "sort": sort}
    keys = people.SORTS if of_people else ("name", "score", "mrr", "owner")
    links = {name: query(request, sort=f"-{name}" if sort == name else name, cursor=None) for name in keys}
    return {
        "rows": people.rows(request, found.rows, key) if of_people else rows(request, found.rows, key),
        "next": query(request, cursor=found.next) if found.next else "",
        "sorts": links,
        "sort": sort,
    }


def rows(request: TeamRequest, found: Sequence[Mapping[str, object]], key: str = "") -> list[Member]:
    """Rows of the state as the tables show them. One query, for names and owners as they are now."""
    ids = [int(str(row["id"])) for row in found]
    known = customers.accounts_by_ids(ids)
    looks, write = bands.looks(), health.score_writer()
    made = []
    for row, account in zip(found, ids, strict=True):
        if account not in known:
            continue
        score, band, mrr = row.get("score"), str(row.get("band") or ""), row.get("mrr")
        href = to(request, "workspace:account-segments", account=account)
        made.append(
            Member(
                href=to(request, "workspace:account", account=account),
                why=f"{href}{'&' if '?' in href else '?'}segment={key}#segment-{key}" if key else "",
                name=known[account].name,
                external_id=known[account].external_id,
                score=write(float(score)) if isinstance(score, int | float) else formats.UNKNOWN,
                band=bands.look(band, looks),
                band_label=formats.capital(band) or "Not scored",
                mrr=formats.money(float(mrr), request.workspace.currency, 0)
                if isinstance(mrr, int | float)
                else formats.UNKNOWN,
                owner=known[account].owner_name,
            )
        )
    return made


def _moves(request: TeamRequest, key: str) -> dict[str, object]:
    found, after = queries.moves(
        key, request.as_of - timedelta(days=DAYS), request.as_of, cursor=request.GET.get("cursor"), limit=LIMIT
    )
    of_people = queries.entity_of(key) == "person"
    name = people.names if of_people else _names
    known = name([each.member for each in found])
    page = "workspace:person-segments" if of_people else "workspace:account"
    return {
        "rows": [
            Moved(
                day=formats.day(each.day),
                href=to(request, page, **{"person" if of_people else "account": each.member}),
                name=known.get(each.member, "Somebody who is gone" if of_people else "An account that is gone"),
                entered=each.entered,
                note=_note(each),
            )
            for each in found
        ],
        "next": query(request, cursor=after) if after else "",
        "sorts": {},
        "sort": "",
    }


def _names(accounts: Sequence[int]) -> dict[int, str]:
    return {account: row.name for account, row in customers.accounts_by_ids(accounts).items()}


def _note(move: Move) -> str:
    return f"By version {move.version} of the segment" if move.redefined else ""


def _chart(listed: ListedSegment) -> Markup:
    if len(listed.course) < 2:
        return Markup("")
    points = [(p.day, float(p.size)) for p in listed.course]
    return charts.line(points, label=f"Size of {listed.body.name} over {DAYS} days", height=160, write=formats.number)
