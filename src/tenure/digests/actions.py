"""Writes of digests: a member's choice, and a digest that she asks for now."""

import uuid
from zoneinfo import ZoneInfo

from django.db import transaction

from tenure.base import clock
from tenure.base.refusals import Invalid, Problem
from tenure.digests import composing
from tenure.digests.contracts import Choice, Rhythm
from tenure.digests.models import DigestChoice
from tenure.digests.queries import choice_of
from tenure.meetings.rules import zones
from tenure.tenants.actions import record_audit
from tenure.tenants.contracts import MemberView
from tenure.tenants.queries import here


@transaction.atomic
def choose(*, choice: Choice, by: MemberView) -> None:
    """When she gets her digest from now on; the one of today too, where its hour is still to come. Refuses with
    `Invalid` what is no hour, weekday or time zone. Audited."""
    problems = [problem for wrong, problem in _rules(choice) if wrong]
    if problems:
        raise Invalid(" ".join(problem.message for problem in problems), problems)
    before = choice_of(by.id)
    if before == choice:
        return
    local = clock.now().astimezone(ZoneInfo(composing.zone_of(choice)))
    passed = local.date() if local.hour >= choice.hour else None
    row, made = DigestChoice.objects.select_for_update().get_or_create(
        member_id=by.id, defaults={**_values(choice), "last_on": passed}
    )
    if not made:
        for name, value in _values(choice).items():
            setattr(row, name, value)
        row.last_on = max((day for day in (row.last_on, passed) if day), default=None)
        row.save()
    record_audit(
        by=by, action="digest.chosen", object=f"digest of {by.email}", before=_values(before), after=_values(choice)
    )


def send_now(*, by: MemberView) -> None:
    """Send her digest of this moment, whatever there is to say."""
    choice = choice_of(by.id)
    day = clock.today(composing.zone_of(choice))
    composing.queue(composing.digest(by, choice, day), key=f"digest:{by.id}:asked:{uuid.uuid4()}")


def _values(choice: Choice) -> dict[str, object]:
    return {
        "rhythm": choice.rhythm.value, "hour": choice.hour, "days": sorted(choice.days), "weekday": choice.weekday,
        "zone": choice.zone,
    }  # fmt: skip


def _rules(choice: Choice) -> list[tuple[bool, Problem]]:
    daily = choice.rhythm is Rhythm.DAILY
    return [
        (not 0 <= choice.hour <= 23, Problem("Choose an hour from 0 to 23.", "hour")),
        (not 0 <= choice.weekday <= 6, Problem("Choose a weekday.", "weekday")),
        (daily and not choice.days, Problem("Choose at least one day.", "days")),
        (not set(choice.days) <= set(range(7)), Problem("Choose weekdays.", "days")),
        (
            choice.zone not in ("", here().timezone) and choice.zone not in zones(),
            Problem("Choose a time zone.", "zone"),
        ),
    ]
