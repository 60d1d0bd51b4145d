"""How accounts stood on the day that is followed from: as the state of that day has it, kept once."""

from datetime import date

import pyarrow as pa
import pyarrow.compute as pc
import pytest

from tenure.base import paths
from tenure.base.cycle import StageRun
from tenure.health import queries as health
from tenure.health.tests import company
from tenure.revenue.fit import standing
from tenure.revenue.fit.customers import Customers
from tenure.revenue.tests.ledgers import ledger
from tenure.segments.tests.defining import segment
from tenure.subscriptions import kept
from tenure.tenants.models import Workspace

MONDAY = date(2024, 7, 29)


def run(workspace: Workspace) -> int:
    days = (company.AS_OF,)
    return standing.stage(StageRun(workspace.pk, workspace.slug, as_of=company.AS_OF, days=days)).rows


def test_who_paid_at_the_end_of_a_month_is_followed_from_then_on() -> None:
    stays, left_before, leaves, back = [10] * 13, [5, 0], [5] * 5, [5] * 3 + [0] * 4 + [6] * 6
    rows = ledger([stays, left_before, [*leaves, 0], back, [0] * 7 + [9] * 6])
    found = Customers.since(rows, as_of=date(2025, 1, 20), months=9)  # from the end of March 2024
    assert found.ids.tolist() == [1, 3, 4]
    assert found.months.tolist() == [9, 3, 1]
    assert found.ended.tolist() == [False, True, True]
    assert (found.before.tolist(), found.mrr.tolist()) == ([10, 5, 5], [10, 0, 6])
    assert found.paid.tolist() == [90, 10, 30]
    assert standing.day_before(date(2025, 1, 20), 9) == date(2024, 3, 25)


@pytest.mark.django_db
def test_what_is_kept_is_the_state_of_that_day(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(standing, "FEW", 12)
    ids = company.computed(workspace)
    segment("in_use", where="active_days_28d >= 12")
    rows = ledger([[0] * 6 + [10] * 6] * 12)  # from July on
    account = pa.array([ids[f"A-{n}"] for n in range(1, 13)], pa.int64()).take(pc.subtract(rows["account"], 1))
    kept.keep("acme", rows.set_column(0, rows.schema.field("account"), account), as_of=company.AS_OF)

    assert run(workspace) == 12
    found = standing.standing("acme", MONDAY)
    assert (found.mark.day, list(found.mark.segments)) == (MONDAY, ["in_use"])
    then = health.state_as_of(MONDAY).table.sort_by("id")
    told = found.table.sort_by("id")
    assert told["id"].to_pylist() == then["id"].to_pylist() == sorted(ids.values())
    assert told["band"].to_pylist() == then["band"].to_pylist()
    assert told["in__in_use"].to_pylist() == then["in__in_use"].to_pylist()
    assert set(told["in__in_use"].to_pylist()) == {True, False}

    assert run(workspace) == 0  # a day that is over does not change
    segment("not_in_use", where="not segment.in_use")
    assert run(workspace) == 12
    (paths.home() / "current" / "acme" / standing.NAME).unlink()
    out_of_the_log = standing.standing("acme", MONDAY).table.sort_by("id")
    assert out_of_the_log["in__not_in_use"].to_pylist() == [not each for each in told["in__in_use"].to_pylist()]


@pytest.mark.django_db
def test_where_too_few_have_paid_long_enough_nothing_is_kept(workspace: Workspace) -> None:
    assert run(workspace) == 0
    kept.keep("acme", ledger([[10] * 12] * 19), as_of=company.AS_OF)
    assert run(workspace) == 0
    months, customers = standing.followed(ledger([[10] * 12] * 19), company.AS_OF)
    assert (months, len(customers.ids)) == (0, 0)
