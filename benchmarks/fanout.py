"""How fast the outbox drains, against a Discord on loopback with the limits it publishes.

    python -m benchmarks.fanout --count 5000
    python -m benchmarks.fanout --count 20000 --rate 0     # no limits: what a delivery costs

A server of its own process answers with 50 requests a second for the bot and 5 messages in 5
seconds for a channel, as 429s beyond. One courier with its usual rules drains; `share` is what
reached the channels, of what the limit allows in that time. One JSON object is printed.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import multiprocessing
import os
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field, replace
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from bot.courier import Courier, Rules
from bot.logs import configure
from bot.settings import LogSettings
from storage.database import Database
from tests.discord_messages import Messages, Payload, Window, announced, logged_in, serving
from tests.outbox import fill

EACH_CHANNEL = (5, 5.0)
SAMPLE_S = 5.0


@dataclass
class Counted(Messages):
    """Counts what it shows instead of keeping it."""

    times: Counter[int] = field(default_factory=Counter)
    first: float = 0.0
    last: float = 0.0

    def _show(self, channel: int, body: Payload, now: float) -> Payload:
        message = super()._show(channel, body, now)
        self.shown[channel].clear()
        self.times.update(announced(message))
        self.first, self.last = self.first or now, now
        for nonce in list(self._nonces)[: max(0, len(self._nonces) - 10_000)]:
            del self._nonces[nonce]
        return message


def serve(pipe: Connection, rate: int, latency_s: float) -> None:
    """Discord, until told to stop."""
    asyncio.run(_serve(pipe, rate, latency_s))


async def _serve(pipe: Connection, rate: int, latency_s: float) -> None:
    messages = Counted(
        every=Window(rate or None, 1.0),
        each=EACH_CHANNEL if rate else (None, 1.0),
        latency_s=latency_s,
    )
    async with serving(messages):
        pipe.send(messages.url)
        await asyncio.to_thread(pipe.recv)
    refused = sum(n for request, n in messages.requests.items() if request.endswith(" 429"))
    counts = Counter(messages.times.values())
    pipe.send(
        {
            "seconds": messages.last - messages.first,
            "shown_once": counts.pop(1, 0),
            "shown_more_than_once": sum(counts.values()),
            "refused_429": refused,
        }
    )


def resident_mb() -> float:
    """What this process holds in memory."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return round(pages * os.sysconf("SC_PAGE_SIZE") / 2**20, 1)


async def measure(arguments: argparse.Namespace, url: str, database_url: str) -> dict[str, Any]:
    """Fill an outbox and drain it."""
    database = Database(database_url)
    await database.migrate()
    channels = arguments.count // arguments.each
    expected = await fill(database, channels=channels, each=arguments.each)
    rules = Rules(channels=arguments.channels)
    if not arguments.rate:
        rules = replace(rules, per_second=None)
    samples = [resident_mb()]
    async with logged_in(url) as client:
        courier = Courier(database, client, rules)
        cpu, started = time.process_time(), time.monotonic()
        draining = asyncio.create_task(courier.drain_once())
        while not (await asyncio.wait([draining], timeout=SAMPLE_S))[0]:
            samples.append(resident_mb())
        cpu, wall = time.process_time() - cpu, time.monotonic() - started
        samples.append(resident_mb())
    await database.close()
    return {
        "announcements": sum(map(len, expected.values())),
        "channels": channels,
        "database": database.dialect,
        "limit_per_second": arguments.rate or None,
        "latency_ms": round(arguments.latency * 1000),
        "drain_seconds": round(wall, 1),
        "cpu_seconds_per_1000": round(1000 * cpu / max(1, courier.shown), 2),
        "rss_mb_start": samples[0],
        "rss_mb_quarters": [samples[len(samples) * part // 4] for part in (1, 2, 3)],
        "rss_mb_end": samples[-1],
    }


def main() -> None:
    """Read the arguments, run, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=100_000, help="announcements")
    parser.add_argument("--each", type=int, default=2, help="announcements for each channel")
    parser.add_argument("--rate", type=int, default=50, help="requests a second; 0: no limits")
    parser.add_argument("--latency", type=float, default=0.1, help="seconds of each answer")
    parser.add_argument("--channels", type=int, default=150, help="worked on side by side")
    parser.add_argument("--database", default="", help="URL; otherwise a new SQLite file")
    arguments = parser.parse_args()
    configure(LogSettings(level="error"))
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    server = context.Process(
        target=serve, args=(theirs, arguments.rate, arguments.latency), daemon=True
    )
    server.start()
    theirs.close()
    with tempfile.TemporaryDirectory() as folder:
        url = arguments.database or f"sqlite+aiosqlite:///{folder}/outbox.db"
        row = asyncio.run(measure(arguments, ours.recv(), url))
    ours.send("stop")
    seen = ours.recv()
    server.join()
    per_second = (seen["shown_once"] - 1) / max(seen.pop("seconds"), 0.001)
    share = round(per_second / arguments.rate, 4) if arguments.rate else None
    print(json.dumps(row | {"per_second": round(per_second, 2), "share": share} | seen))


if __name__ == "__main__":
    main()
