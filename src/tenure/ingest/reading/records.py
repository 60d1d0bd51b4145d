"""Cutting a CSV's bytes into records with exact line numbers, also where quotation marks are broken.

Lines with an even number of quotation marks stand alone. A line with an odd number opens a cell that goes on in
the next lines, or is broken: it is joined up to the next odd line when that makes a whole record, and rejected
alone otherwise, so that one broken line never swallows its neighbours.
"""

import csv
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

type Ints = NDArray[np.int64]

MAX_LINES, MAX_BYTES = 1_000, 1 << 20


@dataclass(frozen=True, slots=True)
class Records:
    """Where the records of a block are: single lines as arrays, the others one by one. Offsets are in the block."""

    starts: Ints
    ends: Ints
    lines: Ints
    joined: tuple[tuple[int, int, int], ...]
    broken: tuple[tuple[int, int, int], ...]
    consumed: int
    line_count: int


def split(data: bytes, *, first_line: int, delimiter: str, width: int, final: bool) -> Records:
    """Cut `data`, which starts at a record and ends at a line end (or the file's end, when `final`).

    Empty lines are no records. What is left over after `consumed` belongs in front of the next block.
    """
    view = np.frombuffer(data, dtype=np.uint8)
    ends = np.flatnonzero(view == 10).astype(np.int64)
    if final and (not len(ends) or ends[-1] != len(data) - 1):
        ends = np.append(ends, len(data))
    starts = np.concatenate(([0], ends[:-1] + 1)).astype(np.int64)
    quotes = np.flatnonzero(view == 34)
    counts = (
        np.bincount(np.searchsorted(ends, quotes), minlength=len(ends)) if len(quotes) else np.zeros(len(ends), int)
    )
    odd = np.flatnonzero(counts & 1).tolist()

    alone = np.ones(len(ends), dtype=bool)
    joined: list[tuple[int, int, int]] = []
    broken: list[tuple[int, int, int]] = []
    stop = len(ends)
    at = 0
    while at < len(odd):
        i = odd[at]
        at += 1
        here = (int(starts[i]), int(ends[i]), first_line + i)
        if whole(data[here[0] : here[1]], delimiter, width):
            continue
        j = odd[at] if at < len(odd) else None
        if j is None and not final and ends[-1] - here[0] <= MAX_BYTES and stop - i <= MAX_LINES:
            stop = i
            break
        if j is not None and _joins(data, starts, ends, i, j, delimiter, width):
            joined.append((here[0], int(ends[j]), here[2]))
            alone[i : j + 1] = False
            at += 1
        else:
            broken.append(here)
            alone[i] = False
    alone[stop:] = False
    alone &= ~_empty(view, starts, ends)
    keep = np.flatnonzero(alone)
    return Records(
        starts=starts[keep],
        ends=ends[keep],
        lines=keep + first_line,
        joined=tuple(joined),
        broken=tuple(broken),
        consumed=int(starts[stop]) if stop < len(ends) else len(data),
        line_count=stop,
    )


def whole(record: bytes, delimiter: str, width: int) -> bool:
    """Whether the bytes are one record of `width` cells with every quotation mark closed."""
    cells = parse(record.decode("latin-1"), delimiter)
    return cells is not None and len(cells) == width


def parse(record: str, delimiter: str) -> list[str] | None:
    """The cells of one record; None when a quotation mark stays open or text follows a closed one."""
    try:
        rows = list(csv.reader([record], delimiter=delimiter, strict=True))
    except csv.Error:
        return None
    return rows[0] if len(rows) == 1 else None


def runs(records: Records) -> Iterator[tuple[int, int]]:
    """Stretches of the block (start, end with its line feed) that hold single-line records without a gap."""
    if not len(records.starts):
        return
    gaps = np.flatnonzero(records.starts[1:] != records.ends[:-1] + 1) + 1
    for group in np.split(np.arange(len(records.starts)), gaps):
        yield int(records.starts[group[0]]), int(records.ends[group[-1]]) + 1


def _joins(data: bytes, starts: Ints, ends: Ints, i: int, j: int, delimiter: str, width: int) -> bool:
    """Whether lines i…j are one record. A line between them that looks like a whole record says no."""
    if j - i > MAX_LINES or ends[j] - starts[i] > MAX_BYTES:
        return False
    mark = delimiter.encode()
    inner = (data[starts[k] : ends[k]] for k in range(i + 1, j))
    if width >= 3 and any(line.count(mark) == width - 1 for line in inner):
        return False
    return whole(data[starts[i] : ends[j]], delimiter, width)


def _empty(view: NDArray[np.uint8], starts: Ints, ends: Ints) -> NDArray[np.bool_]:
    length = ends - starts
    bare_return = (length == 1) & (view[np.minimum(starts, len(view) - 1)] == 13)
    return np.asarray(bare_return | (length == 0), dtype=np.bool_)
