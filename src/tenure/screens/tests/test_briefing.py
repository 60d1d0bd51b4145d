"""Before one talks to a customer: what is known, what is not, and what to ask."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.test import Client

from tenure.base import clock, tenancy
from tenure.health.contracts import Change, Reason
from tenure.health.tests.company import AS_OF, arrive, computed, record
from tenure.screens.workspace.accounts.briefing import questions
from tenure.screens.workspace.accounts.head import tenure
from tenure.tenants.models import Member, Workspace
from tenure.tenants.queries import members_by_id
from tenure.work.actions import write_entry
from tenure.work.contracts import EntryDraft, Kind

pytestmark = pytest.mark.django_db


@pytest.fixture
def ids(acme: Workspace) -> dict[str, int]:
    """The company, scored."""
    with tenancy.workspace(acme.pk):
        return computed(acme)


def card(client: Client, account: int, query: str = "") -> str:
    answer = client.get(f"/w/acme/accounts/{account}/{query}")
    assert answer.status_code == 200
    return answer.content.decode().split('aria-labelledby="briefing"')[1].split("</section>")[0]


def test_what_nobody_knows_is_said(ana_client: Client, ids: dict[str, int]) -> None:
    shown = card(ana_client, ids["A-1"])
    assert (
        "Not known: any contact with them, how the team thinks they are, what they say in surveys, "
        "when their contract renews." in shown
    )
    assert "6 months" in shown
    assert "since 3 Jun 2024" in shown


def test_the_last_contact_is_found_behind_any_number_of_notes(
    acme: Workspace, ana: Member, ana_client: Client, ids: dict[str, int]
) -> None:
    account = ids["A-1"]
    with tenancy.workspace(acme.pk), clock.frozen(datetime(2025, 1, 1, tzinfo=UTC)):
        by = members_by_id([ana.pk])[ana.pk]
        met = datetime(2024, 12, 10, 9, tzinfo=UTC)
        call = write_entry(
            account=account, draft=EntryDraft(Kind.CALL, "Talked", subject="Renewal", happened_at=met), by=by
        )
        for n in range(12):
            at = met + timedelta(days=1, hours=n)
            write_entry(account=account, draft=EntryDraft(body=f"Note {n}", happened_at=at), by=by)
        write_entry(account=ids["A-2"], draft=EntryDraft(Kind.MEETING, "Theirs"), by=by)
    shown = card(ana_client, account)
    assert f"/w/acme/accounts/{account}/entries/{call}/" in shown
    assert "Call, 3 weeks ago" in shown
    assert "Renewal · by Ana" in shown
    assert "any contact with them" in card(ana_client, account, f"?as_of={date(2024, 12, 9)}")


def test_tickets_and_the_last_answer_lead_to_the_support_page(
    acme: Workspace, ana_client: Client, ids: dict[str, int]
) -> None:
    account = ids["A-1"]
    with tenancy.workspace(acme.pk):
        arrive(
            acme.slug,
            [
                record(account, AS_OF - timedelta(days=12), "ticket_opened", id="T-1", subject="Sync"),
                record(account, AS_OF - timedelta(days=11), "ticket_escalated", id="T-1"),
                record(account, AS_OF - timedelta(days=3), "ticket_opened", id="T-2"),
                {**record(account, AS_OF - timedelta(days=7), "survey_answered", kind="nps", max=10, text="Slow"),
                 "value": 3.0},
            ],
        )  # fmt: skip
    shown = card(ana_client, account)
    assert f'href="/w/acme/accounts/{account}/support/#open">2</a>' in shown
    assert "oldest 12 days, one is escalated" in shown
    assert "NPS 3 of 10, 7 days ago" in shown
    assert "“Slow”" in shown


def test_questions_come_from_what_cost_most_and_what_moved() -> None:
    def reason(key: str, effect: float, words: str, kind: str = "measure") -> Reason:
        return Reason(kind, key, effect, round(effect), f"{effect}: {words}", words, key)  # type: ignore[arg-type]

    class Why:
        reasons = (
            reason("a", -3, "logins fell from 9 to 2 in 28 days"),
            reason("b", -12, "NPS is not known"),
            reason("c", -0.2, "seats is 4"),
            reason("cap", -20, "an urgent ticket is open: capped at 40", "cap"),
            reason("d", -1, "tickets rose from 1 to 9"),
        )

    days = (date(2024, 12, 1), date(2024, 12, 31))
    change = Change(1, days, 50, 48, (
        reason("a", -9, "logins fell from 9 (1 Dec 2024) to 2 (31 Dec 2024)"),
        reason("e", 4, "exports rose from 1 (1 Dec 2024) to 6 (31 Dec 2024)"),
        reason("version", -6, "new scorecard version 3", "version"),
    ))  # fmt: skip
    found = questions(Why, change, lambda reason: f"/{reason.measure}")  # type: ignore[arg-type]
    assert [(each.said, each.ask, each.href) for each in found] == [
        ("An urgent ticket is open: capped at 40", "Where does it stand?", "/cap"),
        ("NPS is not known", "The data does not say: ask them.", "/b"),
        ("Logins fell from 9 to 2 in 28 days", "What changed on their side?", "/a"),
        ("Exports rose from 1 to 6", "What works well, and who else could use it?", "/e"),
    ]
    assert questions(None, None, lambda reason: "") == ()


@pytest.mark.parametrize(
    ("since", "shown"),
    [(date(2024, 12, 31), "0 days"), (date(2024, 12, 11), "20 days"), (date(2024, 11, 30), "1 month"),
     (date(2023, 12, 31), "1 year"), (date(2022, 10, 1), "2 years 2 months")],
)  # fmt: skip
def test_how_long_somebody_is_a_customer(since: date, shown: str) -> None:
    assert tenure(since, AS_OF) == shown
