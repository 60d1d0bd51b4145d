"""The parts of a digest, in the order in which they stand; named in `tenure.config.registrations`."""

from collections.abc import Sequence

from tenure.digests.contracts import Provider, Reader, Section

MOST = 10
"""So many lines stand in a section; the rest is counted."""
_providers: list[Provider] = []


def register(providers: Sequence[Provider]) -> None:
    """Set the parts, in order. Called once at start."""
    _providers[:] = providers


def of(reader: Reader) -> tuple[Section, ...]:
    """Those that have something to say to the reader."""
    return tuple(made for provider in _providers if (made := provider(reader)) is not None)
