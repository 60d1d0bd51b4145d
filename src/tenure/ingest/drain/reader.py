"""A process that reads bodies and nothing else: `python -m tenure.ingest.drain.reader BODIES SAID`, by `drain.ahead`.

It is given two open files by their descriptors. A line of its standard input is a list of places in the first, each a
`Task` as MessagePack; it answers with a line of places in the second, where it has written what each says as a `Flat`.
A place of size 0 says that the body is left to who asked. It has no database and no state, and ends when its input
does: with its parent, however that died.
"""

import os
import signal
import sys
from datetime import datetime

import msgspec

from tenure.ingest.dialects.segment import said
from tenure.ingest.drain.flat import flat


class Place(msgspec.Struct, frozen=True, array_like=True):
    """Where in a file what belongs to a row of the inbox is: from which byte on, and how many."""

    row: int
    at: int
    size: int


class Task(msgspec.Struct, frozen=True, array_like=True):
    """A body to read; `seed` makes ids for messages without one."""

    workspace: int
    seed: str
    kind: str
    received_at: datetime
    body: bytes


_decode, _encode = msgspec.msgpack.Decoder(Task).decode, msgspec.msgpack.Encoder().encode
_places = msgspec.json.Decoder(list[Place]).decode


def answered(task: bytes) -> bytes:
    """What the body says; empty when anything is wrong, which is for the drain to tell and to keep."""
    try:
        told = _decode(task)
        spoken, refused = said(told.body, kind=told.kind, received_at=told.received_at, message_id_seed=told.seed)
        return _encode(flat(spoken, refused, workspace=told.workspace))
    except Exception:
        return b""


def main(bodies: int, said: int) -> None:
    """Answer until the input ends. `bodies` and `said` are descriptors."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the keyboard means the parent, whose end is ours
    written = 0
    # Python's own standard output may be without a buffer, and then writes only as much as fits into the pipe.
    with open(said, "wb", closefd=False) as file, open(1, "wb", closefd=False) as answers:
        for line in sys.stdin.buffer:
            places = []
            for place in _places(line):
                answer = answered(os.pread(bodies, place.size, place.at))
                file.write(answer)
                places.append(Place(place.row, written, len(answer)))
                written += len(answer)
            file.flush()
            answers.write(msgspec.json.encode(places) + b"\n")
            answers.flush()


if __name__ == "__main__":
    try:
        main(int(sys.argv[1]), int(sys.argv[2]))
    except OSError:
        sys.exit(1)  # nobody listens, or the disk is full: the parent sees that this process has ended
