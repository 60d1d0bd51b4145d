"""Which entries a page shows: the filter of its address, and the controls that change it."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from tenure.base.refusals import Invalid
from tenure.screens.access import TeamRequest
from tenure.work import queries
from tenure.work.contracts import EntryFilter, Flow, Kind

LONGEST_WORDS = 300


@dataclass(frozen=True, slots=True)
class Select:
    """A control: its name, its label, (value, text) to choose from, and what is chosen."""

    name: str
    label: str
    options: tuple[tuple[str, str], ...]
    value: str


def read(given: Mapping[str, str]) -> EntryFilter:
    """The filter; what is not understood is left out, but a day that is none is refused with `Invalid`."""
    return EntryFilter(
        words=given.get("q", "").strip()[:LONGEST_WORDS],
        kind=one_of(Kind, given.get("type", "")),
        author=_number(given.get("author", "")),
        tag=_number(given.get("tag", "")),
        flow=one_of(Flow, given.get("flow", "")),
        account=_number(given.get("account", "")),
        since=_day(given.get("since", "")),
        until=_day(given.get("until", "")),
    )


def selects(request: TeamRequest) -> tuple[Select, ...]:
    """Type, author, tag and flow. Two queries."""
    members, tags = queries.choices()
    me = str(request.member.id)
    others = [(str(member), name) for member, name in members if str(member) != me]
    controls: Sequence[tuple[str, str, Sequence[tuple[str, str]]]] = (
        ("type", "Every type", [(kind.value, kind.label) for kind in Kind]),
        ("author", "Everybody", [(me, "Me"), *others]),
        ("tag", "Every tag", [(str(tag), name) for tag, name in tags]),
        ("flow", "Every flow", [(flow.value, flow.label) for flow in Flow]),
    )
    return tuple(
        Select(name, label, (("", label), *options), request.GET.get(name, ""))
        for name, label, options in controls
        if options
    )


def one_of[E: StrEnum](kind: type[E], text: str) -> E | None:
    """The member of the enumeration, if the text is one."""
    with suppress(ValueError):
        return kind(text)
    return None


def _number(text: str) -> int | None:
    return int(text) if text.isdecimal() and len(text) < 19 else None


def _day(text: str) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Invalid(f"{text!r} is not a date. Write it as 2026-01-31.") from None
