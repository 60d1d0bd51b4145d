"""The scorecard: what a customer's health is made of, as a document (kind `scorecard`).

dimensions → measures with weights → one curve each; exceptions cap or lift the result; profiles give
kinds of customers a card of their own; bands cut 0–100 into words. 100 is healthy, everywhere.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

type Of = Literal["value", "change", "previous"]
type Missing = Literal["ignore", "neutral", "worst"]
type RollUp = Literal["own", "mean", "mrr_weighted", "worst_child"]
type SchemeName = Literal["number", "percent", "ten", "grade", "colour"]
type Colour = Literal["green", "amber", "red", "blue", "violet", "grey"]

UNKNOWN = "unknown"

Points = Annotated[float, Field(ge=0, le=100, description="Points, 0 (worst) to 100 (healthy).")]
Key = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,62}$", description="Small letters, digits and underscores.")]
Weight = Annotated[float, Field(gt=0, le=1000, description="A share among its neighbours; any scale.")]


class Part(BaseModel):
    """Base of every piece: closed, so that a misspelt word is refused instead of ignored."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class Step(Part):
    """One step of a `bands` curve: from this value (inclusive) up to the next step's (exclusive)."""

    start: Annotated[float, Field(alias="from")]
    points: Points


class BandsCurve(Part):
    """Steps. A value below the first step takes the first step's points."""

    kind: Literal["bands"]
    steps: Annotated[tuple[Step, ...], Field(min_length=2)]

    @model_validator(mode="after")
    def _ascending(self) -> Self:
        if any(a.start >= b.start for a, b in pairwise(self.steps)):
            raise ValueError("steps: expected ascending `from` values, each once")
        return self


class Knot(Part):
    """One corner of a `linear` curve."""

    at: float
    points: Points


class LinearCurve(Part):
    """Straight lines between knots. Outside the first and last knot a value is clamped to their points, or,
    with `outside: ignore`, has no say and counts as missing."""

    kind: Literal["linear"]
    knots: Annotated[tuple[Knot, ...], Field(min_length=2)]
    outside: Literal["clamp", "ignore"] = "clamp"

    @model_validator(mode="after")
    def _ascending(self) -> Self:
        if any(a.at >= b.at for a, b in pairwise(self.knots)):
            raise ValueError("knots: expected ascending `at` values, each once")
        return self


class LookupCurve(Part):
    """Points by word, compared without case; a word that is not listed takes `otherwise`, or counts as missing."""

    kind: Literal["lookup"]
    points: Annotated[dict[str, Points], Field(min_length=1)]
    otherwise: Points | None = None


type Curve = Annotated[BandsCurve | LinearCurve | LookupCurve, Field(discriminator="kind")]


class CardMeasure(Part):
    """A measure (or a field of the account) in a dimension.

    `of` takes the measure's value, its relative change or its previous window. `missing` says what to do
    without a value: leave it out and re-normalise, count 50, or count 0.
    """

    measure: Annotated[str, Field(min_length=1, max_length=120)]
    of: Of = "value"
    weight: Weight = 1.0
    curve: Curve
    missing: Missing = "ignore"
    label: str = ""
    owner: str | None = None
    link: str | None = None

    @property
    def key(self) -> str:
        """Its name inside the card: `logins_28d`, or `logins_28d.change`."""
        return self.measure if self.of == "value" else f"{self.measure}.{self.of}"


class Dimension(Part):
    """A group of measures with a weight of its own."""

    key: Key
    label: str = ""
    weight: Weight = 1.0
    measures: Annotated[tuple[CardMeasure, ...], Field(min_length=1)]
    owner: str | None = None
    link: str | None = None


class ExceptionRule(Part):
    """Where `when` is true the score is at most `cap`, or at least `floor`. Unknown is not true."""

    key: Key
    label: str = ""
    when: Annotated[str, Field(min_length=1)]
    cap: Points | None = None
    floor: Points | None = None

    @model_validator(mode="after")
    def _one_of(self) -> Self:
        if (self.cap is None) == (self.floor is None):
            raise ValueError(f"exception {self.key}: expected either `cap` or `floor`")
        return self


class Band(Part):
    """A named part of 0–100: from this score (inclusive) up to the next band's."""

    key: Key
    label: str = ""
    start: Annotated[float, Field(alias="from", ge=0, le=100)]
    colour: Colour = "grey"


DEFAULT_BANDS = (
    Band(key="healthy", label="Healthy", start=70, colour="green"),
    Band(key="watch", label="Watch", start=40, colour="amber"),
    Band(key="risk", label="At risk", start=0, colour="red"),
)


class Profile(Part):
    """A card for the customers that `applies_to` selects (no expression: all)."""

    key: Key
    label: str = ""
    applies_to: str | None = None
    dimensions: Annotated[tuple[Dimension, ...], Field(min_length=1)]
    exceptions: tuple[ExceptionRule, ...] = ()

    @model_validator(mode="after")
    def _unique(self) -> Self:
        _once([d.key for d in self.dimensions], "dimension")
        _once([m.key for d in self.dimensions for m in d.measures], "measure")
        _once([e.key for e in self.exceptions], "exception")
        return self

    def measures(self) -> tuple[tuple[Dimension, CardMeasure], ...]:
        """Every measure with its dimension, in the document's order."""
        return tuple((d, m) for d in self.dimensions for m in d.measures)


class Scorecard(Part):
    """The whole document. Profiles are tried in order and the first match wins; the card's own dimensions
    are the profile `default`, tried last. Who matches none is not scored."""

    name: str = "Health"
    description: str = ""
    dimensions: tuple[Dimension, ...] = ()
    exceptions: tuple[ExceptionRule, ...] = ()
    profiles: tuple[Profile, ...] = ()
    bands: Annotated[tuple[Band, ...], Field(min_length=2, max_length=12)] = DEFAULT_BANDS
    coverage_floor: Annotated[float, Field(ge=0, le=1)] = 0.5
    roll_up: RollUp = "own"
    scheme: SchemeName = "number"
    owner: str | None = None
    link: str | None = None

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if not self.dimensions and not self.profiles:
            raise ValueError("expected `dimensions`, or `profiles` with dimensions")
        _once([p.key for p in self.in_order()], "profile")
        _once([b.key for b in self.bands], "band")
        if any(b.key == UNKNOWN for b in self.bands):
            raise ValueError("band `unknown` is reserved for too little data")
        starts = sorted(b.start for b in self.bands)
        if starts[0] != 0 or len(set(starts)) != len(starts):
            raise ValueError("bands: expected different `from` values, the lowest 0")
        return self

    def in_order(self) -> tuple[Profile, ...]:
        """The profiles as they are tried; the card's own dimensions last, as `default`."""
        if not self.dimensions:
            return self.profiles
        own = Profile(key="default", label=self.name, dimensions=self.dimensions, exceptions=self.exceptions)
        return (*self.profiles, own)

    def profile(self, key: str) -> Profile | None:
        """The profile of that key."""
        return next((p for p in self.in_order() if p.key == key), None)

    def bands_ascending(self) -> tuple[Band, ...]:
        """The bands from the lowest to the highest."""
        return tuple(sorted(self.bands, key=lambda band: band.start))


def _once(keys: list[str], what: str) -> None:
    twice = sorted({key for key in keys if keys.count(key) > 1})
    if twice:
        raise ValueError(f"{what} {', '.join(twice)}: expected each key once")
