"""Each kind of facts becomes the events of the log that it means, and what measures and the ledger make of them."""

from datetime import UTC, date, datetime

import pytest

from tenure.base import clock
from tenure.customers import queries as customers
from tenure.events import jobs
from tenure.events.queries import last_run, open_lake
from tenure.ingest.facts.models import StatedFact
from tenure.ingest.facts.tests.sending import counts, results, send, told
from tenure.ingest.tests.importing import standing
from tenure.measures import queries as measures
from tenure.measures.actions import publish_proposal
from tenure.subscriptions import queries as subscriptions

NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)
TODAY = date(2026, 3, 10)
SAID = "e.message_id, e.name, e.day, e.known_day, e.value, e.seconds, e.properties"


@pytest.fixture(autouse=True)
def _now() -> object:
    with clock.frozen(NOW):
        yield


def test_a_subscription_is_told_by_its_start_and_its_end(key: str) -> None:
    row = {
        "external_id": "s-1", "account": "a-1", "started_on": "2026-01-01", "ended_on": "2026-03-01", "plan": "pro",
        "seats": 5, "mrr_minor": 10_000, "currency": "USD", "is_trial": False, "billing": "annual",
        "auto_renew": True, "term_end": "2027-01-01", "product": "suite",
    }  # fmt: skip
    assert results(send("subscriptions", row, key=key, history=True)) == ["created"]
    terms = (
        '{"id":"s-1","plan":"pro","product":"suite","seats":5,"mrr_minor":10000,"currency":"USD","is_trial":false,'
        '"billing":"annual","auto_renew":true,"term_end":"2027-01-01"}'
    )
    ended, started = date(2026, 3, 1), date(2026, 1, 1)
    assert standing(SAID) == [
        ("facts-api/subscriptions/s-1/ended", "subscription_ended", ended, ended, None, None, terms),
        ("facts-api/subscriptions/s-1/started", "subscription_started", started, started, None, None, terms),
    ]


def test_a_change_of_terms_is_an_expansion_in_the_ledger(key: str) -> None:
    start = {"external_id": "s-1", "account": "a-1", "started_on": "2026-01-01", "mrr_minor": 10_000, "seats": 5}
    change = {"external_id": "s-1", "effective_on": "2026-02-10", "mrr_minor": 15_000}
    assert results(send("subscriptions", start, change, key=key, history=True)) == ["created", "created"]
    ledger = subscriptions.ledger(open_lake("acme"), as_of=TODAY).to_pylist()
    moves = {(row["month"], name): row[name] for row in ledger for name in ("new", "expansion") if row[name]}
    assert moves == {(date(2026, 1, 1), "new"): 10_000, (date(2026, 2, 1), "expansion"): 5_000}


def test_an_invoice_is_issued_and_then_paid(key: str) -> None:
    row = {
        "external_id": "i-1",
        "account": "a-1",
        "issued_on": "2026-02-01",
        "amount_minor": 99_00,
        "due_on": "2026-03-01",
    }
    assert results(send("invoices", row, key=key)) == ["created"]
    assert results(send("invoices", {"external_id": "i-1", "paid_on": "2026-03-09"}, key=key)) == ["updated"]
    said = '{"id":"i-1","currency":"USD"'
    assert standing(SAID) == [
        ("facts-api/invoices/i-1/issued", "invoice_issued", date(2026, 2, 1), TODAY, 9900.0, None,
         said + ',"due_on":"2026-03-01"}'),
        ("facts-api/invoices/i-1/paid", "invoice_paid", date(2026, 3, 9), TODAY, 9900.0, None, said + "}"),
    ]  # fmt: skip


