"""The SQL and the text-book rules are two implementations of one meaning: they agree on generated records."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tenure.subscriptions import due, rules
from tenure.subscriptions.queries import closes
from tenure.subscriptions.rules import Record, RecordKind, Terms
from tenure.subscriptions.tests import log

START = date(2024, 1, 29)  # a month whose next has no 30th and 31st
_days = (st.sampled_from([0, 31, 60]) | st.integers(0, 75)).map(lambda n: START + timedelta(days=n))
"""Some of them a month apart, so that terms end on days on which something else happens."""
_terms = st.builds(
    Terms,
    plan=st.none() | st.sampled_from(["Basic", "Pro"]),
    seats=st.none() | st.integers(1, 9),
    packs=st.none() | st.integers(1, 3),
    pack_size=st.none() | st.just(5),
    mrr_minor=st.none() | st.sampled_from([0, 500, 900]),
    is_trial=st.none() | st.booleans(),
    billing=st.none() | st.sampled_from(["monthly", "annual"]),
    term_end=st.none() | _days,
    notice_period=st.none() | st.sampled_from([0, 1, 2, 30]),
    notice_unit=st.sampled_from([None, "days", "months"]),
)


_KINDS: list[RecordKind] = [
    "subscription_started", "subscription_started", "subscription_changed", "subscription_ended", "account_lost",
    "account_signed_up",
]  # fmt: skip


@st.composite
def _record(
    draw: st.DrawFn,
    terms: st.SearchStrategy[Terms] = _terms,
    kinds: Sequence[RecordKind] = _KINDS,
    days: st.SearchStrategy[date] = _days,
) -> Record:
    day = draw(days)
    retracted = draw(st.sampled_from([None, None, None, 0, 15]))
    kind = draw(st.sampled_from(kinds))
    known = day + timedelta(days=draw(st.sampled_from([0, 0, 0, 1, 20])))
    return Record(
        kind=kind,
        day=day,
        known_day=known,
        subscription=draw(st.sampled_from(["s1", "s2"])) if kind.startswith("subscription") else "",
        terms=draw(terms) if kind in ("subscription_started", "subscription_changed") else Terms(),
        retracted_on=None if retracted is None else known + timedelta(days=retracted),
    )


def _one_kind_a_day(records: list[Record]) -> list[Record]:
    """Two records of one kind, subscription and day have no order: keep the first."""
    return list({(r.kind, r.day, r.subscription): r for r in reversed(records)}.values())


_records = st.lists(_record(), max_size=8).map(_one_kind_a_day)


def _since(records: Sequence[Record]) -> date | None:
    return min((r.known_day for r in records if r.kind.startswith("subscription")), default=None)


@settings(max_examples=30, deadline=None)
@given(
    accounts=st.lists(st.tuples(_records, st.none() | _days), min_size=1, max_size=4),
    as_of=st.lists(_days, min_size=1, max_size=4, unique=True),
)
def test_the_state_of_accounts(accounts: list[tuple[list[Record], date | None]], as_of: list[date]) -> None:
    since = _since([record for records, _ in accounts for record in records])
    found = log.run(
        "account_state",
        log.table([row for number, (records, _) in enumerate(accounts) for row in log.rows(number, records)]),
        as_of=as_of,
        accounts={number: started_on for number, (_, started_on) in enumerate(accounts)},
        since=since,
    )
    states = {(row["account"], row["as_of"]): log.made(rules.State, row) for row in found}
    assert states == {
        (number, day): rules.state(records, day, subscriptions_since=since, started_on=started_on)
        for number, (records, started_on) in enumerate(accounts)
        for day in as_of
    }


@settings(max_examples=30, deadline=None)
@given(records=_records, as_of=_days)
def test_the_terms_of_every_day(records: list[Record], as_of: date) -> None:
    found = log.run("periods", log.table(log.rows(1, records)), as_of=[as_of], accounts={1: None}, since=None)
    known = [record for record in records if record.stands(as_of)]
    for day, expected in rules.held(known, as_of).items():
        found_terms = {
            row["subscription"]: (row["plan"], row["seats"], row["mrr_minor"], row["is_paid"], row["term_end"])
            for row in found
            if row["valid_from"] <= day and (row["valid_to"] is None or row["valid_to"] > day)
        }
        assert found_terms == {
            key: (terms.plan, terms.seats, terms.mrr_minor, terms.is_paid, terms.term_end)
            for key, terms in expected.items()
        }


def _on_time(records: list[Record]) -> list[Record]:
    return [replace(r, known_day=r.day, retracted_on=None) for r in records if r.kind != "account_signed_up"]


@settings(max_examples=40, deadline=None)
@given(
    accounts=st.lists(_records.map(_on_time), min_size=1, max_size=5),
    as_of=st.lists(_days, min_size=1, max_size=3, unique=True),
    horizon=st.integers(1, 60),
)
def test_what_became_of_customers(accounts: list[list[Record]], as_of: list[date], horizon: int) -> None:
    known = START + timedelta(days=100)
    table = log.table([row for number, records in enumerate(accounts) for row in log.rows(number, records)])
    everyone = dict.fromkeys(range(len(accounts)))
    then = [log.run(name, table, as_of=as_of, accounts=everyone, since=START) for name in ("account_state", "renewals")]
    found = log.outcomes(
        customers=[row for row in then[0] if row["status"] == "customer"],
        due=[row for row in then[1] if row["renewal_on"]],
        periods=log.run("periods", table, as_of=[known], accounts=everyone, since=START),
        marks=log.run("marks", table, as_of=[known], accounts=everyone, since=START),
        horizon=horizon,
        known=known,
    )
    assert {(row["account"], row["as_of"]): log.made(rules.Outcome, row) for row in found} == {
        (row["account"], row["as_of"]): rules.outcome(
            accounts[row["account"]], row["as_of"], last=min(row["as_of"] + timedelta(days=horizon), known)
        )
        for row in then[0]
        if row["status"] == "customer"
    }


_EUR = st.lists(st.none() | st.decimals(min_value="0.5", max_value="2", places=3), min_size=5, max_size=5)
_money = st.builds(
    Terms,
    plan=st.none() | st.sampled_from(["Basic", "Pro"]),
    product=st.none() | st.sampled_from(["Desk", "Chat"]),
    seats=st.none() | st.integers(0, 9),
    mrr_minor=st.none() | st.sampled_from([0, 1, 500, 907, 907, 1200]),
    currency=st.sampled_from([None, "USD", "EUR"]),
    is_trial=st.sampled_from([None, None, None, False, False, True]),
)
_PAYING: list[RecordKind] = [
    "subscription_started", "subscription_changed", "subscription_changed", "subscription_changed",
    "subscription_changed", "subscription_ended",
]  # fmt: skip
_ledgers = st.tuples(
    st.lists(_record(_money, ["subscription_started"], st.just(START)), min_size=1, max_size=2),
    st.lists(_record(_money, _PAYING), min_size=2, max_size=9),
).map(lambda parts: _one_kind_a_day([*parts[0], *parts[1]]))
_late = st.integers(58, 110).map(lambda n: START + timedelta(days=n))


@settings(max_examples=40, deadline=None)
@given(accounts=st.lists(_ledgers, min_size=1, max_size=4), eur=_EUR, as_of=_late)
def test_the_ledger_and_that_it_adds_up(accounts: list[list[Record]], eur: list[Decimal | None], as_of: date) -> None:
    """With records that become known late and are taken back, two currencies, and months in which one has no rate."""
    months = closes(START, as_of)
    ends = list(zip(months.to_pylist(), eur, strict=False))
    priced = [
        ("EUR", end["month"], end["closes_on"] + timedelta(days=1), str(rate)) for end, rate in ends if rate is not None
    ]
    found = log.run(
        "ledger",
        log.table([row for number, records in enumerate(accounts) for row in log.rows(number, records)]),
        as_of=[as_of],
        accounts=dict.fromkeys(range(len(accounts))),
        since=None,
        more={"closes": months, "rates": log.rates(*priced)},
    )
    rates = [{"USD": Decimal(1), **({} if rate is None else {"EUR": rate})} for _, rate in ends]
    expected = []
    for number, records in enumerate(accounts):
        calendar = rules.held([record for record in records if record.stands(as_of)], as_of)
        closed = [(end["month"], calendar.get(end["closes_on"], {})) for end, _ in ends]
        ledger = rules.movements(closed, rates, own="USD")
        expected += [(number, move) for move in ledger]
        closing = 0
        for move in ledger:
            parts = move.new + move.expansion + move.contraction + move.churn + move.reactivation + move.fx
            assert (move.opening, move.opening + parts) == (closing, move.closing)
            assert move.by_price + move.by_seats + move.by_plan + move.by_product == move.expansion + move.contraction
            closing = move.closing
        terms = rules.paid(closed[-1][1]).values()
        assert closing == sum(
            rules._rounded(each.mrr_minor * rates[-1][each.currency or "USD"])
            for each in terms
            if each.mrr_minor is not None and (each.currency or "USD") in rates[-1]
        )
    assert [(row["account"], log.made(rules.Movement, row)) for row in found] == expected


def _subscribed(**terms: Any) -> tuple[Terms, int]:
    return Terms(**terms), terms["mrr_minor"]


@pytest.mark.parametrize(
    ("then", "now", "expected"),
    [
        ({"a": {"seats": 10, "mrr_minor": 1000}}, {"a": {"seats": 12, "mrr_minor": 1320}},
         {"by_seats": 200, "by_price": 120}),
        ({"a": {"seats": 3, "mrr_minor": 1000}}, {"a": {"seats": 2, "mrr_minor": 667}}, {"by_seats": -333}),
        ({"a": {"seats": 3, "mrr_minor": 1000}}, {"a": {"seats": 2, "mrr_minor": 666}},
         {"by_seats": -333, "by_price": -1}),
        ({"a": {"seats": 5, "mrr_minor": 1000}}, {"a": {"seats": 5, "mrr_minor": 800}}, {"by_price": -200}),
        ({"a": {"seats": 5, "plan": "Pro", "mrr_minor": 1000}}, {"a": {"seats": 9, "plan": "Max", "mrr_minor": 3000}},
         {"by_plan": 2000}),
        ({"a": {"mrr_minor": 1000}}, {"a": {"plan": "Pro", "mrr_minor": 1100}}, {"by_price": 100}),
        ({"a": {"product": "Desk", "plan": "Pro", "mrr_minor": 1000}},
         {"a": {"product": "Chat", "plan": "Max", "mrr_minor": 900}}, {"by_product": -100}),
        ({"a": {"mrr_minor": 1000}, "b": {"mrr_minor": 50}}, {"a": {"mrr_minor": 1000}, "c": {"mrr_minor": 70}},
         {"by_product": 20}),
    ],
    ids=["more seats at more", "fewer seats, rounded", "what rounding leaves is price", "a discount", "another plan",
         "a plan that is only told now", "another product", "one went, one came"],
)  # fmt: skip
def test_why_mrr_changed(
    then: dict[str, dict[str, Any]], now: dict[str, dict[str, Any]], expected: dict[str, int]
) -> None:
    told = [{key: _subscribed(**terms) for key, terms in each.items()} for each in (then, now)]
    assert rules.split(*told) == {**dict.fromkeys(rules.SPLIT, 0), **expected}


@settings(max_examples=60, deadline=None)
@given(accounts=st.lists(_records.map(_on_time), min_size=1, max_size=4))
def test_which_renewals_come_due(accounts: list[list[Record]]) -> None:
    as_of = START + timedelta(days=140)
    table = log.table([row for number, records in enumerate(accounts) for row in log.rows(number, records)])
    everyone = dict.fromkeys(range(len(accounts)))
    periods = log.run("periods", table, as_of=[as_of], accounts=everyone, since=START)
    assert log.renewals_due(periods, as_of=as_of) == {
        (number, each.due_on): (each.before, each.after)
        for number, records in enumerate(accounts)
        for each in due.renewals_due(rules.held(records, as_of))
    }
