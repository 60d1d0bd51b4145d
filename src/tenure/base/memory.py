"""Memory that was let go of goes back to the system."""

import ctypes
from functools import cache
from typing import Any


def give_back() -> None:
    """Give back what the process holds and does not use.

    glibc keeps freed memory below anything that is still in use, for ever: after work in bursts much of a process may
    be that (malloc_trim(3), https://man7.org/linux/man-pages/man3/malloc_trim.3.html). Elsewhere there is nothing to
    do.
    """
    trim = _trim()
    if trim is not None:
        trim(0)


@cache
def _trim() -> Any:
    return getattr(ctypes.CDLL(None), "malloc_trim", None)
