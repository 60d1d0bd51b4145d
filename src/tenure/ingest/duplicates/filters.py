"""Bloom filters over 128-bit hashes: most ids are new, and a filter says so without asking the disk.

A filter never denies what it holds; what it affirms has to be looked up. The bits of a hash are in two words of 64, so
that a filter costs little more than one look at memory (Bloom 1970; Putze, Sanders and Singler 2007 for the blocks).
With 16 bits a hash one in 900 is affirmed in vain.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

BITS = 4
"""Bits that each hash sets in each of its two words."""
BITS_A_HASH = 16
SMALLEST = 4_096
"""Hashes that the smallest filter has room for."""

type Hashes = NDArray[np.uint64]
"""One row a hash, its two halves; ordered by them it is ordered by its bytes."""

_HALF, _LOW, _SIX, _ONE = np.uint64(32), np.uint64(2**32 - 1), np.uint64(63), np.uint64(1)


def halves(hashes: bytes) -> Hashes:
    """Hashes one after the other as numbers."""
    return np.frombuffer(hashes, dtype=">u8").astype(np.uint64).reshape(-1, 2)


def ordered(hashes: Hashes) -> Hashes:
    """Ascending. Halves are hardly ever alike, and one number is sorted ten times as fast as two."""
    found = hashes[np.argsort(hashes[:, 0])]
    if (found[1:, 0] == found[:-1, 0]).any():
        found = hashes[np.lexsort((hashes[:, 1], hashes[:, 0]))]
    return found


def joined(hashes: Hashes) -> bytes:
    """The bytes that `halves` was given."""
    return hashes.astype(">u8").tobytes()


class Probe(NamedTuple):
    """Where each hash is looked for, in a filter of any size: a fraction of its words, and bits in one word."""

    fraction: NDArray[np.uint64]
    bits: NDArray[np.uint64]


def probes(hashes: Hashes) -> tuple[Probe, Probe]:
    """The two of each hash: its first half says the words, its second the bits."""
    found = []
    for number, fraction in enumerate((hashes[:, 0] >> _HALF, hashes[:, 0] & _LOW)):
        bits = np.zeros(len(hashes), np.uint64)
        for each in range(number * BITS, number * BITS + BITS):
            bits |= _ONE << ((hashes[:, 1] >> np.uint64(6 * each)) & _SIX)
        found.append(Probe(fraction, bits))
    return found[0], found[1]


class Filter:
    """Holds hashes; `room` is how many it takes before it affirms too much."""

    def __init__(self, room: int) -> None:
        self.room = max(room, SMALLEST)
        self._words = np.zeros(self.room * BITS_A_HASH // 64 + 1, np.uint64)

    def add(self, hashes: Hashes) -> None:
        """Hold these too."""
        for fraction, bits in probes(hashes):
            np.bitwise_or.at(self._words, self._places(fraction), bits)

    def affirms(self, asked: tuple[Probe, Probe]) -> NDArray[np.intp]:
        """The rows that may be held; all others are not."""
        (fraction, bits), (other_fraction, other_bits) = asked
        left = np.flatnonzero((self._words[self._places(fraction)] & bits) == bits)
        other_bits = other_bits[left]
        found: NDArray[np.intp] = left[(self._words[self._places(other_fraction[left])] & other_bits) == other_bits]
        return found

    def _places(self, fraction: NDArray[np.uint64]) -> NDArray[np.int64]:
        return ((fraction * np.uint64(len(self._words))) >> _HALF).view(np.int64)
