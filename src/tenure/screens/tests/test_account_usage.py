"""An account's use of the product and its support, as the pages show them."""

from datetime import date, timedelta

import pytest
from django.test import Client

from tenure.base import tenancy
from tenure.base.tests import again
from tenure.customers.actions import upsert_accounts, upsert_people
from tenure.customers.contracts import AccountUpsert, PersonUpsert
from tenure.health.tests.company import AS_OF, Row, arrive, cycle, founded, record, use
from tenure.measures.queries import AccountUse, WeekUse, use_of_account
from tenure.screens import charts
from tenure.screens.charts.heat import step
from tenure.screens.workspace.accounts.usage import licence
from tenure.tenants.models import Workspace

pytestmark = pytest.mark.django_db
MONDAY = date(2024, 12, 30)


def used(account: int, day: date, name: str, *, person: int = 0, count: float = 1.0, known: date | None = None) -> Row:
    row = use(account, day, known=known, count=count)
    return {**row, "name": name, "person": person or None, "message_id": f"{name}-{day}-{person}-{known}"}


@pytest.fixture
def account(acme: Workspace) -> int:
    """An account of which all use is given here."""
    acme.own_domains = ["acme.example"]
    acme.save()
    with tenancy.workspace(acme.pk):
        return _brook(acme)


@again.once
def _brook(workspace: Workspace) -> int:
    founded(workspace)
    one = upsert_accounts([AccountUpsert("B-1", name="Brook", started_on=date(2024, 1, 1))]).ids["B-1"]
    people = upsert_people(
        [PersonUpsert(f"p-{n}", name=f"Person {n}", email=f"p{n}@brook.example") for n in range(2)]
        + [PersonUpsert("ours", email="o@acme.example")]
    ).ids
    p0, p1, ours = people["p-0"], people["p-1"], people["ours"]
    arrive(
        workspace.slug,
        [
            used(one, MONDAY, "Report", person=p0, count=3),
            used(one, MONDAY + timedelta(days=1), "Report", person=p1),
            used(one, MONDAY, "Export", person=p0),
            used(one, MONDAY, "Export", person=ours, count=50),
            used(one, MONDAY - timedelta(weeks=25), "Export", count=2),
            used(one, date(2024, 2, 5), "Import", person=p1),
            used(one, date(2024, 3, 4), "Report", person=p1),
            # Known after the day looked at.
            used(one, MONDAY, "Later", known=AS_OF + timedelta(days=3)),
            record(one, AS_OF - timedelta(days=30), "ticket_opened", id="T-1", subject="Sync fails",
                   priority="urgent"),
            record(one, AS_OF - timedelta(days=29), "ticket_escalated", id="T-1"),
            record(one, AS_OF - timedelta(days=5), "ticket_opened", id="T-2", subject="A question"),
            record(one, AS_OF - timedelta(days=4), "ticket_answered", id="T-2"),
            record(one, AS_OF - timedelta(days=40), "ticket_opened", id="T-3", subject="Slow page", priority="low"),
            {**record(one, AS_OF - timedelta(days=38), "ticket_closed", id="T-3"), "seconds": 172_800.0},
            record(one, AS_OF - timedelta(days=200), "ticket_opened", id="T-4", subject="Long ago"),
            record(one, AS_OF - timedelta(days=199), "ticket_closed", id="T-4"),
            {**record(one, AS_OF - timedelta(days=9), "survey_answered", id="S-1", kind="nps", max=10,
                      text="<b>Too slow</b> for us"), "value": 4.0, "person": p0},
        ],
    )  # fmt: skip
    cycle(workspace)
    return one


def page(client: Client, path: str) -> str:
    answer = client.get(f"/w/acme/{path}")
    assert answer.status_code == 200
    return answer.content.decode()


def use_of(acme: Workspace, account: int, as_of: date = AS_OF, most: int = 20) -> AccountUse:
    with tenancy.workspace(acme.pk):
        return use_of_account(account, as_of, most=most)()


def test_use_is_summed_by_week_without_our_own_people(acme: Workspace, account: int) -> None:
    found = use_of(acme, account)
    assert (found.weeks[0], found.weeks[-1], len(found.weeks)) == (MONDAY - timedelta(weeks=25), MONDAY, 26)
    report, export = found.features
    assert (report.name, report.events, report.weeks[-1]) == ("Report", 4, WeekUse(4, 2))
    assert (report.first, report.last) == (date(2024, 3, 4), MONDAY + timedelta(days=1))
    assert (export.name, export.weeks[0], export.weeks[-1]) == ("Export", WeekUse(2, 0), WeekUse(1, 1))
    assert (found.all[0], found.all[-1], found.all[1]) == (WeekUse(2, 0), WeekUse(5, 2), WeekUse())
    assert [(each.name, each.last) for each in found.gone] == [("Import", date(2024, 2, 5))]


