"""The head that all pages of an account share: who it is, its score, its money, its tabs."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import wraps
from typing import Concatenate

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.http import urlencode

from tenure.alerts import queries as alerts
from tenure.base.months import number_of
from tenure.base.refusals import Conflict
from tenure.customers import queries as customers
from tenure.customers.contracts import AccountHeader, TraitValue
from tenure.health import lists
from tenure.health import queries as health
from tenure.health.contracts import Explanation
from tenure.measures.language.writing import write_scalar
from tenure.screens import bands, formats, live
from tenure.screens.access import TeamRequest
from tenure.screens.jinja import to
from tenure.screens.workspace.ownership.tabs import cover_of, under_way
from tenure.screens.workspace.scorecard.record import Badge, badge
from tenure.screens.workspace.segments.wording import entitlements
from tenure.screens.workspace.traits import fields
from tenure.segments import queries as segments
from tenure.tasks import queries as tasks
from tenure.traits.contracts import TAGS
from tenure.views.contracts import SECTIONS, Layout
from tenure.views.queries import layout_for
from tenure.work import queries as work

TABS = (
    ("overview", "Overview", "workspace:account"),
    ("timeline", "Timeline", "workspace:account-timeline"),
    ("tasks", "Tasks", "workspace:account-tasks"),
    ("people", "People", "workspace:account-people"),
    ("usage", "Usage", "workspace:account-usage"),
    ("support", "Support", "workspace:account-support"),
    ("money", "Money", "workspace:account-money"),
    ("files", "Files", "workspace:account-files"),
    ("segments", "Segments", "workspace:account-segments"),
    ("alerts", "Alerts", "workspace:account-alerts"),
    ("facts", "Facts", "workspace:account-facts"),
)


@dataclass(frozen=True, slots=True)
class Stat:
    """A figure under the name: its label, its text, what it means."""

    label: str
    shown: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Tag:
    """A tag of the account, and the list of those that have it."""

    name: str
    href: str


@dataclass(frozen=True, slots=True)
class Head:
    """The finished head."""

    id: int
    name: str
    external_id: str
    status: str
    owner: str
    owner_id: int | None
    parent_name: str
    parent_href: str
    children: int
    score: str
    band: str
    band_label: str
    stats: tuple[Stat, ...]
    tabs: tuple[tuple[str, str, bool, int | None], ...]
    sections: tuple[str, ...]
    mark: str
    tier: str = ""
    tier_means: str = ""
    tags: tuple[Tag, ...] = ()
    may_tag: bool = False
    record: Badge | None = None
    merged: tuple[str, ...] = ()
    merged_into: str = ""
    away: str = ""
    handoffs: tuple[tuple[str, str], ...] = ()


class MovedAway(Exception):
    """The account of the page was merged into another one by the page's day."""

    def __init__(self, name: str, survivor: int) -> None:
        super().__init__(name)
        self.name, self.survivor = name, survivor


