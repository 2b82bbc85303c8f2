"""Ctrl-C on the command line: answered at once, and the command ends soon."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Coroutine
from functools import partial
from types import FrameType
from typing import Any

import typer

INTERRUPTED = 130  # what a shell reports for Ctrl-C, and Typer returns for it
STOPPED = "Stopped; what was done so far is kept."


def run_to_the_end(work: Coroutine[Any, Any, Any]) -> Any:
    """Run to the end, or to Ctrl-C: then all is closed in order, but no thread is waited for that
    still computes or reads; nothing of theirs is kept before it is whole.
    """
    with asyncio.Runner() as runner:
        try:
            return runner.run(_saying_so_when_stopped(work))
        except KeyboardInterrupt:
            sys.stdout.flush()
            os._exit(INTERRUPTED)


async def _saying_so_when_stopped(work: Coroutine[Any, Any, Any]) -> Any:
    """The work, while Ctrl-C is answered at once, before anything is closed."""
    loop = asyncio.get_running_loop()
    cancel = signal.getsignal(signal.SIGINT)  # as asyncio set it: the first one cancels
    if not callable(cancel):  # ignored, as for what a shell starts in the background
        return await work

    def stop(number: int, frame: FrameType | None) -> None:
        loop.call_soon_threadsafe(partial(typer.echo, STOPPED, err=True))
        cancel(number, frame)

    signal.signal(signal.SIGINT, stop)
    try:
        return await work
    finally:
        signal.signal(signal.SIGINT, cancel)
