"""Hierarchy: a parent's score out of its own and its children's."""

import numpy as np
from numpy.typing import NDArray

from tenure.health.scorecard import RollUp

type Floats = NDArray[np.float64]
type Integers = NDArray[np.int64]

MAX_DEPTH = 64


def roll_up(*, own: Floats, coverage: Floats, parent: Integers, mrr: Floats, method: RollUp) -> tuple[Floats, Floats]:
    """Score and coverage of every account with its children counted in, from the leaves up.

    `own` is NaN where an account is not known well enough to count. `parent` is the parent's row, -1 for none.
    `mean`: of the account's own score and its children's. `mrr_weighted`: the same, weighted by the MRR below
    each (`mean` where there is none). `worst_child`: the lowest of them. Who is not known takes no part; an
    account whose own score is unknown takes its children's. Parents in a circle are left as they are.
    """
    if method == "own" or not len(own) or not (parent >= 0).any():
        return own.copy(), coverage.copy()
    score, covered, money = own.copy(), coverage.copy(), np.nan_to_num(mrr)
    levels = _levels(parent)
    for level in range(levels.max(), 0, -1):
        children = np.flatnonzero((levels == level) & (parent >= 0))
        for_parent = parent[children]
        known = ~np.isnan(score[children])
        np.add.at(money, for_parent, money[children])
        _combine(score, covered, money, np.nan_to_num(mrr), children[known], for_parent[known], method)
    return score, covered


def _combine(
    score: Floats,
    covered: Floats,
    money: Floats,
    own_mrr: Floats,
    children: Integers,
    parents: Integers,
    method: RollUp,
) -> None:
    """Count these known children into their parents, in place."""
    touched = np.unique(parents)
    if not len(touched):
        return
    if method == "worst_child":
        own = score[touched]
        score[touched] = np.where(np.isnan(own), np.inf, own)
        covered[touched] = np.where(np.isnan(own), np.inf, covered[touched])
        np.minimum.at(score, parents, score[children])
        np.minimum.at(covered, parents, covered[children])
        return
    shares = np.ones(len(score)) if method == "mean" else money
    own_shares = np.ones(len(score)) if method == "mean" else own_mrr
    if method == "mrr_weighted":
        paid = np.where(np.isnan(score), 0.0, own_mrr)
        np.add.at(paid, parents, money[children])
        free = paid == 0
        shares = money.copy()
        shares[children[free[parents]]] = 1.0
        own_shares = np.where(free, 1.0, own_mrr)
    own_counts = ~np.isnan(score[touched])
    weight = np.zeros(len(score))
    points = np.zeros(len(score))
    cover = np.zeros(len(score))
    weight[touched] = np.where(own_counts, own_shares[touched], 0.0)
    points[touched] = weight[touched] * np.nan_to_num(score[touched])
    cover[touched] = weight[touched] * covered[touched]
    np.add.at(weight, parents, shares[children])
    np.add.at(points, parents, shares[children] * score[children])
    np.add.at(cover, parents, shares[children] * covered[children])
    score[touched] = points[touched] / weight[touched]
    covered[touched] = cover[touched] / weight[touched]


def _levels(parent: Integers) -> Integers:
    """How deep each row lies below its root; rows in a circle (or deeper than 64) count as roots."""
    depth = np.zeros(len(parent), np.int64)
    at = parent.copy()
    for _ in range(MAX_DEPTH):
        below = at >= 0
        if not below.any():
            return depth
        depth[below] += 1
        at[below] = parent[at[below]]
    depth[at >= 0] = 0
    return depth
