"""The inbox: one ranked queue of a member's alerts and of her tasks that are due, an account at a time."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet

from tenure.alerts import rules
from tenure.alerts.contracts import AlertView, Group, Priority, RankedTask, Shown, Whose
from tenure.alerts.models import Alert
from tenure.alerts.opening import Money
from tenure.alerts.reading import views
from tenure.base import cursors
from tenure.base.refusals import Invalid
from tenure.health import current
from tenure.health import queries as health
from tenure.tasks.contracts import Priority as TaskPriority
from tenure.tasks.contracts import TaskView
from tenure.tasks.queries import due_of_member

ROWS = 25
TASK_CHANCE = rules.chance(rules.Answers())
"""A task is worth what an alert of a rule is of which nothing is known yet."""
_PRIORITIES: Mapping[TaskPriority, Priority] = {
    TaskPriority.HIGH: "high", TaskPriority.NORMAL: "normal", TaskPriority.LOW: "low",
}  # fmt: skip

type Place = tuple[int, int, int]
"""Where a group stands: by its worth, the greatest first, then alerts before tasks, then by id."""


@dataclass(slots=True)
class _Beside:
    """A group that is put together here, because it has tasks or an alert of no account."""

    place: Place
    alerts: list[AlertView] = field(default_factory=list)
    tasks: list[RankedTask] = field(default_factory=list)


def inbox(
    whose: Whose, *, today: date, shown: Shown = Shown.OPEN, cursor: str | None = None, limit: int = ROWS
) -> tuple[tuple[Group, ...], str | None]:
    """A page of the queue and the cursor of the next: groups by the worth of the best of each, all of an account
    together. Closed alerts come newest first, each alone. Some ten queries, whatever there is."""
    if shown is Shown.CLOSED:
        return _closed(whose, cursor, limit)
    after = _place(cursor) if cursor else None
    beside = _beside(whose, shown, today)
    with_tasks = [account for account in beside if isinstance(account, int)]
    heads = list(_heads(whose, shown, with_tasks, after)[: limit + 1])
    places: list[tuple[Place, int | str]] = [((-row.value_minor, 0, row.pk), row.account_id or row.pk) for row in heads]
    places += [(each.place, key) for key, each in beside.items() if after is None or each.place > after]
    places.sort(key=lambda pair: pair[0])
    page = places[:limit]
    of_account = _all_of(whose, shown, [key for _, key in page if isinstance(key, int) and key not in beside])
    groups = tuple(
        _group(beside[key].alerts, beside[key].tasks) if key in beside else _group(of_account.get(int(key), []), [])
        for _, key in page
    )
    following = cursors.encode(list(page[-1][0])) if len(places) > limit else None
    return tuple(each for each in groups if each.alerts or each.tasks), following


def counts(whose: Whose) -> dict[Shown, int]:
    """How many alerts of hers are open, in the digest and snoozed. One query, two where she is an admin."""
    found = dict.fromkeys((Shown.OPEN, Shown.DIGEST, Shown.SNOOZED), 0)
    for rows in _scopes(whose):
        counted = rows.filter(state__in=Alert.STANDING).values_list("state").annotate(n=Count("id")).order_by()
        for state, count in counted:
            found[Shown(state)] += count
    return found


def _scopes(whose: Whose) -> list[QuerySet[Alert]]:
    found = [] if whose.nobody else [Alert.objects.filter(owner=whose.member)]
    if whose.nobody:
        found.append(Alert.objects.filter(owner=None, for_admins=False))
    return [*found, Alert.objects.filter(for_admins=True, owner=None)] if whose.admin else found


def _own(whose: Whose, shown: Shown) -> QuerySet[Alert]:
    return _scopes(whose)[0].filter(state=shown.value)


def _heads(whose: Whose, shown: Shown, without: Sequence[int], after: Place | None) -> QuerySet[Alert]:
    """The best alert of each account, in the queue's order."""
    better = _own(whose, shown).filter(account=OuterRef("account")).filter(
        Q(value_minor__gt=OuterRef("value_minor")) | Q(value_minor=OuterRef("value_minor"), pk__lt=OuterRef("pk"))
    )  # fmt: skip
    rows = _own(whose, shown).filter(account__isnull=False).exclude(account__in=without).filter(~Exists(better))
    if after is not None:
        value, kind, pk = -after[0], after[1], after[2]
        equal = Q(value_minor=value, pk__gt=pk) if kind == 0 else Q(pk=None)
        rows = rows.filter(Q(value_minor__lte=value)).filter(Q(value_minor__lt=value) | equal)
    return rows.order_by(F("value_minor").desc(), "pk").only("pk", "value_minor", "account_id")


