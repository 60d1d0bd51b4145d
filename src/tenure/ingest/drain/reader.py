"""A process that reads bodies and nothing else: `python -m tenure.ingest.drain.reader`, started by `drain.ahead`.

It is asked on its standard input and answers on its standard output, a frame each: a length in four bytes, then a
`Task` or a `Flat` as MessagePack. An empty answer says that the body is left to who asked. It has no database, no
file and no state, and ends when its input does: with its parent, however that died.
"""

import signal
import sys
from collections.abc import Iterable, Iterator
from datetime import datetime
from io import BufferedReader
from typing import IO

import msgspec

from tenure.ingest.dialects.segment import said
from tenure.ingest.drain.flat import flat

LENGTH_BYTES = 4
AT_ONCE_BYTES = 2**20
"""Room of a pipe, which is what a reader finds: a thread that shares its process waits long for each turn."""


class Task(msgspec.Struct, frozen=True, array_like=True):
    """A body to read; `seed` makes ids for messages without one."""

    workspace: int
    seed: str
    kind: str
    received_at: datetime
    body: bytes


_decode, _encode = msgspec.msgpack.Decoder(Task).decode, msgspec.msgpack.Encoder().encode


def send(stream: IO[bytes], frames: Iterable[bytes]) -> None:
    """Write frames, all at once. Raises OSError when nobody reads any more."""
    stream.write(b"".join(len(each).to_bytes(LENGTH_BYTES) + each for each in frames))
    stream.flush()


def frames(stream: IO[bytes]) -> Iterator[bytes]:
    """Each frame until the end; one that was cut is not told. Takes as much at once as there is."""
    assert isinstance(stream, BufferedReader)
    held = bytearray()
    while chunk := stream.read1(AT_ONCE_BYTES):
        held += chunk
        at = 0
        while len(held) - at >= LENGTH_BYTES:
            end = at + LENGTH_BYTES + int.from_bytes(held[at : at + LENGTH_BYTES])
            if end > len(held):
                break
            yield bytes(held[at + LENGTH_BYTES : end])
            at = end
        del held[:at]


def answered(frame: bytes) -> bytes:
    """What the body says; empty when anything is wrong, which is for the drain to tell and to keep."""
    try:
        task = _decode(frame)
        spoken, refused = said(task.body, kind=task.kind, received_at=task.received_at, message_id_seed=task.seed)
        return _encode(flat(spoken, refused, workspace=task.workspace))
    except Exception:
        return b""


def main() -> None:
    """Answer until the input ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the keyboard means the parent, whose end is ours
    try:
        for frame in frames(sys.stdin.buffer):
            send(sys.stdout.buffer, [answered(frame)])
    except BrokenPipeError:
        sys.stdout = None  # or the interpreter flushes into the broken pipe


if __name__ == "__main__":
    main()
