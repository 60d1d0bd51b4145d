from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction

from tenure.base import clock, outbox, tenancy
from tenure.base.models import OutboxMessage
from tenure.tenants.models import Workspace

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


@dataclass(frozen=True)
class LampLit(outbox.Fact):
    lamp: int


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> list[LampLit]:
    facts: list[LampLit] = []
    monkeypatch.setitem(outbox._handlers, "LampLit", [facts.append])
    return facts


def test_a_fact_reaches_its_subscribers_once_and_in_its_workspace(workspace: Workspace, heard: list[LampLit]) -> None:
    outbox.add(LampLit(lamp=1))
    with tenancy.no_workspace():
        assert outbox.deliver() == 1
        assert outbox.deliver() == 0
    assert heard == [LampLit(lamp=1)]


def test_a_fact_goes_with_its_transaction(workspace: Workspace, heard: list[LampLit]) -> None:
    with transaction.atomic():
        outbox.add(LampLit(lamp=1))
        transaction.set_rollback(True)
    outbox.deliver()
    assert heard == []


def test_a_failing_handler_is_tried_again_later_and_leaves_its_error(
    workspace: Workspace, heard: list[LampLit], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(fact: LampLit) -> None:
        raise ValueError("no bulb")

    with clock.frozen(NOON):
        outbox.add(LampLit(lamp=1))
        monkeypatch.setitem(outbox._handlers, "LampLit", [fail])
        assert outbox.deliver() == 0
    row = OutboxMessage.objects.get()
    assert (row.error, row.attempts, row.delivered_at) == ("ValueError: no bulb", 1, None)
    assert row.due_at == NOON + timedelta(seconds=30)
    monkeypatch.setitem(outbox._handlers, "LampLit", [heard.append])
    with clock.frozen(NOON + timedelta(seconds=29)):
        assert outbox.deliver() == 0
    with clock.frozen(NOON + timedelta(seconds=31)):
        assert outbox.deliver() == 1
    assert heard == [LampLit(lamp=1)]
