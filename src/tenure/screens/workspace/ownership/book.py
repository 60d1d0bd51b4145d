"""The book of business: what each member looks after, its money and risk, and the way to give accounts to others."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET
from markupsafe import Markup

from tenure.base.money import Money
from tenure.health import queries as health
from tenure.ownership import absences, book, handoffs
from tenure.ownership.assigning import LOOKED_AFTER
from tenure.ownership.book import NOBODY
from tenure.ownership.contracts import Book
from tenure.screens import bands, charts, formats
from tenure.screens.access import TeamRequest, page
from tenure.screens.jinja import query, to
from tenure.screens.workspace.ownership.tabs import away_text, names, tabs
from tenure.tasks.contracts import Counts
from tenure.tasks.queries import counts_of_members
from tenure.tenants.contracts import MemberView, Permission
from tenure.tenants.queries import members, team_ids

SCOPES = (("mine", "Mine"), ("team", "My team"), ("all", "Everybody"))
NO_TASKS = Counts()
FULL, NEARLY = 1.0, 0.9

type Key = Callable[[tuple[str, Book, Counts]], float | str]
SORTS: Mapping[str, Key] = {
    "name": lambda each: each[0].casefold(),
    "accounts": lambda each: each[1].accounts,
    "mrr": lambda each: each[1].mrr,
    "risk": lambda each: each[1].at_risk_mrr,
    "renewals": lambda each: each[1].renewal_mrr,
    "tasks": lambda each: each[2].open,
}


@dataclass(frozen=True, slots=True)
class BandPart:
    """Accounts of a band in a book: its look, label, and how many."""

    look: str
    label: str
    shown: str


@dataclass(frozen=True, slots=True)
class BookRow:
    """A member's book, finished. `used` is the bar of her capacity, `give` where her accounts are given to others."""

    name: str
    me: bool
    away: str
    href: str
    accounts: str
    used: Markup
    of: str
    mrr: str
    mrr_of: str
    bands: tuple[BandPart, ...]
    risk: str
    risk_accounts: str
    risk_href: str
    renewals: str
    renewal_mrr: str
    tasks: str
    overdue: str
    spread: str
    give: str
    hand_over: str


@page(Permission.VIEW)
@require_GET
def business(request: TeamRequest) -> HttpResponse:
    """Own, the team's or everybody's, as the role allows; sorted by a column."""
    try:
        found = book.books(request.as_of)
    except health.NoScores:
        return redirect("workspace:start", slug=request.workspace.slug)
    scope = _scope(request)
    shown = _shown(request.member, scope)
    counts = counts_of_members()
    sort = request.GET.get("sort", "name")
    key = sort.removeprefix("-")
    sort, key = (sort, key) if key in SORTS else ("name", "name")
    listed = [(each, found.get(each.id) or _empty(each.id), counts.get(each.id, NO_TASKS)) for each in shown]
    listed.sort(key=lambda each: SORTS[key]((each[0].label, each[1], each[2])), reverse=sort.startswith("-"))
    gone = absences.away([each.id for each in shown], request.as_of)
    known = names([*(cover for each in gone.values() for cover in each.covers)])
    notes = {member: formats.capital(away_text(each, known)) for member, each in gone.items()}
    write = _Writer(request)
    mine = [each[1] for each in listed]
    nobody = found.get(NOBODY)
    context = {
        "active": "book",
        "tabs": tabs(request, "book", waiting=len(handoffs.waiting_for(request.member.id))),
        "scopes": [(label, query(request, scope=each), each == scope) for each, label in _scopes(request.member)],
        "rows": [write.row(member, each, tasks, notes.get(member.id, "")) for member, each, tasks in listed],
        "sort": sort,
        "sorts": {each: query(request, sort=_turned(each, sort)) for each in SORTS},
        "stats": _stats(write, mine),
        "nobody": (formats.count(nobody.accounts, "account"), write.money(nobody.mrr), write.list(NOBODY))
        if nobody and scope == "all"
        else None,
        "may_give": request.member.may(Permission.EDIT_ACCOUNTS) and not request.GET.get("as_of"),
    }
    return render(request, "ownership/book.html", context)


def _scopes(member: MemberView) -> Sequence[tuple[str, str]]:
    return SCOPES if member.may(Permission.MANAGE_TEAM) else SCOPES[:2]


def _scope(request: TeamRequest) -> str:
    asked, offered = request.GET.get("scope", ""), dict(_scopes(request.member))
    return asked if asked in offered else "all" if "all" in offered else "mine"


