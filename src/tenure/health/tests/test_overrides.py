"""Scores set by hand: with a reason, by someone, until a day."""

from datetime import timedelta

import pytest

from tenure.base import clock
from tenure.base.refusals import Forbidden, Invalid, NotFound
from tenure.customers.actions import upsert_accounts
from tenure.customers.contracts import AccountUpsert
from tenure.health import actions, jobs, queries
from tenure.health.belief import setting
from tenure.health.models import Override
from tenure.health.tests import company
from tenure.tenants.contracts import MemberView
from tenure.tenants.models import AuditEntry, Member, Workspace
from tenure.tenants.queries import members_by_id

AS_OF = company.AS_OF


def member(row: Member) -> MemberView:
    return members_by_id([row.pk])[row.pk]


def test_an_override_is_the_score_until_its_day_and_says_why(workspace: Workspace, ana: Member) -> None:
    account = company.computed(workspace)["A-1"]
    before = queries.explain(account)
    with clock.frozen(clock.now() + timedelta(minutes=1)):
        made = actions.set_override(
            account=account, value=20, reason="They told us they leave", since=AS_OF, until=AS_OF, by=member(ana)
        )
        report = jobs.refresh(setting("acme"), AS_OF)
    found = queries.explain(account)
    assert report.rows == 1
    assert (found.score, found.band, found.shown) == (20.0, "risk", "20")
    assert (
        (found.override.reason, found.override.author) == ("They told us they leave", "Ana")
        if found.override
        else False
    )
    last = next(reason for reason in found.reasons if reason.kind == "override")
    assert last.words == "set by hand to 20"
    assert last.effect == pytest.approx(20 - (before.total or 0), abs=1e-9)
    assert queries.explain(account, AS_OF - timedelta(days=1)).override is None
    assert queries.overrides_of(account)[0].id == made


def test_an_override_ends_early(workspace: Workspace, ana: Member) -> None:
    account = company.computed(workspace)["A-1"]
    before = queries.explain(account).score
    until = AS_OF + timedelta(days=30)
    with clock.frozen(clock.now() + timedelta(minutes=1)):
        made = actions.set_override(account=account, value=20, reason="x", since=AS_OF, until=until, by=member(ana))
        jobs.refresh(setting("acme"), AS_OF)
        actions.end_override(override=made, on=AS_OF, by=member(ana))
        actions.end_override(override=made, on=AS_OF, by=member(ana))
        jobs.refresh(setting("acme"), AS_OF)
    assert queries.explain(account).score == before
    assert [row.action for row in AuditEntry.objects.filter(action__startswith="score.").order_by("id")] == [
        "score.overridden", "score.override_ended",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "wrong", [{"value": 101}, {"value": -1}, {"reason": "  "}, {"until": AS_OF - timedelta(days=1)},
              {"until": AS_OF + timedelta(days=400)}],
)  # fmt: skip
def test_an_override_without_reason_range_or_end_is_refused(
    workspace: Workspace, ana: Member, wrong: dict[str, object]
) -> None:
    account = upsert_accounts([AccountUpsert("A-1")]).ids["A-1"]
    given = {"account": account, "value": 20, "reason": "Told us", "since": AS_OF, "until": AS_OF, **wrong}
    with pytest.raises(Invalid):
        actions.set_override(**given, by=member(ana))  # type: ignore[arg-type]
    assert not Override.objects.exists()


def test_a_viewer_and_a_stranger_change_nothing(workspace: Workspace, ana: Member, ben: Member) -> None:
    account = upsert_accounts([AccountUpsert("A-1")]).ids["A-1"]
    with pytest.raises(Forbidden):
        actions.set_override(account=account, value=20, reason="x", since=AS_OF, until=AS_OF, by=member(ben))
    with pytest.raises(NotFound):
        actions.set_override(account=account + 9, value=20, reason="x", since=AS_OF, until=AS_OF, by=member(ana))
    assert not Override.objects.exists()
