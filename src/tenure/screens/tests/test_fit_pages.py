"""Fit: kinds of customers, the best, sources, and the accounts behind each figure, over a company of 120 customers."""

import re
from datetime import date

import pyarrow as pa
import pyarrow.compute as pc
import pytest
from django.test import Client

from tenure.base import jobs
from tenure.customers.actions import upsert_accounts
from tenure.customers.contracts import AccountUpsert
from tenure.revenue import payers, rules
from tenure.revenue import queries as revenue
from tenure.revenue.fit import queries as fit
from tenure.revenue.tests.ledgers import ledger
from tenure.screens.tests.seen import words
from tenure.subscriptions import kept
from tenure.tenants.models import Member, Workspace

pytestmark = pytest.mark.django_db
AS_OF = date(2025, 8, 10)
COLUMNS = frozenset({"plan", "seats", "t__industry", "t__source"})


def history(n: int) -> tuple[list[int], str, str]:
    """What customer n paid each month of twenty, its industry and its source. The first 60 are in health and stay, the
    40 after them in retail and leave after 13 months and a few, the last 20 are known by nothing."""
    if n < 60:
        return [100_000 if n < 20 else 10_000] * 20, "health", "Referral"
    if n < 100:
        return [20_000] * (13 + n % 4) + [0] * 7, "retail", "Ads"
    return [10_000] * 20, "", "Fair" if n < 110 else ""


@pytest.fixture
def company(workspace: Workspace) -> Workspace:
    workspace.as_of = AS_OF
    workspace.save()
    known = [history(n) for n in range(120)]
    made = upsert_accounts([AccountUpsert(f"A-{n}", name=f"Customer {n}") for n in range(120)]).ids
    ids = pa.array([made[f"A-{n}"] for n in range(120)], pa.int64())
    moves = ledger([paid for paid, _, _ in known])
    account = ids.take(pc.subtract(moves["account"].combine_chunks(), 1))
    moves = moves.set_column(0, moves.schema.field("account"), account)
    kept.keep("acme", moves, as_of=AS_OF)
    told = {
        "id": ids, "t__industry": [each or None for _, each, _ in known], "t__source": [each for _, _, each in known],
        "plan": ["Pro"] * 120, "seats": [n * n for n in range(120)],
    }  # fmt: skip
    last = rules.paid_last(moves, AS_OF)
    assert last["id"].equals(pa.chunked_array([ids]))
    table = pa.table(told).append_column(payers.PAID_LAST, last[payers.PAID_LAST])
    payers.keep("acme", payers.Payers(table, COLUMNS, 0))
    return workspace


@pytest.fixture
def asks(client: Client, ana: Member) -> Client:
    client.force_login(ana.user)
    return client


@pytest.fixture(autouse=True)
def fields(monkeypatch: pytest.MonkeyPatch) -> None:
    """The traits of the file, which nobody imported."""
    named = [("t__industry", "Industry"), ("t__source", "Source"), ("plan", "Plan")]
    monkeypatch.setattr(fit, "_fields", lambda _: named)


def link(client: Client, path: str, text: str) -> str:
    """The address that a text leads to, under the workspace."""
    page = client.get(f"/w/acme/{path}").content.decode()
    found = re.search(rf'href="/w/acme/([^"]+)"[^>]*>{re.escape(text)}<', page)
    assert found, text
    return found[1].replace("&amp;", "&")


def test_what_is_more_than_chance_leads_to_its_accounts(company: Workspace, asks: Client) -> None:
    said = words(asks, "fit/")
    assert "Customers ever 120 80 pay now Still pay after 12 months 100 %" in said
    assert "Industry: retail stays shorter than the others. 100 % still pay after 12 months (91 to 100 %)" in said
    assert "Industry: health stays longer than the others." in said
    worth = said.split("ALV $7,600 (", 1)[1]  # in the mean $400 a month of 19 months
    assert re.match(r"\$[\d,]+ to \$[\d,]+\), \+\$[\d,]+ beside the others \(\+", worth)
    assert "Source: Fair" not in said  # of ten nothing is told
    behind = words(asks, link(asks, "fit/", "Industry: retail"))
    assert "0 of 40 customers pay now." in behind
    assert "Customer 63 pays nothing 17 $0 $3,200" in behind
    assert "40 accounts, together $0 a month now and $116,000 in all" in behind


def test_a_figure_of_a_day_that_is_over_leads_to_accounts_of_that_day(company: Workspace, asks: Client) -> None:
    company.as_of = date(2025, 8, 20)
    company.save()
    behind = words(asks, link(asks, f"fit/?as_of={AS_OF}", "Industry: retail"))
    assert "0 of 40 customers pay now." in behind


