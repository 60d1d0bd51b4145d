"""Explanations: to the measure, its window and the rows behind it; and why a score moved."""

from datetime import timedelta

import pytest

from tenure.base.refusals import NotFound
from tenure.customers.actions import upsert_accounts
from tenure.customers.contracts import AccountUpsert
from tenure.definitions.actions import publish_body
from tenure.health import queries
from tenure.health.contracts import Explanation
from tenure.health.tests import company
from tenure.measures.actions import publish_proposal
from tenure.tenants.models import Workspace

AS_OF = company.AS_OF
LINE = {"kind": "linear", "knots": [{"at": 0, "points": 0}, {"at": 20, "points": 100}]}
SIMPLE = {
    "dimensions": [{"key": "use", "label": "Use", "measures": [{"measure": "active_days_28d", "curve": LINE}]}],
    "exceptions": [{"key": "tickets", "label": "a ticket is open", "when": "tickets_open > 0", "cap": 40}],
}


def published(workspace: Workspace, body: dict[str, object]) -> dict[str, int]:
    ids = company.founded(workspace)
    publish_proposal(as_of=AS_OF)
    publish_body(kind="scorecard", key="health", body=body, by=None)
    company.cycle(workspace)
    return ids


def adds_up(found: Explanation) -> bool:
    assert found.total is not None
    exact = abs(100 + sum(reason.effect for reason in found.reasons) - found.total) < 1e-9
    return exact and f"{100 + sum(reason.shown for reason in found.reasons)}" == found.shown


def test_an_explanation_goes_down_to_the_events(workspace: Workspace) -> None:
    ids = published(workspace, SIMPLE)
    found = queries.explain(ids["A-10"], count_events=True)
    assert (found.name, found.external_id, found.status, found.as_of) == ("Account 10", "A-10", "customer", AS_OF)
    (measure,) = found.measures
    assert (measure.measure, measure.dimension, measure.window) == ("active_days_28d", "Use", 28)
    assert measure.days == (AS_OF - timedelta(days=28), AS_OF - timedelta(days=1))
    assert measure.events == measure.value
    assert (measure.weight, measure.nominal) == (1.0, 1.0)
    assert [reason.kind for reason in found.reasons] == ["cap", "measure"]
    assert found.reasons[0].words == "a ticket is open: capped at 40"
    assert (found.score, found.band, found.coverage) == (40.0, "watch", 1.0)
    assert adds_up(found)


def test_every_account_adds_up_now_and_then(workspace: Workspace) -> None:
    ids = company.computed(workspace)
    for account in ids.values():
        assert adds_up(queries.explain(account))
        assert adds_up(queries.explain(account, AS_OF - timedelta(days=33)))


def test_a_change_between_two_days_adds_up(workspace: Workspace) -> None:
    ids = company.computed(workspace)
    found = queries.changes(ids["A-12"], AS_OF - timedelta(days=30), AS_OF)
    assert found is not None
    assert sum(reason.effect for reason in found.reasons) == pytest.approx(found.now - found.then, abs=1e-9)
    assert (found.then, found.now) == pytest.approx((93 + 7 / 11, 81 + 13 / 42), abs=1e-9)
    assert "fell from" in found.reasons[0].words


def test_a_new_scorecard_version_is_a_line_of_its_own(workspace: Workspace) -> None:
    ids = published(workspace, SIMPLE)
    publish_body(kind="scorecard", key="health", body={**SIMPLE, "exceptions": []}, by=None)
    company.cycle(workspace)
    found = queries.changes(ids["A-10"], AS_OF - timedelta(days=7), AS_OF)
    assert found is not None
    version = next(reason for reason in found.reasons if reason.kind == "version")
    assert version.words == "new scorecard version 2"
    assert sum(reason.effect for reason in found.reasons) == pytest.approx(found.now - found.then, abs=1e-9)
    points = queries.history(ids["A-10"])
    assert [(m.day, m.version) for m in queries.version_markers(points)] == [(AS_OF, 2)]
    assert {(p.version, p.day < AS_OF) for p in points} == {(1, True), (2, False)}


def test_coverage_tells_of_how_many_each_measure_is_known(workspace: Workspace) -> None:
    published(workspace, SIMPLE)
    (found,) = queries.coverage()
    assert (found.measure, found.label, found.known, found.accounts, found.share, found.nominal) == (
        "active_days_28d", "Days with use in 28 days", 12, 12, 1.0, 1.0,
    )  # fmt: skip


def test_an_account_of_nobody_is_not_found(workspace: Workspace) -> None:
    company.computed(workspace)
    with pytest.raises(NotFound):
        queries.explain(10**9)


def test_an_account_that_began_after_the_state_was_made_is_not_scored(workspace: Workspace) -> None:
    company.computed(workspace)
    new = upsert_accounts([AccountUpsert("B-1", name="New", started_on=AS_OF + timedelta(days=5))]).ids["B-1"]
    found = queries.explain(new)
    assert (found.score, found.band, found.band_label, found.reasons) == (None, "", "Not scored", ())


def test_before_the_first_run_the_list_says_what_to_do(workspace: Workspace) -> None:
    with pytest.raises(queries.NoScores, match="tenure run"):
        queries.state()
