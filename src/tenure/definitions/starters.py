"""Documents that come with the product: offered while they are not in force, the first of a new workspace."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from tenure.base.refusals import Conflict, NotFound
from tenure.definitions.actions import publish_body
from tenure.definitions.contracts import Body, WrongDocument
from tenure.definitions.queries import ever, published
from tenure.tenants.contracts import MemberView


@dataclass(frozen=True, slots=True)
class Offered:
    """A starter that is not in force: with its body where the data is there, else with what is missing."""

    key: str
    name: str
    description: str
    body: Body | None
    missing: str


def take_up(kind: str, key: str, offered: Iterable[Offered], *, noun: str, by: MemberView) -> None:
    """Publish one of those offered; refusals call it by its `noun`. Refuses with `NotFound` what is not offered, with
    `Conflict` where its data is missing."""
    found = next((each for each in offered if each.key == key), None)
    if found is None:
        raise NotFound(f"There is no such starter {noun}, or it is in force already.")
    if found.body is None:
        raise Conflict(f"The data for this {noun} is missing: {found.missing}.")
    try:
        publish_body(kind=kind, key=key, body=found.body, by=by, note=_note(noun))
    except WrongDocument as wrong:
        raise Conflict(f"This starter does not fit the data any more: {wrong.message}") from None


def publish_first(kind: str, offered: Callable[[], Iterable[Offered]], *, noun: str) -> int:
    """Publish every one for which the data is there, in a workspace that never had a document of its kind; how many."""
    if published(kind) or ever(kind):
        return 0
    ready = [(each.key, each.body) for each in offered() if each.body is not None]
    for key, body in ready:
        publish_body(kind=kind, key=key, body=body, by=None, note=_note(noun))
    return len(ready)


def _note(noun: str) -> str:
    return f"Starter {noun}"
