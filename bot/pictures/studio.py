"""Draws pictures off the event loop, each once as long as it is remembered."""

from __future__ import annotations

import asyncio
import io
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

import discord

from bot.logs import report
from bot.markdown import clip
from bot.pictures.sheet import Drawing, png
from bot.pictures.theme import THEMES, Name, Theme

Data = TypeVar("Data")

REMEMBERED = 64  # pictures, of about 200 kB each
AT_ONCE = 2
LONGEST_ALT = 1024  # Discord's limit, of a file and of a picture in a message


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture as it is sent: a file name, what it says in words, and PNG."""

    name: str
    alt: str
    png: bytes

    def file(self) -> discord.File:
        """The picture as an attachment with its alt text, to be sent once."""
        return discord.File(io.BytesIO(self.png), f"{self.name}.png", description=self.alt)


class Studio:
    """Where pictures are drawn.

    Args:
        theme: which palette.
        on: whether pictures are wanted at all.
    """

    def __init__(self, theme: Name = "dark", *, on: bool = True) -> None:
        self.on = on
        self._theme = THEMES[theme]
        self._known: OrderedDict[str, asyncio.Task[Picture]] = OrderedDict()
        self._places = asyncio.Semaphore(AT_ONCE)

    async def picture(self, draw: Callable[[Data, Theme], Drawing], data: Data) -> Picture | None:
        """The picture of some data, drawn now or before.

        None where pictures are off, and where drawing failed, which is reported: there is always
        a text that says the same.
        """
        if not self.on:
            return None
        key = f"{draw.__module__}.{draw.__qualname__} {data!r}"
        task = self._known.get(key)
        if task is None:
            task = self._known[key] = asyncio.create_task(self._drawn(draw, data))
            if len(self._known) > REMEMBERED:
                self._known.popitem(last=False)
        self._known.move_to_end(key)
        try:
            return await asyncio.shield(task)
        except Exception as error:  # noqa: BLE001 - the text stands without it
            self._known.pop(key, None)
            report(error, doing=f"drawing {draw.__module__}")
            return None

    async def _drawn(self, draw: Callable[[Data, Theme], Drawing], data: Data) -> Picture:
        async with self._places:
            return await asyncio.to_thread(_draw, draw, data, self._theme)


def _draw(draw: Callable[[Data, Theme], Drawing], data: Data, theme: Theme) -> Picture:
    drawing = draw(data, theme)
    return Picture(drawing.name, clip(drawing.alt, LONGEST_ALT), png(drawing.svg))
