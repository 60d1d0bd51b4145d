"""Bloom filters over 128-bit hashes: most ids are new, and a filter says so without asking the disk.

A filter never denies what it holds; what it affirms has to be looked up. With 16 bits a hash and five probes one in
seven hundred is affirmed in vain (Bloom 1970; Kirsch and Mitzenmacher 2006 for the two-hash probes).
"""

import numpy as np
from numpy.typing import NDArray

PROBES = 5
BITS_A_HASH = 16
SMALLEST_BITS = 2**20

type Hashes = NDArray[np.uint64]
"""One row a hash, its two halves."""


def halves(hashes: list[bytes]) -> Hashes:
    """Hashes of 16 bytes as numbers."""
    return np.frombuffer(b"".join(hashes), dtype="<u8").reshape(-1, 2)


class Filter:
    """Holds hashes; `room` is how many it takes before it affirms too much."""

    def __init__(self, expected: int) -> None:
        bits = SMALLEST_BITS
        while bits < expected * BITS_A_HASH:
            bits *= 2
        self._mask = np.uint64(bits - 1)
        self._bytes = np.zeros(bits // 8, np.uint8)
        self.room = bits // BITS_A_HASH * 5 // 4
        self.held = 0

    @property
    def nbytes(self) -> int:
        """Its size in memory."""
        return self._bytes.nbytes

    def add(self, hashes: Hashes) -> None:
        """Hold these too."""
        for probe in range(PROBES):
            place, bit = self._places(hashes, probe)
            np.bitwise_or.at(self._bytes, place, bit)
        self.held += len(hashes)

    def affirms(self, hashes: Hashes) -> NDArray[np.intp]:
        """The rows that may be held; all others are not."""
        left = np.arange(len(hashes))
        for probe in range(PROBES):
            place, bit = self._places(hashes[left], probe)
            left = left[(self._bytes[place] & bit) != 0]
            if not len(left):
                break
        return left

    def _places(self, hashes: Hashes, probe: int) -> tuple[NDArray[np.uint64], NDArray[np.uint8]]:
        position = (hashes[:, 0] + np.uint64(probe) * (hashes[:, 1] | np.uint64(1))) & self._mask
        return position >> np.uint64(3), np.left_shift(1, position & np.uint64(7), dtype=np.uint64).astype(np.uint8)
