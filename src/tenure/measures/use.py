"""What an account uses of the product: its features week by week, and how many of its people."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from typing import Any

from tenure.base import sql
from tenure.base.soon import soon
from tenure.events.queries import engine
from tenure.measures.sources import house, own_people


@dataclass(frozen=True, slots=True)
class WeekUse:
    """How often in a week, and by how many people; events that name nobody count as events only."""

    events: float = 0.0
    people: int = 0


@dataclass(frozen=True, slots=True)
class FeatureUse:
    """An event name, its use in the weeks of `AccountUse`, and the days it was first and last seen at all."""

    name: str
    weeks: tuple[WeekUse, ...]
    first: date
    last: date

    @property
    def events(self) -> float:
        """In all the weeks together."""
        return sum(week.events for week in self.weeks)


@dataclass(frozen=True, slots=True)
class AccountUse:
    """`weeks` are Mondays, oldest first, the last one that of the as-of; `all` is the use of every feature in them.
    `features` are those most used in these weeks, most first; `more` were used and left out; `gone` were used only
    before, the last seen first."""

    weeks: tuple[date, ...]
    all: tuple[WeekUse, ...]
    features: tuple[FeatureUse, ...]
    more: int = 0
    gone: tuple[FeatureUse, ...] = ()


def use_of_account(account: int, as_of: date, *, weeks: int = 26, most: int = 20) -> Callable[[], AccountUse]:
    """The use of the account as known on `as_of`, without our own people. One question to the lake, asked at once;
    what this returns waits for it. Two database queries at most."""
    place = house()
    monday = as_of - timedelta(days=as_of.weekday())
    mondays = tuple(monday - timedelta(weeks=n) for n in reversed(range(weeks)))
    rows = soon(
        partial(
            engine().query,
            sql.load("tenure.measures", "use_of_account"),
            relations={
                "usage_person_day": place.lake.relation(
                    "usage_person_day", accounts=(account, account), days=(date.min, as_of)
                ),
                "own_people": own_people(place.own_domains),
            },
            params={"account": account, "first": mondays[0], "as_of": as_of},
        )
    )
    return lambda: summed(rows().to_pylist(), mondays, most=most)


def summed(rows: Sequence[Mapping[str, Any]], weeks: Sequence[date], *, most: int) -> AccountUse:
    """The query's rows, put together; features used equally often by their names."""
    by_week: defaultdict[str | None, dict[date, WeekUse]] = defaultdict(dict)
    for row in rows:
        if row["week"] is not None:
            by_week[row["name"]][row["week"]] = WeekUse(row["events"], row["people"])
    features = [
        FeatureUse(row["name"], _filled(by_week[row["name"]], weeks), row["first_day"], row["last_day"])
        for row in rows
        if row["week"] is None
    ]
    used = sorted((each for each in features if by_week[each.name]), key=lambda each: (-each.events, each.name))
    gone = sorted((each for each in features if not by_week[each.name]), key=lambda each: each.name)
    gone.sort(key=lambda each: each.last, reverse=True)
    return AccountUse(
        tuple(weeks), _filled(by_week[None], weeks), tuple(used[:most]), max(len(used) - most, 0), tuple(gone)
    )


def _filled(found: Mapping[date, WeekUse], weeks: Sequence[date]) -> tuple[WeekUse, ...]:
    return tuple(found.get(week, WeekUse()) for week in weeks)
