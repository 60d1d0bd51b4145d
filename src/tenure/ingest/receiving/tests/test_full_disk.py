"""No room: what the kernel lets nobody write is refused, what was acknowledged comes into the log once there is room.

`RLIMIT_FSIZE` makes writing beyond a size fail for every file of a process, as a full disk does; so each of the limits
stops the drain at another of its writes (database, window, log).
"""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

FULL_DISK = """
import json, resource, sys
import django; django.setup()
from pathlib import Path
from django.core.management import call_command
from tenure.base import clock, tenancy
from tenure.base.cycle import StageRun
from tenure.ingest import inbox
from tenure.ingest.drain.draining import drain
from tenure.ingest.drain.models import EventReject, SourceHour
from tenure.ingest.drain.tests.sending import stored
from tenure.ingest.inbox import sqlite
from tenure.ingest.receiving.tests.calling import call
from tenure.tenants.actions import found_workspace

UNLIMITED = resource.getrlimit(resource.RLIMIT_FSIZE)[1]
answers, acknowledged, failed_at = [], set(), []

def room(size):
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, UNLIMITED))

def sent(number):
    ids = [f"{number}-{n}" for n in range(50)]
    got = call("POST", "/v1/batch", {"batch": [
        {"type": "track", "event": "Opened", "messageId": each, "userId": f"u{n}", "context": {"groupId": f"g{n % 5}"},
         "properties": {"padding": "x" * 200}} for n, each in enumerate(ids)]}, key=key)
    answers.append((got.status, got.json.get("message"), got.headers.get("Retry-After")))
    if got.status == 200:
        acknowledged.update(ids)

def drained():
    today = clock.today("UTC")
    return drain(StageRun(workspace.id, workspace.slug, today, (today,)))

call_command("migrate", verbosity=0, interactive=False)
inbox.prepare()
founded = found_workspace(slug="acme", email="ana@example.org", password="a password for tests")
workspace, key = founded.workspace, founded.secret_key
with tenancy.workspace(workspace.id):
    sent(0)
    room(Path(f"{sqlite.path()}-wal").stat().st_size + 60_000)
    for number in range(1, 8):
        sent(number)
    for size in (0, 4_096, 16_384, 32_768, 65_536, 131_072, 262_144, 400_000, 524_288):
        room(size)
        try:
            drained()
        except Exception as error:
            failed_at.append(size)
            print(size, repr(error), file=sys.stderr)
    room(UNLIMITED)
    for number in range(1, 10):  # as clients do: what was refused, and some of what was not
        sent(number)
    while inbox.waiting(workspace.id).batches:
        drained()
    found = [each for (each,) in stored("e.message_id")]
    print(json.dumps({
        "refusals": sorted({answer for answer in answers if answer[0] != 200}),
        "after": [status for status, _, _ in answers[8:]], "failed_at": failed_at,
        "acknowledged": len(acknowledged), "stored": len(found), "doubled": len(found) - len(set(found)),
        "lost": sorted(acknowledged - set(found)), "rejects": EventReject.objects.count(),
        "counted": sum(SourceHour.objects.values_list("events", flat=True)),
    }))
"""

CUT_SHORT = {"PYTHONDONTWRITEBYTECODE": "1"}
"""A module compiled under the limit would be cut short on disk, and could not be imported by anybody any more."""


@pytest.fixture(scope="module")
def end(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What a process of its own says: the limit holds for all that it writes."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith("TENURE_")}
    home: Path = tmp_path_factory.mktemp("home")
    done = subprocess.run(
        [sys.executable, "-c", FULL_DISK],
        env={**kept, "TENURE_HOME": str(home), "DJANGO_SETTINGS_MODULE": "tenure.config.settings", **CUT_SHORT},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def test_what_finds_no_room_is_refused_with_a_sentence(end: dict[str, Any]) -> None:
    assert end["refusals"] == [[507, "The disk is full. Make room; clients will send again.", "30"]]


def test_the_drain_fails_without_room_and_sets_nothing_aside(end: dict[str, Any]) -> None:
    assert end["failed_at"][:6] == [0, 4_096, 16_384, 32_768, 65_536, 131_072]
    assert end["rejects"] == 0


def test_with_room_again_all_that_was_acknowledged_is_in_the_log_once(end: dict[str, Any]) -> None:
    assert end["after"] == [200] * 9
    assert end["lost"] == []
    assert (end["acknowledged"], end["stored"], end["doubled"], end["counted"]) == (500, 500, 0, 500)
