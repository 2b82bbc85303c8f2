"""What runs beside answering for as long as the bot does; a job that fails is started again."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import structlog

from bot import errors
from storage.errors import ColloquyError

log = structlog.get_logger("colloquy.jobs")

AGAIN_S = 30.0


class Jobs:
    """A set of running jobs."""

    def __init__(self) -> None:
        self._tasks: list[asyncio.Task[None]] = []

    @property
    def running(self) -> bool:
        return bool(self._tasks)

    def start(self, name: str, job: Callable[[], Awaitable[None]]) -> None:
        """Run a job until `stop`; whatever ends it, it is begun again after a while."""
        self._tasks.append(asyncio.create_task(_kept_running(name, job), name=name))

    async def stop(self) -> None:
        """Cancel every job and wait for it to put its things in order."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._tasks.clear()


async def _kept_running(name: str, job: Callable[[], Awaitable[None]]) -> None:
    while True:
        try:
            await job()
        except ColloquyError as error:
            log.warning("job_failed", job=name, code=error.code, why=error.sentence)
        except Exception as error:  # noqa: BLE001 - the last stop: nothing above would notice
            errors.report(error, doing=name)
        await asyncio.sleep(AGAIN_S)
