"""A request that makes the drain fail is set aside whole; the others go in, and the drain goes on."""

import sqlite3

import msgspec
import pytest
from django.db import OperationalError

from tenure.base import clock
from tenure.ingest import inbox
from tenure.ingest.dialects import segment
from tenure.ingest.drain import hearing, replaying
from tenure.ingest.drain.models import EventReject, SourceHour
from tenure.ingest.drain.tests.sending import NOON, drained, group, send, stored, track
from tenure.tenants.models import Member, Workspace
from tenure.tenants.queries import members_by_id

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("workspace")]


def _failing_with(error: Exception, monkeypatch: pytest.MonkeyPatch) -> None:
    """Reading a body with the word `Poison` fails."""

    def failing(body: bytes, **about: object) -> object:
        if b"Poison" in body:
            raise error
        return segment.said(body, **about)  # type: ignore[arg-type]

    monkeypatch.setattr(hearing, "said", failing)


def _sent() -> None:
    send(group("u1", "g1"), track("Opened", userId="u1"))
    send(track("Poison", userId="u1"), track("Closed", userId="u1"))
    send(track("Saved", userId="u1"))


def test_the_culprit_is_set_aside_and_the_rest_goes_in(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    _failing_with(KeyError("x"), monkeypatch)
    _sent()
    assert drained().rows == 3
    assert stored() == [("Opened", "g1", "u1"), ("Saved", "g1", "u1")]
    row = EventReject.objects.get()
    assert (row.reason, row.source, row.kind, row.trust) == ("unreadable_batch", "app", "batch", "server")
    assert [each["event"] for each in msgspec.json.decode(bytes(row.raw))["batch"]] == ["Poison", "Closed"]
    assert list(SourceHour.objects.values_list("messages", "events", "rejected")) == [(5, 2, 2)]
    assert inbox.waiting(workspace.pk).batches == 0
    assert "is set aside" in caplog.text


def test_it_can_be_sent_again(ana: Member, monkeypatch: pytest.MonkeyPatch) -> None:
    _failing_with(KeyError("x"), monkeypatch)
    _sent()
    drained()
    monkeypatch.undo()
    with clock.frozen(NOON):
        by = members_by_id([ana.pk])[ana.pk]
        assert replaying.replay(reason="unreadable_batch", by=by) == (1, 0)
    drained()
    assert stored("e.name") == [("Closed",), ("Opened",), ("Poison",), ("Saved",)]


@pytest.mark.parametrize("error", [OperationalError, sqlite3.OperationalError, OSError, MemoryError])
def test_what_database_window_disk_or_memory_refuse_is_tried_again(
    error: type[Exception], monkeypatch: pytest.MonkeyPatch
) -> None:
    _failing_with(error("locked"), monkeypatch)
    _sent()
    with pytest.raises(error, match="locked"):
        drained()
    assert EventReject.objects.count() == 0
    monkeypatch.undo()
    drained()
    assert stored("e.name") == [("Closed",), ("Opened",), ("Poison",), ("Saved",)]
