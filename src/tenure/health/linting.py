"""What is odd about a scorecard, over the customers it scores. Pure: facts and card in, findings out.

Each finding says what is so and what to do. None of them keeps a card from being published.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from tenure.health import scoring
from tenure.health.card import ActiveCard, ActiveProfile
from tenure.health.rules.score import TOLERANCE, Own, places
from tenure.health.scorecard import Band, ExceptionRule, LookupCurve, Profile
from tenure.health.words import Names, name_of

type Floats = NDArray[np.float64]
type Rule = Literal["no_data", "unreachable", "overlap", "powerless", "same"]

KNOWN_OF = 0.3  # a measure known for less than this share speaks for few; the proposal leaves such out, too
SAME = 0.9  # rank correlation from which on two measures say the same
FEWEST_MOVED = 50  # accounts of a profile before it is told that a measure moves none of them
FEWEST = 20  # accounts that must have both before their correlation is told
RANKED = 1_000  # accounts a correlation is made of; its standard error is then below 0.01 at 0.9


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing. `where` is the path of its place in the document, `profile` the profile's key, `measure` the measure's
    in it, empty where it is about the profile."""

    rule: Rule
    profile: str
    measure: str
    where: str
    text: str
    advice: str


def findings(facts: pa.Table, card: ActiveCard, names: Names) -> tuple[Finding, ...]:
    """All findings over the customers among `facts`, in the document's order."""
    scored = scoring.own_scores(facts, card)
    own = {active.profile.key: (rows, said) for active, rows, said in scored}
    found = list(_profiles(facts, card))
    for active in card.profiles:
        rows, said = own.get(active.profile.key, (None, None))
        if rows is None or said is None:
            continue
        readings = scoring.values_of(rows, active, card)
        found += [
            *_no_data(active, readings, rows.num_rows, card, names),
            *_powerless(active, said, card, names),
            *_same(active, readings, card, names),
        ]
    return tuple(found)


def place(card: ActiveCard, profile: str, measure: str = "") -> str:
    """The path of a profile, or of a measure in it, in the document."""
    body = card.body
    at = next((n for n, each in enumerate(body.profiles) if each.key == profile), None)
    here, prefix = (body.in_order()[-1], "") if at is None else (body.profiles[at], f"profiles.{at}.")
    for d, dimension in enumerate(here.dimensions):
        for m, each in enumerate(dimension.measures):
            if each.key == measure:
                return f"{prefix}dimensions.{d}.measures.{m}"
    return prefix.rstrip(".") or "dimensions"


def _profiles(facts: pa.Table, card: ActiveCard) -> Iterator[Finding]:
    """Profiles nobody gets to, and profiles that share accounts with an earlier one."""
    matches = scoring.matches(facts, card)
    if not len(matches):
        return
    chosen = np.where(matches.any(axis=1), matches.argmax(axis=1), -1)
    for at, active in enumerate(card.profiles):
        applies, takes = int(matches[:, at].sum()), int((chosen == at).sum())
        key, label = active.profile.key, _label(active.profile)
        if active.broken:
            yield _of_profile("unreachable", card, key, f"{label} reads a field that is gone, so it matches nobody",
                              "Write its condition anew, or remove the profile.")  # fmt: skip
        elif not applies:
            yield _of_profile("unreachable", card, key, f"{label} matches no customer",
                              "Loosen its condition, or remove the profile.")  # fmt: skip
        elif not takes:
            yield _of_profile("unreachable", card, key, f"{label} is never reached: earlier profiles take all "
                              f"{applies} customers it would match", "Move it up.")  # fmt: skip
        elif active.applies_to is not None and takes < applies:
            yield _of_profile("overlap", card, key, f"{label} shares {applies - takes} of {applies} customers with "
                              "earlier profiles, which take them", "Move it up where its card should win.")  # fmt: skip


def _of_profile(rule: Rule, card: ActiveCard, key: str, text: str, advice: str) -> Finding:
    return Finding(rule, key, "", place(card, key), text, advice)


def _no_data(
    active: ActiveProfile, readings: dict[str, Floats], rows: int, card: ActiveCard, names: Names
) -> Iterator[Finding]:
    """Measures that are unknown for all, or for more than 70 %."""
    for _, measure in active.profile.measures():
        known = int((~np.isnan(readings[measure.key])).sum())
        if known >= KNOWN_OF * rows:
            continue
        label = name_of(measure.key, measure, names).label
        share = "nobody" if not known else f"{known} of {rows} customers"
        path = place(card, active.profile.key, measure.key)
        yield Finding(
            "no_data", active.profile.key, measure.key, path, f"{label} is known for {share}",
            "Connect its source, or remove the measure." if not known
            else "Its weight goes to the other measures wherever it is unknown. Check its source, or lower its weight.",
        )  # fmt: skip


