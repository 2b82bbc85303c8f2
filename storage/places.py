"""Settings of a server or of one of its channels; a channel's word goes before its server's."""

from __future__ import annotations

from dataclasses import dataclass, replace

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from storage.circles import joins
from storage.database import upsert
from storage.schema import PlaceRow

SERVER = 0  # the channel id under which a server's own settings are kept


@dataclass(frozen=True, slots=True)
class Place:
    """What holds in a channel.

    Attributes:
        researcher_id: whom a question is about when it names nobody; of a record that was joined
            to another, the one that stands for both.
        answers: whether the bot answers here at all.
        mentions: whether it answers mentions and replies, or slash commands only.
        follows: how many researchers a server's channels may follow together; None for as many
            as the operator allows.
    """

    researcher_id: int | None = None
    answers: bool = True
    mentions: bool = True
    follows: int | None = None


async def get(session: AsyncSession, guild_id: int | None, channel_id: int | None = None) -> Place:
    """What holds in this channel of this server; a direct message has the defaults."""
    if guild_id is None:
        return Place()
    rows = {
        row.channel_id: row
        for row in await session.scalars(
            select(PlaceRow).where(
                PlaceRow.guild_id == guild_id,
                PlaceRow.channel_id.in_({SERVER, channel_id or SERVER}),
            )
        )
    }
    settled = Place()
    for row in (rows.get(SERVER), rows.get(channel_id or SERVER)):
        if row is not None:
            settled = Place(
                settled.researcher_id if row.researcher_id is None else row.researcher_id,
                settled.answers if row.answers is None else row.answers,
                settled.mentions if row.mentions is None else row.mentions,
                settled.follows if row.follows is None else row.follows,
            )
    chosen = settled.researcher_id
    if chosen is None:
        return settled
    return replace(settled, researcher_id=(await joins(session)).get(chosen, chosen))


async def overrides(session: AsyncSession, guild_id: int) -> dict[int, Place]:
    """Every channel of a server that has settings of its own, as they hold there."""
    ids = await session.scalars(
        select(PlaceRow.channel_id).where(
            PlaceRow.guild_id == guild_id, PlaceRow.channel_id != SERVER
        )
    )
    return {channel_id: await get(session, guild_id, channel_id) for channel_id in list(ids)}


async def set_researcher(
    session: AsyncSession, guild_id: int, channel_id: int | None, researcher_id: int | None
) -> Place:
    """Make a record the default of a server (`channel_id` None) or channel; None clears it."""
    return await _set(session, guild_id, channel_id, researcher_id=researcher_id)


async def set_answers(
    session: AsyncSession, guild_id: int, channel_id: int | None, answers: bool | None
) -> Place:
    """Let the bot answer here or not; None falls back to the server's setting."""
    return await _set(session, guild_id, channel_id, answers=answers)


async def set_mentions(
    session: AsyncSession, guild_id: int, channel_id: int | None, mentions: bool | None
) -> Place:
    """Let the bot answer mentions here or not; None falls back to the server's setting."""
    return await _set(session, guild_id, channel_id, mentions=mentions)


async def set_follows(session: AsyncSession, guild_id: int, most: int | None) -> Place:
    """Set how many researchers a server's channels may follow; None for as many as allowed."""
    return await _set(session, guild_id, None, follows=most)


async def _set(
    session: AsyncSession, guild_id: int, channel_id: int | None, **setting: object
) -> Place:
    key = {"guild_id": guild_id, "channel_id": channel_id or SERVER}
    statement = upsert(session, PlaceRow).values(**key, **setting)
    await session.execute(statement.on_conflict_do_update(index_elements=list(key), set_=setting))
    return await get(session, guild_id, channel_id)
