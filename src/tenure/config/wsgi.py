"""The WSGI application that granian serves: events past Django's request cycle, everything else through it."""

import os
from collections.abc import Iterable
from wsgiref.types import StartResponse

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tenure.config.settings")
os.environ.setdefault("TENURE_ENGINE_THREADS", "2")
_pages = get_wsgi_application()

from tenure.ingest.receiving import keys, wsgi  # noqa: E402 - models are there only after Django has started

keys.start_noting()


def application(environ: dict[str, object], start_response: StartResponse) -> Iterable[bytes]:
    """Events to `ingest.receiving`, pages to Django."""
    if wsgi.handles(str(environ.get("PATH_INFO") or "")):
        return wsgi.application(environ, start_response)
    return _pages(environ, start_response)
