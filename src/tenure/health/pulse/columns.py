"""The pulse as columns of the facts: a measure of a scorecard, and a field of the expression language, like any other.

On each day the last pulse given by then speaks, unless it has expired. A merged account has those of all it stands for.
"""

from collections.abc import Collection, Mapping
from datetime import date, timedelta

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from tenure.base.many import Many
from tenure.customers.queries import merged
from tenure.health.models import Pulse
from tenure.measures.contracts import Field, Joined

type Numbers = NDArray[np.int64]

EPOCH = date(1970, 1, 1)
_DAY_BITS = 24  # of account and day in one number: days up to the year 9999 take 22

FIELDS = (
    Field("pulse", "account", "number", "raw", label="Pulse", unit="of 6",
          description="What the team thinks: 6 extremely satisfied, 1 severe risk; unknown once it has expired."),
    Field("days_since_pulse", "account", "number", "raw", label="Days since the last pulse", unit="days",
          description="Also of one that has expired; unknown where none was ever given."),
    Field("pulse_until", "account", "date", "raw", label="Pulse until",
          description="The last day on which the newest pulse counts."),
    Field("pulse_level", "account", "number", "raw", label="Last pulse", unit="of 6",
          description="The level of the newest pulse, expired or not."),
    Field("pulse_by", "account", "text", "raw", label="Pulse by", description="Who gave the newest pulse."),
    Field("pulse_note", "account", "text", "raw", label="Pulse note", description="What was said with the newest."),
)  # fmt: skip
_TEXTS = {"pulse_by", "pulse_note"}


def columns(rows: pa.Table, wanted: Collection[str]) -> Mapping[str, pa.Array]:
    """The fields above for each row of `as_of` and `id`. One query, another for words."""
    days = pc.cast(rows["as_of"], pa.int32()).to_numpy().astype(np.int64)
    accounts = rows["id"].to_numpy()
    pulses = _known(accounts, days)
    place = _places(pulses, accounts, days)
    ever = place >= 0
    given, level, until, number = (pulses[place, at] if len(pulses) else place for at in (1, 2, 3, 4))
    in_force = ever & (days <= until)
    found = {
        "pulse": pa.array(level.astype(np.float64), mask=~in_force),
        "days_since_pulse": pa.array((days - given).astype(np.float64), mask=~ever),
        "pulse_until": pa.array(until.astype(np.int32), pa.int32(), mask=~ever).cast(pa.date32()),
        "pulse_level": pa.array(level.astype(np.float64), mask=~ever),
    }
    return {**found, **_words(pa.array(number, mask=~ever))} if _TEXTS & set(wanted) else found


def _words(numbers: pa.Array) -> Mapping[str, pa.Array]:
    """Who gave the pulses of these numbers, and what was said."""
    known = numbers.unique().drop_null().to_pylist()
    said = list(Pulse.objects.filter(pk__among=Many(known)).select_related("author__user"))
    place = pc.index_in(numbers, value_set=pa.array([row.pk for row in said], pa.int64()), skip_nulls=True)
    texts = {"pulse_by": [str(row.author.user) for row in said], "pulse_note": [row.note for row in said]}
    return {name: pa.array(column, pa.string()).take(place) for name, column in texts.items()}


def _places(pulses: Numbers, accounts: Numbers, days: Numbers) -> Numbers:
    """The place among `pulses` of the last one of each row's account up to its day, under who stood for whom on that
    day; -1 where there is none."""
    found = np.full(len(days), -1, np.int64)
    merges = merged().accounts
    eras = merges.eras([EPOCH + timedelta(days=int(each)) for each in np.unique(days)]) if len(pulses) else []
    for run, day in eras:
        here = np.isin(days, [(each - EPOCH).days for each in run])
        held = _held(pulses[:, 0], {each: merges.holder(each, day) for each in merges.ids})
        order = np.argsort(held, kind="stable")
        place = _last(held[order], pulses[order, 1], accounts[here], days[here])
        found[here] = np.where(place >= 0, order[place], -1)
    return found


def _known(accounts: Numbers, days: Numbers) -> Numbers:
    """account, day, level, until and number of the pulses that any of these rows may stand on, in the order given; of
    a few accounts only theirs and those of whom they may stand for."""
    if not len(days):
        return np.zeros((0, 5), np.int64)
    rows = Pulse.objects.filter(day__lte=EPOCH + timedelta(days=int(days.max())))
    few = _few(np.unique(accounts))
    if few is not None:
        rows = rows.filter(account__in=few)
    found = [
        (account, (day - EPOCH).days, level, (until - EPOCH).days, number)
        for account, day, level, until, number in rows.order_by("day", "id").values_list(
            "account", "day", "level", "until", "id"
        )
    ]
    return np.array(found, np.int64).reshape(len(found), 5)


def _few(accounts: Numbers) -> Collection[int] | None:
    return merged().accounts.sources(accounts.tolist()) if len(accounts) <= 500 else None


def _held(accounts: Numbers, holders: Mapping[int, int]) -> Numbers:
    """Who stands for these accounts."""
    held = accounts.copy()
    for account, holder in holders.items():
        if account != holder:
            held[accounts == account] = holder
    return held


def _last(given: Numbers, on: Numbers, accounts: Numbers, days: Numbers) -> Numbers:
    """The place of the last pulse of each account up to each day, among those `given` of accounts (ascending, and of
    each in the order of `on`); -1 where there is none."""
    place = np.searchsorted((given << _DAY_BITS) + on, (accounts << _DAY_BITS) + days, side="right") - 1
    return np.where((place >= 0) & (given[place] == accounts), place, -1)


COLUMNS = Joined(FIELDS, columns)
