"""The pages of sources: what arrives, what was refused and why, and sending it again."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.test import Client

from tenure.base import clock, tenancy
from tenure.ingest.drain.models import EventReject, SourceHour, SourceNow
from tenure.ingest.drain.tests.sending import NOON, drained, group, identify, send, track
from tenure.ingest.watching.models import Silence
from tenure.screens.workspace.sources import rows
from tenure.tenants.models import Workspace

BASE = "/w/acme/sources/"


@pytest.fixture(autouse=True)
def _soon_after() -> Iterator[None]:
    """The pages are asked for five minutes after the messages came."""
    with clock.frozen(NOON + timedelta(minutes=5)):
        yield


def body(client: Client, path: str = "") -> str:
    answer = client.get(f"{BASE}{path}")
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.fixture
def heard(acme: Workspace) -> Workspace:
    """A source that sent three messages that were taken, and one that cannot be read."""
    with tenancy.workspace(acme.pk):
        send(
            identify("u1"),
            group("u1", "A1"),
            track("Opened", userId="u1"),
            {"type": "trak", "userId": "u1"},
            source="app",
        )
        drained(NOON + timedelta(minutes=1))
    return acme


def test_before_the_first_event_the_page_says_what_to_do(acme: Workspace, ana_client: Client) -> None:
    shown = body(ana_client)
    assert "Waiting for the first event" in shown
    assert 'hx-trigger="every 2s"' in shown


def test_the_list_tells_what_became_of_each_message(heard: Workspace, ana_client: Client) -> None:
    shown = body(ana_client)
    assert "app" in shown
    assert "The event&#39;s type is not one of identify" in shown


def test_a_source_shows_its_newest_messages_and_its_refused_events(heard: Workspace, ana_client: Client) -> None:
    shown = body(ana_client, "app/")
    assert "Opened" in shown
    assert "&#34;trak&#34;" in shown


def test_refused_events_are_sent_again_once(heard: Workspace, ana_client: Client) -> None:
    answer = ana_client.post(f"{BASE}app/replays/", {"reason": "unknown_type"}, follow=True)
    assert "1 event sent again" in answer.content.decode()
    with tenancy.workspace(heard.pk):
        assert EventReject.objects.filter(replayed_at=None).count() == 0
    again = ana_client.post(f"{BASE}app/replays/", {"reason": "unknown_type"}, follow=True)
    assert "None of these can be sent again" in again.content.decode()


def test_a_viewer_sees_counts_but_no_events(heard: Workspace, ben_client: Client) -> None:
    assert "app" in body(ben_client)
    assert ben_client.get(f"{BASE}app/").status_code == 403


def test_a_source_that_never_sent_is_not_found(acme: Workspace, ana_client: Client) -> None:
    assert ana_client.get(f"{BASE}none/").status_code == 404


@pytest.mark.parametrize(
    ("raw", "path", "expected"),
    [
        ('{"a": {"total": "x<y"}}', "a.total", "    <mark>    &#34;total&#34;: &#34;x&lt;y&#34;</mark>".strip()),
        ("{broken", "properties", "{broken"),
        ('{"a": 1}', "", "{\n  &#34;a&#34;: 1\n}"),
    ],
)
def test_the_offending_part_is_marked_and_nothing_runs(raw: str, path: str, expected: str) -> None:
    assert expected in rows.marked(raw, path)


def test_a_source_shows_what_it_sends(heard: Workspace, ana_client: Client) -> None:
    with tenancy.workspace(heard.pk):
        send(track("Exported", userId="u1", properties={"rows": 12, "format": "csv"}), source="app")
        send(track("Exported", userId="u1", properties={"rows": "many"}), source="app")
        drained(NOON + timedelta(minutes=2))
    shown = " ".join(body(ana_client, "app/").split())
    assert "<b>Exported</b> · 2 names" in shown
    assert "number and text" in shown
    assert '<td data-label="Missing in" class="number">50 %</td>' in shown


def test_the_list_names_what_is_missing_for_a_good_score(heard: Workspace, ana_client: Client) -> None:
    shown = body(ana_client)
    assert "3 of 7" in shown
    assert "POST /api/v1/facts/subscriptions, or import a file." in shown
    assert "Call group with the account" not in shown


def test_an_unusual_hour_and_a_silence_are_told(heard: Workspace, ana_client: Client) -> None:
    with tenancy.workspace(heard.pk):
        last = SourceNow.objects.get()
        SourceNow.objects.update(first_at=NOON - timedelta(days=20))
        hours = [NOON - timedelta(days=back, hours=2) for back in range(1, 20)]
        SourceHour.objects.bulk_create(SourceHour(source="app", hour=hour, messages=500) for hour in hours)
        Silence.objects.create(source="app", since=last.last_at, noticed_at=NOON)
    shown = body(ana_client, "app/")
    assert "0 messages, usually about 500 at this hour" in shown
    assert "Silent" in shown