def _powerless(active: ActiveProfile, own: Own, card: ActiveCard, names: Names) -> Iterator[Finding]:
    """Measures without which every account would be in the band it is in.

    Exact for scores by themselves (before the family's roll-up and overrides): the score without a measure of
    effective weight w and points p is (score − w p) ÷ (1 − w), then the exceptions. A measure that alone has a say on
    some account matters. Among fewer than 50 accounts that nobody moves is no news.
    """
    measures = [measure for _, measure in active.profile.measures()]
    if len(measures) < 2 or len(own.raw) < FEWEST_MOVED:
        return
    bands = card.body.bands_ascending()
    before = _bands(own.total, bands)
    for at, measure in enumerate(measures):
        weight, points = own.weights[:, at], np.nan_to_num(own.points[:, at])
        said = weight > 0
        if not said.any():
            continue
        alone = said & (weight > 1 - TOLERANCE)
        rest = np.where(alone, 1.0, 1.0 - weight)
        without = _with_exceptions((own.raw - weight * points) / rest, active.profile.exceptions, own.fired)
        if alone.any() or (_bands(without, bands) != before).any():
            continue
        label = name_of(measure.key, measure, names).label
        given = own.points[said, at]
        flat = bool(given.min() == given.max())
        yield Finding(
            "powerless", active.profile.key, measure.key, place(card, active.profile.key, measure.key),
            f"{label} gives all of them {given[0]:.0f} points and moves nobody to another band" if flat
            else f"{label} ({own.nominal[at]:.0%} of the weight) moves none of {len(said)} customers to another band",
            "Draw its curve over the values your customers have." if flat else "Raise its weight, or remove it.",
        )  # fmt: skip


def _with_exceptions(raw: Floats, rules: Sequence[ExceptionRule], fired: NDArray[np.bool_]) -> Floats:
    for at, rule in enumerate(rules):
        bounded = np.minimum(raw, rule.cap) if rule.cap is not None else np.maximum(raw, rule.floor or 0.0)
        raw = np.where(fired[:, at], bounded, raw)
    return raw


def _bands(scores: Floats, bands: Sequence[Band]) -> NDArray[np.int64]:
    return places(np.nan_to_num(scores), [band.start for band in bands])


def _same(active: ActiveProfile, readings: dict[str, Floats], card: ActiveCard, names: Names) -> Iterator[Finding]:
    """Pairs of measures with a rank correlation of 0.9 or more, either way, over the accounts that have both."""
    measures = [m for _, m in active.profile.measures() if not isinstance(m.curve, LookupCurve)]
    rows = len(next(iter(readings.values()), ()))
    few = {key: values[:: -(-rows // RANKED) or 1] for key, values in readings.items()}
    whole = {key: _centred(values) for key, values in few.items() if not np.isnan(values).any()}
    for n, second in enumerate(measures):
        for first in measures[:n]:
            if first.key in whole and second.key in whole:
                found = _correlation(whole[first.key], whole[second.key])
            else:
                found = spearman(few[first.key], few[second.key])
            if found is None or abs(found) < SAME:
                continue
            one, other = (name_of(m.key, m, names).label for m in (first, second))
            yield Finding(
                "same", active.profile.key, second.key, place(card, active.profile.key, second.key),
                f"{other} says nearly the same as {one}: their rank correlation is {_signed(found)}",
                "Together they count twice. Remove one, or share one weight between them.",
            )  # fmt: skip


def spearman(one: Floats, other: Floats) -> float | None:
    """Rank correlation over the places where both are known, ties sharing their mean rank; None for fewer than
    `FEWEST`, or where one of them is the same everywhere.

    C. Spearman, "The Proof and Measurement of Association between Two Things", American Journal of Psychology 15
    (1904).
    """
    both = ~(np.isnan(one) | np.isnan(other))
    if both.sum() < FEWEST:
        return None
    return _correlation(_centred(one[both]), _centred(other[both]))


def _correlation(one: Floats, other: Floats) -> float | None:
    """Pearson's correlation of centred values."""
    size = float(one @ one) * float(other @ other)
    return float(one @ other) / size**0.5 if size and len(one) >= FEWEST else None


def _centred(values: Floats) -> Floats:
    """Ranks around their mean."""
    ranks = _ranks(values)
    centred: Floats = ranks - ranks.mean() if len(ranks) else ranks
    return centred


def _ranks(values: Floats) -> Floats:
    _, place, sizes = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(sizes)
    ranks: Floats = (last - (sizes - 1) / 2)[place]
    return ranks


def _signed(value: float) -> str:
    return f"{value:.2f}".replace("-", "−")


def _label(profile: Profile) -> str:
    return profile.label or profile.key.replace("_", " ").capitalize()
