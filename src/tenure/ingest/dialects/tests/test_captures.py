"""Requests of real clients, recorded: each is read into these messages, and other dialects are refused by name.

The recordings are not part of the source tree (`TENURE_SHARED_DATA`).
"""

import gzip
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tenure.ingest.dialects import foreign
from tenure.ingest.dialects.segment import Unreadable, check, read
from tenure.ingest.messages import Message

_SHARED = Path(os.environ.get("TENURE_SHARED_DATA") or Path(__file__).parents[6] / "shared" / "data")
CAPTURES = _SHARED / "captures"
RECEIVED = datetime(2026, 11, 21, 23, 30, tzinfo=UTC)
pytestmark = pytest.mark.skipif(not CAPTURES.is_dir(), reason="the recorded requests are not here (TENURE_SHARED_DATA)")

SHORT = {"t": "track", "p": "page", "i": "identify", "g": "group", "a": "alias", "b": "batch"}
EMAIL = "a@example.com"
ANA: dict[str, object] = {"email": EMAIL, "name": "Ana", "createdAt": "2026-01-02T00:00:00+00:00"}
BROWSER = "path referrer search title url"
RUDDER = "path referrer referring_domain search title url tab_url initial_referrer initial_referring_domain"

type Said = tuple[str, str | None, str | None, str | None, str, dict[str, object], str | None, str]

# type, user, group, previous, name, traits, e-mail, names of properties
IDENTIFY: Said = ("identify", "user-1", None, None, "", {"email": EMAIL}, EMAIL, "")
TRACK: Said = ("track", "user-1", None, None, "Report Exported", {}, None, "format")
GROUP: Said = ("group", "user-1", "acct-1", None, "", {"name": "Acme"}, None, "")
PAGE: Said = ("page", "user-1", None, None, "Viewed a page", {}, None, BROWSER)
ALIAS_OF_ITSELF: Said = ("alias", "user-1", None, "user-1", "", {}, None, "")
PYTHON: list[Said] = [
    ("identify", "user-1", "acct-1", None, "", ANA, EMAIL, ""),
    ("track", "user-1", "acct-1", None, "Report Exported", {}, None, "format rows"),
    ("track", None, None, None, "Signed Up", {}, None, "plan"),
    ("group", "user-1", "acct-1", None, "", {"name": "Acme", "plan": "pro", "mrr": 499.0, "employees": 42}, None, ""),
    ("page", "user-1", None, None, "Viewed Home page", {}, None, "category url"),
    ("screen", "user-1", None, None, "Viewed Dash screen", {}, None, "category x"),
    ("alias", "user-1", None, "anon-1", "", {}, None, ""),
]
NODE: list[Said] = [
    ("identify", "user-1", None, None, "", {"email": EMAIL, "createdAt": "2026-01-02T00:00:00.000Z"}, EMAIL, ""),
    ("track", "user-1", "acct-1", None, "Report Exported", {}, None, "format rows"),
    ("track", None, None, None, "Signed Up", {}, None, "plan"),
    ("group", "user-1", "acct-1", None, "", {"name": "Acme", "mrr": 499}, None, ""),
    ("page", "user-1", None, None, "Viewed Home page", {}, None, "category url"),
    ("screen", "user-1", None, None, "Viewed Dash screen", {}, None, ""),
    ("alias", "user-1", None, "anon-1", "", {}, None, ""),
]
RUDDER_PAGE: Said = ("page", None, None, None, "Viewed a page", {}, None, RUDDER)
RUDDER_TRACK: Said = ("track", "user-1", None, None, "Report Exported", {}, EMAIL, "format")
RUDDER_GROUP: Said = ("group", "user-1", "acct-1", None, "", {"name": "Acme"}, EMAIL, "")

