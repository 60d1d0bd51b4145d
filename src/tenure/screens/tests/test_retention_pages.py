"""Retention, cohorts, and the accounts behind their figures, over a company of three customers."""

import re
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tenure.base import jobs
from tenure.base.cycle import StageRun
from tenure.customers.actions import upsert_accounts
from tenure.customers.contracts import AccountUpsert
from tenure.customers.queries import accounts_table
from tenure.events.actions import append
from tenure.events.jobs import roll_up
from tenure.events.queries import open_lake
from tenure.screens.tests.seen import words
from tenure.subscriptions.jobs import run_stage
from tenure.subscriptions.rules import Record, Terms
from tenure.subscriptions.tests import log
from tenure.tenants.models import Member, Workspace

pytestmark = pytest.mark.django_db
D = date.fromisoformat
AS_OF = D("2026-04-10")


def terms(mrr: int, seats: int | None = None) -> Terms:
    return Terms(plan="Pro", seats=seats, mrr_minor=mrr, currency="USD", billing="monthly")


HISTORY = {
    "ash": [Record("subscription_started", D("2026-01-05"), D("2026-01-05"), "s", terms(10_000, seats=4)),
            Record("subscription_changed", D("2026-02-10"), D("2026-02-10"), "s", terms(15_000, seats=5))],
    "birch": [Record("subscription_started", D("2026-01-07"), D("2026-01-07"), "s", terms(20_000)),
              Record("subscription_ended", D("2026-03-03"), D("2026-03-03"), "s")],
    "cedar": [Record("subscription_started", D("2026-03-20"), D("2026-03-20"), "s", terms(5_000))],
}  # fmt: skip


@pytest.fixture
def company(workspace: Workspace) -> Workspace:
    workspace.as_of = AS_OF
    workspace.save()
    ids = upsert_accounts([AccountUpsert(name, name=name.capitalize()) for name in HISTORY]).ids
    for run, (name, records) in enumerate(HISTORY.items(), start=1):
        append(open_lake("acme"), "events", log.table(log.rows(ids[name], records)), writer="test", run=run)
    run_stage(StageRun(workspace.pk, workspace.slug, as_of=AS_OF, days=(AS_OF,)))
    return workspace


@pytest.fixture
def asks(client: Client, ana: Member) -> Client:
    client.force_login(ana.user)
    return client


def test_every_movement_leads_to_accounts_that_add_up_to_it(company: Workspace, asks: Client) -> None:
    page = asks.get("/w/acme/retention/").content.decode()
    churn = re.search(r'href="(/w/acme/retention/movements/\?month=2026-03&amp;kind=churn)"[^>]*>([^<]+)<', page)
    assert churn is not None
    assert churn[2] == "−$200"
    said = words(asks, churn[1].removeprefix("/w/acme/").replace("&amp;", "&"))
    assert "Birch pays nothing $200 $0 −$200" in said
    assert "1 account, together −$200" in said


@pytest.mark.parametrize(
    ("page", "link", "behind"),
    [
        ("", "movements/?as_of=2026-03-31&amp;month=2026-02&amp;kind=expansion", "Ash $100 $150 +$50"),
        (
            "cohorts/",
            "cohorts/accounts/?as_of=2026-03-31&amp;start=2026-01&amp;every=month&amp;age=1",
            "Birch $200 $200",
        ),
    ],
)
def test_figures_of_a_day_that_is_over_lead_to_accounts_of_that_day(
    company: Workspace, asks: Client, page: str, link: str, behind: str
) -> None:
    address = f"/w/acme/retention/{page}?as_of=2026-03-31"
    asks.get(address)
    jobs.work_off()
    shown = asks.get(address).content.decode()
    assert f'href="/w/acme/retention/{link}"' in shown
    assert behind in words(asks, f"retention/{link.replace('&amp;', '&')}")


def test_months_and_what_stayed(company: Workspace, asks: Client) -> None:
    said = words(asks, "retention/")
    assert "April 2026 so far $200" in said
    assert "March 2026 $200 +$50 · · −$200 · · 1 42.9 % 42.9 % 50.0 % 57.1 %" in said
    assert "February 2026 $350 · +$50" in said


def test_why_it_grew_leads_to_accounts_and_adds_up(company: Workspace, asks: Client) -> None:
    """A seat more at the 25 that each had cost, and all five dearer."""
    said = words(asks, "retention/")
    assert "Why it grew and shrank" in said
    assert "February 2026 +$25 +$25 · · +$50" in said
    assert "4 months +$25 +$25 · · +$50" in said
    address = "retention/movements/?month=2026-02&kind=by_seats"
    assert "<h1" in (page := asks.get(f"/w/acme/{address}").content.decode())
    assert "Expansion and contraction by seats in February 2026" in page.split("<h1", 1)[1].split("</h1>", 1)[0]
    of_seats = words(asks, address)
    assert "Ash $100 $150 +$25" in of_seats
    assert "1 account, together $25" in of_seats


