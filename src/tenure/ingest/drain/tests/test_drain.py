"""What is sent arrives once, with the right people and accounts, known from the right day."""

from datetime import UTC, date, datetime, timedelta

import pytest

from tenure.customers.models import Account, Person, PersonAccount
from tenure.ingest import inbox, queries
from tenure.ingest.drain.models import EventReject, ParkedEvent, SourceHour
from tenure.ingest.drain.runs import watch
from tenure.ingest.drain.tests.sending import (
    NOON,
    drained,
    group,
    identify,
    send,
    stored,
    track,
    trait_rows,
)
from tenure.ingest.models import Delivery
from tenure.tenants.models import Workspace

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("workspace")]
DAY = date(2026, 3, 2)


def test_a_person_an_account_and_an_event_appear(workspace: Workspace) -> None:
    send(
        identify("u1", traits={"email": "Ana@Acme.example", "name": "Ana", "role": "admin"}),
        group("u1", "acme-1", traits={"name": "Acme", "plan": "gold", "createdAt": "2025-01-05T10:00:00Z"}),
        track("Opened", userId="u1", properties={"count": 3, "duration": 90, "revenue": 9.5, "tab": "home"}),
    )
    assert drained().rows == 3
    assert list(Person.objects.values_list("external_id", "email", "name")) == [("u1", "ana@acme.example", "Ana")]
    assert list(Account.objects.values_list("external_id", "name", "started_on")) == [
        ("acme-1", "Acme", date(2025, 1, 5))
    ]
    assert list(PersonAccount.objects.values_list("person__external_id", "account__external_id")) == [("u1", "acme-1")]
    assert stored(
        "e.name, a.external_id, p.external_id, e.count, e.seconds, e.value, e.day, e.known_day, e.source"
    ) == [("Opened", "acme-1", "u1", 3.0, 90.0, 9.5, DAY, DAY, "app")]
    assert trait_rows() == [
        ("account", "plan", '"gold"', DAY, DAY),
        ("person", "role", '"admin"', DAY, DAY),
    ]
    assert inbox.waiting(workspace.pk).batches == 0


