"""What is stated ahead is told as coming, counts from its day on, and is gone when it is taken back."""

from datetime import UTC, date, datetime

import pytest

from tenure.base.money import Money
from tenure.events.actions import append
from tenure.events.queries import open_lake
from tenure.subscriptions.account import account_money
from tenure.subscriptions.coming import next_changes
from tenure.subscriptions.contracts import ComingRow
from tenure.subscriptions.queries import account_state
from tenure.subscriptions.rules import Record, Terms
from tenure.subscriptions.tests import log
from tenure.subscriptions.tests.test_jobs import PRO, D, account, changed, cycle, ended, started, usd
from tenure.tenants.models import Workspace

__all__ = ["account"]

NOW = {"account": 1, "subscription": "s1", "plan": "Pro", "product": "", "seats": 5, "mrr_minor": 5000,
       "is_trial": False}  # fmt: skip


def stated(name: str, day: str, **said: object) -> dict[str, object]:
    return {"account": 1, "subscription": "s1", "name": name, "day": date.fromisoformat(day), "plan": None,
            "product": None, "seats": None, "mrr_minor": None, "is_trial": None, **said}  # fmt: skip


def test_the_first_that_changes_anything_is_next_and_what_it_leaves_out_stays() -> None:
    same = stated("subscription_changed", "2025-03-01", mrr_minor=5000)
    fewer = stated("subscription_changed", "2025-04-01", seats=3)
    end = stated("subscription_ended", "2025-05-01")
    (found,) = next_changes([NOW], [same, fewer, end])
    assert (found["day"], found["ends"], found["seats"], found["mrr_minor"]) == (date(2025, 4, 1), False, 3, 5000)
    (found,) = next_changes([NOW], [same, end])
    assert (found["day"], found["ends"], found["mrr_minor"]) == (date(2025, 5, 1), True, 0)
    assert list(next_changes([NOW], [same, {**end, "subscription": "s2"}])) == []
    (found,) = next_changes([NOW], [stated("subscription_changed", "2025-05-01", mrr_minor=9), end])
    assert (found["ends"], found["mrr_minor"]) == (True, 0)


def stated_ahead(account: int, now: list[Record], ahead: list[tuple[Record, str, int]]) -> None:
    """Records, and those of later days with the day they were received on: known on their own day, or taken back."""
    rows = log.rows(account, now)
    for number, (record, received, sign) in enumerate(ahead, start=10):
        (row,) = log.rows(account, [record])
        name = f"{record.kind}-{record.day}"
        rows.append({**row, "received_at": datetime.fromisoformat(received).replace(tzinfo=UTC), "sign": sign,
                     "message_id": name, "content": number if sign > 0 else number - 1})  # fmt: skip
    append(open_lake("acme"), "events", log.table(rows), writer=f"test{account}", run=1)


@pytest.mark.django_db
def test_a_change_is_told_ahead_and_counts_from_its_day(workspace: Workspace, account: int) -> None:
    lite = Terms(plan="Lite", seats=2, mrr_minor=2000)
    stated_ahead(
        account,
        [started("2024-01-15")],
        [(ended("2024-06-01"), "2024-02-01", 1), (ended("2024-06-01"), "2024-02-20", -1),
         (changed("2024-05-01", lite), "2024-02-01", 1), (changed("2024-04-01", Terms(seats=9)), "2024-03-10", 1)],
    )  # fmt: skip
    cycle(workspace, "2024-01-31")
    assert account_money(account).coming == ()
    cycle(workspace, "2024-03-01")
    coming = ComingRow("s1", D("2024-05-01"), False, "Lite", "", 2, usd(2000))
    assert account_money(account).coming == (coming,)
    assert account_money(account).subscriptions[0].mrr == Money(5000, "USD")
    cycle(workspace, "2024-05-01")
    assert account_money(account).coming == ()
    assert (account_money(account).subscriptions[0].plan, PRO.plan) == ("Lite", "Pro")
    days = [D("2024-04-30"), D("2024-05-01")]
    rows = account_state(open_lake("acme"), as_of=days, accounts=[account]).to_pylist()
    assert {row["as_of"]: row["mrr_minor"] for row in rows} == dict(zip(days, [5000, 2000], strict=True))
