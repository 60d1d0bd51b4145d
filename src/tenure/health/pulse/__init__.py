"""The pulse: a member's own judgement of an account, with a note, until a day."""

from tenure.health.pulse.columns import FIELDS
from tenure.health.pulse.giving import give
from tenure.health.pulse.levels import BEST, LEVELS, LONGEST_DAYS, USUAL_DAYS, WORST, feared
from tenure.health.pulse.reading import Outcome, PulsePage, PulseView, pulses, pulses_of

__all__ = [
    "BEST", "FIELDS", "LEVELS", "LONGEST_DAYS", "USUAL_DAYS", "WORST", "Outcome", "PulsePage", "PulseView", "feared",
    "give", "pulses", "pulses_of",
]  # fmt: skip
