"""Secrets at rest: what is written to the database can only be read with the product's own key.

Fernet (AES-128-CBC with HMAC-SHA256) under a key derived from `SECRET_KEY`; earlier ones in `SECRET_KEY_FALLBACKS` are
still read. A backup without the key opens nothing.
"""

import base64
from collections.abc import Iterable
from contextlib import suppress

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

_INFO = b"tenure secrets at rest"


class Sealed(Exception):
    """What was kept was sealed with another key."""


def seal(secret: str) -> str:
    """The secret as it may be kept; the same one looks different each time."""
    return _box().encrypt(secret.encode()).decode()


def unseal(kept: str) -> str:
    """The secret in clear; raises `Sealed` when it was kept under another key."""
    try:
        return _box().decrypt(kept.encode()).decode()
    except InvalidToken:
        raise Sealed("A secret was kept under another TENURE_SECRET_KEY.") from None


def opened(kept: Iterable[str]) -> list[str]:
    """Those of the secrets that can be read, in clear."""
    found = []
    for each in kept:
        with suppress(Sealed):
            found.append(unseal(each))
    return found


def _box() -> MultiFernet:
    return MultiFernet([Fernet(_derived(str(key))) for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)])


def _derived(key: str) -> bytes:
    """32 bytes for this use alone (RFC 5869)."""
    return base64.urlsafe_b64encode(HKDF(SHA256(), 32, salt=None, info=_INFO).derive(key.encode()))
