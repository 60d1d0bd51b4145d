"""The list, the money and the past of accounts that were merged, and split again."""

from datetime import date, timedelta

import pytest

from tenure.base import clock
from tenure.base.cycle import StageRun
from tenure.customers import actions as customers
from tenure.customers.contracts import MergeMade, MergeView
from tenure.customers.queries import merged
from tenure.events.jobs import roll_up
from tenure.events.queries import open_lake
from tenure.health import jobs, queries
from tenure.health.tests.company import AS_OF, arrive, cycle, founded, record
from tenure.subscriptions.account import account_money
from tenure.subscriptions.contracts import SubscriptionRow
from tenure.subscriptions.jobs import on_merge
from tenure.subscriptions.jobs import run_stage as derive_stage
from tenure.subscriptions.queries import account_state, outcomes
from tenure.tenants.models import Workspace

pytestmark = pytest.mark.django_db
STARTED = date(2024, 7, 1)


@pytest.fixture
def ids(workspace: Workspace) -> dict[str, int]:
    """Twelve accounts with scores; account n pays n hundred a month."""
    made = founded(workspace)
    sold = [
        record(account, STARTED, "subscription_started", id=f"S-{key}", plan="Pro", seats=5,
               mrr_minor=10_000 * int(key[2:]), currency="USD", billing="monthly")
        for key, account in made.items()
    ]  # fmt: skip
    arrive(workspace.slug, sold)
    derive_stage(run(workspace))
    cycle(workspace)
    return made


def run(workspace: Workspace) -> StageRun:
    return StageRun(workspace.pk, workspace.slug, as_of=AS_OF, days=())


def settle(workspace: Workspace, merge: MergeView, *, undone: bool = False) -> str:
    """What the worker does next; the note of the state's stage."""
    on_merge(MergeMade(merge.id, "account", merge.absorbed, merge.survivor, undone=undone, by=None))
    roll_up(open_lake(workspace.slug), merged())
    derive_stage(run(workspace))
    with clock.frozen(clock.now() + timedelta(minutes=2)):
        return jobs.state_stage(run(workspace)).note


def listed() -> dict[int, dict[str, object]]:
    return {row["id"]: row for row in queries.state().table.to_pylist()}


def held(account: int) -> list[SubscriptionRow]:
    return list(account_money(account).subscriptions)


def test_a_merged_account_leaves_the_list_and_its_money_comes_along(workspace: Workspace, ids: dict[str, int]) -> None:
    before = listed()
    merge = customers.merge_accounts(absorbed=ids["A-4"], into=ids["A-3"], by=None)
    assert settle(workspace, merge) == "touched accounts"
    after = listed()
    assert after.keys() == before.keys() - {ids["A-4"]}
    assert after[ids["A-3"]]["mrr"] == 700.0
    assert after[ids["A-3"]]["events_28d"] == before[ids["A-3"]]["events_28d"] + before[ids["A-4"]]["events_28d"]  # type: ignore[operator]
    untouched = before.keys() - {ids["A-3"], ids["A-4"]}
    assert {key: after[key] for key in untouched} == {key: before[key] for key in untouched}
    assert (len(held(ids["A-3"])), len(held(ids["A-4"]))) == (2, 0)
    customers.undo_merge(merge=merge.id, by=None)
    assert settle(workspace, merge, undone=True) == "touched accounts"
    assert listed() == before
    assert (len(held(ids["A-3"])), len(held(ids["A-4"]))) == (1, 1)


def test_scores_of_the_past_stay_with_whom_they_were_of(workspace: Workspace, ids: dict[str, int]) -> None:
    past = {key: queries.history(ids[key], last=AS_OF - timedelta(days=1)) for key in ("A-3", "A-4")}
    assert len(past["A-4"]) == 90
    merge = customers.merge_accounts(absorbed=ids["A-4"], into=ids["A-3"], by=None)
    settle(workspace, merge)
    cycle(workspace)
    assert {key: queries.history(ids[key], last=AS_OF - timedelta(days=1)) for key in past} == past
    day_before = queries.state_as_of(AS_OF - timedelta(days=1)).table["id"].to_pylist()
    assert set(day_before) == set(ids.values())


def test_to_be_merged_is_no_churn(workspace: Workspace, ids: dict[str, int]) -> None:
    def churned() -> dict[tuple[date, int], object]:
        lake, days = open_lake(workspace.slug), [AS_OF - timedelta(days=60), AS_OF]
        rows = outcomes(lake, as_of=days, horizon=30, known=AS_OF + timedelta(days=40)).to_pylist()
        return {(row["as_of"], row["account"]): row for row in rows}

    before = churned()
    customers.merge_accounts(absorbed=ids["A-4"], into=ids["A-3"], by=None)
    after = churned()
    assert after.keys() == before.keys() - {(AS_OF, ids["A-4"])}
    assert {key: row for key, row in after.items() if key[0] < AS_OF} == {
        key: row for key, row in before.items() if key[0] < AS_OF
    }


def test_the_state_of_an_account_on_a_day_is_by_the_merges_of_that_day(
    workspace: Workspace, ids: dict[str, int]
) -> None:
    customers.merge_accounts(absorbed=ids["A-4"], into=ids["A-3"], by=None)
    lake, one = open_lake(workspace.slug), [ids["A-3"], ids["A-4"]]
    rows = account_state(lake, as_of=[AS_OF - timedelta(days=1), AS_OF], accounts=one).to_pylist()
    assert {(row["as_of"], row["account"]): row["mrr"] for row in rows} == {
        (AS_OF - timedelta(days=1), one[0]): 300.0, (AS_OF - timedelta(days=1), one[1]): 400.0,
        (AS_OF, one[0]): 700.0, (AS_OF, one[1]): 0.0,
    }  # fmt: skip