def test_a_ticket_is_up_to_five_events(key: str) -> None:
    row = {
        "external_id": "t-1", "account": "a-1", "person": "p-1", "opened_at": "2026-03-09T10:00:00+02:00",
        "answered_at": "2026-03-09T09:00:00Z", "closed_at": "2026-03-10T08:00:00Z",
        "escalated_at": "2026-03-09T12:00:00Z", "subject": "It is slow", "priority": "high", "is_error": True,
        "satisfaction": 4,
    }  # fmt: skip
    assert results(send("tickets", row, key=key)) == ["created"]
    assert standing("e.name, e.at, e.seconds, e.value, e.properties") == [
        ("survey_answered", datetime(2026, 3, 10, 8, tzinfo=UTC), None, 4.0, '{"id":"t-1","kind":"csat","max":5}'),
        ("ticket_answered", datetime(2026, 3, 9, 9, tzinfo=UTC), 3_600.0, None, '{"id":"t-1"}'),
        ("ticket_closed", datetime(2026, 3, 10, 8, tzinfo=UTC), 86_400.0, None, '{"id":"t-1"}'),
        ("ticket_escalated", datetime(2026, 3, 9, 12, tzinfo=UTC), None, None, '{"id":"t-1"}'),
        ("ticket_opened", datetime(2026, 3, 9, 8, tzinfo=UTC), None, None,
         '{"id":"t-1","priority":"high","subject":"It is slow","is_error":true}'),
    ]  # fmt: skip
    assert list(customers.people_ids(["p-1"])) == ["p-1"]


def test_an_answer_to_a_survey_belongs_to_the_only_account_of_its_person(key: str) -> None:
    known = {"external_id": "t-1", "account": "a-2", "person": "p-1", "opened_at": "2026-03-09T10:00:00Z"}
    send("tickets", known, key=key)
    row = {"external_id": "n-1", "person": "p-1", "answered_at": "2026-03-10T10:00:00Z", "kind": "nps", "score": 9}
    assert results(send("survey-answers", {**row, "text": "Good"}, key=key)) == ["created"]
    account = customers.account_ids(["a-2"])["a-2"]
    assert standing("e.name, e.account, e.value, e.properties")[0] == (
        "survey_answered", account, 9.0, '{"id":"n-1","kind":"nps","max":10,"text":"Good"}',
    )  # fmt: skip


def test_a_loss_makes_a_former_customer(key: str) -> None:
    subscription = {"external_id": "s-1", "account": "a-1", "started_on": "2026-01-01", "mrr_minor": 10_000}
    send("subscriptions", subscription, key=key, history=True)
    loss = {"external_id": "c-1", "account": "a-1", "lost_on": "2026-03-01", "reason": "price", "amount_minor": -500}
    assert results(send("churn", loss, key=key, history=True)) == ["created"]
    states = subscriptions.account_state(open_lake("acme"), as_of=[date(2026, 2, 20), TODAY]).to_pylist()
    account = customers.account_ids(["a-1"])["a-1"]
    assert {row["as_of"]: row["status"] for row in states if row["account"] == account} == {
        date(2026, 2, 20): "customer",
        TODAY: "former",
    }


def test_measures_count_what_was_sent(key: str) -> None:
    account, tomorrow = customers.account_ids(["a-1"])["a-1"], date(2026, 3, 11)
    wanted = ["tickets_open", "tickets_opened_28d", "nps_last"]

    def measured(as_of: date) -> tuple[float, ...]:
        jobs.roll_up(open_lake("acme"))
        (row,) = measures.facts(entity="account", as_of=as_of, ids=[account], only=wanted).to_pylist()
        return tuple(row[name] for name in wanted)

    ticket = {"external_id": "t-1", "account": "a-1", "opened_at": "2026-03-05T10:00:00Z"}
    send("tickets", ticket, {**ticket, "external_id": "t-2"}, key=key)
    nps = {"external_id": "n-1", "account": "a-1", "answered_at": "2026-03-05T10:00:00Z", "kind": "nps", "score": 3}
    send("survey-answers", nps, key=key)
    publish_proposal()
    assert measured(tomorrow) == (2.0, 2.0, 3.0)
    send("tickets", {"external_id": "t-1", "closed_at": "2026-03-10T10:00:00Z"}, key=key)
    send("survey-answers", {"external_id": "n-1", "score": 10}, key=key)
    assert measured(tomorrow) == (1.0, 2.0, 10.0)