def _beside(whose: Whose, shown: Shown, today: date) -> dict[int | str, _Beside]:
    """The groups with tasks, and those of the admins' alerts."""
    found: dict[int | str, _Beside] = {}
    if whose.admin:
        for view in views(_scopes(whose)[-1].filter(state=shown.value)):
            found[f"source {view.id}"] = _Beside((-view.value_minor, 0, view.id), [view])
    if shown is not Shown.OPEN or whose.nobody:
        return found
    for task in _ranked(due_of_member(whose.member, today), today):
        key: int | str = task.view.account_id if task.view.account_id is not None else f"task {task.view.id}"
        place = (-task.value_minor, 1, task.view.id)
        group = found.setdefault(key, _Beside(place))
        group.tasks.append(task)
        group.place = min(group.place, place)
    for account, alerts in _all_of(whose, shown, [key for key in found if isinstance(key, int)]).items():
        found[account].alerts = alerts
        found[account].place = min(found[account].place, *((-a.value_minor, 0, a.id) for a in alerts))
    return found


def _ranked(tasks: Sequence[TaskView], today: date) -> list[RankedTask]:
    try:
        state: current.State | None = health.state() if tasks else None
    except health.NoScores:
        state = None
    money = Money.of(state)
    mrr = money.of_accounts(state, sorted({t.account_id for t in tasks if t.account_id is not None}))
    return [_ranked_one(task, mrr, money, today) for task in tasks]


def _ranked_one(task: TaskView, mrr: Mapping[int, int], money: Money, today: date) -> RankedTask:
    minor = mrr.get(task.account_id or 0, money.usual)
    left = (task.due - today).days if task.due else 0
    worth = rules.Worth(minor, TASK_CHANCE, rules.urgency(_PRIORITIES[task.priority], left))
    return RankedTask(task, worth, task.account_id in mrr)


def _all_of(whose: Whose, shown: Shown, accounts: Sequence[int]) -> dict[int, list[AlertView]]:
    found: defaultdict[int, list[AlertView]] = defaultdict(list)
    if accounts:
        for view in views(_own(whose, shown).filter(account__in=accounts)):
            assert view.account is not None
            found[view.account].append(view)
    return dict(found)


def _group(alerts: Iterable[AlertView], tasks: Iterable[RankedTask]) -> Group:
    ordered = tuple(sorted(alerts, key=lambda each: (-each.value_minor, each.id)))
    return Group(ordered, tuple(sorted(tasks, key=lambda each: (-each.value_minor, each.view.id))))


def _closed(whose: Whose, cursor: str | None, limit: int) -> tuple[tuple[Group, ...], str | None]:
    rows = _scopes(whose)[0] | _scopes(whose)[-1]
    rows = rows.filter(state=Shown.CLOSED.value).order_by("-closed_at", "-pk")
    if cursor:
        at, pk = _text_place(cursor)
        rows = rows.filter(Q(closed_at__lt=at) | Q(closed_at=at, pk__lt=pk))
    found = views(rows[: limit + 1])
    last = found[limit - 1] if len(found) > limit else None
    following = cursors.encode([last.closed_at.isoformat(), last.id]) if last and last.closed_at else None
    return tuple(Group((each,), ()) for each in found[:limit]), following


def _text_place(cursor: str) -> tuple[str, int]:
    values = cursors.decode(cursor)
    if len(values) != 2 or not isinstance(values[0], str) or not isinstance(values[1], int):
        raise Invalid("This page link belongs to another list. Open the inbox again from its start.")
    return values[0], values[1]


def _place(cursor: str) -> Place:
    values = cursors.decode(cursor)
    if len(values) != 3 or not all(isinstance(each, int) for each in values):
        raise Invalid("This page link belongs to another list. Open the inbox again from its start.")
    return int(str(values[0])), int(str(values[1])), int(str(values[2]))
