"""One place that turns refusals and errors into answers: problem+json for machines, a page or notice for people."""

import json
from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

from tenure.base.refusals import Refusal
from tenure.screens.live import Unchanged

TITLES = {
    400: "This request cannot be read",
    401: "Please sign in",
    403: "Your role does not allow this",
    404: "Nothing here",
    409: "Somebody was faster",
    413: "That is too much at once",
    422: "Something in it is not right",
    500: "This is our fault",
}


class RefusalMiddleware:
    """Renders every `Refusal` that a view raises, and answers who has seen what there is to see."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if isinstance(error, Unchanged):
            return error.answer
        return answer(request, error) if isinstance(error, Refusal) else None


class told:  # noqa: N801 - a block, read like `suppress`; of a generator mypy would not know that it goes on after
    """Inside `with told(request):` a refusal becomes a message on the next page; what follows the block happens then.
    Only refusals of the kinds named, by default all."""

    def __init__(self, request: HttpRequest, *kinds: type[Refusal]) -> None:
        self.request, self.kinds = request, kinds or (Refusal,)

    def __enter__(self) -> None: ...

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> bool:
        if isinstance(error, Refusal) and isinstance(error, self.kinds):
            messages.error(self.request, error.message)
            return True
        return False


def answer(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """The refusal in the form that the caller reads."""
    if wants_json(request):
        body = json.dumps(refusal.as_problem())
        return HttpResponse(body, status=refusal.status, content_type="application/problem+json")
    name = "errors/_notice.html" if request.headers.get("HX-Request") else "errors/refusal.html"
    return _page(request, name, refusal.status, refusal.message, refusal)


def wants_json(request: HttpRequest) -> bool:
    """Whether the caller prefers JSON to HTML."""
    return request.get_preferred_type(["text/html", "application/json", "application/problem+json"]) in (
        "application/json",
        "application/problem+json",
    )


def _page(request: HttpRequest, name: str, status: int, message: str, refusal: Refusal | None = None) -> HttpResponse:
    context = {
        "status": status,
        "title": TITLES.get(status, TITLES[400]),
        "message": message,
        "problems": refusal.problems if refusal else (),
    }
    return HttpResponse(render_to_string(name, context, request), status=status)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Django's 404."""
    return _page(request, "errors/refusal.html", 404, "The page does not exist, or not for you.")


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Django's 403."""
    return _page(request, "errors/refusal.html", 403, "Your role does not allow this.")


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Django's 400."""
    return _page(request, "errors/refusal.html", 400, "The request could not be understood.")


def server_error(request: HttpRequest) -> HttpResponse:
    """Django's 500: plain, because whatever failed may be what pages need."""
    return HttpResponse(render_to_string("errors/server_error.html"), status=500)
