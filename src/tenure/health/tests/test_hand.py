"""Scores set by hand, judged by what came after."""

from datetime import timedelta

from tenure.base import tenancy
from tenure.health import actions, belief, hand
from tenure.health.tests.company import AS_OF, arrive, cycle, founded
from tenure.health.tests.company import record as business
from tenure.tenants.models import Member, Workspace
from tenure.tenants.queries import members_by_id

SET = AS_OF - timedelta(days=120)


def test_a_hand_is_right_when_what_it_feared_comes(workspace: Workspace, ana: Member) -> None:
    ids = founded(workspace)
    arrive(workspace.slug, [business(ids["A-11"], SET + timedelta(days=50), "account_lost")])
    cycle(workspace)
    tenancy.forget()
    by = members_by_id([ana.pk])[ana.pk]
    wishes = {"A-11": 5.0, "A-9": 5.0, "A-1": 99.0, "A-7": 5.0}
    for name, value in wishes.items():
        since = AS_OF - timedelta(days=10) if name == "A-7" else SET
        actions.set_override(
            account=ids[name], value=value, reason="We know", since=since, until=since + timedelta(days=30), by=by
        )
    found = hand.judged(AS_OF)
    right = {each.override.account: each.right for each in found.rows}
    assert right == {ids["A-11"]: True, ids["A-9"]: False, ids["A-1"]: True, ids["A-7"]: None}
    told = hand.report(AS_OF).all
    assert (told.feared.said, told.feared.left, told.at_ease.said, told.at_ease.left) == (2, 1, 1, 0)
    lost = next(each for each in found.rows if each.override.account == ids["A-11"])
    assert lost.left_on == SET + timedelta(days=50)
    (stored,) = belief.stored_scores(belief.setting(workspace.slug).lake, SET, ids["A-11"]).to_pylist()
    assert lost.said == stored["raw"]
    assert lost.said is not None
    page = hand.judged(AS_OF, limit=3)
    assert page.next is not None
    rest = hand.judged(AS_OF, cursor=page.next, limit=3)
    assert len(page.rows) == 3
    assert [each.override.account for each in rest.rows] == [found.rows[-1].override.account]
    assert rest.next is None
