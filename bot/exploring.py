"""An open graph in a message: what it shows, and the buttons and the menu that walk through it.

All of its state is in the custom ids, so it goes on after a restart, and a step is looked up anew.
"""

from __future__ import annotations

import asyncio
import io
import re
from collections.abc import Set
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import discord
from sqlalchemy.ext.asyncio import AsyncSession

from bot import errors, graphs
from bot.cards import notice, option
from bot.graphs import Look
from bot.markdown import inline
from bot.views import Item, Layout, Picked, Pressed, menu, show_later
from retrieval import graph
from retrieval.graph.nodes import Neighbourhood, Node
from storage import own_words
from storage.errors import StaleButton, UnknownResearcher

if TYPE_CHECKING:
    from bot.client import Colloquy

    Press = discord.Interaction[Colloquy]

EXPLORED = 120  # nodes on the explorer page
GRAPH, EXPLORER, WORDS, BACK, MORE, FEWER = (
    "Graph",
    "Open full explorer",
    "As text",
    "Back",
    "Show more",
    "Show fewer",
)
HOW_TO_OPEN = (
    "Save this page and open it in a browser: it needs no network and sends nothing anywhere."
)
OPEN_HERE = "Open in the browser"


async def opened(interaction: Press, look: Look) -> Layout:
    """The graph as it is looked at: picture, words, and where to go from here.

    Raises:
        UnknownNode: it is no longer stored.
    """
    from bot.pictures import network  # late: numpy

    async with interaction.client.database.read() as session:
        hood = await _look(session, interaction, look)
    studio = interaction.client.studio
    picture = await studio.picture(network.picture, hood) if hood.nodes else None
    entries = graphs.steps_to(hood)
    steps: list[Item] = [StepTo(menu("Step to …", StepTo.id_of(look), entries))] if entries else []
    return Layout(
        graphs.neighbourhood(hood, look, drawn=bool(picture)),
        steps,
        _ways(hood, look),
        _filters(hood, look),
        picture=picture,
    )


async def _look(
    session: AsyncSession, interaction: Press, look: Look, limit: int | None = None
) -> Neighbourhood:
    """What is looked at, without those who do not want to be shown in this server."""
    unseen = await not_shown(session, interaction)
    return await graph.neighbourhood(
        session,
        seen(await graph.node(session, look.token), unseen),
        kinds=look.kinds,
        years=look.years,
        limit=limit or look.limit,
        near=interaction.client.near,
        without=unseen,
    )


async def not_shown(session: AsyncSession, interaction: Press) -> frozenset[str]:
    """The keys of those who do not want to be shown in this server, or at all; from now on the
    session sees what this server sees.
    """
    return await graph.unseen(session, await own_words.look_from(session, interaction.guild_id))


def seen(node: Node, unseen: Set[str]) -> Node:
    """The node itself.

    Raises:
        UnknownResearcher: of somebody who does not want to be shown.
    """
    if node.key in unseen:
        raise UnknownResearcher(name=node.label, suggestions=())
    return node


def _ways(hood: Neighbourhood, look: Look) -> list[Item]:
    """Back, more or fewer neighbours, the whole page, the words, and the profile of a person."""
    row: list[Item] = [Turn("b", BACK, look.returned())] if look.back else []
    if look.wide or sum(hood.totals.values()) > len(hood.nodes):
        row.append(Turn("w", FEWER if look.wide else MORE, replace(look, wide=not look.wide)))
    if hood.nodes:
        row += [OpenExplorer(look), InWords(look)]
    elif look.years and not hood.there:
        row.append(Turn("y", graphs.ALL_YEARS, replace(look, years=None)))
    if hood.center.researcher_id is not None:
        # Answered by `researcher.ShowProfile`, which shows a graph in turn.
        profile = f"theirprofile:1:{hood.center.researcher_id}"
        row.append(discord.ui.Button(label="Profile", custom_id=profile))
    return row


def _filters(hood: Neighbourhood, look: Look) -> list[Item]:
    """A button for each kind of neighbour that is there, with a tick at those that are shown."""
    row: list[Item] = []
    for letter, (word, kind) in zip("0123", graphs.KINDS.items(), strict=True):
        if kind in hood.there:
            shown = kind in look.kinds
            label = f"✓ {word.capitalize()}" if shown else word.capitalize()
            row.append(Turn(letter, label, look.toggled(kind, hood.there), shown=shown))
    return row if len(row) > 1 or not hood.nodes else []


# What can be pressed ----------------------------------------------------------------------


