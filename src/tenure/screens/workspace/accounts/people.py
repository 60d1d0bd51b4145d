"""The people of an account: who is what, how close we are, and what stands out about them."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from tenure.base import cursors
from tenure.base.refusals import Conflict, Invalid
from tenure.customers import actions
from tenure.customers import queries as customers
from tenure.customers.contracts import Seat
from tenure.screens import formats, undo
from tenure.screens.access import TeamRequest, page
from tenure.screens.jinja import query, to
from tenure.screens.refusals import told
from tenure.screens.workspace.accounts.head import check_stands, follows_merges, opened
from tenure.tenants.contracts import Permission
from tenure.tenants.queries import as_of_day
from tenure.work import people as work
from tenure.work.people import Answer, Answered, Kind, Standing

LIMIT = 50
OFFERED = 12
"""So many people at most are offered for a seat that nobody has: those who use it most and are closest to us."""
ORDER = tuple(Seat)
GROUPS = {
    Seat.CHAMPION: "Champions", Seat.SPONSOR: "Sponsors", Seat.DECISION_MAKER: "Decision makers",
    Seat.ADMIN: "Admins", Seat.USER: "Users", Seat.DETRACTOR: "Detractors", Seat.LEFT: "Have left",
}  # fmt: skip
NEEDED = {Seat.CHAMPION: "No champion is known", Seat.DECISION_MAKER: "No decision maker is known"}
TONES = {Kind.CHAMPION_LEFT: "bad", Kind.CHAMPION_QUIET: "warning"}


@dataclass(frozen=True, slots=True)
class Row:
    """Somebody in the map, finished. `said` is whose word her seat rests on and since when; `source` the seat by the
    source's word, as the choice to go back to it."""

    id: int
    href: str
    merge: str
    name: str
    title: str
    email: str
    seat: Seat
    said: str
    said_by: str
    source: str
    contacts: str
    days: str
    seen: str
    contact: str


@dataclass(frozen=True, slots=True)
class Group:
    """Those of a page who have the same seat; `count` is of all pages. `missing` says that nobody has it."""

    seat: Seat
    label: str
    count: int
    rows: tuple[Row, ...] = ()
    missing: str = ""


@dataclass(frozen=True, slots=True)
class Said:
    """A signal, finished; `by` says who answered it and when."""

    kind: str
    cause: str
    label: str
    tone: str
    why: str
    n: str
    answer: str
    by: str
    confirm: str


@page(Permission.VIEW)
@follows_merges
def people(request: TeamRequest, account: int) -> HttpResponse:
    """A page of the map: people by seat, then by name, with what stands out on the first."""
    this = opened(request, account, "people")
    found = work.people_map(account, request.as_of)
    ordered = sorted(found.people, key=_place)
    after = request.GET.get("cursor")
    start = bisect_right(ordered, _cursor(after), key=_place) if after else 0
    shown = ordered[start : start + LIMIT]
    more = len(ordered) > start + LIMIT
    said = [_said(each) for each in found.signals] if not after else []
    may_edit = request.member.may(Permission.EDIT_ACCOUNTS)
    context = {
        "active": "accounts",
        "head": this.head,
        "groups": _groups(request, account, shown, Counter(each.who.seat for each in ordered), whole=not after),
        "signals": [each for each in said if each.answer != Answer.DISMISSED],
        "dismissed": [each for each in said if each.answer == Answer.DISMISSED],
        "count": len(ordered),
        "next": query(request, cursor=cursors.encode(list(_place(shown[-1])))) if more else "",
        "first": query(request, cursor=None) if after else "",
        "cursor": after or "",
        "seats": [(seat.value, "Has left" if seat is Seat.LEFT else seat.label) for seat in Seat],
        "offered": _offered(ordered),
        "may_edit": may_edit,
        "may_say": may_edit and request.as_of == as_of_day(request.workspace),
    }
    return render(request, "accounts/people.html", context)


@page(Permission.EDIT_ACCOUNTS)
@require_POST
@follows_merges
def roles(request: TeamRequest, account: int) -> HttpResponse:
    """Say what the `person` is at the account (`role`), or take back what was said (empty)."""
    check_stands(request, customers.account_header(account))
    person, role = request.POST.get("person", ""), request.POST.get("role", "")
    if not (person.isascii() and person.isdigit()) or (role and role not in set(Seat)):
        raise Invalid("Choose a person and a role from the lists.")
    _check_today(request)
    if role:
        actions.say_role(person=int(person), account=account, role=Seat(role), by=request.member, on=request.as_of)
        messages.success(request, "Has left: the role is kept in the history." if role == Seat.LEFT else "Role set.")
    else:
        actions.take_role_back(person=int(person), account=account, by=request.member, on=request.as_of)
        messages.success(request, "The role of the source counts again.")
    back, cursor = to(request, "workspace:account-people", account=account), request.POST.get("cursor", "")
    return redirect(f"{back}?cursor={cursor}#person-{person}" if cursor else f"{back}#person-{person}")


