"""The board over a business of four: its figures, what it says, and months as they were reported."""

from datetime import date

import pytest

from tenure.base import tenancy
from tenure.base.cycle import StageRun
from tenure.base.refusals import Invalid
from tenure.digests.contracts import Line, Reader
from tenure.reports import digested, kept
from tenure.reports.actions import set_goal
from tenure.reports.contracts import Bar, Leads, Row
from tenure.reports.models import Snapshot
from tenure.reports.queries import board, boards
from tenure.reports.tests import business
from tenure.reports.tests.business import AS_OF, NOVEMBER, D, pays
from tenure.subscriptions.rules import Record
from tenure.tenants.models import Member, Workspace
from tenure.tenants.queries import members_by_id

pytestmark = pytest.mark.django_db


@pytest.fixture
def ids(workspace: Workspace) -> dict[str, int]:
    return business.told(workspace)


def test_the_last_month_that_is_over_is_shown(workspace: Workspace, ids: dict[str, int]) -> None:
    found = board(AS_OF)
    assert (found.month, found.running, found.months[0], found.currency) == (NOVEMBER, False, D("2024-12-01"), "USD")
    figures = {key: found.reading(key).value for key in ("nrr", "grr", "expansion", "mrr", "arpa", "new_mrr")}
    assert figures == pytest.approx(
        {
            "nrr": 500 / 600,
            "grr": 400 / 600,
            "expansion": 100 / 600,
            "mrr": 55_000,
            "arpa": 55_000 / 3,
            "new_mrr": 5_000,
        }
    )
    assert found.reading("logo_churn").numerator == 1
    assert found.reading("nrr").before == 1.0
    assert found.reading("promoters").value is None
    assert found.waterfall == (
        Bar("Opening", 60_000, "opening"), Bar("New", 5_000, "new"), Bar("Expansion", 10_000, "expansion"),
        Bar("Churn", -20_000, "churn"), Bar("MRR", 55_000, "mrr"),
    )  # fmt: skip


def test_another_month_is_chosen_or_refused(workspace: Workspace, ids: dict[str, int]) -> None:
    running, first = boards(AS_OF, [D("2024-12-01"), D("2023-03-01")])
    assert (running.running, running.reading("mrr").value, first.reading("mrr").value) == (True, 55_000.0, 10_000.0)
    with pytest.raises(Invalid, match="nothing of January 2020"):
        board(AS_OF, D("2020-01-01"))


def test_what_is_beyond_the_usual_is_said_with_its_accounts(workspace: Workspace, ids: dict[str, int]) -> None:
    said = {each.metric: each for each in board(AS_OF).sentences}
    churn = said["revenue_churn"]
    assert churn.text == "Churn took $200 of MRR, where a usual month has nothing of it: Account 2 (−$200)."
    assert (churn.rows, churn.count) == ((Row(ids["A-2"], "Account 2", "−$200", -20_000),), 1)
    assert churn.leads == Leads("movements", {"month": "2024-11", "kind": "churn"})
    nrr = said["nrr"]
    assert nrr.text.startswith("NRR fell 16.7 points to 83.3 %; in a usual month it does not move.")
    assert [(row.name, row.shown) for row in nrr.rows] == [("Account 2", "−33.33 points")]
    assert board(AS_OF, D("2024-10-01")).sentences == ()


def test_a_month_is_written_down_once_when_it_is_over(workspace: Workspace, ids: dict[str, int]) -> None:
    rows = {row.metric: row for row in Snapshot.objects.filter(month=NOVEMBER)}
    assert (rows["mrr"].value, rows["nrr"].numerator, rows["nrr"].denominator) == (55_000.0, 50_000.0, 60_000.0)
    assert rows["health"].value is not None
    assert not Snapshot.objects.filter(month=D("2024-12-01")).exists()
    assert business.cycle(workspace).rows == 0
    found = board(AS_OF)
    assert found.reading("health").value == rows["health"].value
    assert found.reading("mrr").restated is None


def test_what_came_later_is_shown_beside_what_was_reported(workspace: Workspace, ids: dict[str, int]) -> None:
    late = Record("subscription_changed", D("2024-11-10"), D("2025-01-01"), "s", pays(12_000))
    business.say(ids["A-1"], [late], run=max(ids.values()) + 1)
    business.cycle(workspace, D("2025-01-02"))
    mrr = board(D("2025-01-02"), NOVEMBER).reading("mrr")
    assert mrr.value == 57_000.0
    assert mrr.restated is not None
    assert (mrr.restated.reported, mrr.restated.reported_on) == (55_000.0, AS_OF)
    assert mrr.restated.rows == (Row(ids["A-1"], "Account 1", "+$20 at the end of November 2024", 2_000),)
    assert Snapshot.objects.get(month=NOVEMBER, metric="mrr").value == 55_000.0
    assert board(D("2025-01-02")).month == D("2024-12-01")


def test_a_missed_target_is_said_and_digested(workspace: Workspace, ids: dict[str, int], ana: Member) -> None:
    me = members_by_id([ana.pk])[ana.pk]
    set_goal(metric="nrr", target="90", owner=ana.pk, revision=0, by=me)
    nrr = board(AS_OF).reading("nrr")
    assert (nrr.standing, nrr.owner, nrr.missed_since) == ("missed", "Ana", NOVEMBER)
    assert nrr.progress == pytest.approx(500 / 600 / 0.9)
    assert board(AS_OF).sentences[0].text == "NRR falls below its target of 90 % in November 2024: 83.3 %."
    reader = Reader(me, AS_OF, AS_OF, AS_OF, "UTC", AS_OF)
    section = digested.missed(reader)
    assert section is not None
    assert section.lines == (Line("NRR: 83.3 %, target 90 %", "executive/", "missed for 1 month"),)
    assert board(AS_OF, D("2024-10-01")).reading("nrr").standing == "met"
    set_goal(metric="nrr", target="80", owner=ana.pk, revision=1, by=me)
    assert digested.missed(reader) is None


def test_a_past_day_is_worked_out(workspace: Workspace, ids: dict[str, int]) -> None:
    found = board(D("2024-11-10"), NOVEMBER)
    assert (found.running, found.reading("mrr").value, found.as_of) == (True, 70_000.0, date(2024, 11, 10))


def test_a_workspace_without_data_has_an_empty_board(workspace: Workspace) -> None:
    workspace.as_of = AS_OF
    workspace.save()
    tenancy.forget()
    found = board(AS_OF)
    assert found.empty
    assert (found.waterfall, found.sentences, len(found.months)) == ((), (), 13)
    assert kept.stage(StageRun(workspace.pk, "acme", as_of=AS_OF, days=(AS_OF,))).rows == 0
