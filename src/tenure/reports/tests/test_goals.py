"""Targets and owners: who may set them, what is refused, that nobody's change is lost."""

import pytest

from tenure.base.refusals import Forbidden, Invalid, NotFound
from tenure.reports.actions import GoalConflict, set_goal
from tenure.reports.queries import goals
from tenure.tenants.contracts import MemberView
from tenure.tenants.models import AuditEntry, Member, Workspace
from tenure.tenants.queries import members_by_id

pytestmark = pytest.mark.django_db


@pytest.fixture
def me(workspace: Workspace, ana: Member) -> MemberView:
    return members_by_id([ana.pk])[ana.pk]


def test_a_goal_is_set_changed_taken_away_and_audited(me: MemberView) -> None:
    set_goal(metric="mrr", target="12,000", owner=me.id, revision=0, by=me)
    set_goal(metric="mrr", target="12000", owner=me.id, revision=1, by=me)  # the same again
    assert (goals()["mrr"].target, goals()["mrr"].owner_name, goals()["mrr"].revision) == (1_200_000.0, "Ana", 1)
    set_goal(metric="mrr", target="", owner=None, revision=1, by=me)
    assert (goals()["mrr"].target, goals()["mrr"].owner, goals()["mrr"].revision) == (None, None, 2)
    rows = AuditEntry.objects.filter(action="metric.goal_set").order_by("pk")
    assert [(row.before, row.after) for row in rows] == [
        (None, {"target": 1_200_000.0, "owner": me.id}),
        ({"target": 1_200_000.0, "owner": me.id}, {"target": None, "owner": None}),
    ]
    set_goal(metric="nrr", target="", owner=None, revision=0, by=me)
    assert "nrr" not in goals()


def test_what_somebody_else_changed_is_not_overwritten(me: MemberView) -> None:
    set_goal(metric="nrr", target="104.5 %", owner=None, revision=0, by=me)
    for seen in (0, 2):
        with pytest.raises(GoalConflict):
            set_goal(metric="nrr", target="90", owner=None, revision=seen, by=me)
    assert goals()["nrr"].target == 1.045


@pytest.mark.parametrize("typed", ["much", "nan", "-1", "1001", "9" * 30, "inf"])
def test_a_target_is_a_number_within_reason(me: MemberView, typed: str) -> None:
    with pytest.raises(Invalid, match="The target of NRR is a number from 0 to 1000, such as 95"):
        set_goal(metric="nrr", target=typed, owner=None, revision=0, by=me)
    assert goals() == {}


def test_a_change_may_be_below_zero(me: MemberView) -> None:
    set_goal(metric="health_change", target="−1,5", owner=None, revision=0, by=me)
    assert goals()["health_change"].target == -0.015


def test_the_owner_is_an_active_member_here(me: MemberView, cy: Member) -> None:
    for owner in (cy.pk, 10**9):
        with pytest.raises(Invalid, match="active member"):
            set_goal(metric="nrr", target="90", owner=owner, revision=0, by=me)


def test_who_may_not_configure_sets_nothing(me: MemberView, ben: Member) -> None:
    with pytest.raises(Forbidden):
        set_goal(metric="nrr", target="90", owner=None, revision=0, by=members_by_id([ben.pk])[ben.pk])
    with pytest.raises(NotFound):
        set_goal(metric="luck", target="90", owner=None, revision=0, by=me)
