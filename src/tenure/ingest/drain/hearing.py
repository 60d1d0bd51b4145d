"""What the batches of a run say: messages that are new, messages heard before, and what cannot be read."""

from dataclasses import dataclass, field
from datetime import date

import msgspec

from tenure.base import clock
from tenure.base.refusals import Refusal
from tenure.ingest import duplicates
from tenure.ingest.dialects.segment import read
from tenure.ingest.identity.contracts import Said
from tenure.ingest.inbox import Row
from tenure.ingest.messages import RAW_LIMIT, Reading, Refused


@dataclass(frozen=True, slots=True)
class Heard:
    """`readings` has each batch with what it says; `said` the new messages of all, each once, in order of receipt.

    `hashes` are those of `said`; `doubled` are messages that were said before, or twice.
    """

    readings: list[tuple[Row, Reading]] = field(default_factory=list)
    said: list[Said] = field(default_factory=list)
    hashes: list[bytes] = field(default_factory=list)
    doubled: list[Said] = field(default_factory=list)

    def days(self, *, but: set[int]) -> dict[date, list[bytes]]:
        """The hashes by the day their message was received (UTC), without the messages whose `id()` is in `but`."""
        day = {id(batch): batch.received_at.date() for batch, _ in self.readings}
        found: dict[date, list[bytes]] = {each: [] for each in day.values()}
        if len(found) == 1 and not but:
            return dict.fromkeys(found, self.hashes)
        for (message, sender), each_hash in zip(self.said, self.hashes, strict=True):
            if id(message) not in but:
                found[day[id(sender)]].append(each_hash)
        return found


def hear(workspace: int, batches: list[Row]) -> Heard:
    """Read the batches, and tell the new from the known. Takes them out of the list: bodies are large."""
    heard = Heard()
    while batches:
        batch = batches.pop()
        heard.readings.append((msgspec.structs.replace(batch, body=b""), _read(batch)))
    heard.readings.reverse()
    first: dict[bytes, Said] = {}
    for batch, reading in heard.readings:
        hashes = duplicates.digests(workspace, [message.message_id for message in reading.messages])
        for each, message in zip(hashes, reading.messages, strict=True):
            if each in first:
                heard.doubled.append((message, batch))
            else:
                first[each] = message, batch
    known = duplicates.seen_before(workspace, list(first), today=clock.now().date())
    heard.doubled.extend(first.pop(each) for each in list(first) if each in known)
    heard.said.extend(first.values())
    heard.hashes.extend(first)
    return heard


def _read(batch: Row) -> Reading:
    seed = f"{batch.received_at.isoformat()}:{batch.id}"
    try:
        return read(batch.body, kind=batch.kind, received_at=batch.received_at, message_id_seed=seed)
    except Refusal as error:
        refused = Refused(index=0, reason="unreadable", detail=error.message, raw=batch.body[:RAW_LIMIT])
        return Reading(messages=(), refused=(refused,))
