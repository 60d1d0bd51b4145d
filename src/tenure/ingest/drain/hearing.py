"""What the batches of a run say: messages that are new, messages heard before, and what cannot be read."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Protocol

import msgspec
import numpy as np
from numpy.typing import NDArray

from tenure.base import clock
from tenure.base.refusals import Refusal
from tenure.ingest import duplicates, inbox
from tenure.ingest.dialects.segment import said
from tenure.ingest.drain.flat import Flat, flat
from tenure.ingest.drain.lines import Lines, Rows, Speaking, lines
from tenure.ingest.duplicates import Hashes
from tenure.ingest.identity.contracts import Said, Voices
from tenure.ingest.inbox import Row
from tenure.ingest.messages import RAW_LIMIT, Message, Refused


@dataclass(frozen=True, slots=True)
class Heard:
    """What `batches` (without their bodies) say: `lines` has a row a message, `new` which count.

    The others were said before, or twice. `speaking` is under which names the new ones speak, in their order.
    """

    batches: list[Row]
    refused: list[tuple[Refused, ...]]
    lines: Lines
    new: NDArray[np.bool_]
    speaking: Speaking

    def telling(self) -> Iterator[tuple[int, Said]]:
        """The new messages that tell of somebody, with their rows."""
        for row, message in self.lines.whole.items():
            if self.new[row]:
                yield row, (message, self.lines.sender(row))

    def voices(self) -> Voices:
        """What identity hears."""
        return Voices(frozenset(self.speaking.names), tuple(said for _, said in self.telling()))

    def rows(self) -> Rows:
        """The new messages."""
        return np.flatnonzero(self.new)

    def counted(self, which: NDArray[np.bool_]) -> list[int]:
        """How many of these messages each batch has."""
        counts: list[int] = np.bincount(self.lines.of[which], minlength=len(self.batches)).tolist()
        return counts

    def messages_of(self, batch: int, *, last: int) -> list[tuple[int, Message]]:
        """The `last` messages of a batch, with their rows."""
        first, end = np.searchsorted(self.lines.of, [batch, batch + 1]).tolist()
        return [(row, self.lines.message(row)) for row in range(max(first, end - last), end)]

    def days(self, *, but: Collection[int]) -> dict[date, Hashes]:
        """The hashes of the new messages by the day they were received (UTC), without the rows in `but`."""
        counted = self.new.copy()
        counted[list(but)] = False
        days = np.array([batch.received_at.date().toordinal() for batch in self.batches], np.int64)[self.lines.of]
        return {date.fromordinal(day): self.lines.hashes[counted & (days == day)] for day in np.unique(days).tolist()}


class ReadAhead(Protocol):
    """What was read before it was asked for."""

    def take(self, row: int) -> Flat | None: ...


def hear(workspace: int, batches: list[Row], ahead: ReadAhead | None = None) -> Heard:
    """Read the batches, as far as they are not read, and tell the new from the known.

    Takes them out of the list: bodies are large. Begins with the last, as who reads ahead has the first.
    """
    read: list[tuple[Row, Flat]] = []
    while batches:
        batch = batches.pop()
        read_ahead = ahead.take(batch.id) if ahead is not None else None
        found = _read(inbox.whole(batch), workspace) if read_ahead is None else read_ahead
        read.append((msgspec.structs.replace(batch, body=b""), found))
    read.reverse()
    heard = lines(read)
    new = _first(heard.hashes)
    rows = np.flatnonzero(new)
    new[rows[duplicates.known(workspace, heard.hashes[rows], today=clock.now().date())]] = False
    return Heard(
        batches=[batch for batch, _ in read],
        refused=[each.refused for _, each in read],
        lines=heard,
        new=new,
        speaking=heard.speaking(np.flatnonzero(new)),
    )


def _first(hashes: Hashes) -> NDArray[np.bool_]:
    """Which hashes are not the same as one before."""
    order = np.lexsort((hashes[:, 1], hashes[:, 0]))  # leaves equal ones as they came
    again = (hashes[order[1:]] == hashes[order[:-1]]).all(axis=1)
    found = np.ones(len(hashes), bool)
    found[order[1:][again]] = False
    return found


def seed(batch: Row) -> str:
    """Of which ids are made for messages without one: the same whenever the batch is read."""
    return f"{batch.received_at.isoformat()}:{batch.id}"


def _read(batch: Row, workspace: int) -> Flat:
    try:
        spoken, refused = said(batch.body, kind=batch.kind, received_at=batch.received_at, message_id_seed=seed(batch))
    except Refusal as error:
        raw = batch.body[:RAW_LIMIT]
        spoken, refused = [], [Refused(index=0, reason="unreadable", detail=error.message, raw=raw)]
    return flat(spoken, refused, workspace=workspace)