def test_of_many_features_the_most_used_are_shown_and_the_rest_counted(acme: Workspace, account: int) -> None:
    found = use_of(acme, account, most=1)
    assert ([each.name for each in found.features], found.more) == (["Report"], 1)


def test_use_of_a_past_day_knows_nothing_of_what_came_later(acme: Workspace, account: int) -> None:
    found = use_of(acme, account, as_of=MONDAY)
    assert {each.name: each.weeks[-1] for each in found.features} == {"Export": WeekUse(1, 1), "Report": WeekUse(3, 1)}


def test_the_usage_page_shows_each_feature_by_week(ana_client: Client, account: int) -> None:
    shown = page(ana_client, f"accounts/{account}/usage/")
    assert "<title>Report, week of 30 Dec 2024: 4 times, by 2 people</title>" in shown
    assert "<title>Export, week of 8 Jul 2024: 2 times</title>" in shown
    assert "<title>Report, week of 8 Jul 2024: not used</title>" in shown
    assert "Used before, not in these 26 weeks" in shown
    assert "Import" in shown
    assert "Later" not in shown


def test_an_account_without_events_is_told_how_they_come(acme: Workspace, ana_client: Client, account: int) -> None:
    shown = page(ana_client, f"accounts/{account}/usage/?as_of=2024-01-15")
    assert "No use of the product is known" in shown


def test_steps_of_colour_are_equal_parts_and_nothing_is_a_step_of_its_own() -> None:
    assert [step(value, 10) for value in (0, 0.1, 2, 2.1, 9.9, 10)] == [0, 1, 1, 2, 5, 5]
    assert step(3, 0) == 0
    assert str(charts.heat([(0, "<none>")])).count("heat-0") == 1
    assert "&lt;none&gt;" in str(charts.heat([(0, "<none>")]))


@pytest.mark.parametrize(
    ("people", "note"),
    [(12.0, "More people than seats: a talk about more seats is due."), (9.0, "Nearly every seat is taken."),
     (6.0, ""), (3.0, "Most of what is paid for is not used.")],
)  # fmt: skip
def test_seats_are_held_against_the_people_who_are_active(people: float, note: str) -> None:
    found = licence({"seats": 10.0, "people_active_28d": people})
    assert found is not None
    assert (found.shown, found.note) == (f"{people:.0f} of 10 seats", note)


def test_without_seats_nothing_is_said_of_the_licence() -> None:
    assert licence({"seats": None, "people_active_28d": 4.0}) is None
    assert licence({"seats": 0.0, "people_active_28d": 4.0}) is None


def test_the_support_page_tells_open_tickets_closed_ones_and_answers(ana_client: Client, account: int) -> None:
    shown = page(ana_client, f"accounts/{account}/support/")
    assert shown.index("A question") < shown.index("Sync fails") < shown.index("Slow page")
    assert "30 days" in shown
    assert "Escalated" in shown
    assert "Answered, open" in shown
    assert "22 Nov 2024" not in shown
    assert "23 Nov 2024, after 2 d" in shown
    assert "Long ago" not in shown
    assert "NPS 4 of 10" in shown
    assert "Unhappy" in shown
    assert "&lt;b&gt;Too slow&lt;/b&gt; for us" in shown
    assert "Person 0" in shown


def test_a_ticket_is_open_again_on_a_day_before_it_was_closed(ana_client: Client, account: int) -> None:
    shown = page(ana_client, f"accounts/{account}/support/?as_of={AS_OF - timedelta(days=39)}")
    assert "Slow page" in shown
    assert "No ticket was closed in 90 days." in shown
    assert "Nobody has answered a survey." in shown


def test_answers_go_on_by_their_cursor(acme: Workspace, ana_client: Client, account: int) -> None:
    with tenancy.workspace(acme.pk):
        arrive(
            acme.slug,
            [
                {**record(account, AS_OF - timedelta(days=50 + n), "survey_answered", id=f"S-{n}", text=f"Answer {n}."),
                 "value": 8.0}
                for n in range(30)
            ],
        )  # fmt: skip
    first = page(ana_client, f"accounts/{account}/support/")
    assert "Answer 23." in first
    assert "Answer 24." not in first
    cursor = first.split("answers=")[1].split('"')[0]
    then = page(ana_client, f"accounts/{account}/support/?answers={cursor}")
    assert [f"Answer {n}." in then for n in (23, 24, 29)] == [False, True, True]
    assert "Sync fails" in then
