"""Answers that clients understand: they retry 429 and 5xx with the same message ids and give up on other 4xx."""

from collections.abc import Callable, Iterable

import msgspec

from tenure.base.refusals import Refusal

type Environ = dict[str, object]
type StartResponse = Callable[[str, list[tuple[str, str]]], object]

PREFLIGHT_S = 86_400
ALLOWED_HEADERS = "anonymousid, authorization, content-encoding, content-type, sentat, tenure-strict"
_REASONS = {
    200: "OK",
    204: "No Content",
    400: "Bad Request",
    401: "Unauthorized",
    403: "Forbidden",
    404: "Not Found",
    405: "Method Not Allowed",
    413: "Content Too Large",
    415: "Unsupported Media Type",
    429: "Too Many Requests",
    500: "Internal Server Error",
    503: "Service Unavailable",
    507: "Insufficient Storage",
}
_JSON = ("Content-Type", "application/json")
_PROBLEM = ("Content-Type", "application/problem+json")
_ACCEPTED = b'{"success": true}'


class Answer(msgspec.Struct, frozen=True):
    """A status, a body, and headers beside the usual ones."""

    status: int
    body: bytes = b""
    headers: tuple[tuple[str, str], ...] = ()


ACCEPTED = Answer(200, _ACCEPTED, (_JSON,))


def as_json(value: object, *, status: int = 200) -> Answer:
    """An answer with a JSON body."""
    return Answer(status, msgspec.json.encode(value), (_JSON,))


def refused(refusal: Refusal) -> Answer:
    """A problem (RFC 9457) that also has `code` and `message`, by which clients of Segment report what was wrong."""
    body = {**refusal.as_problem(), "success": False, "code": refusal.code, "message": refusal.message}
    headers = [_PROBLEM]
    if (seconds := getattr(refusal, "retry_after", None)) is not None:
        headers.append(("Retry-After", str(seconds)))
    if refusal.status == 401:
        headers.append(("WWW-Authenticate", 'Basic realm="write key"'))
    if refusal.status == 405:
        headers.append(("Allow", "POST, OPTIONS"))
    return Answer(refusal.status, msgspec.json.encode(body), tuple(headers))


def preflight() -> Answer:
    """May a page elsewhere send? Any may ask: whether its key may be used there is checked when it sends."""
    return Answer(
        204,
        headers=(
            ("Access-Control-Allow-Methods", "GET, POST, OPTIONS"),
            ("Access-Control-Allow-Headers", ALLOWED_HEADERS),
            ("Access-Control-Max-Age", str(PREFLIGHT_S)),
        ),
    )


def send(answer: Answer, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
    """Write the answer; every one, refusals too, can be read by the page that asked."""
    headers = [*answer.headers, ("Content-Length", str(len(answer.body)))]
    origin = environ.get("HTTP_ORIGIN")
    if isinstance(origin, str) and origin:
        headers += [
            ("Access-Control-Allow-Origin", origin),
            ("Access-Control-Expose-Headers", "Retry-After"),
            ("Vary", "Origin"),
        ]
    start_response(f"{answer.status} {_REASONS[answer.status]}", headers)
    return [answer.body]
