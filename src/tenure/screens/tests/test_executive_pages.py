"""The executive page over a business of four customers: figures that open, targets edited in place, records behind."""

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tenure.base import tenancy
from tenure.reports.models import MetricGoal
from tenure.reports.tests import business
from tenure.reports.tests.business import D, pays
from tenure.screens import charts
from tenure.screens.tests.seen import words, words_of
from tenure.subscriptions.rules import Record
from tenure.tenants.models import Member, Workspace

pytestmark = pytest.mark.django_db
QUERIES = 10


@pytest.fixture
def ids(acme: Workspace) -> dict[str, int]:
    with tenancy.workspace(acme.pk):
        return business.told(acme)


def test_a_month_beside_the_one_before(ids: dict[str, int], ana_client: Client) -> None:
    page = words(ana_client, "executive/")
    assert "November 2024 Beside October 2024; as known on 31 Dec 2024" in page
    assert "NRR 83.3 % −16.7 points trailing GRR 66.7 % −33.3 points trailing Expansion 16.7 % +16.7 points" in page
    assert "Opening $600 New +$50 Expansion +$100 Churn −$200 MRR $550" in page
    assert "Churn took $200 of MRR, where a usual month has nothing of it: Account 2 (−$200). See the movement" in page
    assert (
        "Promoters leading 9 or 10 ÷ all NPS answers in three months No data yet. Send answers to NPS surveys" in page
    )


def test_two_months_side_by_side(ids: dict[str, int], ana_client: Client) -> None:
    page = words(ana_client, "executive/?month=2024-12&against=2023-12")
    assert "December 2024 So far, beside December 2023" in page
    assert "MRR $550 −$50" in page
    assert "Choose a month from December 2022" not in words(ana_client, "executive/?month=2020-01", status=422)
    assert "is a month such as 2026-11" in words(ana_client, "executive/?month=then", status=422)


def test_from_a_number_to_the_record_that_made_it(ids: dict[str, int], ana_client: Client) -> None:
    page = ana_client.get("/w/acme/executive/").content.decode()
    movement = re.search(r'href="([^"]+movements/\?month=2024-11&amp;kind=churn)"', page)
    assert movement is not None
    account = f"/w/acme/accounts/{ids['A-2']}/"
    assert f'href="{account}money/"' in ana_client.get(movement[1].replace("&amp;", "&")).content.decode()
    assert f'href="{account}records/?month=2024-11"' in ana_client.get(f"{account}money/").content.decode()
    records = words(ana_client, f"accounts/{ids['A-2']}/records/?month=2024-11")
    assert "Records in November 2024 1" in records
    assert f"15 Nov 2024 Ended s — test 15 Nov 2024, 00:00 {ids['A-2']}-1" in records
    of_s = words(ana_client, f"accounts/{ids['A-2']}/records/?subscription=s")
    assert "Records of subscription s 2" in of_s
    assert "5 May 2023 Started s Basic · $200 a month" in of_s
    assert "No record in June 2024" in words(ana_client, f"accounts/{ids['A-2']}/records/?month=2024-06")


def test_a_target_is_edited_in_place(ids: dict[str, int], ana_client: Client, ana: Member) -> None:
    form = words(ana_client, "executive/?edit=grr")
    assert "Target of GRR, % (optional) Owner Nobody" in form
    sent = {"metric": "grr", "target": "90", "owner": str(ana.pk), "revision": "0"}
    answer = ana_client.post("/w/acme/executive/goals/?month=2024-11", sent)
    assert (answer.status_code, answer.headers["Location"]) == (302, "/w/acme/executive/?month=2024-11#metric-grr")
    page = words(ana_client, "executive/")
    assert "GRR falls below its target of 90 % in November 2024: 66.7 %." in page
    assert "90 % missed since Nov 2024" in page
    theirs = ana_client.post("/w/acme/executive/goals/", {**sent, "target": "70"})
    assert theirs.status_code == 409
    assert "It is now 90 %, owned by Ana." in words_of(theirs.content)
    assert 'value="70"' in theirs.content.decode()
    wrong = ana_client.post("/w/acme/executive/goals/", {**sent, "target": "many", "revision": "1"})
    assert wrong.status_code == 422
    assert "The target of GRR is a number from 0 to 1000, such as 95." in words_of(wrong.content)
    assert ana_client.post("/w/acme/executive/goals/", {**sent, "metric": "luck"}).status_code == 404
    assert list(MetricGoal.every_workspace.values_list("metric", "target")) == [("grr", 0.9)]


def test_a_viewer_reads_and_changes_nothing(ids: dict[str, int], ben_client: Client) -> None:
    page = ben_client.get("/w/acme/executive/?edit=grr").content.decode()
    assert "Edit target and owner" not in page
    assert "goal-form" not in page
    assert ben_client.post("/w/acme/executive/goals/", {"metric": "grr", "target": "1"}).status_code == 403


def test_what_was_reported_stands_beside_what_is_known(
    acme: Workspace, ids: dict[str, int], ana_client: Client
) -> None:
    with tenancy.workspace(acme.pk):
        late = Record("subscription_changed", D("2024-11-10"), D("2025-01-01"), "s", pays(12_000))
        business.say(ids["A-1"], [late], run=max(ids.values()) + 1)
        business.cycle(acme, D("2025-01-02"))
    page = words(ana_client, "executive/?month=2024-11")
    assert "Reported $550 on 31 Dec 2024, now $570: because 1 account was corrected." in page
    assert "Account 1 +$20 at the end of November 2024" in page


def test_a_page_asks_the_database_little(ids: dict[str, int], ana_client: Client) -> None:
    ana_client.get("/w/acme/executive/")
    with CaptureQueriesContext(
        connection,
    ) as asked:
        ana_client.get("/w/acme/executive/")
    assert len(asked) <= QUERIES, [each["sql"] for each in asked]


def test_without_data_it_says_what_to_do(acme: Workspace, ana_client: Client) -> None:
    assert "Nothing to tell yet" in words(ana_client, "executive/")


def test_bars_begin_where_the_last_one_ended() -> None:
    drawn = charts.movements(124_325.0, [12_125.0, 1_919.0, -261.0, -1_761.0], 136_347.0)
    assert drawn.begins == 120_000.0
    assert [re.findall(r'class="(\w+)" x', str(bar))[0] for bar in drawn.bars] == [
        "accent", "good", "good", "bad", "bad", "accent",
    ]  # fmt: skip
    assert charts.movements(0.0, [100.0], 100.0).begins == 0.0
    assert charts.movements(0.0, [], 0.0).begins == 0.0
