"""Requests as a customer's server sends them."""

import json
from typing import Any, cast

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.test import Client


def send(kind: str, *rows: object, key: str = "", history: bool = False, once: str | None = None) -> HttpResponse:
    """POST rows; `once` is the Idempotency-Key."""
    return post(kind, json.dumps({"rows": rows, "history": history}).encode(), key=key, once=once)


def post(kind: str, body: bytes, *, key: str = "", once: str | None = None, **headers: str) -> HttpResponse:
    """POST any bytes."""
    found = {**({"Authorization": f"Bearer {key}"} if key else {}), **({"Idempotency-Key": once} if once else {})}
    answer = Client().post(
        f"/api/v1/facts/{kind}",
        body,
        content_type=headers.pop("type", "application/json"),
        headers={**found, **headers},
    )
    return cast("HttpResponse", answer)


def told(answer: HttpResponseBase) -> dict[str, Any]:
    """The JSON of an answer."""
    found: dict[str, Any] = json.loads(getattr(answer, "content", b""))
    return found


def results(answer: HttpResponse) -> list[str]:
    """The result of each row."""
    assert answer.status_code == 200, answer.content
    return [row["result"] for row in told(answer)["results"]]


def counts(answer: HttpResponse) -> tuple[int, int, int, int, int]:
    """rows_read, created, updated, unchanged, rejected."""
    found = told(answer)
    return (found["rows_read"], found["created"], found["updated"], found["unchanged"], found["rejected"])
