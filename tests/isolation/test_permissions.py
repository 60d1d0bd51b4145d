"""Role × page × permission: what the code grants, what the pages answer and what the document says are one."""

from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from tenure.base import tenancy
from tenure.tenants.models import Member, Workspace
from tenure.tenants.permissions import Role, allows
from tests.isolation.objects import OBJECTS, owner
from tests.isolation.urls import Address, workspace_addresses

DOCUMENT = Path(__file__).parents[2] / "docs" / "permissions.md"
WORKSPACE = workspace_addresses()


def _table() -> str:
    """The table of role × page: r = may open, w = may also write."""
    roles = list(Role)
    head = f"| page | {' | '.join(role.value for role in roles)} |"
    rows = [head, "|" + "---|" * (len(roles) + 1)]
    for address in sorted(WORKSPACE, key=lambda a: a.name):
        assert address.opens
        writes = address.writes
        cells = [
            ("r" if allows(role, address.opens) else "") + ("w" if writes and allows(role, writes) else "") or "–"
            for role in roles
        ]
        rows.append(f"| {address.name.removeprefix('workspace:')} | {' | '.join(cells)} |")
    return "\n".join(rows)


def test_the_document_shows_what_the_code_grants() -> None:
    assert _table() in DOCUMENT.read_text(), f"docs/permissions.md should hold:\n{_table()}"


@pytest.mark.parametrize("address", WORKSPACE, ids=lambda a: a.name)
def test_a_page_opens_for_the_roles_it_is_meant_for(
    address: Address, acme: Workspace, ana: Member, ben: Member, ben_client: Client
) -> None:
    with tenancy.workspace(acme.pk):
        made = {name: OBJECTS[name](owner(ana)) for name in address.params if name != "slug"}
    url = reverse(address.name, kwargs={"slug": acme.slug, **made})
    refused = set()
    for role in Role:
        Member.every_workspace.filter(pk=ben.pk).update(role=role)
        answer = ben_client.get(url)
        assert answer.status_code < 500
        refused |= {role} if answer.status_code == 403 else set()
    assert address.opens
    assert refused == {role for role in Role if not allows(role, address.opens)}
