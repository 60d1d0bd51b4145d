"""What the measures of one run need to be summed, so that each relation is read once for all of them."""

from dataclasses import dataclass, field
from typing import Literal

from tenure.measures.compiler.names import NameSet
from tenure.measures.spine import Window

type UsageColumn = Literal["events", "rows", "seconds", "value", "valued", "errors", "active"]
type Member = Literal["person", "name"]

# Sums are kept as whole numbers of 1/10,000, so that adding and taking away windows loses nothing below 9e11.
SCALE = 10_000
SCALED = {"events", "seconds", "value", "errors"}


@dataclass(frozen=True, slots=True)
class UsageSum:
    """A column of the usage rollups added up over the names of set `names`."""

    names: int
    column: UsageColumn

    @property
    def alias(self) -> str:
        return f"u{self.names}_{self.column}"

    @property
    def scale(self) -> int:
        return SCALE if self.column in SCALED else 1


@dataclass(frozen=True, slots=True)
class Distinct:
    """How many different people (or event names of the set, each with its weight) there were."""

    names: int
    member: Member
    weighted: bool = False

    @property
    def alias(self) -> str:
        return f"d{self.names}_{self.member}{'_weight' if self.weighted else ''}"


@dataclass(frozen=True, slots=True)
class RecordSum:
    """An expression over the rows of `records`, times their sign, added up."""

    alias: str
    sql: str


@dataclass(slots=True)
class Needs:
    """Collects what is needed while measures are compiled; each method answers with the column that will hold it.

    `before`: whether measures are also asked for in the window before.
    """

    before: bool = True
    sets: list[NameSet] = field(default_factory=list)
    usage: dict[UsageSum, set[Window]] = field(default_factory=dict)
    distinct: dict[Distinct, set[Window]] = field(default_factory=dict)
    records: dict[RecordSum, set[Window]] = field(default_factory=dict)
    last_usage: set[int] = field(default_factory=set)
    last_record: dict[str, str] = field(default_factory=dict)
    last_value: dict[str, str] = field(default_factory=dict)
    thresholds: set[tuple[int, int]] = field(default_factory=set)
    states: set[int] = field(default_factory=set)
    traits: dict[str, str] = field(default_factory=dict)
    open_tickets: bool = False
    lapsed: bool = False
    owners: bool = False

    def names(self, names: NameSet) -> int:
        """The number of a set of names."""
        if names not in self.sets:
            self.sets.append(names)
        return self.sets.index(names)

    def usage_sum(self, names: NameSet, column: UsageColumn, window: Window) -> str:
        need = UsageSum(self.names(names), column)
        self.usage.setdefault(need, set()).add(window)
        held = f"r.{need.alias}_{window.column}"
        return f"({held} / {SCALE}.0)" if need.scale != 1 else held

    def distinct_count(self, names: NameSet, member: Member, window: Window, *, weighted: bool = False) -> str:
        need = Distinct(self.names(names), member, weighted)
        self.distinct.setdefault(need, set()).add(window)
        return f"r.{need.alias}_{window.column}"

    def record_sum(self, alias: str, sql: str, window: Window) -> str:
        need = RecordSum(alias, sql)
        self.records.setdefault(need, set()).add(window)
        return f"(r.{alias}_{window.column} / {SCALE}.0)"

    def last_use(self, names: NameSet) -> str:
        number = self.names(names)
        self.last_usage.add(number)
        return f"r.u{number}_last"

    def last_day(self, alias: str, condition: str) -> str:
        self.last_record[alias] = condition
        return f"r.{alias}_last"

    def latest(self, alias: str, condition: str) -> str:
        self.last_value[alias] = condition
        return f"r.{alias}_latest"

    def old_enough(self, window: Window, times: int) -> str:
        """True of an entity that is older than `times` windows, which the source delivered in full."""
        days = (window.days or 0) * times
        self.thresholds.add((window.clock, days))
        return f"e.began <= o.old_c{window.clock}_{days}"

    def state(self, column: str, days_ago: int) -> str:
        self.states.add(days_ago)
        return f"s{days_ago}.{column}"

    def attribute(self, sql: str) -> None:
        """What an attribute's SQL reads besides the entity itself."""
        if "s0." in sql:
            self.states.add(0)
        if "w." in sql:
            self.owners = True

    def trait(self, key: str) -> str:
        """The trait's value as JSON."""
        return f"t.{self.traits.setdefault(key, f'k{len(self.traits)}')}"
