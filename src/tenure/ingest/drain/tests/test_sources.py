"""The page of sources has what came, what waits and what was refused."""

from datetime import timedelta

import msgspec
import pytest

from tenure.base import clock
from tenure.ingest import sources as queries
from tenure.ingest.drain import replaying
from tenure.ingest.drain.models import EventReject
from tenure.ingest.drain.tests.sending import NOON, drained, group, identify, send, stored, track
from tenure.tenants.contracts import MemberView
from tenure.tenants.models import Member
from tenure.tenants.queries import members_by_id

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("workspace")]


def test_volumes_and_the_newest_messages() -> None:
    send(group("u1", "g1"), track("Opened", userId="u1"), track("Lost", userId="u9"), {"type": "dance"})
    send(track("Opened", userId="u1"), at=NOON + timedelta(hours=1), source="web", trust="browser")
    drained(NOON + timedelta(hours=1, seconds=2))
    total = queries.Volume(None, messages=4, events=1, rejected=1, parked=1)
    assert queries.volumes("app", since=NOON - timedelta(days=1)) == (
        queries.Volume(NOON, messages=4, events=1, rejected=1, parked=1),
    )
    assert queries.event_sources(now=NOON + timedelta(hours=2)) == (
        queries.EventSource(
            "web", NOON + timedelta(hours=1), NOON + timedelta(hours=1), 2_000,
            queries.Volume(None, messages=1, duplicates=1),
        ),
        queries.EventSource("app", NOON, NOON, 3_602_000, total),
    )  # fmt: skip
    assert [(m.name, m.user, m.outcome) for m in queries.newest_messages("app")] == [
        ("Lost", "u9", "parked"), ("Opened", "u1", "stored"), ("", "u1", "taken")
    ]  # fmt: skip
    assert [(m.name, m.outcome) for m in queries.newest_messages("web")] == [("Opened", "duplicate")]
    assert queries.backlog() == queries.Backlog(0, 0, None)


def test_what_waits_and_what_was_refused_by_reason() -> None:
    send(track("Lost", userId="u9"), track("Lost", 2, anonymousId="a1"), {"type": "dance"})
    send(identify("u1", traits={"mrr": 4}), trust="browser", source="web")
    drained()
    assert [(r.source, r.reason, r.count) for r in queries.parked_reasons()] == [("app", "no_account", 2)]
    assert [(r.source, r.reason, r.path, r.count) for r in queries.reject_reasons(since=NOON)] == [
        ("app", "unknown_type", "type", 1), ("web", "protected_money", "traits.mrr", 1)
    ]  # fmt: skip
    page = queries.rejected_events(limit=1)
    assert [(r.reason, r.partial) for r in page.rejects] == [("protected_money", True)]
    assert msgspec.json.decode(page.rejects[0].raw)["traits"] == {"mrr": 4}
    assert [r.reason for r in queries.rejected_events(cursor=page.next).rejects] == ["unknown_type"]


def test_refused_parts_are_kept_as_examples_and_counted() -> None:
    send(*(identify("u1", n, traits={"mrr": n}) for n in range(150)), trust="browser")
    drained()
    assert EventReject.objects.count() == 100
    assert queries.volumes("app", since=NOON)[0].rejected == 150


def test_replayed_after_what_was_wrong_was_mended(ana: Member) -> None:
    by: MemberView = members_by_id([ana.pk])[ana.pk]
    send({"type": "identify", "anonymousId": "a1", "messageId": "m1", "traits": {"color": "red"}})
    drained()
    send(identify("u1", anonymousId="a1"), group("u1", "g1"), track("Opened", userId="u1"))
    drained()
    with clock.frozen(NOON):
        assert replaying.replay(reason="nobody_yet", by=by) == (1, 0)
        assert replaying.replay(reason="nobody_yet", by=by) == (0, 0)
    drained()
    assert stored() == [("Opened", "g1", "u1")]
    assert queries.reject_reasons(since=NOON) == ()
    assert EventReject.objects.count() == 1
