"""Members side by side, as far as their accounts are alike. Pure.

Who looks after harder accounts has more of them at risk. So each member's share at risk stands beside the one that
would be expected of her accounts if they fared like accounts of the same kind that others look after (indirect
standardisation: B. MacMahon, D. Trichopoulos, "Epidemiology: Principles and Methods", 2nd ed. 1996, chapter 4;
N. E. Breslow, N. E. Day, "Statistical Methods in Cancer Research II", IARC 1987, chapter 2):

    expected = Σ over kinds k of  n(member, k) × at risk(others, k) ÷ n(others, k)
"""

from collections import defaultdict
from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from enum import StrEnum

from tenure.predictions.evaluation.intervals import Interval, share

FEWEST = 20
"""So many accounts that can be compared a member needs."""
OTHERS = 5
"""So many accounts of a kind others must have, or it is left out: nothing is known of what to expect."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A member's accounts of one kind: how many, and how many of them are at risk."""

    member: int
    kind: Hashable
    accounts: int
    at_risk: int


class Verdict(StrEnum):
    """What a comparison says."""

    TOO_FEW = "too few"
    FEWER = "fewer"
    MORE = "more"
    ALIKE = "as expected"


@dataclass(frozen=True, slots=True)
class Compared:
    """A member's share at risk among those of her accounts that can be compared, with its 95 % interval, and the share
    that is expected; both None without any."""

    accounts: int
    actual: Interval | None
    expected: float | None

    @property
    def verdict(self) -> Verdict:
        """Whether what is expected lies within the interval."""
        if self.accounts < FEWEST or self.actual is None or self.expected is None:
            return Verdict.TOO_FEW
        if self.expected > self.actual.high:
            return Verdict.FEWER
        return Verdict.MORE if self.expected < self.actual.low else Verdict.ALIKE


def compared(kinds: Iterable[Kind]) -> dict[int, Compared]:
    """Each member with others' accounts of the same kinds."""
    held: defaultdict[int, list[Kind]] = defaultdict(list)
    accounts: defaultdict[Hashable, int] = defaultdict(int)
    at_risk: defaultdict[Hashable, int] = defaultdict(int)
    for each in kinds:
        held[each.member].append(each)
        accounts[each.kind] += each.accounts
        at_risk[each.kind] += each.at_risk
    found = {}
    for member, hers in held.items():
        own: defaultdict[Hashable, tuple[int, int]] = defaultdict(lambda: (0, 0))
        for each in hers:
            n, red = own[each.kind]
            own[each.kind] = n + each.accounts, red + each.at_risk
        rates = {
            kind: (at_risk[kind] - red) / (accounts[kind] - n)
            for kind, (n, red) in own.items()
            if accounts[kind] - n >= OTHERS
        }
        total = sum(own[kind][0] for kind in rates)
        expected = sum(own[kind][0] * rate for kind, rate in rates.items()) / total if total else None
        found[member] = Compared(total, share(sum(own[kind][1] for kind in rates), total), expected)
    return found
