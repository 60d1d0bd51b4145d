"""The history of a segment, replayed day by day, is its membership computed for each day."""

from datetime import date, timedelta

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tenure.base import tenancy
from tenure.base.models import OutboxMessage
from tenure.definitions.actions import archive
from tenure.events.queries import engine, open_lake
from tenure.health import derived
from tenure.health import queries as health
from tenure.health.tests import company
from tenure.segments import jobs, membership, queries
from tenure.segments.models import SegmentDay, SegmentNow
from tenure.segments.tests.defining import segment
from tenure.tenants.models import Workspace

LEAVES = st.sampled_from(
    [
        "score < 70", "score >= 85", "band = 'healthy'", "band != 'healthy'", "trend_7d < 0", "trend_30d <= -1",
        "active_days_28d >= 12", "change(events_28d) < -0.2", "events_28d > 20", "days_since_last_seen > 3",
        "trait.tier = 1", "trait.tier in (0, 2)", "days_since(started_on) > 180", "tickets_opened_84d >= 1",
        "score is unknown", "coverage < 1", "frozen_measures > 0", "previous(events_28d) > 30",
    ]
)  # fmt: skip


def _joined(parts: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    pair = st.tuples(parts, st.sampled_from(["and", "or"]), parts)
    return pair.map(lambda p: f"({p[0]}) {p[1]} ({p[2]})") | parts.map(lambda p: f"not ({p})")


EXPRESSIONS = st.recursive(LEAVES, _joined, max_leaves=4)
DAYS = [company.AS_OF - timedelta(days=n) for n in (90, 61, 31, 21, 20, 14, 8, 2, 1)]


def replayed(slug: str, key: str, day: date) -> set[int]:
    """Who is in by the moves up to a day, one after the other."""
    moves = engine().query(
        "select distinct day, account, entered from segment_moves where segment = $key and day <= $day order by day",
        relations={"segment_moves": open_lake(slug).relation("segment_moves")},
        params={"key": key, "day": day},
    )
    inside: set[int] = set()
    for move in moves.to_pylist():
        assert (move["account"] in inside) != move["entered"], "nobody enters twice or leaves unentered"
        inside ^= {move["account"]}
    return inside


def computed(slug: str, key: str, day: date, tables: dict[date, pa.Table]) -> set[int]:
    """Who is in by everything believed on that day."""
    if day not in tables:
        tables[day] = derived.bare(health.state_as_of(day)).table
    columns = membership.columns(tables[day], list(membership.marks()))
    column = membership.column_of(key)
    return set(jobs.members(tables[day].append_column(column, columns[column]), column).tolist())


@pytest.mark.any_database
@settings(max_examples=4, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(texts=st.lists(EXPRESSIONS, min_size=4, max_size=4))
def test_the_history_replayed_is_the_membership_computed(founded: Workspace, texts: list[str]) -> None:
    tables: dict[date, pa.Table] = {}
    with tenancy.workspace(founded.pk):
        run = SegmentDay.objects.count()
        keys = [f"s{run}_{n}" for n in range(len(texts))]
        for key, text in zip(keys, texts, strict=True):
            segment(key, text)
        segment(f"s{run}_of", f"segment.{keys[0]} and not segment.{keys[1]}")
        jobs.fill(founded.slug, company.AS_OF)
        for key in [*keys, f"s{run}_of"]:
            history = {day: replayed(founded.slug, key, day) for day in DAYS}
            assert history == {day: computed(founded.slug, key, day, tables) for day in DAYS}


def test_a_day_is_written_once_and_only_when_it_is_over(founded: Workspace) -> None:
    with tenancy.workspace(founded.pk):
        segment("low", "score < 80")
        assert jobs.fill(founded.slug, company.AS_OF) > 0
        days = list(SegmentDay.objects.order_by("day").values_list("day", flat=True))
        assert days == [company.AS_OF - timedelta(days=n) for n in range(90, 0, -1)]
        version = open_lake(founded.slug).snapshot("segment_moves").version
        assert jobs.fill(founded.slug, company.AS_OF) == 0
        assert open_lake(founded.slug).snapshot("segment_moves").version == version


def test_a_new_version_leaves_the_days_before_it_alone(founded: Workspace) -> None:
    with tenancy.workspace(founded.pk):
        segment("low", "trend_7d < 0")
        jobs.fill(founded.slug, company.AS_OF)
        before = {day: replayed(founded.slug, "low", day) for day in DAYS}
        segment("low", "score >= 0")
        assert jobs.fill(founded.slug, company.AS_OF) == 0
        founded.as_of = company.AS_OF + timedelta(days=1)
        founded.save()
        tenancy.forget()
        company.cycle(founded)
        jobs.fill(founded.slug, founded.as_of)
        assert {day: replayed(founded.slug, "low", day) for day in DAYS} == before
        assert replayed(founded.slug, "low", company.AS_OF) == computed(founded.slug, "low", company.AS_OF, {})
        (found, _) = queries.moves("low", company.AS_OF, company.AS_OF)
        assert {(move.version, move.redefined) for move in found} == {(2, True)}


def test_pages_of_moves_hold_every_move_once(founded: Workspace) -> None:
    with tenancy.workspace(founded.pk):
        segment("low", "trend_7d < 0")
        jobs.fill(founded.slug, company.AS_OF)
        first = company.AS_OF - timedelta(days=90)
        whole, none = queries.moves("low", first, company.AS_OF, limit=100_000)
        assert none is None
        paged, cursor = queries.moves("low", first, company.AS_OF, limit=7)
        while cursor:
            more, cursor = queries.moves("low", first, company.AS_OF, cursor=cursor, limit=7)
            paged += more
        assert len(whole) > 14
        assert paged == whole
        assert [m.day for m in whole] == sorted((m.day for m in whole), reverse=True)


def test_facts_say_who_moved_once_and_whether_the_definition_did_it(founded: Workspace) -> None:
    with tenancy.workspace(founded.pk):
        segment("all", "status = 'customer' or status != 'customer'")
        everybody = health.state().table.num_rows
        assert jobs.tell() == everybody
        assert jobs.tell() == 0
        (message,) = OutboxMessage.objects.filter(fact="SegmentMoved")
        assert (len(message.body["entered"]), message.body["left"], message.body["redefined"]) == (everybody, [], True)
        row = SegmentNow.objects.get(segment="all")
        some = jobs.unpacked(row.members)[:3]
        SegmentNow.objects.filter(pk=row.pk).update(members=jobs.packed(some))
        assert jobs.tell() == everybody - 3
        message = OutboxMessage.objects.filter(fact="SegmentMoved").latest("id")
        assert (len(message.body["entered"]), message.body["redefined"]) == (everybody - 3, False)
        archive(kind="segment", key="all", by=None)
        assert jobs.tell() == everybody
        assert not SegmentNow.objects.exists()


@pytest.fixture
def founded(acme: Workspace) -> Workspace:
    """A small company with its scores and its current state."""
    with tenancy.workspace(acme.pk):
        company.computed(acme)
    return acme
