"""How often somebody may ask: a token bucket for each."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from threading import Lock
from typing import Final

MOST_BUCKETS: Final = 10_000
"""Askers that are remembered; of more, those who have not asked for a while are forgotten."""


class RateLimit:
    """So many a minute for each asker, and as many at once after a minute of silence; 0: any number."""

    def __init__(self, per_minute: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._per_minute = per_minute
        self._clock = clock
        self._full_at: dict[str, float] = {}
        self._lock = Lock()

    def wait_s(self, asker: str) -> int:
        """Takes one from the asker's bucket: 0, or in how many seconds there is one again.

        A bucket is kept as the moment at which it will be full (the generic cell rate algorithm).
        """
        if not self._per_minute:
            return 0
        each_s = 60.0 / self._per_minute
        with self._lock:
            now = self._clock()
            full_at = max(self._full_at.get(asker, now), now) + each_s
            if full_at - now > 60.0 + each_s / 2:
                return max(1, math.ceil(full_at - now - 60.0))
            if len(self._full_at) >= MOST_BUCKETS:
                self._full_at = {one: at for one, at in self._full_at.items() if at > now}
            self._full_at[asker] = full_at
            return 0
