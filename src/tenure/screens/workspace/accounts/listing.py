"""The list of accounts: whose, filtered by an expression, sorted, a page at a time, under an address to share."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from markupsafe import Markup

from tenure.customers import queries as customers
from tenure.health import lists
from tenure.health import queries as health
from tenure.health.lists import AccountList
from tenure.screens import bands, charts, live
from tenure.screens.access import TeamRequest, page
from tenure.screens.jinja import query, to
from tenure.screens.workspace.accounts import columns as shown_columns
from tenure.screens.workspace.accounts import counting, saved
from tenure.screens.workspace.accounts.asked import SCOPES, Asked, Selection, asked, selection
from tenure.screens.workspace.accounts.columns import Column
from tenure.screens.workspace.accounts.kinds import Kind
from tenure.screens.workspace.scorecard.record import badge
from tenure.tenants import queries as tenants
from tenure.tenants.contracts import Permission
from tenure.views.contracts import SavedView

LIMIT = 50


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
    """A head of a column; `href` sorts by it, and is empty where that means nothing."""

    label: str
    key: str
    href: str
    number: bool


@page(Permission.VIEW)
def accounts(request: TeamRequest) -> HttpResponse:
    """The list. htmx asks for the rows alone."""
    mark = live.mark_of_list(request)
    views = saved.views_of(request)
    if elsewhere := saved.leads_to(request, views):
        return redirect(elsewhere)
    wanted = selection(request, asked(request.GET, request.member.role))
    where, owners, chosen = wanted.where, wanted.owners, wanted.chosen
    try:
        found = lists.list_accounts(
            request.as_of, where=where, owners=owners, sort=wanted.sort, descending=wanted.descending,
            cursor=request.GET.get("cursor"), limit=LIMIT, columns=[column.key for column in chosen],
        )  # fmt: skip
        if all(each.score is None for each in found.accounts):
            health.state()
    except health.NoScores:
        return redirect("workspace:start", slug=request.workspace.slug)
    groups = (
        lists.count_by(request.as_of, wanted.group.key, where=where, owners=owners, most=counting.MOST)
        if wanted.group
        else ()
    )
    counts = lists.count_accounts(request.as_of, where=where, owners=owners)
    context = {
        **furniture(request, wanted, views),
        "mark": mark,
        "counts": counting.by_band(request, counts, wanted.asked.where),
        "groups": counting.by_group(request, wanted, groups),
        "total": sum(each.accounts for each in counts),
        "fixed": sort_links(request, wanted, ("name", "owner", "score", "trend_30d")),
        "rows": _rows(request, found, chosen),
        "next": query(request, cursor=found.next) if found.next else "",
        "record": badge(request.as_of),
        "made_at": found.made_at,
        "change": _change(request),
    }
    return shown(request, context)


def furniture(request: TeamRequest, wanted: Selection, views: Sequence[SavedView]) -> dict[str, object]:
    """What stands around the rows of a list, whatever it is of."""
    kind, state = wanted.asked.kind, wanted.asked
    return {
        "kind": kind,
        "active": kind.place,
        "main_class": "main-fill",
        "body": f"{kind.place}/_list.html",
        "scope": state.scope,
        "scopes": [(label, query(request, scope=key, cursor=None), key == state.scope) for key, label in SCOPES],
        "where": state.where,
        "error": wanted.error,
        "group": wanted.group.label if wanted.group else "",
        "groupings": _groupings(request, wanted),
        "sort": state.sort,
        "heads": [_head(request, column, state.sort) for column in wanted.chosen],
        "columns": _columns(wanted),
        "completions": _completions(request, kind),
        "keep_filter": _kept(request, state, "where"),
        "keep_columns": _kept(request, state, "column"),
        "conditions": _conditions(request, state),
        "shelf": saved.shelf(request, views, state),
        "first": query(request, cursor=None) if request.GET.get("cursor") else "",
        "gone": wanted.gone,
        "export": _export(request, kind) if request.member.may(Permission.EXPORT) else "",
        "filtered": bool(state.where),
        "kept": state.pairs(),
        "change": "",
        "clear": query(request, where=None, scope="all", cursor=None),
    }


def shown(request: TeamRequest, context: dict[str, object]) -> HttpResponse:
    """The page, or for htmx its rows alone."""
    name = str(context["body"]) if request.headers.get("HX-Request") else "accounts/list.html"
    return render(request, name, context, status=422 if context["error"] else 200)


def sort_links(request: TeamRequest, wanted: Selection, keys: Sequence[str]) -> dict[str, str]:
    """Where the heads of the columns that every list has lead to."""
    return {key: _sort_link(request, key, wanted.asked.sort) for key in keys}


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
                cells=cells(chosen, each.values, request.workspace.currency),
            )
        )
    return rows


def cells(chosen: Sequence[Column], values: Mapping[str, object], currency: str) -> tuple[Cell, ...]:
    """A row's values in the columns that were chosen."""
    return tuple(Cell(each.label, shown_columns.written(each, values, currency), each.number) for each in chosen)