EXPECTED: dict[str, list[list[Said]]] = {
    "seg-python": [PYTHON],
    "seg-python-gzip": [PYTHON],
    "analytics-python-1-4": [
        [IDENTIFY, TRACK, GROUP, ("page", "user-1", None, None, "Viewed Home page", {}, None, "category")]
    ],
    "segment-analytics-node": [NODE],
    "analytics-node-legacy": [[IDENTIFY], [TRACK, GROUP]],
    "seg-next": [[IDENTIFY], [PAGE], [TRACK], [GROUP], [ALIAS_OF_ITSELF]],
    "seg-next-batch": [[PAGE, IDENTIFY, TRACK], [GROUP]],
    "xorigin-seg-next": [[PAGE], [IDENTIFY], [TRACK], [GROUP], [ALIAS_OF_ITSELF]],
    "rudder-python": [[IDENTIFY, TRACK, GROUP]],
    "rudder-node": [[IDENTIFY], [TRACK, GROUP]],
    "rudder-js": [[RUDDER_PAGE], [IDENTIFY], [RUDDER_TRACK], [RUDDER_GROUP]],
    "xorigin-rudder-js": [[IDENTIFY], [RUDDER_TRACK], [RUDDER_PAGE], [RUDDER_GROUP]],
}
OTHERS = {
    "amplitude-node": "Amplitude",
    "amplitude-python": "Amplitude",
    "customerio-python": "Customer.io",
    "mixpanel-node": "Mixpanel",
    "mixpanel-python": "Mixpanel",
    "posthog-js": "PostHog",
    "posthog-node": "PostHog",
    "posthog-python": "PostHog",
    "posthog-python-gzip": "PostHog",
    "snowplow-python": "Snowplow",
    "umami-node": "Umami",
    "xorigin-posthog-js": "PostHog",
}


def _posts(client: str) -> list[tuple[str, bytes]]:
    """Path and unzipped body of each POST of the client, in the order of sending."""
    found = []
    for head in sorted((CAPTURES / client).glob("*_POST_*.head.txt")):
        body = head.with_name(head.name.replace(".head.txt", ".body.bin")).read_bytes()
        found.append((_path(head, client), gzip.decompress(body) if body[:2] == b"\x1f\x8b" else body))
    return found


def _path(head: Path, client: str) -> str:
    return head.read_text().split()[1].partition("?")[0].removeprefix(f"/c-{client}")


def _kind(path: str) -> str:
    return SHORT.get(path.rpartition("/")[2], path.rpartition("/")[2])


def _said(message: Message) -> Said:
    return (
        message.type, message.user_id, message.group_id, message.previous_id, message.name, message.traits,
        message.email, " ".join(message.properties),
    )  # fmt: skip


@pytest.mark.parametrize("client", EXPECTED)
def test_a_client_says(client: str) -> None:
    readings = [
        read(body, kind=_kind(path), received_at=RECEIVED, message_id_seed="s") for path, body in _posts(client)
    ]
    assert [[_said(m) for m in reading.messages] for reading in readings] == EXPECTED[client]
    assert [reading.refused for reading in readings] == [()] * len(readings)
    assert [check(body, _kind(path)).events for path, body in _posts(client)] == [len(s) for s in EXPECTED[client]]


@pytest.mark.parametrize("client", EXPECTED)
def test_a_client_gives_each_message_an_id_and_a_time_near_its_receipt(client: str) -> None:
    messages = [
        message
        for path, body in _posts(client)
        for message in read(body, kind=_kind(path), received_at=RECEIVED, message_id_seed="s").messages
    ]
    ids = [message.message_id for message in messages]
    assert len(set(ids)) == len(ids)
    assert [i for i in ids if i.startswith("s:")] == []
    # One event of three clients was given a time of its own, in January.
    late = [m for m in messages if RECEIVED - m.at > timedelta(seconds=1)]
    assert [m.at.date().isoformat() for m in late] == (["2026-01-02"] if messages[0].traits.get("createdAt") else [])


@pytest.mark.parametrize("client", [client for client in EXPECTED if "next" in client or client.endswith("rudder-js")])
def test_browsers_say_which_visitor(client: str) -> None:
    visitors = {
        message.anonymous_id
        for path, body in _posts(client)
        for message in read(body, kind=_kind(path), received_at=RECEIVED, message_id_seed="s").messages
    }
    assert len(visitors) == 1
    assert None not in visitors


@pytest.mark.parametrize(("client", "dialect"), OTHERS.items())
def test_another_dialect_is_known_by_its_address(client: str, dialect: str) -> None:
    heads = sorted((CAPTURES / client).glob("*.head.txt"))
    assert [foreign.of_path(_path(head, client)) for head in heads] == [dialect] * len(heads)


@pytest.mark.parametrize(
    "client", [c for c in OTHERS if c not in ("mixpanel-node", "mixpanel-python", "customerio-python")]
)
def test_another_dialect_is_known_by_its_body(client: str) -> None:
    """Even where somebody has pointed its client at our own address."""
    for _, body in _posts(client):
        if body[:1] == b"{":
            with pytest.raises(Unreadable) as refused:
                check(body, "batch")
            assert refused.value.message == foreign.told(OTHERS[client])
