"""The record of a scorecard: the scores of then against what came after."""

from dataclasses import replace
from datetime import date, timedelta

import pyarrow as pa
import pyarrow.compute as pc
import pytest

from tenure.base import tenancy
from tenure.events.queries import open_lake
from tenure.health import backtest, belief, scoring
from tenure.health.backtest import record, rows, verdict
from tenure.health.card import ActiveProfile, activate
from tenure.health.scorecard import Profile, Scorecard
from tenure.health.tests.company import AS_OF, FIRST, arrive, computed, cycle, founded, use
from tenure.health.tests.company import record as business
from tenure.measures.queries import facts
from tenure.predictions.evaluation.intervals import Interval
from tenure.tenants.models import Workspace

pytestmark = pytest.mark.django_db

LOST = AS_OF - timedelta(days=4)
HORIZON = 14


@pytest.fixture
def ids(workspace: Workspace) -> dict[str, int]:
    """The company; the accounts that fade are lost in the end."""
    made = founded(workspace)
    arrive(workspace.slug, [business(made[f"A-{n}"], LOST, "account_lost") for n in range(2, 13, 2)])
    cycle(workspace)
    return made


def collected(workspace: Workspace, days: list[date]) -> pa.Table:
    given = belief.setting(workspace.slug)
    assert given.card is not None
    (found,) = rows.collect(given, [given.card], days, horizon=HORIZON, outcome="churn", known=AS_OF)
    return found


def test_it_says_of_each_day_what_was_said_then(workspace: Workspace, ids: dict[str, int]) -> None:
    days = rows.weekly(FIRST, AS_OF - timedelta(days=HORIZON))
    found = collected(workspace, days)
    assert days[0] == FIRST
    assert days[-1] == date(2024, 12, 16)
    for day in days:
        stored = belief.stored_scores(open_lake(workspace.slug), day)
        then = {row["account"]: (row["score"], row["band"]) for row in stored.to_pylist()}
        of_day = found.filter(pc.equal(found["day"], day)).to_pylist()
        assert {row["account"]: (row["score"], row["band"]) for row in of_day} == then
    lost = {row["account"] for row in found.to_pylist() if row["left_on"] == LOST}
    assert lost == {ids[f"A-{n}"] for n in range(2, 13, 2)}
    assert {row["day"] for row in found.to_pylist() if row["left_on"]} == {date(2024, 12, 16)}


def test_what_comes_late_changes_no_row(workspace: Workspace, ids: dict[str, int]) -> None:
    days = rows.weekly(FIRST, AS_OF - timedelta(days=HORIZON))

    before = collected(workspace, days)
    late = [use(ids["A-1"], FIRST + timedelta(days=n), known=AS_OF, count=500.0) for n in range(150)]
    arrive(workspace.slug, late)
    tenancy.forget()
    assert collected(workspace, days) == before


def test_the_record_counts_who_left_and_who_was_feared_for(workspace: Workspace, ids: dict[str, int]) -> None:
    found = backtest.backtest(belief.setting(workspace.slug), known=AS_OF, horizon=HORIZON)
    assert (found.first, found.last, found.dates) == (FIRST, date(2024, 12, 16), 29)
    assert (found.accounts, found.left_accounts) == (12, 6)
    assert found.rows == 29 * 12
    assert sum(flag.rows for flag in found.flags) == sum(each.rows for each in found.calibration)
    assert sum(flag.rows for flag in found.flags) == found.rows - found.unknown
    assert sum(flag.left for flag in found.flags) == found.caught + found.missed == 6
    assert found.auc is not None
    days = rows.weekly(FIRST, found.last)
    known = rows.known_scores(collected(workspace, days)).to_pylist()
    left, stayed = ([row["score"] for row in known if bool(row["left_on"]) is gone] for gone in (True, False))
    won = sum((one < other) + (one == other) / 2 for one in left for other in stayed)
    assert found.auc.value == pytest.approx(won / (len(left) * len(stayed)))
    assert (
        found.verdict == "6 customers of the days that can be tested left: too few to say how good this scorecard is."
    )


