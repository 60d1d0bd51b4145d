"""What a body says, column by column: few objects for many messages, and bytes that another process can send.

Only what tells who is who is kept as a message; of any other `Lines.message` makes one again.
"""

from array import array
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
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
_LASTING, _WORTH = frozenset({"duration", "duration_ms"}), ("value", "revenue", "total")
_ONCE = (1.0, nan, nan, nan)
_EPOCH, _MICROSECOND = datetime(1970, 1, 1, tzinfo=UTC), timedelta(microseconds=1)
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
        at=array("q", [(each.at - _EPOCH) // _MICROSECOND for each in said]).tobytes(),
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
    found = _MEASURED & said.keys()
    if not found:
        return _ONCE
    count = _number(said, "count", above=0.0) if "count" in found else 1.0
    return (
        1.0 if isnan(count) else count,
        _seconds(said) if found & _LASTING else nan,
        _number(said, *_WORTH) if not found.isdisjoint(_WORTH) else nan,
        _number(said, "errors", least=0.0) if "errors" in found else nan,
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
