"""Fit of a workspace's customers, as of a day: of the present one out of the files the last cycle kept."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tenure.base.refusals import Invalid, NotFound
from tenure.health import current
from tenure.health.queries import catalogue
from tenure.measures.contracts import Catalogue, Field
from tenure.revenue import payers, rules
from tenure.revenue.fit import best as best_customers
from tenure.revenue.fit import figures, sources
from tenure.revenue.fit import standing as standings
from tenure.revenue.fit.contracts import Best, Kinds, Member, Sources
from tenure.revenue.fit.customers import Customers
from tenure.revenue.fit.groups import kinds_by
from tenure.revenue.groups import FieldGroups
from tenure.revenue.queries import ledger
from tenure.segments.queries import in_force
from tenure.tenants.queries import here

ATTRIBUTES = ("plan", "product", "kind", "seats", "mrr")
"""Beside traits, what may be a kind of customer: not who looks after it, nor what came of it."""
TYPES = ("text", "number", "boolean")
PAID = "mrr"
"""What a customer pays says nothing of why it has paid most."""


def kinds(as_of: date) -> Kinds:
    """Which kinds of customers stay and pay, by every field that makes groups."""
    return _world(as_of).kinds


def best(as_of: date) -> Best | None:
    """What is more frequent among the best customers; None where there are too few."""
    return _world(as_of).best


def churn_by_source(as_of: date, column: str = "") -> Sources | None:
    """Churn of twelve months by the field that says where customers came from; None where there is none. Refuses with
    `Invalid` a column that makes no groups."""
    world = _world(as_of)
    found = sources.chosen(world.groupings, column)
    if found is None and column:
        raise Invalid(f"Customers cannot be told apart by {column!r}. Choose one of the fields that are offered.")
    return sources.churn(world.customers, found) if found else None


def kinds_since(as_of: date) -> tuple[date, Kinds]:
    """Who stayed since a day about a year ago, by the band and the segments of that day, with months counted from then.
    The day is that of the standing; `stays_at` is 0 where too few paid then."""
    since = _since(as_of)
    return since.day, since.world.kinds


def offers(as_of: date) -> list[tuple[str, str]]:
    """The fields that churn can be told apart by: (column, label)."""
    return [(each.key, each.label) for each in _world(as_of).groupings if not each.groups.ordered]


def members(as_of: date, column: str, value: str | None, *, among: str = "", since: bool = False) -> list[Member]:
    """The customers of a group, who has paid most first: all, or those `among` the "best", the "others" than these, who
    paid twelve months ago ("before") and who of these pays nothing now ("lost"). Without a column of all groups.
    `since` takes the groups, and counts the months and what was paid, of `kinds_since`."""
    world = _since(as_of).world if since else _world(as_of)
    customers = world.customers
    theirs = _of_group(world, column, value)
    paid = customers.before > 0
    asked = {
        "": True,
        "best": world.is_best,
        "others": ~world.is_best,
        "before": paid,
        "lost": paid & (customers.mrr == 0),
    }
    if among not in asked:
        raise Invalid(f"{among!r} is no part of a group. There are {', '.join(filter(None, asked))}.")
    places = np.flatnonzero(theirs & asked[among])
    places = places[np.lexsort((customers.ids[places], -customers.paid[places]))]
    columns = (customers.ids, customers.months, customers.ended, customers.mrr, customers.paid)
    return list(map(Member, *(each[places].tolist() for each in columns)))


def names() -> Mapping[str, str]:
    """What expressions call each field that may be a kind of customer, by its column."""
    known = catalogue()
    return {each.column: known.name_of(each) for each in _wanted(known)}


def label_of(as_of: date, column: str, *, since: bool = False) -> str:
    """What a field that makes groups is called."""
    world = _since(as_of).world if since else _world(as_of)
    return next((each.label for each in world.groupings if each.key == column), column)


def _of_group(world: "_World", column: str, value: str | None) -> np.ndarray:
    if not column:
        return np.ones(len(world.customers.ids), np.bool_)
    found = next((each.groups for each in world.groupings if each.key == column), None)
    if found is None or value not in found.names:
        raise NotFound("There is no such group of customers now. Go back to the groups that there are.")
    return found.has(value)


@dataclass(frozen=True)
class _World:
    """Customers and their groups, and what is worked out of them once."""

    as_of: date
    customers: Customers
    groupings: Sequence[FieldGroups]

    @cached_property
    def kinds(self) -> Kinds:
        return figures.kinds(self.customers, self.groupings, as_of=self.as_of)

    @cached_property
    def best(self) -> Best | None:
        return best_customers.profile(self.customers, [each for each in self.groupings if each.key != PAID])

    @cached_property
    def is_best(self) -> np.ndarray:
        return best_customers.who(self.customers)


class _Known:
    """What a world is made of: the same while the files are, and the fields."""

    __slots__ = ("as_of", "fields", "files", "moves")

    def __init__(self, as_of: date, fields: Sequence[tuple[str, str]], *beside: object) -> None:
        self.as_of, self.fields, self.moves = as_of, tuple(fields), ledger(as_of)
        self.files = (self.moves, *beside)

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, _Known)
            and (self.as_of, self.fields, len(self.files)) == (other.as_of, other.fields, len(other.files))
            and all(mine is theirs for mine, theirs in zip(self.files, other.files, strict=True))
        )

    def __hash__(self) -> int:
        return hash((self.as_of, self.fields, id(self.moves)))


def _world(as_of: date) -> _World:
    slug = here().slug
    return _made(slug, _Known(as_of, _fields(catalogue()), payers.payers(slug, as_of), current.of_day(slug, as_of)))


@lru_cache(maxsize=8)
def _made(_slug: str, known: _Known) -> _World:
    customers = Customers.of(known.moves, as_of=known.as_of)
    last = rules.paid_last(known.moves, known.as_of)
    told = payers.rows(last, known.as_of, [column for column, _ in known.fields])
    return _World(known.as_of, customers, _groupings(customers, told, known.fields))


def _groupings(customers: Customers, told: pa.Table, fields: Sequence[tuple[str, str]]) -> list[FieldGroups]:
    """What each field says of each customer."""
    place = pc.index_in(pa.array(customers.ids, pa.int64()), value_set=told["id"].combine_chunks())
    found = (
        kinds_by(column, label, customers.ids, told[column].combine_chunks().take(place))
        for column, label in fields
        if column in told.column_names
    )
    return [each for each in found if each is not None]


@dataclass(frozen=True, slots=True)
class _Since:
    """Customers followed from a day on."""

    day: date
    world: _World


def _since(as_of: date) -> _Since:
    return _followed(here().slug, _Known(as_of, _segments()))


@lru_cache(maxsize=8)
def _followed(slug: str, known: _Known) -> _Since:
    months, customers = standings.followed(known.moves, known.as_of)
    day = standings.day_before(known.as_of, months)
    if not months:
        return _Since(day, _World(known.as_of, customers, ()))
    told = standings.standing(slug, day, known.as_of).table
    return _Since(day, _World(known.as_of, customers, _groupings(customers, told, known.fields)))


def _segments() -> list[tuple[str, str]]:
    """(column, label) of the band, and of each segment of accounts by name."""
    own = [(f"{standings.INSIDE}{key}", body.name) for key, body in in_force().items() if body.entity == "account"]
    return [(standings.BAND, "Band"), *sorted(own, key=lambda each: each[1])]


def _fields(known: Catalogue) -> list[tuple[str, str]]:
    return [(each.column, each.label or each.key) for each in _wanted(known)]


def _wanted(known: Catalogue) -> list[Field]:
    """What may be a kind of customer: traits, then attributes."""
    raw = [each for each in known.fields if each.level == "raw" and each.type in TYPES]
    return [each for each in raw if each.kind == "trait"] + [each for each in raw if each.column in ATTRIBUTES]
