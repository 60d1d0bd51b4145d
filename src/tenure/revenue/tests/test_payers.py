"""What is kept of payers is what the facts of the day each paid last say."""

from datetime import date

import pytest

from tenure.base import paths
from tenure.base.cycle import StageRun
from tenure.events.actions import append
from tenure.events.queries import open_lake
from tenure.health.tests import company
from tenure.revenue import payers
from tenure.revenue.queries import retention, retention_shown
from tenure.subscriptions.jobs import run_stage
from tenure.subscriptions.rules import Record, Terms
from tenure.subscriptions.tests import log
from tenure.tenants.models import Workspace

pytestmark = pytest.mark.django_db
D = date.fromisoformat
ENDS = {1: "2024-08-10", 2: "2024-10-03", 3: None, 4: None}
PRO, BASIC = (Terms(plan=plan, mrr_minor=10_000, currency="USD", billing="monthly") for plan in ("Pro", "Basic"))


@pytest.fixture
def ids(workspace: Workspace) -> dict[str, int]:
    """Four accounts pay from July on, two of them leave; the plan of another changes."""
    ids = company.founded(workspace)
    for number, end in ENDS.items():
        records = [Record("subscription_started", D("2024-07-02"), D("2024-07-02"), "s", PRO if number % 2 else BASIC)]
        if end:
            records.append(Record("subscription_ended", D(end), D(end), "s"))
        rows = log.table(log.rows(ids[f"A-{number}"], records))
        append(open_lake("acme"), "events", rows, writer="billing", run=number)
    cycle(workspace)
    return ids


def cycle(workspace: Workspace) -> int:
    run_stage(of(workspace))
    company.cycle(workspace)
    return payers.stage(of(workspace)).rows


def of(workspace: Workspace) -> StageRun:
    return StageRun(workspace.pk, workspace.slug, as_of=company.AS_OF, days=(company.AS_OF,))


def without_the_file() -> object:
    (paths.home() / "current" / "acme" / payers.NAME).unlink()
    return retention(as_of=company.AS_OF, by="plan").groups


def test_groups_out_of_the_file_are_those_of_the_facts(workspace: Workspace, ids: dict[str, int]) -> None:
    found = payers.payers("acme")
    assert found is not None
    assert dict(zip(found.table["id"].to_pylist(), found.table[payers.PAID_LAST].to_pylist(), strict=True)) == {
        ids["A-1"]: D("2024-07-31"), ids["A-2"]: D("2024-09-30"), ids["A-3"]: company.AS_OF, ids["A-4"]: company.AS_OF,
    }  # fmt: skip
    kept = retention_shown(company.AS_OF, by="plan").groups
    assert [each.value for each in kept] == ["Basic", "Pro"]
    assert kept == without_the_file()


def test_only_who_left_since_is_asked_for_again(workspace: Workspace, ids: dict[str, int]) -> None:
    assert payers.stage(of(workspace)).rows == 0
    ended = Record("subscription_ended", D("2024-11-05"), D("2024-11-05"), "s")
    began = Record("subscription_started", D("2024-07-02"), D("2024-07-02"), "s", PRO)
    append(open_lake("acme"), "events", log.table(log.rows(ids["A-3"], [began, ended])[1:]), writer="billing", run=9)
    assert cycle(workspace) == 1
    assert retention_shown(company.AS_OF, by="plan").groups == without_the_file()
