"""The SQL and the text-book rules are two implementations of one meaning: they agree on generated records."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

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
    mrr_minor=st.none() | st.sampled_from([0, 500, 900]),
    is_trial=st.none() | st.booleans(),
    billing=st.none() | st.sampled_from(["monthly", "annual"]),
    term_end=st.none() | _days,
)


_KINDS: list[RecordKind] = [
    "subscription_started", "subscription_started", "subscription_changed", "subscription_ended", "account_lost",
    "account_signed_up",
]  # fmt: skip


@st.composite
def _record(draw: st.DrawFn) -> Record:
    day = draw(_days)
    late = draw(st.sampled_from([0, 0, 0, 1, 20]))
    retracted = draw(st.sampled_from([None, None, None, 0, 15]))
    kind = draw(st.sampled_from(_KINDS))
    known = day + timedelta(days=late)
    return Record(
        kind=kind,
        day=day,
        known_day=known,
        subscription=draw(st.sampled_from(["s1", "s2"])) if kind.startswith("subscription") else "",
        terms=draw(_terms) if kind in ("subscription_started", "subscription_changed") else Terms(),
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


_amounts = st.dictionaries(st.sampled_from(["USD", "EUR"]), st.integers(0, 5000), max_size=2)
_eur = st.decimals(min_value="0.5", max_value="2", places=3)


@settings(max_examples=40, deadline=None)
@given(months=st.lists(st.tuples(_amounts, _eur), min_size=1, max_size=6))
def test_the_ledger_and_that_it_adds_up(months: list[tuple[dict[str, int], Decimal]]) -> None:
    as_of = date(2024, len(months), 28)
    calendar = closes(date(2024, 1, 1), as_of).to_pylist()
    records = []
    for place, (amounts, _) in enumerate(months):
        first = calendar[place]["month"]
        after = date(2024, place + 2, 1)
        for currency, minor in amounts.items():
            key = f"{currency}-{place}"
            records += [
                Record("subscription_started", first, first, key, Terms(mrr_minor=minor, currency=currency)),
                Record("subscription_ended", after, after, key),
            ]
    eur = [
        ("EUR", close["month"], date(2024, place + 2, 1), str(months[place][1])) for place, close in enumerate(calendar)
    ]
    found = log.run(
        "ledger",
        log.table(log.rows(1, records)),
        as_of=[as_of],
        accounts={1: None},
        since=None,
        more={"closes": closes(date(2024, 1, 1), as_of), "rates": log.rates(*eur)},
    )
    ledger = sorted((log.made(rules.Movement, row) for row in found), key=lambda move: move.month)
    held = [(close["month"], amounts) for close, (amounts, _) in zip(calendar, months, strict=True)]
    assert ledger == rules.movements(held, [{"USD": Decimal(1), "EUR": rate} for _, rate in months])
    closing = 0
    for move in ledger:
        parts = move.new + move.expansion + move.contraction + move.churn + move.reactivation + move.fx
        assert (move.opening, move.opening + parts) == (closing, move.closing)
        closing = move.closing
    last = months[-1]
    assert closing == rules._converted(last[0], {"USD": Decimal(1), "EUR": last[1]})


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
