"""The six levels of a pulse, from what is best for the account to what is worst. No Django, no clock."""

from collections.abc import Mapping

BEST, WORST = 6, 1
LEVELS: Mapping[int, str] = {
    6: "Extremely satisfied",
    5: "Satisfied",
    4: "Content",
    3: "Concerned",
    2: "At risk",
    1: "Severe risk",
}
FEARED = 3
"""A pulse of this level or worse says that the account may leave; a better one, that it will stay."""
USUAL_DAYS = 90
LONGEST_DAYS = 366


def feared(level: int) -> bool:
    """Whether a pulse of this level fears for the account."""
    return level <= FEARED
