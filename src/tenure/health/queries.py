"""Reads of health: the list's state, an account's explanation, change and history, coverage, what is frozen."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from itertools import pairwise

import numpy as np
import pyarrow.compute as pc

from tenure.base import clock, sql
from tenure.base.refusals import Conflict
from tenure.events.queries import engine, open_lake
from tenure.health import belief, current, derived, schemes
from tenure.health.card import ActiveCard
from tenure.health.contracts import (
    FIELDS,
    UNKNOWN,
    BandCount,
    FrozenMeasure,
    HistoryPoint,
    Reason,
    Scorecard,
    VersionMarker,
)
from tenure.health.explaining import (
    REASONS_NEED,
    ask_ahead,
    changes,
    changes_of,
    explain,
    reasons_of_row,
    scored_on,
)
from tenure.health.hand import overrides_of
from tenure.health.rules.score import nominal_weights
from tenure.health.words import Names, name_of
from tenure.measures.contracts import Catalogue
from tenure.measures.queries import catalogue as measures_catalogue
from tenure.tenants.queries import here

__all__ = [
    "REASONS_NEED",
    "MeasureCoverage",
    "NoScores",
    "ask_ahead",
    "band_counts",
    "believed_by",
    "catalogue",
    "changes",
    "changes_of",
    "coverage",
    "explain",
    "frozen",
    "history",
    "overrides_of",
    "reasons_of_rows",
    "scorecard",
    "scored_day",
    "scored_on",
    "state",
    "state_as_of",
    "version_markers",
]


WEEK = 7


class NoScores(Conflict):
    """Nothing has been computed yet."""

    code = "no_scores"


def catalogue(*, values: bool = False) -> Catalogue:
    """Every field an account filter can name: the facts', the score's own, what others derive from them (segments);
    with `values` for completion."""
    fields = measures_catalogue("account", values=values, traits=current.traits(_slug()))
    return Catalogue("account", (*fields, *FIELDS, *derived.fields()), derived.elsewhere())


def state() -> current.State:
    """The current state of the ambient workspace; refuses with `NoScores` before the first run. One query."""
    found = current.latest(_slug())
    if found is None:
        raise NoScores("Nothing has been computed yet. Import data, then run the cycle: `tenure run`.")
    return derived.completed(found)


def state_as_of(day: date) -> current.State:
    """The accounts as of a day: the current state when it is of that day, that of a day that is kept, else computed
    (seconds, remembered), with the scores that were written on that day."""
    found = current.of_day(_slug(), day)
    if found is not None:
        return derived.completed(found)
    now = current.latest(_slug())
    lake = open_lake(_slug())
    mark = (lake.relation("events"), lake.relation("scores"), now.made_at if now else None)
    return derived.completed(_computed(_slug(), day, mark))


def believed_by(day: date) -> tuple[int, int]:
    """What beliefs of a day that is over rest upon, beside the log: a number for the scorecard and the measures in
    force, and how many days up to it have scores."""
    given = belief.setting(_slug())
    return belief.configuration(given), sum(each <= day for each in belief.stored_days(given.lake))


def scored_day(day: date) -> date | None:
    """The last day up to this one, a week back at most, for which scores were written; None where there is none."""
    known = belief.stored_days(open_lake(_slug()))
    return next((each for each in (day - timedelta(days=n) for n in range(WEEK)) if each in known), None)


@lru_cache(maxsize=4)
def _computed(slug: str, day: date, _: object) -> current.State:
    given = belief.setting(slug)
    table = belief.built(given, day, kept=True)
    key, version = (given.card.key, given.card.version) if given.card else ("", 0)
    return current.State(table, day, clock.now(), key, version)


def scorecard() -> tuple[str, int, Scorecard] | None:
    """The scorecard in force: key, version, document."""
    card = belief.shown(_slug()).card
    return (card.key, card.version, card.body) if card else None


def score_writer(*, digits: int = 0) -> Callable[[float], str]:
    """Writes scores for people: in points, with the decimals (`digits` or more) that leave each in its band."""
    card = scorecard()
    bands = card[2].bands_ascending() if card else ()
    return lambda score: schemes.number(score, bands, digits=digits)


def reasons_of_rows(rows: Sequence[Mapping[str, object]], day: date) -> list[tuple[Reason, ...]]:
    """The reasons of each row of a state of that day; the rows need the columns `REASONS_NEED` and `id`."""
    given = belief.shown(_slug())
    return [reasons_of_row(row, given, day) for row in rows]


def history(account: int, *, first: date | None = None, last: date | None = None) -> tuple[HistoryPoint, ...]:
    """The account's scores from `first` (90 days back) to `last` (the current state's day), oldest first.

    One query over the lake; the last point is the current state's own.
    """
    slug = _slug()
    now = current.latest(slug)
    end = last or (now.as_of if now else None)
    if end is None:
        return ()
    start = first or end - timedelta(days=90)
    lake = open_lake(slug)
    found = engine().query(
        sql.load(belief.PACKAGE, "account_history"),
        relations={"scores": lake.relation("scores", accounts=(account, account), days=(start, end))},
        params={"account": account, "first": start, "last": end},
    )
    points = [HistoryPoint(**row) for row in found.to_pylist()]
    if now is not None and start <= now.as_of <= end and (not points or points[-1].day < now.as_of):
        columns = ["score", "band", "scorecard", "scorecard_version"]
        for row in current.rows_by_id(now, [account], columns):
            if row["band"] is not None:
                score = None if row["score"] is None else float(str(row["score"]))
                version = int(str(row["scorecard_version"]))
                points.append(HistoryPoint(now.as_of, score, str(row["band"]), str(row["scorecard"]), version))
    return tuple(points)


def version_markers(points: Sequence[HistoryPoint]) -> tuple[VersionMarker, ...]:
    """Where another version of the scorecard begins in a history."""
    return tuple(
        VersionMarker(after.day, after.scorecard, after.version)
        for before, after in pairwise(points)
        if (before.scorecard, before.version) != (after.scorecard, after.version)
    )


def band_counts(counts: dict[str | None, int]) -> tuple[BandCount, ...]:
    """Counts by band as a list shows them: from the highest band to the lowest, then Unknown."""
    found = scorecard()
    bands = found[2].bands_ascending()[::-1] if found else ()
    keys = [*(band.key for band in bands), UNKNOWN]
    return tuple(
        BandCount(key, schemes.label_of(key, bands), schemes.colour_of(key, bands), counts.get(key, 0)) for key in keys
    )


@dataclass(frozen=True, slots=True)
class MeasureCoverage:
    """How many of the accounts scored by a profile have a measure's value. `nominal` is its share of the card."""

    profile: str
    measure: str
    label: str
    known: int
    accounts: int
    nominal: float

    @property
    def share(self) -> float | None:
        return self.known / self.accounts if self.accounts else None


