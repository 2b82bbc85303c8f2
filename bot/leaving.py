"""Servers that the bot is no longer in: what was kept only for one of them is forgotten.

Discord says so at once to a bot that is connected. One that was away learns it from what is missing
when it is told of its servers, those that are down included; and because what is forgotten does not
come back, Discord is asked about each of them before.

That a member leaves is not told to a bot: Discord does so only with the privileged Server Members
intent. What a member asked for themselves stays theirs.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

import discord
import structlog

from bot import errors
from storage import privacy, servers

if TYPE_CHECKING:
    from bot.client import Colloquy

log = structlog.get_logger("colloquy.leaving")

NOT_IN_IT = {10004, 50001}  # Unknown Guild, Missing Access; anything else may be a passing trouble


async def forget(bot: Colloquy, guild_id: int) -> None:
    """Forget what was kept only for a server."""
    assert bot.application_id is not None, "it is logged in"
    async with bot.database.write() as session:
        await privacy.leave_server(session, bot.application_id, guild_id)
    log.info("server_left", server=guild_id)


async def joined(bot: Colloquy, guild_ids: Collection[int]) -> list[int]:
    """Remember that the bot is in these servers; all in which it was until it is known to have
    left them.
    """
    assert bot.application_id is not None, "it is logged in"
    async with bot.database.write() as session:
        await servers.remember(session, bot.application_id, guild_ids)
        return await servers.known(session, bot.application_id)


async def forget_left(bot: Colloquy) -> None:
    """Forget the servers that were left while the bot was away; call this when it is ready."""
    here = {guild.id for guild in bot.guilds}
    for guild_id in await joined(bot, here):
        if guild_id not in here and await _has_left(bot, guild_id):
            await forget(bot, guild_id)


async def _has_left(bot: Colloquy, guild_id: int) -> bool:
    try:
        await bot.fetch_guild(guild_id, with_counts=False)
    except errors.TROUBLE as error:
        code = error.code if isinstance(error, discord.HTTPException) else None
        return code in NOT_IN_IT and bot.get_guild(guild_id) is None
    return False
