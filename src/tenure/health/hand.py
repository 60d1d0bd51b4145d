"""Scores that people set by hand, and how often they were right."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet

from tenure.base import cursors
from tenure.events.queries import open_lake
from tenure.health import belief, judging
from tenure.health.contracts import OverrideView
from tenure.health.judging import Report, Said, Word
from tenure.health.models import Override
from tenure.tenants.queries import here

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
    """Newest first; `next` is the cursor of the next page."""

    rows: tuple[Judged, ...]
    next: str | None


def overrides_of(account: int) -> tuple[OverrideView, ...]:
    """The scores set by hand on an account, newest first. One query."""
    rows = Override.objects.filter(account=account).select_related("author__user").order_by("-made_at", "-id")
    return tuple(_view(row) for row in rows)


def in_force(override: OverrideView, day: date) -> bool:
    """Whether it sets the score on a day."""
    ended = override.ended_on is not None and day >= override.ended_on
    return override.since <= day <= override.until and not ended


def judged(day: date, *, cursor: str | None = None, limit: int = ROWS) -> JudgedPage:
    """The scores set by hand up to a day. Who set one lower than the scorecard is right if the account leaves within 90
    days; who set one higher, if it stays. A query and three questions to the lake, however many there are."""
    listed = _newest(day)
    if cursor:
        since, last = cursors.decode(cursor)
        listed = listed.filter(Q(since__lt=since) | Q(since=since, pk__lt=last))
    shown = list(listed[: limit + 1])
    after = cursors.encode([shown[limit - 1].since.isoformat(), shown[limit - 1].pk]) if len(shown) > limit else None
    return JudgedPage(tuple(_judge(shown[:limit], day)), after)


def report(day: date) -> Report:
    """How often the newest `judging.JUDGED_MOST` were right whose 90 days have passed: to set a score lower than the
    scorecard is to fear for the account. A query and three questions to the lake."""
    told = _judge(list(_newest(day - judging.HORIZON)[: judging.JUDGED_MOST]), day)
    return judging.report([_word(each) for each in told if each.right is not None])


def _judge(rows: Sequence[Override], day: date) -> list[Judged]:
    left, scores = judging.left_after({_said(row) for row in rows}, day), _scores(rows)
    return [_judged(row, scores.get(_said(row)), left) for row in rows]


def _newest(day: date) -> QuerySet[Override]:
    return Override.objects.filter(since__lte=day).select_related("author__user", "account").order_by("-since", "-id")


def _said(row: Override) -> Said:
    return row.account_id, row.since


def _scores(rows: Sequence[Override]) -> dict[Said, float]:
    """What the scorecard alone said on the first day of each, where that day was scored."""
    lake = open_lake(here().slug)
    found = belief.stored_scores_of(lake, {_said(row) for row in rows}, ["account", "day", "raw"])
    return {(each["account"], each["day"]): each["raw"] for each in found.to_pylist() if each["raw"] is not None}


def _judged(row: Override, said: float | None, left: Mapping[Said, date | None]) -> Judged:
    key, right = _said(row), None
    if key in left and said is not None and said != row.value:
        right = (row.value < said) == (left[key] is not None)
    return Judged(_view(row), row.account.name or row.account.external_id, said, left.get(key), right)


def _word(told: Judged) -> Word:
    assert told.said is not None
    feared = told.override.value < told.said
    return Word(told.override.account, told.override.author, feared, told.left_on is not None)


def _view(row: Override) -> OverrideView:
    return OverrideView(
        row.pk, row.account_id, row.value, row.reason, str(row.author.user), row.since, row.until, row.ended_on
    )
