"""A workspace full of made-up customers, built once in the benchmark's home and used again."""

import json
import sys
import time
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path

import numpy as np
from django.core.management import call_command

from benchmarks import business, generator
from tenure.base import tenancy
from tenure.customers.actions import assign_owners, link_people, upsert_accounts, upsert_people
from tenure.customers.contracts import AccountUpsert, OwnerLink, PersonLink, PersonUpsert
from tenure.events import actions, jobs, queries
from tenure.events.lake import Lake
from tenure.ingest import inbox
from tenure.tenants.actions import found_workspace
from tenure.tenants.contracts import WorkspaceView
from tenure.tenants.queries import workspace

FIRST = "2024-01"
EMAIL, PASSWORD = "bench@example.org", "a password for benchmarks"


@dataclass(frozen=True, slots=True)
class Size:
    """How large a world is."""

    accounts: int
    events: int
    months: int

    @property
    def slug(self) -> str:
        """The workspace's name."""
        return f"w{self.accounts}-{self.events // 1000}k-{self.months}"


@dataclass(frozen=True, slots=True)
class World:
    """A built workspace: as-of is the day after the last event."""

    view: WorkspaceView
    lake: Lake
    people: generator.Population
    as_of: date
    size: Size


def opened(home: Path, size: Size) -> World:
    """The world of this size, built when it is not there yet."""
    months = generator.days(FIRST, size.months)
    as_of = (months[-1][-1] + 1).astype(date)
    people = generator.population(accounts=size.accounts, seed=1)
    marker = home / f"{size.slug}.json"
    # A world that stands follows the product too.
    call_command("migrate", verbosity=0, interactive=False)
    inbox.prepare()
    if not marker.exists():
        _build(size, people, as_of)
        marker.write_text(json.dumps(asdict(size)))
    return World(workspace(size.slug), queries.open_lake(size.slug), people, as_of, size)


def _build(size: Size, people: generator.Population, as_of: date) -> None:
    started = time.perf_counter()
    founded = found_workspace(slug=size.slug, email=EMAIL, password=PASSWORD, as_of=as_of)
    lake = queries.open_lake(size.slug)
    first = date.fromisoformat(f"{FIRST}-01")
    with tenancy.workspace(founded.workspace.id):
        _customers(size, people, first, founded.owner.id)
        _say(started, "accounts and people")
        records = business.records(accounts=size.accounts, first=first, last=as_of, seed=3)
        actions.append(lake, "events", records, writer="bench-records", run=1)
        months = generator.history(people, first=FIRST, months=size.months, rows=size.events, seed=2)
        for number, (month, rows) in enumerate(months, start=1):
            actions.append(lake, "events", rows, writer="bench-usage", run=number)
            _say(started, f"{month:%Y-%m}")
        jobs.roll_up(lake)
        _say(started, "rolled up")
        jobs.maintain(lake, today=as_of)
        _say(started, "clustered")


def _customers(size: Size, people: generator.Population, first: date, owner: int) -> None:
    """Accounts 1..n, their people with the ids the generator uses, and an owner for one in four."""
    starts = business.starts(accounts=size.accounts, first=first, seed=3).astype("datetime64[D]")
    rows = [
        AccountUpsert(f"A{n}", name=f"Company {n}", started_on=starts[n - 1].astype(date))
        for n in range(1, size.accounts + 1)
    ]
    ids = upsert_accounts(rows, source="bench").ids
    assert (ids["A1"], ids[f"A{size.accounts}"]) == (1, size.accounts), "the benchmark's home is not empty"
    total = int(people.people.sum())
    named = upsert_people(
        [PersonUpsert(f"P{n}", email=f"p{n}@example.com", name=f"Person {n}") for n in range(1, total + 1)],
        source="bench",
    ).ids
    assert (named["P1"], named[f"P{total}"]) == (1, total)
    of = np.repeat(np.arange(1, size.accounts + 1), people.people)
    link_people([PersonLink(person=n, account=int(account)) for n, account in enumerate(of, start=1)])
    assign_owners([OwnerLink(account=n, member=owner) for n in range(1, size.accounts + 1, 4)])


def _say(started: float, what: str) -> None:
    print(f"  {time.perf_counter() - started:6.0f} s  {what}", file=sys.stderr, flush=True)
