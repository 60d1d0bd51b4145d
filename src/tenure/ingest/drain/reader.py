"""A process that reads bodies and nothing else: `python -m tenure.ingest.drain.reader`, started by `drain.ahead`.

It is asked on its standard input and answers on its standard output, a frame each: a length in four bytes, then a
`Task` or a `Flat` as MessagePack. An empty answer says that the body is left to who asked. It has no database, no
file and no state, and ends when its input does: with its parent, however that died.
"""

import signal
import sys
from datetime import datetime
from typing import IO

import msgspec

from tenure.ingest.dialects.segment import read
from tenure.ingest.drain.flat import flat

LENGTH_BYTES = 4


class Task(msgspec.Struct, frozen=True, array_like=True):
    """A body to read; `seed` makes ids for messages without one."""

    workspace: int
    seed: str
    kind: str
    received_at: datetime
    body: bytes


_decode, _encode = msgspec.msgpack.Decoder(Task).decode, msgspec.msgpack.Encoder().encode


def send(stream: IO[bytes], frame: bytes) -> None:
    """Write a frame. Raises OSError when nobody reads any more."""
    stream.write(len(frame).to_bytes(LENGTH_BYTES) + frame)
    stream.flush()


def received(stream: IO[bytes]) -> bytes | None:
    """The next frame; None at the end, or where it was cut."""
    length = stream.read(LENGTH_BYTES)
    if len(length) < LENGTH_BYTES:
        return None
    wanted = int.from_bytes(length)
    frame = stream.read(wanted)
    return frame if len(frame) == wanted else None


def answered(frame: bytes) -> bytes:
    """What the body says; empty when anything is wrong, which is for the drain to tell and to keep."""
    try:
        task = _decode(frame)
        said = read(task.body, kind=task.kind, received_at=task.received_at, message_id_seed=task.seed)
        return _encode(flat(said, workspace=task.workspace))
    except Exception:
        return b""


def main() -> None:
    """Answer until the input ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the keyboard means the parent, whose end is ours
    try:
        while (frame := received(sys.stdin.buffer)) is not None:
            send(sys.stdout.buffer, answered(frame))
    except BrokenPipeError:
        sys.stdout = None  # or the interpreter flushes into the broken pipe


if __name__ == "__main__":
    main()
