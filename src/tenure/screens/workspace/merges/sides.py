"""The two records of a merge side by side, and what the one they become will have."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from tenure.customers import queries as customers
from tenure.customers.contracts import Entity, MergeRow
from tenure.health import lists
from tenure.screens import formats
from tenure.screens.access import TeamRequest
from tenure.screens.jinja import to

_STATUSES = ("customer", "trial", "former", "prospect")


@dataclass(frozen=True, slots=True)
class Candidate:
    """A record that could be merged, as the search lists it."""

    name: str
    note: str
    external_id: str
    href: str


@dataclass(frozen=True, slots=True)
class Compared:
    """A line of the comparison: what each of the two has, and what the one will have."""

    label: str
    this: str
    other: str
    one: str


@dataclass(frozen=True, slots=True)
class MergeLine:
    """A merge in force, with the address that undoes it."""

    text: str
    note: str
    undo: str


@dataclass(frozen=True, slots=True)
class _Side:
    """What one account has."""

    name: str
    known_as: tuple[str, ...]
    owner: str
    status: str
    mrr: float | None
    started_on: date | None
    people: frozenset[int]
    children: int
    seen: float | None


def accounts(request: TeamRequest, stays: int, goes: int) -> list[Compared]:
    """What the account that stays and the one that goes into it have."""
    this, other = _account(request, stays), _account(request, goes)
    money = [each.mrr for each in (this, other) if each.mrr is not None]
    currency = request.workspace.currency

    def mrr(value: float | None) -> str:
        return formats.UNKNOWN if value is None else formats.money(value, currency, 0)

    seen = [each.seen for each in (this, other) if each.seen is not None]
    statuses = [each.status for each in (this, other)]
    return [
        Compared("Name", this.name, other.name, this.name),
        _known_as(this.known_as, other.known_as),
        Compared("Owner", _or(this.owner), _or(other.owner), _or(this.owner or other.owner)),
        Compared("Status", *(formats.capital(each) for each in (*statuses, min(statuses, key=_STATUSES.index)))),
        Compared("MRR", mrr(this.mrr), mrr(other.mrr), mrr(sum(money) if money else None)),
        Compared("People", str(len(this.people)), str(len(other.people)), str(len(this.people | other.people))),
        Compared("Accounts below", str(this.children), str(other.children), str(this.children + other.children)),
        Compared("Last seen", _seen(this.seen), _seen(other.seen), _seen(min(seen, default=None))),
    ]


def people(stays: int, goes: int) -> list[Compared]:
    """What the person who stays and the one who goes into her have."""
    this, other = customers.person_record(stays), customers.person_record(goes)
    one, two = this.person, other.person
    places = sorted({*this.accounts, *other.accounts})
    return [
        Compared("Name", _or(one.name), _or(two.name), _or(one.name)),
        _known_as(*(_ids("person", each.id, each.external_id) for each in (one, two))),
        Compared(
            "E-mail",
            _or(one.email),
            _or(two.email),
            ", ".join(dict.fromkeys(filter(None, (one.email, two.email)))) or formats.UNKNOWN,
        ),
        Compared("Title", _or(one.title), _or(two.title), _or(one.title)),
        Compared("Accounts", _listed(this.accounts), _listed(other.accounts), _listed(places)),
    ]


def lines(request: TeamRequest, found: Sequence[MergeRow]) -> list[MergeLine]:
    """The merges in force, newest first."""
    return [
        MergeLine(
            text=row.absorbed_name,
            note=f"{row.absorbed_external_id} · since {formats.day(row.merge.on)}"
            + (f", by {row.by}" if row.by else ", by the command line"),
            undo=to(request, "workspace:merge-undoings", merge=row.merge.id),
        )
        for row in found
    ]


def _account(request: TeamRequest, account: int) -> _Side:
    head = customers.account_header(account)
    facts = lists.facts_of_account(account, request.as_of)
    row, mrr, seen = head.account, facts.get("mrr"), facts.get("days_since_last_seen")
    return _Side(
        name=row.name,
        known_as=_ids("account", account, row.external_id),
        owner=row.owner_name,
        status=str(facts.get("status") or "prospect"),
        mrr=float(mrr) if isinstance(mrr, int | float) else None,
        started_on=row.started_on,
        people=customers.people_in(account),
        children=head.children,
        seen=float(seen) if isinstance(seen, int | float) else None,
    )


def _ids(entity: Entity, id: int, own: str) -> tuple[str, ...]:
    """Its external id, and those of what was merged into it."""
    return (own, *(row.absorbed_external_id for row in customers.open_merges(entity, id)))


def _known_as(this: Sequence[str], other: Sequence[str]) -> Compared:
    return Compared("Known as", _listed(this), _listed(other), _listed((*this, *other)))


def _or(text: str) -> str:
    return text or formats.UNKNOWN


def _seen(days: float | None) -> str:
    if days is None:
        return formats.UNKNOWN
    return "Today" if days == 0 else formats.count(int(days), "day") + " ago"


def _listed(names: Sequence[str]) -> str:
    shown = ", ".join(names[:3])
    return _or(shown if len(names) <= 3 else f"{shown} and {len(names) - 3} more")
