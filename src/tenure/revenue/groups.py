"""Accounts told apart by what a field says of them: by its words, by a few numbers, or by bands of many. Pure.

Retention, fit and the parts of a change all ask here, so that a field makes the same groups wherever it is shown.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from tenure.revenue.runs import Whole

APART = 6
"""So many different numbers, or fewer, are groups of their own; more are put in bands."""
QUARTERS = (0.25, 0.5, 0.75)

type Reals = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Groups:
    """Rows told apart: `codes` has each row's place in `names`, the last of which is None where nothing is known of
    some. `ordered` names stand in an order of their own, as bands do; others by the alphabet."""

    names: tuple[str | None, ...]
    codes: Whole
    ordered: bool = False

    @classmethod
    def of(cls, names: Sequence[str], places: Whole, *, ordered: bool) -> "Groups":
        """From each row's place in `names`, below 0 where nothing is known; a group that nobody is in is left out."""
        every = (*names, None)
        places = np.where(places < 0, len(names), places)
        there = np.bincount(places, minlength=len(every)) > 0
        kept = tuple(name for name, has_rows in zip(every, there.tolist(), strict=True) if has_rows)
        return cls(kept, (np.cumsum(there) - 1)[places], ordered)

    def has(self, name: str | None) -> NDArray[np.bool_]:
        """Which rows are in a group: none where there is no such."""
        place = self.names.index(name) if name in self.names else -1
        return np.asarray(self.codes == place)


@dataclass(frozen=True, slots=True)
class FieldGroups:
    """The `groups` of `accounts` (ids, ascending) by a field; `key` is what asks for it."""

    key: str
    label: str
    accounts: Whole
    groups: Groups

    def codes_of(self, accounts: Whole) -> Whole:
        """The place of the group of each of these accounts, in any order; one past the last for who is in none."""
        none = np.int64(len(self.groups.names))
        if not len(self.accounts):
            return np.full(len(accounts), none)
        place = np.minimum(np.searchsorted(self.accounts, accounts), len(self.accounts) - 1)
        return np.where(self.accounts[place] == accounts, self.groups.codes[place], none)


def by_column(column: pa.Array) -> Groups:
    """The groups that a column makes of its rows, by what it has: yes and no, numbers, or words."""
    if pa.types.is_integer(column.type) or pa.types.is_floating(column.type):
        return by_numbers(column)
    if pa.types.is_boolean(column.type):
        return by_words(pc.if_else(column, pa.scalar("Yes"), pa.scalar("No")))
    return by_words(column)


def by_words(column: pa.Array) -> Groups:
    """A group a word; an empty one says nothing."""
    coded = column.cast(pa.string()).dictionary_encode()
    words = coded.dictionary.to_pylist()
    names = sorted(word for word in words if word)
    place = {name: at for at, name in enumerate(names)}
    places = np.array([*(place.get(word, -1) for word in words), -1])  # the last is that of a null, at -1
    return Groups.of(names, places[coded.indices.fill_null(-1).to_numpy(zero_copy_only=False)], ordered=False)


def by_numbers(column: pa.Array) -> Groups:
    """A few different numbers as they are; many in four bands with as many rows each as round edges allow."""
    numbers = _reals(column)
    known = numbers[np.isfinite(numbers)]
    different = np.unique(known)
    if len(different) > APART:
        return by_bands(column, _edges(known, different))
    written = [_written(each) for each in different]
    names = list(dict.fromkeys(written))  # 0.3 and 0.1 + 0.2 are written alike
    places = np.array([*(names.index(each) for each in written), -1])  # the last is that of what is not known
    at = np.where(np.isfinite(numbers), np.searchsorted(different, numbers), len(different))
    return Groups.of(names, places[at], ordered=True)


def by_bands(column: pa.Array, edges: Sequence[float] | Reals) -> Groups:
    """Bands of numbers: from an edge on up to the next, which is left out. Edges rise, and there is one at least."""
    numbers = _reals(column)
    written = [_written(each) for each in edges]
    names = [
        f"under {written[0]}",
        *(f"{low} to under {high}" for low, high in pairwise(written)),
        f"{written[-1]} or more",
    ]
    places = np.where(np.isfinite(numbers), np.searchsorted(edges, numbers, side="right"), -1)
    return Groups.of(names, places, ordered=True)


def by_being(column: pa.Array, yes: str, no: str) -> Groups:
    """Two groups: who is something, and who is not or is not known to be."""
    held = pc.fill_null(column, False).to_numpy(zero_copy_only=False)
    return Groups.of((yes, no), np.where(held, 0, 1), ordered=True)


def _edges(known: Reals, different: Reals) -> Reals:
    """The quarters as round numbers, or as they are where these leave all on one side. Where a quarter or more have the
    least number, the first band is theirs alone."""
    quarters = np.maximum(np.quantile(known, QUARTERS), different[1])
    found = np.unique([_rounded(each) for each in quarters])
    found = found[(found > different[0]) & (found <= different[-1])]
    return found if len(found) else np.unique(quarters)


def _reals(column: pa.Array) -> Reals:
    """As numbers, NaN where nothing is known."""
    found: Reals = column.cast(pa.float64()).fill_null(float("nan")).to_numpy(zero_copy_only=False)
    return found


def _rounded(number: float) -> float:
    """To two figures: an edge that people would draw."""
    return float(f"{number:.2g}")


def _written(number: float) -> str:
    return f"{number + 0.0:,.10g}"  # nothing has no sign
