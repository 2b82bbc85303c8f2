"""/follow: who hears of whose new papers, where, how often and with which filter."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Literal

import discord
from discord import app_commands
from discord.app_commands import Choice
from sqlalchemy.ext.asyncio import AsyncSession

from bot import cards, errors, filters, followed, whereto
from bot.commands import options
from bot.following import ResumeThem, shown
from bot.markdown import inline
from bot.views import (
    PREVIOUS,
    STEPS,
    Entry,
    Layout,
    Picked,
    Pressed,
    paged,
    send,
    steps,
    turn_to,
)
from bot.whereto import Place
from retrieval import news
from storage import (
    announcements,
    announcing,
    destinations,
    follows,
    own_words,
    works,
    works_by_title,
)
from storage.answers import utcnow
from storage.destinations import Destination
from storage.errors import NoSuchFollow, UnknownWork
from storage.follows import Every, Filter, Follow

if TYPE_CHECKING:
    from bot.client import Colloquy

    Press = discord.Interaction[Colloquy]

Often = Literal["at once", "daily", "weekly"]
PREVIEWED_DAYS = 30
LONGEST_WORDS = 300

group = app_commands.Group(name="follow", description="Hear of each new paper of a researcher")

FILTERS = {
    "any_words": "Only papers that mention one of these, separated by commas",
    "all_words": "Only papers that mention all of these, separated by commas",
    "no_words": "No papers that mention any of these, separated by commas",
    "categories": "Only papers in these arXiv categories, for example cs.CV, math",
    "similar_to": "Only papers near in meaning to this text",
    "revisions": "Tell me of new versions of papers, too",
}
Words = app_commands.Range[str, 1, LONGEST_WORDS]


@group.command(name="add")
@app_commands.describe(
    researcher="Whose new papers",
    where="A channel, thread or forum; otherwise your direct messages",
    how_often="At once, or gathered into a daily or weekly digest",
    **FILTERS,
)
@app_commands.autocomplete(researcher=options.offer_researchers)
async def add(
    interaction: Press,
    researcher: str,
    where: Place | None = None,
    how_often: Often = "at once",
    any_words: Words | None = None,
    all_words: Words | None = None,
    no_words: Words | None = None,
    categories: Words | None = None,
    similar_to: Words | None = None,
    revisions: bool = False,
) -> None:
    """Follow a researcher: each new paper, once, where you want it"""
    filter_ = filters.changed(
        Filter(), any_words, all_words, no_words, categories, similar_to, revisions
    )
    whereto.check(interaction, where)
    limits = interaction.client.settings.limits
    async with interaction.client.database.write() as session:
        person = await options.meant(session, interaction, researcher)
        to = await whereto.destination_of(session, interaction, where)
        follow = await follows.add(
            session,
            person.id,
            to,
            user_id=whereto.follower(interaction, where),
            set_by=interaction.user.id,
            every=Every(how_often),
            wanted=filter_,
            limit=limits.follows,
            server_limit=limits.server_follows,
        )
    await send(interaction, await shown(interaction, follow), ephemeral=True)


@group.command(name="list")
async def list_(interaction: Press) -> None:
    """What you follow, where it goes, and what is paused"""
    await send(interaction, await _listed(interaction), ephemeral=True)


@group.command(name="edit")
@app_commands.describe(
    follow="Which of your follows",
    how_often="At once, or gathered into a daily or weekly digest",
    time_zone="Of the place it goes to, for example Europe/Berlin",
    quiet_hours="When nothing is to be sent there, for example 22:00-07:00; off for none",
    discuss="In text channels: open a thread under each paper",
    **FILTERS,
)
async def edit(
    interaction: Press,
    follow: str,
    how_often: Often | None = None,
    any_words: Words | None = None,
    all_words: Words | None = None,
    no_words: Words | None = None,
    categories: Words | None = None,
    similar_to: Words | None = None,
    revisions: bool | None = None,
    time_zone: Words | None = None,
    quiet_hours: Words | None = None,
    discuss: bool | None = None,
) -> None:
    """Change how often, which papers, and when; “none” empties a filter"""
    quiet = filters.quiet_hours(quiet_hours)
    async with interaction.client.database.write() as session:
        mine = before = await _mine(session, interaction, follow)
        if time_zone or quiet or discuss is not None:
            await whereto.check_shared(session, interaction, mine.destination)
        if discuss:
            whereto.check_discussed(interaction, mine.destination)
        wanted = filters.changed(
            mine.filter, any_words, all_words, no_words, categories, similar_to, revisions
        )
        every = Every(how_often) if how_often else None
        await follows.edit(session, mine.id, every=every, wanted=wanted)
        if time_zone or quiet:
            await destinations.set_hours(
                session, mine.destination.id, time_zone=time_zone, quiet=quiet
            )
        if discuss is not None:
            await destinations.set_discuss(session, mine.destination.id, discuss)
        mine = await follows.by_id(session, mine.id)
    await send(interaction, Layout(followed.edited(before, mine, utcnow())), ephemeral=True)


@group.command(name="pause")
@app_commands.describe(follow="Which of your follows", days="For how many days; 0 to resume")
async def pause(interaction: Press, follow: str, days: app_commands.Range[int, 0, 365] = 7) -> None:
    """Hear nothing for a while; everything else is kept"""
    async with interaction.client.database.write() as session:
        mine = await _mine(session, interaction, follow)
        if days:
            mine = await follows.pause(session, mine.id, utcnow() + timedelta(days=days))
        else:
            mine = await follows.resume(session, mine.id)
    row = [ResumeThem(mine.id)] if days else []
    await send(interaction, Layout(followed.followed(mine, utcnow()), row), ephemeral=True)


@group.command(name="remove")
@app_commands.describe(follow="Which of your follows")
async def remove(interaction: Press, follow: str) -> None:
    """Stop following somebody"""
    async with interaction.client.database.write() as session:
        mine = await _mine(session, interaction, follow)
        await announcing.unfollow(session, mine)
    text = f"**{inline(mine.researcher.distinct_name, cards.NAME_SHOWN)}** is no longer followed."
    await send(interaction, Layout(cards.notice(text)), ephemeral=True)


@group.command(name="preview")
@app_commands.describe(researcher="Whose papers", **FILTERS)
@app_commands.autocomplete(researcher=options.offer_researchers)
async def preview(
    interaction: Press,
    researcher: str,
    any_words: Words | None = None,
    all_words: Words | None = None,
    no_words: Words | None = None,
    categories: Words | None = None,
    similar_to: Words | None = None,
    revisions: bool = False,
) -> None:
    """What the last month would have brought you"""
    filter_ = filters.changed(
        Filter(), any_words, all_words, no_words, categories, similar_to, revisions
    )
    client = interaction.client
    async with client.gate.looking(interaction):
        await interaction.response.defer(ephemeral=True)
        since = utcnow() - timedelta(days=PREVIEWED_DAYS)
        async with client.database.read() as session:
            person = await options.meant(session, interaction, researcher)
        found = await news.preview(client.database, client.embedder, person.id, filter_, since)
        card = followed.preview(person.distinct_name, found, filter_, PREVIEWED_DAYS)
        await interaction.followup.send(view=Layout(card), ephemeral=True)


@group.command(name="why")
@app_commands.describe(work="A paper, by its title")
@app_commands.autocomplete(work=options.offer_works)
async def why(interaction: Press, work: str) -> None:
    """Why a paper was, or was not, sent to you"""
    async with interaction.client.database.read() as session:
        number = options.picked(work) or await works_by_title.meant(session, work)
        paper = (await works.by_ids(session, [number])).get(number) if number else None
        if paper is None:
            raise UnknownWork(title=work)
        mine, here = await _own_and_here(session, interaction)
        direct = await destinations.find(session, user_id=interaction.user.id)
        places = {f.destination.id: f.destination for f in (*mine, *here)}
        if direct is not None:
            places[direct.id] = direct
        found = await announcements.for_work(session, paper.id, list(places))
    shown = [(a, followed.address(places[a.destination_id])) for a in found]
    await send(interaction, Layout(followed.why(paper, shown)), ephemeral=True)


@edit.autocomplete("follow")
@pause.autocomplete("follow")
@remove.autocomplete("follow")
async def offer_follows(interaction: Press, typed: str) -> list[Choice[str]]:
    """What the person follows, and what the channels they moderate follow."""
    async with interaction.client.database.read() as session:
        mine, here = await _own_and_here(session, interaction)
    names = [
        (f.id, f"{f.researcher.distinct_name} · {_plain(interaction, f.destination)}")
        for f in mine + here
    ]
    return options.offered(typed, names)


# What they share --------------------------------------------------------------------------


async def _listed(interaction: Press, page: int = 0) -> Layout:
    async with interaction.client.database.read() as session:
        mine, here = await _own_and_here(session, interaction)
    pages = followed.listed(mine, here, utcnow())
    page = min(page, len(pages) - 1)
    paused = _paused(interaction, (*mine, *here))
    row = [ResumeOne(paged("Resume …", "resumefollow:1", paused))] if paused else []
    return Layout(pages[page], row, steps(page, len(pages), FollowsPage))


def _paused(interaction: Press, there: Sequence[Follow]) -> list[Entry]:
    """Those of which nothing arrives, for a menu."""
    now = utcnow()
    return [
        (str(f.id), f.researcher.distinct_name, _plain(interaction, f.destination))
        for f in there
        if f.paused(now) or f.destination.paused is not None
    ]


async def _own_and_here(
    session: AsyncSession, interaction: Press
) -> tuple[list[Follow], list[Follow]]:
    """What somebody follows for themselves, and what the channels of the server follow, for those
    who may change it.
    """
    await own_words.hidden_in(session, interaction.guild_id)  # whom no name is told apart by
    mine = await follows.of_user(session, interaction.user.id)
    if interaction.guild_id is None or not interaction.permissions.manage_guild:
        return mine, []
    return mine, await follows.of_guild(session, interaction.guild_id)


async def _mine(session: AsyncSession, interaction: Press, given: str) -> Follow:
    """The follow that was picked, or typed as a name, if this person may change it.

    Raises:
        NoSuchFollow, NotAllowed
    """
    mine, here = await _own_and_here(session, interaction)
    return options.one_of(mine + here, given, option="follow", missing=NoSuchFollow)


def _plain(interaction: Press, place: Destination) -> str:
    if place.channel_id is None:
        return "direct messages"
    channel = interaction.guild and interaction.guild.get_channel_or_thread(place.channel_id)
    return f"#{channel.name}" if channel else "a channel"


class ResumeOne(Picked, template=r"resumefollow:1"):
    """Of what is paused on the list of follows, the one to hear of again."""

    async def entries(self, interaction: Press) -> list[Entry]:
        async with interaction.client.database.read() as session:
            mine, here = await _own_and_here(session, interaction)
        return _paused(interaction, (*mine, *here))

    @errors.answered
    async def callback(self, interaction: Press) -> None:
        async with interaction.client.database.write() as session:
            chosen = await _mine(session, interaction, f"id:{self.item.values[0]}")
            await follows.resume(session, chosen.id)
        await turn_to(interaction, await _listed(interaction))


class FollowsPage(Pressed, template=r"follows:1:(\d+):([pn])"):
    """Another page of what somebody follows, for whoever sees it: the list is shown in private."""

    def __init__(self, page: int, label: str, disabled: bool = False) -> None:
        self.page = page
        custom_id = f"follows:1:{page}:{'p' if label == PREVIOUS else 'n'}"
        super().__init__(discord.ui.Button(label=label, custom_id=custom_id, disabled=disabled))

    @classmethod
    def read(cls, match: re.Match[str]) -> tuple[Any, ...]:
        return int(match[1]), STEPS[match[2]]

    @errors.answered
    async def callback(self, interaction: Press) -> None:
        await turn_to(interaction, await _listed(interaction, self.page))
