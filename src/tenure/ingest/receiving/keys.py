"""Whose key is it, and may it be used here? Asked of the database once in a few seconds, not with every request."""

import base64
import binascii
import hashlib
import logging
import threading
from collections.abc import Iterable
from datetime import datetime, timedelta

import msgspec
from django.db import DatabaseError, InterfaceError, connection
from django.utils.text import slugify

from tenure.base import clock
from tenure.ingest.inbox.contracts import SOURCE_LENGTH, Trust
from tenure.ingest.receiving.answers import Environ
from tenure.ingest.receiving.limits import PER_ADDRESS, PER_KEY, Buckets
from tenure.ingest.receiving.refusals import NoKey, RateLimited, Unavailable, UnknownKey, WrongOrigin
from tenure.tenants import actions, queries
from tenure.tenants.contracts import KeyInForce

KEPT = timedelta(seconds=5)
"""A key that was revoked works this much longer at most."""
NOTED_EVERY_S = 60
UNKNOWN_KEPT = 10_000
KEY_LENGTH = 200
_log = logging.getLogger(__name__)


class Sender(msgspec.Struct, frozen=True):
    """Who sends: a workspace's key, and what it is trusted with. `source` is the slug of the key's name."""

    workspace_id: int
    key_id: int
    trust: Trust
    source: str
    origins: tuple[str, ...]
    ends_at: datetime | None


class Keys:
    """Keys by digest, for `KEPT`; also those that do not exist, so that guessing asks the database little."""

    def __init__(self) -> None:
        self._known: dict[bytes, tuple[Sender, datetime]] = {}
        self._unknown: dict[bytes, datetime] = {}
        self._used: set[int] = set()
        self._guard = threading.Lock()
        self.per_address = Buckets(*PER_ADDRESS)
        self.per_key = Buckets(*PER_KEY)

    def sender(self, key: str) -> Sender:
        """Whose key this is; refuses one that is not in force."""
        now = clock.now()
        digest = hashlib.sha256(key.encode()).digest()
        found, since = self._known.get(digest) or (None, now)
        if found is None or not timedelta(0) <= now - since < KEPT:
            found = self._asked(key, digest, now)
        if found is None or (found.ends_at is not None and found.ends_at <= now):
            raise UnknownKey("This write key is unknown, revoked or replaced. Take one from Settings, API keys.")
        return found

    def _asked(self, key: str, digest: bytes, now: datetime) -> Sender | None:
        missed = self._unknown.get(digest)
        if missed is not None and timedelta(0) <= now - missed < KEPT:
            return None
        try:
            _renew()
            row = queries.key_in_force(key)
        except (DatabaseError, InterfaceError) as error:
            raise Unavailable("The key cannot be looked up now; send again.") from error
        with self._guard:
            if row is None:
                self._known.pop(digest, None)
                if len(self._unknown) >= UNKNOWN_KEPT:
                    self._unknown.clear()
                self._unknown[digest] = now
                return None
            self._used.add(row.id)
            found = _sender(row)
            self._known[digest] = (found, now)
            return found

    def note_uses(self) -> None:
        """Write down which keys were used since the last time."""
        with self._guard:
            used, self._used = self._used, set()
        if used:
            _renew()
            actions.note_key_use(keys_used=used, at=clock.now())

    def forget(self) -> None:
        """Ask the database about every key again."""
        with self._guard:
            self._known.clear()
            self._unknown.clear()
            self._used.clear()
            self.per_address = Buckets(*PER_ADDRESS)
            self.per_key = Buckets(*PER_KEY)


def _renew() -> None:
    """What Django does before each of its own requests: leave a connection that is too old or was cut."""
    if not connection.in_atomic_block:
        connection.close_if_unusable_or_obsolete()


def _sender(row: KeyInForce) -> Sender:
    trust: Trust = "browser" if row.kind == "browser" else "server"
    source = slugify(row.name)[:SOURCE_LENGTH] or f"key-{row.id}"
    return Sender(row.workspace_id, row.id, trust, source, row.origins, row.ends_at)


KEYS = Keys()


def start_noting() -> None:
    """Note the keys' use once a minute, beside the requests: none of them waits for the product's database."""

    def note() -> None:
        pause = threading.Event()
        while not pause.wait(NOTED_EVERY_S):
            try:
                KEYS.note_uses()
            except Exception as error:
                _log.warning("When keys were last used could not be noted: %s", error)

    threading.Thread(target=note, name="key-uses", daemon=True).start()


def given(environ: Environ) -> str | None:
    """The key of the Authorization header: Basic with the key as user name."""
    scheme, _, value = str(environ.get("HTTP_AUTHORIZATION") or "").partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        name = base64.b64decode(value.strip(), validate=True).decode().partition(":")[0]
    except (binascii.Error, UnicodeDecodeError):
        raise NoKey("The Authorization header is not Basic with `key:` in base 64.") from None
    return name or None


def authorised(key: str | None, environ: Environ, *, seconds: float) -> Sender:
    """The sender, if the key is in force and may be used from where it is used."""
    if not key or len(key) > KEY_LENGTH:
        raise NoKey("Send the write key: Basic auth with the key as user name, or writeKey in the body.")
    sender = KEYS.sender(key)
    if sender.trust == "browser":
        origin = str(environ.get("HTTP_ORIGIN") or "")
        if not allowed(origin, sender.origins):
            said = f"the site {origin[:100]!r}" if origin else "a request without an Origin"
            raise WrongOrigin(f"This browser key is not for {said}. Add the site to the key in Settings, API keys.")
        address = environ.get("REMOTE_ADDR")
        if not (KEYS.per_address.take((sender.key_id, address), seconds) and KEYS.per_key.take(sender.key_id, seconds)):
            raise RateLimited("Too many requests with this browser key; send again in a second, in larger batches.")
    return sender


def allowed(origin: str, origins: Iterable[str]) -> bool:
    """Whether a page of `origin` may use a key for `origins`; none listed is any. `https://*.acme.com` is a pattern."""
    listed = tuple(origins)
    origin = origin.lower()
    return not listed or any(_matches(origin, pattern) for pattern in listed)


def _matches(origin: str, pattern: str) -> bool:
    scheme, found, domain = pattern.partition("://*.")
    if not found:
        return origin == pattern
    rest = origin.removeprefix(f"{scheme}://")
    return rest != origin and rest.endswith(f".{domain}")
