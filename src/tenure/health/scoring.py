"""From facts to scores: reads the columns a scorecard names, asks the rules, and gives rows of `scores`.

The same code for one account today and for a hundred thousand on many days.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from tenure.events.contracts import SCORES
from tenure.events.queries import engine
from tenure.health import store
from tenure.health.card import ActiveCard, ActiveProfile
from tenure.health.rules import family
from tenure.health.rules import score as scoring
from tenure.health.scorecard import CardMeasure

type Floats = NDArray[np.float64]

CUSTOMER = "customer"
VERDICTS = pa.schema(
    [
        ("day", pa.date32()),
        ("account", pa.int64()),
        ("score", pa.float64()),  # null: unknown
        ("band", pa.string()),
    ]
)


@dataclass(frozen=True, slots=True)
class HandSet:
    """An override in force from `since` to `until`, both days included."""

    account: int
    value: float
    since: date
    until: date


def score(facts: pa.Table, card: ActiveCard, *, overrides: Sequence[HandSet] = ()) -> pa.Table:
    """Rows of the lake's `scores` for the customers among `facts` (columns `as_of`, `id`, `status`, …).

    Who is no customer on that day, or matches no profile, has no row.
    """
    parts = _parts(facts, card)
    if not parts:
        return SCORES.empty_table()
    return _table(parts, _settle(parts, card, overrides), card)


def verdicts(facts: pa.Table, card: ActiveCard, *, overrides: Sequence[HandSet] = ()) -> pa.Table:
    """What `score` says of the same rows, without its reasons (schema `VERDICTS`): for many days at once."""
    parts = _parts(facts, card)
    if not parts:
        return VERDICTS.empty_table()
    ends = _settle(parts, card, overrides)
    score = pa.array(ends.settled.score, mask=np.isnan(ends.settled.score))
    return pa.table([ends.days, ends.accounts, score, pa.array(ends.settled.band, pa.string())], schema=VERDICTS)


def _parts(facts: pa.Table, card: ActiveCard) -> list["_Part"]:
    facts = _customers(facts)
    chosen = _chosen_profiles(facts, card)
    return [
        _own(facts.filter(pa.array(chosen == place)), active, card)
        for place, active in enumerate(card.profiles)
        if (chosen == place).any()
    ]


def own_scores(facts: pa.Table, card: ActiveCard) -> list[tuple[ActiveProfile, pa.Table, scoring.Own]]:
    """Of each profile that takes anybody: the facts of those it takes, and what it says of them by themselves, before
    family and overrides."""
    facts = _customers(facts)
    chosen = _chosen_profiles(facts, card)
    parts = [
        (active, facts.filter(pa.array(chosen == place)))
        for place, active in enumerate(card.profiles)
        if (chosen == place).any()
    ]
    return [(active, rows, _scored_alone(rows, active, card)) for active, rows in parts]


def _scored_alone(rows: pa.Table, active: ActiveProfile, card: ActiveCard) -> scoring.Own:
    measures = [measure for _, measure in active.profile.measures()]
    columns = _columns(_readings(rows, measures, card.versions), measures)
    return scoring.score(active.profile, columns, _truths(rows, active.exceptions))


def values_of(rows: pa.Table, active: ActiveProfile, card: ActiveCard) -> dict[str, Floats]:
    """The numbers that each measure of the profile reads on these rows, by its key; NaN where unknown. Of a text field
    the number of the word among its words."""
    measures = [measure for _, measure in active.profile.measures()]
    readings = _readings(rows, measures, card.versions)
    found = {m.key: _codes(readings.texts.get(m.key), readings.values[m.key]) for m in measures}
    return {key: pc.fill_null(column, np.nan).to_numpy(zero_copy_only=False) for key, column in found.items()}


def _codes(words: pa.Array | None, numbers: pa.Array) -> pa.Array:
    return numbers if words is None else words.dictionary_encode().indices.cast(pa.float64())


def matches(facts: pa.Table, card: ActiveCard) -> NDArray[np.bool_]:
    """Customers among `facts` × profiles: whom each profile applies to, whoever takes them."""
    facts = _customers(facts)
    found = _truths(facts, [p.applies_to for p in card.profiles])
    for place, active in enumerate(card.profiles):
        if active.applies_to is None:
            found[:, place] = not active.broken
    return found


def _customers(facts: pa.Table) -> pa.Table:
    if "status" not in facts.column_names:
        return facts.combine_chunks()
    return facts.filter(pc.equal(facts["status"], CUSTOMER)).combine_chunks()


def _chosen_profiles(facts: pa.Table, card: ActiveCard) -> NDArray[np.int64]:
    """The place of the first profile that applies to each row; -1 for none."""
    if card.profiles[0].applies_to is None and not card.profiles[0].broken:
        return np.zeros(facts.num_rows, np.int64)
    found = matches(facts, card)
    return np.where(found.any(axis=1), found.argmax(axis=1), -1)


def _truths(facts: pa.Table, expressions: Sequence[object]) -> NDArray[np.bool_]:
    """Rows × expressions: whether each holds; unknown, or no expression, is not true."""
    from tenure.measures.language import Expression

    found = np.zeros((facts.num_rows, len(expressions)), dtype=bool)
    asked = [(place, each) for place, each in enumerate(expressions) if isinstance(each, Expression)]
    if not asked or not facts.num_rows:
        return found
    columns = {"as_of", *(name for _, each in asked for name in each.columns)}
    missing = [name for name in columns if name not in facts.column_names]
    asked = [(place, each) for place, each in asked if not set(each.columns) & set(missing)]
    if not asked:
        return found
    numbered = facts.select([name for name in facts.column_names if name in columns]).append_column(
        "row_number_", pa.array(np.arange(facts.num_rows))
    )
    wanted = ", ".join(f"coalesce(({each.to_sql()}), false) as e{place}" for place, each in asked)
    answer = engine().query(
        f"select row_number_, {wanted} from facts order by row_number_",  # noqa: S608 (typed expressions, no text)
        relations={"facts": numbered},
    )
    for place, _ in asked:
        found[:, place] = answer.column(f"e{place}").to_numpy(zero_copy_only=False)
    return found


@dataclass(frozen=True, slots=True)
class _Part:
    """The rows one profile scored, before family and overrides."""

    facts: pa.Table
    profile: str
    own: scoring.Own
    readings: store.Readings
    exceptions: tuple[store.Adjusting, ...]


def _own(facts: pa.Table, active: ActiveProfile, card: ActiveCard) -> _Part:
    measures = [measure for _, measure in active.profile.measures()]
    readings = _readings(facts, measures, card.versions)
    own = scoring.score(active.profile, _columns(readings, measures), _truths(facts, active.exceptions))
    rules = active.profile.exceptions
    exceptions = tuple(
        store.Adjusting(
            kind="cap" if rule.cap is not None else "floor",
            key=rule.key,
            applied=own.fired[:, place] & ~np.isnan(own.raw),
            limits=np.full(facts.num_rows, rule.cap if rule.cap is not None else rule.floor or 0.0),
            contributions=-own.effects[:, place],
        )
        for place, rule in enumerate(rules)
    )
    return _Part(facts, active.profile.key, own, readings, exceptions)


def _columns(readings: store.Readings, measures: Sequence[CardMeasure]) -> Mapping[str, scoring.Column]:
    return {
        m.key: readings.texts[m.key].to_pylist()
        if m.key in readings.texts
        else readings.values[m.key].to_numpy(zero_copy_only=False)
        for m in measures
    }


def _readings(facts: pa.Table, measures: Sequence[CardMeasure], versions: Mapping[str, int]) -> store.Readings:
    values, previous, texts, stale = {}, {}, {}, {}
    for m in measures:
        column = _column(facts, m.measure if m.of == "value" else f"{m.measure}__{m.of}")
        if (
            pa.types.is_string(column.type)
            or pa.types.is_large_string(column.type)
            or pa.types.is_dictionary(column.type)
        ):
            texts[m.key] = column.cast(pa.string())
            values[m.key] = pa.nulls(facts.num_rows, pa.float64())
            continue
        values[m.key] = _numbers(column)
        if m.of == "value" and f"{m.measure}__previous" in facts.column_names:
            previous[m.key] = _column(facts, f"{m.measure}__previous").cast(pa.float64())
        if f"{m.measure}__stale_since" in facts.column_names:
            stale[m.key] = _column(facts, f"{m.measure}__stale_since")
    return store.Readings(values, previous, texts, stale, {m.key: versions.get(m.measure) for m in measures})


def _numbers(column: pa.Array) -> pa.Array:
    return column.cast(pa.int8()).cast(pa.float64()) if pa.types.is_boolean(column.type) else column.cast(pa.float64())


def _column(facts: pa.Table, name: str) -> pa.Array:
    """A column in one piece; all null when the facts have none of that name."""
    name = name if name in facts.column_names else f"t__{name}"
    if name not in facts.column_names:
        return pa.nulls(facts.num_rows, pa.float64())
    found = facts.column(name).combine_chunks()
    return found.chunk(0) if isinstance(found, pa.ChunkedArray) and found.num_chunks else found


@dataclass(frozen=True, slots=True)
class _Ends:
    """The rows of all parts, one after the other, with the last word on each. `rolled_by` is what the family added,
    `by_hand` the value set by hand (NaN for none)."""

    days: pa.Array
    accounts: pa.Array
    raw: Floats
    coverage: Floats
    rolled_by: Floats
    by_hand: Floats
    settled: scoring.Settled


def _settle(parts: Sequence[_Part], card: ActiveCard, overrides: Sequence[HandSet]) -> _Ends:
    """Family, overrides, floor and bands over all profiles together."""
    days = pa.concat_arrays([_column(p.facts, "as_of").cast(pa.date32()) for p in parts])
    accounts = pa.concat_arrays([_column(p.facts, "id").cast(pa.int64()) for p in parts])
    own_total = np.concatenate([p.own.total for p in parts])
    own_coverage = np.concatenate([p.own.coverage for p in parts])
    total, coverage = _rolled(parts, days, accounts, own_total, own_coverage, card)
    by_hand = _overrides(days, accounts, overrides)
    settled = scoring.settle(
        total=total,
        coverage=coverage,
        overrides=by_hand,
        floor=card.body.coverage_floor,
        bands=card.body.bands_ascending(),
    )
    return _Ends(
        days=days,
        accounts=accounts,
        raw=np.concatenate([p.own.raw for p in parts]),
        coverage=coverage,
        rolled_by=np.where(np.isnan(own_total), total - 100.0, total - own_total),
        by_hand=by_hand,
        settled=settled,
    )


def _table(parts: Sequence[_Part], ends: _Ends, card: ActiveCard) -> pa.Table:
    """Rows of the lake's `scores`, by day and account."""
    rows, rolled_by, by_hand = len(ends.raw), ends.rolled_by, ends.by_hand
    rolled = ~np.isnan(rolled_by) & (rolled_by != 0)
    last = [
        store.Adjusting("roll_up", card.body.roll_up, rolled, np.full(rows, np.nan), -rolled_by),
        store.Adjusting("override", "override", ~np.isnan(by_hand), by_hand, -ends.settled.override_effect),
    ]
    table = store.table(
        days=ends.days,
        accounts=ends.accounts,
        scorecard=card.key,
        version=card.version,
        profile=pa.concat_arrays([pa.repeat(p.profile, p.facts.num_rows) for p in parts]),
        own_raw=ends.raw,
        coverage=ends.coverage,
        settled=ends.settled,
        inputs=pa.concat_arrays([store.inputs(p.own, p.readings) for p in parts]),
        adjustments=store.adjustments(rows, [*_spread(parts), *last]),
    )
    return table.sort_by([("day", "ascending"), ("account", "ascending")]) if len(parts) > 1 else table


