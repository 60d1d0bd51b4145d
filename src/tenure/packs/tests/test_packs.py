"""A pack is made by the worker, kept as it was, and arrives once at a real mail server."""

import io
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
from django.test import Client
from django_tasks_db.models import DBTaskResult
from pypdf import PdfReader
from pytest_django import Settings

from tenure.base import clock, jobs, leases, mail, tenancy
from tenure.base.cycle import StageRun
from tenure.base.models import Mail
from tenure.base.refusals import Conflict, Forbidden, Invalid, Refusal
from tenure.base.typesetting import NotTypeset
from tenure.packs import actions, mailing, making, queries
from tenure.packs.contracts import Plan
from tenure.packs.jobs import ask_stage
from tenure.packs.keeping import _folder
from tenure.packs.models import Pack, PackSchedule
from tenure.packs.tests import companies
from tenure.packs.tests.companies import AS_OF, HOSTILE, MARCH
from tenure.tenants import queries as tenants
from tenure.tenants.contracts import MemberView
from tenure.tenants.models import AuditEntry, Member, Workspace
from tests import smtp

pytestmark = pytest.mark.any_database
BEFORE = datetime(2026, 4, 1, 7, tzinfo=UTC)
DUE = datetime(2026, 4, 2, 8, tzinfo=UTC)
DAILY = Plan(active=True, nth=2, hour=8)


@pytest.fixture
def box(settings: Settings) -> Iterator[smtp.Mailbox]:
    with smtp.receiving() as found:
        settings.MAILERS = found.mailers
        yield found


@pytest.fixture(autouse=True)
def _small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(making, "DOTS", 12)


@pytest.fixture
def by(workspace: Workspace, ana: Member) -> MemberView:
    companies.found(workspace)
    return tenants.members_by_id([ana.pk])[ana.pk]


def _round(at: datetime) -> int:
    """What the worker does in a round, for the workspace entered; how many packs it asked for."""
    with clock.frozen(at):
        asked = ask_stage(StageRun(tenancy.current_workspace_id(), "acme", as_of=AS_OF, days=(AS_OF,))).rows
        jobs.work_off()
        mail.send()
    return asked


def _text(pdf: bytes) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)


def test_a_pack_is_made_and_kept_and_made_again_beside_the_first(by: MemberView) -> None:
    first = actions.ask(month=MARCH, by=by)
    assert queries.pack(first).state == "waits"
    jobs.work_off()
    made = queries.pack(first)
    assert (made.state, made.by, made.month, made.as_of) == ("ready", by.label, MARCH, AS_OF)
    text = _text(queries.pdf(first))
    assert HOSTILE in text
    assert "Later" not in text
    assert f"Page {len(made.pages)} of {len(made.pages)}" in text
    assert made.pages[0] == "Cover: Acme, Board pack, March 2026"
    assert queries.page(first, 1)[:4] == b"\x89PNG"
    second = actions.ask(month=MARCH, by=by)
    jobs.work_off()
    assert [each.id for each in queries.packs()] == [second, first]
    assert queries.pack(first).sha256 == made.sha256
    assert _text(queries.pdf(first)) == text


def test_a_file_that_was_changed_is_not_handed_out(by: MemberView) -> None:
    pack = actions.ask(month=MARCH, by=by)
    jobs.work_off()
    (_folder(pack) / "pack.pdf").write_bytes(b"%PDF-1.7 another")
    with pytest.raises(Conflict, match="SHA-256 differs"):
        queries.pdf(pack)


def test_a_month_that_runs_is_refused_and_nothing_begun(by: MemberView) -> None:
    with pytest.raises(Invalid, match="April 2026 is not over"):
        actions.ask(month=date(2026, 4, 1), by=by)
    assert (Pack.objects.count(), DBTaskResult.objects.count()) == (0, 0)


