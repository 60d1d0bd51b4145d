"""Who may send, and from where."""

from datetime import UTC, datetime, timedelta

import pytest

from tenure.base import clock
from tenure.ingest import inbox
from tenure.ingest.receiving import keys
from tenure.ingest.receiving.limits import Buckets
from tenure.ingest.receiving.tests.calling import call
from tenure.tenants import actions, queries
from tenure.tenants.contracts import MadeKey, MemberView
from tenure.tenants.models import Member, Workspace

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
BODY = {"batch": [{"type": "track", "event": "X", "userId": "u"}]}
pytestmark = pytest.mark.django_db


@pytest.fixture
def owner(workspace: Workspace, ana: Member) -> MemberView:
    return queries.members_by_id([ana.pk])[ana.pk]


@pytest.mark.parametrize(
    ("authorization", "code"),
    [
        ("", "no_key"),
        ("Bearer sk_x", "no_key"),
        ("Basic", "no_key"),
        ("Basic !!!", "no_key"),
        ("Basic Og==", "no_key"),
        ("Basic c2tfd3Jvbmc6", "unknown_key"),
    ],
)
def test_without_a_key_in_force_nothing_is_kept(authorization: str, code: str, server: MadeKey) -> None:
    got = call("POST", "/v1/batch", BODY, authorization=authorization)
    assert (got.status, got.code) == (401, code)
    assert got.headers["WWW-Authenticate"] == 'Basic realm="write key"'
    assert inbox.workspaces() == []


@pytest.mark.parametrize("key", ["k" * 201, "", 17, None, ["k"]])
def test_a_key_in_the_body_that_is_none(key: object, server: MadeKey) -> None:
    assert call("POST", "/v1/batch", {**BODY, "writeKey": key}).status == 401
    assert inbox.workspaces() == []


def test_a_revoked_key_stops_within_five_seconds(server: MadeKey, owner: MemberView) -> None:
    with clock.frozen(NOON):
        assert call("POST", "/v1/batch", BODY, key=server.key).status == 200
        actions.revoke_key(key=server.view.id, by=owner)
    with clock.frozen(NOON + timedelta(seconds=5)):
        got = call("POST", "/v1/batch", BODY, key=server.key)
    assert (got.status, got.code) == (401, "unknown_key")


def test_a_replaced_key_works_to_the_second_its_overlap_ends(server: MadeKey, owner: MemberView) -> None:
    with clock.frozen(NOON):
        made = actions.rotate_key(key=server.view.id, by=owner, overlap=timedelta(seconds=8))
    for seconds, status in ((0, 200), (7, 200), (8, 401)):
        with clock.frozen(NOON + timedelta(seconds=seconds)):
            assert call("POST", "/v1/batch", BODY, key=server.key).status == status
            assert call("POST", "/v1/batch", BODY, key=made.key).status == 200


@pytest.mark.parametrize(
    ("origin", "status"),
    [
        ("https://app.example", 200),
        ("HTTPS://APP.EXAMPLE", 200),
        ("https://eu.acme.com", 200),
        ("https://acme.com", 403),
        ("http://eu.acme.com", 403),
        ("https://evilacme.com", 403),
        ("https://app.example.evil.com", 403),
        ("http://app.example", 403),
        ("https://app.example:8443", 403),
        ("null", 403),
        ("", 403),
    ],
)
def test_a_browser_key_is_for_its_sites(origin: str, status: int, browser: MadeKey, workspace: Workspace) -> None:
    got = call("POST", "/v1/batch", BODY, key=browser.key, origin=origin)
    assert got.status == status
    if status == 403:
        assert got.code == "wrong_origin"
    assert inbox.waiting(workspace.pk).batches == (1 if status == 200 else 0)
    assert got.headers.get("Access-Control-Allow-Origin") == (origin or None)


def test_a_browser_key_for_no_site_in_particular_is_for_all(workspace: Workspace) -> None:
    key = actions.make_key(name="Anywhere", kind="browser", by=None).key
    assert call("POST", "/v1/batch", BODY, key=key, origin="https://new.example").status == 200
    assert [r.trust for r in inbox.claim(workspace.pk, 1, 10)] == ["browser"]


