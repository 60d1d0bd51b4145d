"""The parts of a digest, in the order in which they stand; named in `tenure.config.registrations`."""

from collections.abc import Sequence
from dataclasses import replace

from tenure.digests.contracts import Provider, Reader, Section
from tenure.ownership.queries import works_for
from tenure.tenants.queries import members_by_id

MOST = 10
"""So many lines stand in a section; the rest is counted."""
_providers: list[Provider] = []


def register(providers: Sequence[Provider]) -> None:
    """Set the parts, in order. Called once at start."""
    _providers[:] = providers


def of(reader: Reader) -> tuple[Section, ...]:
    """Those that have something to say to the reader; then those of the members she covers for, under their names."""
    covered = [each for each in works_for(reader.member.id, reader.day) if each != reader.member.id]
    known = members_by_id(covered) if covered else {}
    found = _made(reader)
    for each in (known[member] for member in covered if member in known):
        found += [
            replace(one, title=f"{one.title}, for {each.label}", path="") for one in _made(replace(reader, member=each))
        ]
    return tuple(found)


def _made(reader: Reader) -> list[Section]:
    return [made for provider in _providers if (made := provider(reader)) is not None]