def test_what_was_not_history_is_known_from_today_on(key: str) -> None:
    row = {"external_id": "t-1", "account": "a-1", "opened_at": "2026-01-05T10:00:00Z"}
    send("tickets", row, key=key)
    send("tickets", {**row, "external_id": "t-2"}, key=key, history=True)
    assert standing("e.message_id, e.day, e.known_day") == [
        ("facts-api/tickets/t-1/opened", date(2026, 1, 5), TODAY),
        ("facts-api/tickets/t-2/opened", date(2026, 1, 5), date(2026, 1, 5)),
    ]


def test_the_same_row_again_changes_nothing(key: str) -> None:
    row = {"external_id": "i-1", "account": "a-1", "issued_on": "2026-02-01", "amount_minor": 100}
    send("invoices", row, key=key)
    before = open_lake("acme").snapshot("events").version
    assert counts(send("invoices", row, key=key)) == (1, 0, 0, 1, 0)
    assert open_lake("acme").snapshot("events").version == before


def test_a_field_left_out_stays_and_null_clears_it(key: str) -> None:
    row = {
        "external_id": "i-1",
        "account": "a-1",
        "issued_on": "2026-02-01",
        "amount_minor": 100,
        "paid_on": "2026-02-03",
    }
    send("invoices", row, key=key)
    assert results(send("invoices", {"external_id": "i-1", "amount_minor": 200}, key=key)) == ["updated"]
    assert standing("e.name, e.value") == [("invoice_issued", 200.0), ("invoice_paid", 200.0)]
    assert results(send("invoices", {"external_id": "i-1", "paid_on": None}, key=key)) == ["updated"]
    assert standing("e.name, e.value") == [("invoice_issued", 200.0)]


def test_what_a_fact_needs_cannot_be_cleared(key: str) -> None:
    send("invoices", {"external_id": "i-1", "account": "a-1", "issued_on": "2026-02-01", "amount_minor": 1}, key=key)
    answer = send("invoices", {"external_id": "i-1", "account": None}, key=key)
    assert told(answer)["results"] == [
        {"index": 0, "external_id": "i-1", "result": "rejected", "field": "account", "reason":
         "is missing; needed once, and not to be cleared: account, issued_on, amount_minor"},
    ]  # fmt: skip
    assert standing("e.name, e.value") == [("invoice_issued", 1.0)]


def test_rows_of_one_fact_are_merged_in_their_order(key: str) -> None:
    first = {"external_id": "t-1", "account": "a-1", "opened_at": "2026-03-09T10:00:00Z", "priority": "low"}
    later = {"external_id": "t-1", "priority": "high", "closed_at": "2026-03-09T11:00:00Z"}
    assert counts(send("tickets", first, later, key=key)) == (2, 2, 0, 0, 0)
    assert standing("e.name, e.properties") == [
        ("ticket_closed", '{"id":"t-1"}'),
        ("ticket_opened", '{"id":"t-1","priority":"high"}'),
    ]


def test_a_crash_before_anything_was_remembered_doubles_nothing(key: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from tenure.ingest.facts import states

    row = {"external_id": "i-1", "account": "a-1", "issued_on": "2026-02-01", "amount_minor": 100}
    with monkeypatch.context() as patch:
        patch.setattr(states, "keep", lambda *_, **__: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            send("invoices", row, key=key, once="first")
    assert counts(send("invoices", row, key=key, once="first")) == (1, 0, 0, 1, 0)
    assert standing("e.name, e.value") == [("invoice_issued", 100.0)]
    assert results(send("invoices", {"external_id": "i-1", "paid_on": "2026-02-02"}, key=key)) == ["updated"]


def test_the_log_says_how_far_the_facts_have_come(key: str) -> None:
    """A number the log has seen would be skipped as written; the database may have been put back to an older state."""
    for at in range(3):
        row = {"external_id": f"i-{at}", "account": "a-1", "issued_on": "2026-02-01", "amount_minor": 100}
        StatedFact.every_workspace.all().delete()
        assert results(send("invoices", row, key=key)) == ["created"]
    assert len(standing("e.name")) == 3
    lake = open_lake("acme")
    assert last_run(lake, ("events", "traits"), writer="import:facts-api") >= 3
    assert last_run(lake, ("events",), writer="import:other") == 0
