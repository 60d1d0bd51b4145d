"""The list of accounts: whose, filtered by an expression, sorted, a page at a time, under an address to share."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from markupsafe import Markup

from tenure.customers import queries as customers
from tenure.health import lists
from tenure.health import queries as health
from tenure.health.contracts import BandCount
from tenure.health.lists import AccountList, ListedAccount
from tenure.measures.contracts import Catalogue
from tenure.measures.language import Expression, ExpressionError, parse
from tenure.screens import bands, charts, formats
from tenure.screens.access import TeamRequest, page
from tenure.screens.jinja import query, to
from tenure.screens.workspace.accounts import columns as shown_columns
from tenure.screens.workspace.accounts.columns import Column
from tenure.screens.workspace.scorecard.record import badge
from tenure.tenants import queries as tenants
from tenure.tenants.contracts import Permission, Role

LIMIT = 50
SCOPES = (("mine", "Mine"), ("team", "My team"), ("all", "All"))


@dataclass(frozen=True, slots=True)
class Cell:
    """A finished value of one of the chosen columns."""

    label: str
    text: str
    number: bool


@dataclass(frozen=True, slots=True)
class Row:
    """An account as the list shows it."""

    id: int
    href: str
    name: str
    external_id: str
    status: str
    owner: str
    score: str
    band: str
    band_label: str
    sparkline: Markup
    trend: float | None
    reason: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Head:
    """A sortable head of a column."""

    label: str
    key: str
    href: str
    number: bool


@page(Permission.VIEW)
def accounts(request: TeamRequest) -> HttpResponse:
    """The list. htmx asks for the rows alone."""
    scope = _scope(request)
    where_text = request.GET.get("where", "").strip()
    catalogue = health.catalogue()
    where, error = _expression(where_text, catalogue)
    offer = shown_columns.offered(catalogue)
    chosen = shown_columns.chosen(offer, request.GET.getlist("column"))
    sort = request.GET.get("sort") or "score"
    owners = _owners(request, scope)
    try:
        found = lists.list_accounts(
            request.as_of, where=where, owners=owners, sort=sort.removeprefix("-"), descending=sort.startswith("-"),
            cursor=request.GET.get("cursor"), limit=LIMIT, columns=[column.key for column in chosen],
        )  # fmt: skip
        if all(each.score is None for each in found.accounts):
            health.state()
    except health.NoScores:
        return redirect("workspace:start", slug=request.workspace.slug)
    counts = lists.count_accounts(request.as_of, where=where, owners=owners)
    context = {
        "active": "accounts",
        "main_class": "main-fill",
        "scope": scope,
        "scopes": [(label, query(request, scope=key, cursor=None), key == scope) for key, label in SCOPES],
        "where": where_text,
        "error": error,
        "counts": _band_links(request, counts, where_text),
        "total": sum(each.accounts for each in counts),
        "sort": sort,
        "heads": [_head(request, column, sort) for column in chosen],
        "fixed": {key: _sort_link(request, key, sort) for key in ("name", "owner", "score", "trend_30d")},
        "rows": _rows(request, found, chosen),
        "columns": [(column.key, column.label, column in chosen) for column in offer],
        "keep": _kept(request),
        "next": query(request, cursor=found.next) if found.next else "",
        "first": query(request, cursor=None) if request.GET.get("cursor") else "",
        "record": badge(request.as_of),
        "made_at": found.made_at,
        "filtered": bool(where_text),
        "clear": query(request, where=None, scope="all", cursor=None),
    }
    name = "accounts/_list.html" if request.headers.get("HX-Request") else "accounts/list.html"
    return render(request, name, context, status=422 if error else 200)


def _scope(request: TeamRequest) -> str:
    """Whose accounts: as asked, else a CSM's own and everybody's for the others."""
    asked = request.GET.get("scope", "")
    if asked in dict(SCOPES):
        return asked
    return "mine" if request.member.role is Role.CSM else "all"


def _owners(request: TeamRequest, scope: str) -> tuple[int, ...] | None:
    if scope == "all":
        return None
    return (request.member.id,) if scope == "mine" else tenants.team_ids(request.member)


def _expression(text: str, catalogue: Catalogue) -> tuple[Expression | None, ExpressionError | None]:
    """The filter, or what is wrong with it: a wrong filter shows the whole list under its error."""
    if not text:
        return None, None
    try:
        return parse(text, catalogue), None
    except ExpressionError as error:
        return None, error


def _rows(request: TeamRequest, found: AccountList, chosen: Sequence[Column]) -> list[Row]:
    """Finished rows. One query, for the names and owners as they are now."""
    known = customers.accounts_by_ids([each.id for each in found.accounts])
    looks = bands.looks()
    rows = []
    for each in found.accounts:
        account = known.get(each.id)
        if account is None:
            continue
        rows.append(
            Row(
                id=account.id,
                href=to(request, "workspace:account", account=account.id),
                name=account.name,
                external_id=account.external_id,
                status=each.status,
                owner=account.owner_name,
                score=each.shown,
                band=bands.look(each.band, looks),
                band_label=each.band_label,
                sparkline=charts.sparkline(
                    each.sparkline, band=bands.look(each.band, looks), label=f"Score of {account.name} over 90 days"
                ),
                trend=each.trend_30d,
                reason=each.reason,
                cells=tuple(_cell(column, each, request.workspace.currency) for column in chosen),
            )
        )
    return rows


def _cell(column: Column, account: ListedAccount, currency: str) -> Cell:
    return Cell(column.label, shown_columns.written(column, account.values, currency), column.number)


def _head(request: HttpRequest, column: Column, sort: str) -> Head:
    return Head(column.label, column.key, _sort_link(request, column.key, sort), column.number)


def _sort_link(request: HttpRequest, key: str, sort: str) -> str:
    """Press once for ascending (the worst scores first), again for descending."""
    return query(request, sort=f"-{key}" if sort == key else key, cursor=None)


def _kept(request: HttpRequest) -> list[tuple[str, str]]:
    """What the filter's and the columns' forms carry along."""
    names = ("scope", "sort", "as_of")
    return [(name, request.GET[name]) for name in names if request.GET.get(name)]


@dataclass(frozen=True, slots=True)
class BandLink:
    """How many accounts a band has; pressing narrows the list to them, and again undoes it. `band` is its look."""

    band: str
    label: str
    accounts: str
    href: str
    current: bool


def _band_links(request: HttpRequest, counts: Sequence[BandCount], where: str) -> list[BandLink]:
    links = []
    for each in counts:
        clause = f"band = '{each.band}'"
        current = where == clause
        narrowed = None if current else clause if not where else where if clause in where else f"({where}) and {clause}"
        href = query(request, where=narrowed, cursor=None)
        look = bands.LOOKS.get(each.colour, "unknown")
        links.append(BandLink(look, each.label, formats.number(each.accounts), href, current))
    return links