class Turn(Pressed, template=r"graph:1:(\w):([0-9a-f][0-9a-z.-]+)"):
    """Shows the graph another way, in the same message."""

    def __init__(self, letter: str, label: str, look: Look, *, shown: bool = False) -> None:
        self.look = look
        super().__init__(
            discord.ui.Button(
                label=label,
                custom_id=f"graph:1:{letter}:{look.written()}",
                style=discord.ButtonStyle.primary if shown else discord.ButtonStyle.secondary,
            )
        )

    @classmethod
    def read(cls, match: re.Match[str]) -> tuple[Any, ...]:
        return match[1], "…", _read(match[2])

    @errors.answered
    async def callback(self, interaction: Press) -> None:
        async with interaction.client.gate.looking(interaction):
            await interaction.response.defer()
            await show_later(interaction, await opened(interaction, self.look))


class StepTo(Picked, template=r"graphto:1:[0-9a-f][0-9a-z.-]+"):
    """The neighbours: the one chosen becomes the centre."""

    @staticmethod
    def id_of(look: Look) -> str:
        """The custom id of a menu under this look."""
        return f"graphto:1:{look.written()}"

    @errors.answered
    async def callback(self, interaction: Press) -> None:
        look = _read(self.item.custom_id.removeprefix("graphto:1:"))
        async with interaction.client.gate.looking(interaction):
            await interaction.response.defer()
            await show_later(interaction, await opened(interaction, look.to(self.item.values[0])))


class GraphOf(Pressed, template=r"graphof:1:([a-z0-9.]{1,24})"):
    """Opens the graph around a node, for whoever pressed."""

    def __init__(self, token: str, label: str = GRAPH) -> None:
        self.token = token
        super().__init__(discord.ui.Button(label=option(label, 80), custom_id=f"graphof:1:{token}"))

    @classmethod
    def read(cls, match: re.Match[str]) -> tuple[Any, ...]:
        return (match[1],)

    @errors.answered
    async def callback(self, interaction: Press) -> None:
        async with interaction.client.gate.looking(interaction):
            await interaction.response.defer(thinking=True, ephemeral=True)
            await show_later(interaction, await opened(interaction, Look(self.token)))


class InWords(Pressed, template=r"graphtext:1:([0-9a-f][0-9a-z.-]+)"):
    """The whole graph in words, for whoever pressed."""

    def __init__(self, look: Look) -> None:
        self.look = look
        super().__init__(discord.ui.Button(label=WORDS, custom_id=f"graphtext:1:{look.written()}"))

    @classmethod
    def read(cls, match: re.Match[str]) -> tuple[Any, ...]:
        return (_read(match[1]),)

    @errors.answered
    async def callback(self, interaction: Press) -> None:
        async with interaction.client.gate.looking(interaction):
            await interaction.response.defer(thinking=True, ephemeral=True)
            async with interaction.client.database.read() as session:
                hood = await _look(session, interaction, self.look)
            first, *others = graphs.in_words(hood)
            await show_later(interaction, Layout(first))
            for card in others:
                await interaction.followup.send(view=Layout(card), ephemeral=True)


class OpenExplorer(Pressed, template=r"graphopen:1:([0-9a-f][0-9a-z.-]+)"):
    """The graph, and more of it, as a page to keep."""

    def __init__(self, look: Look) -> None:
        self.look = look
        super().__init__(
            discord.ui.Button(label=EXPLORER, custom_id=f"graphopen:1:{look.written()}")
        )

    @classmethod
    def read(cls, match: re.Match[str]) -> tuple[Any, ...]:
        return (_read(match[1]),)

    @errors.answered
    async def callback(self, interaction: Press) -> None:
        async with interaction.client.gate.looking(interaction):
            await self._show(interaction)

    async def _show(self, interaction: Press) -> None:
        from bot.pictures import explorer

        await interaction.response.defer(thinking=True, ephemeral=True)
        async with interaction.client.database.read() as session:
            hood = await _look(session, interaction, self.look, EXPLORED)
        page = await asyncio.to_thread(explorer.page, hood)
        name = explorer.file_name(hood)
        file = discord.File(
            io.BytesIO(page.encode()),
            name,
            description=f"An explorer of what is around {hood.center.label}"[:1024],
        )
        text = f"**Around {inline(hood.center.label, 80)}**\n{HOW_TO_OPEN}"
        pages = interaction.client.pages
        here: list[Item] = (
            [discord.ui.Button(label=OPEN_HERE, url=pages.put(name, page))] if pages else []
        )
        await show_later(interaction, Layout(notice(text), here, file=file))


def _read(state: str) -> Look:
    """The look of a custom id.

    Raises:
        StaleButton: it cannot be read (any more).
    """
    look = Look.read(state)
    if look is None:
        raise StaleButton()
    return look
