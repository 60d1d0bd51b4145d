"""The people of an account as the team knows them: their seats, how close we are, what stands out and what was said
of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from functools import partial
from zoneinfo import ZoneInfo

from django.db import IntegrityError, transaction
from django.db.models import Count, Max, Q

from tenure.base import clock
from tenure.base.refusals import Conflict, Forbidden, Invalid
from tenure.base.soon import soon
from tenure.customers import queries as customers
from tenure.customers.actions import say_role
from tenure.customers.contracts import Seat
from tenure.events import queries as events
from tenure.tenants.actions import record_audit
from tenure.tenants.contracts import MemberView, Permission
from tenure.tenants.queries import as_of_day, here
from tenure.work import contracts
from tenure.work.models import Entry, EntryMember, EntryPerson, SignalAnswer
from tenure.work.standouts import CONTACT_DAYS as CONTACT_DAYS  # noqa: PLC0414
from tenure.work.standouts import USE_DAYS as USE_DAYS  # noqa: PLC0414
from tenure.work.standouts import Contacts, Signal, signals
from tenure.work.standouts import Kind as Kind  # noqa: PLC0414
from tenure.work.standouts import Standing as Standing  # noqa: PLC0414

SEEN_DAYS = 365
"""How far back it is looked for when somebody was seen last: the page must not take longer with every year."""
CONTACT = tuple(kind.value for kind in contracts.Kind if kind.is_contact)
CAME_BACK = ("bounce", "undeliver", "delivery failed", "returned mail", "address not found")
"""Words in the reason or subject of a mail by which it is known that it came back."""


class Answer(StrEnum):
    """What a member says of a signal."""

    CONFIRMED = "confirmed"
    DISMISSED = "dismissed"


@dataclass(frozen=True, slots=True)
class Answered:
    """A signal, with what was said of it, by whom and when; None while nobody said anything."""

    signal: Signal
    answer: Answer | None = None
    by: str = ""
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class PeopleMap:
    """Everybody of an account, by name, and what stands out."""

    people: tuple[Standing, ...]
    signals: tuple[Answered, ...]


def people_map(account: int, as_of: date) -> PeopleMap:
    """The people of an account on a day. Four queries, besides that for merges; the lake is asked beside them."""
    lake = events.open_lake(here().slug)
    use = soon(partial(events.use_of_people, lake, account, as_of=as_of, days=USE_DAYS, within=SEEN_DAYS))
    members = customers.members_of("account", account) or (account,)
    known = customers.seated(account, as_of)
    contacts, ours, said = contacts_of(members, as_of), our_side(members, as_of), _answers(members)
    used = use()
    people = tuple(Standing(who, used.get(who.person.id), contacts.get(who.person.id, Contacts())) for who in known)
    found = signals(people, ours, as_of)
    return PeopleMap(people, tuple(_answered(each, said) for each in found))


def contacts_of(accounts: Sequence[int], as_of: date) -> dict[int, Contacts]:
    """How the people of some accounts and we were in contact up to a day, by who stands for the person. One query."""
    since, until = _end_of(as_of) - timedelta(days=CONTACT_DAYS), until_of(as_of)
    back = Q(entry__kind=contracts.Kind.MAIL.value) & _came_back("entry__")
    contact = Q(entry__kind__in=CONTACT) & ~back
    rows = (
        EntryPerson.objects.filter(entry__account__in=accounts, entry__happened_at__lte=until)
        .values("person")
        .annotate(
            recent=Count("pk", filter=contact & Q(entry__happened_at__gte=since)),
            ever=Count("pk", filter=contact),
            last=Max("entry__happened_at", filter=contact),
            bounced=Max("entry__happened_at", filter=back),
        )
        .order_by("person")
    )
    holder, found = customers.merged().people.holder, dict[int, Contacts]()
    for row in rows:
        one = holder(row["person"])
        found[one] = _both(
            found.get(one),
            Contacts(row["recent"], row["ever"], _day_of(row["last"], as_of), _day_of(row["bounced"], as_of)),
        )
    return found


def our_side(accounts: Sequence[int], as_of: date) -> dict[int, tuple[str, int]]:
    """The members who wrote or took part in contacts with some accounts up to a day: name, and in how many. One
    query."""
    contact = Entry.objects.filter(account__in=accounts, happened_at__lte=until_of(as_of), kind__in=CONTACT).exclude(
        Q(kind=contracts.Kind.MAIL.value) & _came_back("")
    )
    wrote = contact.values_list("pk", "author_id", "author__user__name", "author__user__email")
    took_part = EntryMember.objects.filter(took_part=True, entry__in=contact.values("pk")).values_list(
        "entry_id", "member_id", "member__user__name", "member__user__email"
    )
    found: dict[int, tuple[str, int]] = {}
    for _, member, name, email in wrote.order_by().union(took_part.order_by()):
        found[member] = (name or email, found.get(member, ("", 0))[1] + 1)
    return found


def answer(*, account: int, kind: str, cause: str, said: str, by: MemberView) -> Signal:
    """Say of a signal that stands today that it is so or not worth a look; "" takes back what was said. Who confirms
    that a champion has left ends her role. Refuses with `Conflict` what stands no more, with `Forbidden` without the
    right to edit accounts."""
    if not by.may(Permission.EDIT_ACCOUNTS):
        raise Forbidden(f"Your role ({by.role.label}) may not answer signals. Ask an admin of the workspace.")
    if said not in ("", *Answer):
        raise Invalid("Confirm the signal or dismiss it.")
    day = as_of_day(here())
    found = people_map(account, day).signals
    of = next((each.signal for each in found if (each.signal.kind, each.signal.cause) == (kind, cause)), None)
    if of is None:
        raise Conflict("This signal stands no more. Look at the people again.")
    try:
        with transaction.atomic():
            _keep(account, of, said, by)
            if of.kind is Kind.CHAMPION_LEFT and said == Answer.CONFIRMED and of.person is not None:
                say_role(person=of.person, account=account, role=Seat.LEFT, by=by, on=day)
    except IntegrityError:
        raise Conflict("Somebody else has just answered this signal. Look at the people again.") from None
    return of


def _keep(account: int, of: Signal, said: str, by: MemberView) -> None:
    """What is said now in place of what was said before; the same again is nothing."""
    members = customers.members_of("account", account) or (account,)
    rows = SignalAnswer.objects.select_for_update().filter(account__in=members, signal=of.kind, cause=of.cause)
    before = list(rows.filter(taken_back_at=None))
    if [row.answer for row in before] == ([said] if said else []):
        return
    for row in before:
        row.taken_back_at, row.taken_back_by_id = clock.now(), by.id
        row.save(update_fields=["taken_back_at", "taken_back_by"])
    if said:
        SignalAnswer.objects.create(
            account_id=account, signal=of.kind, cause=of.cause, person_id=of.person, answer=said, why=of.why,
            answered_at=clock.now(), answered_by_id=by.id,
        )  # fmt: skip
    record_audit(
        by=by, action="signal.answered", object=f"{of.kind.label}: {of.why}",
        before={"account": account, "answer": before[-1].answer if before else None},
        after={"account": account, "answer": said or None},
    )  # fmt: skip


def _came_back(path: str) -> Q:
    found = Q()
    for words in CAME_BACK:
        found |= Q(**{f"{path}reason__icontains": words}) | Q(**{f"{path}subject__icontains": words})
    return found


def _both(one: Contacts | None, other: Contacts) -> Contacts:
    """Those of two records of one person together."""
    if one is None:
        return other
    return Contacts(
        one.recent + other.recent,
        one.ever + other.ever,
        max(filter(None, (one.last, other.last)), default=None),
        max(filter(None, (one.bounced, other.bounced)), default=None),
    )


def _answers(accounts: Sequence[int]) -> dict[tuple[str, str], SignalAnswer]:
    rows = SignalAnswer.objects.filter(account__in=accounts, taken_back_at=None).select_related("answered_by__user")
    return {(row.signal, row.cause): row for row in rows.order_by("answered_at", "id")}


def _answered(each: Signal, said: Mapping[tuple[str, str], SignalAnswer]) -> Answered:
    row = said.get((each.kind, each.cause))
    if row is None:
        return Answered(each)
    return Answered(each, Answer(row.answer), str(row.answered_by.user), row.answered_at)


def until_of(day: date) -> datetime:
    """Until when entries count on a day: its end in the workspace's time zone; on the workspace's own day also what was
    written since."""
    end = _end_of(day)
    return max(end, clock.now()) if day >= as_of_day(here()) else end


def _end_of(day: date) -> datetime:
    return datetime.combine(day + timedelta(days=1), time(), ZoneInfo(here().timezone))


def _day_of(at: datetime | None, last: date) -> date | None:
    return min(at.astimezone(ZoneInfo(here().timezone)).date(), last) if at else None
