"""Webhooks: believed, kept and then answered; told once; refused with what to do."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from tenure.base import clock, tenancy
from tenure.base.vault import Sealed, seal, unseal
from tenure.ingest.connectors import actions
from tenure.ingest.connectors.models import Connector, ConnectorEvent
from tenure.ingest.connectors.stripe.tests.stripes import send
from tenure.ingest.connectors.stripe.tests.test_signatures import VECTOR, VECTOR_BODY
from tenure.tenants import queries
from tenure.tenants.contracts import MemberView
from tenure.tenants.models import AuditEntry, Member

THEN = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture
def by(ana: Member) -> MemberView:
    with tenancy.workspace(ana.workspace_id):
        return queries.members_by_id([ana.pk])[ana.pk]


def test_the_vector_is_accepted_at_its_time_and_kept_once(connector: Connector) -> None:
    with clock.frozen(THEN):
        assert send(connector, VECTOR_BODY, header=VECTOR) == (200, {"received": True, "repeated": False})
        assert send(connector, VECTOR_BODY, header=VECTOR) == (200, {"received": True, "repeated": True})
    kept = ConnectorEvent.objects.get()
    assert (kept.external_id, kept.type, bytes(kept.body)) == ("evt_1", "customer.subscription.updated", VECTOR_BODY)


def test_a_replay_is_refused_and_kept_nowhere(connector: Connector) -> None:
    with clock.frozen(datetime(2026, 1, 1, 0, 5, 1, tzinfo=UTC)):
        status, told = send(connector, VECTOR_BODY, header=VECTOR)
    assert (status, told["code"]) == (400, "wrong_signature")
    assert "another time" in told["detail"]
    assert not ConnectorEvent.objects.exists()
    connector.refresh_from_db()
    assert (connector.refused, connector.refusal) == (1, told["detail"])


def test_a_wrong_signature_says_where_the_right_secret_is(connector: Connector) -> None:
    status, told = send(connector, VECTOR_BODY, secret="whsec_of_somebody_else")
    assert (status, told["code"]) == (400, "wrong_signature")
    assert "Sources, Stripe" in told["detail"]
    assert not ConnectorEvent.objects.exists()


def test_a_secret_is_rolled_without_a_gap(connector: Connector, by: MemberView) -> None:
    actions.change(connector=connector.pk, wanted=actions.Settings(secret="whsec_next"), edition=2, by=by)
    assert send(connector, {"id": "evt_1", "type": "x"})[0] == 200
    assert send(connector, {"id": "evt_2", "type": "x"}, secret="whsec_next")[0] == 200
    connector.refresh_from_db()
    actions.remove_secret(connector=connector.pk, name=connector.secrets[0]["name"], by=by)
    assert send(connector, {"id": "evt_3", "type": "x"})[0] == 400
    assert send(connector, {"id": "evt_4", "type": "x"}, secret="whsec_next")[0] == 200


def test_what_is_signed_and_no_event_is_refused(connector: Connector) -> None:
    for body in (b"", b"[]", b'{"id": 1}', b'{"id": "", "type": "x"}', b"\xff"):
        status, told = send(connector, body)
        assert (status, told["code"]) == (400, "no_event"), body
    assert not ConnectorEvent.objects.exists()


def test_nobody_guesses_an_address_and_a_disconnected_one_is_gone(connector: Connector, by: MemberView) -> None:
    stranger = Connector(token="x" * 32)
    assert send(stranger, VECTOR_BODY)[0] == 404
    assert send(Connector(token="short"), VECTOR_BODY)[0] == 404
    actions.disconnect(connector=connector.pk, by=by)
    assert send(connector, VECTOR_BODY)[0] == 404


def test_secrets_are_sealed_at_rest_and_not_in_the_trail(connector: Connector, by: MemberView) -> None:
    wanted = actions.Settings(api_key="rk_live_Abcdefgh1234")
    actions.change(connector=connector.pk, wanted=wanted, edition=2, by=by)
    connector.refresh_from_db()
    kept = json.dumps([connector.secrets, connector.api_key])
    assert "whsec_test_secret" not in kept
    assert "Abcdefgh" not in kept
    assert [unseal(each["sealed"]) for each in connector.secrets] == ["whsec_test_secret"]
    trail = json.dumps(list(AuditEntry.objects.values("action", "before", "after")))
    assert "whsec_test_secret" not in trail
    assert "Abcdefgh" not in trail
    assert [entry.action for entry in AuditEntry.objects.order_by("id")][-3:] == [
        "connector.made", "connector.secret_given", "connector.api_key_given",
    ]  # fmt: skip


def test_what_was_sealed_under_another_key_says_so(connector: Connector, by: MemberView, settings: Any) -> None:
    kept = seal("hush")
    settings.SECRET_KEY = "another key that has forty characters too"
    with pytest.raises(Sealed):
        unseal(kept)
    status, told = send(connector, {"id": "evt_1", "type": "x"})
    assert (status, "kept under another TENURE_SECRET_KEY" in told["detail"]) == (400, True)
    actions.change(connector=connector.pk, wanted=actions.Settings(secret="whsec_again"), edition=2, by=by)
    assert send(connector, {"id": "evt_1", "type": "x"}, secret="whsec_again")[0] == 200


def test_a_conflict_is_shown_and_nothing_is_overwritten(connector: Connector, by: MemberView) -> None:
    with pytest.raises(actions.ChangedMeanwhile):
        actions.change(connector=connector.pk, wanted=actions.Settings(secret="whsec_late"), edition=1, by=by)
    connector.refresh_from_db()
    assert len(connector.secrets) == 1
