"""The executive board, finished: what others may hold."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

type Pillar = Literal["retention", "expansion", "word_of_mouth"]
type Unit = Literal["share", "money", "count", "ratio", "points"]
type Better = Literal["up", "down"]
type Tells = Literal["trailing", "leading"]
type Standing = Literal["none", "unknown", "met", "missed"]

PILLARS: Mapping[Pillar, str] = {
    "retention": "Retention", "expansion": "Expansion", "word_of_mouth": "Word of mouth",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Metric:
    """A metric and its place in the tree: `parent` is the key of the one it feeds. `tells` what was (trailing) or what
    is coming (leading); `words` say how it is made, `needs` what to send where there is no data. `plural`: its label is
    of many."""

    key: str
    label: str
    pillar: Pillar
    parent: str | None
    unit: Unit
    better: Better
    tells: Tells
    words: str
    needs: str
    plural: bool = False


@dataclass(frozen=True, slots=True)
class Figure:
    """A metric's value at the end of a month, and the two numbers it is divided from where it is a quotient. Money is
    in minor units; `value` None: nothing is known."""

    value: float | None
    numerator: float | None = None
    denominator: float | None = None


@dataclass(frozen=True, slots=True)
class Leads:
    """Where a number opens: a page by what it shows, and what it is asked for (of `measures`, the `key` of one)."""

    page: Literal["retention", "movements", "health", "measures"]
    asked: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Row:
    """An account behind a sentence: what it did to the number, written out; in minor units where it is money."""

    account: int
    name: str
    shown: str
    amount_minor: int | None = None


@dataclass(frozen=True, slots=True)
class Sentence:
    """What changed in the month, and why. `rows` are the accounts with the greatest part in it, of `count` in all;
    `size` is by how much it is beyond the usual: 2 is twice as much."""

    text: str
    metric: str
    rows: tuple[Row, ...]
    count: int
    leads: Leads
    size: float


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar of the month's movements. `kind` is `opening`, a movement, or `mrr`."""

    label: str
    amount_minor: int
    kind: str


@dataclass(frozen=True, slots=True)
class Goal:
    """What a metric is held against and who answers for it. `revision` 0: nobody has said anything yet."""

    metric: str
    target: float | None
    owner: int | None
    owner_name: str
    revision: int


@dataclass(frozen=True, slots=True)
class Restated:
    """What a month was reported as, where facts that came later say otherwise; `rows` are the accounts that were
    corrected, of `count` in all."""

    reported: float
    reported_on: date
    rows: tuple[Row, ...]
    count: int


@dataclass(frozen=True, slots=True)
class Reading:
    """A metric in a month. `before` is the month before, `year_ago` twelve before; `series` has every month up to it,
    oldest first. `missed_since` is the month from which on the target was missed without a break."""

    metric: Metric
    value: float | None
    numerator: float | None
    denominator: float | None
    before: float | None
    year_ago: float | None
    series: tuple[tuple[date, float | None], ...]
    goal: Goal
    standing: Standing
    progress: float | None
    missed_since: date | None
    leads: Leads
    restated: Restated | None = None

    @property
    def target(self) -> float | None:
        return self.goal.target

    @property
    def owner(self) -> str:
        """The name of who answers for it; empty where nobody does."""
        return self.goal.owner_name


@dataclass(frozen=True, slots=True)
class Board:
    """The executive page of a month as known at `as_of`. `running`: the month is not over. `months` are those that can
    be chosen, the newest first. Money is in minor units of `currency`, of which `minor_units` make one."""

    as_of: date
    month: date
    running: bool
    months: tuple[date, ...]
    currency: str
    minor_units: int
    readings: tuple[Reading, ...]
    waterfall: tuple[Bar, ...]
    sentences: tuple[Sentence, ...]

    def reading(self, key: str) -> Reading:
        """One of them."""
        return next(each for each in self.readings if each.metric.key == key)

    def below(self, key: str | None) -> tuple[Reading, ...]:
        """Those that feed a metric; of None those at the top."""
        return tuple(each for each in self.readings if each.metric.parent == key)

    @property
    def empty(self) -> bool:
        """Whether nothing is known of any metric."""
        return all(each.value is None for each in self.readings)
