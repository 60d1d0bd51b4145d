"""Which group moved NRR: the part of each in its change, and they add up to it. Pure.

With N what customers of twelve months ago pay now, P what they paid then, and R = N ÷ P of all together, the part of a
group g in the change from R₀ to R₁ is

    (N₁ᵍ − R₀ P₁ᵍ) ÷ P₁ − (N₀ᵍ − R₀ P₀ᵍ) ÷ P₀

Over all groups the first term adds up to R₁ − R₀ and the second to nothing, since Σ N₀ᵍ = R₀ Σ P₀ᵍ. So a group counts
by how far it is above or below the rate of before, at its weight: one that merely becomes larger and does as all do
moves nothing. An account is a group of one.
"""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from tenure.reports.matrix import Floats, Whole, Year

MOST_OF_ALL = 0.8
"""A group that has more of the money than this explains nothing: it is nearly all there is."""


@dataclass(frozen=True, slots=True)
class Grouping:
    """Accounts by what a field says of them: `codes` are places in `values`, one for each of `accounts` (ascending)."""

    field: str
    label: str
    values: tuple[str, ...]
    accounts: Whole
    codes: Whole

    @classmethod
    def of(cls, field: str, label: str, accounts: pa.ChunkedArray, told: pa.ChunkedArray) -> "Grouping":
        """From a column of accounts and one of what is known of them; what is not known is “Unknown”."""
        coded = told.cast(pa.string()).fill_null("Unknown").combine_chunks().dictionary_encode()
        ids = accounts.to_numpy()
        order = np.argsort(ids, kind="stable")
        codes = coded.indices.to_numpy().astype(np.int64)
        return cls(field, label, tuple(coded.dictionary.to_pylist()), ids[order], codes[order])

    def of_accounts(self, accounts: Whole) -> Whole:
        """The code of each account; one past the last value for who is not in it."""
        if not len(self.accounts):
            return np.zeros(len(accounts), np.int64)
        place = np.minimum(np.searchsorted(self.accounts, accounts), len(self.accounts) - 1)
        return np.where(self.accounts[place] == accounts, self.codes[place], len(self.values))


@dataclass(frozen=True, slots=True)
class Moved:
    """A group's part in a change of NRR, as a share of 1; `weight` is its share of the money at the start."""

    grouping: Grouping
    code: int
    part: float
    weight: float

    @property
    def value(self) -> str:
        return self.grouping.values[self.code]


def parts(then: Year, now: Year, codes: tuple[Whole, Whole], groups: int) -> Floats:
    """The part of each of so many groups in the change from `then` to `now`; `codes` are those of their accounts."""
    before, after = float(then.paid.sum()), float(now.paid.sum())
    if not before or not after:
        return np.zeros(groups)
    rate = float(then.now.sum()) / before
    return _sums(now, codes[1], rate, groups) / after - _sums(then, codes[0], rate, groups) / before


def _sums(year: Year, codes: Whole, rate: float, groups: int) -> Floats:
    found: Floats = np.bincount(codes, weights=year.now - rate * year.paid, minlength=groups)
    return found


def of_accounts(then: Year, now: Year) -> tuple[Whole, Floats]:
    """All accounts of both, and the part of each."""
    accounts: Whole = np.union1d(then.accounts, now.accounts)
    codes = np.searchsorted(accounts, then.accounts), np.searchsorted(accounts, now.accounts)
    return accounts, parts(then, now, codes, len(accounts))


def strongest(then: Year, now: Year, groupings: tuple[Grouping, ...], change: float) -> Moved | None:
    """The group with the greatest part in a change, in its direction, that is not nearly all there is."""
    found: list[Moved] = []
    for each in groupings:
        codes = each.of_accounts(then.accounts), each.of_accounts(now.accounts)
        groups = len(each.values) + 1
        weights = np.bincount(codes[1], weights=now.paid, minlength=groups) / max(float(now.paid.sum()), 1.0)
        told: NDArray[np.float64] = parts(then, now, codes, groups)[:-1]
        found += [
            Moved(each, code, float(part), float(weights[code]))
            for code, part in enumerate(told)
            if part * change > 0 and weights[code] <= MOST_OF_ALL
        ]
    return max(found, key=lambda moved: (abs(moved.part), -moved.weight), default=None)
