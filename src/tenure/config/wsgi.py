"""The WSGI application that granian serves: events and webhooks past Django's request cycle, the rest through it."""

import gc
import os
from collections.abc import Iterable
from wsgiref.types import StartResponse

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tenure.config.settings")
os.environ.setdefault("TENURE_ENGINE_THREADS", "2")
_pages = get_wsgi_application()

from tenure.ingest.connectors import receiving as webhooks  # noqa: E402 - models are there only after Django has started
from tenure.ingest.receiving import keys, wsgi  # noqa: E402

keys.start_noting()
# Who makes many objects has Python search for cycles among all that live, which took a tenth of a second on some pages:
# what was loaded until here never dies, and is left out.
gc.collect()
gc.freeze()


def application(environ: dict[str, object], start_response: StartResponse) -> Iterable[bytes]:
    """Webhooks to `ingest.connectors`, events to `ingest.receiving`, pages to Django."""
    path = str(environ.get("PATH_INFO") or "")
    if webhooks.handles(path):
        return webhooks.application(environ, start_response)
    if wsgi.handles(path):
        return wsgi.application(environ, start_response)
    return _pages(environ, start_response)
