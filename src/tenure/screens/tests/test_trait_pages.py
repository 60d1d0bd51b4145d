"""Traits and tags changed on their pages: what stands after, what is refused, who may, and many at once."""

import html
import re
from datetime import timedelta
from urllib.parse import quote

import pytest
from django.test import Client

from tenure.base import clock, tenancy
from tenure.customers.actions import upsert_accounts, upsert_people
from tenure.customers.contracts import AccountUpsert, PersonUpsert
from tenure.customers.models import Account, Person
from tenure.events.queries import open_lake
from tenure.health.tests.company import cycle, founded
from tenure.segments.queries import catalogue
from tenure.tenants.models import Member, Workspace
from tenure.traits.actions import write_out
from tenure.traits.models import AccountTag, SaidTrait

pytestmark = pytest.mark.django_db
NEW, CHANGES = "/w/acme/accounts/changes/new/", "/w/acme/accounts/changes/"


@pytest.fixture
def ids(acme: Workspace) -> dict[str, int]:
    """Accounts with the trait tier, a number, and plan_b, a text; scored."""
    with tenancy.workspace(acme.pk):
        found = founded(acme)
        upsert_accounts([AccountUpsert("A-1", traits={"plan_b": "Gold"}), AccountUpsert("A-2", traits={"vip": True})])
        cycle(acme)
    return found


