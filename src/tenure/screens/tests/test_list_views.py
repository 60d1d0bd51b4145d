"""The list: its address, columns, counts, conditions; views over it: unsaved changes, home, undo, what is gone."""

from urllib.parse import parse_qsl, urlsplit

import pytest
from django.test import Client

from tenure.base import tenancy
from tenure.health.tests.company import computed
from tenure.tenants.models import Member, Workspace
from tenure.views.models import View

pytestmark = pytest.mark.django_db
LIST = "/w/acme/accounts/"
STATE = {"scope": "all", "where": "events_28d > 5", "sort": "-name", "column": ["events_28d", "started_on"]}


@pytest.fixture
def company(acme: Workspace) -> Workspace:
    with tenancy.workspace(acme.pk):
        computed(acme)
    return acme


def _page(client: Client, query: str = "", status: int = 200) -> str:
    answer = client.get(f"{LIST}{query}")
    assert answer.status_code == status, answer.headers
    return answer.content.decode()


def _pairs(address: str) -> list[tuple[str, str]]:
    return parse_qsl(urlsplit(address).query, keep_blank_values=True)


def _save(client: Client, name: str = "Busy", **more: object) -> str:
    """The address of the new view."""
    answer = client.post(f"{LIST}views/", {**STATE, "name": name, **more})
    assert answer.status_code == 302
    return answer["Location"]


def test_a_view_brings_back_what_the_list_showed(ana_client: Client, company: Workspace) -> None:
    where = _save(ana_client)
    view = View.every_workspace.get()
    state = [("scope", "all"), ("where", "events_28d > 5"), ("sort", "-name"), ("column", "events_28d"),
             ("column", "started_on")]  # fmt: skip
    assert _pairs(where) == [("view", str(view.pk)), *state]
    assert ana_client.get(f"{LIST}?view={view.pk}")["Location"] == where
    page = _page(ana_client, where.removeprefix(LIST))
    assert ("Busy" in page, "Unsaved changes" in page) == (True, False)
    changed = _page(ana_client, where.removeprefix(LIST).replace("-name", "name"))
    assert ("Unsaved changes" in changed, f"views/{view.pk}/changes/" in changed) == (True, True)
    ana_client.post(f"{LIST}views/{view.pk}/changes/", {**STATE, "sort": "name"})
    assert View.every_workspace.get().listed["sort"] == "name"
    ana_client.post(f"{LIST}views/{view.pk}/changes/", {"name": "Calm", "shared": "1"})
    view.refresh_from_db()
    assert (view.name, view.shared, view.listed["where"]) == ("Calm", True, "events_28d > 5")


def test_the_list_opens_with_the_home_until_it_is_gone(ana_client: Client, company: Workspace) -> None:
    where = _save(ana_client)
    view = View.every_workspace.get()
    ana_client.post(f"{LIST}views/{view.pk}/homes/", {"home": "1"})
    assert ana_client.get(LIST)["Location"] == where
    assert ana_client.get(f"{LIST}?as_of=2024-12-30")["Location"] == f"{where}&as_of=2024-12-30"
    _page(ana_client, "?scope=all")
    removed = ana_client.post(f"{LIST}views/{view.pk}/removals/")["Location"]
    page = _page(ana_client, removed.removeprefix(LIST))
    assert ("“Busy” is deleted" in page, f"views/{view.pk}/restorals/" in page) == (True, True)
    _page(ana_client)
    assert ana_client.post(f"{LIST}views/{view.pk}/restorals/")["Location"] == where
    assert ana_client.get(LIST)["Location"] == where
    ana_client.post(f"{LIST}views/{view.pk}/homes/")
    _page(ana_client)


def test_a_view_whose_fields_are_gone_says_so_and_shows_the_rest(ana_client: Client, company: Workspace) -> None:
    where = "external_id+in+(%27A-1%27,%27A-2%27)"
    query = f"?scope=all&where={where}&column=t__lost&column=events_28d&sort=-vanished&group=nothing"
    page = _page(ana_client, query)
    assert "t__lost, vanished, nothing are not there any more" in page
    assert page.count('data-list-target="row"') == 2
    assert "mrrr" in _page(ana_client, "?scope=all&where=mrrr+%3E+1", status=422)
    assert "This view was deleted" in _page(ana_client, "?scope=all&view=999")


def test_anothers_own_view_is_not_there_and_the_teams_is(
    ana_client: Client, ben: Member, ben_client: Client, company: Workspace
) -> None:
    own, shared = _save(ana_client, "Zebra"), _save(ana_client, "Team's", shared="1")
    page = _page(ben_client)
    assert ("Zebra" in page, "Team&#39;s" in page, "Save view" in page) == (False, True, False)
    assert "This view was deleted" in _page(ben_client, own.removeprefix(LIST))
    changed = _page(ben_client, shared.removeprefix(LIST).replace("-name", "name"))
    assert ("Unsaved changes" in changed, "/changes/" in changed) == (True, False)


def test_columns_stand_in_the_order_of_the_address(ana_client: Client, company: Workspace) -> None:
    page = _page(ana_client, "?scope=all&column=started_on&column=events_28d")
    menu = page[page.index("arrange-chosen") : page.index("arrange-others")]
    assert menu.index('value="started_on"') < menu.index('value="events_28d"')
    assert menu.count('type="checkbox"') == 2


def test_the_list_is_counted_by_a_field(ana_client: Client, company: Workspace) -> None:
    page = _page(ana_client, "?scope=all&group=status")
    strip = page[page.index("band-counts") : page.index("table-fill")]
    assert '<strong class="tabular">12</strong> customer' in strip
    (href,) = [part.split('"')[0] for part in strip.split('class="band-count" href="')[1:]]
    assert dict(_pairs(href.replace("&amp;", "&")))["where"] == "status = 'customer'"


def test_conditions_become_the_filter_and_keep_the_rest(ana_client: Client, company: Workspace) -> None:
    page = ana_client.get(f"{LIST}conditions/?scope=all&where=events_28d+%3E+5&sort=-name&view=7").content.decode()
    assert ('name="f0" value="events_28d"' in page, 'name="sort" value="-name"' in page) == (True, True)
    typed = {"scope": "all", "sort": "-name", "view": "7", "mode": "build", "join": "and", "n": "1",
             "f0": "events_28d", "o0": ">=", "v0": "3", "apply": "1"}  # fmt: skip
    answer = ana_client.get(f"{LIST}conditions/", typed)
    assert _pairs(answer["Location"]) == [
        ("view", "7"), ("scope", "all"), ("where", "events_28d >= 3"), ("sort", "-name"),
    ]  # fmt: skip