def test_a_scorecard_made_worse_is_shown_as_worse(workspace: Workspace, ids: dict[str, int]) -> None:
    """Every curve upside down: whoever was healthy is at risk."""
    given = belief.setting(workspace.slug)
    assert given.card is not None
    worse = replace(given.card, profiles=tuple(_upside_down(each) for each in given.card.profiles))
    first = AS_OF - timedelta(days=HORIZON + 7)
    found = backtest.compare(given, worse, given.card, known=AS_OF, horizon=HORIZON, since=first)
    assert found.difference is not None
    assert found.first.auc is not None
    assert found.second.auc is not None
    assert found.difference.value == pytest.approx(found.first.auc.value - found.second.auc.value)
    assert found.difference.value < 0
    assert verdict.compared(Interval(-0.1, -0.15, -0.02)).startswith("Worse, and not by chance (AUC -10.0 points")
    same = backtest.compare(given, given.card, given.card, known=AS_OF, horizon=HORIZON, since=first)
    assert same.verdict.startswith("No difference")
    assert same.first == same.second


@pytest.mark.parametrize("condition", ["change(events_28d) > 0.5", "previous(events_28d) > 1", "events_28d > 1"])
def test_a_card_that_looks_back_gets_the_windows_before(
    workspace: Workspace, ids: dict[str, int], condition: str
) -> None:
    """The same scores as with all facts there are."""
    given = belief.setting(workspace.slug)
    profile = Profile.model_validate(
        {
            "key": "default",
            "dimensions": [{"key": "all", "measures": [_rising("value"), _rising("change")]}],
            "exceptions": [{"key": "cap", "when": condition, "cap": 30}],
        }
    )
    for measures in (profile.dimensions[0].measures, profile.dimensions[0].measures[:1]):
        dimension = profile.dimensions[0].model_copy(update={"measures": measures})
        body = Scorecard(profiles=(profile.model_copy(update={"dimensions": (dimension,)}),))
        card = activate(key="back", version=1, body=body, catalogue=given.catalogue)
        assert card.looks_back == (len(measures) == 2 or "(" in condition)
        day = date(2024, 12, 16)
        (found,) = rows.collect(given, [card], [day], horizon=HORIZON, outcome="churn", known=AS_OF)
        every = scoring.verdicts(facts(entity="account", as_of=[day]), card)
        said = {row["account"]: (row["score"], row["band"]) for row in every.to_pylist()}
        assert {row["account"]: (row["score"], row["band"]) for row in found.to_pylist()} == {
            account: said[account] for account in found["account"].to_pylist()
        }


def _rising(of: str) -> dict[str, object]:
    knots = [{"at": 0, "points": 0}, {"at": 10 if of == "value" else 1, "points": 100}]
    return {"measure": "events_28d", "of": of, "curve": {"kind": "linear", "knots": knots}}


def _upside_down(active: ActiveProfile) -> ActiveProfile:
    body = active.profile.model_dump(mode="json", by_alias=True)
    for dimension in body["dimensions"]:
        for measure in dimension["measures"]:
            for corner in measure["curve"].get("knots") or measure["curve"].get("steps") or []:
                corner["points"] = 100 - corner["points"]
    return replace(active, profile=Profile.model_validate({**body, "exceptions": []}), exceptions=())


def test_a_measure_that_knows_the_future_is_caught(workspace: Workspace, ids: dict[str, int]) -> None:
    """Planted: a fact written today and dated back, which says who will be lost. No row of the past may hold it."""
    days = rows.weekly(FIRST, AS_OF - timedelta(days=HORIZON))
    before = collected(workspace, days)
    marks = [
        use(ids[f"A-{n}"], days[-1] - timedelta(days=k), known=AS_OF, count=90.0)
        for n in range(2, 13, 2)
        for k in (1, 2, 3)
    ]
    arrive(workspace.slug, marks)
    tenancy.forget()
    honest = backtest.backtest(belief.setting(workspace.slug), known=AS_OF, horizon=HORIZON)
    assert collected(workspace, days) == before
    leaking = [{**mark, "known_day": mark["day"]} for mark in marks]
    arrive(workspace.slug, leaking)
    tenancy.forget()
    assert collected(workspace, days) != before
    assert honest.auc is not None


