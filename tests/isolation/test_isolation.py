"""Nobody sees or changes anything of a workspace that is not hers. Generated from the URLconf."""

import pytest
from django.test import Client
from django.urls import reverse

from tenure.base import tenancy
from tenure.tenants.models import Member, Workspace
from tests.isolation.objects import OBJECTS, owner
from tests.isolation.urls import Address, addresses, workspace_addresses

WORKSPACE = workspace_addresses()
# Addresses that need no membership, and why: the way in, the way off a list of mails (a signed link), allauth's own,
# and the API, where a key names the workspace (`tenure.ingest.facts.tests.test_keys` holds it apart).
OUTSIDE = {"home", "workspaces", "join", "healthz", "board-pack-leave"}
METHODS = ("get", "post", "put", "patch", "delete")


def _kwargs(address: Address, workspace: Workspace, member: Member) -> dict[str, object]:
    with tenancy.workspace(workspace.pk):
        made = {name: OBJECTS[name](owner(member)) for name in address.params if name != "slug"}
    return {"slug": workspace.slug, **made}


def test_every_address_is_inside_a_workspace_or_meant_for_all() -> None:
    strays = [
        a.name
        for a in addresses()
        if a not in WORKSPACE
        and a.name not in OUTSIDE
        and not a.name.startswith(("account_", "mfa_", "static", "api:"))
    ]
    assert strays == []


@pytest.mark.parametrize("address", WORKSPACE, ids=lambda a: a.name)
def test_every_page_is_guarded_and_has_its_objects(address: Address) -> None:
    assert address.opens is not None, f"{address.name} needs `@page(Permission…)`"
    assert set(address.params) - {"slug"} <= set(OBJECTS), f"teach tests/isolation/objects.py about {address.params}"


@pytest.mark.parametrize("address", WORKSPACE, ids=lambda a: a.name)
def test_a_stranger_finds_nothing(address: Address, acme: Workspace, ana: Member, cy_client: Client) -> None:
    url = reverse(address.name, kwargs=_kwargs(address, acme, ana))
    answers = {method: getattr(cy_client, method)(url).status_code for method in METHODS}
    assert answers == dict.fromkeys(METHODS, 404)


@pytest.mark.parametrize("address", WORKSPACE, ids=lambda a: a.name)
def test_who_is_not_signed_in_is_sent_to_the_door(address: Address, acme: Workspace, ana: Member) -> None:
    url = reverse(address.name, kwargs=_kwargs(address, acme, ana))
    for method in METHODS:
        answer = getattr(Client(), method)(url)
        assert (answer.status_code, answer.headers["Location"].split("?")[0]) == (302, "/accounts/login/")


# Measures and documents of the help have the same names in every workspace.
SHARED = {"key", "document"}


@pytest.mark.parametrize(
    "address", [a for a in WORKSPACE if set(a.params) & (set(OBJECTS) - SHARED)], ids=lambda a: a.name
)
def test_an_object_of_another_workspace_does_not_exist_in_mine(
    address: Address, acme: Workspace, ana: Member, cy: Member, globex: Workspace, ana_client: Client
) -> None:
    theirs = {**_kwargs(address, globex, cy), "slug": acme.slug}
    url = reverse(address.name, kwargs=theirs)
    answers = {getattr(ana_client, method)(url).status_code for method in METHODS}
    assert 404 in answers
    assert answers <= {404, 405}


@pytest.mark.parametrize("address", WORKSPACE, ids=lambda a: a.name)
def test_a_viewer_changes_nothing(address: Address, acme: Workspace, ana: Member, ben_client: Client) -> None:
    url = reverse(address.name, kwargs=_kwargs(address, acme, ana))
    for method in METHODS[1:]:
        assert getattr(ben_client, method)(url).status_code in (403, 405)
