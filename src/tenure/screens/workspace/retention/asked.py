"""What the pages of retention are asked for: groups, periods, pages of accounts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from tenure.base.refusals import Invalid
from tenure.customers import queries as customers
from tenure.health import population
from tenure.health import queries as health
from tenure.revenue.contracts import Part
from tenure.screens import formats
from tenure.screens.access import TeamRequest
from tenure.screens.jinja import query, to

PAGE = 50
UNKNOWN = "Unknown"


@dataclass(frozen=True, slots=True)
class Row:
    """An account's part in a figure, finished."""

    name: str
    href: str
    before: str
    after: str
    amount: str
    gone: bool


def offers(as_of: date) -> list[tuple[str, str]]:
    """Fields that put accounts into a few groups, as on the page of all customers: (name, label)."""
    try:
        found = population.population(as_of).groupings
    except health.NoScores:
        return []
    known = health.catalogue()
    names = {each.column: known.name_of(each) for each in known.fields if each.level in ("raw", "measure")}
    return [(names[each.key], each.label) for each in found if each.key in names]


def month(text: str, name: str) -> date:
    """A month in an address: 2026-11."""
    try:
        return date.fromisoformat(f"{text}-01")
    except ValueError:
        raise Invalid(f"{name} is a month such as 2026-11, not {text!r}.") from None


def whole(text: str, name: str, most: int) -> int:
    """A whole number in an address, from 0."""
    if not (text.isascii() and text.isdigit() and int(text) <= most):
        raise Invalid(f"{name} is a number from 0 to {most}, not {text!r}.")
    return int(text)


def rows(request: TeamRequest, parts: Sequence[Part], *, signed: bool = True) -> tuple[list[Row], str]:
    """A page of accounts, and the address of the next; the page after an account begins behind it. Parts that are
    `signed` have a plus where they add."""
    after = request.GET.get("after", "")
    places = {part.account: place for place, part in enumerate(parts)}
    if after and (not after.isdigit() or int(after) not in places):
        raise Invalid("This page is of figures that have changed since: go back to the first.")
    start = places[int(after)] + 1 if after else 0
    shown = parts[start : start + PAGE]
    names = customers.accounts_by_ids([part.account for part in shown])
    currency = request.workspace.currency
    made = [
        Row(
            name=names[part.account].name or names[part.account].external_id,
            href=to(request, "workspace:account-money", account=part.account),
            before=formats.minor(part.before, currency, 0),
            after=formats.minor(part.after, currency, 0),
            amount=("+" if signed and part.amount > 0 else "") + formats.minor(part.amount, currency, 0),
            gone=part.after <= 0,
        )
        for part in shown
        if part.account in names
    ]
    more = len(parts) > start + PAGE
    return made, query(request, after=shown[-1].account) if more else ""


def named(each: date) -> str:
    """A month in words."""
    return each.strftime("%B %Y")
