"""Digests arrive once at a real mail server, by each member's clock, and say what there is to say."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pyarrow as pa
import pytest
from pytest_django import Settings

from tenure.base import clock, mail, tenancy
from tenure.base.cycle import StageRun
from tenure.base.models import Mail
from tenure.base.refusals import Invalid
from tenure.customers.actions import upsert_accounts
from tenure.customers.contracts import AccountUpsert
from tenure.definitions.actions import publish_body
from tenure.digests import actions, sections
from tenure.digests.contracts import Choice, Line, Reader, Rhythm, Section
from tenure.digests.jobs import send_stage
from tenure.digests.models import DigestChoice
from tenure.digests.queries import choice_of
from tenure.digests.sections.moves import in_and_out_of_red
from tenure.health import current
from tenure.meetings.actions import plan
from tenure.meetings.contracts import MeetingDraft
from tenure.tasks.actions import add_task
from tenure.tasks.contracts import Kind, NewTask
from tenure.tenants import queries as tenants
from tenure.tenants.contracts import MemberView
from tenure.tenants.models import AuditEntry, Member, Workspace
from tests import smtp

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
TODAY = NOON.date()
DAILY = Choice(Rhythm.DAILY, hour=8)


@pytest.fixture
def box(settings: Settings) -> Iterator[smtp.Mailbox]:
    with smtp.receiving() as found:
        settings.MAILERS = found.mailers
        yield found


@pytest.fixture
def by(workspace: Workspace, ana: Member) -> MemberView:
    return tenants.members_by_id([ana.pk])[ana.pk]


def _round(at: datetime, slug: str = "acme") -> int:
    """What the worker does in a round, for the workspace entered."""
    with clock.frozen(at):
        run = StageRun(tenancy.current_workspace_id(), slug, as_of=at.date(), days=(at.date(),))
        done = send_stage(run).rows
        mail.send()
    return done


def _chosen(choice: Choice, by: MemberView, at: datetime = NOON - timedelta(days=1)) -> None:
    with clock.frozen(at):
        actions.choose(choice=choice, by=by)


def _something(by: MemberView) -> tuple[int, int]:
    """A promise that is late and a meeting at four; their ids."""
    with clock.frozen(NOON - timedelta(days=3)):
        account = upsert_accounts([AccountUpsert("a-1", name="Initech & Co")]).ids["a-1"]
        late = date(2026, 2, 27)
        new = NewTask(title="Send the offer", kind=Kind.PROMISE, account=account, due=late, assignee=by.id)
        task = add_task(new, by=by)
        starts = datetime.fromisoformat("2026-03-02T16:00")
        return task, plan(account=account, draft=MeetingDraft("Review", starts, zone="UTC"), by=by, silent=True)


def test_it_arrives_once_in_text_and_html_at_her_hour(by: MemberView, box: smtp.Mailbox) -> None:
    task, meeting = _something(by)
    _chosen(replace(DAILY, zone="America/New_York"), by)
    assert [_round(datetime(2026, 3, 2, hour, tzinfo=UTC)) for hour in (8, 12, 13, 14, 23)] == [0, 0, 1, 0, 0]
    [got] = box.mails
    assert (got["To"], got["Subject"]) == ("ana@acme.example", "Acme: Your Monday, 2 March")
    text, html = got.get_body(("plain",)), got.get_body(("html",))
    assert text is not None
    assert html is not None
    assert text.get_content().replace("\r\n", "\n") == (
        "Your Monday, 2 March\n\n"
        "TO DO\n"
        "- Send the offer – promised, Initech & Co, was due Fri 27 Feb\n"
        f"  http://127.0.0.1:8000/w/acme/tasks/{task}/\n\n"
        "MEETINGS TODAY\n"
        "- 11:00 Review – Initech & Co\n"
        f"  http://127.0.0.1:8000/w/acme/meetings/{meeting}/\n\n"
        "Change when, or stop it: http://127.0.0.1:8000/w/acme/settings/digest/\n"
    )
    assert "Initech &amp; Co" in html.get_content()


def test_two_members_hear_each_by_her_own_clock_and_who_may_not_work_does_not(
    by: MemberView, ben: Member, box: smtp.Mailbox
) -> None:
    sections_now = sections._providers[:]
    sections.register([lambda reader: Section("All", (Line(f"{reader.zone} {reader.day}"),))])
    try:
        Member.objects.filter(pk=ben.pk).update(role="csm")
        other = tenants.members_by_id([ben.pk])[ben.pk]
        _chosen(replace(DAILY, zone="Asia/Tokyo"), by)
        _chosen(replace(DAILY, zone="Europe/Berlin"), other)
        assert _round(datetime(2026, 3, 1, 23, tzinfo=UTC)) == 1
        assert _round(datetime(2026, 3, 2, 7, tzinfo=UTC)) == 1
        assert [mail["To"] for mail in box.mails] == ["ana@acme.example", "ben@acme.example"]
        Member.objects.filter(pk=ben.pk).update(role="viewer")
        assert _round(datetime(2026, 3, 3, 7, tzinfo=UTC)) == 2
        assert [mail["To"] for mail in box.mails[2:]] == ["ana@acme.example"]
    finally:
        sections.register(sections_now)


def test_with_nothing_to_say_a_daily_one_is_left_out_and_a_weekly_one_says_so(
    by: MemberView, box: smtp.Mailbox
) -> None:
    _chosen(DAILY, by)
    assert (_round(NOON), box.mails) == (1, [])
    _chosen(Choice(Rhythm.WEEKLY, hour=8, weekday=1), by, at=NOON)
    assert _round(NOON + timedelta(days=1)) == 1
    [got] = box.mails
    text = got.get_body(("plain",))
    assert text is not None
    assert "Nothing needs you this week." in text.get_content()


def test_one_that_fails_leaves_the_others_alone_and_is_tried_again(
    by: MemberView, ben: Member, box: smtp.Mailbox, caplog: pytest.LogCaptureFixture
) -> None:
    Member.objects.filter(pk=ben.pk).update(role="csm")
    other = tenants.members_by_id([ben.pk])[ben.pk]
    broken = {by.id}

    def provider(reader: Reader) -> Section:
        if reader.member.id in broken:
            raise ZeroDivisionError
        return Section("All", (Line("Something"),))

    before = sections._providers[:]
    sections.register([provider])
    try:
        _chosen(DAILY, by)
        _chosen(DAILY, other)
        assert _round(NOON) == 1
        assert f"The digest of member {by.id} failed" in caplog.text
        broken.clear()
        assert _round(NOON) == 1
        assert [mail["To"] for mail in box.mails] == ["ben@acme.example", "ana@acme.example"]
    finally:
        sections.register(before)


def test_a_choice_is_hers_audited_and_holds_from_the_next_hour_on(by: MemberView, ben: Member) -> None:
    assert choice_of(by.id) == Choice()
    _chosen(DAILY, by, at=NOON)
    assert (choice_of(by.id), choice_of(ben.pk)) == (DAILY, Choice())
    assert DigestChoice.objects.get().last_on == TODAY
    _chosen(replace(DAILY, hour=15), by, at=NOON)
    assert _round(NOON + timedelta(hours=3)) == 0
    assert _round(NOON + timedelta(days=1, hours=3)) == 1
    assert AuditEntry.objects.filter(action="digest.chosen").count() == 2
    with pytest.raises(Invalid) as refused:
        _chosen(Choice(Rhythm.DAILY, hour=24, days=(), zone="Mars/Base"), by)
    assert [each.where for each in refused.value.problems] == ["hour", "days", "zone"]


def test_one_that_is_asked_for_comes_at_once(by: MemberView) -> None:
    with clock.frozen(NOON):
        actions.send_now(by=by)
        actions.send_now(by=by)
    assert [row.subject for row in Mail.objects.all()] == ["Acme: Your Monday, 2 March"] * 2
    assert "Nothing needs you today." in Mail.objects.all()[0].text


def test_accounts_that_crossed_the_edge_of_red_are_told_and_no_others(by: MemberView, workspace: Workspace) -> None:
    curve = {"kind": "linear", "knots": [{"at": 0, "points": 0}, {"at": 100, "points": 100}]}
    body = {"dimensions": [{"key": "size", "measures": [{"measure": "seats", "curve": curve}]}]}
    publish_body(kind="scorecard", key="health", body=body, by=by)
    courses = {"Fell": (60, 20), "Rose": (20, 60), "Red": (10, 20), "Fine": (60, 70), "New": (-1, 20)}
    table = pa.table(
        {
            "id": range(1, 6), "external_id": list(courses), "name": list(courses), "owner_id": [by.id] * 5,
            "score": [float(now) for _, now in courses.values()],
            "sparkline": [[then] * 89 + [now] for then, now in courses.values()],
            **{name: pa.nulls(5, pa.string()) for name in ("band", "scorecard", "scorecard_profile")},
        }
    )  # fmt: skip
    from tenure.health.queries import REASONS_NEED

    for name in REASONS_NEED:
        if name not in table.column_names:
            table = table.append_column(name, pa.nulls(5))
    current.write("acme", current.State(table, TODAY, NOON, "health", 1))
    reader = Reader(by, TODAY, TODAY, TODAY - timedelta(days=3), "UTC", TODAY)
    with clock.frozen(NOON):
        found = in_and_out_of_red(reader)
    assert found is not None
    assert [(line.text, line.path, line.note) for line in found.lines] == [
        ("Fell", "accounts/1/", "fell"), ("Rose", "accounts/2/", "recovered"),
    ]  # fmt: skip
