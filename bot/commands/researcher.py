"""/researcher profile, works and search, and what can be pressed under them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import discord
from discord import app_commands

from bot import cards, errors, namesakes, profiles
from bot.asking import Form
from bot.commands import options
from bot.commands.claim import ClaimThem
from bot.commands.collaborate import InviteThem
from bot.exploring import GraphOf
from bot.following import FollowThem
from bot.markdown import escape
from bot.memory import Asking
from bot.pictures import card, timeline
from bot.views import (
    NEXT,
    PREVIOUS,
    Item,
    Layout,
    Picked,
    Pressed,
    menu,
    send,
    show_later,
    steps,
    turn_to,
)
from storage import own_words, researchers, topics, works
from storage.errors import AmbiguousResearcher, StaleButton, UnreadableName
from storage.names import name_key
from storage.researchers import Researcher

if TYPE_CHECKING:
    from bot.client import Colloquy

    Press = discord.Interaction[Colloquy]

LONGEST_QUERY = 40  # it travels in the custom id of Previous and Next

group = app_commands.Group(name="researcher", description="Researchers and their works")


@group.command(name="profile")
@app_commands.describe(researcher="Whose profile")
@app_commands.autocomplete(researcher=options.offer_researchers)
async def profile(interaction: Press, researcher: str | None = None) -> None:
    """Who a researcher is: trust, topics, works and close collaborators"""
    async with interaction.client.gate.looking(interaction):
        try:
            async with interaction.client.database.read() as session:
                person = await options.meant(session, interaction, researcher)
        except AmbiguousResearcher as error:
            await send(interaction, _choice("profile", error), ephemeral=True)
            return
        await interaction.response.defer()
        await show_later(interaction, await _profile(interaction, person.id))


@group.command(name="works")
@app_commands.describe(
    researcher="Whose works",
    year="Only works of this year",
    query="Words in the title or abstract, or a title from the list",
)
@app_commands.autocomplete(researcher=options.offer_researchers, query=options.offer_works)
@app_commands.autocomplete(year=options.offer_years)
async def works_(
    interaction: Press,
    researcher: str | None = None,
    year: app_commands.Range[int, 1900, 2200] | None = None,
    query: app_commands.Range[str, 1, LONGEST_QUERY] | None = None,
) -> None:
    """A researcher's works, newest first, with their abstracts"""
    await interaction.client.gate.check_place(interaction)
    picked = options.picked(query)
    if picked is not None:
        await _show_abstract(interaction, picked, ephemeral=False)
        return
    try:
        async with interaction.client.database.read() as session:
            person = await options.meant(session, interaction, researcher)
    except AmbiguousResearcher as error:
        await send(interaction, _choice("works", error), ephemeral=True)
        return
    await send(interaction, await _works(interaction, person, year=year, query=query))


@group.command(name="search")
@app_commands.describe(name="A name, or the beginning of one")
async def search(interaction: Press, name: app_commands.Range[str, 1, 100]) -> None:
    """Find researchers by name"""
    await interaction.client.gate.check_place(interaction)
    if not name_key(name):
        raise UnreadableName(name=name)
    async with interaction.client.database.read() as session:
        people = await options.found(session, interaction, name)
        author = None if people else await options.author_named(session, interaction, name)
    row: list[Item] = []
    if people:
        choices = [(str(p.id), p.distinct_name, options.counted(p)) for p in people]
        row = [ChooseResearcher(menu("Open a profile", "person:1:profile", choices), "profile")]
    await send(interaction, Layout(profiles.found(name, people, author), row), ephemeral=True)


# What they show ---------------------------------------------------------------------------


async def _profile(interaction: Press, researcher_id: int) -> Layout:
    async with interaction.client.database.read() as session:
        await own_words.look_from(session, interaction.guild_id)
        await own_words.shown(session, researcher_id, interaction.guild_id)
        shown = await researchers.profile(session, researcher_id)
        people = await namesakes.shown(session, researcher_id, interaction.guild_id)
        per_year = await works.per_year(session, [researcher_id])
    picture = await interaction.client.studio.picture(card.picture, card.Facts.of(shown, per_year))
    about: list[Item] = [
        ShowWorks(researcher_id),
        GraphOf(f"r{researcher_id}"),
        ShowTimeline(researcher_id),
        AskAbout(researcher_id, shown.researcher.name),
    ]
    them: list[Item] = [FollowThem(researcher_id), InviteThem(researcher_id)]
    if not shown.researcher.claimed:
        them.append(ClaimThem(researcher_id))
    others: list[Item] = (
        [ChooseResearcher(_others(shown.researcher, people), "profile")] if people else []
    )
    page = profiles.profile(shown, people, drawn=bool(picture))
    return Layout(page, about, them, others, picture=picture)


