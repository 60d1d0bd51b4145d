"""The request's body, within bounds, unzipped."""

import zlib
from typing import Protocol, cast

from tenure.ingest.dialects.segment import BODY_BYTES
from tenure.ingest.receiving.answers import Environ
from tenure.ingest.receiving.refusals import BadEncoding, TooLarge, UnsupportedEncoding

_GZIP = b"\x1f\x8b"
_TOO_LARGE = f"A request may have {BODY_BYTES:,} bytes, unzipped too. Send smaller batches."


class _Stream(Protocol):
    def read(self, size: int, /) -> bytes: ...


def read(environ: Environ) -> bytes:
    """The body as JSON text. At most `BODY_BYTES` are ever in memory of what was sent, and of what it unzips to."""
    body = _sent(environ)
    encoding = str(environ.get("HTTP_CONTENT_ENCODING") or "identity").strip().lower()
    if encoding not in ("gzip", "x-gzip", "identity"):
        raise UnsupportedEncoding(f"Content-Encoding {encoding[:20]!r} is not known here: send gzip, or none.")
    # By its first bytes, not by its label: some proxies unzip and leave the label, some clients forget it.
    return _unzipped(body) if body.startswith(_GZIP) else body


def _sent(environ: Environ) -> bytes:
    stream = cast("_Stream", environ["wsgi.input"])
    length = str(environ.get("CONTENT_LENGTH") or "")
    if length.isdigit():
        if int(length) > BODY_BYTES:
            raise TooLarge(_TOO_LARGE)
        return stream.read(int(length))
    if "chunked" not in str(environ.get("HTTP_TRANSFER_ENCODING") or "").lower():
        return b""
    parts: list[bytes] = []
    left = BODY_BYTES + 1
    while left > 0 and (part := stream.read(left)):
        parts.append(part)
        left -= len(part)
    if left <= 0:
        raise TooLarge(_TOO_LARGE)
    return b"".join(parts)


def _unzipped(body: bytes) -> bytes:
    unzip = zlib.decompressobj(wbits=31)
    try:
        found = unzip.decompress(body, BODY_BYTES + 1)
    except zlib.error:
        raise BadEncoding("The body is labelled gzip and cannot be unzipped.") from None
    if len(found) > BODY_BYTES:
        raise TooLarge(_TOO_LARGE)
    if not unzip.eof:
        raise BadEncoding("The gzip body ends too early.")
    return found
