"""Segments of people: their state, who is in forty segments, days of history; the count while typing, the pages."""

from datetime import timedelta
from pathlib import Path
from urllib.parse import urlencode

from django.test import Client

from benchmarks.machine import Line, Report, measure, peak_memory_gb
from benchmarks.pages import ask, ready, timed
from benchmarks.world import EMAIL, Size, opened
from tenure.base import tenancy
from tenure.base.cycle import StageRun
from tenure.definitions.actions import publish_body
from tenure.health import current, derived, people
from tenure.measures.language import parse
from tenure.segments import jobs, membership
from tenure.tenants.models import User

CONDITIONS = (
    "account.status = 'customer' and active_days_28d >= {0}", "change(events_28d) <= -0.{0}", "active_days_28d < {0}",
    "account.score < {0}0 and account.band != 'unknown'", "days_since_last_seen > {0} or events_7d < {0}",
    "account.people_active_28d between {0} and 2{0}", "events_84d > {0}00 and role is unknown",
    "account.mrr > {0}00 and days_since_last_seen > 7",
)  # fmt: skip
STEPS = (1, 2, 4, 7)
NESTED = 8
DAYS = 3
TYPED = "account.status = 'customer' and events_28d > {0} and days_since_last_seen >= 2 and account.score < 70"


def run(home: Path, *, accounts: int, events: int, months: int, repeat: int = 3) -> Report:
    """One query and forty have to select the same people, or the benchmark stops."""
    world = opened(home, Size(accounts, events, months))
    report = Report(f"Segments of people, {accounts:,} accounts, {events:,} events over {months} months")
    ready(world)
    with tenancy.workspace(world.view.id):
        given = StageRun(world.view.id, world.view.slug, world.as_of, (), history=True)
        made = measure(lambda: people.refresh(given.slug, world.as_of, now=True), repeat=1)
        _defined()
        state = people.state()
        report.add(Line("people", state.table.num_rows, "", note=f"{state.table.num_columns} columns"))
        report.add(Line("their state", made.median, "s", note=f"{made.median_processor:.1f} s of processor"))
        bare = derived.bare(state)
        wanted, of = list(membership.marks("person")), state.accounts
        assert of is not None

        def together() -> dict[str, object]:
            return dict(membership.columns(bare.table, wanted, of.table, entity="person"))

        ours = measure(together, repeat=repeat)
        catalogue = people.catalogue()
        texts = {key: membership.body_of(each).where or "" for key, each in membership.in_force("person").items()}

        def apart() -> dict[str, list[int]]:
            return {key: current.select_ids(state, parse(text, catalogue)) for key, text in texts.items()}

        rival = measure(apart, repeat=1)
        singly = apart()
        for key, ids in singly.items():
            assert jobs.members(state.table, membership.column_of(key)).tolist() == ids, key
        report.add(Line("forty segments, everybody", ours.median, "s", target=10.0))
        report.add(Line("ratio to forty queries", ours.median / rival.median, "x", ratio=ours.median / rival.median))
        first = world.as_of - timedelta(days=DAYS)
        needed = jobs.history_needed(list(texts), "person")

        def history() -> None:
            for n in range(DAYS):
                jobs.rows_of_days(given.slug, [first + timedelta(days=n)], needed, "person")

        past = measure(history, repeat=1)
        report.add(Line("a day of their history", past.median / DAYS, "s", note=f"mean of {DAYS} days"))
        report.add(Line("peak memory", peak_memory_gb(), "GB"))
    client = Client(SERVER_NAME="127.0.0.1")
    client.force_login(User.objects.get(email=EMAIL))
    base, counts = f"/w/{world.view.slug}/", range(10 * repeat)

    def typed(number: int) -> int:
        asked = urlencode({"of": "person", "mode": "text", "where": TYPED.format(number)})
        return ask(client, f"{base}segments/preview/?{asked}")

    timed(report, "count and sample while typing", typed, counts)

    def value(number: int) -> int:
        return ask(client, f"{base}segments/values/?of=person&field=name&text=person+{number}")

    timed(report, "a value while typing", value, counts)
    timed(report, "segments", lambda _: ask(client, f"{base}segments/"), counts)
    timed(report, "a segment's people", lambda _: ask(client, f"{base}segments/p00/"), counts)
    timed(report, "a person", lambda n: ask(client, f"{base}people/{n + 1}/segments/?segment=p00"), counts)
    return report


def _defined() -> None:
    """Forty segments: thirty-two conditions, and eight that read two of them each."""
    texts = [text.format(step) for step in STEPS for text in CONDITIONS]
    texts += [f"segment.p{n:02} and not segment.p{n + 9:02}" for n in range(NESTED)]
    for number, text in enumerate(texts):
        body = {"name": f"People {number:02}", "entity": "person", "where": text}
        publish_body(kind="segment", key=f"p{number:02}", body=body, by=None)
