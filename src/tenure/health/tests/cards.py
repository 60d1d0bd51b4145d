"""Scorecards and facts for tests, and strategies that make any."""

from collections.abc import Mapping
from datetime import date

import numpy as np
from hypothesis import strategies as st

from tenure.health.rules import score as scoring
from tenure.health.rules.reasons import Adjustment, Input, Scored
from tenure.health.scorecard import CardMeasure, Dimension, ExceptionRule, Knot, LinearCurve, Profile, Scorecard

DAY = date(2024, 12, 31)


def line(zero: float, full: float) -> LinearCurve:
    """A straight line: 0 points at `zero`, 100 at `full` (either may be the larger)."""
    low, high = sorted((zero, full))
    ends = (0.0, 100.0) if zero < full else (100.0, 0.0)
    return LinearCurve(kind="linear", knots=(Knot(at=low, points=ends[0]), Knot(at=high, points=ends[1])))


def profile(*measures: CardMeasure, exceptions: tuple[ExceptionRule, ...] = ()) -> Profile:
    return Profile(key="default", dimensions=(Dimension(key="all", measures=measures),), exceptions=exceptions)


def scored(
    card: Profile,
    facts: Mapping[str, float | None],
    *,
    fired: tuple[bool, ...] = (),
    override: float | None = None,
    version: int = 1,
    scorecard: Scorecard | None = None,
    day: date = DAY,
) -> Scored:
    """One account scored by the same operations as a hundred thousand."""
    whole = scorecard or Scorecard(profiles=(card,))
    columns = {
        m.key: np.array([np.nan if facts.get(m.key) is None else facts[m.key]], float) for _, m in card.measures()
    }
    own = scoring.score(card, columns, np.array([fired or (False,) * len(card.exceptions)], bool).reshape(1, -1))
    settled = scoring.settle(
        total=own.total,
        coverage=own.coverage,
        overrides=np.array([np.nan if override is None else override]),
        floor=whole.coverage_floor,
        bands=whole.bands_ascending(),
    )
    adjustments = [
        Adjustment("cap" if rule.cap is not None else "floor", rule.key, rule.cap, -float(own.effects[0, at]))
        for at, rule in enumerate(card.exceptions)
        if own.fired[0, at]
    ]
    if override is not None:
        adjustments.append(Adjustment("override", "override", override, -float(settled.override_effect[0])))
    return Scored(
        account=1,
        day=day,
        scorecard="health",
        version=version,
        profile=card.key,
        score=None if np.isnan(settled.score[0]) else float(settled.score[0]),
        raw=None if np.isnan(own.raw[0]) else float(own.raw[0]),
        band=str(settled.band[0]),
        coverage=float(own.coverage[0]),
        inputs=tuple(
            Input(
                measure=key,
                version=1,
                value=facts.get(key),
                previous=None,
                text=None,
                weight=float(own.weights[0, at]),
                points=None if np.isnan(own.points[0, at]) else float(own.points[0, at]),
                contribution=float(own.contributions[0, at]),
            )
            for at, key in enumerate(own.keys)
        ),
        adjustments=tuple(adjustments),
    )


KEYS = ("logins", "people", "tickets", "nps", "seats")
numbers = st.floats(-50, 150, allow_nan=False).map(lambda value: round(value, 6))
curves = st.builds(
    lambda low, width, first, last: LinearCurve(
        kind="linear", knots=(Knot(at=low, points=first), Knot(at=low + width, points=last))
    ),
    st.floats(-20, 50),
    st.floats(1, 100),
    st.floats(0, 100),
    st.floats(0, 100),
)


@st.composite
def profiles(draw: st.DrawFn) -> Profile:
    """Any profile of one to three dimensions over five measures, with up to three exceptions."""
    keys = list(draw(st.permutations(KEYS)))[: draw(st.integers(1, len(KEYS)))]
    measures = [
        CardMeasure(
            measure=key,
            weight=draw(st.floats(0.1, 50)),
            curve=draw(curves),
            missing=draw(st.sampled_from(("ignore", "neutral", "worst"))),
        )
        for key in keys
    ]
    cuts = min(len(measures), draw(st.integers(1, 3)))
    groups = [measures[at::cuts] for at in range(cuts)]
    exceptions = tuple(
        ExceptionRule(
            key=f"rule_{at}", when="true", **{draw(st.sampled_from(("cap", "floor"))): draw(st.floats(0, 100))}
        )
        for at in range(draw(st.integers(0, 3)))
    )
    return Profile(
        key="default",
        dimensions=tuple(
            Dimension(key=f"group_{at}", weight=draw(st.floats(0.1, 10)), measures=tuple(group))
            for at, group in enumerate(groups)
        ),
        exceptions=exceptions,
    )


facts = st.dictionaries(st.sampled_from(KEYS), st.none() | numbers)
