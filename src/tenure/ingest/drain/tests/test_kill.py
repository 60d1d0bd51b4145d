"""Killed with -9 at every step and started again, the drain comes to the same end, with every message once."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

STEPS = ("claimed", "identity", "decided", "events", "traits", "counted", "done")
HOUSES = """
import json, os, signal, sys
import django; django.setup()
from datetime import UTC, datetime, timedelta
from django.core.management import call_command
from django.db import connections
from django.db.models import Sum
from tenure.base import tenancy
from tenure.customers.models import Account, Person, PersonAccount
from tenure.ingest import inbox
from tenure.ingest.drain.models import DrainState, EventReject, ParkedEvent, PendingTraits, SourceHour
from tenure.ingest.drain.runs import watch
from tenure.ingest.drain.tests.sending import drained, group, identify, send, stored, track, trait_rows
from tenure.ingest.identity.models import Identifier
from tenure.ingest.models import Delivery
from tenure.tenants.models import Workspace

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
LATE = NOON + timedelta(minutes=10)

def forked(work, *arguments, killed=False):
    # What a child opens dies with it; the parent opens nothing.
    if (child := os.fork()) == 0:
        try:
            work(*arguments)
        finally:
            sys.stdout.flush()
            os._exit(int(sys.exc_info()[0] is not None and (sys.excepthook(*sys.exc_info()) or True)))
    status = os.waitpid(child, 0)[1]
    assert (os.WTERMSIG(status) == signal.SIGKILL if killed else status == 0), (arguments, status)

def prepare(slugs):
    call_command("migrate", verbosity=0, interactive=False)
    inbox.prepare()
    for slug in slugs:
        Workspace.objects.create(slug=slug, name=slug)

def entered(slug):
    return tenancy.workspace(Workspace.objects.get(slug=slug).pk)

def sent(slug):
    with entered(slug):
        send(group("u0", "g0", traits={"name": "G0", "plan": "gold"}), group("two", "g1"), group("two", "g2"))
        send(track("Waits", userId="two"), track("Waits", "2", anonymousId="a1"))
        drained()
        for batch in range(3):
            users = [f"u{batch}-{n}" for n in range(20)]
            send(*(identify(u, anonymousId=f"a-{u}", traits={"color": "red", "email": f"{u}@x.example"})
                   for u in users),
                 *(group(u, f"g{batch}", traits={"size": batch}) for u in users), at=NOON + timedelta(minutes=1))
            send(*(track("Opened", f"{u}-{n}", userId=u) for u in users for n in range(3)),
                 *(track("Opened", f"{u}-0", userId=u) for u in users),
                 *(track("Seen", u, anonymousId=f"a-{u}") for u in users),
                 *(track("Strange", u, anonymousId=f"strange-{u}") for u in users), {"type": "dance"})
        send(group("two", "g2", "again"), at=NOON + timedelta(minutes=5))

def killed_at(slug, step):
    def passed(name):
        if name == step:
            os.kill(os.getpid(), signal.SIGKILL)
    watch.passed = passed
    with entered(slug):
        drained(LATE)

def state(slug):
    with entered(slug):
        drained(LATE + timedelta(seconds=20))
        columns = ("messages", "events", "duplicates", "rejected", "parked", "released")
        print(json.dumps({"slug": slug,
            "events": stored("e.name, a.external_id, p.external_id, e.message_id, e.count, e.known_day", slug=slug),
            "traits": trait_rows(slug=slug),
            "people": sorted(Person.objects.values_list("external_id", "email")),
            "members": sorted(PersonAccount.objects.values_list("person__external_id", "account__external_id")),
            "joined": sorted(Identifier.objects.values_list("value", "person__external_id")),
            "parked": sorted(ParkedEvent.objects.values_list("name", "reason", "anonymous_id", "claimed")),
            "rejects": sorted(EventReject.objects.values_list("reason", "source")),
            "counts": [SourceHour.objects.aggregate(n=Sum(column))["n"] for column in columns],
            "delivered": sorted(Delivery.objects.values_list("kind", "last_day")),
            "left": [inbox.waiting(tenancy.current_workspace_id()).batches, PendingTraits.objects.count()],
            "done": [row.run == row.done for row in DrainState.objects.all()],
        }, default=str))

steps = sys.argv[1].split()
forked(prepare, ["undisturbed", "everywhere", *steps])
for slug in ("undisturbed", "everywhere", *steps):
    forked(sent, slug)
    for step in steps[:-1] if slug == "everywhere" else [slug] if slug in steps else []:
        forked(killed_at, slug, step, killed=True)
    forked(state, slug)
"""


@pytest.fixture(scope="module")
def ends(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    """The end of each workspace: one undisturbed, one killed at all steps, and one for each step."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith("TENURE_")}
    home: Path = tmp_path_factory.mktemp("home")
    done = subprocess.run(
        [sys.executable, "-c", HOUSES, " ".join(STEPS)],
        env={**kept, "TENURE_HOME": str(home), "DJANGO_SETTINGS_MODULE": "tenure.config.settings"},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    found = [json.loads(line) for line in done.stdout.splitlines()]
    return {each.pop("slug"): each for each in found}


def test_the_undisturbed_end(ends: dict[str, dict[str, Any]]) -> None:
    end = ends["undisturbed"]
    assert end["counts"] == [489, 240, 60, 3, 62, 1]
    assert end["left"] == [0, 0]
    assert end["done"] == [True]
    assert len(end["events"]) == 3 * 20 * 4 + 1


@pytest.mark.parametrize("step", [*STEPS, "everywhere"])
def test_killed_the_end_is_the_same(step: str, ends: dict[str, dict[str, Any]]) -> None:
    assert ends[step] == ends["undisturbed"]