@page(Permission.EDIT_ACCOUNTS)
@require_POST
@follows_merges
def signals(request: TeamRequest, account: int) -> HttpResponse:
    """Confirm or dismiss a signal (`kind`, `cause`), or take that back (an empty `answer`)."""
    check_stands(request, customers.account_header(account))
    _check_today(request)
    given = {name: request.POST.get(name, "") for name in ("kind", "cause", "answer")}
    with told(request):
        work.answer(account=account, kind=given["kind"], cause=given["cause"], said=given["answer"], by=request.member)
        if given["answer"] == Answer.DISMISSED:
            action = to(request, "workspace:account-signals", account=account)
            undo.tell(
                request, "Dismissed: it comes back only with a new cause.", action=action, kind=given["kind"],
                cause=given["cause"], answer="",
            )  # fmt: skip
        else:
            messages.success(request, "Confirmed." if given["answer"] else "The signal is open again.")
    return redirect(to(request, "workspace:account-people", account=account))


def _check_today(request: TeamRequest) -> None:
    if request.as_of != as_of_day(request.workspace):
        raise Conflict("What is said of people is said today, and you look at another day. Go back to today.")


type Place = tuple[int, str, int]


def _place(each: Standing) -> Place:
    return ORDER.index(each.who.seat), each.who.name.casefold(), each.who.person.id


def _cursor(text: str) -> Place:
    try:
        seat, name, person = cursors.decode(text)
        return int(str(seat)), str(name), int(str(person))
    except ValueError:
        raise Invalid("This page link cannot be read. Open the people again from their start.") from None


def _groups(
    request: TeamRequest, account: int, shown: Sequence[Standing], counts: Counter[Seat], *, whole: bool
) -> list[Group]:
    """Those shown by seat; on the first page also the seats that an account needs and nobody has."""
    groups = []
    for seat in ORDER:
        rows = tuple(_row(request, account, each) for each in shown if each.who.seat is seat)
        missing = NEEDED.get(seat, "") if whole and not counts[seat] else ""
        if rows or missing:
            groups.append(Group(seat, GROUPS[seat], counts[seat], rows, missing))
    return groups


def _row(request: TeamRequest, account: int, each: Standing) -> Row:
    who, said = each.who.person, each.who.said
    source = formats.capital(who.role.replace("_", " ")) or Seat.USER.label
    return Row(
        id=who.id,
        href=to(request, "workspace:person", person=who.id),
        merge=_merging(request, who.id, account),
        name=each.who.name,
        title=who.title,
        email=who.email if each.who.name != who.email else "",
        seat=each.who.seat,
        said=said.seat.value if said else "",
        said_by=f"by {said.by}, {formats.relative_day(said.since, request.as_of)}" if said else "",
        source=source,
        contacts=formats.number(each.contacts.recent),
        days=formats.number(each.active_days),
        seen=_ago(request, each.use.last_day if each.use else None) or "Not in a year",
        contact=formats.capital(formats.relative_day(each.contacts.last, request.as_of))
        if each.contacts.last
        else "Never",
    )


def _ago(request: TeamRequest, day: date | None) -> str:
    return formats.capital(formats.relative_day(day, request.as_of)) if day else ""


def _merging(request: TeamRequest, person: int, account: int) -> str:
    """Where to merge a person, with the way back here."""
    address = to(request, "workspace:person-merges", person=person)
    return f"{address}{'&' if '?' in address else '?'}account={account}"


def _offered(people: Sequence[Standing]) -> list[tuple[str, str]]:
    """Who could have an empty seat without leaving another empty, as (id, name and how close): most in touch first."""
    there = [each for each in people if each.who.seat not in (*NEEDED, Seat.LEFT, Seat.DETRACTOR)]
    there.sort(key=lambda each: (-each.active_days - each.contacts.recent, _place(each)))
    return [
        (
            str(each.who.person.id),
            f"{each.who.name}: {formats.count(each.active_days, 'active day')}, "
            f"{formats.count(each.contacts.recent, 'contact')}",
        )
        for each in there[:OFFERED]
    ]


def _said(each: Answered) -> Said:
    signal, verb = each.signal, formats.capital(each.answer or "")
    by = f"{verb} by {each.by} on {formats.day(each.at)}" if each.at else ""
    return Said(
        kind=signal.kind.value,
        cause=signal.cause,
        label=signal.kind.label,
        tone=TONES.get(signal.kind, "watch"),
        why=signal.why,
        n=f"{formats.number(signal.n)} of {formats.number(signal.of)}",
        answer=each.answer or "",
        by=by,
        confirm="Has left: end the role" if signal.kind is Kind.CHAMPION_LEFT else "Confirm",
    )
