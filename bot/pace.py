"""How fast requests may go out, decided before Discord has to say so."""

from __future__ import annotations

import asyncio
import time

CATCH_UP = 2  # turns that a moment of delay may be made up for at once


class Pace:
    """Turns at a steady rate, first come, first served.

    Args:
        per_second: how many turns a second; None for any number.
    """

    def __init__(self, per_second: float | None) -> None:
        self._interval = 1 / per_second if per_second else 0.0
        self._next = 0.0
        self._queue = asyncio.Lock()

    async def turn(self) -> None:
        """Wait for one's turn."""
        async with self._queue:
            wait = self._next - time.monotonic()
            while wait > 0:
                await asyncio.sleep(wait)
                wait = self._next - time.monotonic()  # a rest may have come between
            earliest = time.monotonic() - CATCH_UP * self._interval
            self._next = max(self._next, earliest) + self._interval

    def rest(self, seconds: float) -> None:
        """Give no turn for so long."""
        self._next = max(self._next, time.monotonic() + seconds)
