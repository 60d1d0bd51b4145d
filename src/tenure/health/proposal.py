"""A first scorecard from whatever data there is; `docs/health.md` ("The proposed scorecard") is this page in words.

Five dimensions, each only of measures that are known of enough customers and that tell customers apart. Curves of
shares, changes, days and answers are fixed, since they mean the same everywhere; curves of amounts (people, active
days, minutes, tickets) and the bands are calibrated on the workspace's own customers.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from tenure.health.rules import score as rules_of_score
from tenure.health.scorecard import (
    DEFAULT_BANDS,
    Band,
    CardMeasure,
    Curve,
    Dimension,
    ExceptionRule,
    Knot,
    LinearCurve,
    Missing,
    Of,
    Profile,
    Scorecard,
)
from tenure.measures.contracts import Catalogue
from tenure.measures.language import ExpressionError, parse

type Floats = NDArray[np.float64]
type Shape = Literal["more_is_better", "less_is_better"] | tuple[tuple[float, float], ...]

# Points at quantiles of the customers' own values: the median customer is healthy, the lowest quarter is not.
MORE_MARKS = ((0.05, 10.0), (0.25, 45.0), (0.5, 70.0), (0.75, 90.0), (0.9, 100.0))
LESS_MARKS = ((0.1, 100.0), (0.5, 85.0), (0.75, 65.0), (0.9, 35.0), (0.99, 0.0))

KNOWN_OF = 0.3  # a measure joins when this share of the customers has it
FEWEST = 5  # customers with a value, before a curve is calibrated


@dataclass(frozen=True, slots=True)
class Candidate:
    """A factor of health: the measures that can stand for it, best first, each with the shape of its curve. The
    first that enough customers have, and not all alike, is taken."""

    options: tuple[tuple[str, Shape], ...]
    weight: float
    of: Of = "value"
    missing: Missing = "ignore"


@dataclass(frozen=True, slots=True)
class Group:
    """A dimension to propose, with its candidates."""

    key: str
    label: str
    weight: float
    candidates: tuple[Candidate, ...]


SHARE = ((0.0, 0.0), (0.3, 40.0), (0.6, 75.0), (0.8, 100.0))
CHANGE = ((-0.7, 0.0), (-0.35, 35.0), (-0.1, 70.0), (0.0, 80.0), (0.2, 100.0))
SEEN = ((1.0, 100.0), (7.0, 85.0), (14.0, 60.0), (30.0, 30.0), (60.0, 0.0))
LAPSED = ((0.0, 100.0), (7.0, 75.0), (30.0, 30.0), (60.0, 0.0))
SATISFIED = ((0.3, 0.0), (0.6, 50.0), (0.9, 100.0))
RATING = ((1.0, 0.0), (3.0, 40.0), (4.0, 80.0), (5.0, 100.0))
PROMOTING = ((-50.0, 0.0), (0.0, 50.0), (50.0, 100.0))
ANSWER_OF_TEN = ((4.0, 0.0), (6.0, 30.0), (8.0, 75.0), (9.0, 100.0))
EASE = ((2.0, 0.0), (4.0, 40.0), (6.0, 100.0))
GROWTH = ((-0.3, 0.0), (-0.05, 50.0), (0.0, 70.0), (0.15, 100.0))

PULSE = ((1.0, 0.0), (6.0, 100.0))
PULSE_AGE = ((30.0, 100.0), (60.0, 60.0), (90.0, 0.0))
FIXED = {"pulse": PULSE, "pulse_level": PULSE, "days_since_pulse": PULSE_AGE}
"""Curves of fields that mean the same everywhere, whatever the customers' values are."""

MORE: Shape = "more_is_better"
LESS: Shape = "less_is_better"
RENEWED = ((0.0, 60.0), (1.0, 80.0), (3.0, 100.0))
ESCALATED = ((0.0, 100.0), (1.0, 50.0), (3.0, 0.0))

