"""What changed in a month and why: what is beyond the usual, with the accounts behind it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from tenure.base import written
from tenure.customers.queries import accounts_by_ids
from tenure.reports import contribution, sentences, usual
from tenure.reports.contracts import Leads, Row, Sentence
from tenure.reports.matrix import Matrix, Year
from tenure.revenue import queries as revenue
from tenure.revenue.contracts import Month
from tenure.revenue.groups import FieldGroups
from tenure.subscriptions.contracts import MOVEMENTS

ROWS = 20
LEAST_SHARE = 0.002
"""Of MRR: what is less is nobody's news, however unusual."""
LEAST_POINTS = 0.001
LEAST_PART = 0.5
"""Of a change: a group that did less of it does not explain it."""
UNKNOWN = "Unknown"


@dataclass(frozen=True, slots=True)
class Past:
    """What sentences are made of: the months up to one, the last is it; the ledger as a matrix; who is in which group;
    average health by month; and how each account's score moved within the month."""

    as_of: date
    months: Sequence[Month]
    rows: Matrix
    groupings: tuple[FieldGroups, ...]
    health: Sequence[float | None]
    moved: Mapping[int, float]
    currency: str

    @property
    def month(self) -> Month:
        return self.months[-1]


def sentences_of(past: Past) -> tuple[Sentence, ...]:
    """The five farthest beyond the usual, names filled in. One database query."""
    every = (*(_movement(past, kind) for kind in MOVEMENTS), _nrr(past), _health(past))
    chosen = sorted((each for each in every if each is not None), key=lambda each: -each.size)[: usual.MOST]
    wanted = {row.account for each in chosen for row in each.rows}
    known = accounts_by_ids(sorted(wanted)) if wanted else {}
    names = {account: row.name or row.external_id for account, row in known.items()}
    return tuple(each.told(names) for each in chosen)


@dataclass(frozen=True, slots=True)
class _Found:
    """A sentence about names that are not known yet: `say` writes it, given its rows with them."""

    metric: str
    rows: tuple[Row, ...]
    count: int
    leads: Leads
    size: float
    say: Callable[[Sequence[Row]], str]

    def told(self, names: Mapping[int, str]) -> Sentence:
        rows = tuple(replace(row, name=names[row.account]) for row in self.rows if row.account in names)
        return Sentence(self.say(rows), self.metric, rows, self.count, self.leads, self.size)


_METRIC = {
    "churn": "revenue_churn", "contraction": "grr", "expansion": "expansion", "new": "new_mrr",
    "reactivation": "mrr", "fx": "mrr",
}  # fmt: skip


def _movement(past: Past, kind: str) -> _Found | None:
    """A movement of the month, where it is beyond the usual at this size."""
    amount, opening = getattr(past.month, kind), past.month.opening
    share = usual.usual([getattr(each, kind) / each.opening for each in past.months[:-1] if each.opening > 0])
    if share is None or not amount:
        return None
    usually = share * opening
    size = usual.size(amount, usually, opening * LEAST_SHARE)
    if size is None:
        return None
    every = revenue.parts_of(past.as_of, past.month.month, kind)
    parts = [part for part in every if part.amount * amount > 0]
    shown = tuple(
        Row(part.account, "", written.signed(part.amount, past.currency, 0), part.amount) for part in parts[:ROWS]
    )
    leads = Leads("movements", {"month": f"{past.month.month:%Y-%m}", "kind": kind})

    def say(rows: Sequence[Row]) -> str:
        return sentences.movement(kind, amount, usually, past.currency, rows, len(parts))

    return _Found(_METRIC[kind], shown, len(parts), leads, size, say)


def _nrr(past: Past) -> _Found | None:
    """NRR, where it changed more than usual, and the group that did most of it."""
    years = [past.rows.year(each.month) for each in past.months[-usual.MONTHS - 2 :]]
    rates = [year.figures()["nrr"].value for year in years]
    if len(rates) < 2 or rates[-1] is None or rates[-2] is None:
        return None
    change, usually = rates[-1] - rates[-2], usual.usual(usual.changes(rates[:-1]))
    size = usual.size(change, usually, LEAST_POINTS)
    if size is None or usually is None:
        return None
    said, asked = sentences.nrr(rates[-2], rates[-1], usually), {}
    moved = contribution.strongest(years[-2], years[-1], past.groupings, change)
    if moved is not None and moved.part / change < LEAST_PART:
        moved = None
    if moved is not None:
        said += f" {sentences.group(moved.by.label, moved.value or UNKNOWN, moved.part, change)}"
        asked = {"by": moved.by.key}
    rows, count = _accounts(years[-2], years[-1], change, moved)
    return _Found("nrr", rows, count, Leads("retention", asked), size, lambda _: said)


def _accounts(then: Year, now: Year, change: float, moved: contribution.Moved | None) -> tuple[tuple[Row, ...], int]:
    """The accounts (of the group that moved, where there is one) with the greatest part, in the change's direction."""
    accounts, parts = contribution.of_accounts(then, now)
    theirs = parts * change > 0
    if moved is not None:
        theirs &= moved.by.codes_of(accounts) == moved.code
    order = np.argsort(-np.abs(np.where(theirs, parts, 0.0)), kind="stable")[:ROWS]
    rows = tuple(
        Row(int(accounts[n]), "", f"{written.delta(float(parts[n]) * 100, 2)} points") for n in order if theirs[n]
    )
    return rows, int(theirs.sum())


def health_is_news(course: Sequence[float | None]) -> bool:
    """Whether average health moved beyond the usual in the last month of a course."""
    return _of_health(course) is not None


def _of_health(course: Sequence[float | None]) -> tuple[float, float, float, float] | None:
    """Then, now, the usual, and how many times it."""
    if len(course) < 2 or course[-1] is None or course[-2] is None:
        return None
    then, now = course[-2], course[-1]
    usually = usual.usual(usual.changes(course[:-1]))
    size = usual.size(now - then, usually, LEAST_POINTS * 100)
    return None if size is None or usually is None else (then, now, usually, size)


def _health(past: Past) -> _Found | None:
    """Average health, where it changed more than usual."""
    news = _of_health(past.health)
    if news is None:
        return None
    then, now, usually, size = news
    same = sorted(
        ((account, by) for account, by in past.moved.items() if by * (now - then) > 0), key=lambda each: -abs(each[1])
    )
    shown = tuple(Row(account, "", written.delta(by, 0)) for account, by in same[:ROWS])

    def say(rows: Sequence[Row]) -> str:
        return sentences.health(then, now, usually, rows, len(same))

    return _Found("health", shown, len(same), Leads("health"), size, say)
