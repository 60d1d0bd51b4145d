"""Bodies as they lie on the disk: packed by LZ4, whose block format is written down at
https://github.com/lz4/lz4/blob/dev/doc/lz4_Block_format.md.

The calls of one request say mostly the same, so a few microseconds of packing spare most of what the disk, its WAL and
the checkpoints would have to write, and that is more than a server spends on all the rest of a request.
"""

import pyarrow as pa

_LZ4 = pa.Codec("lz4_raw")  # it keeps no state, so all threads use the same


def packed(body: bytes) -> bytes:
    """The body packed; never longer than the body by more than a 255th and 16 bytes."""
    return bytes(_LZ4.compress(body, asbytes=True))


def unpacked(kept: bytes | memoryview, size: int) -> bytes:
    """The `size` bytes that were packed; nothing where nothing was asked for. What a broken disk makes of them is given
    as it lies: it is no JSON, and who reads it sets it aside with its reason, where an error would stop the drain."""
    if not kept:
        return b""
    try:
        return bytes(_LZ4.decompress(kept, decompressed_size=size, asbytes=True))
    except OSError:
        return bytes(kept)
