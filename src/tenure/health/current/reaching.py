"""Columns of the account in rows of people: `a__mrr` is the MRR of the account that a person belongs to."""

from collections.abc import Iterable

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from tenure.measures.contracts import THROUGH

ACCOUNT = "account"
"""The column of a person's row that holds the account's id."""
_DENSE = 16


def reached(people: pa.Table, accounts: pa.Table | None, columns: Iterable[str]) -> pa.Table:
    """`people` (with `account`) and those of `columns` that are its account's, out of `accounts` (ids ascending, each
    once). Unknown for who has no account there; columns that there are not are left out."""
    wanted = [name for name in columns if name.startswith(THROUGH) and name not in people.column_names]
    if accounts is None or ACCOUNT not in people.column_names:
        return people
    there = [name for name in dict.fromkeys(wanted) if name.removeprefix(THROUGH) in accounts.column_names]
    if not there:
        return people
    at = places(_ids(people[ACCOUNT]), _ids(accounts["id"]))
    chosen = pa.array(at, mask=at < 0)
    for name in there:
        column = accounts[name.removeprefix(THROUGH)]
        people = people.append_column(name, column.take(chosen))
    return people


def places(wanted: NDArray[np.int64], held: NDArray[np.int64]) -> NDArray[np.int64]:
    """Where each of `wanted` stands in `held` (ascending); -1 where it does not."""
    if not len(held):
        return np.full(len(wanted), -1)
    first, span = int(held[0]), int(held[-1] - held[0]) + 1
    if span <= _DENSE * len(held) + 1024:  # a table of all numbers between is small: one look each
        table = np.full(span + 1, -1)
        table[held - first] = np.arange(len(held))
        inside = (wanted >= first) & (wanted < first + span)
        return np.where(inside, table[np.where(inside, wanted - first, span)], -1)
    places = np.searchsorted(held, wanted)
    found: NDArray[np.int64] = np.where(held[np.minimum(places, len(held) - 1)] == wanted, places, -1)
    return found


def _ids(column: pa.ChunkedArray) -> NDArray[np.int64]:
    """Ids; -1 where there is none."""
    found: NDArray[np.int64] = column.fill_null(-1).to_numpy() if column.null_count else column.to_numpy()
    return found
