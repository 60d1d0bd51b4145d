"""The messages of a run, column by column: a hundred thousand messages are a few arrays, not a million objects."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import msgspec
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from tenure.ingest.drain.flat import MEASURES, TYPES, Flat, Texts
from tenure.ingest.duplicates import Hashes, halves
from tenure.ingest.identity.contracts import Names, Sender
from tenure.ingest.messages import EVENTS, Message

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_IS_EVENT = np.array([each in EVENTS for each in TYPES])
_decode = msgspec.json.decode

type Rows = NDArray[np.intp]
"""Numbers of messages of a run, ascending."""


@dataclass(frozen=True, slots=True)
class Lines:
    """A row a message, in order of receipt. `of` is the place of its sender in `senders`; `measures` has four columns.

    Texts are Arrow's, null where nothing was said; the rest as in `Flat`.
    """

    senders: Sequence[Sender]
    of: NDArray[np.int64]
    types: NDArray[np.uint8]
    at: NDArray[np.int64]
    message_ids: pa.StringArray
    users: pa.StringArray
    visitors: pa.StringArray
    groups: pa.StringArray
    names: pa.StringArray
    properties: pa.StringArray
    measures: NDArray[np.float64]
    hashes: Hashes
    whole: Mapping[int, Message]

    def __len__(self) -> int:
        return len(self.of)

    def sender(self, row: int) -> Sender:
        """Who sent a message."""
        return self.senders[int(self.of[row])]

    def events(self) -> NDArray[np.bool_]:
        """Which messages are events."""
        return _IS_EVENT[self.types]

    def message(self, row: int) -> Message:
        """One message."""
        if row in self.whole:
            return self.whole[row]
        said = self.properties[row].as_py()
        return Message(
            type=TYPES[self.types[row]],
            message_id=self.message_ids[row].as_py(),
            at=_EPOCH + timedelta(microseconds=int(self.at[row])),
            user_id=self.users[row].as_py(),
            anonymous_id=self.visitors[row].as_py(),
            group_id=self.groups[row].as_py(),
            name=self.names[row].as_py(),
            properties={} if said is None else _decode(said, type=dict[str, object]),
        )

    def speaking(self, rows: Rows) -> "Speaking":
        """Under which names the messages of these rows speak."""
        codes, columns = np.zeros(len(rows), np.int64), []
        for column in (self.users, self.visitors, self.groups):
            coded = column.take(pa.array(rows)).dictionary_encode()
            places = coded.indices.fill_null(-1).to_numpy(zero_copy_only=False)
            codes *= len(coded.dictionary) + 1
            codes += places + 1
            columns.append(([*coded.dictionary.to_numpy(zero_copy_only=False), None], places))
        _, first, of = np.unique(codes, return_index=True, return_inverse=True)
        spoken = [[words[place] for place in places[first].tolist()] for words, places in columns]
        return Speaking(list(zip(*spoken, strict=True)), of)


@dataclass(frozen=True, slots=True)
class Speaking:
    """Different `names`, and `of` each row their place among them."""

    names: list[Names]
    of: NDArray[np.int64]


def lines(said: Sequence[tuple[Sender, Flat]]) -> Lines:
    """The columns of many bodies, one after the other."""
    sizes = [flat.size for _, flat in said]
    starts = np.cumsum([0, *sizes]).tolist()
    return Lines(
        senders=[sender for sender, _ in said],
        of=np.repeat(np.arange(len(said)), sizes),
        types=_numbers([flat.types for _, flat in said], np.uint8),
        at=_numbers([flat.at for _, flat in said], np.int64),
        message_ids=_texts(said, lambda flat: flat.message_ids),
        users=_texts(said, lambda flat: flat.users),
        visitors=_texts(said, lambda flat: flat.visitors),
        groups=_texts(said, lambda flat: flat.groups),
        names=_texts(said, lambda flat: flat.names),
        properties=_texts(said, lambda flat: flat.properties),
        measures=_numbers([flat.measures for _, flat in said], np.float64).reshape(-1, MEASURES),
        hashes=halves(b"".join([flat.hashes for _, flat in said])),
        whole={
            start + row: message
            for (_, flat), start in zip(said, starts[:-1], strict=True)
            for row, message in flat.whole.items()
        },
    )


def _numbers[T: np.generic](parts: Sequence[bytes], kind: type[T]) -> NDArray[T]:
    return np.frombuffer(b"".join(parts), kind)


def _texts(said: Sequence[tuple[Sender, Flat]], column: Callable[[Flat], Texts]) -> pa.StringArray:
    parts = [column(flat) for _, flat in said]
    lengths = _numbers([each for each, _ in parts], np.int32)
    ends = np.zeros(len(lengths) + 1, np.int32)
    np.cumsum(np.maximum(lengths, 0), out=ends[1:])
    said_at_all = np.packbits(lengths >= 0, bitorder="little")
    texts = pa.py_buffer(b"".join([each for _, each in parts]))
    return pa.StringArray.from_buffers(len(lengths), pa.py_buffer(ends), texts, pa.py_buffer(said_at_all))
