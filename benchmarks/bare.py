"""The least a server can do with a request: read it and say thank you. Nothing is checked and nothing is kept."""

from collections.abc import Iterable
from typing import IO, cast
from wsgiref.types import StartResponse

ANSWER = b'{"success":true}'


def application(environ: dict[str, object], start_response: StartResponse) -> Iterable[bytes]:
    """Reads the body whole, as whoever wants to look at it has to."""
    cast("IO[bytes]", environ["wsgi.input"]).read(int(str(environ.get("CONTENT_LENGTH") or 0)))
    start_response("200 OK", [("Content-Type", "application/json"), ("Content-Length", str(len(ANSWER)))])
    return [ANSWER]
