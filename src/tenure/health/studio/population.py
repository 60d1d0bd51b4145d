"""The customers a draft is about: how many each profile takes, where profiles overlap, how a measure's values lie."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from tenure.base import tenancy
from tenure.health import belief, current, linting, scoring
from tenure.health.card import ActiveCard, activate
from tenure.health.linting import Finding
from tenure.health.scorecard import CardMeasure, LookupCurve, Scorecard
from tenure.health.studio.drafting import Draft
from tenure.tenants.queries import workspace_by_id

CLASSES = 24
LOOKED_AT = 20_000
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


@dataclass(frozen=True, slots=True)
class Population:
    """The customers of the current state under a card; `accounts` 0 before anything was computed."""

    card: ActiveCard
    table: pa.Table | None
    accounts: int
    profiles: tuple[ProfileCount, ...]
    chosen: NDArray[np.int64]

    def spread(self, profile: str, measure: CardMeasure) -> Spread:
        """The values of a measure over the customers that the profile takes; of all where it takes nobody."""
        if self.table is None:
            return Spread(0, 0, (), ())
        place = next(n for n, each in enumerate(self.card.profiles) if each.profile.key == profile)
        here = self.chosen == place
        rows = self.table.filter(pa.array(here)) if here.any() else self.table
        return spread_of(rows, measure)

    def values(self, name: str, of: str = "value") -> NDArray[np.float64]:
        """The numbers of a measure over all customers, NaN where unknown."""
        column = _column(self.table, name if of == "value" else f"{name}__{of}") if self.table is not None else None
        if column is None or not _numeric(column.type):
            return np.zeros(0)
        found: NDArray[np.float64] = pc.fill_null(column.cast(pa.float64()), float("nan")).to_numpy()
        return found

    def words(self, name: str) -> tuple[str, ...]:
        """The words of a text field over all customers, the most frequent first."""
        if self.table is None:
            return ()
        asked = CardMeasure(measure=name, curve=LookupCurve(kind="lookup", points={"": 0.0}))
        return tuple(word for word, _ in spread_of(self.table, asked).words)

    def findings(self) -> tuple[Finding, ...]:
        """What is odd about the card, over at most `LOOKED_AT` of the customers."""
        if self.table is None or not self.accounts:
            return ()
        step = -(-self.accounts // LOOKED_AT)
        rows = self.table if step == 1 else self.table.take(np.arange(0, self.accounts, step))
        return linting.findings(rows, self.card, belief.shown(_slug()).known.names)


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
    if now is None:
        return Population(card, None, 0, tuple(ProfileCount(p.profile.key, 0, 0, {}) for p in card.profiles), _NOBODY)
    table = now.table.filter(pc.equal(now.table["status"], scoring.CUSTOMER))
    matches = scoring.matches(table, card)
    chosen = np.where(matches.any(axis=1), matches.argmax(axis=1), -1) if len(table) else _NOBODY
    return Population(card, table, table.num_rows, _counts(card, matches, chosen), chosen)


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
    return workspace_by_id(tenancy.current_workspace_id()).slug
