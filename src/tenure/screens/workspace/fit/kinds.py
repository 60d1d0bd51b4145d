"""Which kinds of customers stay and pay: what is more than chance, then one field at a time; and the same by the band
and the segments of a day about a year ago."""

from collections.abc import Mapping, Sequence

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from tenure.base.refusals import Invalid
from tenure.revenue.fit import queries as fit
from tenure.revenue.fit.contracts import FEW, Field, Group, Kinds
from tenure.screens import bands, formats
from tenure.screens.access import TeamRequest, page
from tenure.screens.prepared import prepared
from tenure.screens.workspace.fit import told
from tenure.tenants.contracts import Permission

type Stat = tuple[str, str, str]


@page(Permission.VIEW)
@require_GET
@prepared("fit")
def kinds(request: TeamRequest) -> HttpResponse:
    """The page: `by` chooses the field whose groups are side by side."""
    found = fit.kinds(request.as_of)
    field = _chosen(found, request.GET.get("by", ""))
    named = [
        (f"{each.label}: {told.shown(group.value)}", _href(request, each, group), group)
        for each in found.fields
        for group in each.groups
    ]
    context = {
        "active": "fit",
        "few": FEW,
        "kinds": found,
        "stats": _stats(request, found),
        "findings": told.findings(request, named, worth=True, after=f"after {_time(found.stays_at)}"),
        "looked": _looked(found),
        "offers": [(each.column, each.label) for each in found.fields],
        "by": field.column if field else "",
        "by_label": field.label if field else "",
        "rows": [
            told.row(request, group, found, href=_href(request, field, group), name=told.shown(group.value))
            for group in field.groups
        ] if field else [],
    }  # fmt: skip
    return render(request, "fit/kinds.html", context)


def _chosen(found: Kinds, by: str) -> Field | None:
    """The field asked for, else the one of the group that stands out most surely."""
    known = {each.column: each for each in found.fields}
    if by and by not in known:
        raise Invalid(f"Customers cannot be grouped by {by!r}. Choose one of the fields that are offered.")
    return known.get(by) or min(found.fields, key=_surest, default=None)


def _surest(field: Field) -> float:
    return min((group.q for group in field.groups if group.q is not None), default=1.0)


def _href(request: TeamRequest, field: Field, group: Group) -> str:
    return told.accounts(request, by=field.column, value=group.value or "")


def _time(months: int) -> str:
    return formats.count(months, "month")


def _stats(request: TeamRequest, found: Kinds) -> list[Stat]:
    """(label, figure, note) of all customers together."""
    whole, currency = found.whole, request.workspace.currency
    stays, lived, worth = told.share(whole.stays), told.months(whole.lifetime), told.amount(request, whole.worth)
    mean = told.amount(request, whole.mrr)
    median = formats.minor(whole.median, currency, 0)
    return [
        ("Customers ever", formats.number(whole.customers), f"{formats.number(whole.paying)} pay now"),
        (f"Still pay after {_time(found.stays_at)}", stays.shown, stays.between),
        (f"Paid of the first {_time(found.horizon)}", f"{lived.shown} months", lived.between),
        ("MRR of a customer now", mean.shown, f"median {median}"),
        (f"ALV of {_time(found.horizon)}", worth.shown, worth.between),
    ]


def _looked(found: Kinds) -> str:
    fields = formats.count(len([each for each in found.fields if any(g.p is not None for g in each.groups)]), "field")
    return f"{formats.count(found.looked_at, 'group')} of {fields} were looked at"


@page(Permission.VIEW)
@require_GET
@prepared("fit")
def standing(request: TeamRequest) -> HttpResponse:
    """The page: who stayed since that day, by band and by segment."""
    day, found = fit.kinds_since(request.as_of)
    labels = bands.labels()
    by_band = [each for each in found.fields if each.column == "band"]
    banded = _rows_since(request, found, by_band, labels)
    inside = _rows_since(request, found, [each for each in found.fields if each.column != "band"], {})
    context = {
        "active": "fit",
        "few": FEW,
        "kinds": found,
        "day": formats.day(day),
        "months": _time(found.stays_at),
        "findings": told.findings(request, [*banded, *inside], worth=False, after=f"{_time(found.stays_at)} on"),
        "looked": _looked(found),
        "bands": _finished(request, found, banded),
        "segments": _finished(request, found, inside),
    }
    return render(request, "fit/standing.html", context)


def _rows_since(
    request: TeamRequest, found: Kinds, fields: Sequence[Field], labels: Mapping[str, str]
) -> list[tuple[str, str, Group]]:
    """(name, address, group) of each band, or of who is in each segment."""
    rows = [
        (
            told.shown(group.value, labels) if each.column == "band" else each.label,
            told.accounts(request, by=each.column, value=group.value or "", since="1"),
            group,
        )
        for each in fields
        for group in each.groups
        if each.column == "band" or group.value == "Yes"
    ]
    return sorted(rows, key=lambda each: (each[2].few, -(each[2].stays.value if each[2].stays else 0.0)))


def _finished(request: TeamRequest, found: Kinds, rows: Sequence[tuple[str, str, Group]]) -> list[told.Row]:
    return [told.row(request, group, found, href=href, name=name) for name, href, group in rows]
