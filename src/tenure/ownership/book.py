"""Books of business: what each member looks after, out of the current state by one query."""

from collections.abc import Mapping
from datetime import date, timedelta

import pyarrow as pa

from tenure.base import sql
from tenure.base.money import exponent
from tenure.customers.contracts import CSM
from tenure.health import current
from tenure.health import queries as health
from tenure.ownership import assigning
from tenure.ownership.contracts import Book, Capacity
from tenure.tenants.queries import here

PACKAGE = "tenure.ownership"
SOON = timedelta(days=90)
NOBODY = 0
"""The book of the accounts that nobody owns."""
_COLUMNS: Mapping[str, pa.DataType] = {
    "owner_id": pa.int64(), "band": pa.string(), "status": pa.string(), "mrr": pa.float64(), "renewal_on": pa.date32(),
}  # fmt: skip


def books(day: date) -> dict[int, Book]:
    """Everybody's book as CSM on a day by member, `NOBODY` for accounts without an owner: customers and trials. What is
    at risk is in the worst band of the scorecard in force; renewals are those of the next 90 days. One query over the
    state, two for the pools; refuses with `NoScores` before the first run."""
    rows = rows_of(health.state_as_of(day).table, "books", {"today": day, "until": day + SOON})
    card = health.scorecard()
    worst = card[2].bands_ascending()[0].key if card else ""
    most = assigning.capacities(CSM)
    scale = 10 ** exponent(here().currency)
    by_member: dict[int, list[dict[str, object]]] = {member: [] for member in most}
    for row in rows:
        member = row["member"]
        by_member.setdefault(int(str(member)) if member is not None else NOBODY, []).append(row)
    return {member: _book(member, found, worst, most.get(member), scale) for member, found in by_member.items()}


def rows_of(state: pa.Table, name: str, params: Mapping[str, object]) -> list[dict[str, object]]:
    """What a query of this package finds in a day's state."""
    there = set(state.column_names)
    columns = [
        state[each].cast(kind) if each in there else pa.nulls(state.num_rows, kind) for each, kind in _COLUMNS.items()
    ]
    session = current.session()
    try:
        session.register("state", pa.table(columns, names=list(_COLUMNS)))
        found = session.sql(sql.load(PACKAGE, name), params=dict(params))
        rows: list[dict[str, object]] = found.to_arrow_table().to_pylist()
        return rows
    finally:
        session.close()


def _book(member: int, rows: list[dict[str, object]], worst: str, most: Capacity | None, scale: int) -> Book:
    def total(name: str, *, of: str | None = None, by: int = 1) -> int:
        return round(sum(float(str(row[name])) for row in rows if of is None or row["band"] == of) * by)

    return Book(
        member=member,
        accounts=total("accounts"),
        mrr=total("mrr", by=scale),
        at_risk=total("accounts", of=worst) if worst else 0,
        at_risk_mrr=total("mrr", of=worst, by=scale) if worst else 0,
        renewals=total("renewals"),
        renewal_mrr=total("renewal_mrr", by=scale),
        bands={str(row["band"]): int(str(row["accounts"])) for row in rows},
        most=most.accounts if most else None,
        most_mrr=most.mrr if most else None,
    )
