"""What each month was reported as: written once when it is over, and where facts that came later say otherwise, by
whom."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date

import pyarrow as pa
import pyarrow.compute as pc
from django.db import transaction

from tenure.base import clock, sql, written
from tenure.base.months import last_day, months_back
from tenure.customers.queries import accounts_by_ids
from tenure.events.queries import engine, open_lake
from tenure.health import past
from tenure.health import queries as health
from tenure.reports import standing
from tenure.reports.contracts import Figure, Row
from tenure.reports.metrics import OF_FACTS, OF_LEDGER, OF_SCORES
from tenure.reports.models import Snapshot
from tenure.revenue.runs import closing_at
from tenure.subscriptions import queries as subscriptions
from tenure.tenants.queries import here

ROWS_AT_ONCE = 500_000
"""Facts of a day are read for all accounts: so many rows a cycle at most, of one month at least."""
ROWS = 20

type Figures = Mapping[date, Mapping[str, Figure]]


def missing(months: Collection[date]) -> dict[date, set[str]]:
    """Of each of these months the metrics that were not written down yet, the newest month first. One query."""
    there = set(Snapshot.objects.filter(month__in=months).values_list("month", "metric"))
    found = {
        month: {key for key in (*OF_LEDGER, *OF_FACTS) if (month, key) not in there}
        for month in sorted(months, reverse=True)
    }
    return {month: keys for month, keys in found.items() if keys}


@transaction.atomic
def keep(figures: Figures, *, as_of: date) -> int:
    """Write down what is not written yet; what is stays as it was. How many rows are new."""
    now = clock.now()
    rows = [
        Snapshot(
            month=month, metric=key, value=figure.value, numerator=figure.numerator, denominator=figure.denominator,
            as_of=as_of, made_at=now,
        )
        for month, told in figures.items()
        for key, figure in told.items()
    ]  # fmt: skip
    Snapshot.objects.bulk_create(rows, ignore_conflicts=True)
    return len(rows)


def of_facts(slug: str, months: Sequence[date], accounts: int) -> dict[date, dict[str, Figure]]:
    """The metrics of scores and facts at the end of each of these months, of as many as may be read at once."""
    some = months[: max(1, ROWS_AT_ONCE // max(accounts, 1))]
    days = {month: last_day(month) for month in some}
    scored = {month: health.scored_day(day) for month, day in days.items()}
    wanted = sorted({*days.values(), *(day for day in scored.values() if day)})
    if not wanted:
        return {}
    known = {field.column for field in health.catalogue().fields}
    rows = past.rows_on(slug, wanted, [name for name in standing.COLUMNS if name in known])
    worst_first = standing.bands()
    found: dict[date, dict[str, Figure]] = {}
    for month in some:
        facts = standing.of_table(_on(rows, days[month]), worst_first)
        day = scored[month]
        scores = standing.of_table(_on(rows, day), worst_first) if day else {}
        found[month] = {key: (scores if key in OF_SCORES else facts).get(key, Figure(None)) for key in OF_FACTS}
    return found


def moves(slug: str, months: Iterable[date], as_of: date) -> dict[date, dict[int, float]]:
    """How the score of each account moved within each of these months: of who had one at both ends. One query."""
    ends = {
        month: (health.scored_day(last_day(months_back(month, 1))), health.scored_day(min(last_day(month), as_of)))
        for month in months
    }
    whole = {month: (first, last) for month, (first, last) in ends.items() if first and last}
    if not whole:
        return {}
    rows = past.rows_on(slug, sorted({day for pair in whole.values() for day in pair}), ["score"])
    return {month: _moved(_on(rows, first), _on(rows, last)) for month, (first, last) in whole.items()}


def _moved(then: pa.Table, now: pa.Table) -> dict[int, float]:
    before_, after = (_scores(each) for each in (then, now))
    return {account: score - before_[account] for account, score in after.items() if account in before_}


def _scores(rows: pa.Table) -> dict[int, float]:
    known = rows.filter(pc.is_valid(rows["score"]))
    return dict(zip(known["id"].to_pylist(), known["score"].to_pylist(), strict=True))


def _on(rows: pa.Table, day: date) -> pa.Table:
    return rows.filter(pc.equal(rows["as_of"], pa.scalar(day, pa.date32())))


def corrected(slug: str, month: date, *, reported_on: date, as_of: date, now: pa.Table) -> tuple[tuple[Row, ...], int]:
    """The accounts of which facts came after a month was reported that change what they paid at its end, at its start
    or twelve months before; `now` is the ledger of today. The greatest first, and how many there are."""
    lake = open_lake(slug)
    found = engine().query(
        sql.load("tenure.reports", "corrected"),
        relations={"records": lake.relation("events", classes={"record"}, days=(date(1, 1, 1), last_day(month)))},
        params={"until": last_day(month), "known": reported_on, "as_of": as_of},
    )
    accounts = [int(each) for each in found["account"].to_pylist() if each is not None]
    if not accounts:
        return (), 0
    then = subscriptions.ledger(lake, as_of=reported_on, accounts=accounts)
    theirs = now.filter(pc.is_in(now["account"], value_set=pa.array(accounts, pa.int64())))
    changed: dict[int, tuple[int, date]] = {}
    for at in (months_back(month, 12), months_back(month, 1), month):  # the nearest is told
        changed |= {account: (by, at) for account, by in _differences(then, theirs, at).items()}
    names = accounts_by_ids(list(changed))
    currency = here().currency
    rows = [
        Row(account, names[account].name or names[account].external_id, _said(by, at, currency), by)
        for account, (by, at) in sorted(changed.items(), key=lambda each: (-abs(each[1][0]), each[0]))
        if account in names
    ]
    return tuple(rows[:ROWS]), len(rows)


def _differences(then: pa.Table, now: pa.Table, at: date) -> dict[int, int]:
    """By how much more or less each account paid at the end of a month in one ledger than in another, in minor units;
    of whom it is otherwise."""
    old, new = closing_at(then, at), closing_at(now, at)
    both = {account: new.get(account, 0) - old.get(account, 0) for account in old.keys() | new.keys()}
    return {account: by for account, by in both.items() if by}


def _said(by: int, at: date, currency: str) -> str:
    return f"{written.signed(by, currency, 0)} at the end of {at:%B %Y}"
