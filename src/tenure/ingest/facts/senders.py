"""Who sends facts: a server key, as Bearer token or as the user name of Basic auth."""

import time

from django.http import HttpRequest
from ninja.security import HttpBasicAuth, HttpBearer

from tenure.ingest.facts.refusals import ServerKeyNeeded
from tenure.ingest.receiving import keys
from tenure.ingest.receiving.limits import Buckets
from tenure.ingest.receiving.refusals import NoKey, RateLimited

PER_KEY = (5.0, 50.0)
"""Requests a second over a long time, and at once."""
BUCKETS = Buckets(*PER_KEY)
NO_KEY = "Send a server key (sk_…): Authorization: Bearer KEY, or Basic with the key as user name."


class BearerKey(HttpBearer):
    """`Authorization: Bearer sk_…`."""

    def authenticate(self, request: HttpRequest, token: str) -> keys.Sender:
        return sender(token.strip())


class BasicKey(HttpBasicAuth):
    """Basic with the key as user name and no password, as Segment's clients send it."""

    def authenticate(self, request: HttpRequest, username: str, password: str) -> keys.Sender:
        return sender(username)


def sender(key: str) -> keys.Sender:
    """Whose key it is; refuses one that is not in force, is public, or is used too often."""
    if not key or len(key) > keys.KEY_LENGTH:
        raise NoKey(NO_KEY)
    found = keys.KEYS.sender(key)
    if found.trust != "server":
        raise ServerKeyNeeded("This is a browser key, which is public. Facts need a server key (Settings, API keys).")
    if not BUCKETS.take(found.key_id, time.monotonic()):
        raise RateLimited("Too many requests with this key. Send batches: a request may have 5,000 rows.")
    return found
