"""What a CSM feels while events pour in: an account's page and a note, over HTTP, with server and worker at work."""

import json
import os
import random
import subprocess
import sys
import time
from collections.abc import Callable
from http.client import HTTPConnection
from multiprocessing import get_context
from multiprocessing.process import BaseProcess
from pathlib import Path

from django.test import Client

from benchmarks.load import BATCH, PORT, batch, resident_mb, send, serving
from benchmarks.machine import Line, Report, percentile
from tenure.base import tenancy
from tenure.customers.models import Account
from tenure.ingest import inbox
from tenure.tenants import actions, queries
from tenure.tenants.models import Member, User

RATE = 20_000
TOKEN = "b" * 64
PAGE_MS, WRITE_MS, MEMORY_MB = 200.0, 50.0, 400.0
LOOKED_AT_EVERY = 20


def run(home: Path, *, accounts: int, events: int, months: int, repeat: int = 1) -> Report:
    """A demo company of this size; `events` are sent at `RATE` a second while pages are read and notes written."""
    report = Report(f"Pages and notes while {RATE:,} events arrive a second, server and worker on the same machine")
    said = subprocess.run(
        [sys.executable, "-m", "tenure.cli", "demo", "--json", "--accounts", str(accounts), "--months", str(months)],
        env={**os.environ, "TENURE_HOME": str(home)}, check=True, capture_output=True, text=True,
    )  # fmt: skip
    told = json.loads(said.stdout)
    here = queries.workspace(told["workspace"])
    with tenancy.workspace(here.id):
        member = Member.objects.earliest("id").pk
        key = actions.make_key(name="Load", kind="server", by=queries.members_by_id([member])[member]).key
        known = dict(Account.objects.order_by("id").values_list("external_id", "id"))
    client = Client()
    client.force_login(User.objects.get(email=told["email"]))
    cookie = f"tenure_session={client.cookies['tenure_session'].value}; csrftoken={TOKEN}"
    for number in range(repeat):
        with serving(home, worker=True) as process:
            quiet = _visit(cookie, here.slug, list(known.values()), lambda taken: taken < 20)
            held: list[tuple[float, float]] = []
            batches = events // BATCH
            load = get_context("spawn").Process(
                target=send, args=(key, batch(list(known)), batches), kwargs=_paced(number * batches)
            )
            load.start()
            busy = _visit(cookie, here.slug, list(known.values()), _while_alive(load, process.pid, held))
            waiting = inbox.waiting(here.id).batches * BATCH
            after = _settled(here.id, process.pid)
        _tell(report, "nothing else to do", quiet)
        _tell(report, "events arriving", busy)
        report.add(Line("acknowledged and not yet in the log at the end", float(waiting), "", note=f"of {events:,}"))
        _tell_memory(report, held, after)
        if load.exitcode:
            raise SystemExit("The load broke off.")
    return report


def _paced(first: int) -> dict[str, float]:
    return {"every": BATCH / RATE, "first": first}


def _while_alive(load: BaseProcess, server: int, held: list[tuple[float, float]]) -> Callable[[int], bool]:
    """Goes on as long as events are sent; looks at memory at every twentieth visit."""

    def going_on(taken: int) -> bool:
        if taken % LOOKED_AT_EVERY == 0:
            held.append(resident_mb(server))
        return load.is_alive()

    return going_on


def _settled(workspace: int, server: int) -> tuple[float, float]:
    """Memory once nothing waits: the median of looks over half a minute, in which the cycle goes on."""
    while inbox.waiting(workspace).batches:
        time.sleep(1)
    looks = []
    for _ in range(15):
        time.sleep(2)
        looks.append(resident_mb(server))
    servers, workers = zip(*looks, strict=True)
    return percentile(servers, 0.5), percentile(workers, 0.5)


def _visit(cookie: str, slug: str, accounts: list[int], going_on: Callable[[int], bool]) -> dict[str, list[float]]:
    """Milliseconds of each page read and note written, in turn, while it goes on; the first of each is not counted."""
    draw, times = random.Random(7), dict[str, list[float]](page=[], note=[])
    while going_on(len(times["page"])):
        account = f"/w/{slug}/accounts/{draw.choice(accounts)}/"
        times["page"].append(_ask(cookie, "GET", account, 200))
        times["note"].append(_ask(cookie, "POST", f"{account}entries/", 302))
        time.sleep(0.1)
    return {name: each[1:] for name, each in times.items()}


def _ask(cookie: str, method: str, path: str, status: int) -> float:
    headers = {"Cookie": cookie}
    body = None
    if method == "POST":
        headers |= {"X-CSRFToken": TOKEN, "Content-Type": "application/x-www-form-urlencoded"}
        body = "kind=note&body=Called+about+the+renewal."
    connection = HTTPConnection("127.0.0.1", PORT, timeout=60)
    started = time.perf_counter()
    connection.request(method, path, body, headers)
    answer = connection.getresponse()
    text = answer.read()
    took = (time.perf_counter() - started) * 1_000
    connection.close()
    assert answer.status == status, (path, answer.status, text[:300])
    return took


def _tell_memory(report: Report, held: list[tuple[float, float]], after: tuple[float, float]) -> None:
    for name, looks, in_the_end in zip(("server", "worker"), zip(*held, strict=True), after, strict=True):
        note = f"{percentile(looks, 0.5):.0f} at the median while they came, {max(looks):.0f} at most"
        what = f"memory of the {name} when all is in the log"
        report.add(Line(what, in_the_end, "MB", target=MEMORY_MB, note=note))


def _tell(report: Report, when: str, times: dict[str, list[float]]) -> None:
    for name, what, most in (("page", "account page", PAGE_MS), ("note", "a note written", WRITE_MS)):
        report.add(Line(f"{what}, {when}", percentile(times[name], 0.5), "ms", note=f"{len(times[name])} times"))
        report.add(Line(f"{what}, {when}, 95th percentile", percentile(times[name], 0.95), "ms", target=most))
