"""A ledger as runs of rows, one an account: it stands in order, so nothing is sorted or looked up. Pure."""

from dataclasses import dataclass
from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from tenure.base.months import number_of

type Whole = NDArray[np.int64]

_EPOCH = date(1970, 1, 1)


@dataclass(frozen=True, slots=True)
class Runs:
    """`ids` are the accounts of a ledger (schema `LEDGER`), `first` and `last` the places of their first and last rows;
    `month` is each row's (`number_of`)."""

    ids: Whole
    first: Whole
    last: Whole
    month: Whole

    @classmethod
    def of(cls, ledger: pa.Table) -> "Runs":
        account = whole(ledger, "account")
        ends = np.flatnonzero(account[1:] != account[:-1])
        first = np.concatenate(([0], ends + 1))[: len(account)]
        last = np.concatenate((ends, [len(account) - 1]))[: len(account)]
        return cls(account[first], first, last, number_of_each(ledger["month"]))

    def each(self, values: Whole) -> Whole:
        """A value an account as one a row."""
        return np.repeat(values, self.last - self.first + 1)

    @property
    def place(self) -> Whole:
        """Each row's place in `ids`."""
        return self.each(np.arange(len(self.ids)))

    def sums(self, values: Whole) -> Whole:
        """The sum of the values of each account's rows."""
        return np.add.reduceat(values, self.first) if len(self.first) else np.zeros(0, np.int64)


def whole(ledger: pa.Table, name: str) -> Whole:
    """A column of numbers: that of the kept ledger itself, not copied."""
    found: Whole = ledger[name].to_numpy()
    return found


def number_of_each(days: pa.ChunkedArray) -> Whole:
    """`number_of` for a column of days. A calendar is asked for the few days that there are, not for each row."""
    since = days.cast(pa.int32()).to_numpy()
    if not len(since):
        return np.zeros(0, np.int64)
    low = int(since.min())
    calendar = np.arange(low, int(since.max()) + 1).astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
    found: Whole = (calendar + number_of(_EPOCH))[since - low]
    return found


def closing_at(ledger: pa.Table, month: date) -> dict[int, int]:
    """The MRR of each account at the end of a month (its first day), in minor units: that with which its last movement
    up to then closed. Who had not paid yet is not in it."""
    rows = ledger.filter(pc.less_equal(ledger["month"], pa.scalar(month)))
    runs = Runs.of(rows)
    return dict(zip(runs.ids.tolist(), whole(rows, "closing")[runs.last].tolist(), strict=True))