def test_what_comes_while_a_drain_is_at_work_is_left_to_the_next(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    send(group("u1", "g1"), track("Opened", 1, userId="u1"))

    def more(step: str) -> None:
        if step == "claimed":
            send(track("Opened", 2, userId="u1"))

    monkeypatch.setattr(watch, "passed", more)
    assert (drained().rows, len(stored())) == (2, 1)
    assert inbox.waiting(workspace.pk).batches == 1
    monkeypatch.undo()
    assert (drained().rows, len(stored())) == (1, 2)


def test_the_same_message_counts_once_within_30_days() -> None:
    send(group("u1", "g1"), track("Opened", 1, userId="u1"), track("Opened", 1, userId="u1"))
    drained()
    for later in (timedelta(minutes=10), timedelta(days=29)):
        send(track("Opened", 1, userId="u1"), at=NOON + later)
        drained(NOON + later)
    assert stored() == [("Opened", "g1", "u1")]
    assert sum(SourceHour.objects.values_list("duplicates", flat=True)) == 3
    send(track("Opened", 1, userId="u1"), at=NOON + timedelta(days=31))
    drained(NOON + timedelta(days=31))
    assert len(stored()) == 2


def test_late_events_are_known_from_receipt_and_history_from_its_day(workspace: Workspace) -> None:
    Workspace.objects.filter(pk=workspace.pk).update(timezone="America/New_York")
    send(
        group("u1", "g1"),
        track("Late", userId="u1", timestamp="2026-02-20T03:00:00Z"),
        track("Today", userId="u1", timestamp="2026-03-02T03:00:00Z"),
    )
    send(track("Old", userId="u1", timestamp="2026-02-20T03:00:00Z"), kind="import")
    drained()
    assert stored("e.name, e.day, e.known_day") == [
        ("Late", date(2026, 2, 19), DAY),
        ("Old", date(2026, 2, 19), date(2026, 2, 19)),
        ("Today", date(2026, 3, 1), DAY),
    ]


def test_a_person_in_two_accounts_waits_until_group_says_which() -> None:
    send(group("u1", "g1"), group("u1", "g2", timestamp=NOON + timedelta(minutes=1)))
    drained()
    send(track("Opened", userId="u1"), at=NOON + timedelta(hours=1))
    drained(NOON + timedelta(hours=1))
    assert stored() == []
    assert list(ParkedEvent.objects.values_list("reason", "received_day")) == [("ambiguous_account", DAY)]
    later = NOON + timedelta(days=3)
    send(group("u1", "g2", "again"), at=later)
    drained(later)
    assert stored("e.name, a.external_id, e.day, e.known_day") == [("Opened", "g2", DAY, later.date())]
    assert not ParkedEvent.objects.exists()
    assert sum(SourceHour.objects.values_list("released", flat=True)) == 1


def test_a_visitors_events_wait_until_identify_and_group() -> None:
    send(track("Viewed", anonymousId="a1"))
    drained()
    assert list(ParkedEvent.objects.values_list("reason", "anonymous_id", "person")) == [("no_account", "a1", None)]
    send(identify("u1", anonymousId="a1"), at=NOON + timedelta(minutes=5))
    drained(NOON + timedelta(minutes=5))
    assert stored() == []
    assert list(ParkedEvent.objects.values_list("person", flat=True)) == [Person.objects.get().pk]
    send(group("u1", "g1"), at=NOON + timedelta(minutes=6))
    drained(NOON + timedelta(minutes=6))
    assert stored() == [("Viewed", "g1", "u1")]


def test_what_an_import_makes_attributable_leaves_by_a_sweep() -> None:
    send(track("Opened", userId="u1"))
    drained()
    assert stored() == []
    account = Account.objects.create(external_id="g1", name="G", first_seen_at=NOON, changed_at=NOON)
    PersonAccount.objects.create(person=Person.objects.get(), account=account)
    drained(NOON + timedelta(seconds=30))
    assert stored() == []
    drained(NOON + timedelta(seconds=61))
    assert stored() == [("Opened", "g1", "u1")]
    drained(NOON + timedelta(days=1))
    assert stored() == [("Opened", "g1", "u1")]


def test_parked_events_expire_after_90_days() -> None:
    send(track("Opened", userId="u1"))
    drained()
    drained(NOON + timedelta(days=90))
    assert ParkedEvent.objects.count() == 1
    drained(NOON + timedelta(days=91))
    assert ParkedEvent.objects.count() == 0
    assert sum(SourceHour.objects.values_list("expired", flat=True)) == 1


def test_one_bad_event_is_a_reject_and_the_others_are_taken() -> None:
    send(group("u1", "g1"), {"type": "dance", "messageId": "x"}, track("Opened", userId="u1"))
    drained()
    assert stored() == [("Opened", "g1", "u1")]
    assert list(EventReject.objects.values_list("reason", "source", "partial")) == [("unknown_type", "app", False)]


def test_a_browser_key_cannot_raise_mrr_or_take_an_address_over() -> None:
    send(identify("crm-7", traits={"email": "ana@acme.example"}), group("crm-7", "g1", traits={"mrr": 100}))
    drained()
    send(
        identify("eve", traits={"email": "ana@acme.example", "color": "red"}),
        group("eve", "g1", traits={"mrr": 9_000, "employees": 3}),
        {"type": "alias", "userId": "eve", "previousId": "crm-7", "messageId": "alias"},
        track("Trial Started", userId="eve"),
        trust="browser", source="web",
    )  # fmt: skip
    drained()
    assert Account.objects.get().traits == {"mrr": 100, "employees": 3}
    assert sorted(Person.objects.values_list("external_id", "email")) == [("crm-7", "ana@acme.example"), ("eve", "")]
    assert sorted(EventReject.objects.values_list("reason", "path", "partial")) == [
        ("email_taken", "traits.email", True),
        ("merge_not_allowed", "previousId", False),
        ("protected_money", "traits.mrr", True),
    ]
    assert stored("e.class, e.name, p.external_id") == [("usage", "Trial Started", "eve")]


def test_b2b_events_of_a_server_key_are_records_too() -> None:
    send(
        group("u1", "g1"),
        track("Account Created", userId="u1"),
        track("Trial Started", userId="u1", properties={"trial_plan_name": "Pro", "trial_end_date": "2026-03-16"}),
        track("Trial Ended", userId="u1", timestamp="2026-03-02T11:00:00Z"),
        track("Account Deleted", userId="u1"),
    )
    drained()
    account = Account.objects.get().pk
    assert stored("e.name, e.properties") == [
        ("Account Created", None),
        ("Account Deleted", None),
        ("Trial Ended", None),
        ("Trial Started", '{"trial_plan_name":"Pro","trial_end_date":"2026-03-16"}'),
        ("account_lost", '{"id":"Account Deleted-","reason":""}'),
        ("account_signed_up", "{}"),
        ("subscription_ended", f'{{"id":"trial:{account}"}}'),
        (
            "subscription_started",
            f'{{"id":"trial:{account}","is_trial":true,"mrr_minor":0,"currency":"USD","plan":"Pro",'
            '"term_end":"2026-03-16"}',
        ),
    ]


def test_deliveries_tell_what_a_source_sends() -> None:
    send(group("u1", "g1"), track("Opened", userId="u1", properties={"duration": 4}))
    drained()
    assert sorted(Delivery.objects.values_list("source", "kind", "first_day", "last_day")) == [
        ("app", "accounts", None, DAY),
        ("app", "people", None, DAY),
        ("app", "usage", DAY, DAY),
        ("app", "usage.people", DAY, DAY),
        ("app", "usage.seconds", DAY, DAY),
    ]
    assert queries.sources_delivering()["app"].last_day == DAY


def test_another_workspace_is_not_touched(globex: Workspace) -> None:
    send(group("u1", "g1"), track("Opened", userId="u1"))
    drained()
    assert Account.every_workspace.exclude(workspace=Account.objects.get().workspace_id).count() == 0
    assert not (Account.every_workspace.filter(workspace=globex)).exists()


def test_a_summer_day_ends_by_the_workspaces_clock(workspace: Workspace) -> None:
    Workspace.objects.filter(pk=workspace.pk).update(timezone="Asia/Kathmandu")  # +05:45
    moment = datetime(2026, 7, 1, 18, 15, tzinfo=UTC)
    send(group("u1", "g1"), track("A", userId="u1", timestamp="2026-07-01T18:14:59Z"),
         track("B", userId="u1", timestamp="2026-07-01T18:15:00Z"), at=moment)  # fmt: skip
    drained(moment)
    assert stored("e.name, e.day") == [("A", date(2026, 7, 1)), ("B", date(2026, 7, 2))]


def test_what_a_dead_run_made_attributable_is_released_when_it_is_decided_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    """To the second attempt the visitor is no news any more; the sweep, due in a minute, is not waited for."""
    send(group("u1", "g1"), track("Seen", anonymousId="a1"))
    drained()

    def dies(step: str) -> None:
        if step == "identity":
            raise RuntimeError("killed")

    send(identify("u1", anonymousId="a1"))
    with monkeypatch.context() as patched:
        patched.setattr(watch, "passed", dies)
        with pytest.raises(RuntimeError, match="killed"):
            drained()
    assert stored() == []
    drained()
    assert stored() == [("Seen", "g1", "u1")]
    assert ParkedEvent.objects.count() == 0
