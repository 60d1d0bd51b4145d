"""What was let go of goes back to the system."""

import os
from pathlib import Path

import pytest

from tenure.base import memory


def _resident() -> int:
    """Bytes of this process in memory (proc(5), statm)."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


@pytest.mark.skipif(memory._trim() is None, reason="only glibc keeps what was let go of")
def test_memory_below_what_is_still_in_use_is_given_back() -> None:
    blocks = [bytes([n % 256]) * 4_000 for n in range(20_000)]  # 80 MB, each block by malloc
    pinned = bytes(4_000)  # above them all
    blocks.clear()
    held = _resident()
    memory.give_back()
    assert held - _resident() > 70_000_000
    assert pinned
