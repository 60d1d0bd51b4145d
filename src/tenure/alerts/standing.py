"""What becomes of alerts that stand while the days go by: seen again, gone, woken, ranked anew."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import date

import numpy as np
from django.db.models import F, QuerySet

from tenure.alerts import rules
from tenure.alerts.models import Alert
from tenure.alerts.rules import Answers
from tenure.alerts.watching import Seen
from tenure.base import clock

AT_ONCE = 500


def wake(today: date) -> int:
    """Bring back what was snoozed until today; how many."""
    due = Alert.objects.filter(state="snoozed", snoozed_until__lte=today)
    return due.update(state="open", snoozed_until=None, snooze_reason="", revision=F("revision") + 1)


def look_again(seen: Sequence[Seen], today: date) -> int:
    """Note of what stands whether its cause is still there: seen once more a day, or gone. What is gone closes by
    itself where its rule says so. How many went."""
    by_rule = {each.rule.key: each for each in seen}
    rows: defaultdict[str, list[tuple[int, int, bool, date]]] = defaultdict(list)
    standing = Alert.objects.filter(state__in=Alert.STANDING, rule__in=by_rule, account__isnull=False)
    for pk, rule, account, holds, last in standing.values_list("id", "rule", "account_id", "holds", "last_seen_on"):
        rows[rule].append((pk, account, holds, last))
    gone = 0
    for rule, of_rule in rows.items():
        inside = np.isin([account for _, account, _, _ in of_rule], by_rule[rule].members).tolist()
        pairs = list(zip(of_rule, inside, strict=True))
        still = [pk for (pk, _, holds, last), there in pairs if there and (last < today or not holds)]
        left = [pk for (pk, _, holds, _), there in pairs if holds and not there]
        _each(still, lambda rows: rows.update(holds=True, last_seen_on=today, times_seen=F("times_seen") + 1))
        end(left, closes=by_rule[rule].rule.body.closes_itself)
        gone += len(left)
    return gone


def end(alerts: Sequence[int], *, closes: bool) -> None:
    """Their cause is gone."""
    if closes:
        now = clock.now()
        _each(alerts, lambda rows: rows.update(holds=False, state="closed", closed_at=now, snoozed_until=None,
                                               snooze_reason="", revision=F("revision") + 1))  # fmt: skip
    else:
        _each(alerts, lambda rows: rows.update(holds=False))


def rank_again(answered: Mapping[str, Answers], today: date) -> int:
    """Bring the worth of what stands up to the day and to what was answered; how many were looked at. One query where
    nothing has changed since."""
    standing = Alert.objects.filter(state__in=Alert.STANDING)
    held = set(standing.values_list("rule", "chance", "ranked_on").distinct().order_by())
    behind = {
        rule for rule, chance, day in held if day != today or chance != rules.chance(answered.get(rule, Answers()))
    }
    names = ("id", "rule", "priority", "due_on", "mrr_minor")
    rows = list(standing.filter(rule__in=behind).only(*names)) if behind else []
    for at in range(0, len(rows), AT_ONCE):
        chunk = rows[at : at + AT_ONCE]
        for row in chunk:
            _rank(row, answered.get(row.rule, Answers()), today)
        Alert.objects.bulk_update(chunk, ["chance", "urgency", "value_minor", "ranked_on"])
    return len(rows)


def _rank(row: Alert, answers: Answers, today: date) -> None:
    worth = rules.worth(
        mrr_minor=row.mrr_minor, answers=answers, priority=row.priority,  # type: ignore[arg-type]
        due_on=row.due_on, today=today,
    )  # fmt: skip
    row.chance, row.urgency, row.value_minor, row.ranked_on = worth.chance, worth.urgency, worth.value_minor, today


def _each(alerts: Sequence[int], change: Callable[[QuerySet[Alert]], object]) -> None:
    for at in range(0, len(alerts), AT_ONCE):
        change(Alert.objects.filter(pk__in=alerts[at : at + AT_ONCE]))
