"""Hashes on disk: in pieces, each sorted and cut into pages.

A row for each hash would walk through the whole tree for each; a piece is written at once, in order. Of a day's pieces
eight of about one size become one, so that there are never many (a log-structured merge tree: O'Neil, Cheng, Gawlick
and O'Neil 1996).
"""

from collections.abc import Iterator
from datetime import date
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from tenure.ingest.duplicates.filters import Hashes, halves, joined, ordered
from tenure.ingest.duplicates.tables import Tables, tables
from tenure.ingest.hashing import SIZE

A_PAGE = 256
"""Hashes that are read to find one."""
FAN = 8
"""So many pieces of a size become one."""
LARGEST = 1_000_000
"""Hashes from which a piece is left as it is: merging writes it again."""
A_SLICE = 200_000
"""About as many hashes of a merge are in memory at once."""
MERGED = 0
"""The run of a piece that several runs wrote."""

_DAYS = "SELECT day, MAX(id), SUM(hashes) FROM seen_piece WHERE workspace = {p} GROUP BY day ORDER BY day"
_OF_DAY = "SELECT id, run, hashes FROM seen_piece WHERE workspace = {p} AND day = {p} ORDER BY id"
_ADD = "INSERT INTO seen_piece (workspace, day, run, hashes) VALUES ({p}, {p}, {p}, {p}) RETURNING id"
_ADD_PAGE = "INSERT INTO seen_page (piece, first, hashes) VALUES ({p}, {p}, {p})"
_PAGES = "SELECT hashes FROM seen_page WHERE piece = {p} ORDER BY first"
# The pages on which hashes from the second to the third parameter lie, and some before and after them.
_PAGES_BETWEEN = """
SELECT hashes FROM seen_page
WHERE piece = {p} AND first <= {p} AND first >= COALESCE(
    (SELECT s.first FROM seen_page AS s WHERE s.piece = {p} AND s.first <= {p} ORDER BY s.first DESC LIMIT 1), {p}
)
ORDER BY first
"""
# On which page is a hash, if anywhere? On the last that begins at or before it.
_PAGE_OF = "SELECT hashes FROM seen_page WHERE piece = {p} AND first <= {p} ORDER BY first DESC LIMIT 1"
_MERGED = "UPDATE seen_piece SET run = {p}, hashes = {p} WHERE id = {p}"
_OF_RUN = "SELECT id FROM seen_piece WHERE workspace = {p} AND run = {p}"
_BEFORE = "SELECT id, day FROM seen_piece WHERE day < {p}"
_DROP_PAGES = "DELETE FROM seen_page WHERE piece = {p}"
_DROP = "DELETE FROM seen_piece WHERE id = {p}"
_HELD = "SELECT COALESCE(SUM(hashes), 0) FROM seen_piece"


class Piece(NamedTuple):
    """Hashes that lie together, and the run that saw them first."""

    id: int
    run: int
    hashes: int


class Day(NamedTuple):
    """A day of receipt: its newest piece, and how many hashes it has."""

    day: date
    newest: int
    hashes: int


def days(workspace: int) -> list[Day]:
    """The days of which there is anything."""
    return [Day(date.fromisoformat(day), newest, int(n)) for day, newest, n in tables().ask(_DAYS, workspace)]


def add(workspace: int, day: date, run: int, hashes: Hashes) -> None:
    """Keep hashes that are nowhere yet, in one transaction, as a piece whose id is greater than all before."""
    where = tables()
    with where.writing():
        piece = int(where.ask(_ADD, workspace, day.isoformat(), run, len(hashes))[0][0])
        _write(piece, ordered(hashes))
        for together in _ripe(workspace, day, run):
            _merge(together)


def after(workspace: int, day: date, piece: int) -> Iterator[Hashes]:
    """All hashes of a day that came after a piece, and some from before it."""
    for each in _of_day(workspace, day):
        if each.id > piece:
            yield from _parts(each.id)


def holding(workspace: int, day: date, hashes: Hashes) -> NDArray[np.bool_]:
    """Which of the hashes the day has."""
    found = np.zeros(len(hashes), bool)
    for piece in _of_day(workspace, day):
        if len(hashes) * A_PAGE > piece.hashes:
            for part in _parts(piece.id):
                found |= _among(part, hashes)
        else:
            where = tables()
            found |= np.fromiter((_on_page(where, piece.id, each) for each in hashes), bool, len(hashes))
    return found


