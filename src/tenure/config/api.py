"""The JSON API under `/api/`: what it consists of, its description, and one form for everything it refuses."""

import json
from collections.abc import Callable, Iterator
from typing import Any, cast

from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import AuthenticationError
from ninja.openapi.schema import OpenAPISchema

from tenure.base.refusals import Refusal
from tenure.ingest.facts.api import router as facts
from tenure.ingest.facts.senders import NO_KEY
from tenure.ingest.receiving.refusals import NoKey
from tenure.tasks.api import router as tasks

ROOT = "/api/"
PROBLEM = "application/problem+json"
_TITLE = "Tenure"
_ABOUT = (
    "Business facts that clients of products do not carry, and tasks. Send a server key of the workspace (Settings, "
    "API keys). Everything that is refused is a problem of RFC 9457 with a `code` that stays. See docs/facts-api.md."
)
_TOLD: dict[int, tuple[str, str]] = {
    404: ("unknown_path", "There is nothing here. What there is stands in /api/openapi.json."),
    405: ("wrong_method", "This address is not for that method. See the Allow header, and /api/openapi.json."),
    500: ("error", "This is our fault. Send again later; rows that were taken in are not taken in twice."),
}


class JsonApi(NinjaAPI):
    """ninja's API with a description that says what is really answered."""

    def get_openapi_schema(
        self, *, path_prefix: str | None = None, path_params: dict[str, Any] | None = None
    ) -> OpenAPISchema:
        """OpenAPI 3.1: definitions in one place, refusals as problems with their headers."""
        schema = super().get_openapi_schema(path_prefix=path_prefix, path_params=path_params)
        for operation in _operations(schema):
            body = operation["requestBody"]["content"]["application/json"]
            schema["components"]["schemas"] |= body["schema"].get("$defs", {})
            bare = {name: value for name, value in body["schema"].items() if name != "$defs"}
            operation["requestBody"] = {**operation["requestBody"], "content": {"application/json": {"schema": bare}}}
            operation["responses"] = {
                str(status): _described(int(status), answer) for status, answer in operation["responses"].items()
            }
        return schema


def _operations(schema: OpenAPISchema) -> Iterator[dict[str, Any]]:
    for methods in schema["paths"].values():
        yield from methods.values()


def _described(status: int, answer: dict[str, Any]) -> dict[str, Any]:
    if status < 400:
        return answer
    found = {**answer, "content": {PROBLEM: answer["content"]["application/json"]}}
    if status in (409, 429, 503):
        wait = {"schema": {"type": "integer"}, "description": "Seconds after which to send again."}
        found["headers"] = {"Retry-After": wait}
    return found


api = JsonApi(title=_TITLE, version="1", description=_ABOUT, docs_url=None, urls_namespace="api")
api.add_router("/v1/facts", facts)
api.add_router("/v1/tasks", tasks)


@api.exception_handler(Refusal)
def refused(request: HttpRequest, error: Refusal | type[Refusal]) -> HttpResponse:
    """A refusal as a problem."""
    return problem(cast("Refusal", error))


@api.exception_handler(AuthenticationError)
def without_key(request: HttpRequest, error: AuthenticationError | type[AuthenticationError]) -> HttpResponse:
    """No Authorization header that could be read."""
    return problem(NoKey(NO_KEY))


def problem(refusal: Refusal) -> HttpResponse:
    """The answer to what is refused."""
    body = {**refusal.as_problem(), "code": refusal.code}
    answer = HttpResponse(json.dumps(body), status=refusal.status, content_type=PROBLEM)
    wait = getattr(refusal, "retry_after", None)
    if wait is not None:
        answer["Retry-After"] = str(wait)
    if refusal.status == 401:
        answer["WWW-Authenticate"] = 'Bearer realm="Tenure"'
    return answer


class ApiProblems:
    """Middleware: what Django itself refuses under `/api/` is a problem too, not a page."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        answer = self.get_response(request)
        if not request.path.startswith(ROOT) or answer.status_code < 400 or answer["Content-Type"] == PROBLEM:
            return answer
        code, told = _TOLD.get(answer.status_code, ("wrong_request", "The request cannot be read."))
        other = problem(_told(answer.status_code, code, told))
        if "Allow" in answer:
            other["Allow"] = answer["Allow"]
        return other


def _told(status: int, code: str, message: str) -> Refusal:
    kind: type[Refusal] = type("DjangoRefused", (Refusal,), {"status": status, "code": code})
    return kind(message)
