"""Days of a workspace, many at a time."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

QUARTER_S = 900
"""Offsets from UTC are multiples of a quarter of an hour, and change at one."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_DAY_ONE = date(1970, 1, 1)


def days(moments: Sequence[datetime], zone: str) -> NDArray[np.int32]:
    """The calendar day of each moment in the zone, as days since 1970-01-01."""
    if not moments:
        return np.empty(0, np.int32)
    return days_of(pa.array(moments, pa.timestamp("us", tz="UTC")), zone)


def days_of(moments: pa.TimestampArray, zone: str) -> NDArray[np.int32]:
    """`days` of an array of microseconds in UTC."""
    seconds = moments.cast(pa.int64()).to_numpy() // 1_000_000
    quarters, place = np.unique(seconds // QUARTER_S, return_inverse=True)
    found: NDArray[np.int32] = ((seconds + _offsets(quarters, zone)[place]) // 86_400).astype(np.int32)
    return found


def day_number(day: date) -> int:
    """Days since 1970-01-01."""
    return (day - _DAY_ONE).days


def dated(number: int) -> date:
    """The day of a number."""
    return _DAY_ONE + timedelta(days=int(number))


def _offsets(quarters: NDArray[np.int64], zone: str) -> NDArray[np.int64]:
    where = ZoneInfo(zone)
    found = []
    for quarter in quarters.tolist():
        offset = (_EPOCH + timedelta(seconds=quarter * QUARTER_S)).astimezone(where).utcoffset()
        found.append(int(offset.total_seconds()) if offset is not None else 0)
    return np.array(found, np.int64)
