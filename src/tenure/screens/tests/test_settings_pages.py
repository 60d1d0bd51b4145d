"""Settings: who may change what, what is shown once, what leaves a line in the audit trail."""

from typing import Protocol

import pytest
from django.test import Client

from tenure.base import tenancy
from tenure.definitions import queries as definitions
from tenure.tenants import queries
from tenure.tenants.models import ApiKey, Invitation, Member, Workspace

pytestmark = pytest.mark.django_db
WRITES = (
    "settings/invitations/", "settings/words/", "settings/keys/", "settings/members/1/changes/",
    "settings/invitations/1/revocations/", "settings/keys/1/revocations/", "settings/keys/1/rotations/",
)  # fmt: skip


class _Answer(Protocol):
    @property
    def content(self) -> bytes: ...


def _text(response: _Answer) -> str:
    return response.content.decode()


@pytest.mark.parametrize("path", WRITES)
def test_a_viewer_changes_nothing(ben_client: Client, acme: Workspace, path: str) -> None:
    answer = ben_client.post(f"/w/acme/{path}", {"email": "x@acme.example", "role": "viewer", "name": "x"})
    assert answer.status_code == 403
    with tenancy.workspace(acme.pk):
        assert (Invitation.objects.count(), ApiKey.objects.count()) == (0, 0)


@pytest.mark.parametrize("path", ["settings/", "settings/words/", "settings/keys/", "settings/audit/"])
def test_a_stranger_finds_nothing(cy_client: Client, acme: Workspace, path: str) -> None:
    assert cy_client.get(f"/w/acme/{path}").status_code == 404


def test_a_viewer_sees_the_members_but_no_way_to_change_them(ben_client: Client, ana: Member) -> None:
    page = _text(ben_client.get("/w/acme/settings/"))
    assert "ana@acme.example" in page
    assert "<form" not in page.split('<main class="main')[1].split("</main>")[0]
    assert "/settings/keys/" not in page
    assert "/settings/audit/" not in page


def test_an_invitation_shows_its_link_once_and_the_link_opens_the_door(
    ana_client: Client, acme: Workspace, ana: Member
) -> None:
    page = _text(ana_client.post("/w/acme/settings/invitations/", {"email": "Eve@Acme.example", "role": "csm"}))
    link = page.split("/join/")[1].split("/")[0]
    assert "/join/" not in _text(ana_client.get("/w/acme/settings/"))
    guest = Client()
    assert "invited eve@acme.example as CSM" in _text(guest.get(f"/join/{link}/"))
    answer = guest.post(f"/join/{link}/", {"name": "Eve", "password": "correct horse battery"})
    assert answer.status_code == 302
    with tenancy.workspace(acme.pk):
        assert [(m.email, m.role) for m in queries.members()] == [
            ("ana@acme.example", "owner"),
            ("eve@acme.example", "csm"),
        ]


def test_a_wrong_address_is_named_at_its_field(ana_client: Client, acme: Workspace) -> None:
    answer = ana_client.post("/w/acme/settings/invitations/", {"email": "eve", "role": "csm"})
    assert answer.status_code == 422
    assert 'aria-invalid="true" aria-describedby="field-email-error"' in _text(answer)
    with tenancy.workspace(acme.pk):
        assert Invitation.objects.count() == 0


def test_a_withdrawn_invitation_opens_nothing(ana_client: Client, acme: Workspace) -> None:
    page = _text(ana_client.post("/w/acme/settings/invitations/", {"email": "eve@acme.example", "role": "csm"}))
    link = page.split("/join/")[1].split("/")[0]
    with tenancy.workspace(acme.pk):
        invitation = Invitation.objects.get()
    answer = ana_client.post(f"/w/acme/settings/invitations/{invitation.pk}/revocations/", follow=True)
    assert "its link no longer works" in _text(answer)
    assert Client().get(f"/join/{link}/").status_code == 404