def test_it_is_mailed_once_when_its_hour_has_come(by: MemberView, ben: Member, box: smtp.Mailbox) -> None:
    with clock.frozen(BEFORE):
        actions.choose(plan=DAILY, by=by)
        actions.add_member(member=ben.pk, by=by)
        actions.add_address(address="Board@Fund.example ", by=by)
    assert [_round(at) for at in (DUE - timedelta(minutes=1), DUE, DUE, DUE + timedelta(days=20))] == [0, 1, 0, 0]
    assert sorted(got["To"] for got in box.mails) == ["ben@acme.example", "board@fund.example"]
    for got in box.mails:
        assert got["Subject"] == "Acme: Board pack of March 2026"
        [file] = got.iter_attachments()
        assert (file.get_filename(), file.get_content_type()) == ("acme-board-pack-2026-03.pdf", "application/pdf")
        assert HOSTILE in _text(file.get_content())
    inside, outside = sorted(box.mails, key=lambda got: str(got["To"]))
    assert inside["List-Unsubscribe"] is None
    assert outside["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert "/executive/pack/" not in outside.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert queries.packs()[0].by == ""


def test_a_mail_server_that_is_away_gets_it_later_once(by: MemberView, ben: Member, box: smtp.Mailbox) -> None:
    with clock.frozen(BEFORE):
        actions.choose(plan=DAILY, by=by)
        actions.add_member(member=ben.pk, by=by)
    box.refusing = "451 Try again later"
    _round(DUE)
    assert box.mails == []
    box.refusing = ""
    for minutes in (1, 2, 4):
        _round(DUE + timedelta(minutes=minutes))
    assert [got["To"] for got in box.mails] == ["ben@acme.example"]


def test_a_worker_that_was_killed_is_followed_by_another_and_one_mail(
    by: MemberView, ben: Member, box: smtp.Mailbox
) -> None:
    with clock.frozen(BEFORE):
        actions.choose(plan=DAILY, by=by)
        actions.add_member(member=ben.pk, by=by)
    run = StageRun(tenancy.current_workspace_id(), "acme", as_of=AS_OF, days=(AS_OF,))
    with clock.frozen(DUE):
        ask_stage(run)
        DBTaskResult.objects.update(status="RUNNING", started_at=DUE)
        dead = str(DBTaskResult.objects.get().pk)
        leases.claim(f"task:{dead}", holder=dead, seconds=45)
    assert _round(DUE + timedelta(seconds=30)) == 0
    with clock.frozen(DUE + timedelta(minutes=2)):
        jobs.reap()
    assert [_round(DUE + timedelta(minutes=n)) for n in (2, 3)] == [1, 0]
    pack = Pack.objects.get()
    assert (pack.tries, pack.made_at) == (2, DUE + timedelta(minutes=2))
    making.make.func(tenancy.current_workspace_id(), pack.pk)  # the first comes to itself after all
    _round(DUE + timedelta(minutes=4))
    assert [got["To"] for got in box.mails] == ["ben@acme.example"]


def test_of_two_workers_one_asks(by: MemberView) -> None:
    from tenure.packs import jobs as stage

    with clock.frozen(BEFORE):
        actions.choose(plan=DAILY, by=by)
    row = PackSchedule.objects.get()
    run = StageRun(tenancy.current_workspace_id(), "acme", as_of=AS_OF, days=(AS_OF,))
    with clock.frozen(DUE):
        assert [stage._ask(row, run), stage._ask(row, run)] == [1, 0]
    assert Pack.objects.count() == 1


def test_history_that_is_filled_asks_for_nothing(by: MemberView) -> None:
    with clock.frozen(BEFORE):
        actions.choose(plan=DAILY, by=by)
    run = StageRun(tenancy.current_workspace_id(), "acme", as_of=AS_OF, days=(AS_OF,), history=True)
    with clock.frozen(DUE):
        assert ask_stage(run).rows == 0


def test_what_was_due_before_the_schedule_is_not_made_up_for(by: MemberView) -> None:
    with clock.frozen(DUE + timedelta(hours=1)):
        actions.choose(plan=DAILY, by=by)
        assert queries.next_pack() == (date(2026, 4, 1), date(2026, 5, 4))
    assert _round(DUE + timedelta(hours=2)) == 0


@pytest.mark.parametrize("refusal", [Invalid("The figures are gone."), NotTypeset("The figures are gone.")])
def test_who_set_it_hears_of_a_pack_that_cannot_be_made(
    by: MemberView, box: smtp.Mailbox, monkeypatch: pytest.MonkeyPatch, refusal: Refusal
) -> None:
    with clock.frozen(BEFORE):
        actions.choose(plan=DAILY, by=by)

    def broken(**_: object) -> object:
        raise refusal

    monkeypatch.setattr("tenure.packs.composing.document", broken)
    _round(DUE)
    [got] = box.mails
    assert (got["To"], got["Subject"]) == (by.email, "Acme: The board pack of March 2026 could not be made")
    assert queries.packs()[0].problem == "The figures are gone."
    assert _round(DUE + timedelta(minutes=1)) == 0


def test_a_pack_too_large_for_mail_is_linked_to(
    by: MemberView, ben: Member, box: smtp.Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mailing, "LARGEST", 100)
    actions.add_member(member=ben.pk, by=by)
    mailing.queue(7, MARCH, b"x" * 101, "MRR rose")
    mail.send()
    [got] = box.mails
    assert list(got.iter_attachments()) == []
    assert "/w/acme/executive/pack/7/" in got.get_body(("plain",)).get_content()  # type: ignore[union-attr]


def test_only_an_owner_lets_packs_out_and_it_is_written_down(by: MemberView, ben: Member) -> None:
    Member.objects.filter(pk=ben.pk).update(role="admin")
    admin = tenants.members_by_id([ben.pk])[ben.pk]
    with pytest.raises(Forbidden, match="Only an owner"):
        actions.add_address(address="board@fund.example", by=admin)
    assert queries.readers() == []
    actions.add_address(address="board@fund.example", by=by)
    for wrong, why in (
        ("board@fund.example", "on the list already"),
        ("ben@acme.example", "is a member"),
        ("x", "e-mail"),
    ):
        with pytest.raises((Conflict, Invalid), match=why):
            actions.add_address(address=wrong, by=by)
    [reader] = queries.readers()
    actions.remove(reader=reader.id, by=admin)
    said = AuditEntry.objects.filter(action__startswith="board_pack").order_by("id").values_list("action", "object")
    assert list(said) == [
        ("board_pack.reader_added", "board@fund.example"), ("board_pack.reader_removed", "board@fund.example"),
    ]  # fmt: skip


def test_an_address_outside_ends_its_mails_without_signing_in(by: MemberView, client: Client) -> None:
    actions.add_address(address="board@fund.example", by=by)
    [reader] = queries.readers()
    link = re.sub(r"^https?://[^/]+", "", queries.leaving(tenancy.current_workspace_id(), reader.id))
    with tenancy.no_workspace():
        assert b"No more board packs?" in client.get(link).content
        assert queries.mailed_to(link.split("/")[3]) is not None
        hard = Client(enforce_csrf_checks=True)
        assert b"You get no more board packs" in hard.post(link, {"List-Unsubscribe": "One-Click"}).content
        assert client.get(link[:-3] + "xx/").status_code == 404
    assert queries.readers()[0].left_at is not None
    mailing.queue(7, MARCH, b"pdf", "MRR rose")
    assert Mail.objects.count() == 0


def test_a_schedule_that_somebody_changed_meanwhile_is_not_overwritten(by: MemberView) -> None:
    actions.choose(plan=DAILY, by=by)
    with pytest.raises(actions.OtherPlan):
        actions.choose(plan=Plan(active=False), by=by)
    for wrong in (Plan(nth=16, revision=1), Plan(nth=0, revision=1), Plan(hour=24, revision=1)):
        with pytest.raises(Invalid):
            actions.choose(plan=wrong, by=by)
    assert queries.plan() == Plan(active=True, nth=2, hour=8, revision=1)
