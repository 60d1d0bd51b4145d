"""A key opens its own workspace, and only a server key states facts."""

import base64

from tenure.base import tenancy
from tenure.customers import actions as customers
from tenure.customers.contracts import AccountUpsert
from tenure.events.queries import open_lake
from tenure.ingest.drain.models import EventReject
from tenure.ingest.facts.models import FactsRequest, StatedFact
from tenure.ingest.facts.tests.sending import post, results, send, told
from tenure.tenants import actions as tenants
from tenure.tenants.models import Member, Workspace

INVOICE = {"external_id": "i-1", "account": "a-1", "issued_on": "2026-02-01", "amount_minor": 100}


def test_without_a_key_nothing_is_taken(key: str) -> None:
    for headers in ({}, {"Authorization": "Digest x"}, {"Authorization": "Basic ???"}, {"Authorization": "Bearer "}):
        answer = post("invoices", b"{}", **headers)
        assert (answer.status_code, told(answer)["code"]) == (401, "no_key")
        assert answer["WWW-Authenticate"] == 'Bearer realm="Tenure"'


def test_an_unknown_key_is_told_so(key: str) -> None:
    answer = send("invoices", INVOICE, key="sk_nobody")
    assert (answer.status_code, told(answer)["code"]) == (401, "unknown_key")
    assert StatedFact.objects.count() == 0


def test_a_browser_key_may_not_state_facts(key: str) -> None:
    public = tenants.make_key(name="Site", kind="browser", by=None).key
    answer = send("invoices", INVOICE, key=public)
    assert (answer.status_code, told(answer)["code"]) == (403, "server_key_needed")
    assert told(answer)["detail"] == (
        "This is a browser key, which is public. Facts need a server key (Settings, API keys)."
    )
    assert StatedFact.objects.count() == 0


def test_the_key_may_be_the_user_name_of_basic_auth(key: str) -> None:
    basic = base64.b64encode(f"{key}:".encode()).decode()
    answer = post("invoices", b'{"rows": [{"external_id": "i-1"}]}', Authorization=f"Basic {basic}")
    assert results(answer) == ["rejected"]


def test_a_key_of_another_workspace_touches_nothing_of_this_one(key: str, cy: Member, globex: Workspace) -> None:
    send("invoices", INVOICE, key=key, once="one")
    before = open_lake("acme").snapshot("events").version
    with tenancy.workspace(globex.pk):
        theirs = tenants.make_key(name="Theirs", kind="server", by=None).key
    rows = [{"external_id": "i-1", "amount_minor": 7}, {**INVOICE, "amount_minor": 7}]
    assert results(send("invoices", rows[0], key=theirs)) == ["rejected"]
    answer = send("invoices", rows[1], key=theirs, once="one")
    assert told(answer)["results"][0]["reason"].startswith("there is no account “a-1”.")
    assert (open_lake("acme").snapshot("events").version, EventReject.objects.count()) == (before, 0)
    assert [(row.external_id, row.said["amount_minor"]) for row in StatedFact.objects.all()] == [("i-1", 100)]
    assert FactsRequest.objects.count() == 1
    with tenancy.workspace(globex.pk):
        customers.upsert_accounts([AccountUpsert("a-1")])
        assert results(send("invoices", rows[1], key=theirs)) == ["created"]
        assert [row.said["amount_minor"] for row in StatedFact.objects.all()] == [7]
    assert open_lake("acme").snapshot("events").version == before
