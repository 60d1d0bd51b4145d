"""What a source sends, seen: event names, properties, attributes, their types, their gaps, an example.

Of every run a few messages of each source are looked at, spread over all that came: enough to see what is there, and
nothing the drain notices.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from itertools import islice
from typing import Literal

import msgspec

from tenure.ingest.messages import EVENTS, Message
from tenure.ingest.seen.models import SeenName

LOOKED_AT = 200
"""Messages of a source that are looked at in a run."""
NAMES = 1_000
"""Names of a source that are kept: a client that makes up names must not fill the database."""
FORGOTTEN = 4_000
"""When so many were looked at, the counts are halved."""
LONGEST = 120
_CHUNK = 500

type Kind = Literal["event", "property", "person", "account"]
_TRAITS: dict[str, Kind] = {"identify": "person", "group": "account"}


class Sighting(msgspec.Struct):
    """A name in the messages of a source that a run looked at. `looked` and `present` as in `SeenName`."""

    kind: Kind
    of: str
    name: str
    first_at: datetime
    last_at: datetime
    looked: int = 0
    present: int = 0
    types: dict[str, int] = msgspec.field(default_factory=dict)
    sample: str = ""


class Look(msgspec.Struct):
    """A look at messages of a source: what was in them, and how many identify and group calls were among them."""

    source: str
    names: list[Sighting]
    calls: dict[Kind, int]

    def wholes(self) -> dict[tuple[str, str], int]:
        """How many messages could have had a name of this kind, and of this event."""
        events = {("property", one.name): one.present for one in self.names if one.kind == "event"}
        return {("event", ""): sum(events.values()), **events, **{(kind, ""): n for kind, n in self.calls.items()}}


def look(received: Iterable[tuple[str, datetime, Sequence[Message]]]) -> list[Look]:
    """What is in the messages of these batches (source, receipt, messages)."""
    of_source: dict[str, list[tuple[datetime, Message]]] = {}
    for source, at, messages in received:
        of_source.setdefault(source, []).extend((at, message) for message in messages)
    return [look_at(source, [found[row] for row in sampled(len(found))]) for source, found in of_source.items()]


def sampled(count: int) -> range:
    """Which of so many messages are looked at."""
    return range(0, count, max(1, count // LOOKED_AT))


def look_at(source: str, found: Iterable[tuple[datetime, Message]]) -> Look:
    """What is in just these messages of a source, with their receipt."""
    seen: dict[tuple[str, str, str], Sighting] = {}
    calls: dict[Kind, int] = {}

    def see(kind: Kind, of: str, name: str, value: object, at: datetime) -> None:
        key = (kind, of[:300], name[:300])
        if key not in seen and len(seen) >= NAMES:
            return
        one = seen.setdefault(key, Sighting(*key, first_at=at, last_at=at))
        one.first_at, one.last_at = min(one.first_at, at), max(one.last_at, at)
        if value is not None:
            one.present += 1
            said = _type(value)
            one.types[said] = one.types.get(said, 0) + 1
            one.sample = _sample(value)

    for at, message in found:
        if message.type in EVENTS:
            see("event", "", message.name, message.name, at)
            for name, value in message.properties.items():
                see("property", message.name, name, value, at)
        elif message.type in _TRAITS:
            kind = _TRAITS[message.type]
            calls[kind] = calls.get(kind, 0) + 1
            for name, value in message.traits.items():
                see(kind, "", name, value, at)
    result = Look(source, list(seen.values()), calls)
    wholes = result.wholes()
    for one in result.names:
        one.looked = wholes.get((one.kind, one.of), one.present)
    return result


def keep(looks: Sequence[Look]) -> None:
    """Add what was seen to what is known; what was missing this time counts as missing. Two queries a source and
    500 names."""
    for each in looks:
        _keep(each.source, {(one.kind, one.of, one.name): one for one in each.names}, each.wholes())


def _keep(source: str, found: Mapping[tuple[str, str, str], Sighting], wholes: Mapping[tuple[str, str], int]) -> None:
    known = {(row.kind, row.of, row.name): row for row in SeenName.objects.filter(source=source)}
    rows = []
    for (kind, of, name), row in known.items():
        if (kind, of) in wholes:
            _add(row, wholes[kind, of], found.get((kind, of, name)))
            row.pk = None  # found again by its names: an insert that updates costs a fifth of an update of many
            rows.append(row)
    rows += [
        SeenName(
            source=source, kind=one.kind, of=one.of, name=one.name, looked=one.looked, present=one.present,
            types=one.types, sample=one.sample, first_at=one.first_at, last_at=one.last_at,
        )
        for one in islice((one for key, one in found.items() if key not in known), max(0, NAMES - len(known)))
    ]  # fmt: skip
    SeenName.objects.bulk_create(
        rows,
        batch_size=_CHUNK,
        update_conflicts=True,
        unique_fields=["workspace", "source", "kind", "of", "name"],
        update_fields=["looked", "present", "types", "sample", "last_at"],
    )


def _add(row: SeenName, looked: int, one: Sighting | None) -> None:
    row.looked += looked
    if one is not None:
        row.present += one.present
        row.types = {said: row.types.get(said, 0) + one.types.get(said, 0) for said in {*row.types, *one.types}}
        row.sample = one.sample or row.sample
        row.last_at = max(row.last_at, one.last_at)
    if row.looked > FORGOTTEN:
        row.looked, row.present = row.looked // 2, row.present // 2
        row.types = {said: count // 2 for said, count in row.types.items() if count > 1}


def _type(value: object) -> str:
    match value:
        case bool():
            return "yes or no"
        case int() | float():
            return "number"
        case str():
            return "text"
        case list():
            return "list"
        case _:
            return "object"


def _sample(value: object) -> str:
    text = value if isinstance(value, str) else msgspec.json.encode(value).decode(errors="replace")
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"
