"""How fast requests may go out, decided before Discord has to say so."""

from __future__ import annotations

import asyncio
import time
from collections import deque

HURRY = 2.0  # times the usual speed at which a delay is made up for


class Pace:
    """Turns, first come, first served: evenly spread, and never more in a window than fit.

    Args:
        per_second: how many turns a second; None for any number. The window is a second, or as
            long as one turn takes.
    """

    def __init__(self, per_second: float | None) -> None:
        most = max(1, int(per_second)) if per_second else 0
        self._times: deque[float] = deque(maxlen=most or 1)
        self._most = most
        self._window = most / per_second if per_second else 0.0
        self._spacing = self._window / most / (HURRY if most > 1 else 1.0) if most else 0.0
        self._resting_until = 0.0
        self._queue = asyncio.Lock()

    async def turn(self) -> None:
        """Wait for one's turn."""
        async with self._queue:
            wait = self._wait()
            while wait > 0:
                await asyncio.sleep(wait)
                wait = self._wait()  # a rest may have come between
            self._times.append(time.monotonic())

    def rest(self, seconds: float) -> None:
        """Give no turn for so long."""
        self._resting_until = max(self._resting_until, time.monotonic() + seconds)

    def _wait(self) -> float:
        earliest = self._resting_until
        if self._most and self._times:
            earliest = max(earliest, self._times[-1] + self._spacing)
            if len(self._times) == self._most:
                earliest = max(earliest, self._times[0] + self._window)
        return earliest - time.monotonic()
