"""How much may be sent to a page at once. What is larger is refused by its announced length, before it is read."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from tenure.base.refusals import Refusal
from tenure.screens import refusals


class TooLarge(Refusal):
    """More was sent than the page takes."""

    status, code = 413, "too_large"


def takes[View: Callable[..., object]](most_bytes: int) -> Callable[[View], View]:
    """A view that takes at most so many bytes in a request."""

    def marked(view: View) -> View:
        view.most_bytes = most_bytes  # type: ignore[attr-defined]
        return view

    return marked


class LimitMiddleware:
    """Refuses what announces more than its view takes. Stands before whatever reads forms: the check against forgery.

    A body without a length is no way around: Django reads none of it.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., object], args: object, kwargs: object
    ) -> HttpResponse | None:
        most = getattr(view, "most_bytes", None)
        length = request.META.get("CONTENT_LENGTH") or "0"
        if most is None or (length.isdecimal() and int(length) <= most):
            return None
        message = (
            f"That is too much at once: {most // 1024**2} MB are taken. Nothing was saved; go back, your text is still "
            "there, and attach fewer or smaller files."
        )
        return refusals.answer(request, TooLarge(message))