def _columns(wanted: Selection) -> list[tuple[str, str, bool]]:
    """All columns there are, those that are shown first and in their order."""
    shown = {column.key for column in wanted.chosen}
    others = [column for column in wanted.offer if column.key not in shown]
    return [(each.key, each.label, each.key in shown) for each in (*wanted.chosen, *others)]


def _groupings(request: HttpRequest, wanted: Selection) -> list[tuple[str, str, bool]]:
    """What the list can be counted by: label, address, whether it is. What it is counted by unasked stands first."""
    kind, current = wanted.asked.kind, wanted.group.key if wanted.group else ""
    usual = kind.grouped or "band"
    return [
        (usual.capitalize(), query(request, group=None, cursor=None), current in ("", kind.grouped)),
        *(
            (each.label, query(request, group=each.key, cursor=None), each.key == current)
            for each in shown_columns.groupable(wanted.catalogue, kind)
            if each.key != usual
        ),
    ]


def _completions(request: TeamRequest, kind: Kind) -> str:
    """What completes the filter, as of the same day."""
    given = [("of", kind.entity), *([("as_of", request.GET["as_of"])] if request.GET.get("as_of") else [])]
    address = reverse("workspace:account-completions", kwargs={"slug": request.workspace.slug})
    return f"{address}?{urlencode(given)}"


def _conditions(request: TeamRequest, wanted: Asked) -> str:
    """The builder with this list's filter."""
    given = urlencode([*_kept(request, wanted, "where"), *([("where", wanted.where)] if wanted.where else [])])
    return f"{reverse(wanted.kind.conditions, kwargs={'slug': request.workspace.slug})}?{given}"


def _export(request: TeamRequest, kind: Kind) -> str:
    """The address of this list as a file: all of it, whatever the page."""
    _, _, given = query(request, cursor=None, view=None, removed=None).partition("?")
    address = reverse(kind.export, kwargs={"slug": request.workspace.slug})
    return f"{address}?{given}" if given else address


def _change(request: TeamRequest) -> str:
    """Where selected accounts are changed; empty for who may not, and on a day that is over."""
    present = request.as_of == tenants.as_of_day(request.workspace)
    may = request.member.may(Permission.EDIT_ACCOUNTS)
    return reverse("workspace:account-change-new", kwargs={"slug": request.workspace.slug}) if may and present else ""


def _head(request: HttpRequest, column: Column, sort: str) -> Head:
    href = _sort_link(request, column.key, sort) if column.sortable else ""
    return Head(column.label, column.key, href, column.number)


def _sort_link(request: HttpRequest, key: str, sort: str) -> str:
    """Press once for ascending (the worst scores first), again for descending."""
    return query(request, sort=f"-{key}" if sort == key else key, cursor=None)


def _kept(request: TeamRequest, wanted: Asked, but: str) -> list[tuple[str, str]]:
    """What a form of the list carries along: all of its state but what the form itself says."""
    names = ("view", "as_of")
    standing = [(name, request.GET[name]) for name in names if request.GET.get(name)]
    return standing + [(name, value) for name, value in wanted.pairs() if name != but]
