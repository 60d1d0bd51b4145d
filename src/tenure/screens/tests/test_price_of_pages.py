"""What a page costs the database: few queries, session and membership among them, however much there is."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tenure.base import tenancy
from tenure.base.cycle import StageRun
from tenure.customers.actions import assign_owner, link_people, upsert_accounts, upsert_people
from tenure.customers.contracts import AccountUpsert, PersonLink, PersonUpsert
from tenure.customers.models import Person
from tenure.health.tests.company import AS_OF, arrive, cycle, founded, record, use
from tenure.subscriptions.jobs import run_stage
from tenure.tenants.models import Member, Workspace
from tenure.tenants.queries import members_by_id
from tenure.work.actions import write_entry
from tenure.work.contracts import EntryDraft

pytestmark = pytest.mark.django_db
LIMIT = 7
# Of what members said a moment ago the facts may not know yet: one query on every page of an account.
# Its filter lists the team and the tags; the handover note, what stands beside entries and its mark are a query each.
# A promise kept stands there too, and the overview names those that are open: a query each, and one for their mark.
# The overview asks when the next meeting is.
# How many alerts stand is one query more on every page of an account.
# The people are read with what members said of them, with contacts of theirs and of ours, and with answers to signals.
# Every page of an account says who covers for its owner and what is being handed over, a query each.
ACCOUNT = 10
LIMITS = {"{a}/timeline/": 17, "{a}/timeline/?kind=usage": 12, "{a}/": 15, "{a}/people/": 12}
PERSON = 7
BEGUN = date(2024, 6, 3)
PAGES = (
    "", "?scope=mine", "?scope=team&where=tier+%3E+0&sort=-events_28d&column=mrr&column=tier", "?scope=all&sort=name",
    "{a}/", "{a}/pulses/", "{a}/timeline/", "{a}/timeline/?kind=usage", "{a}/people/", "{a}/money/", "{a}/facts/",
    "{a}/usage/", "{a}/support/", "{a}/files/",
    "{a}/measures/events_28d/", "{a}/measures/people_active_28d/", "{a}/measures/mrr_growth_84d/",
    "{a}/measures/tickets_open/", "{a}/measures/days_since_last_seen/",
)  # fmt: skip


@pytest.fixture
def account(acme: Workspace, ana: Member, ben: Member) -> int:
    """An account under another, with thirty people, one of them our own, who use the product; subscriptions in two
    currencies, invoices, tickets, an owner and notes."""
    acme.own_domains = ["acme.example"]
    acme.save()
    with tenancy.workspace(acme.pk):
        ids = founded(acme)
        upsert_accounts([AccountUpsert("A-5", parent_external_id="A-1")])
        account, by = ids["A-5"], members_by_id([ana.pk])[ana.pk]
        Member.objects.filter(pk=ben.pk).update(manager=ana)
        names = [f"p-{n}" for n in range(30)]
        domains = ["acme.example", *["a5.example"] * 29]
        made = upsert_people(
            [PersonUpsert(n, email=f"{n}@{d}", name=n.upper()) for n, d in zip(names, domains, strict=True)]
        ).ids
        link_people([PersonLink(person, account, since=AS_OF - timedelta(days=90)) for person in made.values()])
        assign_owner(account=account, member=ben.pk, by=by, on=AS_OF - timedelta(days=9))
        sold = [row for each in ids.values() for row in _sold(each)]
        arrive(acme.slug, [*_uses(account, list(made.values())), *sold, *_records(account)])
        for n in range(20):
            write_entry(account=account, draft=EntryDraft(body=f"Call {n} with @P-{n}"), by=by)
        run_stage(StageRun(acme.pk, acme.slug, as_of=AS_OF, days=(AS_OF,)))
        cycle(acme)
    return account


def _uses(account: int, people: list[int]) -> list[dict[str, object]]:
    days = [AS_OF - timedelta(days=n) for n in range(1, 15)]
    return [
        {**use(account, day), "person": person, "message_id": f"{person}-{day}"} for person in people for day in days
    ]


def _sold(account: int) -> list[dict[str, object]]:
    return [
        record(account, BEGUN + timedelta(days=n), "subscription_started", id=f"S-{account}-{n}", plan="Pro", seats=5,
               mrr_minor=50_000 + n, currency="USD" if n % 2 else "EUR", billing="monthly", auto_renew=True)
        for n in range(4)
    ]  # fmt: skip


def _records(account: int) -> list[dict[str, object]]:
    billed = [
        {**record(account, BEGUN + timedelta(days=30 * n), "invoice_issued", id=f"I-{n}", currency="USD"),
         "value": 50_000.0}
        for n in range(6)
    ]  # fmt: skip
    return [*billed, record(account, date(2024, 12, 20), "ticket_opened", id="T-9")]


def test_lists_ask_the_database_at_most_seven_times_and_pages_of_an_account_ten(
    ana_client: Client, account: int
) -> None:
    asked = {page: _asked(ana_client, page.format(a=account)) for page in PAGES}
    assert {
        page: count for page, count in asked.items() if count > LIMITS.get(page, ACCOUNT if "{a}" in page else LIMIT)
    } == {}


def test_the_page_of_a_person_asks_the_database_at_most_seven_times(
    ana_client: Client, account: int, acme: Workspace
) -> None:
    with tenancy.workspace(acme.pk):
        person = Person.objects.get(external_id="p-7").pk
    ana_client.get(f"/w/acme/people/{person}/")  # the facts of people are computed once and kept
    with CaptureQueriesContext(connection) as captured:
        answer = ana_client.get(f"/w/acme/people/{person}/")
    assert answer.status_code == 200
    assert len(captured) <= PERSON, [query["sql"] for query in captured]


def _asked(client: Client, page: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        answer = client.get(f"/w/acme/accounts/{page}")
    assert answer.status_code == 200, (page, answer.status_code)
    return len(captured)


def test_a_session_is_worth_nothing_once_the_password_has_changed(
    ana_client: Client, ana: Member, account: int
) -> None:
    ana.user.set_password("another horse battery")
    ana.user.save()
    answer = ana_client.get(f"/w/acme/accounts/{account}/")
    assert (answer.status_code, answer["Location"].split("?")[0]) == (302, "/accounts/login/")


def test_who_may_no_longer_sign_in_is_sent_to_sign_in(ana_client: Client, ana: Member, account: int) -> None:
    ana.user.is_active = False
    ana.user.save()
    assert ana_client.get(f"/w/acme/accounts/{account}/").status_code == 302
