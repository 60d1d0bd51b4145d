"""The list of people: whose, filter, columns of their account, order, counts, views of its own, as a file."""

import csv
import io
import re
from urllib.parse import parse_qsl, quote, urlsplit

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tenure.base import tenancy
from tenure.customers.actions import assign_owner, link_people, upsert_people
from tenure.customers.contracts import PersonLink, PersonUpsert
from tenure.health import people
from tenure.health.tests.company import AS_OF, FIRST, computed, cycle, founded
from tenure.tenants.models import Member, Workspace
from tenure.tenants.queries import members_by_id
from tenure.views.models import View

pytestmark = pytest.mark.django_db
LIST = "/w/acme/people/"
NAMES = ("Ada", '=HYPERLINK("http://evil.example","Pay here")', "Cleo", "Dora")


@pytest.fixture
def company(acme: Workspace, ana: Member) -> dict[str, int]:
    """Four people: two champions of the first account, which Ana owns, an admin of the second, one of none."""
    with tenancy.workspace(acme.pk):
        ids = founded(acme)
        made = upsert_people([PersonUpsert(f"p-{n}", name=name, started_on=FIRST) for n, name in enumerate(NAMES)]).ids
        belongs = (("p-0", "A-1", "champion"), ("p-1", "A-1", "champion"), ("p-2", "A-2", "admin"))
        link_people([PersonLink(made[p], ids[a], role=role, since=AS_OF) for p, a, role in belongs])
        assign_owner(account=ids["A-1"], member=ana.pk, by=members_by_id([ana.pk])[ana.pk], on=AS_OF)
        cycle(acme)
        people.refresh(acme.slug, AS_OF, now=True)
    return dict(made)


def _page(client: Client, query: str = "", status: int = 200) -> str:
    answer = client.get(f"{LIST}{query}")
    assert answer.status_code == status, answer.headers
    return answer.content.decode()


def _shown(page: str) -> list[str]:
    rows = page[page.index("<tbody") : page.index("</tbody>")]
    return [name for name in ("Ada", "=HYPERLINK", "Cleo", "Dora") if name in rows]


def test_people_are_filtered_by_their_own_fields_and_those_of_their_account(
    ana_client: Client, company: dict[str, int]
) -> None:
    assert _shown(_page(ana_client, "?scope=all")) == ["Ada", "=HYPERLINK", "Cleo", "Dora"]
    assert _shown(_page(ana_client, f"?scope=all&where={quote("role = 'admin'")}")) == ["Cleo"]
    of_account = quote("account.external_id = 'A-2'")
    page = _page(ana_client, f"?scope=all&where={of_account}&column=a__external_id&sort=-a__name&group=a__status")
    assert (_shown(page), ">A-2</td>" in page) == (["Cleo"], True)
    assert "Nobody matches" in _page(ana_client, f"?scope=all&where={quote("role = 'nobody'")}")
    assert 'class="expression-error"' in _page(ana_client, "?scope=all&where=nonsense+%3E+1", 422)


def test_counts_by_band_say_its_name(ana_client: Client, company: dict[str, int]) -> None:
    page = _page(ana_client, "?scope=all&group=a__band")
    told = re.findall(r"</strong> (.+?)</a>", page[page.index('class="band-counts') : page.index("<tbody")])
    assert told
    assert set(told) <= {"Healthy", "Watch", "At risk", "Unknown"}


def test_mine_are_the_people_of_accounts_that_i_own(ana_client: Client, company: dict[str, int]) -> None:
    page = _page(ana_client, "?scope=mine")
    assert (_shown(page), "2 people" in page) == (["Ada", "=HYPERLINK"], True)


def test_they_are_sorted_and_counted(ana_client: Client, company: dict[str, int]) -> None:
    page = _page(ana_client, "?scope=all&sort=-a__name")
    assert page.index(">Cleo<") < page.index(">Ada<") < page.index(">Dora<")
    counts = page[page.index('aria-label="People by role"') : page.index("<tbody")]
    assert [each.split("</strong> ")[1].split("<")[0] for each in counts.split('<strong class="tabular">')[1:]] == [
        "champion", "admin", "Unknown",
    ]  # fmt: skip


