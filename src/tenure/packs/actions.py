"""Writes of board packs: one is asked for, the schedule changes, readers come and go."""

from datetime import date

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from tenure.base import clock, tenancy
from tenure.base.months import first_day, months_back
from tenure.base.refusals import Conflict, Forbidden, Invalid, NotFound, Problem
from tenure.packs import making, when
from tenure.packs.contracts import Plan
from tenure.packs.models import Pack, PackReader, PackSchedule
from tenure.packs.queries import mailed_to, plan_of
from tenure.tenants.actions import record_audit
from tenure.tenants.contracts import MemberView, Role
from tenure.tenants.queries import as_of_day, here, members, members_by_id

MOST_READERS = 50


class OtherPlan(Conflict):
    """Somebody changed the schedule meanwhile."""

    code = "other_plan"


def ask(*, month: date, by: MemberView | None, mailed: bool = False) -> int:
    """Have the pack of a month (its first day) made by the worker; its number. Earlier ones of the month stay. Refuses
    with `Invalid` a month that is not over."""
    day = as_of_day(here())
    if month >= first_day(day):
        raise Invalid(f"{month:%B %Y} is not over. A board pack is made of a month that is.")
    with transaction.atomic():
        row = Pack(month=month, as_of=day, by_id=by.id if by else None, asked_at=clock.now(), mailed=mailed)
        row.save()
        record_audit(by=by, action="board_pack.asked", object=f"board pack of {month:%Y-%m}", after={"pack": row.pk})
        enqueue(row.pk)
    return row.pk


def enqueue(pack: int) -> None:
    """Hand a pack to the worker."""
    queued = making.make.enqueue(tenancy.current_workspace_id(), pack)
    Pack.objects.filter(pk=pack).update(task=queued.id)


@transaction.atomic
def choose(*, plan: Plan, by: MemberView) -> None:
    """When packs are made and mailed from now on; `plan.revision` is the one that was looked at. What was due before is
    not made up for. Refuses with `OtherPlan` where somebody changed it since. Audited."""
    problems = [problem for wrong, problem in _rules(plan) if wrong]
    if problems:
        raise Invalid(" ".join(problem.message for problem in problems), problems)
    row = PackSchedule.objects.select_for_update().first() or PackSchedule()
    before = plan_of(row)
    if before.revision != plan.revision:
        raise OtherPlan("Somebody has changed the schedule since you opened it. Look at it again, then change it.")
    running = first_day(clock.today(here().timezone))
    row.active, row.working_day, row.nth, row.hour = plan.active, plan.working_day, plan.nth, plan.hour
    due = when.due_month(plan, here().timezone, clock.now(), None)
    passed = months_back(running, 1) if due else None
    row.last_month = max((month for month in (row.last_month, passed) if month), default=None)
    row.by_id, row.revision = by.id, before.revision + 1
    row.save()
    said = _said(before), _said(plan)
    record_audit(by=by, action="board_pack.scheduled", object="board pack", before=said[0], after=said[1])


def _said(plan: Plan) -> dict[str, object]:
    return {"active": plan.active, "working_day": plan.working_day, "nth": plan.nth, "hour": plan.hour}


def _rules(plan: Plan) -> list[tuple[bool, Problem]]:
    most = when.LAST_WORKING_DAY if plan.working_day else when.LAST_DAY
    return [
        (not 1 <= plan.nth <= most, Problem(f"Choose a day from 1 to {most}: every month has it.", "nth")),
        (not 0 <= plan.hour <= 23, Problem("Choose an hour from 0 to 23.", "hour")),
    ]


def add_member(*, member: int, by: MemberView) -> None:
    """A member gets the packs from now on. Audited."""
    found = members_by_id([member]).get(member)
    if found is None or not found.active:
        raise NotFound("There is no such member.")
    _add(PackReader(member_id=member, added_at=clock.now(), by_id=by.id), found.email, by)


def add_address(*, address: str, by: MemberView) -> None:
    """An address outside gets the packs from now on: figures leave the house, so only an owner may. Audited."""
    if by.role is not Role.OWNER:
        raise Forbidden("Only an owner may send board packs to addresses outside. Ask an owner of the workspace.")
    cleaned = address.strip().casefold()
    try:
        validate_email(cleaned)
    except ValidationError:
        wrong = "Write an e-mail address, such as board@example.com."
        raise Invalid(wrong, [Problem(wrong, "address")]) from None
    if any(each.email.casefold() == cleaned for each in members(active_only=True)):
        inside = f"{cleaned} is a member of the workspace: choose them among the members."
        raise Invalid(inside, [Problem(inside, "address")])
    _add(PackReader(address=cleaned, added_at=clock.now(), by_id=by.id), cleaned, by)


@transaction.atomic
def _add(row: PackReader, name: str, by: MemberView) -> None:
    there = PackReader.objects.select_for_update()
    found = there.filter(member_id=row.member_id) if row.member_id else there.filter(address=row.address)
    if found.exists():
        raise Conflict(f"{name} is on the list already.")
    if there.count() >= MOST_READERS:
        raise Invalid(f"{MOST_READERS} readers are the most. Take one off, or send to a mailing list.")
    row.save()
    record_audit(by=by, action="board_pack.reader_added", object=name)


@transaction.atomic
def remove(*, reader: int, by: MemberView) -> None:
    """A reader gets no more packs. Audited."""
    row = PackReader.objects.select_for_update(of=("self",)).select_related("member__user").filter(pk=reader).first()
    if row is None:
        raise NotFound("There is no such reader. Somebody may have taken it off the list.")
    name = row.member.user.email if row.member else row.address
    row.delete()
    record_audit(by=by, action="board_pack.reader_removed", object=name)


def leave(*, token: str) -> None:
    """An address outside wants no more packs, by the link of its mails. Audited. Refuses with `NotFound`."""
    row = mailed_to(token)
    if row is None:
        raise NotFound("This link is of no list any more: nothing will be sent to you.")
    with tenancy.workspace(row.workspace_id), transaction.atomic():
        if PackReader.objects.filter(pk=row.pk, left_at=None).update(left_at=clock.now()):
            record_audit(by=None, action="board_pack.reader_left", object=row.address)