def test_nothing_to_test_is_said(workspace: Workspace) -> None:
    with pytest.raises(record.NothingToTest, match="No scorecard is published"):
        backtest.backtest(belief.setting(workspace.slug), known=AS_OF)
    computed(workspace)
    tenancy.forget()
    with pytest.raises(record.NothingToTest, match="is 400 days old yet"):
        backtest.backtest(belief.setting(workspace.slug), known=AS_OF, horizon=400)


def course(*bands: str, left: date | None, first: date = date(2024, 1, 1)) -> list[dict[str, object]]:
    days = [first + timedelta(weeks=n) for n in range(len(bands))]
    return [
        {"account": 1, "day": day, "band": band, "score": 50.0, "mrr": 10.0, "left_on": None if n < 1 else left}
        for n, (day, band) in enumerate(zip(days, bands, strict=True))
    ]


def test_the_lead_begins_with_the_last_entry_into_the_worst_band() -> None:
    left = date(2024, 2, 1)
    assert record._lead(course("risk", "watch", "risk", "risk", left=left), "risk") == (left - date(2024, 1, 15)).days
    assert record._lead(course("risk", "risk", "watch", left=left), "risk") is None
    assert record._lead(course("watch", "risk", "risk", left=date(2024, 1, 15)), "risk") == 7


def test_a_miss_was_in_the_best_band_a_month_before() -> None:
    left = date(2024, 2, 26)
    [(row, days)] = record._misses([course("risk", "healthy", "healthy", "healthy", "risk", left=left)], "healthy")
    assert (row["day"], days) == (date(2024, 1, 22), 35)
    assert record._misses([course("healthy", "healthy", "healthy", "risk", left=left)], "healthy") == []
    assert record._misses([course("healthy", "healthy", left=None)], "healthy") == []


def test_an_alarm_is_false_where_the_account_stayed() -> None:
    stayed = pa.Table.from_pylist(course("watch", "risk", "risk", "watch", left=None), schema=rows.ROWS)
    [(row, days)] = record._alarms([], stayed, pa.array([], pa.int64()), "risk")
    assert (row["day"], days) == (date(2024, 1, 15), 7)


def test_who_left_is_an_alarm_only_in_a_later_stay() -> None:
    gone, back = course("risk", "risk", left=date(2024, 1, 20)), course("risk", "risk", left=None)
    every = pa.Table.from_pylist(gone, schema=rows.ROWS)
    assert record._alarms([gone], every, pa.array([1]), "risk") == []
    assert [days for _, days in record._alarms([gone, back], every, pa.array([1]), "risk")] == [7]


def test_the_sentence_says_no_more_than_the_interval() -> None:
    said = verdict.verdict(Interval(0.78, 0.71, 0.84), outcome="churn", left=40)
    assert said.startswith("Of a customer who left and one who did not, this scorecard puts the right one lower in 78%")
    assert "no better than chance" in verdict.verdict(Interval(0.55, 0.49, 0.61), outcome="churn", left=40)
    assert "worse than chance" in verdict.verdict(Interval(0.4, 0.35, 0.45), outcome="renewal", left=40)
    assert verdict.verdict(None, outcome="renewal", left=0).startswith(
        "No customer of the days that can be tested did not renew"
    )


def test_it_says_when_only_some_were_tested(
    workspace: Workspace, ids: dict[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    given = belief.setting(workspace.slug)
    assert backtest.backtest(given, known=AS_OF, horizon=HORIZON).drawn_from is None
    monkeypatch.setattr(record, "ACCOUNTS_MOST", 7)
    found = backtest.backtest(given, known=AS_OF, horizon=HORIZON)
    assert (found.accounts, found.drawn_from) == (7, 12)
