"""Which group moved NRR: the part of each in its change, and they add up to it. Pure.

With N what customers of twelve months ago pay now, P what they paid then, and R = N ÷ P of all together, the part of a
group g in the change from R₀ to R₁ is

    (N₁ᵍ − R₀ P₁ᵍ) ÷ P₁ − (N₀ᵍ − R₀ P₀ᵍ) ÷ P₀

Over all groups the first term adds up to R₁ − R₀ and the second to nothing, since Σ N₀ᵍ = R₀ Σ P₀ᵍ. So a group counts
by how far it is above or below the rate of before, at its weight: one that merely becomes larger and does as all do
moves nothing. An account is a group of one.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from tenure.reports.matrix import Floats, Year
from tenure.revenue.groups import FieldGroups
from tenure.revenue.runs import Whole

MOST_OF_ALL = 0.8
"""A group that has more of the money than this explains nothing: it is nearly all there is."""


@dataclass(frozen=True, slots=True)
class Moved:
    """A group's part in a change of NRR, as a share of 1; `weight` is its share of the money at the start."""

    by: FieldGroups
    code: int
    part: float
    weight: float

    @property
    def value(self) -> str | None:
        """The name of the group; None of whom nothing is known."""
        return self.by.groups.names[self.code]


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


def strongest(then: Year, now: Year, fields: Iterable[FieldGroups], change: float) -> Moved | None:
    """The group with the greatest part in a change, in its direction, that is not nearly all there is."""
    found: list[Moved] = []
    for each in fields:
        codes = each.codes_of(then.accounts), each.codes_of(now.accounts)
        size = len(each.groups.names) + 1  # the last has who is in no group
        weights = np.bincount(codes[1], weights=now.paid, minlength=size) / max(float(now.paid.sum()), 1.0)
        found += [
            Moved(each, code, float(part), float(weights[code]))
            for code, part in enumerate(parts(then, now, codes, size)[:-1])
            if part * change > 0 and weights[code] <= MOST_OF_ALL
        ]
    return max(found, key=lambda moved: (abs(moved.part), -moved.weight), default=None)