def follows_merges[**P](
    view: Callable[Concatenate[TeamRequest, P], HttpResponse],
) -> Callable[Concatenate[TeamRequest, P], HttpResponse]:
    """A page of an account that was merged leads to the same page of the one it is part of."""

    @wraps(view)
    def followed(request: TeamRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except MovedAway as moved:
            match = request.resolver_match
            assert match is not None
            there = {**{k: v for k, v in match.kwargs.items() if k != "slug"}, "account": moved.survivor}
            messages.info(request, f"{moved.name} was merged into this account.")
            address = to(request, f"workspace:{match.url_name}", **there)
            return redirect(address) if request.method in ("GET", "HEAD") else _look_again(moved)

    return followed


def _look_again(moved: MovedAway) -> HttpResponse:
    raise Conflict(f"{moved.name} was merged into another account meanwhile. Open it again.")


def check_stands(request: TeamRequest, header: AccountHeader) -> None:
    """Raises `MovedAway` when the account is part of another on the page's day."""
    if header.survivor is not None:
        row = header.account
        holder = customers.merged().accounts.holder(row.id, request.as_of)
        if holder != row.id:
            raise MovedAway(row.name, holder)


@dataclass(frozen=True, slots=True)
class Opened:
    """What the pages of an account start from. `lately` are traits that members changed and `facts` may not have."""

    header: AccountHeader
    facts: Mapping[str, object]
    explanation: Explanation | None
    head: Head
    lately: Mapping[str, TraitValue]


@dataclass(frozen=True, slots=True)
class Arrival:
    """An account that is there, what was said of its traits lately, and the mark of its page."""

    header: AccountHeader
    lately: Mapping[str, TraitValue]
    mark: str


def arrived(request: TeamRequest, account: int, *, entries: bool = False) -> Arrival:
    """The account of the page; refuses with `NotFound`, with `MovedAway` where it is part of another, and with
    `live.Unchanged` who has seen its head and, where the page shows them, its entries. Two queries, one more for the
    entries, up to two where merges were made."""
    header = customers.account_header(account)
    check_stands(request, header)
    lately = fields.said_lately(request, "account", account)
    written = (work.mark(account), tasks.mark(account)) if entries else ""
    return Arrival(header, lately, live.mark(request, header, lately, written))


def opened(request: TeamRequest, account: int, tab: str, *, at: Arrival | None = None) -> Opened:
    """The account with its facts and score on the page's day; refuses as `arrived`, unless `at` is where the page
    arrived already. Four queries, up to seven where merges were made, one more for who covers."""
    at = at or arrived(request, account)
    header = at.header
    facts = lists.facts_of_account(account, request.as_of)
    explanation = health.explain(account, request.as_of, known=header.account) if facts else None
    head = _head(request, at, facts, explanation, tab)
    tags = tuple(_tag(request, each) for each in fields.tags_of(facts, at.lately))
    head = replace(
        head, tags=tags, may_tag=fields.may_change(request), away=cover_of(request.as_of, head.owner_id),
        handoffs=under_way(request, account),
    )  # fmt: skip
    return Opened(header, facts, explanation, head, at.lately)


def _tag(request: TeamRequest, name: str) -> Tag:
    there = to(request, "workspace:accounts")
    asked = urlencode({"scope": "all", "where": f"has({TAGS}, {write_scalar(name)})"})
    return Tag(name, f"{there}{'&' if '?' in there else '?'}{asked}")


def _head(request: TeamRequest, at: Arrival, facts: Mapping[str, object], why: Explanation | None, tab: str) -> Head:
    header, row = at.header, at.header.account
    layout, tier = layout_for(request.member, lambda: segments.inside(facts)), segments.tier_of(facts)
    counts = {"people": header.people, "alerts": alerts.count_of_account(row.id) or None}
    return Head(
        id=row.id,
        name=row.name,
        external_id=row.external_id,
        status=str(facts.get("status") or "prospect"),
        owner=row.owner_name,
        owner_id=row.owner,
        parent_name=row.parent_name,
        parent_href=to(request, "workspace:account", account=row.parent) if row.parent else "",
        children=header.children,
        score=why.shown if why else formats.UNKNOWN,
        band=bands.of(why),
        band_label=why.band_label if why else "Not scored",
        stats=tuple(_stats(request, facts, row.started_on)),
        tabs=tuple(
            (label, to(request, name, account=row.id), key == tab, counts.get(key))
            for key, label, name in _tabs(layout, tab)
        ),
        sections=layout.shown_sections if layout else SECTIONS,
        mark=at.mark,
        tier=tier.name if tier else "",
        tier_means=" · ".join(": ".join(each) for each in entitlements(tier.tier)) if tier and tier.tier else "",
        record=badge(request.as_of) if why else None,
        merged=tuple(each.absorbed_name for each in customers.open_merges("account", row.id)),
        merged_into=customers.account_header(header.survivor).account.name if header.survivor else "",
    )


def _tabs(layout: Layout | None, tab: str) -> list[tuple[str, str, str]]:
    """The tabs as the layout has them; one that it hides stands at the end while it is open."""
    known = {key: (key, label, name) for key, label, name in TABS}
    shown = layout.shown_tabs if layout else tuple(known)
    return [known[key] for key in (*shown, *(() if tab in shown else (tab,)))]


def _stats(request: TeamRequest, facts: Mapping[str, object], started_on: date | None) -> list[Stat]:
    """The few figures a CSM looks for first; one that the workspace has no source for is left out."""
    currency, stats = request.workspace.currency, []
    mrr = facts.get("mrr")
    if isinstance(mrr, int | float):
        stats.append(Stat("MRR", formats.money(mrr, currency, 0), str(facts.get("plan") or "")))
    seats = facts.get("seats")
    if isinstance(seats, int | float) and seats:
        used = facts.get("people_active_28d")
        note = (
            f"{formats.count(int(used), 'person', 'people')} active in 28 days" if isinstance(used, int | float) else ""
        )
        stats.append(Stat("Seats", formats.number(seats), note))
    renewal = facts.get("renewal_on")
    if isinstance(renewal, date):
        days = (renewal - request.as_of).days
        stats.append(Stat("Renewal", formats.day(renewal), countdown(days)))
    seen = facts.get("days_since_last_seen")
    if isinstance(seen, int | float):
        stats.append(Stat("Last seen", "Today" if seen == 0 else formats.count(int(seen), "day") + " ago"))
    since = started_on or facts.get("started_on")
    if isinstance(since, date):
        stats.append(Stat("Customer since", formats.day(since), tenure(since, request.as_of)))
    return stats


def countdown(days: int) -> str:
    """Until a day: `in 12 days`, `today`, `3 days ago`."""
    if days < 0:
        return formats.count(-days, "day") + " ago"
    return "today" if days == 0 else "in " + formats.count(days, "day")


def tenure(since: date, day: date) -> str:
    """How long somebody is a customer: whole months, from a year on with the years."""
    months = number_of(day) - number_of(since) - (day.day < since.day)
    if months < 1:
        return formats.count(max((day - since).days, 0), "day")
    years, rest = divmod(months, 12)
    parts = [formats.count(years, "year") if years else "", formats.count(rest, "month") if rest else ""]
    return " ".join(part for part in parts if part)
