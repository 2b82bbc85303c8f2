"""/graph: what is around a person, how two are connected, and what and who is near."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Literal

import discord
from discord import app_commands
from sqlalchemy.ext.asyncio import AsyncSession

from bot import exploring, graphs
from bot.commands import options
from bot.exploring import GraphOf, StepTo
from bot.graphs import Look
from bot.views import Item, Layout, menu, show_later
from retrieval import graph
from retrieval.graph import paths
from retrieval.graph.nodes import Kind, Neighbour, Neighbourhood, Node
from storage import own_words, works, works_by_title
from storage.errors import AmbiguousResearcher, NotAllowed, UnknownWork

if TYPE_CHECKING:
    from bot.client import Colloquy
    from bot.pictures.studio import Picture

    Press = discord.Interaction[Colloquy]

Focus = Literal["people", "works", "topics", "institutions"]
Name = app_commands.Range[str, 1, 100]
NEAR_SHOWN = 8

group = app_commands.Group(name="graph", description="Works, people and topics around each other")


@group.command(name="show")
@app_commands.describe(
    researcher="Around whom",
    focus="Only people, works, topics or institutions",
    years="Only these years, for example 2022, 2019-2022 or 2019-",
)
@app_commands.autocomplete(researcher=options.offer_people)
async def show(
    interaction: Press,
    researcher: Name | None = None,
    focus: Focus | None = None,
    years: app_commands.Range[str, 4, 12] | None = None,
) -> None:
    """What is around a researcher, as a picture to walk through"""
    async with interaction.client.gate.looking(interaction):
        kinds = frozenset({graphs.KINDS[focus]}) if focus else frozenset(Kind)
        look = Look("", kinds, graphs.years(years))
        async with interaction.client.database.read() as session:
            node = await _somebody(session, interaction, researcher)
        await interaction.response.defer()
        await show_later(
            interaction, await exploring.opened(interaction, replace(look, token=node.token))
        )


@group.command(name="path")
@app_commands.describe(a="One person", b="The other")
@app_commands.autocomplete(a=options.offer_people, b=options.offer_people)
async def path(interaction: Press, a: Name, b: Name) -> None:
    """How two people are connected through co-authors"""
    from bot.pictures import chain  # late: numpy

    async with interaction.client.gate.looking(interaction):
        async with interaction.client.database.read() as session:
            one = await _person(session, interaction, a)
            other = await _person(session, interaction, b)
        await interaction.response.defer()
        async with interaction.client.database.read() as session:
            unseen = await exploring.not_shown(session, interaction)
            found = await paths.path(session, one, other, without=unseen)
        picture = await interaction.client.studio.picture(chain.picture, found)
        row = [
            GraphOf(n.token, f"Around {n.label}") for n in {one.key: one, other.key: other}.values()
        ]
        await show_later(interaction, Layout(graphs.path(found), row, picture=picture))


@group.command(name="similar")
@app_commands.describe(work="A paper, by its title")
@app_commands.autocomplete(work=options.offer_works)
async def similar(interaction: Press, work: Name) -> None:
    """The works nearest in meaning to a paper"""
    async with interaction.client.gate.looking(interaction):
        async with interaction.client.database.read() as session:
            node = await _work(session, work)
        assert node.work_id is not None, "it is a work"
        await interaction.response.defer()
        async with interaction.client.database.read() as session:
            found = await interaction.client.near.similar(session, node.work_id, NEAR_SHOWN)
        picture = await _picture(interaction, node, found)
        layout = Layout(
            graphs.similar(node, found), _steps(node, found), [GraphOf(node.token)], picture=picture
        )
        await show_later(interaction, layout)


@group.command(name="people")
@app_commands.describe(researcher="Near whose work")
@app_commands.autocomplete(researcher=options.offer_people)
async def people(interaction: Press, researcher: Name | None = None) -> None:
    """Whom they might talk to: near in topic, and never a co-author"""
    async with interaction.client.gate.looking(interaction):
        async with interaction.client.database.read() as session:
            node = await _somebody(session, interaction, researcher)
        await interaction.response.defer()
        database, near = interaction.client.database, interaction.client.near
        async with database.read() as session:
            hidden = await own_words.hidden_in(session, interaction.guild_id)
            unseen = await graph.unseen(session, hidden)
        found = await graph.people_near(
            database, node, near, limit=NEAR_SHOWN, without=unseen, hidden=hidden
        )
        picture = await _picture(interaction, node, found)
        layout = Layout(
            graphs.people(node, found), _steps(node, found), [GraphOf(node.token)], picture=picture
        )
        await show_later(interaction, layout)


# What they share --------------------------------------------------------------------------


async def _somebody(session: AsyncSession, interaction: Press, given: str | None) -> Node:
    """The person of a command: as given, else the place's default, else the only one there is."""
    if given is not None and given.strip():
        return await _person(session, interaction, given)
    await own_words.look_from(session, interaction.guild_id)
    return await graph.node(session, f"r{(await options.meant(session, interaction, None)).id}")


async def _person(session: AsyncSession, interaction: Press, given: str) -> Node:
    """A person who was picked, or whose name was typed, on record or only printed on papers.

    Raises:
        NotAllowed: several bear the name.
        UnknownResearcher: nobody does, or they do not want to be shown in this server.
    """
    hidden = await own_words.look_from(session, interaction.guild_id)
    try:
        picked = options.picked(given)
        if picked is not None:
            found = await graph.node(session, f"r{picked}")
        else:
            found = await graph.person(session, given, hidden)
    except AmbiguousResearcher as error:
        raise NotAllowed(what=f"{error.sentence} The list offers them as you type.") from error
    return exploring.seen(found, await exploring.not_shown(session, interaction))


async def _work(session: AsyncSession, given: str) -> Node:
    """The work that was picked, or whose title has these words.

    Raises:
        UnknownWork
    """
    found = options.picked(given) or await works_by_title.meant(session, given)
    if found is None or not await works.by_ids(session, [found]):
        raise UnknownWork(title=given)
    return await graph.node(session, f"w{found}")


async def _picture(interaction: Press, node: Node, found: list[Neighbour]) -> Picture | None:
    from bot.pictures import network

    if not found:
        return None
    hood = Neighbourhood(node, tuple(n.node for n in found), tuple(n.edge for n in found))
    return await interaction.client.studio.picture(network.picture, hood)


def _steps(node: Node, found: list[Neighbour]) -> list[Item]:
    """A menu that walks on from what was found."""
    if not found:
        return []
    hood = Neighbourhood(node, tuple(n.node for n in found), tuple(n.edge for n in found))
    return [StepTo(menu("Step to …", StepTo.id_of(Look(node.token)), graphs.steps_to(hood)))]
