"""How bands look: a scorecard names its bands as it likes, and gives each a colour."""

from collections.abc import Mapping

from tenure.health import queries as health
from tenure.health.contracts import Explanation
from tenure.health.scorecard import UNKNOWN

# A look is a shape and a colour of `frontend/css`; what has none of its own looks like `accent`.
LOOKS: Mapping[str, str] = {
    "green": "healthy", "amber": "watch", "red": "risk", "blue": "accent", "violet": "accent", "grey": UNKNOWN,
}  # fmt: skip


def looks() -> Mapping[str, str]:
    """The look of each band of the scorecard in force, by its key. Asks once a request."""
    found = health.scorecard()
    return {band.key: LOOKS[band.colour] for band in found[2].bands} if found else {}


def labels() -> Mapping[str, str]:
    """What people call each band of the scorecard in force, by its key."""
    return {each.band: each.label for each in health.band_counts({})}


def of(why: Explanation | None) -> str:
    """The look of an account's band; unknown for one that is not scored."""
    return UNKNOWN if why is None or why.band == UNKNOWN else LOOKS[why.colour]


def look(band: str | None, known: Mapping[str, str]) -> str:
    """The look of a band; of one that the scorecard no longer has, a plain one."""
    return UNKNOWN if not band or band == UNKNOWN else known.get(band, "accent")


def stripes() -> list[tuple[str, float, float]]:
    """The bands of the scorecard in force as a chart draws them behind scores: look, from, to."""
    found = health.scorecard()
    rising = found[2].bands_ascending() if found else ()
    ends = [band.start for band in rising[1:]] + [100.0] * bool(rising)
    return [(LOOKS[band.colour], band.start, end) for band, end in zip(rising, ends, strict=True)]
