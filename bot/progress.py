"""What whoever runs a command is told: progress on standard error, results on standard output.

Progress is bars on a terminal and a line for each step elsewhere.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeRemainingColumn,
)

Report = Callable[[str, int, int | None], None]
"""Told of a step: its name, how many are done, and how many there are if that is known."""

console = Console(stderr=True, highlight=False)


@contextmanager
def bars() -> Iterator[Report]:
    """A bar for each step, from its first report on; what takes no time shows nothing."""
    steps: dict[str, TaskID] = {}
    with Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=console,
        disable=not console.is_terminal,
    ) as progress:

        def report(step: str, done: int, total: int | None) -> None:
            if step not in steps:
                steps[step] = progress.add_task(step, total=total)
                if not console.is_terminal:
                    say(f"{step} …")
            progress.update(steps[step], completed=done, total=total)

        yield report


def say(text: str) -> None:
    """A line for whoever watches; addresses in it stay whole."""
    console.print(text, markup=False, soft_wrap=True)


def tell(text: str) -> None:
    """A line of the command's own output."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()
