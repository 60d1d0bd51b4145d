"""How often each rule was right, and which of them cry wolf."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import date, timedelta

from django.db.models import Count, F, Q, Sum

from tenure.alerts import rules
from tenure.alerts.contracts import Closings, Outcome
from tenure.alerts.models import Alert, Dismissal
from tenure.alerts.rules import Answers
from tenure.predictions.evaluation.intervals import share

RIGHT = tuple(each.value for each in Outcome if each.is_right)
LATELY = timedelta(days=30)


def answers() -> dict[str, Answers]:
    """The outcomes of each rule's closed alerts; rules without any are left out. One query."""
    closed = Alert.objects.filter(state="closed").exclude(outcome="")
    counted = closed.values_list("rule").annotate(n=Count("rule"), right=Count("rule", filter=Q(outcome__in=RIGHT)))
    return {rule: Answers(right, n - right) for rule, n, right in counted.order_by()}


def precision(found: Answers) -> tuple[float, float, float] | None:
    """The share of right alerts with its 95 % interval (Wilson's); None before anything was closed."""
    interval = share(found.right, found.closed)
    return None if interval is None else (interval.value, interval.low, interval.high)


def dismissed() -> dict[str, int]:
    """After how many answers each rule was let go on last, by rule. One query."""
    return dict(Dismissal.objects.order_by("id").values_list("rule", "closed"))


def proposals(found: Mapping[str, Answers], let_go: Mapping[str, int]) -> frozenset[str]:
    """The rules that are proposed for muting."""
    return frozenset(rule for rule, each in found.items() if rules.proposed(each, let_go.get(rule)))


def volumes(today: date) -> dict[str, tuple[int, int]]:
    """Of each rule how many alerts stand, and how many opened in 30 days. One query."""
    counted = Alert.objects.values_list("rule").annotate(
        standing=Count("id", filter=Q(state__in=Alert.STANDING)),
        opened=Count("id", filter=Q(opened_on__gt=today - LATELY, opened_on__lte=today)),
    )
    return {rule: (standing, opened) for rule, standing, opened in counted.order_by()}


QUARTER = timedelta(days=90)


def closings(today: date) -> tuple[dict[str, Closings], dict[int, Closings]]:
    """What came of the alerts that opened in the last 90 days and were closed with an outcome: by rule, and by who
    closed them. One query."""
    rows = Alert.objects.filter(state="closed", opened_on__gt=today - QUARTER, opened_on__lte=today).exclude(outcome="")
    counted = rows.order_by().values_list("rule", "closed_by", "outcome")
    by_rule: defaultdict[str, Closings] = defaultdict(Closings)
    by_member: defaultdict[int, Closings] = defaultdict(Closings)
    for rule, member, outcome, n, took in counted.annotate(n=Count("rule"), took=Sum(F("closed_at") - F("opened_at"))):
        each = Closings({Outcome(outcome): n}, max(took.total_seconds(), 0.0))
        by_rule[rule] += each
        if member is not None:
            by_member[member] += each
    return dict(by_rule), dict(by_member)
