"""The dbt Labs MRR playbook, row by row: its own SQL gave the expected tables.

Its calendar starts in 2018, so what three customers paid for (and lost) in 2017 is left out of the comparison.
Its upgrade and downgrade are our expansion and contraction.
"""

from datetime import date
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pytest

from tenure.subscriptions.contracts import MOVEMENTS
from tenure.subscriptions.queries import closes
from tenure.subscriptions.tests import log, real

AS_OF = date(2020, 2, 29)
_WORDS = {"upgrade": "expansion", "downgrade": "contraction"}


@pytest.fixture(scope="module")
def records() -> pa.Table:
    return real.records(
        """
        select
            customer_id as account, 'subscription_started' as name, start_date as day,
            subscription_id || ' starts' as message,
            json_object('id', subscription_id, 'mrr_minor', monthly_amount * 100) as properties
        from periods
        union all
        select customer_id, 'subscription_ended', end_date, subscription_id || ' ends',
            json_object('id', subscription_id)
        from periods
        """,
        periods=real.folder("mrr-playbook") / "subscription_periods.csv",
    )


@pytest.fixture(scope="module")
def ledger(records: pa.Table) -> dict[tuple[int, date], dict[str, Any]]:
    accounts = dict.fromkeys(records["account"].unique().to_pylist())
    found = log.run(
        "ledger",
        records,
        as_of=[AS_OF],
        accounts=accounts,
        since=None,
        more={"closes": closes(date(2017, 9, 1), AS_OF)},
    )
    return {(row["account"], row["month"]): row for row in found if row["month"].year >= 2018}


def _expected(name: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = real.query("from t", t=real.folder("mrr-playbook") / name).to_pylist()
    return found


def _cents(amount: float) -> int:
    return int(Decimal(str(amount)) * 100)


def test_each_customer_in_each_month(ledger: dict[tuple[int, date], dict[str, Any]]) -> None:
    expected = _expected("EXPECTED_mrr_by_customer_month.csv")
    assert len(expected) == 410
    held: dict[int, int] = {}
    for row in sorted(expected, key=lambda row: row["m"]):
        customer, moved = row["customer_id"], ledger.get((row["customer_id"], row["m"]))
        kinds = {kind: moved[kind] for kind in MOVEMENTS if moved[kind]} if moved else {}
        category = _WORDS.get(row["change_category"], row["change_category"])
        assert kinds == ({category: _cents(row["mrr_change"])} if category else {}), row
        assert (moved["opening"] if moved else held[customer]) == _cents(row["previous_month_mrr"])
        held[customer] = moved["closing"] if moved else held[customer]
        assert held[customer] == _cents(row["mrr"])


def test_no_movement_that_is_not_expected(ledger: dict[tuple[int, date], dict[str, Any]]) -> None:
    moved = {
        (row["customer_id"], row["m"])
        for row in _expected("EXPECTED_mrr_by_customer_month.csv")
        if row["change_category"]
    }
    assert (set(ledger), len(moved)) == (moved, 167)


def test_the_totals_of_each_month(ledger: dict[tuple[int, date], dict[str, Any]]) -> None:
    expected = _expected("EXPECTED_mrr_by_month.csv")
    assert len(expected) == 26
    columns = {"new": "new", "react": "reactivation", "up": "expansion", "down": "contraction", "churn": "churn"}
    mrr = 0
    for row in sorted(expected, key=lambda row: row["m"]):
        assert mrr == _cents(row["prev"])
        months = [moved for (_, month), moved in ledger.items() if month == row["m"]]
        mrr += sum(moved["closing"] - moved["opening"] for moved in months)
        totals = {name: sum(moved[kind] for moved in months) for name, kind in columns.items()}
        assert totals == {name: _cents(row[name]) for name in columns}
        assert mrr == _cents(row["mrr"])


def test_who_stopped_paying_is_former_from_that_day(records: pa.Table) -> None:
    accounts = dict.fromkeys(records["account"].unique().to_pylist())
    days = [date(2019, 1, 31), date(2019, 2, 1), date(2019, 3, 31), date(2019, 4, 1)]
    found = log.run("account_state", records, as_of=days, accounts=accounts, since=date(2017, 9, 1))
    first = {row["as_of"]: (row["status"], row["lost_on"], row["mrr"]) for row in found if row["account"] == 1}
    assert [first[day] for day in days] == [
        ("customer", None, 50.0),
        ("former", date(2019, 2, 1), 0.0),
        ("former", date(2019, 2, 1), 0.0),
        ("customer", None, 50.0),
    ]
