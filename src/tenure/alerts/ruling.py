"""What can be done with rules: put in force, turned on and off, muted, let go on, archived; and the day's budget."""

from collections.abc import Mapping
from datetime import date, timedelta

from django.db import transaction

from tenure.alerts import judging, queries, rules, starters, watching
from tenure.alerts.contracts import DEFAULT_BUDGET, KIND
from tenure.alerts.models import AlertSetting, Dismissal, Mute
from tenure.base import clock
from tenure.base.refusals import Conflict, Forbidden, Invalid, Problem
from tenure.definitions import actions as definitions
from tenure.definitions.queries import free_key
from tenure.definitions.starters import take_up
from tenure.tenants.actions import record_audit
from tenure.tenants.contracts import MemberView, Permission
from tenure.tenants.queries import as_of_day, here

LONGEST_MUTE = timedelta(days=365)
MOST_A_DAY = 200

type Body = Mapping[str, object]


@transaction.atomic
def publish(*, key: str, body: Body, by: MemberView, seen: int | None = None, note: str = "") -> bool:
    """Put a rule in force; False when the version in force says the same. `seen` is the version that was edited:
    refuses with `Conflict` when another has come into force since."""
    _may(by)
    current = watching.in_force().get(key)
    if seen is not None and current is not None and current.version != seen:
        raise Conflict(
            f"Somebody put version {current.version} of this rule in force while you edited version {seen}. "
            "Open it again and make your change there; nothing was saved."
        )
    return definitions.publish_body(kind=KIND, key=key, body=body, by=by, note=note) is not None


def create(*, body: Body, by: MemberView) -> str:
    """Publish a new rule under a key made from its name; the key."""
    key = free_key(KIND, str(body.get("name", "")), otherwise="rule")
    publish(key=key, body=body, by=by)
    return key


def switch(*, key: str, active: bool, by: MemberView) -> None:
    """Turn a rule on or off; on again it begins with whoever is under it by then."""
    body = watching.body_of(queries.one(key))
    plain = body.model_copy(update={"active": active}).model_dump(mode="json", exclude_defaults=True)
    publish(key=key, body=plain, by=by, note="Turned on" if active else "Turned off")


def archive(*, key: str, by: MemberView) -> None:
    """Take a rule out of force; its versions, and the alerts it opened, stay."""
    _may(by)
    queries.one(key)
    definitions.archive(kind=KIND, key=key, by=by)


def roll_back(*, key: str, to_version: int, by: MemberView) -> None:
    """Put an older version in force again, as a new one."""
    _may(by)
    queries.one(key)
    definitions.roll_back(kind=KIND, key=key, to_version=to_version, by=by)


@transaction.atomic
def mute(*, key: str, until: date, reason: str, by: MemberView) -> None:
    """Let a rule open nothing until a day (it is included). Refuses a day that is over or more than a year ahead."""
    _may(by)
    queries.one(key)
    today = as_of_day(here())
    if not today <= until <= today + LONGEST_MUTE:
        message = "Choose a day from today on, at most a year ahead."
        raise Invalid(message, [Problem(message, "until")])
    Mute.objects.filter(rule=key, ended_at=None).update(ended_at=clock.now())
    Mute(rule=key, since=today, until=until, reason=reason.strip()[:300], at=clock.now(), by_id=by.id).save()
    after = {"until": until.isoformat(), "reason": reason.strip()[:300]}
    record_audit(by=by, action="alert_rule.muted", object=f"alert rule {key}", after=after)


@transaction.atomic
def end_mute(*, key: str, by: MemberView) -> None:
    """Let a muted rule speak again; nothing where it is not muted."""
    _may(by)
    queries.one(key)
    if Mute.objects.filter(rule=key, ended_at=None).update(ended_at=clock.now()):
        record_audit(by=by, action="alert_rule.unmuted", object=f"alert rule {key}")


@transaction.atomic
def let_go_on(*, key: str, by: MemberView) -> None:
    """Dismiss the proposal to mute a rule; it comes again after so many further answers."""
    _may(by)
    queries.one(key)
    found = judging.answers().get(key, rules.Answers())
    Dismissal(rule=key, closed=found.closed, at=clock.now(), by_id=by.id).save()
    record_audit(by=by, action="alert_rule.let_go_on", object=f"alert rule {key}", after={"closed": found.closed})


@transaction.atomic
def set_budget(*, budget: int, revision: int, by: MemberView) -> None:
    """How many alerts a member gets a day. `revision` is the one that was seen: refuses with `Conflict` another."""
    _may(by)
    if not 1 <= budget <= MOST_A_DAY:
        message = f"Give a number from 1 to {MOST_A_DAY}."
        raise Invalid(message, [Problem(message, "budget")])
    row = AlertSetting.objects.select_for_update().first() or AlertSetting(budget=DEFAULT_BUDGET, revision=0)
    if row.revision != revision:
        raise Conflict("Somebody changed the budget while you had it open. Look at it again.")
    before, row.budget, row.revision = row.budget, budget, row.revision + 1
    row.save()
    record_audit(by=by, action="alerts.budget", object="alerts", before={"budget": before}, after={"budget": budget})


def take_up_starter(*, starter: str, by: MemberView) -> str:
    """Publish a starter rule for which the data is there; its key."""
    _may(by)
    take_up(KIND, starter, starters.offered(), noun=starters.NOUN, by=by)
    return starter


def _may(by: MemberView) -> None:
    if not by.may(Permission.CONFIGURE):
        raise Forbidden(f"Your role ({by.role.label}) may not change alert rules. Ask an admin of the workspace.")
