"""What a scorecard would have said on each past day, with what became of each customer: the rows of a back-test.

The scores are those of the code that scores today, from the facts of the day: only what was known then. Scores set by
hand are left out, since it is the scorecard that is tested.
"""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Literal, get_args

import pyarrow as pa
import pyarrow.compute as pc

from tenure.customers.queries import account_count
from tenure.health import scoring
from tenure.health.belief import NEEDED, Setting
from tenure.health.card import ActiveCard
from tenure.measures.queries import facts as facts_of
from tenure.subscriptions.queries import outcomes

type Outcome = Literal["churn", "contraction", "renewal"]

OUTCOMES: tuple[Outcome, ...] = get_args(Outcome.__value__)
ROWS_AT_ONCE = 270_000

ROWS = pa.schema(
    [
        ("day", pa.date32()),
        ("account", pa.int64()),
        ("score", pa.float64()),  # null: unknown on that day
        ("band", pa.string()),
        ("mrr", pa.float64()),
        ("left_on", pa.date32()),  # the day of the outcome; null: it did not come within the horizon
    ]
)


def weekly(first: date, last: date) -> list[date]:
    """The Mondays from `first` to `last`."""
    monday = first + timedelta(days=-first.weekday() % 7)
    return [monday + timedelta(weeks=n) for n in range((last - monday).days // 7 + 1)] if monday <= last else []


def collect(
    given: Setting,
    cards: Sequence[ActiveCard],
    days: Sequence[date],
    *,
    horizon: int,
    outcome: Outcome,
    known: date,
    accounts: Sequence[int] | None = None,
) -> tuple[pa.Table, ...]:
    """For each of the cards a row for each customer on each of the days (schema `ROWS`), by day and account: the same
    customers and days in the same order, so that two cards can be compared row by row. The facts are asked for once, of
    all accounts or those named.

    Churn: the first day as former within `horizon` days. Contraction: MRR at least 5 % lower, or gone. Renewal: of
    those with a term that ends within the horizon, the ones who did not go on; on the day it ended. Days whose horizon
    had not passed on the day `known` have no rows.
    """
    due = [day for day in days if day + timedelta(days=horizon) <= known]
    many = account_count() if accounts is None else len(accounts)
    parts = [_of_days(given, cards, chunk, horizon, outcome, known, accounts) for chunk in _chunks(due, many)]
    return tuple(pa.concat_tables([ROWS.empty_table(), *tables]) for tables in zip(*parts, strict=True)) or tuple(
        ROWS.empty_table() for _ in cards
    )


def _of_days(
    given: Setting,
    cards: Sequence[ActiveCard],
    days: list[date],
    horizon: int,
    outcome: Outcome,
    known: date,
    accounts: Sequence[int] | None,
) -> list[pa.Table]:
    columns = dict.fromkeys([*(column for card in cards for column in card.columns), *NEEDED, "renewal_on"])
    before = any(card.looks_back for card in cards)
    facts = facts_of(entity="account", as_of=days, ids=accounts, only=list(columns), before=before)
    facts = facts.filter(pc.equal(facts["status"], scoring.CUSTOMER)).combine_chunks()
    customers = facts.select(["as_of", "id"]).rename_columns(["as_of", "account"])
    came = outcomes(
        given.lake,
        as_of=days,
        horizon=horizon,
        known=known,
        accounts=accounts,
        customers=customers,
        renewals=outcome == "renewal",
    )
    found = _beside(came, ("as_of", "account"), customers)
    base = pa.table(
        {
            "day": facts["as_of"],
            "account": facts["id"],
            **{name: _column(facts, name, kind) for name, kind in (("mrr", pa.float64()), ("renewal_on", pa.date32()))},
            **{name: found[name] for name in ("churned_on", "contracted_on", "renewed_on")},
        }
    )
    left_on, asked = _left(base, outcome, horizon)
    asked = pc.and_(asked, pc.is_valid(found["account"]))
    base = base.append_column("left_on", left_on)
    judged = [_beside(scoring.verdicts(facts, card), ("day", "account"), customers) for card in cards]
    return [
        pa.table(
            {**{name: (each if name in ("score", "band") else base)[name] for name in ROWS.names}}, schema=ROWS
        ).filter(asked)
        for each in judged
    ]


def _beside(table: pa.Table, by: tuple[str, str], rows: pa.Table) -> pa.Table:
    """The rows of `table` in the order of the days and accounts of `rows`; null where it has none."""
    return table.take(pc.index_in(_keys(rows, ("as_of", "account")), value_set=_keys(table, by)))


def _keys(table: pa.Table, by: tuple[str, str]) -> pa.Array:
    """Day and account in one number."""
    day, account = (table[name].combine_chunks() for name in by)
    return pc.add(pc.shift_left(day.cast(pa.int32()).cast(pa.int64()), 40), account)


def _column(table: pa.Table, name: str, kind: pa.DataType) -> pa.ChunkedArray | pa.Array:
    return table[name] if name in table.column_names else pa.nulls(table.num_rows, kind)


def _left(rows: pa.Table, outcome: Outcome, horizon: int) -> tuple[pa.ChunkedArray, pa.ChunkedArray]:
    """The day of the outcome, and whether the row was at risk of it at all."""
    churned = rows["churned_on"]
    if outcome == "churn":
        return churned, pc.is_valid(rows["account"])
    if outcome == "contraction":
        return pc.coalesce(rows["contracted_on"], churned), pc.is_valid(rows["account"])
    end = pc.cast(pc.add(pc.cast(rows["day"], pa.int32()), horizon), pa.date32())
    asked = pc.fill_null(pc.less_equal(rows["renewal_on"], end), False)
    lost = pc.if_else(pc.is_valid(rows["renewed_on"]), pa.scalar(None, pa.date32()), rows["renewal_on"])
    return lost, asked


def _chunks(days: list[date], accounts: int) -> Iterator[list[date]]:
    """As many days at once as memory takes."""
    step = max(1, ROWS_AT_ONCE // max(1, accounts))
    for start in range(0, len(days), step):
        yield days[start : start + step]


def known_scores(rows: pa.Table) -> pa.Table:
    """The rows that have a score."""
    return rows.filter(pc.is_valid(rows["score"]))
