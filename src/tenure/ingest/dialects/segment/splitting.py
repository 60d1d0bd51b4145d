"""Finding the events of a batch that is not well-formed JSON, so that one bad event never sinks the others.

Only strings, brackets and commas are looked at; what lies between them may be anything. Linear in the body's size.
"""

import re

import msgspec

# A string to its end, or to the body's: never tried again from a quote inside it, which would be quadratic.
_TOKEN = re.compile(rb'"(?:[^"\\]|\\.)*+"?|[\[\]{},:]', re.DOTALL)
_PAIRS = {b"]": b"[", b"}": b"{"}


class Parts(msgspec.Struct):
    """What was found at the top of the body; `events` is None where there is no list of them."""

    events: list[bytes] | None = None
    sent_at: str | None = None
    write_key: str | None = None


def split(body: bytes) -> Parts | None:
    """The parts of a top-level object; None when it is no object or its brackets do not match."""
    parts = Parts()
    open_brackets: list[bytes] = []
    key, last, start = b"", b"", -1
    for match in _TOKEN.finditer(body):
        token = match.group()
        depth = len(open_brackets)
        if token in (b"{", b"["):
            if depth == 1 and key == b'"batch"' and token == b"[":
                parts.events, start = [], match.end()
            open_brackets.append(token)
        elif token in _PAIRS:
            if not open_brackets or open_brackets.pop() != _PAIRS[token]:
                return None
            if depth == 2 and start >= 0:
                _add(parts, body[start : match.start()])
                start = -1
        elif token == b"," and depth == 2 and start >= 0:
            _add(parts, body[start : match.start()])
            start = match.end()
        elif depth == 1:
            key = _top(parts, key, last, token)
        last = token
    return parts if last == b"}" and not open_brackets and body.lstrip()[:1] == b"{" else None


def _add(parts: Parts, event: bytes) -> None:
    if parts.events is not None and (event := event.strip()):
        parts.events.append(event)


def _top(parts: Parts, key: bytes, last: bytes, token: bytes) -> bytes:
    """The key whose value comes next, keeping the values that we want."""
    if token == b":":
        return last
    if token == b",":
        return b""
    if key == b'"sentAt"':
        parts.sent_at = token.strip(b'"').decode(errors="replace")
    elif key == b'"writeKey"':
        parts.write_key = token.strip(b'"').decode(errors="replace")
    return key