def _shown(member: MemberView, scope: str) -> list[MemberView]:
    """Whose books are shown: of everybody those who can look after accounts."""
    everybody = members(active_only=True)
    if scope == "all":
        return [each for each in everybody if each.may(Permission.WORK)]
    ids = {member.id} if scope == "mine" else set(team_ids(member))
    return [each for each in everybody if each.id in ids]


def _turned(key: str, sort: str) -> str:
    """The order that a press on a header takes: names from A, figures from the greatest."""
    first = key if key == "name" else f"-{key}"
    return first if sort != first else (f"-{key}" if key == "name" else key)


def _empty(member: int) -> Book:
    return Book(member, 0, 0, 0, 0, 0, 0, {})


def _stats(write: "_Writer", found: Sequence[Book]) -> list[tuple[str, str, str]]:
    limited = [each for each in found if each.most]
    room = sum(max((each.most or 0) - each.accounts, 0) for each in limited)
    return [
        ("Accounts", formats.number(sum(each.accounts for each in found)), "customers and trials"),
        ("MRR", write.money(sum(each.mrr for each in found)), ""),
        ("At risk", write.money(sum(each.at_risk_mrr for each in found)),
         formats.count(sum(each.at_risk for each in found), "account") + " in the worst band"),
        ("Renewals", write.money(sum(each.renewal_mrr for each in found)),
         formats.count(sum(each.renewals for each in found), "account") + " in 90 days"),
        ("Room", formats.number(room) if limited else formats.UNKNOWN,
         "accounts that pools have room for" if limited else "no pool has a capacity"),
    ]  # fmt: skip


class _Writer:
    """Writes books for one page."""

    def __init__(self, request: TeamRequest) -> None:
        self._request = request
        self._looks, self._labels = bands.looks(), bands.labels()
        card = health.scorecard()
        self._worst = card[2].bands_ascending()[0].key if card else ""

    def money(self, minor: int) -> str:
        return formats.money(Money(minor, self._request.workspace.currency), digits=0)

    def list(self, member: int, more: str = "") -> str:
        """The list of these accounts."""
        return f"{self._to('workspace:accounts')}?{urlencode(self._asked(member, more))}"

    def _asked(self, member: int, more: str = "") -> dict[str, str]:
        whose = f"owner_id = {member}" if member else "owner_id is unknown"
        return {"scope": "all", "where": " and ".join(part for part in (whose, LOOKED_AFTER, more) if part)}

    def _to(self, name: str) -> str:
        return to(self._request, name).partition("?")[0]

    def row(self, member: MemberView, held: Book, tasks: Counts, away: str) -> BookRow:
        change = {**self._asked(member.id), "all": "1"}
        return BookRow(
            name=member.label,
            me=member.id == self._request.member.id,
            away=away,
            href=self.list(member.id),
            accounts=formats.number(held.accounts),
            used=_used(held, member.label),
            of=f"of {formats.number(held.most)}" if held.most is not None else "",
            mrr=self.money(held.mrr),
            mrr_of=f"of {self.money(held.most_mrr)}" if held.most_mrr is not None else "",
            bands=tuple(self._bands(held)),
            risk=self.money(held.at_risk_mrr),
            risk_accounts=formats.count(held.at_risk, "account") if held.at_risk else "",
            risk_href=self.list(member.id, f"band = '{self._worst}'") if held.at_risk else "",
            renewals=formats.number(held.renewals),
            renewal_mrr=self.money(held.renewal_mrr) if held.renewals else "",
            tasks=formats.number(tasks.open),
            overdue=f"{formats.number(tasks.overdue)} overdue" if tasks.overdue else "",
            spread=f"{self._to('workspace:account-change-new')}?{urlencode({**change, 'what': 'pool'})}",
            give=f"{self._to('workspace:account-change-new')}?{urlencode({**change, 'what': 'owner'})}",
            hand_over=f"{self._to('workspace:handoff-new')}?{urlencode(change)}",
        )

    def _bands(self, held: Book) -> "Sequence[BandPart]":
        known = [(key, label, held.bands[key]) for key, label in self._labels.items() if held.bands.get(key)]
        rest = sum(number for key, number in held.bands.items() if key not in self._labels)
        parts = [BandPart(bands.look(key, self._looks), label, formats.number(number)) for key, label, number in known]
        return [*parts, BandPart("unknown", "Not scored", formats.number(rest))] if rest else parts


def _used(held: Book, name: str) -> Markup:
    if not held.most:
        return Markup("")
    share = held.accounts / held.most
    tone = "risk" if share >= FULL else "watch" if share >= NEARLY else ""
    return charts.meter(share, label=f"{name} uses {formats.percent(share)} of her capacity", tone=tone)
