"""RavenStack: dirty on purpose. Its subscriptions give money and terms, its churn events say who was lost."""

from collections import Counter
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from tenure.subscriptions.queries import closes
from tenure.subscriptions.tests import log, real

AS_OF = date(2024, 12, 31)
ACCOUNTS: Mapping[int, None] = dict.fromkeys(range(1, 501))
_RECORDS = """
with numbered as (select account_id, signup_date, row_number() over (order by account_id) as account from accounts)
select
    account, 'subscription_started' as name, start_date as day, subscription_id || ' starts' as message,
    json_object(
        'id', subscription_id, 'plan', plan_tier, 'seats', seats, 'mrr_minor', mrr_amount * 100, 'currency', 'USD',
        'is_trial', is_trial, 'billing', billing_frequency, 'auto_renew', auto_renew_flag
    ) as properties
from subscriptions inner join numbered using (account_id)
union all
select account, 'subscription_ended', end_date, subscription_id || ' ends', json_object('id', subscription_id)
from subscriptions inner join numbered using (account_id)
where end_date is not null
union all
select account, 'account_lost', churn_date, churn_event_id, json_object('is_reactivation', is_reactivation)
from churn_events inner join numbered using (account_id)
union all
select account, 'account_signed_up', signup_date, account_id, '{}'
from numbered
"""


def _files() -> dict[str, Path]:
    folder = real.folder("ravenstack")
    return {name: folder / f"ravenstack_{name}.csv" for name in ("accounts", "subscriptions", "churn_events")}


@pytest.fixture(scope="module")
def records() -> pa.Table:
    return real.records(_RECORDS, **_files())


def _state(records: pa.Table, *days: date) -> list[dict[str, Any]]:
    return log.run("account_state", records, as_of=days, accounts=ACCOUNTS, since=date(2023, 1, 1))


def test_the_subscriptions_active_on_a_day(records: pa.Table) -> None:
    day = date(2024, 12, 1)
    found = log.run("periods", records, as_of=[AS_OF], accounts=ACCOUNTS, since=None)
    active = [p for p in found if p["valid_from"] <= day and (p["valid_to"] is None or p["valid_to"] > day)]
    assert len(active) == 3773


def test_mrr_by_month_is_what_plain_sql_says(records: pa.Table) -> None:
    months = closes(date(2023, 1, 1), AS_OF)
    moved = log.run("ledger", records, as_of=[AS_OF], accounts=ACCOUNTS, since=None, more={"closes": months})
    mrr, found = 0, {}
    for close in months.to_pylist():
        mrr += sum(row["closing"] - row["opening"] for row in moved if row["month"] == close["month"])
        found[close["month"]] = mrr
    plain = real.query(
        """
        select m.month, coalesce(sum(s.mrr_amount), 0)::bigint * 100 as mrr
        from (select unnest(generate_series(date '2023-01-01', date '2024-12-01', interval 1 month))::date as month) m
        left join subscriptions s
            on s.start_date <= last_day(m.month) and (s.end_date is null or s.end_date > last_day(m.month))
            and not s.is_trial
        group by m.month
        """,
        **_files(),
    )
    assert found == dict(zip(plain["month"].to_pylist(), plain["mrr"].to_pylist(), strict=True))


def test_who_is_a_customer_at_the_end(records: pa.Table) -> None:
    """Of 352 accounts with churn events, 75 paid for nothing new since the last one: those are lost."""
    state = _state(records, AS_OF)
    assert Counter(row["status"] for row in state) == {"customer": 425, "former": 75}
    plain = real.query(
        """
        select count(*) as subscriptions, sum(mrr_amount)::double as mrr, sum(seats)::bigint as seats
        from subscriptions
        where start_date <= date '2024-12-31' and (end_date is null or end_date > date '2024-12-31') and not is_trial
        """,
        **_files(),
    )
    totals = {key: sum(row[key] or 0 for row in state if row["subscriptions"]) for key in plain.column_names}
    assert [totals] == plain.to_pylist()
    assert {row["lost_on"] is None for row in state if row["status"] == "customer"} == {True}


def test_a_loss_lasts_until_something_new_is_paid_for(records: pa.Table) -> None:
    """The same by plain SQL: lost at the end = a churn event on or after the last paid start."""
    plain = real.query(
        """
        with starts as (
            select s.account_id, max(s.start_date) as last_start
            from subscriptions s
            where not s.is_trial and (s.end_date is null or s.end_date > s.start_date)
                and not exists (
                    from churn_events e where e.account_id = s.account_id and e.churn_date = s.start_date
                )
            group by s.account_id
        )
        select e.account_id, min(e.churn_date) as lost_on
        from churn_events e left join starts s using (account_id)
        where s.last_start is null or e.churn_date > s.last_start
        group by e.account_id
        order by e.account_id
        """,
        **_files(),
    )
    lost = sorted(row["lost_on"] for row in _state(records, AS_OF) if row["status"] == "former")
    assert lost == sorted(plain["lost_on"].to_pylist())


def test_a_churn_event_makes_an_account_former_on_its_day_and_never_a_customer(records: pa.Table) -> None:
    rows = [row for row in records.select(["account", "name", "day"]).to_pylist() if row["name"] == "account_lost"]
    days = sorted({row["day"] for row in rows})[::20]
    statuses = {(row["account"], row["as_of"]): row["status"] for row in _state(records, *days)}
    assert len(days) == 16
    assert {statuses[row["account"], row["day"]] for row in rows if row["day"] in days} == {"former"}
