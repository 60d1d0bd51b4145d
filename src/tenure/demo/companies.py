"""Who the customers are: names, industries, countries, owners, and who belongs to whom."""

from dataclasses import dataclass

import numpy as np

from tenure.demo import words
from tenure.demo.contracts import Scenario
from tenure.demo.lives import PLANS, Ints, Lives

SEGMENTS = ("Small", "Small", "Mid-market", "Enterprise")
EMPLOYEES_A_SEAT = (6, 9, 14, 25)
# One company group for so many accounts; a group has this many subsidiaries.
ACCOUNTS_A_GROUP, SUBSIDIARIES = 60, 2
NOBODY = -1
OWNERS = {
    "UK & Ireland": "ines",
    "DACH": "jonas",
    "Nordics": "sami",
    "Benelux": "sami",
    "Southern Europe": "priya",
    "North America": "ines",
}


@dataclass(frozen=True, slots=True)
class Profile:
    """One customer as the vendor's CRM describes it."""

    id: str
    name: str
    domain: str
    industry: str
    country: str
    region: str
    hours_ahead: int
    source: str
    segment: str
    employees: int
    owner: str
    parent: int  # index of the parent account, or NOBODY


def account_id(index: int) -> str:
    """The id by which all of the vendor's systems name the account."""
    return f"A{index + 1:05d}"


def profiles(scenario: Scenario, lives: Lives) -> list[Profile]:
    """A profile for every life."""
    rng, n = np.random.default_rng([scenario.seed, 3]), scenario.accounts
    industries = list(words.INDUSTRIES)
    industry = rng.choice(len(industries), size=n, p=words.INDUSTRY_SHARES)
    country = rng.choice(len(words.COUNTRIES), size=n, p=[share for _, _, share, _ in words.COUNTRIES])
    source = rng.choice(len(words.SOURCES), size=n, p=words.SOURCE_SHARES)
    size = np.array(EMPLOYEES_A_SEAT)[lives.plan] * lives.seats * rng.lognormal(0, 0.35, n)
    parent = _parents(lives)
    stems = _stems(rng, n)
    trades = [words.INDUSTRIES[industries[i]][k % len(words.INDUSTRIES[industries[i]])]
              for i, k in zip(industry, rng.integers(0, 60, n), strict=True)]  # fmt: skip
    found: list[Profile] = []
    taken: set[str] = set()
    for i in range(n):
        place, region, _, hours = words.COUNTRIES[country[i]]
        name = f"{stems[i]} {trades[i]}"
        if parent[i] != NOBODY:
            name = f"{stems[parent[i]]} {trades[parent[i]]} {place}"
            name = f"{name} South" if name in taken else name
        taken.add(name)
        found.append(
            Profile(
                id=account_id(i),
                name=name,
                domain=f"{name.lower().replace(' ', '-')}.example",
                industry=industries[industry[parent[i] if parent[i] != NOBODY else i]],
                country=place,
                region=region,
                hours_ahead=hours,
                source=words.SOURCES[source[i]],
                segment=SEGMENTS[lives.plan[i]],
                employees=int(size[i]) + 1,
                owner=f"{OWNERS[region]}@{words.VENDOR_DOMAIN}",
                parent=int(parent[i]),
            )
        )
    return found


def _stems(rng: np.random.Generator, n: int) -> list[str]:
    """Names that no two accounts share; past the word lists' reach they are numbered."""
    all_stems = [first + second for first in words.FIRST for second in words.SECOND]
    order = rng.permutation(len(all_stems))
    return [all_stems[order[i % len(order)]] + (f" {i // len(order) + 1}" if i >= len(order) else "") for i in range(n)]


def _parents(lives: Lives) -> Ints:
    """Some of the largest customers have subsidiaries that are customers too."""
    parent = np.full(len(lives.plan), NOBODY)
    groups = np.flatnonzero(lives.plan == PLANS.index("Enterprise"))[: len(parent) // ACCOUNTS_A_GROUP]
    free = np.flatnonzero(lives.plan == PLANS.index("Business"))[: len(groups) * SUBSIDIARIES]
    parent[free] = np.repeat(groups, SUBSIDIARIES)[: len(free)]
    return parent