def coverage() -> tuple[MeasureCoverage, ...]:
    """Of each measure of the scorecard, for how many of the scored accounts it is known now."""
    card = belief.shown(_slug()).card
    now = current.latest(_slug())
    if card is None or now is None:
        return ()
    names = belief.shown(_slug()).known.names
    return tuple(found for active in card.profiles for found in _coverage(card, active.profile.key, now, names))


def _coverage(card: ActiveCard, key: str, now: current.State, names: Names) -> list[MeasureCoverage]:
    profile = card.body.profile(key)
    assert profile is not None
    rows = now.table.select(["inputs"]).filter(pc.equal(now.table["scorecard_profile"], key))
    flat = pc.list_flatten(rows["inputs"])
    measure, value, text = (pc.struct_field(flat, name) for name in ("measure", "value", "text"))
    known = pc.filter(measure, pc.or_(pc.is_valid(value), pc.is_valid(text)))
    counts = {row["values"]: row["counts"] for row in pc.value_counts(known).to_pylist()} if len(known) else {}
    weights = nominal_weights(profile)
    return [
        MeasureCoverage(
            key, m.key, name_of(m.key, m, names).label, int(counts.get(m.key, 0)), rows.num_rows, float(weights[at])
        )
        for at, (_, m) in enumerate(profile.measures())
    ]


def frozen() -> tuple[FrozenMeasure, ...]:
    """The measures of the scorecard that stand still because their source is late, longest first."""
    now = current.latest(_slug())
    if now is None or "inputs" not in now.table.column_names:
        return ()
    names = belief.shown(_slug()).known.names
    flat = pc.list_flatten(now.table["inputs"])
    if not len(flat):
        return ()
    measure, since = pc.struct_field(flat, "measure"), pc.struct_field(flat, "stale_since")
    late = np.flatnonzero(pc.is_valid(since).to_numpy(zero_copy_only=False))
    found: dict[tuple[str, date], int] = {}
    for key, day in zip(measure.take(late).to_pylist(), since.take(late).to_pylist(), strict=True):
        found[key, day] = found.get((key, day), 0) + 1
    return tuple(
        FrozenMeasure(key, name_of(key, None, names).label, day, accounts)
        for (key, day), accounts in sorted(found.items(), key=lambda item: (item[0][1], item[0][0]))
    )


def _slug() -> str:
    return here().slug
