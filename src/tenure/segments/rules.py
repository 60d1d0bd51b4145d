"""Which segment is computed before which, and chance that stays the same. No Django, no clock, no data."""

import hashlib
from collections.abc import Collection, Mapping

import numpy as np
from numpy.typing import NDArray


def layers(reads: Mapping[str, Collection[str]]) -> list[list[str]]:
    """The keys in layers, each after all that it reads. What is in a circle, or reads what is, comes in no layer;
    what is read but has no entry counts as there."""
    left, found = {key: {k for k in needs if k in reads} for key, needs in reads.items()}, list[list[str]]()
    while ready := sorted(key for key, needs in left.items() if not needs & left.keys()):
        found.append(ready)
        for key in ready:
            del left[key]
    return found


def circle(start: str, reads: Mapping[str, Collection[str]]) -> tuple[str, ...]:
    """A way from `start` back to itself, both ends named; empty when there is none."""
    ways: list[tuple[str, ...]] = [(start,)]
    seen: set[str] = set()
    while ways:
        way = ways.pop(0)
        for key in sorted(reads.get(way[-1], ())):
            if key == start:
                return (*way, key)
            if key not in seen:
                seen.add(key)
                ways.append((*way, key))
    return ()


def drawn(ids: NDArray[np.int64], salt: str) -> NDArray[np.float64]:
    """A place from 0 to below 1 for each id, as good as random and always the same for an id and a salt.

    SplitMix64 (Steele, Lea and Flood 2014) of the id and 64 bits of the salt's BLAKE2b.
    """
    seed = np.uint64(int.from_bytes(hashlib.blake2b(salt.encode(), digest_size=8).digest(), "big"))
    with np.errstate(over="ignore"):
        mixed = (ids.astype(np.uint64) ^ seed) + np.uint64(0x9E3779B97F4A7C15)
        mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        mixed = mixed ^ (mixed >> np.uint64(31))
    places: NDArray[np.float64] = (mixed >> np.uint64(11)).astype(np.float64) / 2.0**53
    return places


def moved(before: NDArray[np.int64], now: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Who entered and who left between two sets of ids, ascending."""
    return np.setdiff1d(now, before, assume_unique=True), np.setdiff1d(before, now, assume_unique=True)
