"""Who left, by size: many small customers or few large ones. Pure."""

from collections.abc import Sequence

import numpy as np

from tenure.revenue.contracts import SizeClass, Sizes
from tenure.revenue.runs import Whole

CLASSES = (("Small", 0.5), ("Medium", 0.8), ("Large", 0.95), ("Largest", 1.0))
"""Up to which share of the customers, the smallest first, a class reaches: half are small, one in twenty is largest."""
CLEARLY = 1.5
"""One share is clearly greater than another from so many times it on."""


def by_size(paid: Whole, now: Whole) -> Sizes:
    """What became of customers by what they paid at first: `paid` and `now` are MRR in minor units, a place an account,
    `now` nothing for who left. Accounts that paid alike stand in one class."""
    amounts = np.sort(paid)
    found: list[SizeClass] = []
    below = 0
    for label, share in CLASSES if len(amounts) else ():
        upto = int(amounts[max(0, round(share * len(amounts)) - 1)])
        theirs = (below < paid) & (paid <= upto)
        if theirs.any():
            gone, first = theirs & (now <= 0), paid[theirs]
            found.append(
                SizeClass(
                    label=label, least=int(first.min()), most=int(first.max()), customers=len(first),
                    lost=int(gone.sum()), opening=int(first.sum()), gone=int(paid[gone].sum()),
                )
            )  # fmt: skip
        below = max(below, upto)
    return Sizes(tuple(found), *_diagnosis(found))


def _diagnosis(found: Sequence[SizeClass]) -> tuple[str, str]:
    """What it comes to and what to do: the four cases of many or few customers with much or little money."""
    customers, lost = sum(each.customers for each in found), sum(each.lost for each in found)
    opening, gone = sum(each.opening for each in found), sum(each.gone for each in found)
    if not lost or not opening or not customers:
        return "", ""
    logos, money = lost / customers, gone / opening
    if logos >= CLEARLY * money:
        return (
            "Mostly small customers left: many of them, with little of the money.",
            "Help small customers without hands: onboarding that guides itself, messages in the product.",
        )
    if money >= CLEARLY * logos:
        return (
            "Large customers left: few of them, with much of the money.",
            "Look at each one by itself: the miss reviews and the last year of each account say what was not seen.",
        )
    return (
        "Customers of all sizes left alike.",
        "Size does not tell who leaves: compare plans, sources and how they began.",
    )
