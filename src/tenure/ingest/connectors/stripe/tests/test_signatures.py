"""Who may speak for Stripe: signed with a secret that is in force, and just now."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenure.ingest.connectors.stripe.signatures import TOLERANCE_S, signed, wrong

# A vector that Stripe's own library made.
VECTOR_BODY = (
    b'{"id":"evt_1","object":"event","type":"customer.subscription.updated",'
    b'"data":{"object":{"id":"sub_1","object":"subscription"}}}'
)
VECTOR = "t=1767225600,v1=3202f46abbc13c1c85df5086d61414d09a6d25e9326ca46cdc2a01cc7f98d4bf"
SECRET, THEN = "whsec_test_secret", 1_767_225_600


def test_the_vector_of_the_official_library_is_believed_at_its_time_only() -> None:
    assert wrong(VECTOR_BODY, VECTOR, secrets=[SECRET], now=THEN) is None
    assert signed(VECTOR_BODY, secret=SECRET, at=THEN) == VECTOR
    for now in (THEN + TOLERANCE_S, THEN - TOLERANCE_S):
        assert wrong(VECTOR_BODY, VECTOR, secrets=[SECRET], now=now) is None
    for now in (THEN + TOLERANCE_S + 1, THEN - TOLERANCE_S - 1):
        assert "300 seconds" in str(wrong(VECTOR_BODY, VECTOR, secrets=[SECRET], now=now))


def test_either_secret_and_any_signature_of_the_header_will_do() -> None:
    both = f"{signed(b'x', secret='whsec_old', at=1)},v0=junk,{signed(b'x', secret='whsec_new', at=1)[4:]}"
    assert wrong(b"x", both, secrets=["whsec_new"], now=1) is None
    assert wrong(b"x", both, secrets=["whsec_other", "whsec_old"], now=1) is None


@pytest.mark.parametrize("header", ["", "t=1", "v1=abc", "t=,v1=abc", "t=١,v1=abc", "nonsense", "t=1,v0=abc"])
def test_a_header_that_is_none_proves_nothing(header: str) -> None:
    assert "Stripe-Signature" in str(wrong(b"x", header, secrets=["whsec_a"], now=1))


@given(st.binary(max_size=40), st.binary(max_size=40), st.text(max_size=10), st.text(max_size=10))
def test_another_body_or_secret_is_not_believed(body: bytes, other: bytes, secret: str, stranger: str) -> None:
    header = signed(body, secret=secret, at=5)
    assert wrong(body, header, secrets=[secret], now=5) is None
    assert (wrong(other, header, secrets=[secret], now=5) is None) == (other == body)
    assert (wrong(body, header, secrets=[stranger], now=5) is None) == (stranger.rstrip("\0") == secret.rstrip("\0"))


def test_the_official_library_and_ours_believe_each_other() -> None:
    stripe = pytest.importorskip("stripe")
    now = int(__import__("time").time())
    stripe.WebhookSignature.verify_header(VECTOR_BODY.decode(), signed(VECTOR_BODY, secret=SECRET, at=now), SECRET, 300)
    event = stripe.Webhook.construct_event(VECTOR_BODY, signed(VECTOR_BODY, secret=SECRET, at=now), SECRET)
    assert event.id == "evt_1"
    theirs = stripe.WebhookSignature._compute_signature(f"{now}.{VECTOR_BODY.decode()}", SECRET)
    assert wrong(VECTOR_BODY, f"t={now},v1={theirs}", secrets=[SECRET], now=now) is None
