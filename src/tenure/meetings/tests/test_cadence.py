"""Who is due for a call: by the touch tier, the last call or meeting, and what is planned; and what an agenda says."""

from datetime import date, timedelta

import pyarrow as pa
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tenure.definitions.actions import publish_body
from tenure.health import current
from tenure.meetings import actions, cadence
from tenure.meetings.agenda import EMPTY, filled
from tenure.meetings.contracts import MeetingDraft
from tenure.meetings.rules import days_over, is_due
from tenure.meetings.tests.conftest import NOW
from tenure.tasks.actions import add_task
from tenure.tasks.contracts import Kind as TaskKind
from tenure.tasks.contracts import NewTask
from tenure.tenants.contracts import MemberView
from tenure.work.actions import load_entries, write_entry
from tenure.work.contracts import EntryDraft, Kind

TODAY = NOW.date()


def _ago(days: int) -> date:
    return TODAY - timedelta(days=days)


@pytest.mark.parametrize(
    ("last", "planned", "due"),
    [
        (None, None, True),
        (_ago(13), None, False),
        (_ago(14), None, True),
        (_ago(40), TODAY + timedelta(days=13), False),
        (_ago(40), TODAY + timedelta(days=14), True),
        (None, TODAY, False),
    ],
)
def test_when_a_call_is_due(last: date | None, planned: date | None, due: bool) -> None:
    assert is_due(14, last, planned, TODAY) is due


def test_how_late_it_is() -> None:
    assert [days_over(14, last, TODAY) for last in (None, _ago(20), _ago(14), _ago(4))] == [None, 6, 0, -10]


@pytest.fixture
def book(account: int, by: MemberView) -> list[int]:
    """Ana's accounts: Initech and five others, all in a tier that wants a call in 14 days but the last, a prospect."""
    from tenure.customers import actions as customers
    from tenure.customers.contracts import AccountUpsert

    others = customers.upsert_accounts([AccountUpsert(f"b-{n}", name=f"Company {n}") for n in range(5)]).ids
    ids = sorted([account, *others.values()])
    body = {"name": "High touch", "where": "status = 'customer'", "tier": {"order": 1, "cadence_days": 14}}
    publish_body(kind="segment", key="touch_high", body=body, by=by)
    table = pa.table(
        {
            "id": ids,
            "name": [f"Account {each}" for each in ids],
            "status": [*["customer"] * 5, "prospect"],
            "owner_id": [by.id] * 6,
            "band": pa.nulls(6, pa.string()),
            "renewal_on": [date(2026, 5, 1)] * 6,
        }
    )
    current.write("acme", current.State(table, TODAY, NOW, "", 0))
    return ids


def test_a_book_is_looked_through_with_as_many_queries_as_one_account(book: list[int], by: MemberView) -> None:
    called, lately, noted, planned, never, _ = book
    load_entries(
        [
            (called, by.id, EntryDraft(Kind.CALL, "Long ago", happened_at=NOW - timedelta(days=20))),
            (called, by.id, EntryDraft(Kind.MEETING, "Earlier", happened_at=NOW - timedelta(days=90))),
            (lately, by.id, EntryDraft(Kind.MEETING, "Just now", happened_at=NOW - timedelta(days=3))),
            (noted, by.id, EntryDraft(Kind.MAIL, "A mail is no call", happened_at=NOW - timedelta(days=3))),
        ]
    )
    starts = (NOW + timedelta(days=5)).replace(tzinfo=None)
    actions.plan(account=planned, draft=MeetingDraft(title="Next", starts=starts, zone="UTC"), by=by)
    with CaptureQueriesContext(connection) as asked:
        due = cadence.due_for_call(by.id, TODAY)
    assert [(each.account_id, each.over, each.last_on) for each in due] == [
        (noted, None, None), (never, None, None), (called, 6, _ago(20)),
    ]  # fmt: skip
    assert {(each.tier, each.every_days) for each in due} == {("High touch", 14)}
    assert len([each for each in asked if "work_entry" in each["sql"] or "meetings_meeting" in each["sql"]]) == 2
    assert cadence.due_for_call(by.id + 1, TODAY) == ()


def test_an_agenda_begins_with_what_was_promised_and_says_nothing_that_is_not_known(
    account: int, by: MemberView
) -> None:
    assert filled(account, TODAY) == EMPTY
    promise = NewTask(title="Send *the* offer", account=account, kind=TaskKind.PROMISE, due=_ago(2), assignee=by.id)
    add_task(promise, by=by)
    add_task(NewTask(title="Ours alone", account=account), by=by)
    write_entry(account=account, draft=EntryDraft(Kind.CALL, "Hello", happened_at=NOW - timedelta(days=9)), by=by)
    assert filled(account, TODAY) == (
        "## What we promised\n\n- Send \\*the\\* offer, was due 28 Feb 2026 (Ana)\n\n" + EMPTY
    )


@pytest.mark.usefixtures("book")
def test_an_agenda_tells_of_the_renewal(account: int) -> None:
    assert "- The contract renews on 1 May 2026, in 60 days" in filled(account, TODAY)