def test_an_account_says_why_it_grew(company: Workspace, asks: Client) -> None:
    ash = accounts_table()["account"].to_pylist()[0]
    assert "February 2026 Expansion +$50 by price +$25 , seats +$25 $150" in words(asks, f"accounts/{ash}/money/")


def test_another_definition_is_named_and_the_difference_told(company: Workspace, asks: Client) -> None:
    said = words(asks, "retention/?definition=chartmogul")
    assert "Net MRR churn Gross MRR churn Customer churn" in said
    assert asks.get("/w/acme/retention/?definition=own").status_code == 422


def test_renewals_due_lead_to_accounts_that_add_up_and_say_why_they_differ(company: Workspace, asks: Client) -> None:
    page = asks.get("/w/acme/retention/?definition=gainsight").content.decode()
    said = words(asks, "retention/?definition=gainsight")
    assert "March 2026 $200 $350 $150 · · $200 42.9 % 42.9 %" in said
    assert "Why this differs from ours: March 2026 It asks only about the $350 whose terms ended" in said
    lost = re.search(r'href="(/w/acme/retention/movements/\?month=2026-03&amp;kind=not_renewed)">\$200</a>', page)
    assert lost is not None
    accounts = words(asks, lost[1].removeprefix("/w/acme/").replace("&amp;", "&"))
    assert "Birch pays nothing $200 $0 $200 1 account, together $200" in accounts
    twelve = words(asks, "retention/movements/?month=2026-04&kind=due&months=12")
    assert "Ash $400 $400 $400 Birch $400 $200 $400 2 accounts, together $800" in twelve
    assert "No renewals are known" not in said


def test_groups_by_a_condition_and_in_bands_lead_to_their_cohorts(company: Workspace, asks: Client) -> None:
    roll_up(open_lake("acme"))
    page = asks.get("/w/acme/retention/", {"by": "plan = 'Pro'", "definition": "gainsight"}).content.decode()
    cohort = re.search(r'href="(/w/acme/retention/cohorts/[^"]+)">Fits<', page)
    assert cohort is not None
    said = words(asks, cohort[1].removeprefix("/w/acme/").replace("&amp;", "&"))
    assert "Jan 2026 2 100 % 100 % 50 % 50 %" in said
    assert "plan = &#39;Pro&#39;" in page
    banded = words(asks, "retention/?by=mrr:100,160")
    assert "under 100 1 $50" in banded
    assert "160 or more 0 $0" in banded


def test_a_condition_is_written_in_lines_and_goes_to_the_page(company: Workspace, asks: Client) -> None:
    assert "Group by this" in words(asks, "retention/condition/?by=plan")
    line = {"mode": "build", "n": "1", "join": "and", "f0": "plan", "o0": "=", "v0": "Pro", "apply": "1"}
    answer = asks.get("/w/acme/retention/condition/", {**line, "definition": "stripe"})
    assert (answer.status_code, answer["Location"]) == (
        302, "/w/acme/retention/?definition=stripe&by=plan+%3D+%27Pro%27#groups",
    )  # fmt: skip
    unread = asks.get("/w/acme/retention/condition/", {"mode": "text", "where": "plan = ", "apply": "1"})
    assert unread.status_code == 200
    assert "Something is missing" in unread.content.decode()


def test_cohorts_and_the_accounts_of_a_cell(company: Workspace, asks: Client) -> None:
    said = words(asks, "retention/cohorts/")
    assert "Jan 2026 2 100 % 100 % 50 % 50 % Mar 2026 1 100 % 100 %" in said
    assert "2 customers pay $200 a month now" in said
    money = words(asks, "retention/cohorts/?of=money")
    assert "Jan 2026 $300 100 % 117 % 50 % 50 %" in money
    cell = words(asks, "retention/cohorts/accounts/?start=2026-01&age=2")
    assert "1 of 2 customers pay then" in cell
    assert "Ash $100 $150 Birch pays nothing $200 $0 2 accounts, together $150" in cell


