"""One question, from any surface: gate, acknowledge, ask, show, remember.

Slash command, form, menu, button and message all come through here, so that an answer looks the
same and carries the same buttons wherever it was asked for.
"""

from __future__ import annotations

import contextlib
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Self

import discord
from pydantic import TypeAdapter
from sqlalchemy.ext.asyncio import AsyncSession

from bot import errors, render
from bot.markdown import escape
from bot.render import Card
from bot.views import Button, Item, Layout, Passages, Rate, menu, readable_answer
from retrieval.question import Turn
from storage import answers, places
from storage.answers import Asked
from storage.errors import (
    AmbiguousResearcher,
    EmptyQuestion,
    NotAllowed,
    QuestionTooLong,
    StaleButton,
)

if TYPE_CHECKING:
    from retrieval.answer import Answer

    from bot.client import Colloquy

    Press = discord.Interaction[Colloquy]

MOST_MESSAGES = 5  # an app that a person brought along may follow up this often
SOMEBODY_ELSE = "Only the person who asked can choose here."
THREAD_GREETING = "Ask on here: {how} and I answer, with what went before in mind."

_TURN: TypeAdapter[Turn] = TypeAdapter(Turn)


@dataclass(frozen=True, slots=True)
class Asking:
    """A question as it came in.

    Attributes:
        private: the answer is for the asker alone.
        pinned: id of the researcher chosen for it.
        after: the answer that it follows up.
        shown: the question stands in the answer, since it is not to be seen above it.
    """

    text: str
    private: bool = False
    pinned: int | None = None
    after: Asked | None = None
    shown: bool = True


@dataclass(frozen=True, slots=True)
class Where:
    """Who asks, and where."""

    user_id: int
    guild_id: int | None
    channel_id: int
    settings_id: int | None
    """The channel whose settings hold: a thread has those of its channel."""

    @classmethod
    def of(cls, source: discord.Interaction[Any] | discord.Message) -> Where:
        channel = source.channel
        if isinstance(source, discord.Message):
            user_id, here = source.author.id, source.channel.id
            guild_id = source.guild.id if source.guild else None
        else:
            user_id, here, guild_id = source.user.id, source.channel_id or 0, source.guild_id
        settled = channel.parent_id if isinstance(channel, discord.Thread) else here
        return cls(user_id, guild_id, here, settled)


# From an interaction ----------------------------------------------------------------------


async def in_interaction(interaction: Press, asking: Asking, *, chosen: bool = False) -> None:
    """Answer a command, a form or a press; `chosen` puts the answer in place of the message.

    Raises (before anything is shown, so that only the asker sees it):
        EmptyQuestion, QuestionTooLong, NotAllowed, TooFast, Busy
    """
    client = interaction.client
    check(asking.text, client.settings.answers.max_question)
    async with client.gate.asking(interaction):
        if chosen:
            await interaction.response.defer()
        else:
            await interaction.response.defer(thinking=True, ephemeral=asking.private)
        where = Where.of(interaction)
        try:
            answer = await _answer(client, asking, where)
        except AmbiguousResearcher as error:
            await interaction.edit_original_response(
                view=await choice(client, asking, where, error)
            )
            return
        answer_id = await _keep(client, asking, where, answer)
        layouts = _layouts(answer, answer_id, asking, thread=_may_open_thread(interaction))
        message: discord.Message = await interaction.edit_original_response(
            view=layouts[0], attachments=layouts[0].files
        )
        for layout in layouts[1:]:
            message = await interaction.followup.send(
                view=layout, files=layout.files, ephemeral=asking.private, wait=True
            )
        await _remember(client, answer_id, message)


async def choose_first(interaction: Press, asking: Asking, error: AmbiguousResearcher) -> None:
    """Ask, before anything public is shown, which of several researchers is meant."""
    check(asking.text, interaction.client.settings.answers.max_question)
    layout = await choice(interaction.client, asking, Where.of(interaction), error)
    await interaction.response.send_message(view=layout, ephemeral=True)


# From a message ---------------------------------------------------------------------------


async def in_message(client: Colloquy, message: discord.Message, asking: Asking) -> None:
    """Answer a message by replying to it.

    Raises: as `in_interaction`.
    """
    check(asking.text, client.settings.answers.max_question)
    async with client.gate.asking(message, mention=message.guild is not None):
        where = Where.of(message)
        async with message.channel.typing():
            try:
                answer = await _answer(client, asking, where)
            except AmbiguousResearcher as error:
                layout = await choice(client, asking, where, error)
                await reply(message, layout)
                return
            answer_id = await _keep(client, asking, where, answer)
        for layout in _layouts(answer, answer_id, asking, thread=_may_open_thread(message)):
            said = await reply(message, layout)
        await _remember(client, answer_id, said)


