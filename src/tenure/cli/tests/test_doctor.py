"""`tenure doctor`: what waits in the inbox, and for how long."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from click.testing import CliRunner

from tenure.base import clock
from tenure.cli.commands.doctor import command
from tenure.ingest import inbox
from tenure.ingest.inbox.tests.rows import row

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
pytestmark = pytest.mark.django_db


def _inbox() -> tuple[str, str]:
    answer = CliRunner().invoke(command, ["--json"])
    assert answer.exit_code == 0, answer.output
    found = next(line for line in json.loads(answer.output) if line["check"] == "inbox")
    return found["level"], found["message"]


def test_an_empty_inbox_is_in_order() -> None:
    assert _inbox() == ("ok", "empty")


def test_events_that_nobody_drains_are_told() -> None:
    inbox.store(row(events=1_200, at=NOON))
    with clock.frozen(NOON + timedelta(seconds=60)):
        assert _inbox() == ("ok", "1,200 events wait, the oldest for 60 s")
    with clock.frozen(NOON + timedelta(seconds=61)):
        level, message = _inbox()
    assert level == "warning"
    assert message.startswith("1,200 events wait, the oldest for 61 s: is a worker running?")
