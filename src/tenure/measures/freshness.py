"""How fresh the sources are: what each feed delivered last, and which measures are frozen since when."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from tenure.measures import published, sources
from tenure.measures.clocks import dated, day_number, expected_weekdays
from tenure.measures.deliveries import RECORD_FEEDS, Deliveries, deliveries
from tenure.measures.document import Feed


@dataclass(frozen=True, slots=True)
class FeedFreshness:
    """A feed's first and last day with rows; `expected_weekdays` (0 is Monday) are those it never misses."""

    feed: Feed
    first_day: date | None
    last_day: date | None
    expected_weekdays: frozenset[int]
    frozen: tuple[str, ...]
    stale_since: date | None


@dataclass(frozen=True, slots=True)
class Freshness:
    """All feeds that deliver, and for each frozen measure the first day without data."""

    as_of: date
    feeds: tuple[FeedFreshness, ...]
    stale_since: Mapping[str, date]


def freshness(as_of: date | None = None) -> Freshness:
    """The state of the feeds on `as_of` (default: the workspace's). Two database queries, and one over the lake's
    smallest rollup when it has changed."""
    house = sources.house()
    day = as_of or house.as_of
    measures = {key: each.measure for key, each in published.published().items()}
    delivered = deliveries(house.lake, day)
    numbers, clocks = sources.clocks(measures, (day,), delivered)
    stale = {key: since for key, number in numbers.items() if (since := clocks[number].stale_since[0]) is not None}
    feeds: tuple[Feed, ...] = ("usage", *RECORD_FEEDS)
    return Freshness(
        day, tuple(_feed(feed, day, delivered, {k: d for k, d in stale.items() if measures[k].feed == feed})
                   for feed in feeds), stale,
    )  # fmt: skip


def _feed(feed: Feed, as_of: date, delivered: Deliveries, stale: Mapping[str, date]) -> FeedFreshness:
    every = delivered.of_feed(feed)
    days = every.day[every.day < day_number(as_of)]
    if not len(days):
        return FeedFreshness(feed, None, None, frozenset(), (), None)
    return FeedFreshness(
        feed, dated(days[0]), dated(days[-1]), expected_weekdays(days), tuple(sorted(stale)),
        min(stale.values(), default=None),
    )  # fmt: skip
