"""What is wrong with a request is a problem with its way out; what is wrong with a row is in that row's result."""

import json
import threading
from typing import Any

import pytest
from django.test import Client

from tenure.events.queries import open_lake
from tenure.ingest import sources
from tenure.ingest.adapters.locks import alone
from tenure.ingest.drain.models import EventReject
from tenure.ingest.facts import actions, api, senders
from tenure.ingest.facts.models import StatedFact
from tenure.ingest.facts.tests.sending import counts, post, results, send, told
from tenure.ingest.receiving.limits import Buckets
from tenure.tenants.models import Workspace

INVOICE = {"external_id": "i-1", "account": "a-1", "issued_on": "2026-02-01", "amount_minor": 100}


def _nothing_written() -> bool:
    return StatedFact.objects.count() == 0 and open_lake("acme").snapshot("events").version <= 0


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b" ", 400, "not_json"),
        (b"{", 400, "not_json"),
        (b'{"rows": [{"external_id": NaN}]}', 400, "not_json"),
        (b'{"rows": [{"external_id": "\xff"}]}', 400, "not_json"),
        (b'{"rows": ' + b"[" * 100_000 + b"]" * 100_000 + b"}", 400, "not_json"),
        (b"[]", 422, "wrong_batch"),
        (b'{"rows": {}}', 422, "wrong_batch"),
        (b'{"rows": []}', 422, "wrong_batch"),
        (b'{"rows": [{}], "historic": true}', 422, "wrong_batch"),
        (b'{"rows": [' + b"{}," * 5_000 + b"{}]}", 422, "wrong_batch"),
        (b" " * (api.BODY_BYTES + 1), 413, "too_large"),
    ],
    ids=["empty", "cut", "nan", "utf8", "deep", "list", "object", "none", "unknown", "5001", "large"],
)
def test_a_body_that_is_no_batch_is_refused_whole(key: str, body: bytes, status: int, code: str) -> None:
    answer = post("invoices", body, key=key)
    assert (answer.status_code, answer["Content-Type"]) == (status, "application/problem+json")
    assert (told(answer)["code"], told(answer)["status"]) == (code, status)
    assert _nothing_written()


@pytest.mark.parametrize(
    ("raw", "field", "reason"),
    [
        ('{"account": "a-1"}', "external_id", "is missing"),
        ("7", None, 'a row is an object: {"external_id": …}'),
        ('{"external_id": 7}', "external_id", "should be a valid string"),
        ('{"external_id": "  "}', "external_id", "String should have at least 1 character"),
        ('{"external_id": "a\\u0000b"}', "external_id", "may not hold the character NUL"),
        ('{"external_id": "i-1", "amount": 5}', "amount", "is not known here; fields are: external_id, account,"
         " issued_on, amount_minor, currency, due_on, paid_on"),
        ('{"external_id": "i-1", "amount_minor": 1.5}', "amount_minor", "should be a valid integer"),
        ('{"external_id": "i-1", "issued_on": "01.02.2026"}', "issued_on",
         "should be a valid date in the format YYYY-MM-DD, invalid character in year"),
        ('{"external_id": "i-1", "account": "a-1"}', "issued_on",
         "is missing; needed once, and not to be cleared: account, issued_on, amount_minor"),
        ('{"external_id": "i-1", "account": "a-9", "issued_on": "2026-02-01", "amount_minor": 1}', "account",
         "there is no account “a-9”. Create it first: by a `group` call, or by importing it."),
        ('{"external_id": "i-1", "account": "a-1", "issued_on": "1066-02-01", "amount_minor": 1}', "issued_on",
         "the year 1066 cannot be right"),
        ('{"external_id": "=HYPERLINK(1)", "account": "a-1", "issued_on": "2026-02-01", "amount_minor": 1}',
         "external_id", "a formula where an id is expected; nothing in a file is computed"),
    ],
)  # fmt: skip
def test_a_wrong_row_is_rejected_alone_and_kept_with_its_reason(
    key: str, raw: str, field: str | None, reason: str
) -> None:
    good = {**INVOICE, "external_id": "good"}
    answer = post("invoices", f'{{"rows": [{raw}, {json.dumps(good)}]}}'.encode(), key=key)
    assert counts(answer) == (2, 1, 0, 0, 1)
    wrong = told(answer)["results"][0]
    assert (wrong["result"], wrong["field"], wrong["reason"]) == ("rejected", field, reason)
    (kept,) = EventReject.objects.all()
    assert (kept.source, kept.kind, kept.path, kept.detail) == ("facts-api", "invoices", field or "", reason)
    assert bytes(kept.raw).decode() == f"invoices {raw}"


@pytest.mark.parametrize(
    ("kind", "row", "field", "reason"),
    [
        ("survey-answers", {"kind": "csat", "score": 9, "account": "a-1", "answered_at": "2026-02-01T00:00:00Z"},
         "score", "a score of csat is between 1 and 5"),
        ("tickets", {"opened_at": "2026-02-01T00:00:00Z"}, "account", "is missing: an account is needed, or a person"),
        ("tickets", {"opened_at": "2026-02-01T00:00:00Z", "person": "p-9"}, "person",
         "the person “p-9” belongs to no account. Name the account in the row, or say by a `group` call to which"
         " account the person belongs."),
        ("tickets", {"opened_at": "2026-02-01T00:00:00", "account": "a-1"}, "opened_at", "should have timezone info"),
        ("subscriptions", {"effective_on": "2026-02-01", "mrr_minor": 5}, "external_id",
         "there is no such subscription yet: send it with account and started_on, then its changes"),
    ],
)  # fmt: skip
def test_rows_of_other_kinds_say_what_is_wrong_too(
    key: str, kind: str, row: dict[str, Any], field: str | None, reason: str
) -> None:
    answer = send(kind, {"external_id": "x", **row}, key=key)
    wrong = told(answer)["results"][0]
    assert (wrong["result"], wrong["field"], wrong["reason"]) == ("rejected", field, reason)
    assert _nothing_written()


