"""Telling people once, by another road, what could not be written to them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import discord
import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from bot import announcing, claimed
from bot.errors import LONGEST
from bot.postbox import refusal
from storage import claims, destinations
from storage.database import Database

if TYPE_CHECKING:
    from bot.client import Colloquy

    Press = discord.Interaction[Colloquy]

log = structlog.get_logger("colloquy.unreachable")

Mark = Callable[[AsyncSession], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Notice:
    """One message that somebody has not had yet, and how it is remembered that they had it."""

    message: str | discord.ui.LayoutView
    told: tuple[Mark, ...]


async def unsaid(database: Database, user_id: int) -> list[Notice]:
    """What a person has not been told yet of their follows and claims."""
    async with database.read() as session:
        waiting = await destinations.untold(session, user_id)
        news = await claims.untold(session, user_id)
    said = [
        *(
            (announcing.paused(d), partial(destinations.mark_told, destination_id=d.id))
            for d in waiting
        ),
        *((claimed.news(c), partial(claims.mark_told, claim=c)) for c in news),
    ]
    return _gathered(said)


async def tell(interaction: Press, notices: Sequence[Notice]) -> bool:
    """Show notices to a person alone, each remembered as told once it is.

    What cannot be shown, and what would follow it, waits for their next command; False then.
    """
    for notice in notices:
        try:
            await _show(interaction, notice)
        except Exception as error:
            if refusal(error) is None:
                raise
            log.info("not_told", why=str(error))
            return False
        async with interaction.client.database.write() as session:
            for mark in notice.told:
                await mark(session)
    return True


async def _show(interaction: Press, notice: Notice) -> None:
    if isinstance(notice.message, str):
        await interaction.followup.send(notice.message, ephemeral=True)
    else:
        await interaction.followup.send(view=notice.message, ephemeral=True)


def _gathered(said: Sequence[tuple[str, Mark]]) -> list[Notice]:
    """Sentences as few messages, of which none is too long to be shown."""
    notices: list[Notice] = []
    for text, mark in said:
        last = notices.pop() if notices else Notice("", ())
        joined = f"{last.message}\n{text}".strip()
        if len(joined) <= LONGEST:
            notices.append(Notice(joined, (*last.told, mark)))
        else:
            notices += [last, Notice(text, (mark,))]
    return notices
