"""Server time of the pages that tell of all customers: of this month and of months that are over, by requests without a
network; what it takes to keep a day, in time and on the disk."""

import gc
import time
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from urllib.parse import quote, urlencode

from django.test import Client

from benchmarks.machine import Line, Report, percentile
from benchmarks.pages import ask, ready
from benchmarks.world import EMAIL, Size, World, opened
from tenure.base import kept, past, tenancy
from tenure.base.cycle import StageRun
from tenure.base.months import last_day, months_back
from tenure.health.population import STAGE as POPULATION
from tenure.past import keeping
from tenure.reports.kept import STAGE as BOARD
from tenure.revenue import queries as revenue
from tenure.revenue.fit.standing import STAGE as STANDING
from tenure.revenue.payers import STAGE as PAYERS
from tenure.segments.queries import in_force
from tenure.subscriptions.jobs import run_stage
from tenure.tenants.models import User

MOST_MS = 200.0
GROUPS = ("plan", "owner", "band", "score", "mrr", "logins_28d:5,20", "mrr >= 1000 and plan = 'Pro'")
FURTHER = (
    "cohorts/",
    "cohorts/?every=quarter&of=money",
    "cohorts/?by=plan&value=Pro",
    "worth/",
    "movements/?kind=new&month={month}",
    "movements/?kind=due&months=12&month={month}",
)


def run(home: Path, *, accounts: int, events: int, months: int, repeat: int = 3) -> Report:
    """The first request of each page is told beside the median of the others."""
    world = opened(home, Size(accounts, events, months))
    ready(world)
    report = Report(f"Pages of all customers at {accounts:,} accounts")
    over = last_day(months_back(world.as_of, 1))
    with tenancy.workspace(world.view.id):
        _kept(report, world, over)
        segment = next(iter(in_force()), "")
        pages = _pages(over, f"segment:{segment}" if segment else "")
    client = Client(SERVER_NAME="127.0.0.1")
    client.force_login(User.objects.get(email=EMAIL))
    gc.collect()
    gc.freeze()  # as in a process that serves them
    for name, path in pages.items():
        for when, day in (("", ""), (", a month that is over", over.isoformat())):
            _timed(report, f"{name}{when}", client, _as_of(f"/w/{world.view.slug}/{path}", day), 2 * repeat + 1)
    return report


def _kept(report: Report, world: World, over: date) -> None:
    """The files of the present day, as the cycle makes them, then those of a day that is over."""
    slug = world.view.slug
    stage = StageRun(world.view.id, slug, world.as_of, (world.as_of,))
    for made in (run_stage, PAYERS.run, STANDING.run, POPULATION.run, BOARD.run):
        made(stage)
    past.drop(slug, over)
    started, worked = time.perf_counter(), time.process_time()
    keeping.keep(slug, over)
    took = f"{time.process_time() - worked:.1f} s of processor"
    report.add(Line("a day is kept", time.perf_counter() - started, "s", note=took))
    size = sum(path.stat().st_size for path in kept.folder(slug, over).rglob("*") if not path.is_symlink())
    report.add(Line("a kept day on the disk", size / 1e6, "MB"))


def _pages(over: date, segment: str) -> Mapping[str, str]:
    month = f"{over:%Y-%m}"
    found = {"retention": "retention/"}
    found |= {
        f"retention by {by}": f"retention/?{urlencode({'by': by}, quote_via=quote)}" for by in (*GROUPS, segment) if by
    }
    found |= {f"retention as {key}": f"retention/?definition={key}" for key in revenue.definitions()}
    found |= {each.partition("&month")[0]: f"retention/{each.format(month=month)}" for each in FURTHER}
    found |= {f"fit, {each or 'kinds'}": f"fit/{each}" for each in ("", "standing/", "best/", "sources/", "accounts/")}
    return found | {"executive": "executive/", "health": "health/", "segments": "segments/", "team": "team/"}


def _as_of(path: str, day: str) -> str:
    return f"{path}{'&' if '?' in path else '?'}as_of={day}" if day else path


def _timed(report: Report, name: str, client: Client, path: str, count: int) -> None:
    times, worked, queries = [], [], 0
    for _ in range(count):
        started, began = time.perf_counter(), time.process_time()
        queries = max(queries, ask(client, path))
        times.append((time.perf_counter() - started) * 1000)
        worked.append((time.process_time() - began) * 1000)
    note = f"{percentile(worked[1:], 0.5):.0f} of processor; first {times[0]:.0f}, {worked[0]:.0f}; {queries} queries"
    report.add(Line(name, percentile(times[1:], 0.5), "ms", target=MOST_MS, note=note))
