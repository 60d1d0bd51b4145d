"""The home of who manages the team: load, money by band, moves, what is decided, how alerts were closed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET

from tenure.alerts import queries as alerts
from tenure.alerts.contracts import Closings, Outcome
from tenure.health import queries as health
from tenure.health.crossings import Crossing, Crossings, crossings
from tenure.ownership import absences, book, portfolio
from tenure.ownership.assigning import LOOKED_AFTER
from tenure.ownership.book import NOBODY
from tenure.ownership.comparing import FEWEST, Compared, Verdict
from tenure.ownership.contracts import Book
from tenure.ownership.portfolio import SPANS, BandSum, Sum
from tenure.predictions.evaluation.intervals import share
from tenure.screens import bands, formats
from tenure.screens.access import TeamRequest, page
from tenure.screens.jinja import to, with_query
from tenure.screens.workspace.home.deciding import decisions
from tenure.screens.workspace.home.mine import WEEK, switch
from tenure.screens.workspace.home.panels import Panel, moved
from tenure.screens.workspace.ownership.tabs import away_text, names
from tenure.tasks.contracts import Counts
from tenure.tasks.queries import counts_of_members
from tenure.tenants.contracts import MemberView, Permission
from tenure.tenants.queries import members

MOVES = 6
MOST_RULES = 10
WORDS = {Verdict.FEWER: "Fewer than expected", Verdict.MORE: "More than expected", Verdict.ALIKE: "As expected",
         Verdict.TOO_FEW: "Too few to say"}  # fmt: skip
TONES = {Verdict.FEWER: "good", Verdict.MORE: "bad"}


@dataclass(frozen=True, slots=True)
class MemberRow:
    """A member: what she looks after, what is open, how her share at risk compares. `why` says from what."""

    name: str
    away: str
    accounts: str
    href: str
    mrr: str
    risk: str
    risk_href: str
    alerts: str
    alerts_href: str
    tasks: str
    overdue: str
    verdict: str
    tone: str
    why: str


@dataclass(frozen=True, slots=True)
class BandRow:
    """A band: accounts, money, share of the money, and what of it renews by span: money and accounts."""

    look: str
    label: str
    href: str
    accounts: str
    mrr: str
    share: str
    renewals: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class ClosedRow:
    """How alerts of a rule or by a member were closed. `right_of` is the interval."""

    name: str
    href: str
    closed: str
    right: str
    right_of: str
    no_effect: str
    false_alarm: str
    days: str


@page(Permission.MANAGE_TEAM)
@require_GET
def team(request: TeamRequest) -> HttpResponse:
    """The page; before the first scores it says how they come."""
    try:
        books = book.books(request.as_of)
    except health.NoScores:
        return redirect("workspace:start", slug=request.workspace.slug)
    people = [each for each in members(active_only=True) if each.may(Permission.WORK)]
    found = crossings(request.as_of, WEEK, told=MOVES)
    by_band = portfolio.portfolio(request.as_of)
    rules, closers = alerts.closings(request.as_of)
    context = {
        "active": "home",
        "switch": switch(request, "team"),
        "stats": _stats(request, books, found, by_band),
        "decisions": decisions(request, books.get(NOBODY)),
        "moves": _moves(request, found),
        "team": _team(request, people, books),
        "bands": _bands(request, by_band),
        "spans": SPANS,
        "by_rule": _by_rule(request, rules),
        "by_member": [_closed(each.label, "", closers[each.id]) for each in people if each.id in closers],
        "fewest": FEWEST,
    }
    return render(request, "home/team.html", context)


def _money(request: TeamRequest, minor: int) -> str:
    return formats.minor(minor, request.workspace.currency, 0)


def _worst() -> str:
    card = health.scorecard()
    return card[2].bands_ascending()[0].key if card else ""


def _list(request: TeamRequest, *conditions: str) -> str:
    where = " and ".join(each for each in (*conditions, LOOKED_AFTER) if each)
    return with_query(request, "workspace:accounts", scope="all", where=where)


def _stats(
    request: TeamRequest, books: Mapping[int, Book], found: Crossings | None, by_band: Mapping[str, BandSum]
) -> list[tuple[str, str, str, str]]:
    every = list(books.values())
    worst = _worst()
    red = by_band.get(worst)
    fell, rose = (found.fell, found.rose) if found else ((), ())
    renews = sum(each.accounts for each in red.renewals.values()) if red else 0

    def money_of(side: Sequence[Crossing]) -> str:
        return f"{formats.money(sum(each.mrr for each in side), request.workspace.currency, 0)} of MRR"

    return [
        ("MRR", _money(request, sum(each.mrr for each in every)),
         formats.count(sum(each.accounts for each in every), "account"), to(request, "workspace:book")),
        ("At risk", _money(request, sum(each.at_risk_mrr for each in every)),
         formats.count(sum(each.at_risk for each in every), "account"), _list(request, f"band = '{worst}'")),
        ("Fell this week", formats.number(len(fell)), money_of(fell), ""),
        ("Recovered this week", formats.number(len(rose)), money_of(rose), ""),
        ("Renewals at risk",
         _money(request, sum(each.mrr for each in red.renewals.values()) if red else 0),
         f"{formats.count(renews, 'account')} in 90 days", ""),
    ]  # fmt: skip


def _moves(request: TeamRequest, found: Crossings | None) -> Panel:
    band = (found.band.label or found.band.key) if found else "At risk"
    return Panel(
        "moves", f"In or out of “{band}” this week", moved(request, found, most=MOVES, money=True),
        len(found.fell) + len(found.rose) if found else 0, to(request, "workspace:population"),
        f"No account came into “{band}” or left it in the last seven days.",
    )  # fmt: skip


def _team(request: TeamRequest, people: list[MemberView], books: Mapping[int, Book]) -> list[MemberRow]:
    counts, open_, worst = counts_of_members(), alerts.open_of_members(), _worst()
    compared = portfolio.comparison(request.as_of)
    gone = absences.away([each.id for each in people], request.as_of)
    known = names([*(cover for each in gone.values() for cover in each.covers)])
    rows = []
    for each in people:
        held, tasks = books.get(each.id) or Book(each.id, 0, 0, 0, 0, 0, 0, {}), counts.get(each.id, Counts())
        alike = compared.get(each.id) or Compared(0, None, None)
        hers = f"owner_id = {each.id}"
        n = open_.get(each.id, (0, 0))[0]
        if not (held.accounts or tasks.open or n):
            continue
        rows.append(
            MemberRow(
                name=each.label,
                away=formats.capital(away_text(gone[each.id], known)) if each.id in gone else "",
                accounts=f"{formats.number(held.accounts)}{f' of {formats.number(held.most)}' if held.most else ''}",
                href=_list(request, hers),
                mrr=_money(request, held.mrr),
                risk=_money(request, held.at_risk_mrr) if held.at_risk else "",
                risk_href=_list(request, hers, f"band = '{worst}'"),
                alerts=formats.number(n),
                alerts_href=with_query(request, "workspace:inbox", of=str(each.id)),
                tasks=formats.number(tasks.open),
                overdue=f"{formats.number(tasks.overdue)} overdue" if tasks.overdue else "",
                verdict=WORDS[alike.verdict] if held.accounts else "",
                tone=TONES.get(alike.verdict, ""),
                why=_compared(alike) if held.accounts else "",
            )
        )
    return rows


def _compared(alike: Compared) -> str:
    if alike.actual is None or alike.expected is None:
        return "No accounts like hers elsewhere"
    low, high = formats.number(alike.actual.low * 100, 0), formats.percent(alike.actual.high)
    return (
        f"{formats.percent(alike.actual.value)} ({low}–{high}), expected {formats.percent(alike.expected)}, "
        f"n = {formats.number(alike.accounts)}"
    )


def _bands(request: TeamRequest, by_band: Mapping[str, BandSum]) -> list[BandRow]:
    looks, labels = bands.looks(), bands.labels()
    total = sum(each.all.mrr for each in by_band.values())
    order = [*labels, *(key for key in by_band if key not in labels)]

    def cell(found: Sum) -> tuple[str, str]:
        return (_money(request, found.mrr), formats.count(found.accounts, "account")) if found.accounts else ("", "")

    return [
        BandRow(
            look=bands.look(key, looks),
            label=labels.get(key) or "Not scored",
            href=_list(request, f"band = '{key}'" if key else "band is unknown"),
            accounts=formats.number(found.all.accounts),
            mrr=_money(request, found.all.mrr),
            share=formats.percent(found.all.mrr / total) if total else formats.UNKNOWN,
            renewals=tuple(cell(found.renewals[span]) for span in SPANS),
        )
        for key in order
        if (found := by_band.get(key)) is not None
    ]


def _by_rule(request: TeamRequest, found: Mapping[str, Closings]) -> list[ClosedRow]:
    """The rules of which most was closed."""
    known = alerts.in_force()
    ordered = sorted(found, key=lambda key: (-found[key].closed, key))[:MOST_RULES]
    return [
        _closed(
            getattr(known[key].body, "name", key) if key in known else key,
            to(request, "workspace:alert-rule", rule=key) if key in known else "",
            found[key],
        )
        for key in ordered
    ]


def _closed(name: str, href: str, found: Closings) -> ClosedRow:
    right = share(found.right, found.closed)
    wrong = found.of(Outcome.FALSE_ALARM) + found.of(Outcome.NOT_RELEVANT)
    return ClosedRow(
        name=name,
        href=href,
        closed=formats.number(found.closed),
        right=formats.percent(right.value) if right else formats.UNKNOWN,
        right_of=f"{formats.number(right.low * 100, 0)}–{formats.percent(right.high)}" if right else "",
        no_effect=formats.percent(found.of(Outcome.NO_EFFECT) / found.closed) if found.closed else formats.UNKNOWN,
        false_alarm=formats.percent(wrong / found.closed) if found.closed else formats.UNKNOWN,
        days=formats.number(found.days, 1),
    )
