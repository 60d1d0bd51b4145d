"""Retention over ten years: 200,000 subscriptions with three million changes, from the log to the pages."""

import json
import time
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pyarrow as pa
from django.core.management import call_command

from benchmarks.machine import Line, Report, measure
from tenure.base import tenancy
from tenure.base.months import months_after
from tenure.customers.actions import upsert_accounts
from tenure.customers.contracts import AccountUpsert
from tenure.events import actions, jobs, queries
from tenure.events.contracts import EVENTS
from tenure.ingest import inbox
from tenure.revenue import queries as revenue
from tenure.subscriptions import kept
from tenure.subscriptions import queries as subscriptions
from tenure.tenants.actions import found_workspace
from tenure.tenants.queries import workspace

SLUG = "retention"
FIRST = date(2016, 1, 1)
REBUILT_S, MONTH_S, FIGURE_MS, COHORTS_MS = 60.0, 2.0, 500.0, 800.0
AT_ONCE = 10_000

_ROWS = """
select 'record' as class, strftime($day::date, '%Y-%m') as month, $day::date as day, $day::date as known_day,
    cast($day::date as timestamptz) + interval 9 hour as "at",
    cast($day::date as timestamptz) + interval 9 hour as received_at,
    account, cast(null as bigint) as person, 'billing' as source, name,
    name || ':' || account || ':' || $day as message_id, account * 1000 + $number as content,
    cast(1 as tinyint) as sign, 1.0 as count, cast(null as double) as seconds, cast(null as double) as value,
    cast(null as double) as errors,
    case when name = 'subscription_ended' then json_object('id', 's' || account)
    else json_object('id', 's' || account, 'plan', plan, 'seats', seats, 'mrr_minor', seats * 2900, 'currency', 'USD',
        'is_trial', false, 'billing', 'monthly', 'auto_renew', true) end::varchar as properties
from drawn
"""


def run(home: Path, *, accounts: int, events: int, months: int, repeat: int = 3) -> Report:
    """`events` are changes of subscriptions, one an account, over so many months."""
    as_of = months_after(FIRST, months) - timedelta(days=1)
    _world(home, accounts, events, months, as_of)
    view, lake = workspace(SLUG), queries.open_lake(SLUG)
    report = Report(f"Retention of {accounts:,} subscriptions over {months / 12:.0f} years")
    with tenancy.workspace(view.id):

        def rebuilt() -> int:
            rows = subscriptions.ledger(lake, as_of=as_of)
            kept.keep(SLUG, rows, as_of=as_of)
            return rows.num_rows

        took = measure(rebuilt, repeat=repeat)
        report.add(Line("movements", float(rebuilt()), ""))
        report.add(Line("the ledger of all accounts, from the log", took.median, "s", target=REBUILT_S))
        changed = np.random.default_rng(5).choice(np.arange(1, accounts + 1), accounts // 8, replace=False).tolist()

        def a_month() -> int:
            rows = subscriptions.ledger(lake, as_of=as_of, accounts=sorted(changed))
            kept.keep(SLUG, rows, as_of=as_of, accounts=changed)
            return rows.num_rows

        took = measure(a_month, repeat=repeat)
        note = f"{len(changed):,} accounts"
        report.add(Line("the ledger of those that changed in a month", took.median, "s", target=MONTH_S, note=note))
        asked = (
            ("retention, all months", FIGURE_MS, lambda: len(revenue.retention_shown(as_of).total.months)),
            ("who left by size", FIGURE_MS, lambda: len(revenue.sizes(as_of).classes)),
            ("accounts of a movement", FIGURE_MS,
             lambda: len(revenue.parts_of(as_of, months_after(FIRST, months - 2), "expansion"))),
            ("cohorts by month", COHORTS_MS, lambda: len(revenue.cohorts_shown(as_of, months=1).rows)),
            ("how long customers stay", COHORTS_MS, lambda: len(revenue.staying(as_of, horizon=60).points)),
            ("accounts of a cell", COHORTS_MS,
             lambda: len(revenue.parts_of_cohort(as_of, months_after(FIRST, 12), 12, months=1))),
            ("retention by plan", FIGURE_MS, lambda: len(revenue.retention_shown(as_of, by="plan").groups)),
        )  # fmt: skip
        for name, target, ask in asked:
            report.add(Line(name, measure(ask, repeat=repeat).median * 1_000, "ms", target=target))
    return report


def _world(home: Path, accounts: int, events: int, months: int, as_of: date) -> None:
    marker = home / "retention.json"
    call_command("migrate", verbosity=0, interactive=False)
    inbox.prepare()
    if marker.exists():
        return
    started = time.perf_counter()
    view = found_workspace(slug=SLUG, email="bench@example.org", password="a password for benchmarks").workspace
    lake = queries.open_lake(SLUG)
    draw = np.random.default_rng(1)
    starts = np.sort(draw.integers(0, months, accounts))
    lives = draw.geometric(0.012, accounts)
    seats = draw.integers(2, 60, accounts)
    plans = pa.array(["Starter", "Pro", "Enterprise"]).take(pa.array(draw.integers(0, 3, accounts)))
    with tenancy.workspace(view.id):
        for at in range(0, accounts, AT_ONCE):
            upsert_accounts(
                [AccountUpsert(f"A{n + 1}", name=f"Company {n + 1}") for n in range(at, min(accounts, at + AT_ONCE))]
            )
        alive = np.minimum(lives, months - starts).sum()
        for month in range(months):
            began, ended = starts == month, starts + lives == month
            moves = (starts < month) & (month < starts + lives) & (draw.random(accounts) < events / alive)
            seats[moves] = np.maximum(1, seats[moves] + draw.integers(-3, 6, moves.sum()))
            for number, (name, which) in enumerate(
                (("subscription_started", began), ("subscription_changed", moves), ("subscription_ended", ended))
            ):
                _append(lake, name, np.flatnonzero(which), seats, plans, month * 3 + number)
        jobs.maintain(lake, today=as_of)
    marker.write_text(json.dumps({"accounts": accounts, "events": events}))
    print(f"The world took {time.perf_counter() - started:.0f} s.", flush=True)


def _append(lake: queries.Lake, name: str, rows: np.ndarray, seats: np.ndarray, plans: pa.Array, number: int) -> None:
    if not len(rows):
        return
    drawn = pa.table(
        {
            "account": rows + 1,
            "name": pa.repeat(name, len(rows)),
            "seats": seats[rows],
            "plan": plans.take(pa.array(rows)),
        }
    )
    day = months_after(FIRST, number // 3) + timedelta(days=4 + number % 3 * 7)
    found = queries.engine().query(_ROWS, relations={"drawn": drawn}, params={"day": day.isoformat(), "number": number})
    actions.append(lake, "events", found.select(EVENTS.names).cast(EVENTS), writer="bench", run=number + 1)
