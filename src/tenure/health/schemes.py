"""Schemes: one stored score, 0–100, shown the way a workspace likes to read it (S1.16)."""

import math

from tenure.health.rules import rounding
from tenure.health.rules.score import TOLERANCE
from tenure.health.scorecard import UNKNOWN, Band, SchemeName

NO_SCORE = "–"
GRADES = ((80, "A"), (60, "B"), (40, "C"), (20, "D"), (0, "F"))


def shown(score: float | None, scheme: SchemeName, bands: tuple[Band, ...]) -> str:
    """The score as people see it; `–` when there is none.

    number 0–100, whole unless that would put it into another band · percent · ten: 1–10 in equal steps of the line
    0 → 1, 100 → 10, halves up · grade: A to F in fifths (A from 80) · colour: the band's label, since a colour alone
    must never carry the meaning.
    """
    if score is None or math.isnan(score):
        return NO_SCORE
    match scheme:
        case "number":
            return number(score, bands)
        case "percent":
            return f"{number(score, bands)} %"
        case "ten":
            return str(rounding.shown(1 + score * 9 / 100))
        case "grade":
            return next(grade for start, grade in GRADES if score >= start - TOLERANCE)
        case "colour":
            return label_of(band_of(score, bands), bands)


def number(score: float, bands: tuple[Band, ...], *, digits: int = 0) -> str:
    """The score with as few decimals, from `digits` up, as leave it in its band: 59.6 where Healthy begins at 60.

    People read the number and the band side by side, so the one must not contradict the other.
    """
    band = band_of(score, bands) if bands else ""
    tries = (rounding.rounded(score, n) for n in range(digits, rounding.NOISE + 1))
    return next((told for told in tries if not bands or band_of(float(told), bands) == band), str(score))


def band_of(score: float | None, bands: tuple[Band, ...]) -> str:
    """The key of the band a score lies in; `unknown` without a score."""
    if score is None or math.isnan(score):
        return UNKNOWN
    return max((band for band in bands if score >= band.start - TOLERANCE), key=lambda band: band.start).key


def label_of(key: str, bands: tuple[Band, ...]) -> str:
    """What people call the band."""
    return next((band.label or band.key.capitalize() for band in bands if band.key == key), "Unknown")


def colour_of(key: str, bands: tuple[Band, ...]) -> str:
    """The band's colour token; grey for Unknown."""
    return next((band.colour for band in bands if band.key == key), "grey")
