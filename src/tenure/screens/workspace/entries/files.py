"""Files at entries: brought and taken away. They are never shown in the page, always saved by the browser."""

from collections.abc import Iterator
from pathlib import Path

from django.contrib import messages
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET, require_POST

from tenure.base.refusals import NotFound
from tenure.screens.access import TeamRequest, page
from tenure.screens.jinja import to
from tenure.tenants.contracts import Permission
from tenure.work import attachments, queries

CHUNK_BYTES = 256 * 1024


@page(Permission.VIEW)
@require_GET
def attachment(request: TeamRequest, attachment: int) -> StreamingHttpResponse:
    """The file, to be saved."""
    found = attachments.stored(attachment)
    answer = StreamingHttpResponse(_chunks(found.path), content_type=found.view.media_type)
    answer["Content-Length"] = str(found.view.bytes)
    answer["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=found.view.name) or ""
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Content-Security-Policy"] = "default-src 'none'; sandbox"
    answer["Cache-Control"] = "private, no-store"
    return answer


def _chunks(path: Path) -> Iterator[bytes]:
    """The content, piece by piece; the file is open only while somebody reads."""
    with path.open("rb") as file:
        while chunk := file.read(CHUNK_BYTES):
            yield chunk


@page(Permission.WRITE_NOTES)
@require_POST
def attachment_removals(request: TeamRequest, attachment: int) -> HttpResponse:
    """Take it away from its entry."""
    entry = queries.entry(attachments.entry_of(attachment))
    if entry is None:
        raise NotFound("There is no such file.")
    attachments.remove(attachment=attachment, by=request.member)
    messages.success(request, "The file is removed.")
    return redirect(to(request, "workspace:account-entry", account=entry.account_id, entry=entry.id))
