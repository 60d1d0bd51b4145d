"""Opens alerts: one for each cause, to whom it belongs, no more on a day than she can answer."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from django.db import transaction
from django.db.models import Count, F

from tenure.alerts import judging, rules
from tenure.alerts.contracts import ADMINS, DEFAULT_BUDGET, AlertOpened, AlertRule, Evidence
from tenure.alerts.models import Alert, AlertSetting, Mute
from tenure.base import clock, outbox
from tenure.base.money import exponent
from tenure.customers.contracts import CSM
from tenure.customers.queries import owners_among
from tenure.health import current
from tenure.tenants.queries import here

AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Cause:
    """What an alert is to be opened for: an account by a rule, or a source (`subject`)."""

    rule: str
    version: int
    body: AlertRule
    account: int | None
    subject: str = ""
    evidence: tuple[Evidence, ...] = ()


def muted(today: date) -> dict[str, Mute]:
    """The rules that are muted on a day. One query."""
    return {each.rule: each for each in Mute.objects.filter(ended_at=None, since__lte=today, until__gte=today)}


def budget() -> int:
    """How many alerts a member gets a day. One query."""
    found = AlertSetting.objects.values_list("budget", flat=True).first()
    return DEFAULT_BUDGET if found is None else found


def open_all(causes: Sequence[Cause], state: current.State | None, today: date) -> int:
    """Open an alert for each cause that has none standing; what stands already was seen once more. How many opened.

    The most valuable come into the inboxes first; what is over a member's budget of the day is held for her digest.
    """
    silent = muted(today)
    wanted: dict[Key, Cause] = {}
    for each in causes:
        if each.rule not in silent:
            wanted.setdefault(_key(each), each)
    for key, alert in _standing(list(wanted.values())).items():
        if wanted.pop(key, None) is not None:
            _seen_again(alert, today)
    if not wanted:
        return 0
    made = _priced(list(wanted.values()), state, today)
    made.sort(key=lambda each: -each.value_minor)
    _hold(made, today)
    for at in range(0, len(made), AT_ONCE):
        with transaction.atomic():
            rows = Alert.objects.bulk_create(made[at : at + AT_ONCE])
            outbox.add_all([AlertOpened(r.pk, r.account_id, r.rule, r.owner_id, held=r.state == "held") for r in rows])
    return len(made)


type Key = tuple[int | None, str, str, str]


def _key(cause: Cause) -> Key:
    return cause.account, cause.subject, cause.body.type, cause.body.reason


def _standing(causes: Sequence[Cause]) -> dict[Key, int]:
    """The alerts that stand for these causes. One query for every so many accounts."""
    accounts = sorted({each.account for each in causes if each.account is not None})
    rows = (
        [Alert.objects.filter(state__in=Alert.STANDING, account=None)]
        if any(each.account is None for each in causes)
        else []
    )
    rows += [
        Alert.objects.filter(state__in=Alert.STANDING, account__in=accounts[at : at + AT_ONCE])
        for at in range(0, len(accounts), AT_ONCE)
    ]
    names = ("account_id", "subject", "type", "reason", "id")
    return {(a, s, t, r): pk for found in rows for a, s, t, r, pk in found.values_list(*names)}


def _seen_again(alert: int, today: date) -> None:
    """Its cause came back while it stands, by this rule or another of the same type and reason."""
    Alert.objects.filter(pk=alert).update(holds=True, last_seen_on=today, times_seen=F("times_seen") + 1)


def _priced(causes: Sequence[Cause], state: current.State | None, today: date) -> list[Alert]:
    owners = _owners(causes)
    money = Money.of(state)
    mrr = money.of_accounts(state, [each.account for each in causes if each.account is not None])
    answered = judging.answers()
    return [_alert(each, owners.get((each.body.role, each.account)), mrr, money, answered, today) for each in causes]


def _alert(
    cause: Cause, owner: int | None, mrr: Mapping[int, int], money: "Money", answered: Mapping[str, rules.Answers],
    today: date,
) -> Alert:  # fmt: skip
    body, due_on = cause.body, today + timedelta(days=cause.body.due_days)
    known = cause.account is None or cause.account in mrr
    minor = money.everybody if cause.account is None else mrr.get(cause.account, money.usual)
    worth = rules.worth(
        mrr_minor=minor, answers=answered.get(cause.rule, rules.Answers()), priority=body.priority, due_on=due_on,
        today=today,
    )  # fmt: skip
    return Alert(
        account_id=cause.account, subject=cause.subject, rule=cause.rule, rule_version=cause.version, type=body.type,
        reason=body.reason, priority=body.priority, owner_id=owner, for_admins=body.role == ADMINS, state="open",
        due_on=due_on, opened_on=today, opened_at=clock.now(), last_seen_on=today, mrr_minor=minor, mrr_known=known,
        chance=worth.chance, urgency=worth.urgency, value_minor=worth.value_minor, ranked_on=today,
        evidence=msgspec.to_builtins(cause.evidence),
    )  # fmt: skip


def _owners(causes: Sequence[Cause]) -> dict[tuple[str, int | None], int]:
    """Whose each alert is, by role and account: who owns the account in the role, else its CSM. One query a role."""
    accounts = {each.account for each in causes if each.account is not None}
    roles = {each.body.role for each in causes if each.body.role != ADMINS}
    csms = owners_among(accounts, role=CSM) if roles else {}
    found: dict[tuple[str, int | None], int] = {}
    for role in roles:
        held = csms if role == CSM else {**csms, **owners_among(accounts, role=role)}
        found.update({(role, account): member for account, member in held.items()})
    return found


@dataclass(frozen=True, slots=True)
class Money:
    """The MRR of accounts in minor units: of all customers together, and the usual one for those of unknown MRR (the
    median of those known; where none is, one unit, so that chance and urgency alone decide)."""

    scale: int
    everybody: int
    usual: int

    @classmethod
    def of(cls, state: current.State | None) -> "Money":
        """Out of the current state."""
        scale = 10 ** exponent(here().currency)
        if state is None or "mrr" not in state.table.column_names:
            return cls(scale, scale, scale)
        customers = pc.fill_null(pc.equal(state.table["status"], "customer"), False)
        known = state.table["mrr"].filter(customers).drop_null().cast(pa.float64()).to_numpy()
        if not len(known):
            return cls(scale, scale, scale)
        return cls(scale, round(float(known.sum()) * scale), round(float(np.median(known)) * scale))

    def of_accounts(self, state: current.State | None, accounts: Sequence[int]) -> dict[int, int]:
        """Of those that are known."""
        if state is None or "mrr" not in state.table.column_names:
            return {}
        rows = current.rows_by_id(state, accounts, ["mrr"])
        return {int(str(r["id"])): round(float(str(r["mrr"])) * self.scale) for r in rows if r["mrr"] is not None}


def _hold(alerts: Sequence[Alert], today: date) -> None:
    """Hold what is over the budget of its owner; `alerts` are in the order in which they are let in."""
    members = {each.owner_id for each in alerts if each.owner_id is not None}
    had = Alert.objects.filter(owner__in=members, opened_on=today).exclude(state="held").values_list("owner")
    taken: defaultdict[int | None, int] = defaultdict(int, had.annotate(n=Count("id")).order_by())
    most = budget()
    for each in alerts:
        if each.owner_id is not None and taken[each.owner_id] >= most:
            each.state = "held"
        taken[each.owner_id] += 1
