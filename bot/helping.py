"""What /help says, and what somebody is told who only says hello: what to type, with examples about
a researcher who may be shown there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy.ext.asyncio import AsyncSession

from bot import profiles
from bot.cards import Card
from bot.memory import Where
from storage import own_words, places, researchers, topics, works
from storage.researchers import Researcher

if TYPE_CHECKING:
    from bot.client import Colloquy


async def whole(client: Colloquy, where: Where, waits: str = "") -> Card:
    """All that can be done, and what waits for whoever asks."""
    card = profiles.help_card(await _examples(client, where), waits)
    return await client.clickable.shown(card)


async def beginning(client: Colloquy, where: Where) -> Card:
    """What to type first."""
    return await client.clickable.shown(profiles.greeting(await _examples(client, where)))


async def default_researcher(session: AsyncSession, where: Where) -> int | None:
    """Whom a question is about that names nobody: the place's, else the only one there is."""
    place = await places.get(session, where.guild_id, where.settings_id)
    hidden = await own_words.hidden_in(session, where.guild_id)
    if place.researcher_id is not None and place.researcher_id not in hidden:
        return place.researcher_id
    known = await researchers.only(session)
    return None if known in hidden else known


async def _examples(client: Colloquy, where: Where) -> profiles.Examples:
    async with client.database.read() as session:
        person = await _somebody(session, where)
        if person is None:
            return profiles.Examples()
        years = await works.per_year(session, [person.id])
        names = [topic.name for topic in await topics.of(session, person.id)]
    busiest = max(years, key=years.__getitem__, default=None)
    return profiles.Examples(person.name, busiest, names[0] if names else None)


async def _somebody(session: AsyncSession, where: Where) -> Researcher | None:
    """About whom the examples are: the place's researcher, else who has the most works of those who
    may be shown here; None where nobody may.
    """
    default = await default_researcher(session, where)
    if default is not None:
        return await researchers.get(session, default)
    hidden = await own_words.hidden_in(session, where.guild_id)
    known = await researchers.everyone(session, len(hidden) + 1)
    return next((person for person in known if person.id not in hidden), None)