def drop_run(workspace: int, run: int) -> None:
    """Forget what a run has added."""
    where = tables()
    with where.writing():
        _drop([piece for (piece,) in where.ask(_OF_RUN, workspace, run)])


def drop_before(day: date) -> set[date]:
    """Forget days, of all workspaces; which there were."""
    where = tables()
    old = where.ask(_BEFORE, day.isoformat())
    if old:
        with where.writing():
            _drop([piece for piece, _ in old])
    return {date.fromisoformat(each) for _, each in old}


def held() -> int:
    """How many hashes there are."""
    return int(tables().ask(_HELD)[0][0])


def _of_day(workspace: int, day: date) -> list[Piece]:
    return [Piece(*row) for row in tables().ask(_OF_DAY, workspace, day.isoformat())]


def _ripe(workspace: int, day: date, run: int) -> Iterator[list[Piece]]:
    """Pieces to be made one: eight or more whose numbers of hashes have as many digits to the base of eight.

    Those of the run at work stay, since it may have to be undone.
    """
    by_size: dict[int, list[Piece]] = {}
    for piece in _of_day(workspace, day):
        if piece.run != run and piece.hashes < LARGEST:
            by_size.setdefault((piece.hashes.bit_length() - 1) // 3, []).append(piece)
    yield from (pieces for pieces in by_size.values() if len(pieces) >= FAN)


def _merge(pieces: list[Piece]) -> None:
    """The newest keeps its id: whoever has seen pieces up to an id has seen what they were made of."""
    newest, older = pieces[-1].id, [piece.id for piece in pieces[:-1]]
    together = sum(piece.hashes for piece in pieces)
    own, slices = _read(newest), 1 + together // A_SLICE
    tables().change(_DROP_PAGES, [(newest,)])
    for low, high in pairwise(number * 2**64 // slices for number in range(slices + 1)):
        parts = [_between(own, low, high), *(_between(_near(piece, low, high), low, high) for piece in older)]
        _write(newest, ordered(np.concatenate(parts)))
    _drop(older)
    tables().change(_MERGED, [(MERGED, together, newest)])


def _between(hashes: Hashes, low: int, high: int) -> Hashes:
    """Those of which the first half is at least `low` and less than `high`, at most 2^64."""
    return hashes[(hashes[:, 0] >= np.uint64(low)) & (hashes[:, 0] <= np.uint64(high - 1))]


def _near(piece: int, low: int, high: int) -> Hashes:
    """The hashes of a piece on the pages that may have those between `low` and `high`."""
    first = low.to_bytes(SIZE // 2)
    last = (high - 1).to_bytes(SIZE // 2) + b"\xff" * (SIZE // 2)
    found = tables().ask(_PAGES_BETWEEN, piece, last, piece, first, first)
    return halves(b"".join(bytes(page) for (page,) in found))


def _write(piece: int, hashes: Hashes) -> None:
    whole = joined(hashes)
    step = A_PAGE * SIZE
    pages = [(piece, whole[at : at + SIZE], whole[at : at + step]) for at in range(0, len(whole), step)]
    tables().change(_ADD_PAGE, pages)


def _read(piece: int) -> Hashes:
    return np.concatenate([halves(b""), *_parts(piece)])


def _parts(piece: int) -> Iterator[Hashes]:
    """The hashes of a piece in order, as many at once as may be in memory."""
    for pages in tables().stream(_PAGES, piece):
        yield halves(b"".join(bytes(page) for (page,) in pages))


def _drop(pieces: list[int]) -> None:
    for statement in (_DROP_PAGES, _DROP):
        tables().change(statement, [(piece,) for piece in pieces])


def _among(hashes: Hashes, asked: Hashes) -> NDArray[np.bool_]:
    """Which of `asked` are in `hashes`, which are in order."""
    first = np.searchsorted(hashes[:, 0], asked[:, 0], "left")
    upto = np.searchsorted(hashes[:, 0], asked[:, 0], "right")
    found = np.zeros(len(asked), bool)
    for row in np.flatnonzero(upto > first):
        found[row] = asked[row, 1] in hashes[first[row] : upto[row], 1]
    return found


def _on_page(where: Tables, piece: int, hash_: Hashes) -> bool:
    page = where.ask(_PAGE_OF, piece, joined(hash_))
    return bool(page) and bool(_among(halves(bytes(page[0][0])), hash_[np.newaxis])[0])
