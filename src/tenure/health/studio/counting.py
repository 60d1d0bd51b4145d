"""The customers a draft is about: how many each profile takes, where profiles overlap, how a measure's values lie."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from tenure.health import belief, current, linting, scoring
from tenure.health.card import ActiveCard, activate
from tenure.health.linting import Finding
from tenure.health.scorecard import CardMeasure, LookupCurve, Scorecard
from tenure.health.studio.drafting import Draft
from tenure.health.words import Names
from tenure.tenants.queries import here

CLASSES = 24
LOOKED_AT = 10_000
"""The linter looks at no more accounts than this, evenly spaced, so that a page stays quick."""


@dataclass(frozen=True, slots=True)
class ProfileCount:
    """A profile in its order: whom it applies to, whom it takes (no earlier one did), and how many of those it applies
    to an earlier profile takes, by that profile's key."""

    key: str
    matches: int
    takes: int
    taken_by: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Spread:
    """How the values of a measure lie over the customers of a profile: `counts` in classes between `edges`, for a text
    `words` with their counts, the most frequent first. `known` of `accounts` have a value."""

    accounts: int
    known: int
    edges: tuple[float, ...]
    counts: tuple[int, ...]
    words: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True)
class Population:
    """The customers of the current state under a card: their rows in its table, none before anything was computed.

    The table is wide and mapped from a file, so only the columns that are asked for are taken out of it. `chosen` is
    the place of the profile that takes each customer, -1 for none.
    """

    card: ActiveCard
    names: Names
    table: pa.Table | None
    rows: NDArray[np.int64]
    profiles: tuple[ProfileCount, ...]
    chosen: NDArray[np.int64]

    @property
    def accounts(self) -> int:
        """How many customers there are."""
        return len(self.rows)

    def spread(self, profile: str, measure: CardMeasure) -> Spread:
        """The values of a measure over the customers that the profile takes; of all where it takes nobody."""
        if self.table is None:
            return Spread(0, 0, (), ())
        place = next(n for n, each in enumerate(self.card.profiles) if each.profile.key == profile)
        here = self.rows[self.chosen == place] if (self.chosen == place).any() else self.rows
        return spread_of(_taken(self.table, _columns_of(measure), here), measure)

    def values(self, name: str, of: str = "value") -> NDArray[np.float64]:
        """The numbers of a measure over all customers, NaN where unknown."""
        column = _column(self.table, name if of == "value" else f"{name}__{of}") if self.table is not None else None
        if column is None or not _numeric(column.type):
            return np.zeros(0)
        found: NDArray[np.float64] = pc.fill_null(column.cast(pa.float64()), float("nan")).to_numpy()
        return found[self.rows]

    def words(self, name: str) -> tuple[str, ...]:
        """The words of a text field over all customers, the most frequent first."""
        if self.table is None:
            return ()
        asked = CardMeasure(measure=name, curve=LookupCurve(kind="lookup", points={"": 0.0}))
        return tuple(word for word, _ in spread_of(_taken(self.table, _columns_of(asked), self.rows), asked).words)

    @cached_property
    def findings(self) -> tuple[Finding, ...]:
        """What is odd about the card, over at most `LOOKED_AT` of the customers."""
        if self.table is None or not self.accounts:
            return ()
        some = self.rows[:: -(-self.accounts // LOOKED_AT)]
        return linting.findings(_taken(self.table, _columns_of_card(self.card), some), self.card, self.names)


def population(draft: Draft) -> Population:
    """The customers of the current state as the draft sees them. Kept while neither changes."""
    slug = _slug()
    now = current.latest(slug)
    return _population(slug, json.dumps(draft.body, sort_keys=True), draft.key, now.made_at if now else None)


@lru_cache(maxsize=16)
def _population(slug: str, body: str, key: str, _: object) -> Population:
    given = belief.shown(slug)
    card = activate(
        key=key, version=0, body=Scorecard.model_validate_json(body), catalogue=given.catalogue,
        versions=given.known.versions,
    )  # fmt: skip
    now = current.latest(slug)
    names = given.known.names
    if now is None:
        nobody = tuple(ProfileCount(p.profile.key, 0, 0, {}) for p in card.profiles)
        return Population(card, names, None, _NOBODY, nobody, _NOBODY)
    rows = np.flatnonzero(pc.equal(now.table["status"], scoring.CUSTOMER).to_numpy())
    if all(each.applies_to is None for each in card.profiles):
        matches = np.tile([not each.broken for each in card.profiles], (len(rows), 1))
    else:
        matches = scoring.matches(_taken(now.table, _read_by_profiles(card), rows), card)
    chosen = np.where(matches.any(axis=1), matches.argmax(axis=1), -1) if len(rows) else _NOBODY
    return Population(card, names, now.table, rows, _counts(card, matches, chosen), chosen)


def _read_by_profiles(card: ActiveCard) -> set[str]:
    return {name for each in card.profiles if each.applies_to for name in each.applies_to.columns}


def _columns_of_card(card: ActiveCard) -> set[str]:
    """The columns that profiles, measures and exceptions read."""
    rules = {name for each in card.profiles for rule in each.exceptions if rule for name in rule.columns}
    measures = {name for each in card.profiles for _, m in each.profile.measures() for name in _columns_of(m)}
    return {*_read_by_profiles(card), *rules, *measures}


def _columns_of(measure: CardMeasure) -> set[str]:
    """The names under which a measure may stand in a state."""
    name = measure.measure if measure.of == "value" else f"{measure.measure}__{measure.of}"
    return {name, f"t__{name.removeprefix('trait.')}"}


def _taken(table: pa.Table, columns: set[str], rows: NDArray[np.int64]) -> pa.Table:
    """Some rows of some columns, with the day and the status that scoring asks for."""
    wanted = columns | {"as_of", "id", "status"}
    return table.select([name for name in table.column_names if name in wanted]).take(rows)


_NOBODY = np.zeros(0, np.int64)


def _counts(card: ActiveCard, matches: NDArray[np.bool_], chosen: NDArray[np.int64]) -> tuple[ProfileCount, ...]:
    keys = [each.profile.key for each in card.profiles]
    found = []
    for place, key in enumerate(keys):
        lost = chosen[matches[:, place] & (chosen != place)]
        by = {keys[n]: int(count) for n, count in enumerate(np.bincount(lost, minlength=len(keys))) if count}
        found.append(ProfileCount(key, int(matches[:, place].sum()), int((chosen == place).sum()), by))
    return tuple(found)


def spread_of(rows: pa.Table, measure: CardMeasure) -> Spread:
    """The values of a measure over these rows: at most `CLASSES` classes, the outer hundredths in the first and last,
    so that one huge account does not press all others into one bar."""
    column = _column(rows, measure.measure if measure.of == "value" else f"{measure.measure}__{measure.of}")
    if column is None:
        return Spread(rows.num_rows, 0, (), ())
    if not _numeric(column.type):
        counted = pc.value_counts(pc.drop_null(column.cast(pa.string()))).to_pylist()
        words = sorted(((str(each["values"]), int(each["counts"])) for each in counted), key=lambda w: (-w[1], w[0]))
        return Spread(rows.num_rows, rows.num_rows - column.null_count, (), (), tuple(words[:40]))
    known = pc.drop_null(column.cast(pa.float64())).to_numpy()
    known = known[np.isfinite(known)]
    if not len(known):
        return Spread(rows.num_rows, 0, (), ())
    low, high = (float(each) for each in np.quantile(known, (0.01, 0.99), method="nearest"))
    edges = _edges(low, high, whole=bool((known == np.round(known)).all()))
    counts, _ = np.histogram(np.clip(known, edges[0], edges[-1]), bins=edges)
    return Spread(rows.num_rows, len(known), tuple(float(e) for e in edges), tuple(int(c) for c in counts))


def _edges(low: float, high: float, *, whole: bool) -> Sequence[float]:
    if whole and high - low < CLASSES:
        return [float(n) for n in range(int(low), int(high) + 2)]
    return np.linspace(low, high if high > low else low + 1, CLASSES + 1).tolist()


def _column(rows: pa.Table, name: str) -> pa.ChunkedArray | None:
    bare = name.removeprefix("trait.")
    return next((rows[each] for each in (name, f"t__{bare}") if each in rows.column_names), None)


def _numeric(kind: pa.DataType) -> bool:
    return bool(pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_boolean(kind))


def _slug() -> str:
    return here().slug
