"""How often were the scores that people set by hand right?"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Q

from tenure.base import cursors, tenancy
from tenure.health import belief
from tenure.health.contracts import OverrideView
from tenure.health.models import Override
from tenure.predictions.evaluation.intervals import Interval, share
from tenure.subscriptions.queries import outcomes
from tenure.tenants.queries import workspace_by_id

HORIZON = timedelta(days=90)
JUDGED_MOST = 500
ROWS = 50


@dataclass(frozen=True, slots=True)
class Judged:
    """A score set by hand, with what the scorecard said on its first day and whether the hand was right: None while 90
    days have not passed, or where both said the same."""

    override: OverrideView
    account_name: str
    said: float | None
    left_on: date | None
    right: bool | None


@dataclass(frozen=True, slots=True)
class JudgedPage:
    """Newest first; `next` is the cursor of the next page. `right` is the share of all that can be judged, at most the
    newest 500."""

    rows: tuple[Judged, ...]
    next: str | None
    right: Interval | None
    judged: int


def judged(day: date, *, cursor: str | None = None, limit: int = ROWS) -> JudgedPage:
    """The scores set by hand up to a day. Who set one lower than the scorecard is right if the account leaves within 90
    days; who set one higher, if it stays. Two queries, and two questions to the lake a day on which any was set."""
    rows = list(
        Override.objects.filter(since__lte=day)
        .select_related("author__user", "account")
        .order_by("-made_at", "-id")[:JUDGED_MOST]
    )
    told = _judge(rows, day)
    known = [each.right for each in told.values() if each.right is not None]
    shown = rows
    if cursor:
        shown = list(
            Override.objects.filter(since__lte=day)
            .filter(Q(pk__lt=cursors.decode(cursor)[0]))
            .select_related("author__user", "account")
            .order_by("-made_at", "-id")[: limit + 1]
        )
        told |= _judge([row for row in shown if row.pk not in told], day)
    after = cursors.encode([shown[limit - 1].pk]) if len(shown) > limit else None
    return JudgedPage(tuple(told[row.pk] for row in shown[:limit]), after, share(sum(known), len(known)), len(known))


def _judge(rows: list[Override], day: date) -> dict[int, Judged]:
    lake = belief.shown(workspace_by_id(tenancy.current_workspace_id()).slug).lake
    due = [row for row in rows if row.since + HORIZON <= day]
    left = _left(rows=due, day=day)
    scored, said = belief.stored_days(lake), dict[tuple[int, date], float]()
    for since in {row.since for row in rows} & scored:
        accounts = sorted({row.account_id for row in rows if row.since == since})
        for each in belief.stored_scores_of(lake, since, accounts).select(["account", "raw"]).to_pylist():
            if each["raw"] is not None:
                said[each["account"], since] = each["raw"]
    return {row.pk: _judged(row, said.get((row.account_id, row.since)), left) for row in rows}


def _left(*, rows: list[Override], day: date) -> Mapping[tuple[int, date], date | None]:
    """For each account and first day that can be judged, when it left within 90 days; None: it stayed."""
    if not rows:
        return {}
    lake = belief.shown(workspace_by_id(tenancy.current_workspace_id()).slug).lake
    found = outcomes(
        lake, as_of=sorted({row.since for row in rows}), horizon=HORIZON.days, known=day,
        accounts=sorted({row.account_id for row in rows}), renewals=False,
    )  # fmt: skip
    return {(each["account"], each["as_of"]): each["churned_on"] for each in found.to_pylist()}


def _judged(row: Override, said: float | None, left: Mapping[tuple[int, date], date | None]) -> Judged:
    key = (row.account_id, row.since)
    right = None
    if key in left and said is not None and said != row.value:
        right = (row.value < said) == (left[key] is not None)
    view = OverrideView(
        row.pk, row.account_id, row.value, row.reason, str(row.author.user), row.since, row.until, row.ended_on
    )
    return Judged(view, row.account.name or row.account.external_id, said, left.get(key), right)
