"""/ask, and “Ask about this” on a message."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import discord
from discord import app_commands

from bot import announced
from bot.asking import Form, choose_first, in_interaction
from bot.commands import options
from bot.markdown import clean, clip_start
from bot.memory import Asking, Where, same_breath
from storage import answers
from storage.errors import AmbiguousResearcher

if TYPE_CHECKING:
    from bot.client import Colloquy

    Press = discord.Interaction[Colloquy]


@app_commands.command(name="ask")
@app_commands.describe(
    question="What would you like to know? For example: What does NPD stand for?",
    researcher="Whose work the question is about",
    private="Show the answer to you alone",
)
@app_commands.autocomplete(researcher=options.offer_researchers)
async def ask(
    interaction: Press,
    question: str,
    researcher: str | None = None,
    private: bool = False,
) -> None:
    """Ask about a researcher's work and get a short answer with its sources"""
    asking = Asking(question, private)
    if researcher is not None:
        try:
            async with interaction.client.database.read() as session:
                person = await options.named(session, interaction, researcher)
        except AmbiguousResearcher as error:
            await choose_first(interaction, asking, error)
            return
        asking = replace(asking, pinned=person.id)
    else:
        where, now = Where.of(interaction), interaction.created_at
        before = await same_breath(interaction.client.database, where, now, private=private)
        asking = replace(asking, after=before)
    await in_interaction(interaction, asking)


@app_commands.context_menu(name="Ask about this")
async def ask_about_this(interaction: Press, message: discord.Message) -> None:
    """Opens a form with the message as the question; on an answer, for a follow-up; on an
    announcement, for a question about its paper.
    """
    async with interaction.client.database.read() as session:
        asked = await answers.by_message(session, message.id)
        told = await announced.shown_as(
            session, message.id, interaction.channel, interaction.user.id
        )
    limit = interaction.client.settings.answers.max_question
    if asked is not None and (not asked.private or asked.user_id == interaction.user.id):
        asking = Asking("", asked.private, after=asked)
    elif told is not None:
        asking = Asking("", at_hand=told)
    else:
        text = " ".join(clean(_text(message)).split())
        asking = Asking(clip_start(text, limit))  # a question stands at the end, as a rule
    hint = "What would you like to know about this?"
    await interaction.response.send_modal(Form("Ask about this", limit, asking, hint=hint))


def _text(message: discord.Message) -> str:
    """What a message says, be it as content, in embeds or in components."""
    texts: list[Any] = [message.content]
    texts += [part for embed in message.embeds for part in (embed.title, embed.description)]
    return next((text for text in texts if text), "")
