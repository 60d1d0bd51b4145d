"""Where customers came from: which trait says so, and which of its values mean that somebody referred them, where the
workspace has not said otherwise. Pure."""

from collections.abc import Callable

TRAITS = (
    "source", "acquisition_source", "acquisition_channel", "lead_source", "referral_source", "channel", "utm_source",
    "referrer",
)  # fmt: skip
"""What the trait is called, the commonest name first."""
REFERRED = ("referral", "referred", "referred by a customer", "word of mouth", "word_of_mouth", "recommendation")


def trait_among(is_known: Callable[[str], bool]) -> str:
    """The first of the names that there is a trait of; the commonest where there is none."""
    return next((name for name in TRAITS if is_known(name)), TRAITS[0])
