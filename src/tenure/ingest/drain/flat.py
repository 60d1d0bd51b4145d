"""What a body says, column by column: few objects for many messages, and bytes that another process can send.

Only what tells who is who is kept as a message; of any other `Lines.message` makes one again.
"""

from array import array
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from itertools import chain
from math import isfinite, isnan, nan
from typing import get_args

import msgspec

from tenure.ingest.hashing import digests
from tenure.ingest.messages import Message, MessageType, Reading, Refused

TYPES: tuple[MessageType, ...] = get_args(MessageType.__value__)
"""A message's type is its place here."""
TELLING = frozenset({"identify", "group", "alias"})
"""Messages that tell who is who."""
MEASURES = 4
"""Numbers a message has: count, seconds, value, errors; NaN where it has none."""

_PLACES = {each: place for place, each in enumerate(TYPES)}
_MEASURED = frozenset({"count", "duration", "duration_ms", "value", "revenue", "total", "errors"})
_ONCE = (1.0, nan, nan, nan)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
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


def flat(reading: Reading, *, workspace: int) -> Flat:
    """The messages of a body as columns."""
    said = reading.messages
    ids = [each.message_id for each in said]
    return Flat(
        size=len(said),
        types=bytes([_PLACES[each.type] for each in said]),
        at=array("q", [_microseconds(each.at) for each in said]).tobytes(),
        message_ids=_texts(ids),
        users=_texts([each.user_id for each in said]),
        visitors=_texts([each.anonymous_id for each in said]),
        groups=_texts([each.group_id for each in said]),
        names=_texts([each.name for each in said]),
        properties=_joined([_json(each.properties) if each.properties else None for each in said]),
        measures=array("d", chain.from_iterable(_measures(each.properties) for each in said)).tobytes(),
        hashes=b"".join(digests(workspace, ids)),
        whole={row: each for row, each in enumerate(said) if each.type in TELLING or each.email is not None},
        refused=reading.refused,
    )


def _microseconds(at: datetime) -> int:
    since = at - _EPOCH
    return (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds


def _texts(values: Sequence[str | None]) -> Texts:
    """Mostly all is ASCII, where characters are bytes."""
    together = "".join([each or "" for each in values])
    if not together.isascii():
        return _joined([None if each is None else each.encode() for each in values])
    return array("i", [-1 if each is None else len(each) for each in values]).tobytes(), together.encode()


def _joined(values: Iterable[bytes | None]) -> Texts:
    found = list(values)
    lengths = array("i", [-1 if each is None else len(each) for each in found])
    return lengths.tobytes(), b"".join([each or b"" for each in found])


def _measures(said: Mapping[str, object]) -> tuple[float, float, float, float]:
    """Most properties are no measures, so only those are looked at that may be."""
    if _MEASURED.isdisjoint(said):
        return _ONCE
    count = _number(said, "count", above=0.0) if "count" in said else nan
    return (
        1.0 if isnan(count) else count,
        _seconds(said),
        _number(said, "value", "revenue", "total"),
        _number(said, "errors", least=0.0),
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
    seconds = _number(said, "duration", least=0.0)
    return _number(said, "duration_ms", least=0.0) / 1000 if isnan(seconds) else seconds
