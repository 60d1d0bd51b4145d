"""Pages that follow what others do: a part asks again every twenty seconds, and is answered only when it has changed.

A page that is followed has a *mark*, made of what it shows and cheap to make. The part sends it along
(`If-None-Match`, RFC 9110 §13.1.2); while it is the same the answer is 304 and nothing is rendered or sent.
"""

from hashlib import blake2b

from django.http import HttpResponse

from tenure.customers import queries as customers
from tenure.health import current
from tenure.measures.contracts import Entity
from tenure.screens.access import TeamRequest


class Unchanged(Exception):
    """Who asks has seen the page with this mark."""

    def __init__(self, mark: str) -> None:
        super().__init__(mark)
        self.mark = mark

    @property
    def answer(self) -> HttpResponse:
        """Nothing, and that it is so."""
        return HttpResponse(status=304, headers={"ETag": self.mark})


def mark(request: TeamRequest, *shown: object) -> str:
    """The mark of a page that shows the current state, and what `shown` stands for, to this member at this address.
    An entity tag, with its quotation marks. Raises `Unchanged` where that is what the asker has."""
    told = repr((request.get_full_path(), request.member.id, request.as_of, _made(request, "account"), *shown))
    made = f'"{blake2b(told.encode(), digest_size=12).hexdigest()}"'
    if request.method == "GET" and request.headers.get("If-None-Match", "").removeprefix("W/") == made:
        raise Unchanged(made)
    return made


def mark_of_list(request: TeamRequest, *, people: bool = False) -> str:
    """The same of a list: of what was computed, and of the newest change to an account. One query."""
    return mark(request, customers.accounts_mark(), _made(request, "person") if people else None)


def _made(request: TeamRequest, entity: Entity) -> object:
    state = current.latest(request.workspace.slug, entity)
    return state.made_at if state else None
