"""Calls of the WSGI callable, as a server makes them."""

import base64
import io
import json
from typing import Any

import msgspec

from tenure.ingest.receiving.wsgi import application


class Got(msgspec.Struct):
    """An answer."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.body)
        return found

    @property
    def code(self) -> str:
        """Which refusal it is."""
        return str(self.json["code"])


def call(
    method: str,
    path: str,
    body: bytes | dict[str, Any] = b"",
    *,
    key: str | None = None,
    chunked: bool = False,
    **headers: str,
) -> Got:
    """Send; headers as `HTTP_…` words in small letters."""
    sent = json.dumps(body).encode() if isinstance(body, dict) else body
    path, _, query = path.partition("?")
    environ: dict[str, object] = {
        "REQUEST_METHOD": method,
        "PATH_INFO": path,
        "QUERY_STRING": query,
        "REMOTE_ADDR": "192.0.2.1",
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(sent),
        **{f"HTTP_{name.upper()}": value for name, value in headers.items()},
    }
    if chunked:
        environ["HTTP_TRANSFER_ENCODING"] = "chunked"
    else:
        environ["CONTENT_LENGTH"] = str(len(sent))
    if key is not None:
        environ["HTTP_AUTHORIZATION"] = "Basic " + base64.b64encode(f"{key}:".encode()).decode()
    told: list[tuple[str, list[tuple[str, str]]]] = []
    parts = list(application(environ, lambda status, found: told.append((status, found))))
    status, found = told[0]
    return Got(int(status[:3]), dict(found), b"".join(parts))
