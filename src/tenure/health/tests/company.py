"""A small company in the workspace of a test: twelve accounts over seven months, half of them fading."""

import json
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

import pyarrow as pa

from tenure.base import clock
from tenure.base.cycle import StageReport, StageRun
from tenure.base.tests import again
from tenure.customers.actions import upsert_accounts
from tenure.customers.contracts import AccountUpsert
from tenure.events.actions import append
from tenure.events.contracts import EVENTS
from tenure.events.jobs import roll_up
from tenure.events.queries import open_lake
from tenure.health import jobs
from tenure.tenants.models import Workspace

AS_OF = date(2024, 12, 31)
FIRST = date(2024, 6, 3)
ACCOUNTS = 12

type Row = dict[str, object]


@again.once
def founded(workspace: Workspace, *, silent_from: date | None = None) -> dict[str, int]:
    """Make the company, roll it up; ids by external id. Account n uses the product on n of 12 days; the even ones
    stop doing half of it 20 days before as-of. `silent_from`: from that day on no usage arrives at all."""
    workspace.as_of = AS_OF
    workspace.save()
    made = upsert_accounts(
        [AccountUpsert(f"A-{n}", name=f"Account {n}", started_on=FIRST, traits={"tier": n % 3}) for n in range(1, 13)]
    )
    ids = dict(made.ids)
    rows: list[Row] = []
    for n in range(1, ACCOUNTS + 1):
        account = ids[f"A-{n}"]
        for day in (FIRST + timedelta(days=k) for k in range((AS_OF - FIRST).days)):
            fading = n % 2 == 0 and day >= AS_OF - timedelta(days=20) and day.toordinal() % 2 == 0
            if day.toordinal() % ACCOUNTS < n and not fading and (silent_from is None or day < silent_from):
                rows.append(use(account, day, count=float(1 + n % 4)))
        if n % 5 == 0:
            rows.append(record(account, FIRST + timedelta(days=n), "ticket_opened", id=f"T-{n}", priority="high"))
    arrive(workspace.slug, rows)
    return ids


@again.once
def computed(workspace: Workspace) -> dict[str, int]:
    """The company as above after health's stages have run once; ids by external id."""
    ids = founded(workspace)
    cycle(workspace)
    return ids


def use(account: int, day: date, *, known: date | None = None, count: float = 1.0) -> Row:
    """A usage event at noon."""
    return {
        **_event(account, day, known or day), "class": "usage", "name": "report_made", "count": count,
        "message_id": f"u-{account}-{day}-{known}",
    }  # fmt: skip


def record(account: int, day: date, name: str, **properties: object) -> Row:
    """A business record."""
    return {
        **_event(account, day, day), "class": "record", "name": name, "count": 1.0,
        "message_id": f"{name}-{account}-{day}", "properties": json.dumps(properties),
    }  # fmt: skip


def _event(account: int, day: date, known: date) -> Row:
    return {
        "month": f"{day:%Y-%m}", "day": day, "known_day": known, "account": account, "source": "test", "content": 1,
        "at": datetime(day.year, day.month, day.day, 12, tzinfo=UTC), "sign": 1,
        "received_at": datetime(known.year, known.month, known.day, 13, tzinfo=UTC),
    }  # fmt: skip


def arrive(slug: str, rows: Sequence[Row]) -> None:
    """Write events into the lake and roll them up."""
    lake = open_lake(slug)
    run = lake.snapshot("events").version + 2
    append(lake, "events", pa.Table.from_pylist(list(rows), schema=EVENTS), writer="test", run=run)
    roll_up(lake)


def cycle(workspace: Workspace, *, days: tuple[date, ...] = (), history: bool = True) -> dict[str, StageReport]:
    """Run health's stages once, a minute from now: what was made just before is then no longer news."""
    as_of = workspace.as_of or AS_OF
    run = StageRun(workspace_id=workspace.pk, slug=workspace.slug, as_of=as_of, days=days, history=history)
    with clock.frozen(clock.now() + timedelta(minutes=1)):
        return {stage.name: stage.run(run) for stage in jobs.STAGES}
