"""What a source sends is seen: names, types, gaps, an example."""

from datetime import UTC, datetime, timedelta

import pytest

from tenure.ingest import sources
from tenure.ingest.messages import Message
from tenure.ingest.seen import names
from tenure.ingest.seen.models import SeenName
from tenure.tenants.models import Workspace

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
pytestmark = pytest.mark.usefixtures("workspace")


def track(name: str, number: int = 0, **properties: object) -> Message:
    return Message(type="track", message_id=f"m{number}", at=NOON, user_id="u", name=name, properties=properties)


def see(*messages: Message, at: datetime = NOON, source: str = "web") -> None:
    names.keep(names.look([(source, at, messages)]))


def test_events_come_by_frequency_with_their_properties() -> None:
    see(track("Export", format="csv", rows=10), track("Export", format="pdf"), track("Login"))
    see(track("Export", rows="x"))
    found = sources.schema_seen("web")
    assert [(each.name, each.share) for each in found.events] == [("Export", 0.75), ("Login", 0.25)]
    export = found.events[0]
    assert [(f.name, round(f.missing, 3), f.types, f.sample) for f in export.fields] == [
        ("format", 0.333, ("text",), "pdf"),
        ("rows", 0.333, ("number", "text"), "x"),
    ]
    assert found.events[1].fields == ()


def test_what_no_longer_comes_is_missed() -> None:
    see(track("Export", format="csv"))
    see(track("Export"), track("Export"), track("Export", format=None), at=NOON + timedelta(hours=1))
    (export,) = sources.schema_seen("web").events
    assert [(f.name, f.missing, f.last_at) for f in export.fields] == [("format", 0.75, NOON + timedelta(hours=1))]


def test_attributes_of_people_and_accounts() -> None:
    identify = Message(type="identify", message_id="i", at=NOON, user_id="u", traits={"title": "CFO", "admin": True})
    group = Message(type="group", message_id="g", at=NOON, group_id="a", traits={"seats": 7, "tags": ["x"]})
    see(identify, group)
    found = sources.schema_seen("web")
    assert [(f.name, f.types, f.sample) for f in found.person] == [
        ("admin", ("yes or no",), "true"),
        ("title", ("text",), "CFO"),
    ]
    assert [(f.name, f.types, f.sample) for f in found.account] == [
        ("seats", ("number",), "7"),
        ("tags", ("list",), '["x"]'),
    ]


def test_a_client_that_makes_up_names_does_not_fill_the_database() -> None:
    for run in range(20):
        see(*[track(f"Event {run} {n}", n) for n in range(100)])
    assert SeenName.objects.count() == names.NAMES


def test_a_few_messages_of_a_large_run_are_looked_at() -> None:
    (found,) = names.look([("web", NOON, [track("Export", n) for n in range(10_000)])])
    assert [(one.name, one.looked, one.present) for one in found.names] == [("Export", 200, 200)]


def test_counts_speak_of_the_present() -> None:
    for _ in range(21):
        see(*[track("Export", n, format="csv") for n in range(200)])
    for _ in range(40):
        see(*[track("Export", n) for n in range(200)])
    (export,) = sources.schema_seen("web").events
    assert round(export.fields[0].missing, 2) == 0.93


def test_sources_are_apart(workspace: Workspace) -> None:
    see(track("Export"))
    see(track("Login"), source="server")
    assert [each.name for each in sources.schema_seen("server").events] == ["Login"]