async def reply(message: discord.Message, layout: Layout) -> discord.Message:
    """Reply to a message, or speak after it if it has been deleted meanwhile."""
    return await message.channel.send(
        view=layout,
        files=layout.files,
        reference=message.to_reference(fail_if_not_exists=False),
        mention_author=False,
    )


# The steps --------------------------------------------------------------------------------


def check(text: str, limit: int) -> None:
    """Refuse what is no question, before anything is shown.

    Raises:
        EmptyQuestion, QuestionTooLong
    """
    if not any(character.isalnum() for character in text):
        raise EmptyQuestion()
    if len(text) > limit:
        raise QuestionTooLong(limit=limit)


async def _answer(client: Colloquy, asking: Asking, where: Where) -> Answer:
    async with client.database.read() as session:
        place = await places.get(session, where.guild_id, where.settings_id)
    history = await _history(client, asking.after)
    return await client.answerer.answer(
        asking.text, history=history, default_id=place.researcher_id, pinned_id=asking.pinned
    )


async def _history(client: Colloquy, asked: Asked | None) -> list[Turn]:
    """What went before, oldest first: the answer followed up, the one that it followed up, …"""
    turns: list[Turn] = []
    async with client.database.read() as session:
        while asked is not None and len(turns) < client.settings.answers.history:
            if "turn" in asked.turn:
                turns.append(_TURN.validate_python(asked.turn["turn"]))
            asked = await _before(session, asked)
    return turns[::-1]


async def _before(session: AsyncSession, asked: Asked) -> Asked | None:
    """The answer that this one followed up, if it is still kept."""
    answer_id = asked.turn.get("before")
    if answer_id is None:
        return None
    with contextlib.suppress(StaleButton):
        return await answers.get(session, answer_id)
    return None


async def _keep(client: Colloquy, asking: Asking, where: Where, answer: Answer) -> int:
    turn = answer.question.turn([c.work.id for c in answer.citations])
    asked = _asked(asking, where)
    asked = replace(
        asked,
        turn={**asked.turn, "turn": _TURN.dump_python(turn, mode="json")},
        passages=tuple(
            {
                "number": c.number,
                "work_id": c.work.id,
                "title": c.work.title,
                "url": c.work.url,
                "year": c.work.year,
                "quote": c.quote,
            }
            for c in answer.citations
        ),
    )
    async with client.database.write() as session:
        return await answers.keep(session, asked)


def _asked(asking: Asking, where: Where) -> Asked:
    return Asked(
        user_id=where.user_id,
        guild_id=where.guild_id,
        channel_id=where.channel_id,
        private=asking.private,
        question=asking.text,
        turn={"before": asking.after.id if asking.after else None},
        passages=(),
    )


async def _remember(client: Colloquy, answer_id: int, message: discord.Message) -> None:
    async with client.database.write() as session:
        await answers.set_message(session, answer_id, message.id)


def _layouts(answer: Answer, answer_id: int, asking: Asking, *, thread: bool) -> list[Layout]:
    """The messages of an answer; the last carries the buttons."""
    cards = render.answer(answer, asked=asking.text if asking.shown else None)
    file = None
    if len(cards) > MOST_MESSAGES:
        cards, file = cards[: MOST_MESSAGES - 1], _file(cards[MOST_MESSAGES - 1 :])
        cards.append(Card(("The rest of the answer, with its sources, is in this file.",)))
    row: list[Item] = [Passages(answer_id)] if answer.citations else []
    row.append(FollowUp(answer_id))
    if thread and not asking.private:
        row.append(OpenThread(answer_id))
    row += [Rate(answer_id, True), Rate(answer_id, False)]
    return [*(Layout(card) for card in cards[:-1]), Layout(cards[-1], row, file=file)]


def _file(cards: Sequence[Card]) -> discord.File:
    text = "\n\n".join(section for card in cards for section in card.sections)
    return discord.File(io.BytesIO(text.encode()), "answer.md")


def _may_open_thread(source: discord.Interaction[Any] | discord.Message) -> bool:
    channel = source.channel
    if not isinstance(channel, discord.TextChannel):
        return False
    if isinstance(source, discord.Interaction):
        allowed = source.app_permissions if source.is_guild_integration() else None
    else:
        allowed = channel.permissions_for(channel.guild.me)
    return (
        allowed is not None and allowed.create_public_threads and allowed.send_messages_in_threads
    )


