"""What other domains may hold of health: the scorecard's document, a score with its reasons, an account's state."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

import pyarrow as pa

from tenure.base.outbox import Fact
from tenure.health.rules.reasons import LineKind
from tenure.health.scorecard import (
    UNKNOWN,
    Band,
    CardMeasure,
    Curve,
    Dimension,
    ExceptionRule,
    Profile,
    Scorecard,
)
from tenure.measures.contracts import Entity, Field, KnownValue

__all__ = [
    "FIELDS", "UNKNOWN", "Band", "BandCount", "CardMeasure", "Change", "Curve", "Derived", "Dimension",
    "ExceptionRule", "Explanation", "FrozenMeasure", "HistoryPoint", "MeasureReading", "OverrideEnded", "OverrideSet",
    "OverrideView", "Profile", "PulseGiven", "Reason", "Scorecard", "StatePage", "VersionMarker",
]  # fmt: skip

# What an expression can say of a score. They exist in the current state only: no measure or scorecard reads them.
_BANDS = tuple(KnownValue(band) for band in ("healthy", "watch", "risk", UNKNOWN))
FIELDS = (
    Field("score", "account", "number", "score", label="Score", description="0–100, 100 = healthy."),
    Field("band", "account", "text", "score", label="Band", description="Where the score lies.", values=_BANDS),
    Field("coverage", "account", "number", "score", label="Coverage", unit="share", description="Of the scorecard."),
    Field("trend_7d", "account", "number", "score", label="Trend, 7 days", unit="points"),
    Field("trend_30d", "account", "number", "score", label="Trend, 30 days", unit="points"),
    Field("trend_90d", "account", "number", "score", label="Trend, 90 days", unit="points"),
    Field("scorecard_profile", "account", "text", "score", label="Scorecard profile"),
    Field("frozen_measures", "account", "number", "score", label="Frozen measures", description="Of the score."),
)


@dataclass(frozen=True, slots=True)
class Reason:
    """One line of the waterfall. `effect` is exact and signed, `shown` its whole number; `text` has both words and
    points, `words` the words alone. `measure` is the key of the facts' measure, None for the other kinds."""

    kind: LineKind
    key: str
    effect: float
    shown: int
    text: str
    words: str
    measure: str | None = None


@dataclass(frozen=True, slots=True)
class MeasureReading:
    """What one measure of the scorecard read and brought. `weight` is effective, `nominal` as in the card (both of
    1); `window` in days, None where there is none; `days` the first and last day it counted; `events` how many rows
    of the log stand behind it, None when nobody counted them."""

    key: str
    measure: str
    label: str
    dimension: str
    of: str
    value: float | None
    text: str | None
    previous: float | None
    shown: str
    unit: str
    window: int | None
    days: tuple[date, date] | None
    weight: float
    nominal: float
    points: float | None
    contribution: float
    missing: str
    stale_since: date | None
    source: str
    version: int | None
    events: int | None = None
    owner: str | None = None
    link: str | None = None


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why an account's score is what it is on a day. 100 + Σ `reasons.effect` = `total`, and the same of what is
    shown, in whole points. `score` is None in the band Unknown; `total` then says what little is known adds up to,
    None if nothing. `total_shown` is the total in points, as exact as its band needs: 59.6 beside Watch, not 60."""

    account: int
    external_id: str
    name: str
    as_of: date
    status: str
    score: float | None
    total: float | None
    total_shown: str
    shown: str
    band: str
    band_label: str
    colour: str
    coverage: float
    coverage_floor: float
    scorecard: str
    version: int
    profile: str
    reasons: tuple[Reason, ...]
    measures: tuple[MeasureReading, ...]
    override: "OverrideView | None" = None

    @property
    def known(self) -> int:
        """How many of its measures are known."""
        return sum(1 for each in self.measures if each.value is not None or each.text is not None)


@dataclass(frozen=True, slots=True)
class Change:
    """Why a score moved between two days: Σ `reasons.effect` = `now − then`, and the same of what is shown."""

    account: int
    days: tuple[date, date]
    then: float
    now: float
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class HistoryPoint:
    """An account's score on a day; None where it was Unknown."""

    day: date
    score: float | None
    band: str
    scorecard: str
    version: int


@dataclass(frozen=True, slots=True)
class VersionMarker:
    """The first day of a history on which another version of the scorecard scored."""

    day: date
    scorecard: str
    version: int


@dataclass(frozen=True, slots=True)
class FrozenMeasure:
    """A measure of the scorecard whose source is late: since which day it stands still, for how many accounts."""

    measure: str
    label: str
    since: date
    accounts: int


@dataclass(frozen=True, slots=True)
class BandCount:
    """How many accounts are in a band, of those a list shows."""

    band: str
    label: str
    colour: str
    accounts: int


@dataclass(frozen=True, slots=True)
class StatePage:
    """A page of the list of accounts or people: finished rows (column → value), the cursor of the next page (None on
    the last), and the day the rows are of."""

    rows: tuple[Mapping[str, object], ...]
    next: str | None
    as_of: date
    made_at: datetime
    columns: tuple[str, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class OverrideView:
    """A score set by hand."""

    id: int
    account: int
    value: float
    reason: str
    author: str
    since: date
    until: date
    ended_on: date | None


@dataclass(frozen=True, slots=True)
class Derived:
    """A domain's columns, for the ambient workspace. `fields` name them in expressions; `marks` says of each column
    in force what it is made from; `columns` computes the wanted ones, row by row of a table of accounts or people and
    days, of people with the table of their accounts. `elsewhere` are names that an expression of this entity cannot
    read, with what to write instead."""

    fields: Callable[[], tuple[Field, ...]]
    marks: Callable[[], Mapping[str, str]]
    columns: Callable[[pa.Table, Collection[str], pa.Table | None], Mapping[str, pa.Array]]
    elsewhere: Callable[[], Mapping[str, str]] = dict
    entity: Entity = "account"


@dataclass(frozen=True)
class OverrideSet(Fact):
    """A member set an account's score by hand."""

    override: int
    account: int
    value: float
    by: int


@dataclass(frozen=True)
class OverrideEnded(Fact):
    """A member ended an override before its day."""

    override: int
    account: int
    by: int


@dataclass(frozen=True)
class ReviewOpened(Fact):
    """An account left although its score was good; somebody should say why."""

    review: int
    account: int


@dataclass(frozen=True)
class PulseGiven(Fact):
    """A member said how an account is, on a level of 1 (severe risk) to 6 (extremely satisfied)."""

    pulse: int
    account: int
    level: int
    by: int
