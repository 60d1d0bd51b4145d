"""Who is away when, who covers, and who acts for whom today."""

from collections.abc import Collection
from dataclasses import replace
from datetime import date

from django.db import transaction
from django.db.models import QuerySet

from tenure.base import clock, tenancy
from tenure.base.refusals import Conflict, Forbidden, Invalid, NotFound, Problem
from tenure.ownership import rules, team
from tenure.ownership.contracts import AbsenceView, Away
from tenure.ownership.models import Absence, PoolMember
from tenure.tenants.actions import record_audit
from tenure.tenants.contracts import MemberView, Permission
from tenure.tenants.queries import members_by_id

LONGEST_DAYS, LONGEST_NOTE = 366, 200


def absences(*, since: date) -> list[AbsenceView]:
    """Those that are not over before a day, the earliest first. One query."""
    return [_view(row) for row in Absence.objects.filter(last__gte=since).order_by("first", "id")]


def _on(day: date) -> tuple[list[AbsenceView], dict[int, list[int]]]:
    """Who is away on a day, and the members of the pools that cover: remembered for the stay."""
    return tenancy.remembered(("absences", day), lambda: _read(day))


def _read(day: date) -> tuple[list[AbsenceView], dict[int, list[int]]]:
    rows = Absence.objects.filter(first__lte=day, last__gte=day).select_related("cover").order_by("id")
    away = [_view(row) if row.cover is None or row.cover.deactivated_at is None else _uncovered(row) for row in rows]
    wanted = {each.pool for each in away if each.pool is not None}
    pools: dict[int, list[int]] = {pool: [] for pool in wanted}
    seats: QuerySet[PoolMember] = PoolMember.objects.filter(pool__in=wanted, member__deactivated_at=None)
    if wanted:
        for pool, member in seats.order_by("id").values_list("pool_id", "member_id"):
            pools[pool].append(member)
    return away, pools


def acting_for(members: Collection[int], day: date) -> dict[int, tuple[int, ...]]:
    """Who acts for each of the members on a day: herself, her cover, the members of the pool that covers, or nobody.
    Two queries at most, none where it was asked before."""
    return rules.acting(members, *_on(day), day)


def away(members: Collection[int], day: date) -> dict[int, Away]:
    """Those of the members who are away on a day: until when, and who acts for each. Queries as `acting_for`."""
    return rules.who_is_away(members, *_on(day), day)


def on_duty(owner: int, day: date) -> int | None:
    """Who looks after an owner's accounts on a day: the first who acts for her, or nobody. Queries as `acting_for`."""
    return next(iter(acting_for([owner], day)[owner]), None)


def works_for(member: int, day: date) -> tuple[int, ...]:
    """Whose work a member does on a day: her own, also when she is away, and that of those whom she covers. Queries as
    `acting_for`."""
    absent = [each.member for each in _on(day)[0] if each.member != member]
    return (member, *(each for each, covers in acting_for(absent, day).items() if member in covers))


@transaction.atomic
def add_absence(
    *, member: int, first: date, last: date, cover: int | None, pool: int | None, note: str, by: MemberView
) -> int:
    """A member is away, both days included, and somebody covers; its id. One's own by oneself, others' with
    `Permission.MANAGE_TEAM`. Refuses days that overlap with an absence there is. Audited."""
    who = _may(member, by)
    problems = []
    said = " ".join(note.split())
    if last < first:
        problems.append(Problem("The last day lies before the first.", "last"))
    if (last - first).days > LONGEST_DAYS:
        problems.append(Problem(f"An absence is at most {LONGEST_DAYS} days long.", "last"))
    if cover is not None and pool is not None:
        problems.append(Problem("A member or a pool covers, not both.", "cover"))
    if cover == member:
        problems.append(Problem("Nobody covers for herself. Choose somebody else.", "cover"))
    elif cover is not None and not ((found := members_by_id([cover]).get(cover)) and found.active):
        problems.append(Problem("Choose a cover from the list.", "cover"))
    if pool is not None and pool not in {each.id for each in team.pools()}:
        problems.append(Problem("Choose a cover from the list.", "cover"))
    if len(said) > LONGEST_NOTE:
        problems.append(Problem(f"A note has at most {LONGEST_NOTE} characters.", "note"))
    if problems:
        raise Invalid(" ".join(problem.message for problem in problems), problems)
    others = [_view(row) for row in Absence.objects.select_for_update().filter(member=member, last__gte=first)]
    if (there := rules.overlap(first, last, others)) is not None:
        raise Conflict(
            f"{who.label} is away from {there.first:%d.%m.%Y} to {there.last:%d.%m.%Y} already. End that absence first."
        )
    row = Absence.objects.create(
        member_id=member, first=first, last=last, cover_id=cover, pool_id=pool, note=said, made_by_id=by.id,
        made_at=clock.now(),
    )  # fmt: skip
    record_audit(by=by, action="absence.added", object=f"{who.label}", after=_told(row))
    tenancy.forget()
    return row.pk


@transaction.atomic
def end_absence(*, absence: int, by: MemberView, on: date) -> None:
    """She is back on a day: an absence that has begun ends the day before, one that has not is taken away. Audited."""
    row = Absence.objects.select_for_update().filter(pk=absence).first()
    if row is None:
        raise NotFound("There is no such absence.")
    who = _may(row.member_id, by)
    if row.last < on:
        raise Conflict("This absence is over already.")
    before = _told(row)
    if row.first >= on:
        row.delete()
        record_audit(by=by, action="absence.removed", object=f"{who.label}", before=before)
    else:
        row.last = date.fromordinal(on.toordinal() - 1)
        row.save(update_fields=["last"])
        record_audit(by=by, action="absence.ended", object=f"{who.label}", before=before, after=_told(row))
    tenancy.forget()


def _may(member: int, by: MemberView) -> MemberView:
    who = members_by_id([member]).get(member)
    if who is None or not who.active:
        raise NotFound("There is no such member. Choose one from the list.")
    if member != by.id and not by.may(Permission.MANAGE_TEAM):
        raise Forbidden("Your role lets you say only when you are away yourself. Ask a manager.")
    return who


def _uncovered(row: Absence) -> AbsenceView:
    """Her cover has left the team."""
    return replace(_view(row), cover=None)


def _told(row: Absence) -> dict[str, object]:
    return {
        "first": row.first.isoformat(), "last": row.last.isoformat(), "cover": row.cover_id, "pool": row.pool_id,
    }  # fmt: skip


def _view(row: Absence) -> AbsenceView:
    return AbsenceView(row.pk, row.member_id, row.first, row.last, row.cover_id, row.pool_id, row.note)
