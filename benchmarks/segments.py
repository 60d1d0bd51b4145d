"""Who is in forty segments, against forty separate queries; the count while typing; the segments' pages."""

from pathlib import Path
from urllib.parse import urlencode

from django.test import Client

from benchmarks.machine import Line, Report, measure
from benchmarks.pages import ask, ready, timed
from benchmarks.world import EMAIL, Size, World, opened
from tenure.base import tenancy
from tenure.definitions.actions import publish_body
from tenure.health import current, derived
from tenure.health import queries as health
from tenure.measures.language import parse
from tenure.segments import jobs, membership
from tenure.tenants.models import User

CONDITIONS = (
    "status = 'customer' and events_28d >= {0}", "change(events_28d) <= -0.{0}", "active_days_28d < {0}",
    "score < {0}0 and band != 'unknown'", "days_since_last_seen > {0} or events_7d < {0}",
    "people_active_28d between {0} and 2{0}", "trend_30d < -{0} and coverage > 0.5", "events_84d > {0}00",
)  # fmt: skip
STEPS = (1, 2, 4, 7)
NESTED = 8
TYPED = "status = 'customer' and events_28d > {0} and change(events_28d) < -0.1 and (score < 70 or trend_30d < 0)"


def run(home: Path, *, accounts: int, events: int, months: int, repeat: int = 3) -> Report:
    """Both ways have to select the same accounts, or the benchmark stops."""
    world = opened(home, Size(accounts, events, months))
    report = Report(f"Segments over {accounts:,} accounts, {events:,} events over {months} months")
    ready(world)
    with tenancy.workspace(world.view.id):
        _defined()
        _together(report, repeat)
    _pages(report, world, repeat)
    return report


def _defined() -> None:
    """Forty segments: thirty-two conditions, and eight that read two of them each."""
    texts = [text.format(step) for step in STEPS for text in CONDITIONS]
    texts += [f"segment.s{n:02} and not segment.s{n + 9:02}" for n in range(NESTED)]
    for number, text in enumerate(texts):
        body = {"name": f"Segment {number:02}", "where": text}
        publish_body(kind="segment", key=f"s{number:02}", body=body, by=None)


def _together(report: Report, repeat: int) -> None:
    state = health.state()
    bare = derived.bare(state).table
    wanted = list(membership.marks())
    report.add(Line("segments", len(wanted), ""))
    ours = measure(lambda: membership.columns(bare, wanted), repeat=repeat)
    catalogue = health.catalogue()
    texts = {key: membership.body_of(each).where or "" for key, each in membership.in_force().items()}

    def apart() -> dict[str, list[int]]:
        return {key: current.select_ids(state, parse(text, catalogue)) for key, text in texts.items()}

    rival = measure(apart, repeat=repeat)
    columns, singly = membership.columns(bare, wanted), apart()
    for key, ids in singly.items():
        column = membership.column_of(key)
        assert jobs.members(bare.append_column(column, columns[column]), column).tolist() == ids, key
    report.add(Line("forty segments, everybody", ours.median, "s", target=2.0))
    report.add(Line("the same as forty queries", rival.median, "s"))
    ratio = ours.median / rival.median
    report.add(Line("ratio to forty queries", ratio, "x", ratio=ratio))


def _pages(report: Report, world: World, repeat: int) -> None:
    client = Client(SERVER_NAME="127.0.0.1")
    client.force_login(User.objects.get(email=EMAIL))
    base, counts = f"/w/{world.view.slug}/", range(40 * repeat // 3)

    def typed(number: int) -> int:
        return ask(client, f"{base}segments/preview/?{urlencode({'mode': 'text', 'where': TYPED.format(number)})}")

    timed(report, "count and sample while typing", typed, counts)
    timed(report, "segments", lambda _: ask(client, f"{base}segments/"), counts)
    timed(report, "a segment's members", lambda _: ask(client, f"{base}segments/s00/"), counts)
    timed(report, "account's segments", lambda n: ask(client, f"{base}accounts/{n + 1}/segments/"), counts)
    timed(report, "list by segment", lambda _: ask(client, f"{base}accounts/?where=segment.s33"), counts)
