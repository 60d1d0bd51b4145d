"""The API's description is a promise to whoever wrote a client: it changes only on purpose."""

import json
from pathlib import Path
from typing import Any

from django.test import Client

from tenure.config.api import api

SNAPSHOT = Path(__file__).parent / "api.json"


def _promised() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(SNAPSHOT.read_text(encoding="utf-8"))
    return found


def test_the_description_is_the_one_that_was_promised() -> None:
    api.get_openapi_schema()
    said = json.loads(json.dumps(api.get_openapi_schema()))  # the second time is like the first
    assert said == _promised(), "The API has changed. Was it meant to? Then run scripts/describe_api.py."


def test_anybody_may_read_the_description(db: None) -> None:
    answer = Client().get("/api/openapi.json")
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/json")
    assert answer.json() == _promised()


def test_every_answer_is_described() -> None:
    for methods in _promised()["paths"].values():
        for operation in methods.values():
            kinds = {status: list(answer["content"]) for status, answer in operation["responses"].items()}
            assert kinds.pop("200") == ["application/json"]
            assert set(kinds) == {"400", "401", "403", "405", "409", "413", "415", "422", "429", "500", "503"}
            assert all(content == ["application/problem+json"] for content in kinds.values())
