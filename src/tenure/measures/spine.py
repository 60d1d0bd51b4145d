"""The arithmetic of dates behind the facts: which days belong to which window of which as-of day.

All dates of a run of facts are cut into *segments*: the longest spans of days that every window holds or leaves
out as a whole, at most 62 days each where days are counted by bits. The rollups are summed by segment once; windows
are then put together from segments. Which segments a person was active in is kept in the bits of whole numbers, 62 a
word. A *clock* is the as-of days as one feed lives them: the same day for a feed on time, the day of its silence for
a frozen one.
Tables are small (segments × days), made with numpy, and carry no customer data.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

import numpy as np
import pyarrow as pa

type Bits = np.ndarray[tuple[int, ...], np.dtype[np.bool_]]
type Numbers = np.ndarray[tuple[int, ...], np.dtype[np.int64]]

EPOCH = date(1970, 1, 1)
BEGINNING = date(1900, 1, 1)
BITS = 62


@dataclass(frozen=True, slots=True)
class Window:
    """`days` complete days before a clock's day, `shift` windows back; `days` None is all time before it."""

    clock: int
    days: int | None
    shift: int = 0

    @property
    def column(self) -> str:
        return f"c{self.clock}_w{'all' if self.days is None else self.days}{'_before' if self.shift else ''}"


