"""One alert for a cause, to whom it belongs, within the day's budget; nothing that was so before, or is our fault."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from tenure.alerts import jobs
from tenure.alerts.models import Alert, AlertSetting, Mute
from tenure.alerts.tests.defining import believed, cycle, rule
from tenure.base import clock, tenancy
from tenure.base.cycle import StageRun
from tenure.base.models import OutboxMessage
from tenure.customers.actions import assign_owners
from tenure.customers.contracts import OwnerLink
from tenure.definitions.actions import publish_body
from tenure.health.tests import company
from tenure.ingest.drain.models import SourceNow
from tenure.ingest.watching.models import Silence
from tenure.tenants.models import Member, Workspace

ALL = range(1, 13)


@pytest.fixture
def ids(acme: Workspace) -> Iterator[dict[str, int]]:
    """A small company, all healthy and known to its rules, inside its workspace; ids by external id."""
    with tenancy.workspace(acme.pk):
        found = company.computed(acme)
        believed(acme, days=0, band=dict.fromkeys(found.values(), "healthy"), mrr=dict.fromkeys(found.values(), 100.0),
                 status=dict.fromkeys(found.values(), "customer"))  # fmt: skip
        yield found


def opened() -> list[tuple[int | None, str, str, int, bool]]:
    rows = Alert.objects.order_by("account_id", "id")
    return list(rows.values_list("account_id", "rule", "state", "times_seen", "holds"))


def test_a_rule_begins_silently_with_whoever_is_under_it(acme: Workspace, ids: dict[str, int]) -> None:
    believed(acme, band={ids["A-1"]: "risk"})
    rule("red", {"kind": "band", "to": ["risk"]})
    cycle(acme)
    believed(acme)
    cycle(acme)
    assert opened() == []


def test_the_same_cause_three_cycles_in_a_row_is_one_alert(acme: Workspace, ids: dict[str, int]) -> None:
    rule("red", closes_itself=False)
    cycle(acme)
    for _ in range(3):
        believed(acme, band={ids["A-1"]: "risk"})
        cycle(acme)
        cycle(acme)
    assert opened() == [(ids["A-1"], "red", "open", 3, True)]
    row = Alert.objects.get()
    assert (row.opened_on, row.last_seen_on) == (company.AS_OF + timedelta(days=1), company.AS_OF + timedelta(days=3))
    assert [each["value"] for each in row.evidence if each["key"] in ("band", "mrr")] == ["risk", 100.0]
    assert (row.mrr_minor, row.chance, row.urgency, row.value_minor) == (10_000, 0.2, 0.86, 20_640)


def test_what_is_gone_says_so_or_closes_and_comes_back_as_the_same(acme: Workspace, ids: dict[str, int]) -> None:
    rule("stays")
    rule("goes", closes_itself=True)
    cycle(acme)
    believed(acme, band={ids["A-1"]: "risk"})
    cycle(acme)
    believed(acme, band={ids["A-1"]: "watch"})
    cycle(acme)
    assert opened() == [(ids["A-1"], "goes", "closed", 1, False), (ids["A-1"], "stays", "open", 1, False)]
    believed(acme, band={ids["A-1"]: "risk"})
    cycle(acme)
    assert opened() == [
        (ids["A-1"], "goes", "closed", 1, False),
        (ids["A-1"], "stays", "open", 2, True),
        (ids["A-1"], "goes", "open", 1, True),
    ]


def test_out_of_the_bands_that_are_named_only(acme: Workspace, ids: dict[str, int]) -> None:
    rule("red")
    cycle(acme)
    believed(acme, band={ids["A-1"]: "unknown"})
    cycle(acme)
    believed(acme, band={ids["A-1"]: "risk", ids["A-2"]: "risk"})
    cycle(acme)
    assert [row[0] for row in opened()] == [ids["A-2"]]


def test_two_rules_with_one_type_and_reason_make_one_alert(acme: Workspace, ids: dict[str, int]) -> None:
    rule("one", reason="Red")
    rule("two", "band = 'risk'", reason="Red")
    cycle(acme)
    believed(acme, band={ids["A-1"]: "risk"})
    cycle(acme)
    assert opened() == [(ids["A-1"], "one", "open", 1, True)]


def test_a_changed_condition_begins_silently_a_changed_text_does_not(acme: Workspace, ids: dict[str, int]) -> None:
    rule("poor", "mrr < 50")
    cycle(acme)
    rule("poor", "mrr < 50", guidance="Call them.")
    believed(acme, mrr={ids["A-1"]: 10.0})
    cycle(acme)
    assert [row[0] for row in opened()] == [ids["A-1"]]
    rule("poor", "mrr < 500")
    believed(acme)
    cycle(acme)
    assert [row[0] for row in opened()] == [ids["A-1"]]


def test_a_segment_that_was_changed_is_no_move_of_a_customer(acme: Workspace, ids: dict[str, int]) -> None:
    def segment(where: str) -> None:
        publish_body(kind="segment", key="poor", by=None, body={"name": "Poor", "where": where})

    segment("mrr < 50")
    rule("enters", {"kind": "segment", "segment": "poor"}, where="status = 'customer'")
    rule("leaves", {"kind": "segment", "segment": "poor", "move": "leaves"})
    cycle(acme)
    believed(acme, mrr={ids["A-1"]: 10.0})
    cycle(acme)
    believed(acme, mrr={ids["A-1"]: 90.0})
    cycle(acme)
    assert [row[:2] for row in opened()] == [(ids["A-1"], "enters"), (ids["A-1"], "leaves")]
    segment("mrr < 5000")
    believed(acme)
    cycle(acme)
    assert len(opened()) == 2


def test_what_is_over_the_days_budget_is_held_the_most_valuable_come_in(
    acme: Workspace, ids: dict[str, int], ana: Member
) -> None:
    assign_owners([OwnerLink(pk, ana.pk) for pk in ids.values()])
    AlertSetting.objects.create(budget=2)
    rule("red")
    cycle(acme)
    four = [ids[f"A-{n}"] for n in (1, 2, 3, 4)]
    believed(acme, band=dict.fromkeys(four, "risk"), mrr={pk: 100.0 * (n + 1) for n, pk in enumerate(four)})
    cycle(acme)
    assert [(row[0], row[2]) for row in opened()] == list(zip(four, ["held", "held", "open", "open"], strict=True))
    assert set(Alert.objects.values_list("owner", flat=True)) == {ana.pk}
    believed(acme, days=0, band={ids["A-5"]: "risk"})
    cycle(acme)
    assert Alert.objects.get(account=ids["A-5"]).state == "held"
    believed(acme, band={ids["A-6"]: "risk"})
    cycle(acme)
    assert Alert.objects.get(account=ids["A-6"]).state == "open"
    facts = OutboxMessage.objects.filter(fact="AlertOpened").values_list("body", flat=True)
    assert sorted(each["held"] for each in facts) == [False, False, False, True, True, True]


def test_it_goes_to_whoever_has_the_role_else_to_the_csm(
    acme: Workspace, ids: dict[str, int], ana: Member, ben: Member
) -> None:
    assign_owners([OwnerLink(ids["A-1"], ana.pk), OwnerLink(ids["A-2"], ana.pk), OwnerLink(ids["A-2"], ben.pk, "ae")])
    rule("red", role="ae")
    cycle(acme)
    believed(acme, band={ids[f"A-{n}"]: "risk" for n in (1, 2, 3)})
    cycle(acme)
    owners = list(Alert.objects.order_by("account_id").values_list("owner", flat=True))
    assert owners == [ana.pk, ben.pk, None]


def test_a_muted_rule_opens_nothing_and_starts_anew_afterwards(acme: Workspace, ids: dict[str, int]) -> None:
    rule("red")
    cycle(acme)
    Mute.objects.create(rule="red", since=company.AS_OF, until=company.AS_OF + timedelta(days=1), at=clock.now())
    believed(acme, band={ids["A-1"]: "risk"})
    cycle(acme)
    believed(acme, band={ids["A-2"]: "risk"})
    cycle(acme)
    assert [row[0] for row in opened()] == [ids["A-2"]]


def test_what_stands_still_moves_nobody(acme: Workspace, ids: dict[str, int]) -> None:
    since = dict.fromkeys(ids.values(), company.AS_OF)
    rule("idle", "active_days_28d < 1")
    rule("poor", "mrr < 50")
    cycle(acme)
    believed(acme, active_days_28d={ids["A-1"]: 0.0, ids["A-2"]: 0.0}, mrr={ids["A-3"]: 1.0},
             active_days_28d__stale_since={**dict.fromkeys(since), ids["A-1"]: company.AS_OF})  # fmt: skip
    cycle(acme)
    assert [row[:2] for row in opened()] == [(ids["A-2"], "idle"), (ids["A-3"], "poor")]
    believed(acme, active_days_28d__stale_since={ids["A-1"]: None})
    cycle(acme)
    assert [row[:2] for row in opened()] == [(ids["A-1"], "idle"), (ids["A-2"], "idle"), (ids["A-3"], "poor")]


def test_an_outage_of_a_source_is_one_alert_to_the_admins_and_none_to_csms(
    acme: Workspace, ids: dict[str, int], ana: Member
) -> None:
    assign_owners([OwnerLink(pk, ana.pk) for pk in ids.values()])
    rule("idle", "active_days_28d < 1")
    rule("red")
    rule("trouble", {"kind": "sources"}, role="admins", type="activity", closes_itself=True)
    cycle(acme)
    now = datetime(2025, 1, 1, 12, tzinfo=UTC)
    SourceNow.objects.create(source="backend", first_at=now, last_at=now)
    silence = Silence.objects.create(source="backend", since=now - timedelta(hours=9), noticed_at=now)
    believed(acme, active_days_28d=dict.fromkeys(ids.values(), 0.0), band=dict.fromkeys(ids.values(), "risk"))
    run = StageRun(acme.pk, acme.slug, company.AS_OF, ())
    with clock.frozen(now):
        for _ in range(3):
            jobs.sources_stage(run)
            cycle(acme)
            believed(acme)
    row = Alert.objects.get()
    assert (row.subject, row.owner_id, row.for_admins) == ("backend", None, True)
    assert (row.state, row.mrr_minor) == ("open", 120_000)
    Silence.objects.filter(pk=silence.pk).update(ended_at=now)
    jobs.sources_stage(run)
    assert Alert.objects.get().state == "closed"


def test_a_silence_that_was_answered_is_not_told_again_until_the_next(acme: Workspace, ids: dict[str, int]) -> None:
    rule("trouble", {"kind": "sources"}, role="admins", type="activity")
    now = clock.now()
    Silence.objects.create(source="backend", since=now, noticed_at=now)
    run = StageRun(acme.pk, acme.slug, company.AS_OF, ())
    jobs.sources_stage(run)
    Alert.objects.update(state="closed", outcome="success", closed_at=now)
    jobs.sources_stage(run)
    assert Alert.objects.count() == 1
    Silence.objects.update(ended_at=now)
    jobs.sources_stage(run)
    Silence.objects.create(source="backend", since=now + timedelta(hours=1), noticed_at=now)
    jobs.sources_stage(run)
    assert Alert.objects.count() == 2


def test_snoozed_alerts_wake_on_their_day(acme: Workspace, ids: dict[str, int]) -> None:
    from tenure.alerts.tests.defining import alert

    alert(ids["A-1"], state="snoozed", snoozed_until=company.AS_OF + timedelta(days=1), snooze_reason="Holiday")
    cycle(acme)
    assert Alert.objects.get().state == "snoozed"
    believed(acme)
    cycle(acme)
    row = Alert.objects.get()
    assert (row.state, row.snoozed_until, row.snooze_reason, row.revision) == ("open", None, "", 2)