@pytest.mark.parametrize(
    "path",
    ["retention/movements/?month=2026-13&kind=churn", "retention/movements/?month=2026-03&kind=magic",
     "retention/cohorts/?every=week", "retention/cohorts/accounts/?start=2026-01&age=-1", "retention/?by=nothing",
     "retention/movements/?month=2026-03&kind=churn&after=99"],
)  # fmt: skip
def test_what_is_no_answer_is_refused_with_a_reason(company: Workspace, asks: Client, path: str) -> None:
    assert asks.get(f"/w/acme/{path}").status_code == 422


def test_before_anybody_pays(workspace: Workspace, asks: Client) -> None:
    assert "Nobody has paid yet" in words(asks, "retention/")
    assert "No cohorts yet" in words(asks, "retention/cohorts/")


def test_what_a_customer_is_worth(company: Workspace, asks: Client) -> None:
    said = words(asks, "retention/worth/?a_year=2000&years=15&cac=1500&margin=100&mrr=100000&before=1&now=2.4")
    assert "ALV $28,500 $2,000 × 15 years − $1,500" in said
    assert "ALV, gross $30,000" in said
    assert "Payback 9 months" in said
    assert "at +1.4 points" in said
    own = words(asks, "retention/worth/")
    assert "ALV, gross" in own


def test_a_number_that_is_none_is_told(company: Workspace, asks: Client) -> None:
    answer = asks.get("/w/acme/retention/worth/?years=long")
    assert answer.status_code == 422
    assert "Lifetime is a number from 0 to 100." in answer.content.decode()


def test_who_left_by_size(company: Workspace, asks: Client) -> None:
    assert "Who left, by size" not in words(asks, "retention/")  # nobody paid twelve months ago
    later = D("2027-01-31")
    company.as_of = later
    company.save()
    run_stage(StageRun(company.pk, company.slug, as_of=later, days=(later,)))
    said = words(asks, "retention/")
    assert "Customers of all sizes left alike." in said
    assert "Small $100 1 0 0.0 % $0 0.0 %" in said
    assert "Medium $200 1 1 100.0 % $200 100.0 %" in said


def test_costs_are_written_shown_by_month_and_open_to_who_was_won(company: Workspace, asks: Client) -> None:
    assert "Nobody has written what winning customers costs" in words(asks, "retention/worth/")
    cost = {"month": "2026-03", "source": "Ads", "amount": "600", "currency": "USD", "began": ""}
    assert asks.post("/w/acme/retention/costs/", cost).status_code == 302
    file = SimpleUploadedFile("costs.csv", b"month,source,amount,currency\n2026-02,Ads,400,USD\n")
    assert asks.post("/w/acme/retention/costs/files/", {"file": file}).status_code == 302
    said = words(asks, "retention/worth/")
    assert "Months with a cost $1,000 1 — $1,000 — 25 months" in said
    assert "March 2026 $600 1 — $600 — 15 months" in said
    assert "Ads $1,000 0 — —" in said
    assert "No account has a trait “source”" in said
    won = words(asks, "retention/movements/?month=2026-01&kind=won")
    assert "Birch $0 $200 +$200 Ash $0 $100 +$100 2 accounts, together $300" in won
    twelve = words(asks, "retention/movements/?month=2026-04&kind=won&months=12")
    assert "1 account, together $50" in twelve  # nothing was written for January, in which two were won
    form = words(asks, "retention/worth/?month=2026-03&source=Ads")
    assert "Change the cost" in form


def test_who_only_reads_sees_costs_and_changes_none(
    company: Workspace, asks: Client, ben: Member, ben_client: Client
) -> None:
    Member.every_workspace.filter(pk=ben.pk).update(role="viewer")
    assert "Write a cost" in words(asks, "retention/worth/")
    assert "Write a cost" not in words(ben_client, "retention/worth/")
    cost = {"month": "2026-03", "source": "", "amount": "600", "currency": "USD", "began": ""}
    assert ben_client.post("/w/acme/retention/costs/", cost).status_code == 403
    assert "Nobody has written" in words(asks, "retention/worth/")


@pytest.mark.parametrize(
    ("path", "given", "says"),
    [
        ("costs/", {"month": "soon", "amount": "5", "currency": "USD"}, "is not a month such as 2026-03"),
        ("costs/", {"month": "2026-03", "amount": "5", "currency": "USD", "began": "9.00 USD"}, "nothing stands there"),
        ("costs/files/", {}, "Choose a CSV file"),
        ("referrals/", {"trait": "", "values": "friend"}, "Name the trait"),
    ],
)
def test_what_cannot_be_kept_is_told(
    company: Workspace, asks: Client, path: str, given: dict[str, str], says: str
) -> None:
    answer = asks.post(f"/w/acme/retention/{path}", given, follow=True)
    assert says in answer.content.decode()
    assert "Nobody has written" in answer.content.decode()
