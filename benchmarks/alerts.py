"""Fifty alert rules over all accounts in one cycle; the inbox of a member, among tasks and alerts of two hundred."""

import time
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path

from django.db import connection
from django.test import Client

from benchmarks.machine import Line, Report, measure, percentile
from benchmarks.pages import ask, ready
from benchmarks.segments import CONDITIONS, STEPS
from benchmarks.world import EMAIL, Size, World, opened
from tenure.alerts import jobs, watching
from tenure.alerts.models import Alert, RuleNow
from tenure.base import clock, tenancy
from tenure.base.cycle import StageRun
from tenure.customers.models import Account
from tenure.definitions.actions import publish_body
from tenure.health import queries as health
from tenure.tasks.models import Task
from tenure.tenants.models import Member, User
from tenure.tenants.queries import as_of_day

RULES, CYCLE_S, INBOX_MS = 50, 5.0, 80.0
CSMS, TASKS, ALERTS = 200, 2_000_000, 60_000
OPEN_OF, DUE_OF = 20, 100
"""Of so many tasks one is open, and of so many of these one is due."""
WRITTEN = 50_000


def run(home: Path, *, accounts: int, events: int, months: int, repeat: int = 3) -> Report:
    """Tasks and alerts are written past the product's actions; of fewer accounts than 100,000 in proportion."""
    world = opened(home, Size(accounts, events, months))
    report = Report(f"Alerts over {accounts:,} accounts on {connection.vendor}")
    ready(world)
    share = min(1.0, accounts / 100_000)
    with tenancy.workspace(world.view.id):
        _defined()
        _cycle(report, world, repeat)
        team = _team(world)
        _fill_tasks(int(TASKS * share) - Task.objects.count(), team)
        _fill_alerts(int(ALERTS * share) - Alert.objects.count(), team)
    _pages(report, world, repeat)
    return report


def _defined() -> None:
    """Thirty-two conditions of the segments' benchmark, and eighteen that come in other ways."""
    whens: list[dict[str, object]] = [
        {"kind": "condition", "condition": text.format(step)} for step in STEPS for text in CONDITIONS
    ]
    whens += [
        {"kind": "measure", "measure": "events_28d", "of": "change", "move": "falls_to", "value": -n / 20}
        for n in range(1, RULES - len(whens) + 1)
    ]
    for number, when in enumerate(whens):
        body = {"name": f"Rule {number:02}", "when": when, "type": "risk", "reason": f"Reason {number:02}"}
        publish_body(kind="alert_rule", key=f"r{number:02}", body=body, by=None)


def _cycle(report: Report, world: World, repeat: int) -> None:
    """A look at all rules from a kept one on which a twentieth of the accounts stood otherwise, and the whole stage."""
    state = health.state()
    run_ = StageRun(world.view.id, world.view.slug, as_of=as_of_day(world.view), days=())
    jobs.alerts_stage(run_)

    def look() -> int:
        RuleNow.objects.update(state_at=clock.now())
        return len(watching.look(state))

    assert look() == len(watching.active())
    report.add(Line("rules", len(watching.active()), ""))
    report.add(Line("all rules over all accounts", measure(look, repeat=repeat).median, "s", target=CYCLE_S))

    def stage() -> int:
        RuleNow.objects.update(state_at=clock.now())
        return jobs.alerts_stage(run_).rows

    report.add(Line("the stage where nobody moved", measure(stage, repeat=repeat).median, "s", target=CYCLE_S))


def _team(world: World) -> Sequence[int]:
    have = Member.objects.count()
    for number in range(have, CSMS):
        user = User.objects.create_user(email=f"csm{number}@bench.example", name=f"CSM {number}")
        Member.objects.create(workspace_id=world.view.id, user=user, role="csm")
    return list(Member.objects.order_by("pk").values_list("pk", flat=True)[:CSMS])


def _fill_tasks(missing: int, team: Sequence[int]) -> None:
    ids, today = list(Account.objects.order_by("pk").values_list("pk", flat=True)), health.state().as_of
    for start in range(0, max(missing, 0), WRITTEN):
        numbers = range(start, min(start + WRITTEN, missing))
        Task.objects.bulk_create((_task(n, ids, team, today) for n in numbers), batch_size=5_000)


def _task(number: int, accounts: Sequence[int], team: Sequence[int], today: date) -> Task:
    is_open = number % OPEN_OF == 0
    is_due = number % (OPEN_OF * DUE_OF) == 0
    return Task(
        account_id=accounts[number * 7919 % len(accounts)], title=f"Task {number}", kind="task", created_at=clock.now(),
        assignee_id=team[number // OPEN_OF % len(team)], due=today + timedelta(days=-1 if is_due else 1 + number % 90),
        state="open" if is_open else "done", finished_at=None if is_open else clock.now(),
        finished_on=None if is_open else today, origin_kind="hand",
    )  # fmt: skip


def _fill_alerts(missing: int, team: Sequence[int]) -> None:
    ids, today = list(Account.objects.order_by("pk").values_list("pk", flat=True)), health.state().as_of
    numbers = range(max(missing, 0))
    Alert.objects.bulk_create((_alert(n, ids, team, today) for n in numbers), batch_size=5_000)


def _alert(number: int, accounts: Sequence[int], team: Sequence[int], today: date) -> Alert:
    is_closed = number % 3 == 0
    worth = number * 104_729 % 5_000_000
    account = number * 7919 % len(accounts)
    return Alert(
        account_id=accounts[account], rule=f"r{number % RULES:02}", rule_version=1, type="risk", priority="normal",
        reason=f"Benchmark {number}", owner_id=team[account % len(team)], state="closed" if is_closed else "open",
        due_on=today, opened_on=today - timedelta(days=number % 90), opened_at=clock.now(), last_seen_on=today,
        evidence=[{"key": "events_28d", "label": "Things done", "unit": "events", "value": 3.0}], mrr_minor=100_000,
        chance=0.2, urgency=1.0, value_minor=worth, ranked_on=today, outcome="success" if is_closed else "",
        closed_at=clock.now() if is_closed else None,
    )  # fmt: skip


def _pages(report: Report, world: World, repeat: int) -> None:
    """The inbox of one of the team, of many times; its page after page."""
    client = Client(SERVER_NAME="127.0.0.1")
    client.force_login(User.objects.get(email=EMAIL))
    base = f"/w/{world.view.slug}/"
    with tenancy.workspace(world.view.id):
        team = list(Member.objects.order_by("pk").values_list("pk", flat=True)[:CSMS])
    times = [_ms(client, f"{base}inbox/?of={team[n % len(team)]}") for n in range(13 * repeat + 1)][1:]
    report.add(Line("inbox", percentile(times, 0.5), "ms", target=INBOX_MS))
    report.add(Line("inbox, 95th percentile", percentile(times, 0.95), "ms", target=2 * INBOX_MS))
    for name, path in (("closed alerts", "inbox/?show=closed"), ("alert rules", "alerts/rules/")):
        times = [_ms(client, f"{base}{path}") for _ in range(13 * repeat + 1)][1:]
        report.add(Line(name, percentile(times, 0.5), "ms", target=2 * INBOX_MS))


def _ms(client: Client, path: str) -> float:
    started = time.perf_counter()
    ask(client, path)
    return (time.perf_counter() - started) * 1000