def test_a_server_key_is_used_from_anywhere(server: MadeKey) -> None:
    assert call("POST", "/v1/batch", BODY, key=server.key, origin="https://any.example").status == 200


@pytest.mark.parametrize("path", ["/v1/batch", "/v1/t", "/v1/projects/k/settings", "/sourceConfig/", "/e/", "/v1/no"])
def test_a_page_elsewhere_may_ask_on_every_path(path: str) -> None:
    got = call(
        "OPTIONS", path, origin="http://localhost:3000", access_control_request_method="POST",
        access_control_request_headers="anonymousid,authorization,content-type,sentat",
    )  # fmt: skip
    assert (got.status, got.body) == (204, b"")
    assert got.headers["Access-Control-Allow-Origin"] == "http://localhost:3000"
    assert got.headers["Access-Control-Allow-Methods"] == "GET, POST, OPTIONS"
    allowed = got.headers["Access-Control-Allow-Headers"].split(", ")
    assert allowed == ["anonymousid", "authorization", "content-encoding", "content-type", "sentat", "tenure-strict"]


def test_a_refusal_can_be_read_by_the_page_that_sent(browser: MadeKey) -> None:
    got = call("POST", "/v1/batch", BODY, key="wk_wrong", origin="https://app.example")
    assert (got.status, got.headers["Access-Control-Allow-Origin"]) == (401, "https://app.example")


def test_a_browser_key_has_a_rate_and_a_server_key_none(
    browser: MadeKey, server: MadeKey, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keys.KEYS, "per_address", Buckets(0.0, 2.0))
    statuses = [call("POST", "/v1/batch", BODY, key=browser.key, origin="https://app.example").status for _ in range(3)]
    assert statuses == [200, 200, 429]
    got = call("POST", "/v1/batch", BODY, key=browser.key, origin="https://app.example")
    assert (got.code, got.headers["Retry-After"]) == ("rate_limited", "1")
    assert [call("POST", "/v1/batch", BODY, key=server.key).status for _ in range(3)] == [200, 200, 200]


def test_a_bucket_fills_again_and_forgets_the_least_recent() -> None:
    bucket = Buckets(2.0, 3.0, size=2)
    assert [bucket.take("a", 0.0) for _ in range(4)] == [True, True, True, False]
    assert [bucket.take("a", 0.5), bucket.take("a", 0.5)] == [True, False]
    bucket.take("b", 0.5)
    bucket.take("c", 0.5)
    assert [bucket.take("a", 0.5) for _ in range(4)] == [True, True, True, False]


def test_the_settings_of_segments_browser_client_point_here(browser: MadeKey) -> None:
    got = call("GET", f"/v1/projects/{browser.key}/settings", host="events.acme.com:8443", origin="https://app.example")
    destination = got.json["integrations"]["Segment.io"]
    assert (destination["apiKey"], destination["apiHost"], destination["protocol"]) == (
        browser.key, "events.acme.com:8443/v1", "http",
    )  # fmt: skip
    assert got.json["metrics"] == {"sampleRate": 0}
    assert got.headers["Access-Control-Allow-Origin"] == "https://app.example"
    assert call("GET", "/v1/projects/wk_wrong/settings").status == 401


def test_a_host_that_is_no_host_is_not_repeated(browser: MadeKey) -> None:
    got = call("GET", f"/v1/projects/{browser.key}/settings", host='evil"><script>')
    assert got.json["integrations"]["Segment.io"]["apiHost"] == "127.0.0.1:8000/v1"


def test_the_settings_of_rudderstacks_browser_client(browser: MadeKey) -> None:
    got = call("GET", f"/sourceConfig/?p=npm&writeKey={browser.key}", key=browser.key)
    source = got.json["source"]
    assert (source["enabled"], source["writeKey"], source["destinations"]) == (True, browser.key, [])
    assert call("GET", f"/sourceConfig/?writeKey={browser.key}").status == 200
    assert (call("GET", "/sourceConfig/").status, call("GET", "/sourceConfig/?writeKey=wk_no").status) == (401, 401)
