"""What a scorecard would have said on each past day, with what became of each customer: the rows of a back-test.

The scores are those of the code that scores today, from the facts of the day: only what was known then. Scores set by
hand are left out, since it is the scorecard that is tested.
"""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Literal, get_args

import pyarrow as pa
import pyarrow.compute as pc

from tenure.health import scoring
from tenure.health.belief import NEEDED, Setting
from tenure.measures.queries import facts as facts_of
from tenure.subscriptions.queries import outcomes

type Outcome = Literal["churn", "contraction", "renewal"]

OUTCOMES: tuple[Outcome, ...] = get_args(Outcome.__value__)
ROWS_AT_ONCE = 200_000

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


def collect(given: Setting, days: Sequence[date], *, horizon: int, outcome: Outcome, known: date) -> pa.Table:
    """A row for each customer on each of the days (schema `ROWS`), by day and account.

    Churn: the first day as former within `horizon` days. Contraction: MRR at least 5 % lower, or gone. Renewal: of
    those with a term that ends within the horizon, the ones who did not go on; on the day it ended. Days whose horizon
    had not passed on the day `known` have no rows.
    """
    due = [day for day in days if day + timedelta(days=horizon) <= known]
    parts = [_of_days(given, chunk, horizon, outcome, known) for chunk in _chunks(given, due)]
    return pa.concat_tables([ROWS.empty_table(), *parts]).sort_by([("day", "ascending"), ("account", "ascending")])


def _of_days(given: Setting, days: list[date], horizon: int, outcome: Outcome, known: date) -> pa.Table:
    assert given.card is not None
    columns = dict.fromkeys((*given.card.columns, *NEEDED, "renewal_on"))
    facts = facts_of(entity="account", as_of=days, only=list(columns))
    scored = scoring.score(facts, given.card).select(["day", "account", "score", "band"])
    then = facts.select(["as_of", "id", *(c for c in ("mrr", "renewal_on") if c in facts.column_names)])
    for missing, of_type in (("mrr", pa.float64()), ("renewal_on", pa.date32())):
        if missing not in then.column_names:
            then = then.append_column(missing, pa.nulls(len(then), of_type))
    came = outcomes(given.lake, as_of=days, horizon=horizon, known=known)
    both = scored.join(then, ["day", "account"], ["as_of", "id"], join_type="left outer")
    both = both.join(came, ["day", "account"], ["as_of", "account"], join_type="inner")
    left_on, asked = _left(both, outcome, horizon)
    return both.append_column("left_on", left_on).filter(asked).select(ROWS.names).cast(ROWS)


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


def _chunks(given: Setting, days: list[date]) -> Iterator[list[date]]:
    """As many days at once as memory takes."""
    if not days:
        return
    accounts = facts_of(entity="account", as_of=days[-1], only=["status"]).num_rows
    step = max(1, ROWS_AT_ONCE // max(1, accounts))
    for start in range(0, len(days), step):
        yield days[start : start + step]


def known_scores(rows: pa.Table) -> pa.Table:
    """The rows that have a score."""
    return rows.filter(pc.is_valid(rows["score"]))
