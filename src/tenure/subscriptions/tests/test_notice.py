"""The last day for notice, and seats that come in packs: golden values, the same in SQL and in the rules."""

from datetime import date
from typing import Any

import pytest

from tenure.subscriptions import rules
from tenure.subscriptions.rules import Record, Terms
from tenure.subscriptions.tests import log

D = date.fromisoformat


def sources(*records: Record) -> Any:
    return log.table(log.rows(1, records))


def record(day: str, *, kind: Any = "subscription_started", name: str = "s", **terms: Any) -> Record:
    return Record(kind, D(day), D(day), name, Terms(mrr_minor=1000, **terms))


@pytest.mark.parametrize(
    ("term_end", "period", "unit", "expected"),
    [
        ("2024-12-31", 30, "days", "2024-12-01"),
        ("2024-12-31", 30, None, "2024-12-01"),
        ("2024-12-31", 3, "months", "2024-09-30"),
        ("2024-03-31", 1, "months", "2024-02-29"),
        ("2025-03-31", 1, "months", "2025-02-28"),
        ("2024-03-30", 30, "days", "2024-02-29"),
        ("2024-02-29", 12, "months", "2023-02-28"),
        ("2025-01-15", 1, "months", "2024-12-15"),
        ("2024-05-01", 0, "months", "2024-05-01"),
        ("2024-05-01", None, "months", None),
        ("2024-05-01", 5000, "days", None),
    ],
)
def test_the_last_day_for_notice(term_end: str, period: int | None, unit: str | None, expected: str | None) -> None:
    """Months of 28 to 31 days; counted back from a 31st they end on the last day there is."""
    began = record("2023-01-10", term_end=D(term_end), notice_period=period, notice_unit=unit)
    (found,) = log.run("renewals", sources(began), as_of=[D("2023-01-11")], accounts={1: None}, since=None)
    assert found["notice_on"] == (D(expected) if expected else None)
    if period != 5000:
        assert rules.notice_on(began.terms, D(term_end)) == found["notice_on"]


@pytest.mark.parametrize(
    ("as_of", "renewal", "notice"),
    [
        ("2024-04-30", "2024-06-30", "2024-04-30"),
        ("2024-05-01", "2024-06-30", None),
        ("2024-06-30", "2024-06-30", None),
        ("2024-07-01", "2025-06-30", "2025-04-30"),
    ],
    ids=["on the day", "too late for this term", "on the day it renews", "a term later"],
)
def test_an_account_has_the_next_day_for_notice(as_of: str, renewal: str, notice: str | None) -> None:
    began = record("2023-07-01", term_end=D("2024-06-30"), billing="annual", notice_period=2, notice_unit="months")
    (found,) = log.run("account_state", sources(began), as_of=[D(as_of)], accounts={1: None}, since=D("2023-07-01"))
    assert (found["renewal_on"], found["notice_on"]) == (D(renewal), D(notice) if notice else None)


@pytest.mark.parametrize(("billing", "renewal"), [(None, None), ("monthly", date(2024, 1, 1))])
def test_what_runs_without_an_end_has_no_day_for_notice(billing: str | None, renewal: date | None) -> None:
    began = record("2023-07-01", billing=billing, notice_period=0, notice_unit="days")
    (found,) = log.run(
        "account_state", sources(began), as_of=[D("2024-01-01")], accounts={1: None}, since=D("2023-07-01")
    )
    assert (found["renewal_on"], found["notice_on"]) == (renewal, None)


def test_seats_come_in_packs_where_they_are_not_told() -> None:
    """Told seats stand until packs are told again; a record that says both means its seats."""
    changed: Any = "subscription_changed"
    records = [
        record("2024-01-01", packs=3, pack_size=5),
        record("2024-02-01", kind=changed, packs=4),
        record("2024-03-01", kind=changed, seats=13),
        record("2024-04-01", kind=changed, plan="Pro"),
        record("2024-05-01", kind=changed, pack_size=10),
        record("2024-06-01", kind=changed, packs=5, seats=48),
        record("2024-01-01", name="no size", packs=2),
    ]
    found = log.run("periods", sources(*records), as_of=[D("2024-07-01")], accounts={1: None}, since=None)
    calendar = rules.held(records, D("2024-07-01"))
    seats = {(row["subscription"], row["valid_from"]): row["seats"] for row in found}
    assert [seats["s", date(2024, month, 1)] for month in range(1, 7)] == [15, 20, 13, 13, 40, 48]
    assert seats["no size", D("2024-01-01")] is None
    assert {(name, day): calendar[day][name].seats for name, day in seats} == seats
