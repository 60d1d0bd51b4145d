"""A request is kept in the inbox before it is answered, and a refused one is not kept."""

import gzip
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tenure.base import clock
from tenure.base.refusals import Refusal
from tenure.ingest import inbox
from tenure.ingest.receiving.tests.calling import call
from tenure.ingest.receiving.wsgi import handles
from tenure.tenants.contracts import MadeKey
from tenure.tenants.models import Workspace

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
TRACK = {"type": "track", "event": "Report Exported", "userId": "u1", "messageId": "m1"}
BATCH: dict[str, Any] = {"batch": [TRACK, {**TRACK, "messageId": "m2"}]}
pytestmark = pytest.mark.django_db


def _kept(workspace: Workspace) -> list[inbox.Row]:
    return inbox.claim(workspace.pk, 1, 1_000_000)


def test_a_batch_is_kept_as_it_came(server: MadeKey, workspace: Workspace) -> None:
    with clock.frozen(NOON):
        got = call("POST", "/v1/batch", BATCH, key=server.key)
    assert (got.status, got.json) == (200, {"success": True})
    rows = _kept(workspace)
    assert [(r.key_id, r.trust, r.kind, r.source, r.received_at, r.events) for r in rows] == [
        (server.view.id, "server", "batch", "my-backend", NOON, 2)
    ]
    assert json.loads(rows[0].body) == BATCH


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/v1/identify", "identify"), ("/v1/track", "track"), ("/v1/page", "page"), ("/v1/screen", "screen"),
        ("/v1/group", "group"), ("/v1/alias", "alias"), ("/v1/batch", "batch"), ("/v1/import", "import"),
        ("/v1/i", "identify"), ("/v1/t", "track"), ("/v1/p", "page"), ("/v1/s", "screen"), ("/v1/g", "group"),
        ("/v1/a", "alias"), ("/v1/b", "batch"), ("/v1/batch/", "batch"),
    ],
)  # fmt: skip
def test_every_path_of_the_dialect(path: str, kind: str, server: MadeKey, workspace: Workspace) -> None:
    assert handles(path)
    body = BATCH if kind in ("batch", "import") else TRACK
    assert call("POST", path, body, key=server.key, content_type="text/plain").status == 200
    assert [(r.kind, r.events) for r in _kept(workspace)] == [(kind, 2 if "batch" in body else 1)]


def test_the_key_may_be_in_the_body(server: MadeKey, workspace: Workspace) -> None:
    assert call("POST", "/v1/batch", {**BATCH, "writeKey": server.key}).status == 200
    assert call("POST", "/v1/track", {**TRACK, "writeKey": server.key}).status == 200
    assert [r.kind for r in _kept(workspace)] == ["batch", "track"]


@pytest.mark.parametrize("encoding", ["gzip", "GZIP", "x-gzip", ""])
def test_zipped_bodies_are_known_by_their_first_bytes(encoding: str, server: MadeKey, workspace: Workspace) -> None:
    body = gzip.compress(json.dumps(BATCH).encode())
    form = "application/x-www-form-urlencoded"
    got = call("POST", "/v1/batch", body, key=server.key, content_encoding=encoding, content_type=form)
    assert got.status == 200
    assert [json.loads(r.body) for r in _kept(workspace)] == [BATCH]


def test_a_body_without_a_length(server: MadeKey, workspace: Workspace) -> None:
    assert call("POST", "/v1/batch", BATCH, key=server.key, chunked=True).status == 200
    assert [r.events for r in _kept(workspace)] == [2]


def test_an_empty_batch_is_accepted_and_leaves_nothing(server: MadeKey, workspace: Workspace) -> None:
    assert call("POST", "/v1/batch", {"batch": []}, key=server.key).status == 200
    assert inbox.waiting(workspace.pk).batches == 0


def test_strict_says_which_events_will_be_rejects_and_keeps_them_all(server: MadeKey, workspace: Workspace) -> None:
    body = {"batch": [TRACK, {"type": "track", "userId": "u"}]}
    expected = {
        "success": False,
        "accepted": 1,
        "refused": [
            {
                "index": 1,
                "reason": "no_event_name",
                "detail": 'A track call needs event, such as "Report Exported".',
                "path": "event",
            }
        ],
    }
    assert call("POST", "/v1/batch?strict=1", body, key=server.key).json == expected
    assert call("POST", "/v1/batch", body, key=server.key, tenure_strict="1").json == expected
    assert call("POST", "/v1/batch", body, key=server.key).json == {"success": True}
    assert call("POST", "/v1/batch?strict=1", BATCH, key=server.key).json == {
        "success": True, "accepted": 2, "refused": [],
    }  # fmt: skip
    assert [r.events for r in _kept(workspace)] == [2, 2, 2, 2]


