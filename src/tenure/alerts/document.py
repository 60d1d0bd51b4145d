"""The document of an alert rule: when it speaks, to whom, how urgently, and what to do then."""

from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

KIND = "alert_rule"
RESERVED = frozenset({"new", "starters", "trials", "settings", "preview"})
"""Keys that no rule has: they are addresses of pages."""

type Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=120)]
type Condition = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=4_000)]
type AlertType = Literal["risk", "lifecycle", "expansion", "objective", "activity"]
type Priority = Literal["low", "normal", "high", "urgent"]


class Strict(BaseModel):
    """Unknown names are refused; a document never changes."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class SegmentMove(Strict):
    """An account enters or leaves a segment."""

    kind: Literal["segment"]
    segment: Text
    move: Literal["enters", "leaves"] = "enters"


class BandMove(Strict):
    """A score comes into one of the bands `to`, out of one of `out_of` where that is said."""

    kind: Literal["band"]
    to: tuple[Text, ...] = Field(min_length=1, max_length=10)
    out_of: tuple[Text, ...] = Field(default=(), max_length=10)


class MeasureMove(Strict):
    """A measure rises to a value or falls to one; `of` change, its change against the window before does (a share)."""

    kind: Literal["measure"]
    measure: Text
    of: Literal["value", "change"] = "value"
    move: Literal["rises_to", "falls_to"]
    value: float


class DateNear(Strict):
    """A day of the account comes near (`before`), or lies `days` days back (`after`)."""

    kind: Literal["date"]
    field: Text
    days: int = Field(ge=0, le=730)
    side: Literal["before", "after"] = "before"


class Begins(Strict):
    """A condition begins to hold."""

    kind: Literal["condition"]
    condition: Condition


class ReviewOpens(Strict):
    """An account left though its score was good, and somebody should say why."""

    kind: Literal["review"]


class SourceTrouble(Strict):
    """A source of events fell silent, or at least `parked` of its events wait for an account. Goes to the admins."""

    kind: Literal["sources"]
    silent: bool = True
    parked: int | None = Field(default=None, ge=1, le=10_000_000)

    @model_validator(mode="after")
    def _of_something(self) -> Self:
        if not self.silent and self.parked is None:
            raise ValueError("expected silent, a number of parked events, or both")
        return self


type When = Annotated[
    SegmentMove | BandMove | MeasureMove | DateNear | Begins | ReviewOpens | SourceTrouble, Field(discriminator="kind")
]


class AlertRule(Strict):
    """A rule. `where` narrows it to some accounts. Alerts of one account with the same type and reason are one alert.
    `role` is whose of the account's owners it goes to, `admins` the admins of the workspace. `closes_itself` closes an
    alert whose cause is gone; else it stays until somebody answers."""

    name: Text
    description: str = Field(default="", max_length=2_000)
    active: bool = True
    when: When
    where: Condition | None = None
    type: AlertType
    reason: Text
    priority: Priority = "normal"
    role: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=40)] = "csm"
    due_days: int = Field(default=5, ge=0, le=365)
    guidance: str = Field(default="", max_length=10_000)
    evidence: tuple[Text, ...] = Field(default=(), max_length=20)
    closes_itself: bool = False

    @model_validator(mode="after")
    def _to_the_right_people(self) -> Self:
        if self.when.kind == "sources" and self.role != ADMINS:
            raise ValueError("trouble with sources goes to the admins: role is admins")
        if self.when.kind == "sources" and self.where is not None:
            raise ValueError("trouble with sources is of no account: leave out where")
        return self

    @property
    def reads_state(self) -> bool:
        """Whether it is a condition on accounts, and not something that happens elsewhere."""
        return self.when.kind not in ("review", "sources")


ADMINS = "admins"