def shown(client: Client, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status, answer.content[-400:]
    return html.unescape(answer.content.decode())


def held(account: int) -> dict[str, object]:
    found: dict[str, object] = Account.every_workspace.get(pk=account).traits
    return found


def test_a_trait_is_changed_where_it_stands(ana_client: Client, ids: dict[str, int]) -> None:
    account = ids["A-1"]
    page = shown(ana_client, f"/w/acme/accounts/{account}/facts/")
    assert f'href="/w/acme/accounts/{account}/traits/?key=plan_b"' in page
    form = shown(ana_client, f"/w/acme/accounts/{account}/traits/?key=plan_b")
    assert ('name="began" value="Gold"' in form, 'id="trait-form"' in form) == (True, True)
    answer = ana_client.post(
        f"/w/acme/accounts/{account}/traits/", {"key": "plan_b", "value": "Silver", "began": "Gold"}
    )
    assert (answer.status_code, answer["Location"]) == (302, f"/w/acme/accounts/{account}/facts/")
    page = shown(ana_client, f"/w/acme/accounts/{account}/facts/")
    assert held(account)["plan_b"] == "Silver"
    assert re.search(r">Silver\s*<a", page)
    assert "Gold" not in page
    past = shown(ana_client, f"/w/acme/accounts/{account}/facts/?as_of=2024-12-20")
    assert ("Silver" in past, "traits/?key" in past) == (False, False)


def test_what_somebody_else_changed_meanwhile_is_shown_beside_ones_own(ana_client: Client, ids: dict[str, int]) -> None:
    address = f"/w/acme/accounts/{ids['A-1']}/traits/"
    ana_client.post(address, {"key": "plan_b", "value": "Silver", "began": "Gold"})
    answer = ana_client.post(address, {"key": "plan_b", "value": "<Bronze>", "began": "Gold"})
    said = answer.content.decode()
    assert answer.status_code == 409
    assert ("<dd>Silver</dd>" in said, "<dd>&lt;Bronze&gt;</dd>" in said) == (True, True)
    assert ('name="began" value="Silver"' in said, held(ids["A-1"])["plan_b"]) == (True, "Silver")


@pytest.mark.parametrize(
    ("given", "status", "says"),
    [
        ({"key": "tier", "value": "many", "began": "1"}, 422, "Expected a number such as"),
        ({"key": "nothing", "value": "x", "began": ""}, 404, "There is no such trait"),
        ({"key": "tags", "value": "x", "began": ""}, 404, "There is no such trait"),
    ],
)
def test_what_does_not_fit_is_refused_where_it_was_typed(
    ana_client: Client, ids: dict[str, int], given: dict[str, str], status: int, says: str
) -> None:
    answer = ana_client.post(f"/w/acme/accounts/{ids['A-1']}/traits/", given)
    assert (answer.status_code, says in answer.content.decode()) == (status, True)
    assert (held(ids["A-1"])["tier"], SaidTrait.every_workspace.count()) == (1, 0)


def test_the_past_is_not_changed(ana_client: Client, ids: dict[str, int]) -> None:
    for place, given in (("traits", {"key": "tier", "value": "2", "began": "1"}), ("tags", {"tag": "Beta"})):
        answer = ana_client.post(f"/w/acme/accounts/{ids['A-1']}/{place}/?as_of=2024-12-20", given)
        assert (answer.status_code, "Go back to the present first" in answer.content.decode()) == (422, True)
    assert SaidTrait.every_workspace.count() == 0


def test_tags_come_on_and_off_in_the_head(ana_client: Client, ids: dict[str, int], acme: Workspace) -> None:
    account = ids["A-1"]
    tags = f"/w/acme/accounts/{account}/tags/"
    assert ana_client.post(tags, {"tag": "Beta"}).status_code == 422
    assert ana_client.post("/w/acme/settings/tags/", {"name": "Beta, too"}).status_code == 422
    assert ana_client.post("/w/acme/settings/tags/", {"name": "Beta's"}).status_code == 302
    assert 'data-insert="Beta\'s"' in shown(ana_client, tags)
    assert ana_client.post(tags, {"tag": "beta's"}).status_code == 302
    page = shown(ana_client, f"/w/acme/accounts/{account}/")
    assert (held(account)["tags"], "Remove the tag Beta's" in page) == (["Beta's"], True)
    assert quote("has(tags, 'Beta''s')", safe="").replace("%20", "+") in page
    with tenancy.workspace(acme.pk):
        with clock.frozen(clock.now() + timedelta(minutes=2)):  # after the cycle before, which ran a minute ahead
            write_out(open_lake(acme.slug))
        cycle(acme)
    with tenancy.workspace(acme.pk):
        assert catalogue().find("tags") is not None
    listed = shown(ana_client, "/w/acme/accounts/?scope=all&column=t__tags&where=" + quote("has(tags, 'Beta''s')"))
    assert ("Account 1<" in listed, "Account 2<" in listed) == (True, False)
    assert '<td data-label="Tags">Beta\'s</td>' in listed
    assert ana_client.post(tags, {"remove": "Beta's"}).status_code == 302
    assert "Remove the tag" not in shown(ana_client, f"/w/acme/accounts/{account}/")


def test_what_was_done_to_a_tag_is_undone_from_its_toast(ana_client: Client, ids: dict[str, int]) -> None:
    ana_client.post("/w/acme/settings/tags/", {"usual": "yes"})
    account = f"/w/acme/accounts/{ids['A-1']}/"
    undo = f'<form method="post" action="{account}tags/">'
    ana_client.post(f"{account}tags/", {"tag": "Reference"})
    page = shown(ana_client, account)
    toast = page[page.index("Reference is put on") :]
    assert undo in toast
    assert '<input type="hidden" name="remove" value="Reference">' in toast
    ana_client.post(f"{account}tags/", {"remove": "Reference"})
    assert '<input type="hidden" name="tag" value="Reference">' in shown(ana_client, account)
    assert "Undo</button>" not in shown(ana_client, account)


def test_a_viewer_sees_tags_and_no_way_to_change_them(
    ana_client: Client, ben_client: Client, ids: dict[str, int]
) -> None:
    ana_client.post("/w/acme/settings/tags/", {"usual": "yes"})
    ana_client.post(f"/w/acme/accounts/{ids['A-1']}/tags/", {"tag": "Reference"})
    page = shown(ben_client, f"/w/acme/accounts/{ids['A-1']}/facts/")
    assert ("Reference</a>" in page, "Remove the tag" in page, "Add a tag" in page) == (True, False, False)
    assert "traits/?key" not in page
    for place, given in (("traits", {"key": "tier", "value": "2", "began": "1"}), ("tags", {"remove": "Reference"})):
        assert ben_client.post(f"/w/acme/accounts/{ids['A-1']}/{place}/", given).status_code == 403
    assert ben_client.post("/w/acme/settings/tags/", {"name": "Mine"}).status_code == 403
    assert (held(ids["A-1"])["tags"], AccountTag.every_workspace.filter(name="Mine").count()) == (["Reference"], 0)
    assert "Retire<" not in shown(ben_client, "/w/acme/settings/tags/")


def test_a_persons_trait_is_changed_on_her_page(ana_client: Client, ids: dict[str, int], acme: Workspace) -> None:
    with tenancy.workspace(acme.pk):
        person = upsert_people([PersonUpsert("p", name="Pia", traits={"desk": "3rd floor"})]).ids["p"]
    page = shown(ana_client, f"/w/acme/people/{person}/")
    assert (f"/w/acme/people/{person}/traits/?key=desk" in page, "3rd floor" in page) == (True, True)
    given = {"key": "desk", "value": "Cellar", "began": "3rd floor"}
    answer = ana_client.post(f"/w/acme/people/{person}/traits/", given)
    assert (answer.status_code, answer["Location"]) == (302, f"/w/acme/people/{person}/")
    assert Person.every_workspace.get(pk=person).traits == {"desk": "Cellar"}


def form_of(page: str) -> dict[str, list[str]]:
    """What the confirming form sends."""
    part = page[page.rindex("<form", 0, page.index('name="mark"')) :]
    found: dict[str, list[str]] = {}
    for name, value in re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', part[: part.index("</form>")]):
        found.setdefault(name, []).append(value)
    return found


@pytest.mark.parametrize(
    ("asked", "title", "before", "after"),
    [
        ("what=trait:plan_b&of=plan_b&value=Silver", "Plan b → Silver", "Gold", "Silver"),
        ("what=trait:plan_b&clear=1", "Plan b → nothing", "Gold", None),
        ("what=trait:tier&of=tier&value=7", "Tier → 7", 1, 7),
        ("what=tag-on&tag=reference", "Tags + Reference", None, ["Reference"]),
    ],
)
def test_many_are_changed_from_the_list_and_undone(
    ana_client: Client, ana: Member, ids: dict[str, int], asked: str, title: str, before: object, after: object
) -> None:
    ana_client.post("/w/acme/settings/tags/", {"usual": "yes"})
    key = "tags" if "tag-on" in asked else asked.split("trait:")[1].split("&")[0]
    page = shown(ana_client, f"{NEW}?account={ids['A-1']}&{asked}")
    assert (title in page, "Change 1 account" in page) == (True, True)
    done = ana_client.post(CHANGES, form_of(page))
    assert (done.status_code, held(ids["A-1"]).get(key)) == (302, after)
    assert f"1 account: {title}" in shown(ana_client, done["Location"])
    ana_client.post(f"{done['Location']}undoings/")
    assert held(ids["A-1"]).get(key) == before


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        ("what=trait:tier&of=tier&value=many", "Expected a number"), ("what=tag-on&tag=Nowhere", "There is no tag"),
        ("what=trait:nothing&of=nothing&value=x", "There is no such trait"), ("what=nonsense", "Choose what to change"),
    ],
)  # fmt: skip
def test_what_cannot_be_changed_is_said_before_anything_is(
    ana_client: Client, ids: dict[str, int], asked: str, says: str
) -> None:
    answer = ana_client.get(f"{NEW}?account={ids['A-1']}&{asked}")
    page = answer.content.decode()
    assert (answer.status_code in (404, 422), says in page, 'name="mark"' in page) == (True, True, False)


def test_a_value_typed_for_one_trait_is_not_taken_for_another(ana_client: Client, ids: dict[str, int]) -> None:
    page = shown(ana_client, f"{NEW}?account={ids['A-1']}&what=trait:tier&of=plan_b&value=7&owner=nobody&tag=Beta")
    assert ('name="mark"' in page, 'id="field-value" name="value" value=""' in page) == (False, True)


def test_the_timeline_says_who_changed_a_trait(ana_client: Client, ids: dict[str, int], acme: Workspace) -> None:
    given = {"key": "plan_b", "value": "Silver", "began": "Gold"}
    ana_client.post(f"/w/acme/accounts/{ids['A-1']}/traits/", given)
    with tenancy.workspace(acme.pk):
        write_out(open_lake(acme.slug))
    page = shown(ana_client, f"/w/acme/accounts/{ids['A-1']}/timeline/")
    assert "<strong>Plan b</strong> changed from nothing to Silver" in page
    assert "By Ana" in page