def _spread(parts: Sequence[_Part]) -> list[store.Adjusting]:
    """Each profile's exceptions over the rows of all profiles."""
    rows = sum(p.facts.num_rows for p in parts)
    found = []
    start = 0
    for part in parts:
        here = slice(start, start + part.facts.num_rows)
        start = here.stop
        for each in part.exceptions:
            applied, limits, took = np.zeros(rows, bool), np.zeros(rows), np.zeros(rows)
            applied[here], limits[here], took[here] = each.applied, each.limits, each.contributions
            found.append(store.Adjusting(each.kind, each.key, applied, limits, took))
    return found


def _rolled(
    parts: Sequence[_Part], days: pa.Array, accounts: pa.Array, total: Floats, coverage: Floats, card: ActiveCard
) -> tuple[Floats, Floats]:
    if card.body.roll_up == "own":
        return total, coverage
    parent_names = pa.concat_arrays([_column(p.facts, "parent").cast(pa.string()) for p in parts])
    names = pa.concat_arrays([_column(p.facts, "external_id").cast(pa.string()) for p in parts])
    mrr = np.concatenate([_column(p.facts, "mrr").cast(pa.float64()).to_numpy(zero_copy_only=False) for p in parts])
    rolled, covered = total.copy(), coverage.copy()
    known = np.where(coverage >= card.body.coverage_floor - scoring.TOLERANCE, total, np.nan)
    day = days.cast(pa.int32()).to_numpy()
    for each in np.unique(day):
        rows = np.flatnonzero(day == each)
        above = pc.index_in(parent_names.take(rows), names.take(rows), skip_nulls=True)
        parents = pc.fill_null(above, -1).to_numpy(zero_copy_only=False).astype(np.int64)
        score, cover = family.roll_up(
            own=known[rows], coverage=coverage[rows], parent=parents, mrr=mrr[rows], method=card.body.roll_up
        )
        changed = ~np.isnan(score) & (np.isin(np.arange(len(rows)), parents))
        rolled[rows[changed]], covered[rows[changed]] = score[changed], cover[changed]
    return rolled, covered


def _overrides(days: pa.Array, accounts: pa.Array, overrides: Sequence[HandSet]) -> Floats:
    """The value set by hand on each row; NaN for none. A later one in the sequence wins."""
    values = np.full(len(accounts), np.nan)
    if not overrides:
        return values
    day, account = days.cast(pa.int32()).to_numpy(), accounts.to_numpy()
    epoch = date(1970, 1, 1)
    for each in overrides:
        since, until = (each.since - epoch).days, (each.until - epoch).days
        values[(account == each.account) & (day >= since) & (day <= until)] = each.value
    return values


def nothing() -> pa.Table:
    """The scores of a workspace without a scorecard."""
    return SCORES.empty_table()
