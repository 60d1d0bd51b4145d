"""Pages that follow what others do: a part asks again every twenty seconds, and is answered only when it has changed.

A page that is followed has a *mark*, made of what it shows and cheap to make. The part sends it along
(`If-None-Match`, RFC 9110 §13.1.2); while it is the same the answer is 304 and nothing is rendered or sent.
"""

from hashlib import blake2b

from django.http import HttpResponse

from tenure.health import current
from tenure.screens.access import TeamRequest

EVERY_S = 20


def mark(request: TeamRequest, *shown: object) -> str:
    """The mark of a page that shows the current state, and what `shown` stands for, to this member at this address.
    An entity tag, with its quotation marks."""
    state = current.latest(request.workspace.slug)
    made = state.made_at if state else None
    told = repr((request.get_full_path(), request.member.id, request.as_of, made, *shown))
    return f'"{blake2b(told.encode(), digest_size=12).hexdigest()}"'


def unchanged(request: TeamRequest, mark: str) -> HttpResponse | None:
    """The answer to who has seen the page with this mark; None for others."""
    if request.headers.get("If-None-Match") != mark:
        return None
    return HttpResponse(status=304, headers={"ETag": mark})
