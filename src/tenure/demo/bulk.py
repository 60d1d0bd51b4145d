"""The same lives, drawn for many accounts at once: events by the million, straight in the log's shape.

For benchmarks. Chunks come month by month, so that each touches one partition, and none is much larger
than asked for: memory is bounded by that and by four bytes an account and day, whatever the total.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from tenure.demo import calendar, lives, words
from tenure.demo.calendar import Days
from tenure.demo.contracts import Scenario
from tenure.demo.lives import BLOCK, Floats, Ints, Lives
from tenure.events.contracts import EVENTS, EventClass

SOURCE = "bench"
PEOPLE_A_THOUSAND = 1_000  # person ids of an account lie in its own thousand
DAY_US = 86_400_000_000
LOGIN_SHARE = 0.4


@dataclass(frozen=True, slots=True)
class _Drawing:
    """What all chunks share."""

    scenario: Scenario
    drawn: Lives
    days: Days
    ids: Ints
    people: Ints


def account_ids(scenario: Scenario) -> Ints:
    """The ids used when the caller has none: 1, 2, 3 …"""
    return np.arange(1, scenario.accounts + 1)


def event_chunks(
    scenario: Scenario, *, events: int, ids: Ints | None = None, rows: int = 1_000_000
) -> Iterator[pa.Table]:
    """About `events` usage events (within a tenth of a percent for millions) as tables of about `rows` rows.

    `ids` are the accounts' ids in the product, one for each of the scenario's accounts.
    """
    drawn = lives.draw(scenario)
    people = np.clip(drawn.seats, 2, 100)
    drawing = _Drawing(scenario, drawn, calendar.days(scenario), account_ids(scenario) if ids is None else ids, people)
    demand = _demand(drawing)
    per_unit = events / float(demand.sum(dtype=np.float64))
    number = 0
    for first, last in _months(scenario):
        waiting: list[_Happened] = []
        size = 0
        for begin in range(0, scenario.accounts, BLOCK):
            rng = np.random.default_rng([scenario.seed, 8, begin, first])
            counts = rng.poisson(demand[begin : begin + BLOCK, first:last] * per_unit)
            waiting.append(_happen(rng, drawing, begin, first, counts))
            size += len(waiting[-1].account)
            if size >= rows:
                yield _table(drawing, waiting, number)
                number, waiting, size = number + size, [], 0
        if size:
            yield _table(drawing, waiting, number)
            number += size


def _months(scenario: Scenario) -> Iterator[tuple[int, int]]:
    """The scenario's days as ranges that each lie in one calendar month."""
    begin = 0
    for day in range(1, scenario.days + 1):
        if day == scenario.days or scenario.on(day).day == 1:
            yield begin, day
            begin = day


def _demand(drawing: _Drawing) -> NDArray[np.float32]:
    """How much each account does on each day, in no particular unit: accounts × days."""
    days, scenario = drawing.days, drawing.scenario
    season = days.work * np.where(days.outage, calendar.OUTAGE_ACCESS, 1.0)
    demand = np.empty((scenario.accounts, scenario.days), dtype=np.float32)
    for begin in range(0, scenario.accounts, BLOCK):
        chosen = slice(begin, begin + BLOCK)
        some = drawing.drawn.some(chosen)
        summer = 1 - some.rest[:, None] * days.summer
        level = lives.trend(some, 0, scenario.days)
        level *= lives.noise(scenario.seed, begin // BLOCK, len(some.start), scenario.days)
        demand[chosen] = level * season * summer * drawing.people[chosen, None]
    return demand


@dataclass(frozen=True, slots=True)
class _Happened:
    """Events of one block: who, when (microseconds since 1970), what."""

    account: Ints
    person: Ints
    at: Ints
    what: NDArray[np.int32]
    seconds: NDArray[np.float64]


def _happen(rng: np.random.Generator, drawing: _Drawing, begin: int, first: int, counts: Ints) -> _Happened:
    who, when = np.divmod(np.repeat(np.arange(counts.size), counts.ravel()), counts.shape[1])
    size = len(who)
    people = drawing.people[begin + who]
    # Squared: a few people do most of it.
    person = (people * rng.random(size) ** 2).astype(np.int64)
    midnight = int(np.datetime64(drawing.scenario.on(first), "us").astype(np.int64))
    hour = np.clip(rng.normal(11.5, 2.8, size), 0, 23.99)
    account = drawing.ids[begin + who]
    what = np.searchsorted(_cumulated(), rng.random(size)).astype(np.int32)
    return _Happened(
        account=account,
        person=account * PEOPLE_A_THOUSAND + person,
        at=midnight + when * DAY_US + (hour * 3.6e9).astype(np.int64),
        what=what,
        seconds=np.where(what == 0, rng.exponential(900.0, size).round(), np.nan),
    )


def _names() -> list[str]:
    return [words.LOGIN, *(name for name, _, _ in words.FEATURES)]


def _cumulated() -> Floats:
    shares = np.array([share for _, share, _ in words.FEATURES])
    weights = np.concatenate([[LOGIN_SHARE], (1 - LOGIN_SHARE) * shares / shares.sum()])
    return np.cumsum(weights)[:-1]


def _table(drawing: _Drawing, happened: list[_Happened], number: int) -> pa.Table:
    joined = {
        name: np.concatenate([getattr(one, name) for one in happened])
        for name in ("account", "person", "at", "what", "seconds")
    }
    rows = len(joined["at"])
    day = pa.array((joined["at"] // DAY_US).astype(np.int32), pa.int32()).cast(pa.date32())
    at = pa.array(joined["at"], pa.int64()).cast(EVENTS.field("at").type)
    names = pa.DictionaryArray.from_arrays(pa.array(joined["what"], pa.int32()), _names()).cast(pa.string())
    ids = pa.array(np.arange(number, number + rows), pa.int64())
    columns: Mapping[str, pa.Array] = {
        "class": _same(str(EventClass.USAGE), rows),
        "month": _same(f"{drawing.scenario.first + _offset(drawing, joined['at'][0]):%Y-%m}", rows),
        "day": day,
        "known_day": day,
        "at": at,
        "received_at": at,
        "account": pa.array(joined["account"], pa.int64()),
        "person": pa.array(joined["person"], pa.int64()),
        "source": _same(SOURCE, rows),
        "name": names,
        "message_id": pc.binary_join_element_wise("bench", ids.cast(pa.string()), "-"),
        "content": ids,
        "sign": pa.array(np.ones(rows, dtype=np.int8)),
        "count": pa.array(np.ones(rows)),
        "seconds": pa.array(joined["seconds"], from_pandas=True),
        "value": pa.nulls(rows, pa.float64()),
        "errors": pa.nulls(rows, pa.float64()),
        "properties": pa.nulls(rows, pa.string()),
    }
    return pa.table([columns[field.name] for field in EVENTS], schema=EVENTS)


def _offset(drawing: _Drawing, at: int) -> timedelta:
    first = int(np.datetime64(drawing.scenario.first, "us").astype(np.int64))
    return timedelta(days=int((at - first) // DAY_US))


def _same(word: str, rows: int) -> pa.Array:
    return pa.DictionaryArray.from_arrays(pa.array(np.zeros(rows, dtype=np.int32)), [word]).cast(pa.string())
