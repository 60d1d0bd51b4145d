"""A member says what somebody is at an account, and takes it back. Both are audited, and what was said is kept."""

from datetime import date

from django.db import transaction

from tenure.base import clock, outbox
from tenure.base.refusals import NotFound
from tenure.customers.contracts import RoleSaid
from tenure.customers.merged import members_of
from tenure.customers.models import Person, PersonAccount, SaidRole
from tenure.customers.seats import Seat
from tenure.tenants.actions import record_audit
from tenure.tenants.contracts import MemberView


@transaction.atomic
def say_role(*, person: int, account: int, role: Seat, by: MemberView, on: date) -> None:
    """From `on` the person is that at the account, whatever a source says; saying the same again is nothing. Refuses
    with `NotFound` who does not belong to it."""
    row = _locked(person, account)
    before = _standing(person, account)
    if [each.role for each in before] == [role]:
        return
    _end(before, on, by)
    SaidRole.objects.create(person=row, account_id=account, role=role, since=on, said_at=clock.now(), said_by_id=by.id)
    _told(row, account, before=before, after=role, by=by)


@transaction.atomic
def take_role_back(*, person: int, account: int, by: MemberView, on: date) -> None:
    """From `on` the source's word counts again; where nothing was said it is nothing. Refuses as `say_role`."""
    row = _locked(person, account)
    before = _standing(person, account)
    if before:
        _end(before, on, by)
        _told(row, account, before=before, after=None, by=by)


def _locked(person: int, account: int) -> Person:
    """The person, held against others who speak of her; she has to belong to the account."""
    row = Person.objects.select_for_update().filter(pk=person).first()
    records, members = members_of("person", person) or (person,), members_of("account", account) or (account,)
    here = PersonAccount.objects.filter(person__in=records, account__in=members, until=None)
    if row is None or not here.exists():
        raise NotFound("There is no such person at this account. Open its people again.")
    return row


def _standing(person: int, account: int) -> list[SaidRole]:
    """What is said of her there now; of several records that are one there may be several words."""
    records, members = members_of("person", person) or (person,), members_of("account", account) or (account,)
    rows = SaidRole.objects.filter(person__in=records, account__in=members, until=None)
    return list(rows.order_by("said_at", "id"))


def _end(rows: list[SaidRole], on: date, by: MemberView) -> None:
    for row in rows:
        row.until, row.ended_at, row.ended_by_id = max(on, row.since), clock.now(), by.id
        row.save(update_fields=["until", "ended_at", "ended_by"])


def _told(row: Person, account: int, *, before: list[SaidRole], after: Seat | None, by: MemberView) -> None:
    row.changed_at = clock.now()
    row.save(update_fields=["changed_at"])
    record_audit(
        by=by, action="person.role_said" if after else "person.role_taken_back", object=str(row),
        before={"account": account, "role": before[-1].role if before else None},
        after={"account": account, "role": after.value if after else None},
    )  # fmt: skip
    outbox.add(RoleSaid(person=row.pk, account=account, role=after.value if after else None, by=by.id))
