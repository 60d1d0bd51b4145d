"""Pages travel compressed. Answers to machines do not: they are short, and not every client unpacks."""

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware

PLAIN = ("/api/",)


class CompressedPages(GZipMiddleware):
    """Django's own, with its random padding against BREACH (CSRF tokens are masked besides), for pages alone."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """The response, compressed where it is a page and the browser takes that."""
        return response if request.path.startswith(PLAIN) else super().process_response(request, response)
