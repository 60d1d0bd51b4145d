"""Reads of digests."""

from tenure.digests.contracts import Choice, Rhythm
from tenure.digests.models import DigestChoice


def choice_of(member: int) -> Choice:
    """When a member gets her digest; off where she has not chosen. One query."""
    row = DigestChoice.objects.filter(member=member).first()
    return choice(row) if row else Choice()


def choice(row: DigestChoice) -> Choice:
    """A row as others hold it."""
    return Choice(Rhythm(row.rhythm), row.hour, tuple(row.days), row.weekday, row.zone)
