"""Rules: refused with what is expected, muted with their figures, never overwritten; starters and what they need."""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest

from tenure.alerts import actions, queries, starters
from tenure.alerts.tests.defining import alert, cycle, rule
from tenure.base import clock, tenancy
from tenure.base.refusals import Conflict, Forbidden, Invalid
from tenure.definitions.contracts import WrongDocument
from tenure.definitions.queries import versions
from tenure.health.tests import company
from tenure.tenants.contracts import MemberView
from tenure.tenants.models import AuditEntry, Member, Workspace
from tenure.tenants.queries import members_by_id

BODY = {"name": "Poor", "type": "risk", "reason": "Poor", "when": {"kind": "condition", "condition": "mrr < 5"}}


@pytest.fixture
def ids(acme: Workspace) -> Iterator[dict[str, int]]:
    with tenancy.workspace(acme.pk):
        yield company.computed(acme)


@pytest.fixture
def by(ids: dict[str, int], ana: Member) -> MemberView:
    return members_by_id([ana.pk])[ana.pk]


@pytest.mark.parametrize(
    ("when", "where", "said"),
    [
        ({"kind": "segment", "segment": "nobody"}, None, "when: .*segment.nobody"),
        ({"kind": "measure", "measure": "status", "move": "rises_to", "value": 1}, None, "when.measure: .*no number"),
        ({"kind": "date", "field": "mrr", "days": 3}, None, "when.field: .*no day"),
        ({"kind": "condition", "condition": "mrr <"}, None, "when: "),
        ({"kind": "band", "to": ["risk"]}, "nonsense > 1", "where: .*nonsense"),
        ({"kind": "review"}, "nonsense > 1", "where: .*nonsense"),
        ({"kind": "sources"}, None, "role is admins"),
        ({"kind": "sources", "silent": False}, None, "expected silent"),
    ],
)
def test_a_rule_that_cannot_be_read_is_refused_with_its_place(
    by: MemberView, when: dict[str, object], where: str | None, said: str
) -> None:
    body = {**BODY, "when": when, **({"where": where} if where else {})}
    with pytest.raises(WrongDocument) as refused:
        actions.create(body=body, by=by)
    assert any(re.search(said, f"{p.where}: {p.message}") for p in refused.value.problems)
    assert queries.in_force() == {}


def test_a_rule_that_was_published_meanwhile_is_not_overwritten(by: MemberView) -> None:
    key = actions.create(body=BODY, by=by)
    actions.publish(key=key, body={**BODY, "priority": "high"}, seen=1, by=by)
    with pytest.raises(Conflict, match=r"version 2 .* while you edited version 1"):
        actions.publish(key=key, body={**BODY, "priority": "low"}, seen=1, by=by)
    actions.switch(key=key, active=False, by=by)
    assert queries.listing_of(key, company.AS_OF).body.active is False
    actions.roll_back(key=key, to_version=1, by=by)
    assert [each.note for each in versions("alert_rule", key)][:2] == ["Back to version 1", "Turned off"]


def closed(account: int, outcomes: str) -> None:
    for n, each in enumerate(outcomes):
        outcome = {"r": "success", "n": "no_effect", "f": "false_alarm", "x": "not_relevant"}[each]
        alert(account, rule="poor", reason=str(n), state="closed", outcome=outcome, closed_at=clock.now())


def test_nine_false_alarms_of_ten_are_proposed_for_muting_with_their_figures(
    by: MemberView, ids: dict[str, int]
) -> None:
    rule("poor", "mrr < 5")
    rule("fine", "mrr < 6")
    closed(ids["A-1"], "rfffffffff")
    first, second = queries.listing(company.AS_OF)
    assert (first.key, first.proposed, first.answers.right, first.answers.wrong) == ("poor", True, 1, 9)
    assert first.precision is not None
    assert [round(each, 3) for each in first.precision] == [0.1, 0.018, 0.404]
    assert (second.proposed, second.precision) == (False, None)
    actions.let_go_on(key="poor", by=by)
    assert not queries.listing_of("poor", company.AS_OF).proposed


def test_right_is_success_and_no_effect(ids: dict[str, int]) -> None:
    rule("poor", "mrr < 5")
    closed(ids["A-1"], "rnfx")
    alert(ids["A-1"], rule="poor", reason="by itself", state="closed", closed_at=clock.now())
    answers = queries.listing_of("poor", company.AS_OF).answers
    assert (answers.right, answers.wrong) == (2, 2)


def test_a_mute_has_a_day_and_an_end_and_is_in_the_trail(by: MemberView) -> None:
    rule("poor", "mrr < 5")
    with pytest.raises(Invalid, match="from today"):
        actions.mute(key="poor", until=company.AS_OF - timedelta(days=1), reason="", by=by)
    actions.mute(key="poor", until=company.AS_OF, reason="Cries wolf", by=by)
    actions.mute(key="poor", until=company.AS_OF + timedelta(days=3), reason="Cries wolf", by=by)
    assert queries.listing_of("poor", company.AS_OF).muted_until == company.AS_OF + timedelta(days=3)
    assert queries.listing_of("poor", company.AS_OF + timedelta(days=4)).muted_until is None
    actions.end_mute(key="poor", by=by)
    assert queries.listing_of("poor", company.AS_OF).muted_until is None
    actions_said = AuditEntry.objects.filter(action__startswith="alert_rule").order_by("id")
    assert list(actions_said.values_list("action", flat=True)) == ["alert_rule.muted"] * 2 + ["alert_rule.unmuted"]


def test_the_budget_is_the_workspaces_and_not_overwritten(by: MemberView, ben: Member) -> None:
    actions.set_budget(budget=3, revision=0, by=by)
    assert queries.budget() == 3
    with pytest.raises(Conflict):
        actions.set_budget(budget=5, revision=0, by=by)
    with pytest.raises(Invalid):
        actions.set_budget(budget=0, revision=1, by=by)
    with pytest.raises(Forbidden):
        actions.set_budget(budget=5, revision=1, by=members_by_id([ben.pk])[ben.pk])
    assert queries.budget() == 3


def test_ten_starters_begin_where_their_data_is_the_others_say_what_is_missing(acme: Workspace, by: MemberView) -> None:
    cycle(acme, history=True)
    begun = set(queries.in_force())
    assert len(starters.STARTERS) == 10
    assert {"use_falls_40", "nobody_seen_30d", "source_trouble"} <= begun
    missing = {each.key: each.missing for each in starters.offered()}
    assert set(missing) == {each.key for each in starters.STARTERS} - begun
    assert missing["payment_late_14d"] == "invoices and payments"
    with pytest.raises(Conflict, match="invoices and payments"):
        actions.take_up_starter(starter="payment_late_14d", by=by)
    actions.archive(key="source_trouble", by=by)
    cycle(acme, history=True)
    assert "source_trouble" not in queries.in_force()
    assert actions.take_up_starter(starter="source_trouble", by=by) == "source_trouble"
