"""How often a browser key may be used: it is public, so anybody could send with it."""

import threading

PER_ADDRESS = (20.0, 200.0)
PER_KEY = (500.0, 2_000.0)
"""Requests a second over a long time, and at once."""


class Buckets:
    """A bucket for each name, filled at `rate` a second up to `burst`. The least recent is forgotten."""

    def __init__(self, rate: float, burst: float, *, size: int = 20_000) -> None:
        self._rate, self._burst, self._size = rate, burst, size
        self._levels: dict[object, tuple[float, float]] = {}
        self._guard = threading.Lock()

    def take(self, name: object, now: float) -> bool:
        """Whether one may be taken at `now` (seconds)."""
        with self._guard:
            level, since = self._levels.pop(name, (self._burst, now))
            level = min(self._burst, level + (now - since) * self._rate)
            allowed = level >= 1
            self._levels[name] = (level - 1 if allowed else level, now)
            if len(self._levels) > self._size:
                del self._levels[next(iter(self._levels))]
            return allowed
