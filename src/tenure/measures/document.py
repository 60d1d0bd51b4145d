"""The document of a measure: what it counts, how, over which days, and what silence means.

Published documents of kind `measure` are the columns of the facts. The words are those of docs/measures.md.
"""

from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

type Aggregate = Literal[
    "count", "people", "days", "minutes", "errors", "sum", "average", "average_minutes", "features", "utilisation",
    "days_since", "last", "share", "nps", "open", "lapsed_days", "now", "growth", "ratio",
]  # fmt: skip
type Direction = Literal["higher_is_better", "lower_is_better", "neutral"]
type Feed = Literal["usage", "tickets", "surveys", "invoices", "subscriptions", "accounts"]
type SubscriptionField = Literal["mrr", "seats", "renewals", "subscriptions"]
type SurveyKind = Literal["nps", "csat", "ces"]
type TicketEvent = Literal["opened", "closed", "answered", "escalated"]

Key = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,62}$")]
Pattern = Annotated[str, StringConstraints(min_length=1, max_length=200, strip_whitespace=True)]
Patterns = Annotated[tuple[Pattern, ...], Field(max_length=500)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Usage(_Part):
    """Product events by name; `*` stands for any letters, case does not matter."""

    what: Literal["usage"]
    names: Patterns = ("*",)
    but_not: Patterns = ()


class Features(_Part):
    """The features that make the product worth its price, by event name, each with what it weighs."""

    what: Literal["features"]
    weights: Annotated[dict[Pattern, Annotated[float, Field(gt=0, le=1e6)]], Field(min_length=1, max_length=200)]


class Tickets(_Part):
    """Support tickets: what happened to them."""

    what: Literal["tickets"]
    event: TicketEvent = "opened"


class Surveys(_Part):
    """Answers to surveys of one kind."""

    what: Literal["surveys"]
    survey: SurveyKind


class Invoices(_Part):
    """Invoices issued and paid."""

    what: Literal["invoices"]


class Subscription(_Part):
    """The account's subscriptions in force: money in major units of the workspace's currency."""

    what: Literal["subscription"]
    field: SubscriptionField


class Tenure(_Part):
    """How long the account or person has been with us."""

    what: Literal["tenure"]


class Trait(_Part):
    """A number that a source keeps on the account or person."""

    what: Literal["trait"]
    trait: Annotated[str, StringConstraints(min_length=1, max_length=200)]


class Measures(_Part):
    """Two other measures, one over the other."""

    what: Literal["measures"]
    of: Key
    over: Key


Counts = Annotated[
    Usage | Features | Tickets | Surveys | Invoices | Subscription | Tenure | Trait | Measures,
    Field(discriminator="what"),
]

WINDOWED: frozenset[Aggregate] = frozenset(
    {"count", "people", "days", "minutes", "errors", "sum", "average", "average_minutes", "features", "utilisation",
     "share", "nps"}
)  # fmt: skip
AGGREGATES: dict[str, frozenset[Aggregate]] = {
    "usage": frozenset(
        {"count", "people", "days", "minutes", "errors", "sum", "average", "average_minutes", "features", "days_since"}
    ),
    "features": frozenset({"count", "people", "days", "minutes", "features", "utilisation", "days_since"}),
    "tickets": frozenset({"count", "average_minutes", "open", "days_since"}),
    "surveys": frozenset({"count", "average", "share", "nps", "last", "days_since"}),
    "invoices": frozenset({"lapsed_days"}),
    "subscription": frozenset({"now", "growth"}),
    "tenure": frozenset({"now"}),
    "trait": frozenset({"now"}),
    "measures": frozenset({"ratio"}),
}
FEEDS: dict[str, Feed] = {
    "usage": "usage", "features": "usage", "tickets": "tickets", "surveys": "surveys", "invoices": "invoices",
    "subscription": "subscriptions", "tenure": "accounts", "trait": "accounts", "measures": "accounts",
}  # fmt: skip
ALL_TIME = {"count", "average_minutes"}


class Measure(_Part):
    """A measure: one number an account or a person has on any day.

    `window` is the number of complete days before the as-of day; None is all time (for counts), or the present
    moment. For `growth` it is how long ago the value is compared with. `missing` says what an entity without rows
    has when its source delivers: zero, or unknown. `freshness_days` is how many silent days the source may have
    before the measure is frozen; None lets it be learned from the source's own habit.
    """

    label: Annotated[str, StringConstraints(min_length=1, max_length=120)]
    description: str = ""
    entities: Annotated[tuple[Literal["account", "person"], ...], Field(min_length=1)] = ("account", "person")
    counts: Counts
    aggregate: Aggregate
    window: Annotated[int, Field(ge=1, le=366)] | None = None
    unit: str = ""
    direction: Direction = "higher_is_better"
    missing: Literal["zero", "unknown"] = "zero"
    freshness_days: Annotated[int, Field(ge=0, le=366)] | None = None

    @property
    def feed(self) -> Feed:
        """What has to deliver for this measure to be known."""
        return FEEDS[self.counts.what]

    @model_validator(mode="after")
    def _fits(self) -> Self:
        allowed = AGGREGATES[self.counts.what]
        if self.aggregate not in allowed:
            raise ValueError(f"{self.counts.what} can be aggregated by {', '.join(sorted(allowed))}")
        if self.aggregate in WINDOWED | {"growth"} and self.window is None and not self._all_time:
            raise ValueError(f"{self.aggregate} needs a window in days, e.g. 28")
        if self.aggregate not in WINDOWED | {"growth"} and self.window is not None:
            raise ValueError(f"{self.aggregate} reads one moment: it has no window")
        if "person" in self.entities and self._accounts_only:
            raise ValueError(f"{self.counts.what} by {self.aggregate} is known of accounts only: entities: [account]")
        if isinstance(self.counts, Surveys) and (self.aggregate, self.counts.survey) in _WRONG_SURVEY:
            raise ValueError(f"{self.aggregate} is not a figure of {self.counts.survey}")
        return self

    @property
    def _all_time(self) -> bool:
        return self.counts.what in ("tickets", "surveys") and self.aggregate in ALL_TIME

    @property
    def _accounts_only(self) -> bool:
        return self.aggregate == "people" or self.counts.what in ("invoices", "subscription")


_WRONG_SURVEY = {("share", "nps"), ("share", "ces"), ("nps", "csat"), ("nps", "ces")}
