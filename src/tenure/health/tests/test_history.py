"""The history of scores: filled once, never rewritten; and what is frozen."""

from datetime import date, timedelta
from typing import Any

from tenure.base import tenancy
from tenure.base.cycle import StageRun
from tenure.definitions.queries import published
from tenure.events.queries import engine, open_lake
from tenure.health import jobs, queries
from tenure.health.belief import scores_of, setting
from tenure.health.card import KIND
from tenure.health.scorecard import Scorecard
from tenure.health.tests import company
from tenure.tenants.models import Workspace

AS_OF = company.AS_OF


def scores(slug: str) -> list[dict[str, Any]]:
    found = engine().query("select * from scores", relations={"scores": open_lake(slug).relation("scores")})
    return sorted(found.to_pylist(), key=lambda row: (row["day"], row["account"]))


def _scored_by() -> set[str]:
    """The measures of the scorecard in force."""
    card = published(KIND)[0].body
    assert isinstance(card, Scorecard)
    return {measure.measure for dimension in card.dimensions for measure in dimension.measures}


def test_a_full_history_is_weekly_on_mondays_and_daily_for_the_last_ninety_days() -> None:
    days = jobs.history_days(date(2024, 6, 5), AS_OF)
    daily = [day for day in days if day >= AS_OF - timedelta(days=90)]
    weekly = [day for day in days if day < AS_OF - timedelta(days=90)]
    assert (len(daily), daily[0], daily[-1]) == (90, date(2024, 10, 2), date(2024, 12, 30))
    assert (weekly[0], weekly[-1], {day.weekday() for day in weekly}) == (date(2024, 6, 10), date(2024, 9, 30), {0})


def test_a_young_history_begins_with_its_first_day() -> None:
    assert jobs.history_days(date(2024, 12, 29), AS_OF) == (date(2024, 12, 29), date(2024, 12, 30))


def test_history_is_filled_once(workspace: Workspace) -> None:
    company.founded(workspace)
    first = company.cycle(workspace)
    again = company.cycle(workspace)
    days = len(jobs.history_days(company.FIRST, AS_OF))
    assert (first["scores"].rows, again["scores"].rows) == (days * company.ACCOUNTS, 0)
    assert again["current state"].note == "nothing changed"


def test_only_the_days_asked_for_that_are_missing_and_over_are_scored(workspace: Workspace) -> None:
    company.founded(workspace)
    days = tuple(AS_OF - timedelta(days=n) for n in range(3))
    assert company.cycle(workspace, days=days)["scores"].rows == 2 * company.ACCOUNTS
    assert company.cycle(workspace, days=(*days, AS_OF - timedelta(days=3)))["scores"].rows == company.ACCOUNTS


def test_late_events_change_no_score_of_the_past(workspace: Workspace) -> None:
    ids = company.computed(workspace)
    before = scores("acme")
    explained = queries.explain(ids["A-1"], AS_OF - timedelta(days=10))
    late = [company.use(ids["A-1"], AS_OF - timedelta(days=n), known=AS_OF - timedelta(days=1)) for n in range(2, 42)]
    company.arrive("acme", late)
    company.cycle(workspace)
    assert scores("acme") == before
    assert queries.explain(ids["A-1"], AS_OF - timedelta(days=10)) == explained
    computed = scores_of(setting("acme"), [AS_OF - timedelta(days=10)])[0]
    then = [row for row in before if row["day"] == AS_OF - timedelta(days=10)]
    assert [row["score"] for row in sorted(computed.to_pylist(), key=lambda r: r["account"])] == [
        row["score"] for row in then
    ]


def test_three_silent_days_change_no_band(workspace: Workspace) -> None:
    company.founded(workspace, silent_from=AS_OF - timedelta(days=3))
    company.cycle(workspace)
    rows = scores("acme")
    last_good = {row["account"]: row["band"] for row in rows if row["day"] == AS_OF - timedelta(days=3)}
    silent = [row for row in rows if row["day"] > AS_OF - timedelta(days=3)]
    assert len(silent) == 2 * company.ACCOUNTS
    assert {row["account"]: row["band"] for row in silent} == last_good
    now = {row["id"]: row["band"] for row in queries.state().table.select(["id", "band"]).to_pylist()}
    assert now == last_good
    frozen = queries.frozen()
    assert {each.since for each in frozen} == {AS_OF - timedelta(days=3)}
    assert "active_days_28d" in {each.measure for each in frozen}
    assert {each.accounts for each in frozen} == {company.ACCOUNTS}


def test_ninety_points_stand_behind_a_sparkline_and_the_trend_is_its_difference(workspace: Workspace) -> None:
    ids = company.computed(workspace)
    points = queries.history(ids["A-4"])
    (row,) = queries.state().table.filter(queries.state().table["id"].to_numpy() == ids["A-4"]).to_pylist()
    assert len(row["sparkline"]) == 90
    assert None not in row["sparkline"]
    assert (points[-1].day, points[-1].score) == (AS_OF, row["score"])
    by_day = {point.day: point.score for point in points}
    for days in (7, 30, 90):
        then = by_day[AS_OF - timedelta(days=days)]
        assert then is not None
        assert row[f"trend_{days}d"] == row["score"] - then


def test_beside_the_worker_yesterday_is_filled(workspace: Workspace) -> None:
    company.computed(workspace)
    workspace.as_of = AS_OF + timedelta(days=1)
    workspace.save()
    tenancy.forget()
    report = jobs.score_stage(StageRun(workspace.pk, "acme", AS_OF + timedelta(days=1), ()))
    assert report.rows == company.ACCOUNTS


def test_beside_the_worker_what_came_joins_the_proposed_scorecard_when_the_next_day_begins(
    workspace: Workspace,
) -> None:
    ids = company.founded(workspace)
    company.cycle(workspace, history=False)
    opened = [
        company.record(ids[f"A-{n}"], AS_OF - timedelta(days=n), "ticket_opened", id=f"N-{n}") for n in range(1, 7)
    ]
    company.arrive("acme", opened)
    assert company.cycle(workspace, history=False)["definitions"].note == ""
    assert "tickets_opened_84d" not in _scored_by()

    workspace.as_of = AS_OF + timedelta(days=1)
    workspace.save()
    assert company.cycle(workspace, history=False)["definitions"].rows == 1
    assert "tickets_opened_84d" in _scored_by()
    assert company.cycle(workspace, history=False)["definitions"].rows == 0
