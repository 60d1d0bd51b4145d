"""Which renewals come due, case by case; `test_sql_is_rules.py` holds the SQL to the same."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any, Literal

import pyarrow as pa
import pytest

from tenure.base import paths
from tenure.subscriptions import due
from tenure.subscriptions.contracts import RENEWALS_DUE
from tenure.subscriptions.due import Due
from tenure.subscriptions.rules import Record, Terms, held
from tenure.subscriptions.tests import log

D = date.fromisoformat
AS_OF = D("2025-03-31")


def said(kind: Literal["started", "changed", "ended"], day: str, key: str = "a", **terms: Any) -> Record:
    return Record(f"subscription_{kind}", D(day), D(day), key, Terms(**terms))  # type: ignore[arg-type]


def dues(*records: Record) -> Sequence[Due]:
    """What the rules say, which the SQL has to say too."""
    found = due.renewals_due(held(records, AS_OF))
    periods = log.run("periods", log.table(log.rows(1, records)), as_of=[AS_OF], accounts={1: None}, since=None)
    assert log.renewals_due(periods, as_of=AS_OF) == {(1, each.due_on): (each.before, each.after) for each in found}
    return found


YEARLY = said("started", "2024-02-10", billing="annual", mrr_minor=100)


@pytest.mark.parametrize(
    ("then", "expected"),
    [
        ([], [Due(D("2025-02-10"), 100, 100)]),
        ([said("changed", "2025-02-10", mrr_minor=130)], [Due(D("2025-02-10"), 100, 130)]),
        ([said("changed", "2024-08-01", mrr_minor=130)], [Due(D("2025-02-10"), 130, 130)]),
        ([said("ended", "2025-02-10")], [Due(D("2025-02-10"), 100, 0)]),
        ([said("ended", "2024-06-01")], [Due(D("2025-02-10"), 100, 0)]),
    ],
    ids=["as it was", "with uplift", "grown in between", "not renewed", "ended before its time"],
)
def test_a_term_is_due_on_the_day_it_ends(then: list[Record], expected: list[Due]) -> None:
    assert dues(YEARLY, *then) == expected


def test_who_left_when_the_term_ended_is_due_once() -> None:
    monthly = said("started", "2024-12-10", billing="monthly", mrr_minor=100)
    lost = [Due(D("2025-01-10"), 100, 100), Due(D("2025-02-10"), 100, 0)]
    assert dues(monthly, said("ended", "2025-02-10")) == lost


def test_what_takes_the_place_of_a_subscription_renews_it() -> None:
    other = said("started", "2025-02-10", "b", billing="annual", mrr_minor=90)
    assert dues(YEARLY, said("ended", "2025-02-10"), other) == [Due(D("2025-02-10"), 100, 90)]
    late = said("started", "2025-02-11", "b", billing="annual", mrr_minor=90)
    assert dues(YEARLY, said("ended", "2025-02-10"), late) == [Due(D("2025-02-10"), 100, 0)]


def test_a_date_that_is_moved_later_is_due_all_the_same_and_earlier_once() -> None:
    later = said("changed", "2025-01-20", term_end=D("2025-03-20"))
    assert dues(YEARLY, later) == [Due(D("2025-02-10"), 100, 100), Due(D("2025-03-20"), 100, 100)]
    earlier = said("changed", "2025-01-20", term_end=D("2025-02-01"))
    assert dues(YEARLY, earlier) == [Due(D("2025-02-01"), 100, 100)]


def test_trials_and_what_costs_nothing_have_nothing_to_renew() -> None:
    trial = said("started", "2025-01-01", billing="monthly", mrr_minor=100, is_trial=True)
    free = said("started", "2025-01-01", billing="monthly", mrr_minor=0)
    endless = said("started", "2025-01-01", mrr_minor=100)
    assert [list(dues(each)) for each in (trial, free, endless)] == [[], [], []]


def test_the_file_is_replaced_account_by_account(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paths, "home", lambda: tmp_path)

    def rows(*found: tuple[int, int]) -> pa.Table:
        named = [{"account": a, "due_on": AS_OF, "paid_before": 9, "paid_after": after} for a, after in found]
        return pa.Table.from_pylist(named, schema=RENEWALS_DUE)

    due.keep("acme", rows((1, 9), (2, 9)), as_of=AS_OF)
    due.keep("acme", rows((2, 0)), as_of=AS_OF, accounts=[2])
    due.keep("acme", rows((1, 0)), as_of=D("2025-04-01"), accounts=[1])  # of another day: made anew by the cycle
    kept = due.kept_due("acme")
    assert kept is not None
    assert kept.as_of == AS_OF
    assert kept.rows.select(["account", "paid_after"]).to_pylist() == [
        {"account": 1, "paid_after": 9}, {"account": 2, "paid_after": 0},
    ]  # fmt: skip
    assert due.first_kept(AS_OF) == D("2023-03-01")