def test_a_role_changes_and_the_last_owner_stays(ana_client: Client, ana: Member, ben: Member, acme: Workspace) -> None:
    ana_client.post(f"/w/acme/settings/members/{ben.pk}/changes/", {"role": "manager"})
    answer = ana_client.post(f"/w/acme/settings/members/{ana.pk}/changes/", {"role": "viewer"}, follow=True)
    assert "A workspace needs an owner" in _text(answer)
    with tenancy.workspace(acme.pk):
        assert {m.email: m.role for m in queries.members()} == {
            "ana@acme.example": "owner",
            "ben@acme.example": "manager",
        }


def test_who_is_deactivated_is_out_until_let_in_again(ana_client: Client, ben_client: Client, ben: Member) -> None:
    ana_client.post(f"/w/acme/settings/members/{ben.pk}/changes/", {"active": "no"})
    assert ben_client.get("/w/acme/settings/").status_code == 404
    ana_client.post(f"/w/acme/settings/members/{ben.pk}/changes/", {"active": "yes"})
    assert ben_client.get("/w/acme/settings/").status_code == 200


def test_a_key_is_shown_once_and_revoked_at_once(ana_client: Client, acme: Workspace) -> None:
    given = {"name": "web shop", "kind": "browser", "origins": "https://shop.example https://b.example"}
    answer = ana_client.post("/w/acme/settings/keys/", given)
    key = _text(answer).split('data-copy-target="source">')[1].split("<")[0]
    assert key.startswith("wk_")
    assert answer["Cache-Control"] == "max-age=0, no-cache, no-store, must-revalidate, private"
    page = _text(ana_client.get("/w/acme/settings/keys/"))
    assert key not in page
    assert "https://shop.example, https://b.example" in page
    with tenancy.workspace(acme.pk):
        row = ApiKey.objects.get()
    ana_client.post(f"/w/acme/settings/keys/{row.pk}/revocations/")
    with tenancy.workspace(acme.pk):
        assert [each.revoked_at is not None for each in queries.api_keys()] == [True]


def test_a_key_without_a_name_is_refused_and_keeps_what_was_typed(ana_client: Client, acme: Workspace) -> None:
    answer = ana_client.post("/w/acme/settings/keys/", {"name": "", "kind": "browser", "origins": "https://a.example"})
    assert answer.status_code == 422
    assert "https://a.example" in _text(answer)


def test_words_change_on_every_page_and_leave_a_line(ana_client: Client, acme: Workspace) -> None:
    with tenancy.workspace(acme.pk):
        given = definitions.labels().model_dump()
    answer = ana_client.post("/w/acme/settings/words/", {**given, "accounts": "clients"}, follow=True)
    assert 'data-hotkey-label="Go to clients"' in _text(answer)
    trail = _text(ana_client.get("/w/acme/settings/audit/"))
    assert "Definition published" in trail


def test_an_empty_word_is_refused_and_nothing_changes(ana_client: Client, acme: Workspace) -> None:
    with tenancy.workspace(acme.pk):
        given = definitions.labels().model_dump()
    answer = ana_client.post("/w/acme/settings/words/", {**given, "csm": " "})
    assert answer.status_code == 422
    with tenancy.workspace(acme.pk):
        assert definitions.labels().csm == "CSM"


def test_a_key_is_replaced_and_both_work_for_a_week(ana_client: Client, acme: Workspace) -> None:
    ana_client.post("/w/acme/settings/keys/", {"name": "Backend", "kind": "server", "origins": ""})
    with tenancy.workspace(acme.pk):
        old = ApiKey.objects.get()
    shown = _text(ana_client.post(f"/w/acme/settings/keys/{old.pk}/rotations/"))
    assert "Copy the key now" in shown
    assert "Replaced, works until" in shown
    assert "Replaced, works until" in _text(ana_client.get("/w/acme/settings/keys/"))
    assert "Copy the key now" not in _text(ana_client.get("/w/acme/settings/keys/"))
    again = ana_client.post(f"/w/acme/settings/keys/{old.pk}/rotations/")
    assert again.status_code == 409
