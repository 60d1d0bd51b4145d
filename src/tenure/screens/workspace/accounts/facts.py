"""Everything we know of an account on a day, unpolished: fields, measures with their windows, traits."""

from dataclasses import dataclass
from datetime import date

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.http import urlencode

from tenure.health import queries as health
from tenure.measures.contracts import Field
from tenure.screens import formats
from tenure.screens.access import TeamRequest, page
from tenure.screens.jinja import to
from tenure.screens.workspace.accounts.columns import value_of
from tenure.screens.workspace.accounts.head import Opened, follows_merges, opened
from tenure.screens.workspace.traits import fields
from tenure.tenants.contracts import Permission
from tenure.traits.contracts import TAGS


@dataclass(frozen=True, slots=True)
class FactRow:
    """A fact with its name in expressions; `edit` is where it is changed, where it can be."""

    label: str
    name: str
    value: str
    previous: str
    change: str
    note: str
    href: str
    edit: str = ""


@page(Permission.VIEW)
@follows_merges
def facts(request: TeamRequest, account: int) -> HttpResponse:
    """The page."""
    this = opened(request, account, "facts")
    catalogue = health.catalogue()
    groups = [
        (title, [_row(request, this, field) for field in catalogue if field.kind == kind])
        for kind, title in (("measure", "Measures"), ("attribute", "Fields"))
    ]
    groups.append(("Traits", [_trait(request, this, field) for field in catalogue if field.kind == "trait"]))
    context = {
        "active": "accounts",
        "head": this.head,
        "groups": [(title, rows) for title, rows in groups if rows],
        "may_edit": request.member.may(Permission.EDIT_ACCOUNTS),
    }
    return render(request, "accounts/facts.html", context)


def _row(request: TeamRequest, this: Opened, field: Field) -> FactRow:
    currency, row = request.workspace.currency, this.facts
    measured = field.kind == "measure"
    previous = row.get(field.previous_column) if measured else None
    change = row.get(field.change_column) if measured else None
    stale = row.get(f"{field.key}__stale_since") if measured else None
    account = this.header.account.id
    return FactRow(
        label=field.label or field.key,
        name=field.key,
        value=value_of(field, row.get(field.column), currency),
        previous=value_of(field, previous, currency) if measured else "",
        change=formats.delta(change * 100, 0, " %") if isinstance(change, float) else "",
        note=f"frozen since {formats.day(stale)}" if isinstance(stale, date) else field.unit,
        href=to(request, "workspace:account-measure", account=account, key=field.key) if measured else "",
    )


def _trait(request: TeamRequest, this: Opened, field: Field) -> FactRow:
    """A trait as it stands; tags are changed by their own page."""
    account = this.header.account.id
    edit = to(request, "workspace:account-tags" if field.key == TAGS else "workspace:account-traits", account=account)
    if field.key != TAGS:
        edit = f"{edit}{'&' if '?' in edit else '?'}{urlencode({'key': field.key})}"
    return FactRow(
        label=field.label or field.key,
        name=field.key,
        value=value_of(field, fields.standing(field, this.facts, this.lately), request.workspace.currency),
        previous="",
        change="",
        note=field.unit,
        href="",
        edit=edit if fields.may_change(request) else "",
    )
