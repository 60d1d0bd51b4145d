"""Reviews: opened for who left from the best band, with what would have seen it, answered once or corrected."""

from datetime import timedelta

import pyarrow as pa
import pytest

from tenure.base import tenancy
from tenure.base.cycle import StageRun
from tenure.base.refusals import Forbidden, Invalid
from tenure.health import belief, reviews
from tenure.health.backtest import measures, would_have_seen
from tenure.health.backtest.measures import MeasureRecord
from tenure.health.reviews import opening
from tenure.health.reviews.opening import stage
from tenure.health.tests.company import AS_OF, FIRST, arrive, cycle, founded
from tenure.health.tests.company import record as business
from tenure.measures.queries import facts
from tenure.predictions.evaluation.intervals import Interval
from tenure.tenants.models import Member, Workspace
from tenure.tenants.queries import audit_trail, members_by_id

LOST = AS_OF - timedelta(days=4)


@pytest.fixture
def ids(workspace: Workspace) -> dict[str, int]:
    """The company; account 11, the best of all, and account 1, the worst, are lost in the end."""
    opening._seen.clear()
    made = founded(workspace)
    arrive(workspace.slug, [business(made[name], LOST, "account_lost") for name in ("A-1", "A-11")])
    cycle(workspace)
    tenancy.forget()
    return made


def run(workspace: Workspace) -> int:
    return stage(StageRun(workspace.pk, workspace.slug, AS_OF, (AS_OF,))).rows


@pytest.mark.django_db
def test_who_left_from_the_best_band_is_reviewed_once(workspace: Workspace, ids: dict[str, int]) -> None:
    day = LOST - timedelta(days=30)
    stored = belief.stored_scores(belief.setting(workspace.slug).lake, day).to_pylist()
    bands = {row["account"]: row["band"] for row in stored}
    best = {account for account in (ids["A-1"], ids["A-11"]) if bands[account] == "healthy"}
    assert best
    assert run(workspace) == len(best)
    assert run(workspace) == 0
    found = reviews.reviews(answered=False).reviews
    assert {each.account for each in found} == best
    assert {(each.left_on, each.day, each.band) for each in found} == {(LOST, day, "healthy")}
    assert all(each.facts for each in found)
    assert reviews.reviews(answered=True).reviews == ()


@pytest.mark.django_db
def test_an_answer_is_kept_and_can_be_corrected(
    workspace: Workspace, ids: dict[str, int], ana: Member, ben: Member
) -> None:
    run(workspace)
    owner, viewer = (members_by_id([each.pk])[each.pk] for each in (ana, ben))
    first = reviews.reviews().reviews[0]
    with pytest.raises(Forbidden):
        reviews.answer(review=first.id, reason="budget", note="", by=viewer)
    with pytest.raises(Invalid, match="choose one"):
        reviews.answer(review=first.id, reason="", note="", by=owner)
    with pytest.raises(Invalid, match="say what it was"):
        reviews.answer(review=first.id, reason="other", note=" ", by=owner)
    reviews.answer(review=first.id, reason="budget", note="Cut in half.", by=owner)
    reviews.answer(review=first.id, reason="contact_left", note="She moved on.", by=owner)
    found = reviews.review(first.id)
    assert (found.reason, found.note, found.answered_by) == ("contact_left", "She moved on.", owner.label)
    assert found.answered_at is not None
    told = [entry for entry in audit_trail().rows if entry.action == "review.answered"]
    assert len(told) == 2


def a_measure(key: str, *, low: float, worse: int = -1, alarming: float = 3.0) -> MeasureRecord:
    return MeasureRecord(key, key, worse, Interval(low + 0.05, low, low + 0.1), alarming, on_card=False)


def test_only_a_measure_that_tells_and_was_alarmed_would_have_seen_it() -> None:
    known = [a_measure("logins", low=0.6), a_measure("noise", low=0.45), a_measure("tickets", low=0.55, worse=1)]
    assert [each.key for each in would_have_seen(known, {"logins": 3.0, "noise": 0.0, "tickets": 2.0})] == ["logins"]
    assert [each.key for each in would_have_seen(known, {"logins": 4.0, "tickets": 3.0})] == ["tickets"]
    assert would_have_seen(known, {}) == []


@pytest.mark.django_db
def test_a_measure_is_tested_alone(workspace: Workspace, ids: dict[str, int], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(measures, "LEAST_ROWS", 10)
    given = belief.setting(workspace.slug)
    days = [FIRST + timedelta(weeks=n) for n in range(16, 29)]
    found = measures.measure_records(given, days, horizon=14, known=AS_OF, accounts=None, many=12)
    assert found
    assert [each.auc.value for each in found] == sorted((each.auc.value for each in found), reverse=True)
    assert any(each.on_card for each in found)
    # By plain counting: of all pairs of somebody who left and somebody who stayed, in how many the former used it less.
    told = {each.key: each.auc.value for each in found}
    rows = facts(entity="account", as_of=days[:: -measures.EVERY], only=["status", "active_days_28d"]).to_pylist()
    rows = [row for row in rows if row["status"] == "customer" and row["active_days_28d"] is not None]
    gone = {ids["A-1"], ids["A-11"]}
    left = [row["active_days_28d"] for row in rows if row["id"] in gone and row["as_of"] + timedelta(days=14) >= LOST]
    stayed = [
        row["active_days_28d"] for row in rows if row["id"] not in gone or row["as_of"] + timedelta(days=14) < LOST
    ]
    won = sum((one < other) + (one == other) / 2 for one in left for other in stayed)
    assert (len(left), len(stayed)) == (2, 4 * 12 - 2)
    assert told["active_days_28d"] == pytest.approx(won / (len(left) * len(stayed)))


@pytest.mark.parametrize(("worse", "auc"), [(-1, 0.75), (1, 0.25)])
def test_the_auc_of_a_measure_counts_pairs(monkeypatch: pytest.MonkeyPatch, worse: int, auc: float) -> None:
    """Who left had 1 and 3, who stayed 2 and 4, and one is unknown: 1 is below both, 3 below one of them."""
    monkeypatch.setattr(measures, "LEAST_ROWS", 4)
    left_on = pa.array([LOST, None, LOST, None, LOST], pa.date32())
    table = pa.table({"id": [1, 2, 3, 4, 5], "logins": [1.0, 2.0, 3.0, 4.0, None], "churned_on": left_on})
    found = measures._record(table, "logins", "Logins", worse, on_card=True)
    assert found is not None
    assert found.auc.value == auc