def _others(one: Researcher, people: Sequence[Researcher]) -> namesakes.Select:
    return namesakes.others_of(one, people, "person:1:profile")


async def _timeline(interaction: Press, researcher_id: int) -> Layout:
    async with interaction.client.database.read() as session:
        await own_words.look_from(session, interaction.guild_id)
        person = await own_words.shown(session, researcher_id, interaction.guild_id)
        record = await works.of_researchers(session, [researcher_id])
        themes = await topics.of(session, researcher_id)
    facts = timeline.Facts.of(person.distinct_name, record, themes)
    picture = await interaction.client.studio.picture(timeline.picture, facts)
    page = profiles.timeline(facts, drawn=bool(picture))
    return Layout(page, [ShowWorks(researcher_id)], picture=picture)


async def _works(
    interaction: Press,
    person: Researcher,
    page: int = 0,
    *,
    year: int | None = None,
    query: str | None = None,
) -> Layout:
    async with interaction.client.database.read() as session:
        await own_words.look_from(session, interaction.guild_id)
        offset = page * profiles.PAGE
        found, total = await works.page(session, person.id, year, query, offset, profiles.PAGE)
    page_card = profiles.works(person, found, total, offset, year=year, query=query)

    def step(number: int, label: str, disabled: bool) -> WorksPage:
        return WorksPage(person.id, year, number, query, label=label, disabled=disabled)

    pages = -(-total // profiles.PAGE)
    abstracts = [(str(w.id), w.title, f"{w.kind.capitalize()} · {w.year}") for w in found]
    select = menu("Read an abstract", f"abstract:1:{person.id}", abstracts)
    reader = [ReadAbstract(select, person.id)] if found else []
    return Layout(page_card, reader, steps(page, pages, step))


async def _show_abstract(
    interaction: Press, work_id: int, researcher_id: int | None = None, *, ephemeral: bool
) -> None:
    """A work; from somebody's list also whose it seems to be, and what can be said to that."""
    async with interaction.client.database.read() as session:
        work = (await works.by_ids(session, [work_id])).get(work_id)
        if work is None:
            raise StaleButton()
        place, rows = "", list[list[Item]]()
        if researcher_id is not None:
            place, rows = await namesakes.place_of(
                session, researcher_id, work_id, interaction.guild_id
            )
    await send(interaction, Layout(profiles.abstract(work, place), *rows), ephemeral=ephemeral)


def _choice(then: str, error: AmbiguousResearcher) -> Layout:
    entries = namesakes.entries_among(error)
    select = menu("Choose a researcher", f"person:1:{then}", entries)
    return Layout(cards.notice(escape(error.sentence)), [ChooseResearcher(select, then)])


# What can be pressed ----------------------------------------------------------------------


class WorksPage(Pressed, template=r"works:1:(\d+):(\d+):(\d+):([pn]):([\s\S]*)"):
    """Another page of a list of works."""

    def __init__(
        self,
        researcher_id: int,
        year: int | None,
        page: int,
        query: str | None,
        label: str,
        disabled: bool = False,
    ) -> None:
        self.researcher_id, self.year, self.page, self.query = researcher_id, year, page, query
        way = "p" if label == PREVIOUS else "n"
        custom_id = f"works:1:{researcher_id}:{year or 0}:{page}:{way}:{query or ''}"
        super().__init__(discord.ui.Button(label=label, custom_id=custom_id, disabled=disabled))

    @classmethod
    def read(cls, match: re.Match[str]) -> tuple[Any, ...]:
        page, label = int(match[3]), PREVIOUS if match[4] == "p" else NEXT
        return int(match[1]), int(match[2]) or None, page, match[5] or None, label

    @errors.answered
    async def callback(self, interaction: Press) -> None:
        async with interaction.client.database.read() as session:
            person = await own_words.shown(session, self.researcher_id, interaction.guild_id)
        await turn_to(
            interaction,
            await _works(interaction, person, self.page, year=self.year, query=self.query),
        )


class ShowWorks(Pressed, template=r"theirworks:1:(\d+)"):
    """The works of the person on a profile, shown to whoever pressed."""

    def __init__(self, researcher_id: int) -> None:
        self.researcher_id = researcher_id
        super().__init__(
            discord.ui.Button(label="Works", custom_id=f"theirworks:1:{researcher_id}")
        )

    @errors.answered
    async def callback(self, interaction: Press) -> None:
        async with interaction.client.database.read() as session:
            person = await own_words.shown(session, self.researcher_id, interaction.guild_id)
        await send(interaction, await _works(interaction, person), ephemeral=True)


class ShowProfile(Pressed, template=r"theirprofile:1:(\d+)"):
    """The profile of a person in a graph, shown to whoever pressed."""

    def __init__(self, researcher_id: int) -> None:
        self.researcher_id = researcher_id
        super().__init__(
            discord.ui.Button(label="Profile", custom_id=f"theirprofile:1:{researcher_id}")
        )

    @errors.answered
    async def callback(self, interaction: Press) -> None:
        async with interaction.client.gate.looking(interaction):
            await interaction.response.defer(thinking=True, ephemeral=True)
            await show_later(interaction, await _profile(interaction, self.researcher_id))


class ShowTimeline(Pressed, template=r"timeline:1:(\d+)"):
    """When the person on a profile wrote about what, shown to whoever pressed."""

    def __init__(self, researcher_id: int) -> None:
        self.researcher_id = researcher_id
        super().__init__(
            discord.ui.Button(label="Timeline", custom_id=f"timeline:1:{researcher_id}")
        )

    @errors.answered
    async def callback(self, interaction: Press) -> None:
        async with interaction.client.gate.looking(interaction):
            await interaction.response.defer(thinking=True, ephemeral=True)
            await show_later(interaction, await _timeline(interaction, self.researcher_id))


class AskAbout(Pressed, template=r"askabout:1:(\d+)"):
    """Opens a form for a question about the person on a profile."""

    def __init__(self, researcher_id: int, name: str = "…") -> None:
        self.researcher_id = researcher_id
        super().__init__(
            discord.ui.Button(
                label=cards.option(f"Ask about {name}", 80),
                custom_id=f"askabout:1:{researcher_id}",
                style=discord.ButtonStyle.primary,
            )
        )

    @errors.answered
    async def callback(self, interaction: Press) -> None:
        async with interaction.client.database.read() as session:
            person = await own_words.shown(session, self.researcher_id, interaction.guild_id)
        private = interaction.message is not None and interaction.message.flags.ephemeral
        asking = Asking("", private, pinned=person.id)
        limit = interaction.client.settings.answers.max_question
        title = cards.option(f"Ask about {person.name}", 45)
        hint = "What are the latest papers about?"
        await interaction.response.send_modal(Form(title, limit, asking, hint=hint))


class ReadAbstract(Picked, template=r"abstract:1(?::(\d+))?"):
    """The abstract of a work on the page, shown to whoever chose it."""

    def __init__(self, select: discord.ui.Select[Any], researcher_id: int | None) -> None:
        self.researcher_id = researcher_id
        super().__init__(select)

    @errors.answered
    async def callback(self, interaction: Press) -> None:
        work_id = int(self.item.values[0])
        await _show_abstract(interaction, work_id, self.researcher_id, ephemeral=True)


class ChooseResearcher(namesakes.PickedPerson, template=r"person:1:(profile|works)"):
    """A menu of researchers; opens the profile or the works of the one chosen."""

    one_or_all = True

    def __init__(self, select: discord.ui.Select[Any], then: str) -> None:
        self.then = then
        super().__init__(select)

    @errors.answered
    async def callback(self, interaction: Press) -> None:
        researcher_id = int(self.item.values[0])
        if self.then == "profile":
            async with interaction.client.gate.looking(interaction):
                await interaction.response.defer()
                await show_later(interaction, await _profile(interaction, researcher_id))
            return
        async with interaction.client.database.read() as session:
            person = await own_words.shown(session, researcher_id, interaction.guild_id)
        await turn_to(interaction, await _works(interaction, person))
