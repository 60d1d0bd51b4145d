"""Connecting Stripe: made, given its secrets, filled, seen and disconnected."""

from django.test import Client

from tenure.base import tenancy
from tenure.ingest.connectors.models import Connector, ConnectorEvent
from tenure.screens.tests.seen import words_of
from tenure.tenants.models import Member, Workspace

SETTINGS = {"edition": "1", "secret": "whsec_hush_hush", "api_key": "rk_test_hush_hush", "account_key": "account_id"}


def _made(client: Client) -> str:
    answer = client.post("/w/acme/connectors/", {"source": "stripe"})
    assert answer.status_code == 302
    return str(answer["Location"])


def test_stripe_is_connected_and_its_secrets_are_never_shown_again(ana_client: Client, acme: Workspace) -> None:
    address = _made(ana_client)
    assert "Needs a secret" in words_of(ana_client.get(address).content)
    assert ana_client.post(address, SETTINGS).status_code == 302
    page = ana_client.get(address).content
    row = Connector.every_workspace.get()
    assert f"http://testserver/v1/stripe/{row.token}/webhook" in words_of(page)
    assert b"hush_hush" not in page
    assert "whsec_…hush" in words_of(page)
    assert "Start the back-fill" in words_of(page)
    listed = words_of(ana_client.get("/w/acme/sources/").content)
    assert "stripe Waiting No event yet" in listed


def test_a_wrong_secret_is_refused_at_its_field_and_nothing_changes(ana_client: Client, acme: Workspace) -> None:
    address = _made(ana_client)
    answer = ana_client.post(address, {**SETTINGS, "secret": "hush"})
    assert answer.status_code == 422
    assert b'id="field-secret-error"' in answer.content
    row = Connector.every_workspace.get()
    assert (row.secrets, row.api_key, row.edition) == ([], "", 1)


def test_a_conflict_is_shown_and_nothing_is_overwritten(ana_client: Client, acme: Workspace) -> None:
    address = _made(ana_client)
    ana_client.post(address, SETTINGS)
    answer = ana_client.post(address, {**SETTINGS, "secret": "", "account_key": "mine"})
    assert answer.status_code == 409
    assert "Somebody else changed this connector meanwhile" in words_of(answer.content)
    assert Connector.every_workspace.get().account_key == "account_id"


def test_a_name_is_taken_once(ana_client: Client, acme: Workspace) -> None:
    _made(ana_client)
    answer = ana_client.post("/w/acme/connectors/", {"source": "stripe"})
    assert answer.status_code == 422
    assert "There is a connector stripe already" in words_of(answer.content)


def test_what_came_is_counted_and_what_was_refused_says_why(ana_client: Client, acme: Workspace) -> None:
    address = _made(ana_client)
    with tenancy.workspace(acme.pk):
        row = Connector.objects.get()
        for n, outcome in enumerate(("taken", "ignored", "refused")):
            ConnectorEvent.objects.create(
                connector=row, external_id=f"evt_{n}", type="invoice.paid", received_at=row.made_at, body=b"",
                outcome=outcome, problem="this invoice lacks something" if outcome == "refused" else "",
            )  # fmt: skip
    page = words_of(ana_client.get(address).content)
    assert "to be taken in" not in page
    assert "invoice.paid 3 1 1" in page
    assert "evt_2 invoice.paid this invoice lacks something" in page
    ConnectorEvent.every_workspace.update(outcome="waiting")
    assert "3 events to be taken in" in words_of(ana_client.get(address).content)


def test_the_back_fill_is_started_once_and_a_connector_is_let_go(ana_client: Client, acme: Workspace) -> None:
    address = _made(ana_client)
    assert ana_client.post(f"{address}fills/").status_code == 409
    ana_client.post(address, SETTINGS)
    assert ana_client.post(f"{address}fills/").status_code == 302
    assert "Running" in words_of(ana_client.get(address).content)
    secret = Connector.every_workspace.get().secrets[0]["name"]
    ana_client.post(f"{address}secret-removals/", {"name": secret})
    assert Connector.every_workspace.get().secrets == []
    assert ana_client.post(f"{address}disconnections/").status_code == 302
    assert not Connector.every_workspace.exists()
    assert ana_client.get(address).status_code == 404


def test_who_may_not_manage_keys_sees_that_it_is_there_and_no_more(
    ana_client: Client, ben_client: Client, ben: Member
) -> None:
    address = _made(ana_client)
    assert ben_client.get(address).status_code == 403
    assert ben_client.post(address, SETTINGS).status_code == 403
    page = ben_client.get("/w/acme/sources/").content
    assert "stripe Needs a secret" in words_of(page)
    assert address.encode() not in page
    assert b"Connect Stripe" not in page