@dataclass(frozen=True, slots=True)
class Timeline:
    """As-of days cut into segments, with the membership of segments in windows (segments × as-of days)."""

    as_of: tuple[date, ...]
    starts: Numbers
    end: int
    members: Mapping[Window, Bits]

    @property
    def days(self) -> tuple[date, date]:
        """First day that any window holds, and the day after the last."""
        return _date(int(self.starts[0])), _date(self.end)

    def calendar(self) -> pa.Table:
        """One row a day: its segment, and the first as-of day that holds it in any window.

        `bit` of `word` stands for the segment, `day_bit` for the day within its segment.
        """
        days = np.arange(self.starts[0], self.end, dtype=np.int64)
        segment = np.searchsorted(self.starts, days, side="right") - 1
        first = self.first[segment]
        as_of = np.array([_number(d) for d in self.as_of] + [_number(date.max)], dtype=np.int64)
        return pa.table(
            {
                "day": _dates(days),
                "segment": pa.array(segment, pa.int32()),
                "first_as_of": _dates(as_of[first]),
                "word": pa.array(segment // BITS, pa.int32()),
                "bit": pa.array(_bits(segment), pa.int64()),
                "day_bit": pa.array(_bits(days - self.starts[segment]), pa.int64()),
            }
        )

    @property
    def first(self) -> Numbers:
        """For each segment the first as-of day (its ordinal) with a window that holds it; their number if none."""
        seen = np.zeros((len(self.starts), len(self.as_of)), dtype=bool)
        for bits in self.members.values():
            seen |= bits
        found = seen.argmax(axis=1)
        return np.where(seen.any(axis=1), found, len(self.as_of)).astype(np.int64)

    def membership(self) -> pa.Table:
        """One row for each segment and as-of day that some window joins; a 0/1 column a window."""
        some = np.zeros((len(self.starts), len(self.as_of)), dtype=bool)
        for bits in self.members.values():
            some |= bits
        segment, ordinal = np.nonzero(some)
        columns = {"segment": pa.array(segment, pa.int32()), "ordinal": pa.array(ordinal, pa.int32())}
        for window, bits in self.members.items():
            columns[window.column] = pa.array(bits[segment, ordinal].astype(np.int8), pa.int8())
        return pa.table(columns)

    def edges(self) -> pa.Table:
        """The days between segments, counted from 0: edge k lies before segment k."""
        return pa.table({"edge": pa.array(range(len(self.starts) + 1), pa.int32())})

    def bounds(self) -> tuple[pa.Table, Mapping[Window, tuple[str, str]]]:
        """One row an as-of day with the edges that windows begin and end at, and for each window its two columns."""
        found: dict[tuple[int, ...], str] = {}
        named = {}
        for window, bits in self.members.items():
            first = bits.argmax(axis=0)
            ends = (tuple(int(x) for x in first), tuple(int(x) for x in first + bits.sum(axis=0)))
            named[window] = tuple(found.setdefault(each, f"b{len(found)}") for each in ends)
        columns = {"ordinal": pa.array(range(len(self.as_of)), pa.int32())}
        columns |= {name: pa.array(edges, pa.int64()) for edges, name in found.items()}
        return pa.table(columns), {w: (a, b) for w, (a, b) in named.items()}

    @property
    def words(self) -> int:
        """How many words of 62 bits hold a bit for each segment."""
        return -(-len(self.starts) // BITS)

    def masks(self, windows: Iterable[Window]) -> pa.Table:
        """One row an as-of day, a column for each window and word: the bits of the segments in the window."""
        bit = _bits(_count(len(self.starts)))
        word = _count(len(self.starts)) // BITS
        columns = {"ordinal": pa.array(range(len(self.as_of)), pa.int32())}
        for w in in_order(windows):
            for each in range(self.words):
                held = np.where(self.members[w] & (word == each)[:, None], bit[:, None], 0)
                columns[f"{w.column}_{each}"] = pa.array(held.sum(axis=0), pa.int64())
        return pa.table(columns)


def in_order(windows: Iterable[Window]) -> list[Window]:
    """Each window once, in a fixed order."""
    return sorted(set(windows), key=lambda w: w.column)


def cut(
    as_of: Sequence[date],
    clocks: Sequence[Sequence[date]],
    windows: Iterable[Window],
    *,
    beginning: date = BEGINNING,
    short: bool = True,
) -> Timeline:
    """Cut the days of `windows` into segments; `clocks[c][i]` is as-of day i as clock c lives it.

    "All time" starts at `beginning`, the day of the first row there is: each segment costs a row an entity.
    `short` keeps segments to the days that have bits in a word.
    """
    wanted = in_order(windows)
    lived = [np.array([_number(d) for d in clock], dtype=np.int64) for clock in clocks]
    edges: set[int] = set()
    spans = {}
    for w in wanted:
        at = lived[w.clock]
        high = at - w.shift * (w.days or 0)
        low = np.minimum(_number(beginning), high - 1) if w.days is None else high - w.days
        spans[w] = low, high
        edges |= {int(x) for x in low} | {int(x) for x in high}
    found = sorted(edges) or [_number(as_of[0]) - 1, _number(as_of[0])]
    ordered = _split(found) if short else np.array(found, dtype=np.int64)
    starts, end = ordered[:-1], int(ordered[-1])
    members = {
        w: (starts[:, None] >= low[None, :]) & (ordered[1:, None] <= high[None, :]) for w, (low, high) in spans.items()
    }
    return Timeline(tuple(as_of), starts, end, members)


def _split(edges: Sequence[int]) -> Numbers:
    """The edges, with others between those that are more than 62 days apart."""
    found = [np.arange(a, b, BITS, dtype=np.int64) for a, b in pairwise(edges)]
    return np.append(np.concatenate(found), edges[-1])


def _bits(numbers: Numbers) -> Numbers:
    """2 to the power of each number's place in its word."""
    return np.left_shift(np.int64(1), numbers % BITS)


def _count(size: int) -> Numbers:
    return np.arange(size, dtype=np.int64)


def _number(day: date) -> int:
    return (day - EPOCH).days


def _date(number: int) -> date:
    return EPOCH + timedelta(days=number)


def _dates(numbers: Numbers) -> pa.Array:
    return pa.array(numbers.astype(np.int32), pa.int32()).cast(pa.date32())


def arrivals(as_of: Sequence[date]) -> pa.Table:
    """For each day from the first to the last as-of day, the ordinal of the first as-of day not before it."""
    numbers = np.array([_number(d) for d in as_of], dtype=np.int64)
    days = np.arange(numbers[0], numbers[-1] + 1, dtype=np.int64)
    return pa.table({"day": _dates(days), "ordinal": pa.array(np.searchsorted(numbers, days), pa.int32())})
