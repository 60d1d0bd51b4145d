"""The best customers: what is more frequent among those who have paid most than among the others. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from tenure.predictions.evaluation.intervals import share
from tenure.revenue.fit import chance
from tenure.revenue.fit.contracts import FEW, Best, Trait
from tenure.revenue.fit.customers import Customers
from tenure.revenue.groups import FieldGroups

TENTH = 10


def who(customers: Customers) -> NDArray[np.bool_]:
    """Which of them are best: the tenth that has paid most, but so many that something can be told of them; nobody
    where as many others would be lacking."""
    count = len(customers.ids)
    best = np.zeros(count, np.bool_)
    most = max(FEW, round(count / TENTH))
    if count >= most + FEW:
        best[np.lexsort((customers.ids, -customers.paid))[:most]] = True
    return best


def profile(customers: Customers, groupings: Sequence[FieldGroups]) -> Best | None:
    """The best beside the others, value by value; None where there are too few customers. A value that fewer than 20
    customers have is not looked at."""
    best = who(customers)
    many, rest = int(best.sum()), int((~best).sum())
    if not many:
        return None
    found = [each for by in groupings for each in _traits(by, best, many, rest)]
    adjusted = chance.adjusted(np.array([each.p for each in found]))
    told = [replace(each, q=q) for each, q in zip(found, adjusted.tolist(), strict=True)]
    told.sort(key=lambda each: (not each.stands_out, -each.more.value, each.label, each.value))
    paid = customers.paid
    return Best(many, rest, int(paid[best].sum()), int(paid[~best].sum()), int(paid[best].min()), tuple(told))


def _traits(by: FieldGroups, best: NDArray[np.bool_], many: int, rest: int) -> Iterator[Trait]:
    names, codes = by.groups.names, by.groups.codes
    some, others = (np.bincount(codes[each], minlength=len(names)) for each in (best, ~best))
    p = chance.shares_differ(some, many, others, rest)
    for n, name in enumerate(names):
        mine, theirs = int(some[n]), int(others[n])
        of_best, of_others = share(mine, many), share(theirs, rest)
        if name is None or mine + theirs < FEW or of_best is None or of_others is None:
            continue
        yield Trait(
            column=by.key, label=by.label, value=name, best=mine, others=theirs, of_best=of_best,
            of_others=of_others, more=chance.apart(of_best, of_others),
            lift=of_best.value / of_others.value if theirs else None, p=float(p[n]), q=1.0,
        )  # fmt: skip
