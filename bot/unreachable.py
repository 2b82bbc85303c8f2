"""Telling people once, by another road, what could not be written to them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import discord
import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from bot import claimed
from bot.errors import LONGEST
from bot.postbox import refusal
from storage import claims, destinations
from storage.database import Database
from storage.destinations import Destination

if TYPE_CHECKING:
    from bot.client import Colloquy

    Press = discord.Interaction[Colloquy]

log = structlog.get_logger("colloquy.unreachable")

KEPT = "What you follow is kept. When that is put right, resume it: `/follow pause` with 0 days."

Mark = Callable[[AsyncSession], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Notice:
    """One message that somebody has not had yet, and how it is remembered that they had it."""

    message: str | discord.ui.LayoutView
    told: tuple[Mark, ...]


def sentence(destination: Destination) -> str:
    """What its owner reads about a paused destination."""
    if destination.user_id is not None:
        return f"I could not write to you about new papers: {destination.paused}. {KEPT}"
    where = f"<#{destination.channel_id}>"
    return f"I can no longer announce papers in {where}: {destination.paused}. {KEPT}"


async def unsaid(database: Database, user_id: int) -> list[Notice]:
    """What a person has not been told yet of their follows and claims."""
    async with database.read() as session:
        waiting = await destinations.untold(session, user_id)
        news = await claims.untold(session, user_id)
    said = [
        *((sentence(d), partial(destinations.mark_told, destination_id=d.id)) for d in waiting),
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
