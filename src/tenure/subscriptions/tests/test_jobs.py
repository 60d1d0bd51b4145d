"""The copies for pages follow the log, whatever happened in it."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError

from tenure.base import paths
from tenure.base.cycle import StageReport, StageRun
from tenure.base.money import Money
from tenure.base.refusals import Invalid
from tenure.customers.actions import upsert_accounts
from tenure.customers.contracts import AccountUpsert
from tenure.events.actions import append
from tenure.events.queries import open_lake
from tenure.subscriptions import kept
from tenure.subscriptions.account import account_money, periods_of_account
from tenure.subscriptions.actions import set_rates
from tenure.subscriptions.contracts import InvoiceRow, MovementRow, PeriodRow, Rate, SubscriptionRow
from tenure.subscriptions.jobs import run_stage
from tenure.subscriptions.models import Derivation, ExchangeRate, Movement, Period, Subscription
from tenure.subscriptions.queries import account_state, ledger, outcomes
from tenure.subscriptions.rules import Record, Terms
from tenure.subscriptions.tests import log
from tenure.tenants.models import Member, Workspace
from tenure.tenants.queries import members_by_id

pytestmark = pytest.mark.django_db
D = date.fromisoformat
PRO = Terms(plan="Pro", seats=5, mrr_minor=5000, currency="USD", billing="monthly", auto_renew=True)


def started(day: str, terms: Terms = PRO, subscription: str = "s1") -> Record:
    return Record("subscription_started", D(day), D(day), subscription, terms)


def changed(day: str, terms: Terms, subscription: str = "s1") -> Record:
    return Record("subscription_changed", D(day), D(day), subscription, terms)


def ended(day: str, subscription: str = "s1") -> Record:
    return Record("subscription_ended", D(day), D(day), subscription)


@pytest.fixture
def account(workspace: Workspace) -> int:
    return upsert_accounts([AccountUpsert("a")]).ids["a"]


def write(account: int, records: Sequence[Record], run: int = 1) -> None:
    append(open_lake("acme"), "events", log.table(log.rows(account, records)), writer=f"test{account}", run=run)


def cycle(workspace: Workspace, as_of: str, *, full: bool = False) -> StageReport:
    day = D(as_of)
    return run_stage(StageRun(workspace.pk, workspace.slug, as_of=day, days=(day,), full=full))


def usd(minor: int) -> Money:
    return Money(minor, "USD")


def test_an_account_shows_its_subscriptions_periods_and_movements(workspace: Workspace, account: int) -> None:
    more = Terms(seats=8, mrr_minor=8000)
    write(account, [started("2024-01-15"), changed("2024-03-10", more), started("2024-03-20", PRO, "s2")])
    assert cycle(workspace, "2024-04-10") == StageReport(rows=1, note="all accounts")
    assert account_money(account).subscriptions == (
        SubscriptionRow(
            "s2", "Pro", "", 5, usd(5000), False, "monthly", True, D("2024-03-20"), None, D("2024-04-20"), None, None
        ),
        SubscriptionRow(
            "s1", "Pro", "", 8, usd(8000), False, "monthly", True, D("2024-01-15"), None, D("2024-04-15"), None, None
        ),
    )
    assert account_money(account).movements == (
        MovementRow(
            D("2024-03-01"),
            usd(5000),
            usd(13000),
            (("expansion", usd(8000)),),
            (("seats", usd(3000)), ("product", usd(5000))),
        ),
        MovementRow(D("2024-01-01"), usd(0), usd(5000), (("new", usd(5000)),), ()),
    )
    assert periods_of_account(account) == [
        PeriodRow("s2", D("2024-03-20"), None, "Pro", 5, usd(5000), False),
        PeriodRow("s1", D("2024-03-10"), None, "Pro", 8, usd(8000), False),
        PeriodRow("s1", D("2024-01-15"), D("2024-03-10"), "Pro", 5, usd(5000), False),
    ]


def test_a_second_run_writes_nothing(workspace: Workspace, account: int) -> None:
    write(account, [started("2024-01-15"), ended("2024-02-20")])
    cycle(workspace, "2024-04-10")
    before = [list(model.objects.order_by("id").values()) for model in (Subscription, Period, Movement)]
    assert cycle(workspace, "2024-04-10") == StageReport(rows=0)
    assert cycle(workspace, "2024-04-10", full=True).rows == 1
    assert [list(model.objects.order_by("id").values()) for model in (Subscription, Period, Movement)] == before


def test_only_accounts_with_new_events_are_derived_again(workspace: Workspace, account: int) -> None:
    other = upsert_accounts([AccountUpsert("b")]).ids["b"]
    write(account, [started("2024-01-15")])
    write(other, [started("2024-01-15")])
    assert cycle(workspace, "2024-04-10").rows == 2
    write(other, [ended("2024-02-01")], run=2)
    assert cycle(workspace, "2024-04-10") == StageReport(rows=1)
    assert dict(Subscription.objects.values_list("account", "ended_on")) == {account: None, other: D("2024-02-01")}


def test_what_was_retracted_disappears(workspace: Workspace, account: int) -> None:
    records = [started("2024-01-15"), started("2024-02-01", PRO, "s2")]
    write(account, records)
    cycle(workspace, "2024-04-10")
    gone = Record("subscription_started", D("2024-02-01"), D("2024-02-01"), "s2", PRO, retracted_on=D("2024-04-01"))
    retraction = log.rows(account, [records[0], gone])[-1]
    append(open_lake("acme"), "events", log.table([retraction]), writer="corrections", run=1)
    cycle(workspace, "2024-04-10")
    assert list(Subscription.objects.values_list("external_id", flat=True)) == ["s1"]
    assert list(Period.objects.values_list("subscription", flat=True)) == ["s1"]
    assert list(Movement.objects.values_list("month", "closing_minor")) == [(D("2024-01-01"), 5000)]


def _on(row: dict[str, object], day: str) -> dict[str, object]:
    return {**row, "day": D(day), "known_day": D(day)}


def test_invoices_are_shown_with_the_day_they_were_paid(workspace: Workspace, account: int) -> None:
    rows = log.rows(account, [started("2024-01-15")])
    said = '{"id": "I-1", "due_on": "2024-02-01", "currency": "USD"}'
    bill = {**rows[0], "name": "invoice_issued", "message_id": "i1", "value": 5000.0, "properties": said}
    paid = {**_on(bill, "2024-02-09"), "name": "invoice_paid", "message_id": "p1", "properties": '{"id": "I-1"}'}
    open_bill = {**_on(bill, "2024-02-15"), "message_id": "i2", "properties": '{"id": "I-2"}'}
    append(open_lake("acme"), "events", log.table([*rows, bill, paid, open_bill]), writer="test", run=1)
    cycle(workspace, "2024-04-10")
    assert account_money(account).invoices == (
        InvoiceRow("I-2", D("2024-02-15"), None, None, usd(5000)),
        InvoiceRow("I-1", D("2024-01-15"), D("2024-02-01"), D("2024-02-09"), usd(5000)),
    )


def test_the_page_costs_two_queries_beside_the_workspace(
    workspace: Workspace, account: int, django_assert_num_queries: pytest.FixtureRequest
) -> None:
    write(account, [started("2024-01-15", PRO, f"s{n}") for n in range(7)])
    cycle(workspace, "2024-04-10")
    with django_assert_num_queries(2):  # type: ignore[operator]
        account_money(account)


def test_another_currency_counts_at_the_days_rate_and_rates_alone_are_fx(
    workspace: Workspace, account: int, ana: Member
) -> None:
    by = members_by_id([ana.pk])[ana.pk]
    write(account, [started("2024-01-15", Terms(mrr_minor=10000, currency="EUR"))])
    cycle(workspace, "2024-03-31")
    assert list(Movement.objects.all()) == []
    unknown = account_state(open_lake("acme"), as_of=D("2024-03-31")).to_pylist()[0]
    assert (unknown["mrr_minor"], unknown["mrr"], unknown["unconverted"]) == (None, None, 1)
    set_rates(
        rates=[Rate("EUR", D("2024-01-01"), Decimal("1.10")), Rate("eur", D("2024-03-01"), Decimal("1.05"))], by=by
    )
    assert cycle(workspace, "2024-03-31").note == "all accounts"
    assert account_money(account).movements == (
        MovementRow(D("2024-03-01"), usd(11000), usd(10500), (("fx", usd(-500)),), ()),
        MovementRow(D("2024-01-01"), usd(0), usd(11000), (("new", usd(11000)),), ()),
    )
    known = account_state(open_lake("acme"), as_of=[D("2024-02-29"), D("2024-03-31")]).sort_by("as_of")
    assert known["mrr"].to_pylist() == [110.0, 105.0]


def test_a_rate_in_a_currency_without_cents_is_scaled(workspace: Workspace, account: int) -> None:
    set_rates(rates=[Rate("JPY", D("2024-01-01"), Decimal("0.0065"))], by=None)
    write(account, [started("2024-01-15", Terms(mrr_minor=20000, currency="JPY"))])
    state = account_state(open_lake("acme"), as_of=D("2024-01-31")).to_pylist()[0]
    assert (state["mrr_minor"], state["mrr"]) == (13000, 130.0)


def test_a_wrong_rate_is_refused_and_none_is_set(workspace: Workspace, ana: Member) -> None:
    rates = [Rate("EUR", D("2024-01-01"), Decimal(1)), Rate("EUR", D("2024-02-01"), Decimal(0))]
    with pytest.raises(Invalid):
        set_rates(rates=rates, by=members_by_id([ana.pk])[ana.pk])
    assert ExchangeRate.objects.count() == 0


def test_the_database_refuses_movements_that_do_not_add_up(workspace: Workspace, account: int) -> None:
    parts = dict.fromkeys([f"{k}_minor" for k in ("new", "expansion", "contraction", "churn", "reactivation", "fx")], 0)
    with pytest.raises(IntegrityError):
        Movement.objects.create(account_id=account, month=D("2024-01-01"), opening_minor=0, closing_minor=1, **parts)


def test_a_late_record_changes_no_earlier_state(workspace: Workspace, account: int) -> None:
    days = [D("2024-02-01"), D("2024-03-01"), D("2024-05-01")]
    write(account, [started("2024-01-15")])
    before = account_state(open_lake("acme"), as_of=days).sort_by("as_of").to_pylist()
    late = Record("subscription_ended", D("2024-02-10"), D("2024-04-01"), "s1")
    write(account, [late], run=2)
    after = account_state(open_lake("acme"), as_of=days).sort_by("as_of").to_pylist()
    assert after[:2] == before[:2]
    assert (after[2]["status"], after[2]["lost_on"]) == ("former", D("2024-02-10"))


def test_one_account_alone_is_as_among_all(workspace: Workspace, account: int) -> None:
    other = upsert_accounts([AccountUpsert("b", started_on=D("2024-01-01"))]).ids["b"]
    write(account, [started("2024-01-15")])
    lake, day = open_lake("acme"), D("2024-03-01")
    everyone = {row["account"]: row for row in account_state(lake, as_of=day).to_pylist()}
    assert account_state(lake, as_of=day, accounts=[other]).to_pylist() == [everyone[other]]
    assert everyone[other]["status"] == "prospect"  # subscriptions are delivered, and it has none
    assert account_state(lake, as_of=day, accounts=[account]).to_pylist() == [everyone[account]]


def test_outcomes_of_customers(workspace: Workspace, account: int) -> None:
    ids = upsert_accounts([AccountUpsert(key) for key in "bcd"]).ids
    lake = open_lake("acme")
    write(account, [started("2024-01-15")])  # stays
    write(ids["b"], [started("2024-01-15"), ended("2024-02-20")])
    write(ids["c"], [started("2024-01-15"), changed("2024-02-09", Terms(mrr_minor=4751)),
                     changed("2024-02-12", Terms(mrr_minor=4750))])  # fmt: skip
    write(ids["d"], [started("2024-01-15"), Record("account_lost", D("2024-02-14"), D("2024-02-14"))])
    found = outcomes(lake, as_of=[D("2024-02-01"), D("2024-02-25")], horizon=30, known=D("2024-03-10"))
    assert sorted((tuple(row.values()) for row in found.to_pylist()), key=str) == [
        (D("2024-02-01"), account, None, None, D("2024-02-15"), True),
        (D("2024-02-01"), ids["b"], D("2024-02-20"), None, D("2024-02-15"), True),
        (D("2024-02-01"), ids["c"], None, D("2024-02-12"), D("2024-02-15"), True),
        (D("2024-02-01"), ids["d"], D("2024-02-14"), None, None, True),
        (D("2024-02-25"), account, None, None, None, False),
        (D("2024-02-25"), ids["c"], None, None, None, False),
    ]


def test_a_churn_that_becomes_known_late_is_an_outcome_of_the_days_before(workspace: Workspace, account: int) -> None:
    other = upsert_accounts([AccountUpsert("b")]).ids["b"]
    late = D("2024-02-20")
    write(account, [started("2024-01-15"), Record("subscription_ended", D("2024-02-01"), late, "s1")])
    write(other, [started("2024-01-15"), Record("account_lost", D("2024-02-03"), late)])
    found = outcomes(open_lake("acme"), as_of=[D("2024-02-10")], horizon=30, known=D("2024-03-20"))
    assert {row["account"]: (row["churned_on"], row["renewed_on"]) for row in found.to_pylist()} == {
        account: (D("2024-02-01"), None),
        other: (D("2024-02-03"), None),
    }


def test_outcomes_where_no_subscriptions_are_delivered(workspace: Workspace) -> None:
    rows = [AccountUpsert("a", started_on=D("2024-01-01")), AccountUpsert("b", started_on=D("2024-03-01"))]
    ids = upsert_accounts(rows).ids
    write(ids["a"], [Record("account_lost", D("2024-02-20"), D("2024-02-20"))])
    found = outcomes(open_lake("acme"), as_of=[D("2024-02-01")], horizon=30, known=D("2024-03-20"))
    assert [(row["account"], row["churned_on"]) for row in found.to_pylist()] == [(ids["a"], D("2024-02-20"))]


def test_the_ledger_closes_on_the_last_day_of_a_month_or_on_as_of(workspace: Workspace, account: int) -> None:
    write(account, [started("2024-01-31"), ended("2024-03-31")])
    found = ledger(open_lake("acme"), as_of=D("2024-03-30")).to_pylist()
    assert [(row["month"], row["opening"], row["closing"]) for row in found] == [(D("2024-01-01"), 0, 5000)]
    found = ledger(open_lake("acme"), as_of=D("2024-03-31")).sort_by("month").to_pylist()
    assert [(row["month"], row["churn"], row["closing"]) for row in found] == [
        (D("2024-01-01"), 0, 5000),
        (D("2024-03-01"), -5000, 0),
    ]


def test_nobody_is_derived_in_another_workspace(workspace: Workspace, account: int) -> None:
    cycle(workspace, "2024-04-10")
    assert Derivation.every_workspace.values_list("workspace", flat=True).get() == workspace.pk


def kept_rows() -> list[dict[str, object]]:
    found = kept.ledger("acme")
    assert found is not None
    return sorted(found.ledger.to_pylist(), key=lambda row: (row["account"], row["month"]))


def logged_rows(as_of: str) -> list[dict[str, object]]:
    rows = ledger(open_lake("acme"), as_of=D(as_of)).to_pylist()
    return sorted(rows, key=lambda row: (row["account"], row["month"]))


def test_the_kept_movements_are_those_of_the_log(workspace: Workspace, account: int) -> None:
    other = upsert_accounts([AccountUpsert("b")]).ids["b"]
    write(account, [started("2024-01-15")])
    write(other, [started("2024-01-15")])
    cycle(workspace, "2024-04-10")
    assert kept_rows() == logged_rows("2024-04-10") != []
    write(other, [ended("2024-02-01")], run=2)
    assert cycle(workspace, "2024-04-10").rows == 1
    assert kept_rows() == logged_rows("2024-04-10")
    assert [row["churn"] for row in kept_rows()] == [0, 0, -5000]
    cycle(workspace, "2024-06-10")
    found = kept.ledger("acme")
    assert found is not None
    assert found.as_of == D("2024-06-10")


def test_movements_that_were_thrown_away_are_kept_anew(workspace: Workspace, account: int) -> None:
    write(account, [started("2024-01-15")])
    cycle(workspace, "2024-04-10")
    (paths.home() / "current" / "acme" / kept.NAME).unlink()
    assert cycle(workspace, "2024-04-10").rows == 1
    assert kept_rows() == logged_rows("2024-04-10")