GROUPS = (
    Group("usage", "Use of the product", 4, (
        Candidate((("active_days_28d", MORE), ("events_28d", MORE)), 3),
        Candidate((("logins_28d", MORE), ("minutes_28d", MORE)), 1),
        Candidate((("events_28d", CHANGE), ("minutes_28d", CHANGE)), 2, of="change"),
        Candidate((("days_since_last_seen", SEEN),), 2),
    )),
    Group("adoption", "People and features", 3, (
        Candidate((("seats_used_share", SHARE), ("people_active_28d", MORE)), 3),
        Candidate((("people_active_28d", CHANGE),), 1.5, of="change"),
        Candidate((("product_utilisation_84d", SHARE), ("product_utilisation_28d", SHARE)), 2),
        Candidate((("features_used_28d", MORE),), 1.5),
    )),
    Group("support", "Support", 1.5, (
        Candidate((("tickets_opened_84d", LESS), ("tickets_opened_28d", LESS)), 1),
        Candidate((("tickets_open", LESS),), 1),
        Candidate((("escalations_84d", ESCALATED),), 1),
        Candidate((("errors_28d", LESS), ("errors_84d", LESS)), 1),
    )),
    Group("relationship", "What they say", 1.5, (
        Candidate((("nps_last", ANSWER_OF_TEN), ("nps_84d", PROMOTING)), 1),
        Candidate((("csat_84d", SATISFIED), ("csat_last", RATING)), 1),
        Candidate((("ces_84d", EASE),), 1),
    )),
    Group("commercial", "Money", 2, (
        Candidate((("payment_lapsed_days", LAPSED),), 2),
        Candidate((("mrr_growth_84d", GROWTH),), 2),
        Candidate((("seats_growth_84d", GROWTH),), 1),
        Candidate((("renewals_so_far", RENEWED),), 1),
    )),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Alarm:
    """An exception to propose: who meets `when` stays below that band, whatever the rest says."""

    key: str
    label: str
    when: str
    band: Literal["watch", "healthy"]


ALARMS = (
    Alarm("payment_lapsed", "a payment is 30 days late", "payment_lapsed_days >= 30", "watch"),
    Alarm("not_seen", "nobody seen for 45 days", "days_since_last_seen >= 45", "watch"),
    Alarm("escalated", "a ticket was escalated twice in 84 days", "escalations_84d >= 2", "healthy"),
)
BELOW = 5.0  # points below the band's start

# Where the bands begin: at a quantile of the customers' scores, to five points, inside what people expect of the word.
WATCH_FROM = (0.12, 40.0, 60.0)
HEALTHY_FROM = (0.35, 70.0, 80.0)


@dataclass(frozen=True, slots=True)
class Proposed:
    """A measure the proposal looked at: whether it joined, how many customers have it, or why it stays out."""

    measure: str
    dimension: str
    known: float
    joined: bool
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Proposal:
    """A scorecard to publish, or None where the data has nothing to score by; with what was looked at."""

    scorecard: Scorecard | None
    looked_at: tuple[Proposed, ...]
    customers: int
    as_of: date

    @property
    def coverage(self) -> float:
        """The share of the proposed card that is known, over all customers and measures, by weight."""
        if self.scorecard is None:
            return 0.0
        known = {each.measure: each.known for each in self.looked_at if each.joined}
        (profile,) = self.scorecard.in_order()
        shares = [(d.weight * m.weight / sum(x.weight for x in d.measures), m) for d, m in profile.measures()]
        return sum(w * known[m.key] for w, m in shares) / sum(w for w, _ in shares)


def propose(*, facts: pa.Table, catalogue: Catalogue, as_of: date) -> Proposal:
    """A scorecard out of the facts of one day. Pure: the same facts give the same card.

    Only customers count. The result is a proposal: publish it through `tenure.definitions.actions`.
    """
    customers = facts.filter(pc.equal(facts["status"], "customer")) if "status" in facts.column_names else facts
    looked_at: list[Proposed] = []
    dimensions = []
    for group in GROUPS:
        measures = [found for c in group.candidates if (found := _candidate(c, group, customers, looked_at))]
        if measures:
            dimensions.append(
                Dimension(key=group.key, label=group.label, weight=group.weight, measures=tuple(measures))
            )
    card = _card(tuple(dimensions), catalogue, customers, as_of) if dimensions else None
    return Proposal(card, tuple(looked_at), customers.num_rows, as_of)


def _card(dimensions: tuple[Dimension, ...], catalogue: Catalogue, customers: pa.Table, as_of: date) -> Scorecard:
    bands = _bands(Profile(key="default", dimensions=dimensions), customers)
    starts = {band.key: band.start for band in bands}
    rules = [
        ExceptionRule(key=alarm.key, label=alarm.label, when=alarm.when, cap=starts[alarm.band] - BELOW)
        for alarm in ALARMS
    ]
    return Scorecard(
        name="Health",
        description=f"Proposed from the data of {customers.num_rows} customers as of {as_of.day} {as_of:%b %Y}.",
        dimensions=dimensions,
        exceptions=tuple(_readable(rules, catalogue, customers)),
        bands=bands,
    )


def _bands(profile: Profile, customers: pa.Table) -> tuple[Band, ...]:
    """The usual three, begun where this workspace's own scores part: a band that holds nobody tells nothing."""
    columns = {
        m.key: _values(customers, m.measure if m.of == "value" else f"{m.measure}__{m.of}")
        for _, m in profile.measures()
    }
    found = rules_of_score.score(profile, columns, np.zeros((customers.num_rows, 0), dtype=bool))
    scores = found.raw[found.coverage >= Scorecard.model_fields["coverage_floor"].default]
    scores = scores[~np.isnan(scores)]
    if len(scores) < FEWEST:
        return DEFAULT_BANDS
    starts = {"healthy": _start(scores, *HEALTHY_FROM), "watch": _start(scores, *WATCH_FROM), "risk": 0.0}
    return tuple(band.model_copy(update={"start": starts[band.key]}) for band in DEFAULT_BANDS)


def _start(scores: Floats, quantile: float, least: float, most: float) -> float:
    return float(np.clip(round(float(np.quantile(scores, quantile)) / 5) * 5, least, most))


def _candidate(c: Candidate, group: Group, customers: pa.Table, looked_at: list[Proposed]) -> CardMeasure | None:
    for measure, shape in c.options:
        column, key = (measure, measure) if c.of == "value" else (f"{measure}__{c.of}", f"{measure}.{c.of}")
        if column not in customers.column_names:
            continue
        values = _values(customers, column)
        values = values[~np.isnan(values)]
        known = len(values) / customers.num_rows if customers.num_rows else 0.0
        curve, reason = _curve(shape, values)
        if known < KNOWN_OF:
            curve, reason = None, f"known of {known:.0%} of the customers only"
        looked_at.append(Proposed(key, group.key, known, curve is not None, reason))
        if curve is not None:
            return CardMeasure(measure=measure, of=c.of, weight=c.weight, curve=curve, missing=c.missing)
    return None


def _values(customers: pa.Table, column: str) -> Floats:
    """A column's numbers, NaN where unknown."""
    found: Floats = pc.fill_null(customers[column].cast(pa.float64()), float("nan")).to_numpy()
    return found


def _curve(shape: Shape, values: Floats) -> tuple[Curve | None, str]:
    """The curve of a shape over the customers' values; None, and why, where it would say nothing."""
    if len(values) < FEWEST:
        return None, f"fewer than {FEWEST} customers have it"
    if values.min() == values.max():
        return None, "the same for every customer"
    if not isinstance(shape, str):
        return LinearCurve(kind="linear", knots=tuple(Knot(at=at, points=points) for at, points in shape)), ""
    knots = _knots(shape, values)
    return (LinearCurve(kind="linear", knots=knots), "") if len(knots) > 1 else (None, "the same for most customers")


def first_curve(key: str, of: str, values: Floats, *, more_is_better: bool) -> LinearCurve:
    """A first curve for a measure: a fixed one where its scale is known, else over the customers' own values (NaN:
    unknown); a plain line from 0 to 100 where they tell nothing yet."""
    if of == "value" and key in FIXED:
        return LinearCurve(kind="linear", knots=tuple(Knot(at=at, points=points) for at, points in FIXED[key]))
    curve, _ = _curve(MORE if more_is_better else LESS, values[~np.isnan(values)])
    if isinstance(curve, LinearCurve):
        return curve
    ends = (0.0, 100.0) if more_is_better else (100.0, 0.0)
    return LinearCurve(kind="linear", knots=(Knot(at=0.0, points=ends[0]), Knot(at=100.0, points=ends[1])))


def _knots(shape: Shape, values: Floats) -> tuple[Knot, ...]:
    """Corners at the customers' own quantiles, two significant figures. A value that is several quantiles at once
    takes the best of their points; but no use at all is worth nothing, however many do without."""
    best: dict[float, float] = {}
    for quantile, points in MORE_MARKS if shape == MORE else LESS_MARKS:
        at = _round(float(np.quantile(values, quantile)))
        best[at] = max(points, best.get(at, 0.0))
    if shape == MORE and values.min() >= 0:
        best[0.0] = 0.0
    return tuple(Knot(at=at, points=points) for at, points in sorted(best.items()))


def _round(value: float) -> float:
    """Two significant figures: a curve is there to be read and edited."""
    return float(f"{value:.2g}")


def _readable(rules: Sequence[ExceptionRule], catalogue: Catalogue, customers: pa.Table) -> Iterable[ExceptionRule]:
    """The exceptions whose fields exist and are known of somebody."""
    for rule in rules:
        try:
            expression = parse(rule.when, catalogue, max_level="measure")
        except ExpressionError:
            continue
        columns = [name for name in expression.columns if name in customers.column_names]
        if columns and all(customers[name].null_count < customers.num_rows for name in columns):
            yield rule
