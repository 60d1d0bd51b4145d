"""An account's segments: which it is in, since when, and why it is in or out, leaf by leaf."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import render

from tenure.measures.language import Explanation
from tenure.screens import formats
from tenure.screens.access import TeamRequest, page
from tenure.screens.jinja import query, to
from tenure.screens.workspace.accounts.columns import value_of
from tenure.screens.workspace.accounts.head import follows_merges, opened
from tenure.screens.workspace.segments import wording
from tenure.segments import queries
from tenure.segments.contracts import Membership, Move
from tenure.tenants.contracts import Permission

MOVES = 12


@dataclass(frozen=True, slots=True)
class Leaf:
    """A part of a condition for this account. `mark` is yes, no or unknown; `read` the values it rests on; `depth`
    how far inside it stands. A group's text says how many of what follows must hold."""

    text: str
    mark: str
    read: str
    depth: int
    group: bool


@dataclass(frozen=True, slots=True)
class Row:
    """A segment as the account's page shows it; `why_href` is where its reasons are, empty when they are here."""

    key: str
    name: str
    href: str
    since: str
    why_href: str
    note: str
    leaves: tuple[Leaf, ...]
    open: bool


@dataclass(frozen=True, slots=True)
class Moved:
    """A line of the account's history with segments."""

    day: str
    title: str
    entered: bool
    note: str


@page(Permission.VIEW)
@follows_merges
def segments(request: TeamRequest, account: int) -> HttpResponse:
    """The page; `?segment=key` opens that segment and says why, the others say it when they are opened."""
    this = opened(request, account, "segments")
    moved = queries.moves_of_member("account", account, request.as_of)
    known = queries.memberships(request.as_of, this.facts, moved)
    tier = next((each for each in known if each.inside and each.tier), None)
    context = {
        "active": "accounts",
        "head": this.head,
        "tier": tier,
        "entitled": wording.entitlements(tier.tier) if tier and tier.tier else (),
        "may_edit": request.member.may(Permission.EDIT_ACCOUNTS),
        "subject": "account",
        **listed(request, account, known, this.facts, moved),
    }
    return render(request, "accounts/segments.html", context)


def listed(
    request: TeamRequest,
    member: int,
    known: Sequence[Membership],
    facts: Mapping[str, object],
    moved: Mapping[str, Sequence[Move]],
) -> dict[str, object]:
    """What `_memberships.html` shows of an account or a person; `?segment=key` says of that one why."""
    chosen = request.GET.get("segment", "")
    rows = [(_row(request, member, each, facts, is_open=chosen == each.key), each.inside) for each in known]
    return {
        "inside": [row for row, inside in rows if inside],
        "outside": [row for row, inside in rows if not inside],
        "moves": _moves(moved, {each.key: each.name for each in known}),
    }


def _row(request: TeamRequest, member: int, each: Membership, facts: Mapping[str, object], *, is_open: bool) -> Row:
    body = wording.body(queries.one(each.key))
    why = queries.explained(each.key, member, request.as_of, facts) if facts and is_open else None
    return Row(
        key=each.key,
        name=each.name,
        href=to(request, "workspace:segment", segment=each.key),
        since=f"since {formats.day(each.since)}" if each.since else "",
        why_href="" if is_open else f"{query(request, segment=each.key)}#segment-{each.key}",
        note="" if body.where else wording.how(body, wording.labels()),
        leaves=tuple(_leaves(why, request.workspace.currency)) if why else (),
        open=is_open,
    )


def _leaves(why: Explanation, currency: str, depth: int = 0) -> Iterator[Leaf]:
    """The explanation from the outside in, a line a part."""
    if why.operator == "leaf":
        read = ", ".join(
            f"{reading.field.label or reading.field.key}"
            f"{'' if reading.aspect == 'value' else f' ({_ASPECTS[reading.aspect]})'}: "
            f"{_value(reading.aspect, value_of(reading.field, reading.value, currency), reading.value)}"
            for reading in why.readings
        )
        yield Leaf(why.text, _mark(why), read, depth, group=False)
        return
    yield Leaf(_HEADS[why.operator], _mark(why), "", depth, group=True)
    for part in why.parts:
        yield from _leaves(part, currency, depth + 1)


_HEADS = {"and": "All of", "or": "Any of", "not": "Not"}
_ASPECTS = {"change": "change", "previous": "window before", "value": ""}


def _value(aspect: str, written: str, value: object) -> str:
    if aspect == "change" and isinstance(value, float):
        return formats.delta(value * 100, 0, " %")
    return "unknown" if value is None else written


def _mark(why: Explanation) -> str:
    return "unknown" if why.truth is None else "yes" if why.truth else "no"


def _moves(moved: Mapping[str, Sequence[Move]], names: Mapping[str, str]) -> list[Moved]:
    """The newest moves, whatever the segment; first memberships of a new definition say so."""
    found = [(move, names[key]) for key, moves in moved.items() if key in names for move in moves]
    found.sort(key=lambda pair: (-pair[0].day.toordinal(), pair[1]))
    return [
        Moved(
            formats.day(move.day),
            f"{'Entered' if move.entered else 'Left'} {name}",
            move.entered,
            f"with version {move.version} of the segment" if move.redefined else "",
        )
        for move, name in found[:MOVES]
    ]
