"""The line over the list: how many accounts each band has, or each value of the field they are grouped by."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.http import HttpRequest

from tenure.health.contracts import BandCount
from tenure.measures.contracts import Field
from tenure.screens import bands, formats
from tenure.screens.jinja import query
from tenure.screens.workspace.accounts.asked import Selection
from tenure.segments import builder
from tenure.segments.builder import Condition, Form

MOST = 50


@dataclass(frozen=True, slots=True)
class Counted:
    """How many accounts a band or group has; pressing narrows the list to them, and again undoes it. `band` is a
    band's look, empty for groups."""

    band: str
    label: str
    accounts: str
    href: str
    current: bool


def by_band(request: HttpRequest, counts: Sequence[BandCount], where: str) -> list[Counted]:
    """A link for each band."""
    return [
        _link(
            request, where, f"band = '{each.band}'", bands.LOOKS.get(each.colour, "unknown"), each.label, each.accounts
        )
        for each in counts
    ]


def by_group(request: HttpRequest, wanted: Selection, counts: Sequence[tuple[object, int]]) -> list[Counted]:
    """A link for each value of the group's field."""
    if wanted.group is None:
        return []
    field, where = wanted.group.field, wanted.asked.where
    name = wanted.catalogue.name_of(field)
    of_band = bands.labels() if (field.kind, field.key) == ("attribute", "band") else {}
    return [
        _link(request, where, builder.write(Form("and", (_is(name, field, value),)), wanted.catalogue), "",
              of_band.get(str(value)) or _said(field, value), held)
        for value, held in counts
    ]  # fmt: skip


def _is(name: str, field: Field, value: object) -> Condition:
    if value is None:
        return Condition(name, "unknown")
    if isinstance(value, bool):
        return Condition(name, "yes" if value else "no")
    return Condition(name, "=", (str(value),))


def _said(field: Field, value: object) -> str:
    if value is None:
        return "Unknown"
    if isinstance(value, bool):
        inside = field.kind == "segment"
        return ("In it" if inside else "Yes") if value else ("Not in it" if inside else "No")
    return formats.day(value) if isinstance(value, date) else str(value) or "Empty"


def _link(request: HttpRequest, where: str, clause: str, look: str, label: str, held: int) -> Counted:
    current = where == clause
    narrowed = None if current else clause if not where else where if clause in where else f"({where}) and {clause}"
    return Counted(look, label, formats.number(held), query(request, where=narrowed, cursor=None), current)