def test_rows_of_one_fact_stand_or_fall_together(key: str) -> None:
    answer = send("invoices", {**INVOICE, "account": "a-9"}, {"external_id": "i-1", "amount_minor": 7}, key=key)
    assert results(answer) == ["rejected", "rejected"]
    assert _nothing_written()


def test_a_subscription_with_changes_stays_with_its_account(key: str) -> None:
    start = {"external_id": "s-1", "account": "a-1", "started_on": "2026-01-01", "mrr_minor": 10_000}
    send("subscriptions", start, {"external_id": "s-1", "effective_on": "2026-02-01", "mrr_minor": 5}, key=key)
    rows = [
        {"external_id": "s-1", "account": "a-2"},
        {"external_id": "s-1", "effective_on": "2026-03-01", "account": "a-2"},
        {"external_id": "s-1", "effective_on": "2025-12-31", "mrr_minor": 7},
        {"external_id": "s-1", "effective_on": "2026-03-02", "ended_on": "2026-03-01"},
    ]
    answer = told(send("subscriptions", *rows, key=key))["results"]
    assert [(row["result"], row["field"], row["reason"]) for row in answer] == [
        ("rejected", "account", "the subscription has changes of its terms and stays with the account “a-1”:"
         " end it, and start another"),
        ("rejected", "account", "the subscription belongs to the account “a-1”"),
        ("rejected", "effective_on", "is before the subscription starts (2026-01-01)"),
        ("rejected", "ended_on", "a row with effective_on says terms; send ended_on in a row without it"),
    ]  # fmt: skip


def test_what_came_is_shown_among_the_sources(key: str) -> None:
    send("invoices", INVOICE, {**INVOICE, "external_id": "i-2", "account": "a-9"}, key=key)
    (source,) = sources.event_sources()
    assert (source.source, source.total.messages, source.total.events, source.total.rejected) == ("facts-api", 2, 1, 1)
    assert [(seen.type, seen.name, seen.group, seen.outcome) for seen in sources.newest_messages("facts-api")] == [
        ("invoices", "i-2", "a-9", "rejected"),
        ("invoices", "i-1", "a-1", "stored"),
    ]
    (reason,) = sources.reject_reasons(since=source.first_at)
    assert (reason.words, reason.path) == ("A fact of an account or person that nobody knows", "account")


def test_another_content_type_or_encoding_is_refused(key: str) -> None:
    body = json.dumps({"rows": [INVOICE]}).encode()
    assert told(post("invoices", body, key=key, type="text/csv"))["code"] == "not_json_type"
    packed = post("invoices", body, key=key, **{"Content-Encoding": "gzip"})
    assert (packed.status_code, told(packed)["code"]) == (415, "unsupported_encoding")
    assert _nothing_written()


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("get", "/api/v1/facts/invoices", 405, "wrong_method"),
        ("post", "/api/v1/facts/nothing", 404, "unknown_path"),
        ("get", "/api/", 404, "unknown_path"),
    ],
)
def test_what_is_not_there_is_a_problem_too(db: None, method: str, path: str, status: int, code: str) -> None:
    answer = getattr(Client(), method)(path)
    assert (answer.status_code, answer["Content-Type"], told(answer)["code"]) == (
        status, "application/problem+json", code,
    )  # fmt: skip


def test_whoever_asks_too_often_is_told_to_wait(key: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(senders, "BUCKETS", Buckets(0.0, 1.0))
    assert results(send("invoices", INVOICE, key=key)) == ["created"]
    answer = send("invoices", INVOICE, key=key)
    assert (answer.status_code, told(answer)["code"], answer["Retry-After"]) == (429, "rate_limited", "1")


def test_one_request_of_a_workspace_is_taken_in_at_a_time(
    key: str, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(actions, "WAIT_S", 0.0)
    with alone(workspace.slug, at="facts"):
        answer = send("invoices", INVOICE, key=key, once="k-1")
        assert (answer.status_code, told(answer)["code"], answer["Retry-After"]) == (503, "busy", "5")
    assert results(send("invoices", INVOICE, key=key, once="k-1")) == ["created"]


def test_facts_do_not_take_all_threads_of_a_process(key: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(actions, "_SEATS", threading.BoundedSemaphore(1))
    take_in, inner = actions._read, []

    def meanwhile(request: actions._Request) -> None:
        inner.append(send("invoices", INVOICE, key=key))
        take_in(request)

    monkeypatch.setattr(actions, "_read", meanwhile)
    assert results(send("invoices", INVOICE, key=key)) == ["created"]
    assert [(answer.status_code, told(answer)["code"]) for answer in inner] == [(503, "busy")]


def test_a_bug_is_a_problem_as_well(key: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(actions, "take_in", lambda *_: 1 / 0)
    answer = Client(raise_request_exception=False).post(
        "/api/v1/facts/invoices", {"rows": [INVOICE]}, content_type="application/json",
        headers={"Authorization": f"Bearer {key}"},
    )  # fmt: skip
    assert (answer.status_code, answer["Content-Type"], told(answer)["code"]) == (
        500, "application/problem+json", "error",
    )  # fmt: skip


def test_five_thousand_rows_are_one_request(key: str) -> None:
    rows = [{**INVOICE, "external_id": f"i-{n}", "amount_minor": n} for n in range(5_000)]
    assert counts(send("invoices", *rows, key=key)) == (5_000, 5_000, 0, 0, 0)
    assert counts(send("invoices", *rows, key=key)) == (5_000, 0, 0, 5_000, 0)
