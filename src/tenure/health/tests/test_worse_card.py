"""A scorecard made worse on purpose is shown as worse by its what-if, before anybody publishes it."""

from copy import deepcopy
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tenure.base import jobs, tenancy
from tenure.customers.actions import upsert_accounts
from tenure.customers.contracts import AccountUpsert
from tenure.definitions.actions import publish_body
from tenure.health import studio
from tenure.health.studio.whatif import Course
from tenure.health.tests.company import AS_OF, FIRST, arrive, record, use
from tenure.measures.actions import publish_proposal
from tenure.tenants import queries as tenants
from tenure.tenants.contracts import MemberView
from tenure.tenants.models import Member, Workspace

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]

ACCOUNTS, LEAVERS = 48, 16
USED = {"measure": "active_days_28d", "curve": {"kind": "linear", "knots": [{"at": 0, "points": 0},
                                                                          {"at": 28, "points": 100}]}}  # fmt: skip
CARD = {"dimensions": [{"key": "use", "measures": [USED]}]}


@pytest.fixture
def by(workspace: Workspace, ana: Member, settings: Any, tmp_path: Path) -> MemberView:
    """Ana, in a company of 48 accounts. One in three leaves in the autumn; it used the product on one to six of twelve
    days, the others on four to twelve: use tells who leaves, but not for sure."""
    settings.TENURE_HOME = str(tmp_path)
    workspace.as_of = AS_OF
    workspace.save()
    ids = upsert_accounts([AccountUpsert(f"A-{n}", started_on=FIRST) for n in range(ACCOUNTS)]).ids
    rows = []
    for n in range(ACCOUNTS):
        leaves = n < LEAVERS
        lost = AS_OF - timedelta(days=10 + 6 * n) if leaves else AS_OF
        often = 1 + n % 6 if leaves else 4 + n % 9
        days = (FIRST + timedelta(days=k) for k in range((lost - FIRST).days))
        rows += [use(ids[f"A-{n}"], day) for day in days if day.toordinal() % 12 < often]
        rows += [record(ids[f"A-{n}"], lost, "account_lost")] if leaves else []
    arrive(workspace.slug, rows)
    publish_proposal(as_of=AS_OF)
    publish_body(kind="scorecard", key="health", body=CARD, by=None)
    tenancy.forget()
    return tenants.members_by_id([ana.pk])[ana.pk]


def what_if(by: MemberView, body: dict[str, object]) -> Course:
    """What the job says of a draft on history."""
    before = studio.working()
    studio.save(body=body, based_on=before.version, revision=before.revision, by=by)
    studio.start(studio.working(), by=by)
    with tenancy.no_workspace():
        assert jobs.work_off() == 1
    found = studio.progress(studio.working())
    assert found.found.course is not None
    assert (found.status, found.found.course.problem) == ("done", "")
    return found.found.course


def test_a_curve_upside_down_is_worse_and_not_by_chance(by: MemberView) -> None:
    body: dict[str, Any] = deepcopy(CARD)
    knots = body["dimensions"][0]["measures"][0]["curve"]["knots"]
    knots[0]["points"], knots[1]["points"] = 100, 0
    found = what_if(by, body)
    assert found.published is not None
    assert found.published.auc is not None
    assert found.draft is not None
    assert found.draft.auc is not None
    assert found.difference is not None
    value, low, high = found.difference
    assert found.draft.auc[0] == pytest.approx(1 - found.published.auc[0])
    assert value == pytest.approx(found.draft.auc[0] - found.published.auc[0])
    assert low < value < high < 0
    assert found.verdict.startswith("Worse, and not by chance")


def test_another_scale_of_the_same_curve_makes_no_difference(by: MemberView) -> None:
    body: dict[str, Any] = deepcopy(CARD)
    body["dimensions"][0]["measures"][0]["curve"]["knots"][1]["at"] = 56
    found = what_if(by, body)
    assert found.difference == (0.0, 0.0, 0.0)
    assert found.verdict.startswith("No difference that could not be chance")
