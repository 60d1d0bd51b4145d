"""Stripe's signatures ("Check the webhook signatures", docs.stripe.com/webhooks): HMAC-SHA256 over `t.body`. Pure."""

import hashlib
import hmac
from collections.abc import Sequence

TOLERANCE_S = 300
"""How far a signature's time may lie from ours, as Stripe's own libraries have it."""


def signed(body: bytes, *, secret: str, at: int) -> str:
    """The header that Stripe would send at `at` (seconds since 1970)."""
    return f"t={at},v1={_digest(body, secret, at)}"


def wrong(body: bytes, header: str, *, secrets: Sequence[str], now: int) -> str | None:
    """Why the body is not to be believed, as a sentence that says what to do; None when it is.

    Any of the `secrets` and any `v1` of the header will do: while a secret is rolled, Stripe signs with both.
    """
    at, given = _parts(header)
    if at is None or not given:
        return "The header Stripe-Signature is missing or is none: t=…,v1=… is expected. Only Stripe may send here."
    wanted = [_digest(body, secret, at) for secret in secrets]
    # Every pair is compared, so that the time taken says nothing.
    if not sum(hmac.compare_digest(one.encode(), other.encode()) for one in wanted for other in given):
        return (
            "The signature does not match. Copy the signing secret (whsec_…) of this endpoint from Stripe's page of"
            " webhooks to Sources, Stripe; the body has to arrive byte by byte as Stripe sent it."
        )
    if abs(now - at) > TOLERANCE_S:
        return (
            f"The signature is of another time: it may be {TOLERANCE_S} seconds old at most. Set this server's clock;"
            " an old event is sent again from Stripe's page of events, which signs it anew."
        )
    return None


def _digest(body: bytes, secret: str, at: int) -> str:
    return hmac.new(secret.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()


def _parts(header: str) -> tuple[int | None, list[str]]:
    """The time and the `v1` signatures of a header; others, such as `v0` of test mode, are no proof."""
    at, given = None, []
    for part in header.split(","):
        name, _, value = part.strip().partition("=")
        if name == "t" and value.isascii() and value.isdigit() and len(value) < 16:
            at = int(value)
        elif name == "v1":
            given.append(value)
    return at, given
