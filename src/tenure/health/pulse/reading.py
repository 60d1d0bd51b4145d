"""Pulses as pages show them, and how often they were right."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet

from tenure.base import cursors
from tenure.customers.queries import merged
from tenure.health import judging
from tenure.health.judging import Report, Said, Word
from tenure.health.models import Pulse
from tenure.health.pulse.levels import LEVELS, feared

ROWS = 50


@dataclass(frozen=True, slots=True)
class PulseView:
    """What somebody thought of an account on a day; it counts up to and with `until`, or to the next one."""

    id: int
    account: int
    account_name: str
    level: int
    note: str
    author: str
    day: date
    until: date

    @property
    def label(self) -> str:
        """The level in words."""
        return LEVELS[self.level]

    def in_force(self, day: date) -> bool:
        """Whether it has not expired by a day."""
        return day <= self.until


@dataclass(frozen=True, slots=True)
class Outcome:
    """A pulse and what came: whether its 90 days have `passed`, when the account left within them, who was right (None
    while that cannot be said, also of an account that was no customer)."""

    pulse: PulseView
    left_on: date | None
    right: bool | None
    passed: bool


@dataclass(frozen=True, slots=True)
class PulsePage:
    """Newest first; `next` is the cursor of the next page."""

    rows: tuple[Outcome, ...]
    next: str | None


def pulses_of(account: int, day: date) -> tuple[PulseView, ...]:
    """The pulses given of an account up to a day, and of those it stands for then, newest first: the first one is the
    last word. One query, another where merges were made."""
    members = merged().accounts.members(account, day)
    return tuple(_view(row) for row in _newest(day).filter(account__in=members))


def pulses(day: date, *, cursor: str | None = None, limit: int = ROWS) -> PulsePage:
    """The pulses given up to a day, with what came of them. A query and two questions to the lake."""
    listed = _newest(day)
    if cursor:
        since, last = cursors.decode(cursor)
        listed = listed.filter(Q(day__lt=since) | Q(day=since, pk__lt=last))
    shown = [_view(row) for row in listed[: limit + 1]]
    left = judging.left_after({_said(each) for each in shown}, day)
    after = cursors.encode([shown[limit - 1].day.isoformat(), shown[limit - 1].id]) if len(shown) > limit else None
    rows = tuple(_outcome(each, left.get(_said(each)), day, known=_said(each) in left) for each in shown[:limit])
    return PulsePage(rows, after)


def report(day: date) -> Report:
    """How often the newest `judging.JUDGED_MOST` were right whose 90 days have passed. A query and two questions to
    the lake."""
    due = [_view(row) for row in _newest(day - judging.HORIZON)[: judging.JUDGED_MOST]]
    left = judging.left_after({_said(each) for each in due}, day)
    return judging.report(
        [
            Word(each.account, each.author, feared(each.level), left[_said(each)] is not None)
            for each in due
            if _said(each) in left
        ]
    )


def _outcome(pulse: PulseView, left_on: date | None, day: date, *, known: bool) -> Outcome:
    right = feared(pulse.level) == (left_on is not None) if known else None
    return Outcome(pulse, left_on, right, passed=pulse.day + judging.HORIZON <= day)


def _said(pulse: PulseView) -> Said:
    return pulse.account, pulse.day


def _newest(day: date) -> QuerySet[Pulse]:
    return Pulse.objects.filter(day__lte=day).select_related("author__user", "account").order_by("-day", "-id")


def _view(row: Pulse) -> PulseView:
    return PulseView(
        row.pk, row.account_id, row.account.name or row.account.external_id, row.level, row.note,
        str(row.author.user), row.day, row.until,
    )  # fmt: skip
