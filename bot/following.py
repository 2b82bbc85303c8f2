"""*Follow* on profiles and answers, and “Follow this researcher” on a member who is one."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import discord
from discord import app_commands

from bot import cards, errors, followed, namesakes
from bot.views import Item, Layout, Pressed, send, turn_to
from bot.whereto import changeable
from storage import claims, destinations, follows, own_words, persons
from storage.answers import utcnow
from storage.errors import NoResearcherHere, NoSuchFollow, StaleButton
from storage.follows import Follow

if TYPE_CHECKING:
    from bot.client import Colloquy

    Press = discord.Interaction[Colloquy]


MOST_CARRIED = 80  # characters of a custom id


class FollowThem(Pressed, template=r"follow:1:(\d+)"):
    """Whoever presses follows the person in their direct messages."""

    def __init__(self, researcher_id: int) -> None:
        self.researcher_id = researcher_id
        super().__init__(discord.ui.Button(label="Follow", custom_id=f"follow:1:{researcher_id}"))

    @errors.answered
    async def callback(self, interaction: Press) -> None:
        await _follow(interaction, self.researcher_id)


@app_commands.context_menu(name="Follow this researcher")
@app_commands.allowed_installs(guilds=True, users=False)
@app_commands.allowed_contexts(guilds=True, dms=False, private_channels=False)
async def follow_member(interaction: Press, member: discord.Member | discord.User) -> None:
    """Follows the record that a member has claimed, the one with the most works of several.

    Only in servers that I am a member of: who is not to be shown in a server can say so there.
    """
    async with interaction.client.database.read() as session:
        hidden = await own_words.hidden_in(session, interaction.guild_id)
        held = [p for p in await claims.held_by(session, member.id) if p.id not in hidden]
    if not held:
        raise NoResearcherHere()
    await _follow(interaction, max(held, key=lambda person: person.works).id)


async def _follow(interaction: Press, researcher_id: int) -> None:
    """Let whoever asks hear of somebody's new papers in their direct messages."""
    async with interaction.client.database.write() as session:
        await own_words.shown(session, researcher_id, interaction.guild_id)
        to = await destinations.ensure_direct(session, interaction.user.id)
        follow = await follows.add(
            session,
            researcher_id,
            to,
            user_id=interaction.user.id,
            set_by=interaction.user.id,
            limit=interaction.client.settings.limits.follows,
        )
    await send(interaction, await shown(interaction, follow), ephemeral=True)


async def shown(interaction: Press, follow: Follow) -> Layout:
    """A follow as it stands; of several people of a name, with the choice of one of them."""
    card, row = followed.followed(follow, utcnow()), list[Item]()
    if follow.researcher.record_id is None:
        async with interaction.client.database.read() as session:
            people = await namesakes.shown(session, follow.researcher.id, interaction.guild_id)
        if people:
            card = replace(card, sections=(*card.sections, f"-# {namesakes.HEAR_OF_ONE}"))
            row = [OnlyOne(namesakes.menu_of(people, f"onlyone:1:{follow.id}"), follow.id)]
    return Layout(card, row)


class ResumeThem(Pressed, template=r"unpause:1:(\d+(?:-\d+)*)"):
    """Where something says that it is paused: whoever paused it hears of it again."""

    def __init__(self, *follow_ids: int) -> None:
        self.follow_ids = follow_ids
        custom_id = f"unpause:1:{'-'.join(map(str, follow_ids))}"
        super().__init__(discord.ui.Button(label="Resume", custom_id=custom_id))

    @classmethod
    def read(cls, match: re.Match[str]) -> tuple[Any, ...]:
        return tuple(map(int, match[1].split("-")))

    @errors.answered
    async def callback(self, interaction: Press) -> None:
        async with interaction.client.database.write() as session:
            paused = [await follows.by_id(session, number) for number in self.follow_ids]
            for follow in paused:
                if not changeable(interaction, follow.destination, [follow]):
                    raise NoSuchFollow()
            resumed = [await follows.resume(session, follow.id) for follow in paused]
        card = followed.followed(resumed[0], utcnow())
        if len(resumed) > 1:
            card = cards.notice(f"{followed.names(resumed)} are followed here again.", cards.PERSON)
        await turn_to(interaction, Layout(card))


def to_resume(paused: Sequence[Follow]) -> list[Item]:
    """The button that resumes these; none where they are more than a button can carry."""
    ids = [follow.id for follow in paused]
    return [ResumeThem(*ids)] if len("-".join(map(str, ids))) <= MOST_CARRIED else []


class OnlyOne(namesakes.PickedPerson, template=r"onlyone:1:(\d+)"):
    """Of the people of a name that is followed, the one whose papers are wanted."""

    def __init__(self, select: discord.ui.Select[Any], follow_id: int) -> None:
        self.follow_id = follow_id
        super().__init__(select)

    @errors.answered
    async def callback(self, interaction: Press) -> None:
        person_id = int(self.item.values[0])
        async with interaction.client.database.write() as session:
            follow = await follows.by_id(session, self.follow_id)
            changeable(interaction, follow.destination, [follow])
            person = await own_words.shown(session, person_id, interaction.guild_id)
            if person.record_id != await persons.record_of(session, follow.researcher.id):
                raise StaleButton()
            follow = await follows.narrow(session, follow.id, person.id)
        await turn_to(interaction, Layout(followed.followed(follow, utcnow())))