# Following up -----------------------------------------------------------------------------


class Form(errors.Modal):
    """One question in a form."""

    def __init__(self, title: str, limit: int, asking: Asking, *, hint: str) -> None:
        super().__init__(title=title)
        self.asking = asking
        self.field: discord.ui.TextInput[Self] = discord.ui.TextInput(
            style=discord.TextStyle.paragraph,
            placeholder=hint,
            default=asking.text or None,
            max_length=min(limit, 4000),
            custom_id="question",
        )
        self.add_item(discord.ui.Label(text="Your question", component=self.field))

    async def on_submit(self, interaction: Press) -> None:  # type: ignore[override]  # our client
        await in_interaction(interaction, replace(self.asking, text=self.field.value))


class FollowUp(discord.ui.DynamicItem[Button], template=r"followup:1:(\d+)"):
    """Opens a form for a question that leans on this answer."""

    def __init__(self, answer_id: int) -> None:
        self.answer_id = answer_id
        super().__init__(
            discord.ui.Button(label="Ask a follow-up", custom_id=f"followup:1:{answer_id}")
        )

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction[Any], item: Item, match: re.Match[str], /
    ) -> Self:
        return cls(int(match[1]))

    @errors.answered
    async def callback(self, interaction: Press) -> None:
        asked = await readable_answer(interaction, self.answer_id)
        asking = Asking("", private=asked.private, after=asked)
        limit = interaction.client.settings.answers.max_question
        hint = "and the year after? · on which data sets? · how many is that?"
        await interaction.response.send_modal(Form("Ask a follow-up", limit, asking, hint=hint))


class OpenThread(discord.ui.DynamicItem[Button], template=r"thread:1:(\d+)"):
    """Opens a thread under the answer, in which the conversation goes on."""

    def __init__(self, answer_id: int) -> None:
        self.answer_id = answer_id
        super().__init__(
            discord.ui.Button(label="Open a thread", custom_id=f"thread:1:{answer_id}")
        )

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction[Any], item: Item, match: re.Match[str], /
    ) -> Self:
        return cls(int(match[1]))

    @errors.answered
    async def callback(self, interaction: Press) -> None:
        asked = await readable_answer(interaction, self.answer_id)
        message = interaction.message
        if message is None or not isinstance(message.channel, discord.TextChannel):
            raise NotAllowed(what="A thread can only be opened in a channel of a server.")
        await interaction.response.defer(ephemeral=True)
        thread = await message.create_thread(name=render.option(asked.question))
        async with interaction.client.database.write() as session:
            await answers.open_thread(session, thread.id, interaction.user.id)
        heard = interaction.client.intents.message_content
        how = "write" if heard else "mention me or reply to me"
        await thread.send(THREAD_GREETING.format(how=how))


# Choosing a researcher --------------------------------------------------------------------


class Choose(discord.ui.DynamicItem[discord.ui.Select[Any]], template=r"choose:1:(\d+)"):
    """A menu of researchers of one name; the choice answers the question that is kept."""

    def __init__(self, select: discord.ui.Select[Any], asked_id: int) -> None:
        self.asked_id = asked_id
        super().__init__(select)

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction[Any], item: Item, match: re.Match[str], /
    ) -> Self:
        assert isinstance(item, discord.ui.Select)
        return cls(item, int(match[1]))

    @errors.answered
    async def callback(self, interaction: Press) -> None:
        client = interaction.client
        asked = await readable_answer(interaction, self.asked_id)
        if asked.user_id != interaction.user.id:
            raise NotAllowed(what=SOMEBODY_ELSE)
        async with client.database.read() as session:
            after = await _before(session, asked)
        asking = Asking(asked.question, asked.private, int(self.item.values[0]), after)
        here = interaction.message is not None and interaction.message.flags.ephemeral
        await in_interaction(interaction, asking, chosen=here == asked.private)


async def choice(
    client: Colloquy, asking: Asking, where: Where, error: AmbiguousResearcher
) -> Layout:
    """A menu of the researchers who may be meant; the question waits in storage."""
    async with client.database.write() as session:
        asked_id = await answers.keep(session, _asked(asking, where))
    options = [(str(number), about, "") for number, about in _choices(error)]
    select = menu("Choose a researcher", f"choose:1:{asked_id}", options)
    return Layout(render.notice(escape(error.sentence)), [Choose(select, asked_id)])


def _choices(error: AmbiguousResearcher) -> list[tuple[int, str]]:
    given: Any = error.data["choices"]
    return [(int(number), str(about)) for number, about in given]