def test_pages_follow_each_other(ana_client: Client, company: dict[str, int], monkeypatch: pytest.MonkeyPatch) -> None:
    from tenure.screens.workspace.people import listing

    monkeypatch.setattr(listing, "LIMIT", 2)
    first = _page(ana_client, "?scope=all&sort=-a__name")
    onward = first[: first.index('rel="next"')].rpartition('href="')[2].partition('"')[0].replace("&amp;", "&")
    second = ana_client.get(onward).content.decode()
    assert sorted(_shown(first) + _shown(second)) == ["=HYPERLINK", "Ada", "Cleo", "Dora"]


def test_views_of_people_are_their_own(ana_client: Client, company: dict[str, int]) -> None:
    state = {"scope": "all", "where": "role = 'champion'", "sort": "-name", "of": "person", "name": "Champions"}
    where = ana_client.post("/w/acme/accounts/views/", state)["Location"]
    view = View.every_workspace.get()
    assert (view.entity, urlsplit(where).path) == ("person", LIST)
    assert dict(parse_qsl(urlsplit(where).query))["sort"] == "-name"
    assert "Champions" in _page(ana_client, where.removeprefix(LIST))
    assert "Champions" not in ana_client.get("/w/acme/accounts/?scope=all").content.decode()
    ana_client.post(f"/w/acme/accounts/views/{view.pk}/homes/", {"home": "1"})
    assert ana_client.get(LIST)["Location"] == where
    assert urlsplit(ana_client.post(f"/w/acme/accounts/views/{view.pk}/removals/")["Location"]).path == LIST


def test_the_filter_is_edited_in_lines(ana_client: Client, company: dict[str, int]) -> None:
    where = quote("role = 'admin'")
    page = ana_client.get(f"{LIST}conditions/?scope=all&where={where}").content.decode()
    assert ('name="of" value="person"' in page, "Show these people" in page) == (True, True)
    lines = "n=1&f0=role&o0=%3D&v0=champion&mode=build&join=and&apply=1"
    gone = ana_client.get(f"{LIST}conditions/?scope=all&{lines}")
    assert dict(parse_qsl(urlsplit(gone["Location"]).query))["where"] == "role = 'champion'"


def test_the_file_has_the_people_and_no_formula(ana_client: Client, company: dict[str, int]) -> None:
    answer = ana_client.get(f"{LIST}export.csv?scope=all&sort=-a__name&column=a__external_id")
    body = b"".join(answer.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    head, *rows = csv.reader(io.StringIO(body))
    assert head[:6] == ["Id", "Name", "E-mail", "Title", "Role", "Account"]
    assert [row[0] for row in rows] == ["p-2", "p-0", "p-1", "p-3"]
    assert [row[6] for row in rows] == ["A-2", "A-1", "A-1", ""]
    assert rows[2][1] == '\'=HYPERLINK("http://evil.example","Pay here")'


def test_who_may_not_export_sees_no_button(ana_client: Client, ben_client: Client, company: dict[str, int]) -> None:
    assert "people/export.csv" in _page(ana_client)
    assert "people/export.csv" not in _page(ben_client)
    assert ben_client.get(f"{LIST}export.csv").status_code == 403


def test_without_anybody_it_says_how_people_get_here(ana_client: Client, acme: Workspace) -> None:
    with tenancy.workspace(acme.pk):
        computed(acme)
    assert "No people yet" in _page(ana_client, "?scope=all")


def test_it_asks_the_database_six_times(ana_client: Client, company: dict[str, int]) -> None:
    _page(ana_client)
    with CaptureQueriesContext(connection) as captured:
        _page(ana_client, "?scope=all&column=a__external_id")
    assert len(captured) <= 6
