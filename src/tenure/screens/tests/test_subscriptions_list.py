"""The list of subscriptions: which, in which order, a page at a time, as a file."""

import csv
import io
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tenure.base import tenancy
from tenure.customers.actions import upsert_accounts
from tenure.customers.contracts import AccountUpsert
from tenure.subscriptions.models import Subscription
from tenure.tenants.models import Workspace

pytestmark = pytest.mark.django_db
LIST = "/w/acme/subscriptions/"
AS_OF = date(2024, 12, 31)


NOTICE = {"S-1": AS_OF + timedelta(days=9), "S-2": AS_OF - timedelta(days=1)}


@pytest.fixture
def company(acme: Workspace) -> Workspace:
    """Six subscriptions: four in force (one without MRR, one without a renewal), a trial, one ended."""
    acme.as_of = AS_OF
    acme.save()
    with tenancy.workspace(acme.pk):
        names = ("Initech", "Hooli", "=1+1")
        ids = upsert_accounts([AccountUpsert(f"A-{n}", name=name) for n, name in enumerate(names)]).ids
        rows = (
            ("S-1", "A-0", "Pro", 50_000, "USD", date(2025, 3, 1), None, False),
            ("S-2", "A-1", "Pro", 90_000, "EUR", date(2025, 2, 1), None, False),
            ("S-3", "A-1", "Start", None, "USD", date(2025, 2, 1), None, False),
            ("S-4", "A-2", "Start", 70_000, "USD", None, None, False),
            ("S-5", "A-2", "Pro", 10_000, "USD", None, None, True),
            ("S-6", "A-0", "Pro", 20_000, "USD", None, AS_OF, False),
        )
        Subscription.objects.bulk_create(
            Subscription(
                external_id=key, account_id=ids[account], plan=plan, mrr_minor=mrr, currency=currency, is_trial=trial,
                renewal_on=renewal, ended_on=ended, started_on=date(2024, 1, 1), seats=5, notice_on=NOTICE.get(key),
            )
            for key, account, plan, mrr, currency, renewal, ended, trial in rows
        )  # fmt: skip
    return acme


def _names(client: Client, query: str) -> list[str]:
    """External ids of the file, which is in the order of the list."""
    answer = client.get(f"{LIST}export.csv{query}")
    assert answer.status_code == 200
    body = b"".join(answer.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    return [row[2] for row in csv.reader(io.StringIO(body))][1:]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["S-2", "S-3", "S-1", "S-4"]),
        ("?sort=-renewal", ["S-1", "S-3", "S-2", "S-4"]),
        ("?sort=notice", ["S-2", "S-1", "S-3", "S-4"]),
        ("?sort=mrr", ["S-2", "S-1", "S-4", "S-3"]),
        ("?sort=-mrr", ["S-4", "S-1", "S-2", "S-3"]),
        ("?status=trial", ["S-5"]),
        ("?status=ended", ["S-6"]),
        ("?status=all&plan=Pro&currency=USD", ["S-1", "S-5", "S-6"]),
        ("?status=all&account=hoo", ["S-2", "S-3"]),
        ("?account=a-2", ["S-4"]),
    ],
)
def test_what_is_asked_comes_in_its_order(ana_client: Client, company: Workspace, query: str, found: list[str]) -> None:
    assert _names(ana_client, query) == found


def test_the_last_day_for_notice_is_a_column_where_a_subscription_has_one(
    ana_client: Client, company: Workspace
) -> None:
    said = ana_client.get(f"{LIST}?status=all").content.decode()
    assert said.count('data-label="Notice by"') == 6
    assert said.count(", passed</span>") == 1
    assert 'data-label="Notice by"' not in ana_client.get(f"{LIST}?status=trial").content.decode()


@pytest.mark.parametrize("sort", ["renewal", "-renewal", "notice", "-notice", "mrr", "-mrr"])
def test_pages_neither_repeat_nor_skip(
    ana_client: Client, company: Workspace, sort: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tenure.subscriptions import listing

    whole = _names(ana_client, f"?status=all&sort={sort}")
    monkeypatch.setattr(listing, "CHUNK", 1)
    assert _names(ana_client, f"?status=all&sort={sort}") == whole
    assert sorted(whole) == [f"S-{n}" for n in range(1, 7)]


def test_the_page_says_status_amount_and_renewal(ana_client: Client, company: Workspace) -> None:
    page = ana_client.get(LIST).content.decode()
    assert ("In force 4" in page, "Trial 1" in page, "Ended 1" in page, "All 6" in page) == (True,) * 4
    assert ("€900" in page, "4 subscriptions" in page) == (True, True)
    assert "No subscription matches" in ana_client.get(f"{LIST}?account=nobody").content.decode()
    past = ana_client.get(f"{LIST}?as_of=2024-12-01").content.decode()
    assert "as they are now" in past


def test_nothing_in_the_file_is_a_formula(ana_client: Client, ben_client: Client, company: Workspace) -> None:
    body = b"".join(ana_client.get(f"{LIST}export.csv?account=a-2").streaming_content)  # type: ignore[attr-defined]
    assert b"'=1+1" in body
    assert ben_client.get(f"{LIST}export.csv").status_code == 403
    assert "export.csv" not in ben_client.get(LIST).content.decode()


def test_without_any_it_says_how_they_get_here(ana_client: Client, acme: Workspace) -> None:
    assert "No subscriptions yet" in ana_client.get(LIST).content.decode()


def test_it_asks_the_database_eight_times(ana_client: Client, company: Workspace) -> None:
    with CaptureQueriesContext(connection) as captured:
        ana_client.get(LIST)
    assert len(captured) <= 8
