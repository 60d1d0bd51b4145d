"""Silences begin and end once, and the admins hear of it by mail."""

from datetime import UTC, datetime, timedelta

import pytest

from tenure.base import clock, outbox, tenancy
from tenure.base.models import Mail
from tenure.ingest import sources
from tenure.ingest.drain.models import SourceHour, SourceNow
from tenure.ingest.watching.models import Silence
from tenure.ingest.watching.silences import watch
from tenure.tenants.models import Member, Workspace

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest.fixture
def heard(workspace: Workspace) -> SourceNow:
    """A source of one day, last heard at noon."""
    SourceHour.objects.create(source="web", hour=NOON - timedelta(hours=1), messages=3)
    SourceHour.objects.create(source="web", hour=NOON, messages=2)
    return SourceNow.objects.create(source="web", first_at=NOON - timedelta(hours=1), last_at=NOON)


def after(hours: float) -> datetime:
    return NOON + timedelta(hours=hours)


def test_a_silence_is_noticed_once_and_ends_when_the_source_is_heard(heard: SourceNow) -> None:
    assert [watch(after(hours)) for hours in (5, 24, 25, 26)] == [0, 0, 1, 0]
    assert sources.silences() == {"web": NOON}
    SourceNow.objects.update(last_at=after(30))
    assert [watch(after(hours)) for hours in (30, 31)] == [1, 0]
    assert sources.silences() == {}
    assert list(Silence.objects.values_list("source", "since", "noticed_at", "ended_at")) == [
        ("web", NOON, after(25), after(30))
    ]


@pytest.mark.usefixtures("ben")
def test_owners_and_admins_are_told_and_nobody_else(heard: SourceNow, ana: Member) -> None:
    with clock.frozen(after(30)):
        watch(after(25))
        SourceNow.objects.update(last_at=after(30))
        watch(after(30))
        outbox.deliver()
    told = list(Mail.objects.order_by("id"))
    assert [(each.to, each.subject) for each in told] == [
        (ana.user.email, "Acme: web has gone silent"),
        (ana.user.email, "Acme: web is back"),
    ]
    assert "since 2 March 2026, 12:00 (UTC)" in told[0].text
    assert "/w/acme/sources/" in told[0].text
    assert 'href="http://127.0.0.1:8000/w/acme/sources/"' in told[0].html


def test_a_silence_of_anglobex_is_not_ours(heard: SourceNow, globex: Workspace) -> None:
    watch(after(25))
    with tenancy.workspace(globex.pk):
        assert watch(after(25)) == 0
        assert sources.silences() == {}
