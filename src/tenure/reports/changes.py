"""What changed in a month and why: what is beyond the usual, with the accounts behind it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from tenure.base import written
from tenure.customers.queries import accounts_by_ids
from tenure.reports import contribution, sentences, usual
from tenure.reports.contracts import Leads, Row, Sentence
from tenure.reports.matrix import Matrix, Year
from tenure.revenue import queries as revenue
from tenure.revenue.contracts import MOVEMENTS, Month
from tenure.revenue.groups import FieldGroups

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
    found = [*_movements(past), *_nrr(past), *_health(past)]
    found.sort(key=lambda each: -each.size)
    chosen = found[: usual.MOST]
    wanted = {row.account for each in chosen for row in each.rows}
    known = accounts_by_ids(sorted(wanted)) if wanted else {}
    names = {account: row.name or row.external_id for account, row in known.items()}
    return tuple(each.told(names) for each in chosen)


@dataclass(frozen=True, slots=True)
class _Found:
    """A sentence without names yet; `say` writes it once they are known."""

    metric: str
    rows: tuple[Row, ...]
    count: int
    leads: Leads
    size: float
    kind: str
    figures: tuple[float, ...]
    currency: str
    why: str = ""

    def told(self, names: Mapping[int, str]) -> Sentence:
        rows = tuple(replace(row, name=names[row.account]) for row in self.rows if row.account in names)
        return Sentence(self._text(rows), self.metric, rows, self.count, self.leads, self.size)

    def _text(self, rows: Sequence[Row]) -> str:
        if self.kind == "nrr":
            then, now, usually = self.figures
            return f"{sentences.nrr(then, now, usually)} {self.why}".strip()
        if self.kind == "health":
            then, now, usually = self.figures
            return sentences.health(then, now, usually, rows, self.count)
        amount, usually = self.figures
        return sentences.movement(self.kind, int(amount), usually, self.currency, rows, self.count)


_METRIC = {
    "churn": "revenue_churn", "contraction": "grr", "expansion": "expansion", "new": "new_mrr",
    "reactivation": "mrr", "fx": "mrr",
}  # fmt: skip


def _movements(past: Past) -> list[_Found]:
    found = []
    for kind in MOVEMENTS:
        amount, opening = getattr(past.month, kind), past.month.opening
        share = usual.usual([getattr(each, kind) / each.opening for each in past.months[:-1] if each.opening > 0])
        if share is None or not amount:
            continue
        usually = share * opening
        size = usual.size(amount, usually, opening * LEAST_SHARE)
        if size is None:
            continue
        every = revenue.parts_of(past.as_of, past.month.month, kind)
        parts = [part for part in every if part.amount * amount > 0]
        rows = tuple(Row(part.account, "", _signed(part.amount, past.currency), part.amount) for part in parts[:ROWS])
        leads = Leads("movements", {"month": f"{past.month.month:%Y-%m}", "kind": kind})
        found.append(
            _Found(_METRIC[kind], rows, len(parts), leads, size, kind, (float(amount), usually), past.currency)
        )
    return found


def _nrr(past: Past) -> list[_Found]:
    years = [past.rows.year(each.month) for each in past.months[-usual.MONTHS - 2 :]]
    rates = [year.figures()["nrr"].value for year in years]
    if len(rates) < 2 or rates[-1] is None or rates[-2] is None:
        return []
    change, usually = rates[-1] - rates[-2], usual.usual(usual.changes(rates[:-1]))
    size = usual.size(change, usually, LEAST_POINTS)
    if size is None or usually is None:
        return []
    then, now = years[-2], years[-1]
    moved = contribution.strongest(then, now, past.groupings, change)
    if moved is not None and moved.part / change < LEAST_PART:
        moved = None
    rows, count = _accounts(then, now, change, moved)
    why, asked = "", {}
    if moved is not None:
        why = sentences.group(moved.by.label, moved.value or UNKNOWN, moved.part, change)
        asked = {"by": moved.by.key}
    return [
        _Found("nrr", rows, count, Leads("retention", asked), size, "nrr", (rates[-2], rates[-1], usually),
               past.currency, why)
    ]  # fmt: skip


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


def _health(past: Past) -> list[_Found]:
    news = _of_health(past.health)
    if news is None:
        return []
    then, now, usually, size = news
    same = sorted(
        ((account, by) for account, by in past.moved.items() if by * (now - then) > 0), key=lambda each: -abs(each[1])
    )
    rows = tuple(Row(account, "", written.delta(by, 0)) for account, by in same[:ROWS])
    return [_Found("health", rows, len(same), Leads("health"), size, "health", (then, now, usually), past.currency)]


def _signed(amount: int, currency: str) -> str:
    return ("+" if amount > 0 else "") + written.minor(amount, currency, 0)
