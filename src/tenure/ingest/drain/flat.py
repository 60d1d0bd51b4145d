"""What a body says, column by column: few objects for many messages, and bytes that another process can send.

Only what tells who is who is kept as a message; of any other `Lines.message` makes one again.
"""

from array import array
from collections.abc import Mapping, Sequence
from itertools import chain
from math import isfinite, isnan, nan
from typing import cast, get_args

import msgspec

from tenure.ingest.hashing import digests
from tenure.ingest.messages import Message, MessageType, Plain, Refused, Spoken, microseconds

TYPES: tuple[MessageType, ...] = get_args(MessageType.__value__)
"""A message's type is its place here."""
TELLING = frozenset({"identify", "group", "alias"})
"""Messages that tell who is who."""
MEASURES = 4
"""Numbers a message has: count, seconds, value, errors; NaN where it has none."""

_PLACES = {each: place for place, each in enumerate(TYPES)}
_MEASURED = frozenset({"count", "duration", "duration_ms", "value", "revenue", "total", "errors"})
_WORTH = ("value", "revenue", "total")
_MONEY = frozenset(_WORTH)
_ONCE = (1.0, nan, nan, nan)
_json = msgspec.json.Encoder().encode

type Texts = tuple[bytes, bytes]
"""Lengths in bytes (int32, -1 for none), and the texts one after the other in UTF-8."""


class Flat(msgspec.Struct, frozen=True, array_like=True):
    """The messages of a body. `whole` has those who tell of somebody, by their place.

    `types` one byte each, a place in `TYPES`; `at` int64, µs since 1970 UTC; `properties` JSON as the log has it;
    `measures` float64, four each; `hashes` 16 bytes each, for the duplicate window.
    """

    size: int
    types: bytes
    at: bytes
    message_ids: Texts
    users: Texts
    visitors: Texts
    groups: Texts
    names: Texts
    properties: Texts
    measures: bytes
    hashes: bytes
    whole: dict[int, Message]
    refused: tuple[Refused, ...]


def flat(said: Sequence[Spoken], refused: Sequence[Refused], *, workspace: int) -> Flat:
    """What a body says as columns."""
    plain = [each if isinstance(each, tuple) else _plain(each) for each in said]
    types, ids, at, users, visitors, groups, names, properties = zip(*plain, strict=True) if plain else ((),) * 8
    return Flat(
        size=len(plain),
        types=bytes([_PLACES[each] for each in types]),
        at=array("q", at).tobytes(),
        message_ids=_texts(ids),
        users=_texts(users),
        visitors=_texts(visitors),
        groups=_texts(groups),
        names=_texts(names),
        properties=_joined([_json(each) if each else None for each in properties]),
        measures=array("d", chain.from_iterable(map(_measures, properties))).tobytes(),
        hashes=b"".join(digests(workspace, ids)),
        whole={row: each for row, each in enumerate(said) if not isinstance(each, tuple) and _tells(each)},
        refused=tuple(refused),
    )


def _plain(message: Message) -> Plain:
    return (
        message.type, message.message_id, microseconds(message.at), message.user_id, message.anonymous_id,
        message.group_id, message.name, message.properties,
    )  # fmt: skip


def _tells(message: Message) -> bool:
    return message.type in TELLING or message.email is not None


def _texts(values: Sequence[str | None]) -> Texts:
    """Mostly all is ASCII, where characters are bytes."""
    if None in values:
        lengths = [-1 if each is None else len(each) for each in values]
        together = "".join([each or "" for each in values])
    else:
        texts = cast("Sequence[str]", values)
        lengths, together = [*map(len, texts)], "".join(texts)
    if not together.isascii():
        return _joined([None if each is None else each.encode() for each in values])
    return array("i", lengths).tobytes(), together.encode()


def _joined(values: Sequence[bytes | None]) -> Texts:
    lengths = array("i", [-1 if each is None else len(each) for each in values])
    return lengths.tobytes(), b"".join([each or b"" for each in values])


def _measures(said: Mapping[str, object]) -> tuple[float, float, float, float]:
    """Most properties are no measures, so only those are looked at that may be."""
    if _MEASURED.isdisjoint(said):
        return _ONCE
    count = _number(said, "count", above=0.0) if "count" in said else 1.0
    return (
        1.0 if isnan(count) else count,
        _seconds(said),
        _number(said, *_WORTH) if not _MONEY.isdisjoint(said) else nan,
        _number(said, "errors", least=0.0) if "errors" in said else nan,
    )


def _number(said: Mapping[str, object], *names: str, above: float | None = None, least: float | None = None) -> float:
    """The first of these that is a finite number in range, else NaN."""
    for name in names:
        value = said.get(name)
        if value.__class__ is not int and value.__class__ is not float:
            continue
        try:
            number = float(value)
        except OverflowError:
            continue
        if isfinite(number) and (above is None or number > above) and (least is None or number >= least):
            return number
    return nan


def _seconds(said: Mapping[str, object]) -> float:
    seconds = _number(said, "duration", least=0.0) if "duration" in said else nan
    if isnan(seconds) and "duration_ms" in said:
        return _number(said, "duration_ms", least=0.0) / 1000
    return seconds
