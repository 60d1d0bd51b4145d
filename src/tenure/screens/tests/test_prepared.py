"""A page of a day that is over tells that it is prepared, and then shows it."""

import pytest
from django.test import Client

from tenure.base import jobs, past
from tenure.reports.tests import business
from tenure.tenants.models import Member, Workspace

pytestmark = pytest.mark.django_db
PAGES = (
    "retention/", "retention/?by=plan", "retention/movements/?month=2024-10&kind=new", "retention/cohorts/",
    "retention/cohorts/accounts/?start=2023-03&age=1&every=month", "retention/worth/", "retention/condition/", "fit/",
    "fit/standing/", "fit/best/", "fit/sources/", "fit/accounts/", "executive/", "health/", "segments/",
)  # fmt: skip
DAY = "as_of=2024-10-31"


@pytest.fixture
def reads(workspace: Workspace, client: Client, ben: Member) -> Client:
    """A viewer of a company with months that are over."""
    business.told(workspace)
    client.force_login(ben.user)
    return client


def address(path: str) -> str:
    return f"/w/acme/{path}{'&' if '?' in path else '?'}{DAY}"


def test_every_page_of_all_customers_waits_for_the_day_and_then_shows_it(reads: Client) -> None:
    for path in PAGES:
        answer = reads.get(address(path))
        assert answer.status_code == 202, path
        assert b"31 Oct 2024 is being prepared" in answer.content, path
    assert jobs.work_off() == 1
    for path in PAGES:
        answer = reads.get(address(path))
        assert answer.status_code == 200, path
        assert b"is being prepared" not in answer.content, path


def test_who_waits_gets_the_whole_page_once_it_is_there(reads: Client) -> None:
    waits = {"HX-Request": "true", "HX-Target": "div#preparing"}
    assert "HX-Refresh" not in reads.get(address("retention/"), headers=waits)
    jobs.work_off()
    assert reads.get(address("retention/"), headers=waits)["HX-Refresh"] == "true"
    assert "HX-Refresh" not in reads.get(address("retention/"))


def test_before_the_cycle_comes_to_a_new_day_pages_are_of_the_day_it_stands_at(
    reads: Client, workspace: Workspace
) -> None:
    workspace.as_of = workspace.as_of.replace(year=2025, month=1, day=1)  # type: ignore[union-attr]
    workspace.save()
    answer = reads.get("/w/acme/retention/")
    assert answer.status_code == 200
    assert b"31 Dec 2024" in answer.content
    assert past.days("acme") == {}


def test_what_is_asked_for_wrongly_is_refused_all_the_same(reads: Client) -> None:
    jobs.work_off()
    reads.get(address("retention/"))
    jobs.work_off()
    assert reads.get(address("retention/?definition=nonsense")).status_code == 422
