"""Server time and database queries of the list, an account's pages and its timeline, by requests without a network."""

import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from benchmarks.machine import Line, Report, percentile
from benchmarks.world import EMAIL, Size, World, opened
from tenure.base import tenancy
from tenure.base.cycle import StageRun
from tenure.events import queries
from tenure.health import current
from tenure.health import jobs as health
from tenure.health.belief import setting
from tenure.tenants.models import User

REQUESTS = 40
QUERIES = 6
LISTS = {
    "list": "",
    "list, filtered": "?where=events_28d+%3E+10+and+status+%3D+%27customer%27",
    "list, by trend": "?sort=-trend_30d",
    "list, all accounts by name": "?scope=all&sort=name",
}
PAGES = {
    "account page": "",
    "account's people": "people/",
    "account's money": "money/",
    "account's facts": "facts/",
    "account's measure of use": "measures/logins_28d/",
    "account's measure of money": "measures/mrr_growth_84d/",
}


def run(home: Path, *, accounts: int, events: int, months: int, repeat: int = 3) -> Report:
    """The first request of each kind warms up and is not counted."""
    world = opened(home, Size(accounts, events, months))
    report = Report(f"Pages at {accounts:,} accounts and {events:,} events over {months} months")
    ready(world)
    client = Client(SERVER_NAME="127.0.0.1")
    client.force_login(User.objects.get(email=EMAIL))
    base = f"/w/{world.view.slug}/accounts/"
    draw = np.random.default_rng(9)
    count = REQUESTS * repeat // 3
    for name, question in LISTS.items():
        timed(report, name, lambda _, question=question: ask(client, f"{base}{question}"), range(count))
    chosen = [int(number) for number in draw.choice(accounts, count + 1, replace=False) + 1]
    for name, part in PAGES.items():
        timed(report, name, lambda account, part=part: ask(client, f"{base}{account}/{part}"), chosen)
    timed(report, "timeline page", lambda account: ask(client, f"{base}{account}/timeline/"), chosen)
    timed(report, "timeline, the newest 50 of the log", lambda account: _timeline(world, account, 50), chosen)
    timed(report, "timeline, all 18 months of the log", lambda account: _timeline(world, account, 10_000), chosen)
    return report


def ready(world: World) -> None:
    """The current state, when no benchmark has made it yet."""
    if current.latest(world.view.slug) is None:
        with tenancy.workspace(world.view.id):
            stage = StageRun(world.view.id, world.view.slug, world.as_of, (world.as_of,), history=True)
            health.definitions_stage(stage)
            health.refresh(setting(world.view.slug), world.as_of, full=True)


def timed(report: Report, name: str, work: Callable[[int], int], subjects: range | list[int]) -> None:
    """Median, 95th percentile and most queries over the subjects."""
    times, queried = [], 0
    for place, subject in enumerate(subjects):
        started = time.perf_counter()
        made = work(subject)
        if place:
            times.append((time.perf_counter() - started) * 1000)
            queried = max(queried, made)
    report.add(Line(name, percentile(times, 0.5), "ms", target=100.0, note=f"{queried} queries at most"))
    report.add(Line(f"{name}, 95th percentile", percentile(times, 0.95), "ms", target=200.0))
    if queried > QUERIES:
        report.add(Line(f"{name}, queries", queried, "", target=QUERIES))


def ask(client: Client, path: str) -> int:
    """Ask for a page; how many database queries it took, without those of the session and the signed-in user."""
    with CaptureQueriesContext(connection) as captured:
        answer = client.get(path)
    assert answer.status_code == 200, (path, answer.status_code, answer.content[:300])
    return sum(1 for query in captured if "django_session" not in query["sql"])


def _timeline(world: World, account: int, limit: int) -> int:
    queries.timeline(world.lake, account, limit=limit)
    return 0
