"""Keys and tokens: made from 256 random bits, kept as a SHA-256 digest.

A digest without salt or stretching is enough here, because the secret is random and not a password
(NIST SP 800-63B §5.1.2.2 asks for salts below 112 bits of entropy).
"""

import hashlib
import secrets

PREFIXES = {"browser": "wk_", "server": "sk_"}


def make(kind: str) -> str:
    """A new key: `wk_…` for browsers, `sk_…` for servers."""
    return PREFIXES[kind] + secrets.token_urlsafe(32)


def digest(key: str) -> str:
    """What is stored of a key: 64 hexadecimal digits."""
    return hashlib.sha256(key.encode()).hexdigest()


def shown(key: str) -> str:
    """The start of a key, enough to recognise it by."""
    return key[:10]
