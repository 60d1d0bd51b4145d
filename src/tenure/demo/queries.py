"""What others may ask of the simulator without writing anything."""

from tenure.demo import words
from tenure.demo.bulk import event_chunks
from tenure.demo.contracts import Colleague

__all__ = ["event_chunks", "team", "vendor"]


def team() -> tuple[Colleague, ...]:
    """The vendor's team, the owner first."""
    return words.TEAM


def vendor() -> tuple[str, str]:
    """The vendor's name and e-mail domain."""
    return words.VENDOR, words.VENDOR_DOMAIN
