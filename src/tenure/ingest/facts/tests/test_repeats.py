"""The same Idempotency-Key with the same body is done once and answered alike."""

import hashlib
from datetime import UTC, datetime, timedelta

import pytest
from django.http import HttpResponse

from tenure.base import clock
from tenure.ingest.facts import actions, repeats
from tenure.ingest.facts.contracts import Answer
from tenure.ingest.facts.kinds import Kind
from tenure.ingest.facts.models import FactsRequest
from tenure.ingest.facts.reading import Sent
from tenure.ingest.facts.refusals import StillRunning
from tenure.ingest.facts.tests.sending import results, send, told

NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)
INVOICE = {"external_id": "i-1", "account": "a-1", "issued_on": "2026-02-01", "amount_minor": 100}


def test_a_repeated_request_gets_the_first_answer(key: str) -> None:
    first = send("invoices", INVOICE, key=key, once="k-1")
    again = send("invoices", INVOICE, key=key, once="k-1")
    assert again.content == first.content
    assert (first.get("Idempotent-Replayed"), again.get("Idempotent-Replayed")) == (None, "true")
    assert results(send("invoices", INVOICE, key=key, once="k-2")) == ["unchanged"]


@pytest.mark.parametrize(("kind", "amount"), [("invoices", 200), ("churn", 100)])
def test_a_key_is_for_one_request(key: str, kind: str, amount: int) -> None:
    send("invoices", INVOICE, key=key, once="k-1")
    answer = send(kind, {**INVOICE, "amount_minor": amount}, key=key, once="k-1")
    assert (answer.status_code, told(answer)["code"]) == (422, "idempotency_key_reused")


def test_who_comes_while_the_first_is_at_work_is_told_to_wait(key: str, monkeypatch: pytest.MonkeyPatch) -> None:
    inner: list[HttpResponse] = []
    take_in = actions.take_in

    def meanwhile(kind: Kind, sent: Sent) -> Answer:
        inner.append(send("invoices", INVOICE, key=key, once="k-1"))
        return take_in(kind, sent)

    monkeypatch.setattr(actions, "take_in", meanwhile)
    assert results(send("invoices", INVOICE, key=key, once="k-1")) == ["created"]
    assert (inner[0].status_code, told(inner[0])["code"], inner[0]["Retry-After"]) == (409, "still_running", "5")


def test_a_request_that_died_may_be_repeated(key: str) -> None:
    with clock.frozen(NOW):
        digest = hashlib.sha256(b"invoices\0body").digest()
        FactsRequest.objects.create(key="k-1", digest=digest, started_at=NOW, until=NOW + timedelta(seconds=130))
        with pytest.raises(StillRunning):
            repeats.once("k-1", name="invoices", body=b"body", work=lambda: b"done")
    with clock.frozen(NOW + timedelta(seconds=131)):
        assert repeats.once("k-1", name="invoices", body=b"body", work=lambda: b"done") == (b"done", False)
        assert repeats.once("k-1", name="invoices", body=b"body", work=lambda: b"other") == (b"done", True)


def test_a_request_that_failed_leaves_its_key_free(key: str) -> None:
    with pytest.raises(ZeroDivisionError):
        repeats.once("k-1", name="invoices", body=b"body", work=lambda: bytes(1 // 0))
    assert repeats.once("k-1", name="invoices", body=b"body", work=lambda: b"done") == (b"done", False)


def test_an_answer_is_kept_for_two_days(key: str) -> None:
    with clock.frozen(NOW):
        repeats.once("k-1", name="invoices", body=b"body", work=lambda: b"first")
    with clock.frozen(NOW + timedelta(hours=48)):
        assert repeats.once("k-1", name="invoices", body=b"body", work=lambda: b"second") == (b"first", True)
    with clock.frozen(NOW + timedelta(hours=48, seconds=1)):
        assert repeats.once("k-1", name="invoices", body=b"body", work=lambda: b"second") == (b"second", False)


@pytest.mark.parametrize("once", ["a b", "ü", "x" * 256])
def test_a_key_that_cannot_be_one_is_refused(key: str, once: str) -> None:
    answer = send("invoices", INVOICE, key=key, once=once)
    assert (answer.status_code, told(answer)["code"]) == (400, "wrong_idempotency_key")