def test_refusals_say_what_clients_of_segment_report(server: MadeKey) -> None:
    got = call("POST", "/v1/batch", b"{", key=server.key)
    assert got.status == 400
    assert got.headers["Content-Type"] == "application/problem+json"
    assert got.json == {
        "type": "urn:tenure:refusal:bad_json", "title": "Bad json", "status": 400, "success": False, "code": "bad_json",
        "detail": "The body is not JSON: it ends too early, or its brackets do not match.",
        "message": "The body is not JSON: it ends too early, or its brackets do not match.",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("refusal", "status", "retry_after"),
    [
        (inbox.Busy("Come again.", retry_after=3), 429, "3"),
        (inbox.Full("Full."), 507, "30"),
        (RuntimeError("a bug"), 500, None),
    ],
)
def test_what_the_inbox_does_not_take_is_not_acknowledged(
    refusal: Exception,
    status: int,
    retry_after: str | None,
    server: MadeKey,
    workspace: Workspace,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    def store(row: inbox.Row) -> None:
        raise refusal

    monkeypatch.setattr(inbox, "store", store)
    got = call("POST", "/v1/batch", BATCH, key=server.key)
    assert (got.status, got.headers.get("Retry-After")) == (status, retry_after)
    assert ("A request with events failed" in caplog.text) == (not isinstance(refusal, Refusal))
    assert inbox.waiting(workspace.pk).batches == 0


def test_events_are_posted(server: MadeKey) -> None:
    got = call("GET", "/v1/batch", key=server.key)
    assert (got.status, got.code, got.headers["Allow"]) == (405, "wrong_method", "POST, OPTIONS")


def test_an_address_that_is_not_ours_says_where_to_send(server: MadeKey) -> None:
    got = call("POST", "/v1/delete", BATCH, key=server.key)
    assert (got.status, got.code) == (404, "unknown_path")
    assert "/v1/batch" in got.json["detail"]


@pytest.mark.parametrize(
    ("path", "dialect"),
    [
        ("/batch/", "PostHog"), ("/e/", "PostHog"), ("/flags/", "PostHog"), ("/array/phc_1/config", "PostHog"),
        ("/track", "Mixpanel"), ("/engage", "Mixpanel"), ("/groups", "Mixpanel"), ("/2/httpapi", "Amplitude"),
        ("/com.snowplowanalytics.snowplow/tp2", "Snowplow"), ("/api/v1/customers/u1", "Customer.io"),
        ("/api/send", "Umami"),
    ],
)  # fmt: skip
def test_other_dialects_are_refused_by_name(path: str, dialect: str) -> None:
    assert handles(path)
    got = call("POST", path, b"data=eyJ9")
    assert (got.status, got.code) == (404, "wrong_dialect")
    assert got.json["detail"].startswith(f"This is {dialect}'s dialect")


@pytest.mark.parametrize("path", ["/", "/w/acme/accounts/", "/accounts/login/", "/static/tenure/app.js", "/healthz"])
def test_pages_are_not_ours(path: str) -> None:
    assert not handles(path)


def test_a_key_counts_as_used(server: MadeKey) -> None:
    from tenure.ingest.receiving.keys import KEYS
    from tenure.tenants.models import ApiKey

    call("POST", "/v1/batch", BATCH, key=server.key)
    with clock.frozen(NOON):
        KEYS.note_uses()
        KEYS.note_uses()
    assert ApiKey.objects.get(pk=server.view.id).last_used_at == NOON


def test_a_key_is_asked_of_the_database_once_in_five_seconds(server: MadeKey, django_assert_num_queries: Any) -> None:
    with clock.frozen(NOON), django_assert_num_queries(1):
        for _ in range(3):
            call("POST", "/v1/batch", {"batch": []}, key=server.key)
    with clock.frozen(NOON + timedelta(seconds=5)), django_assert_num_queries(1):
        call("POST", "/v1/batch", {"batch": []}, key=server.key)
    with clock.frozen(NOON), django_assert_num_queries(1):
        for _ in range(3):
            call("POST", "/v1/batch", {"batch": []}, key="sk_guessed")