def test_groups_side_by_side_with_those_too_few_to_tell(company: Workspace, asks: Client) -> None:
    said = words(asks, "fit/?by=t__source")
    assert "Fair 10 10 pay now Too few to tell" in said
    assert "Unknown 10 10 pay now Too few to tell" in said
    assert "Referral 60 60 pay now 100 %" in said
    assert "$400 median $100 $7,600" in said  # a mean of 20 × 1,000 and 40 × 100; of 19 months
    assert asks.get("/w/acme/fit/?by=plan").status_code == 422  # all are alike


def test_a_field_makes_the_same_groups_here_as_on_retention(
    company: Workspace, asks: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fit, "_fields", lambda _: [("seats", "Seats")])
    bands = ["under 890", "890 to under 3,500", "3,500 to under 8,000", "8,000 or more"]
    [here] = fit.kinds(AS_OF).fields
    assert [each.value for each in here.groups] == bands
    there = revenue.retention_shown(AS_OF, by="seats").groups
    assert [each.value for each in there] == bands
    assert [each.mrr_now for each in here.groups] == [each.months[-1].mrr for each in there]
    retention = words(asks, "retention/?by=seats")
    assert all(f"{band} {group.paying}" in retention for band, group in zip(bands, here.groups, strict=True))


def test_the_best_and_who_they_are(company: Workspace, asks: Client) -> None:
    said = words(asks, "fit/best/")
    assert "Best customers 20 beside 100 others They have paid $380,000 62 % of all that was paid" in said
    assert "Industry: health : 100 % of the best customers (84 to 100 %), 40 % of the others (31 to 50 %)" in said
    behind = words(asks, link(asks, "fit/best/", "40 % of the others"))
    assert "Industry: health, among the others" in behind
    assert "40 of 40 customers pay now." in behind


def test_churn_by_source_and_what_it_means(company: Workspace, asks: Client) -> None:
    said = words(asks, "fit/sources/")
    assert "Customers twelve months ago 120 $34,000 a month then Logo churn 33 % 40 left" in said
    assert "Ads leaves more than the others: 100 % in twelve months (91 to 100 %), of the others 0 %." in said
    assert "Had its money left at the rate of the others’, $96,000 more would be paid a year." in said
    assert "Fair 10 0 Too few to tell" in said
    lost = words(asks, "fit/accounts/?by=t__source&value=Ads&among=lost")
    assert "Source: Ads, lost in twelve months" in lost
    by_industry = words(asks, "fit/sources/?source=t__industry")
    assert "By industry" in by_industry


def test_bands_and_segments_of_a_day_without_scores(company: Workspace, asks: Client) -> None:
    said = words(asks, "fit/standing/")
    assert "customers stood on 29 Jul 2024, followed for 12 months" in said
    assert "all customers were in one band, or none had a score" in said


def test_a_long_group_is_in_pages(company: Workspace, asks: Client) -> None:
    first = "fit/accounts/?by=t__industry&value=health"
    assert "Customer 0 19 $1,000 $19,000" in words(asks, first)
    page = asks.get(f"/w/acme/{first}").content.decode()
    found = re.search(r'href="/w/acme/(fit/accounts/[^"]+after=\d+)"', page)
    assert found
    assert "Customer 59 19 $100 $1,900" in words(asks, found[1].replace("&amp;", "&"))


@pytest.mark.parametrize(
    ("path", "status"),
    [("fit/?by=t__zip", 422), ("fit/sources/?source=t__zip", 422), ("fit/accounts/?by=t__industry&value=zoo", 404),
     ("fit/accounts/?by=t__industry&value=health&among=all", 422), ("fit/accounts/?after=x", 422)],
)  # fmt: skip
def test_what_is_no_answer_is_refused_with_a_reason(company: Workspace, asks: Client, path: str, status: int) -> None:
    assert asks.get(f"/w/acme/{path}").status_code == status


def test_before_anybody_pays(workspace: Workspace, asks: Client) -> None:
    assert "Nobody has paid yet" in words(asks, "fit/")
    assert "Too early to tell" in words(asks, "fit/standing/")
    assert "Too few to tell" in words(asks, "fit/best/")
    assert "Where customers came from is not known" in words(asks, "fit/sources/")
    assert "Nobody here" in words(asks, "fit/accounts/")


def test_a_past_day_is_told_out_of_the_facts(company: Workspace, asks: Client) -> None:
    """Nothing was imported, so on a day that no file is of nobody has paid: the worker says so once."""
    assert asks.get("/w/acme/fit/?as_of=2025-06-30").status_code == 202
    assert jobs.work_off() == 1
    assert "Nobody has paid yet" in words(asks, "fit/?as_of=2025-06-30")
