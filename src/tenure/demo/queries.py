"""What others may ask of the simulator without writing anything."""

from tenure.demo import words
from tenure.demo.bulk import event_chunks
from tenure.demo.contracts import Colleague
from tenure.demo.talks import TAGS, Talk, talks

__all__ = ["TAGS", "Talk", "event_chunks", "talks", "team", "vendor"]


def team() -> tuple[Colleague, ...]:
    """The vendor's team, the owner first."""
    return words.TEAM


def vendor() -> tuple[str, str]:
    """The vendor's name and e-mail domain."""
    return words.VENDOR, words.VENDOR_DOMAIN
