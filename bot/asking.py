"""One question, from any surface: gate, acknowledge, ask, show, remember.

Slash command, form, menu, button and message all come through here, so that an answer looks the
same and carries the same buttons wherever it was asked for.
"""

from __future__ import annotations

import contextlib
import io
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any, Self

import discord

from bot import cards, errors, helping, memory, namesakes, render
from bot.cards import Card
from bot.following import FollowThem
from bot.markdown import escape
from bot.memory import Asking, Where
from bot.views import Item, Layout, Passages, Pressed, Rate, menu, readable_answer
from retrieval.namesakes import sharing
from retrieval.question.kinds import Kind
from retrieval.records.unanswered import asks_for_help
from storage import answers, own_words
from storage.errors import (
    AmbiguousResearcher,
    EmptyQuestion,
    NotAllowed,
    QuestionTooLong,
)
from storage.researchers import Researcher

if TYPE_CHECKING:
    from bot.client import Colloquy
    from retrieval.cited import Answer

    Press = discord.Interaction[Colloquy]

SECONDS_BETWEEN_DRAFTS = 1.5
MOST_MESSAGES = 5  # an app that a person brought along may follow up this often
SOMEBODY_ELSE = "Only the person who asked can choose here."
THREAD_GREETING = "Ask on here: {how} and I answer, with what went before in mind."
NO_THREADS = "You may not open threads in this channel."
THREAD_IS_THERE = "The thread is open already: {thread}"
_HAS_A_THREAD = 160004  # Discord's code for it


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
        anew: list[discord.WebhookMessage] = []

        async def more(layout: Layout) -> discord.WebhookMessage:
            return await interaction.followup.send(
                view=layout, files=layout.files, ephemeral=asking.private, wait=True
            )

        async def show(layout: Layout) -> discord.Message:
            edit = anew[0].edit if anew else interaction.edit_original_response
            try:
                return await edit(view=layout, attachments=layout.files)
            except discord.NotFound:  # somebody deleted it meanwhile
                anew[:] = [await more(layout)]
                return anew[0]

        await _ask_and_show(interaction, client, asking, show, more)


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
        said: list[discord.Message] = []

        async def show(layout: Layout) -> discord.Message:
            if said:
                with contextlib.suppress(discord.NotFound):  # somebody deleted it meanwhile
                    said[:] = [await said[0].edit(view=layout, attachments=layout.files)]
                    return said[0]
            said[:] = [await reply(message, layout)]
            return said[0]

        async with message.channel.typing():
            await _ask_and_show(message, client, asking, show, partial(reply, message))


async def reply(message: discord.Message, layout: Layout) -> discord.Message:
    """Reply to a message, or speak after it if it has been deleted meanwhile."""
    return await message.channel.send(
        view=layout,
        files=layout.files,
        reference=message.to_reference(fail_if_not_exists=False),
        mention_author=False,
    )


# The steps --------------------------------------------------------------------------------

Show = Callable[[Layout], Awaitable[discord.Message]]


async def _ask_and_show(
    source: discord.Interaction[Any] | discord.Message,
    client: Colloquy,
    asking: Asking,
    show: Show,
    more: Show,
) -> None:
    """Ask, keep the answer, and show it: `show` does so in the one place, `more` below that."""
    where = Where.of(source)
    try:
        answer = await _answer(client, asking, where, Drafts(asking, show))
    except AmbiguousResearcher as error:
        await show(await choice(client, asking, where, error))
        return
    answer_id = await memory.keep(client.database, asking, where, answer)
    if asks_for_help(answer.question):
        await show(Layout(await helping.beginning(client, where), [FollowUp(answer_id)]))
        return
    people = await _namesakes(client, answer, where)
    if people:
        answer = await _with_note(client, asking, answer)
    first, *others = _layouts(answer, answer_id, asking, people, thread=_may_open_thread(source))
    last = await show(first)
    for layout in others:
        last = await more(layout)
    await memory.remember(client.database, answer_id, last)


def check(text: str, limit: int) -> None:
    """Refuse what is no question, before anything is shown.

    Raises:
        EmptyQuestion, QuestionTooLong
    """
    if not any(character.isalnum() for character in text):
        raise EmptyQuestion()
    if len(text) > limit:
        raise QuestionTooLong(limit=limit)


class Drafts:
    """Shows an answer while a model writes it, by edits that Discord's limits allow."""

    def __init__(self, asking: Asking, show: Show) -> None:
        self._asked = asking.text if asking.shown else None
        self._show = show
        self._due = 0.0

    async def __call__(self, text: str) -> None:
        """Show the text so far, unless the last draft is too fresh; a failed edit costs nothing."""
        if not text or time.monotonic() < self._due:
            return
        with contextlib.suppress(*errors.TROUBLE):
            await self._show(Layout(render.draft(text, asked=self._asked)))
        self._due = time.monotonic() + SECONDS_BETWEEN_DRAFTS


async def _answer(client: Colloquy, asking: Asking, where: Where, on_draft: Drafts) -> Answer:
    settings = client.settings.answers
    async with client.database.read() as session:
        default = await helping.default_researcher(session, where)
        hidden = await own_words.hidden_in(session, where.guild_id)
    return await client.answerer.answer(
        asking.text,
        hidden=hidden,
        history=await memory.history(client.database, asking.after, settings.history),
        at_hand=memory.at_hand(asking),
        default_id=default,
        pinned_id=asking.pinned,
        on_draft=on_draft,
    )


async def _namesakes(client: Colloquy, answer: Answer, where: Where) -> list[Researcher]:
    """The people of a name from whom to choose, where it makes a difference who is meant."""
    async with client.database.read() as session:
        if not await sharing.matters(session, answer):
            return []
        return await namesakes.shown(session, answer.question.researchers[0].id, where.guild_id)


async def _with_note(client: Colloquy, asking: Asking, answer: Answer) -> Answer:
    """An answer that says that several share the name, unless one that it follows has done so."""
    if any(person.record_id is not None for person in answer.question.researchers):
        return answer
    about = tuple(person.id for person in answer.question.researchers)
    limit = client.settings.answers.history
    turns = await memory.history(client.database, asking.after, limit)
    if any(turn.researcher_ids == about and len(turn.work_ids) > 1 for turn in turns):
        return answer
    return replace(answer, note=" ".join(filter(None, (answer.note, namesakes.ASK_OF_ONE))))


def _layouts(
    answer: Answer,
    answer_id: int,
    asking: Asking,
    sharing: Sequence[Researcher] = (),
    *,
    thread: bool,
) -> list[Layout]:
    """The messages of an answer; the last carries the buttons, and the menu of the persons who
    are `sharing` the name that it is about.
    """
    cards = render.answer(answer, asked=asking.text if asking.shown else None)
    file = None
    if len(cards) > MOST_MESSAGES:
        cards, file = cards[: MOST_MESSAGES - 1], _file(cards[MOST_MESSAGES - 1 :])
        cards.append(Card(("The rest of the answer, with its sources, is in this file.",)))
    on: list[Item] = [Passages(answer_id)] if answer.citations else []
    on.append(FollowUp(answer_id))
    if thread and not asking.private:
        on.append(OpenThread(answer_id))
    said: list[Item] = []
    people = answer.question.researchers
    if answer.question.kind is not Kind.HELP:  # which says nothing that could be wrong
        said = [Rate(answer_id, True), Rate(answer_id, False)]
        said += [FollowThem(people[0].id)] if len(people) == 1 else []
    only: list[Item] = []
    if sharing:
        menu_ = namesakes.others_of(people[0], sharing, f"choose:1:{answer_id}")
        only = [Choose(menu_, answer_id)]
    return [
        *(Layout(card) for card in cards[:-1]),
        Layout(cards[-1], on, said, only, file=file),
    ]


def _file(cards: Sequence[Card]) -> discord.File:
    text = "\n\n".join(section for card in cards for section in card.sections)
    return discord.File(io.BytesIO(text.encode()), "answer.md")


def _may_open_thread(source: discord.Interaction[Any] | discord.Message) -> bool:
    channel = source.channel
    if not isinstance(channel, discord.TextChannel):
        return False
    if isinstance(source, discord.Interaction):
        member = source.client.get_guild(channel.guild.id) is not None
        allowed = source.app_permissions
    else:
        member, allowed = True, channel.permissions_for(channel.guild.me)
    return member and allowed.create_public_threads and allowed.send_messages_in_threads


# Following up -----------------------------------------------------------------------------


class Form(errors.Modal):
    """One question in a form; `about` says of what it is asked."""

    def __init__(
        self, title: str, limit: int, asking: Asking, *, hint: str, about: str | None = None
    ) -> None:
        super().__init__(title=title)
        self.asking = asking
        self.field: discord.ui.TextInput[Self] = discord.ui.TextInput(
            style=discord.TextStyle.paragraph,
            placeholder=hint,
            default=asking.text or None,
            max_length=min(limit, 4000),
            custom_id="question",
        )
        about = cards.option(about) if about else None
        label = discord.ui.Label(text="Your question", description=about, component=self.field)
        self.add_item(label)

    async def on_submit(self, interaction: Press) -> None:  # type: ignore[override]  # our client
        await in_interaction(interaction, replace(self.asking, text=self.field.value))


class FollowUp(Pressed, template=r"followup:1:(\d+)"):
    """Opens a form for a question that leans on this answer."""

    def __init__(self, answer_id: int) -> None:
        self.answer_id = answer_id
        super().__init__(
            discord.ui.Button(label="Ask a follow-up", custom_id=f"followup:1:{answer_id}")
        )

    @errors.answered
    async def callback(self, interaction: Press) -> None:
        asked = await readable_answer(interaction, self.answer_id)
        asking = Asking("", private=asked.private, after=asked)
        limit = interaction.client.settings.answers.max_question
        hint = "and the year after? · on which data sets? · how many is that?"
        await interaction.response.send_modal(Form("Ask a follow-up", limit, asking, hint=hint))


class OpenThread(Pressed, template=r"thread:1:(\d+)"):
    """Opens a thread under the answer, in which the conversation goes on."""

    def __init__(self, answer_id: int) -> None:
        self.answer_id = answer_id
        super().__init__(
            discord.ui.Button(label="Open a thread", custom_id=f"thread:1:{answer_id}")
        )

    @errors.answered
    async def callback(self, interaction: Press) -> None:
        asked = await readable_answer(interaction, self.answer_id)
        message = interaction.message
        if message is None or not isinstance(message.channel, discord.TextChannel):
            raise NotAllowed(what="A thread can only be opened in a channel of a server.")
        if not interaction.permissions.create_public_threads:
            raise NotAllowed(what=NO_THREADS)
        await interaction.response.defer(ephemeral=True)
        try:
            thread = await message.create_thread(name=cards.option(asked.question))
        except discord.HTTPException as error:
            if error.code != _HAS_A_THREAD:
                raise
            there = THREAD_IS_THERE.format(thread=(await message.fetch_thread()).mention)
            await interaction.followup.send(there, ephemeral=True)
            return
        async with interaction.client.database.write() as session:
            await answers.open_thread(session, thread.id, interaction.user.id)
        heard = interaction.client.intents.message_content
        how = "write" if heard else "mention me or reply to me"
        await thread.send(THREAD_GREETING.format(how=how))


# Choosing a researcher --------------------------------------------------------------------


class Choose(namesakes.PickedPerson, template=r"choose:1:(\d+)"):
    """A menu of researchers of one name; the choice answers the question that is kept."""

    one_or_all = True

    def __init__(self, select: discord.ui.Select[Any], asked_id: int) -> None:
        self.asked_id = asked_id
        super().__init__(select)

    @errors.answered
    async def callback(self, interaction: Press) -> None:
        client = interaction.client
        asked = await readable_answer(interaction, self.asked_id)
        if asked.user_id != interaction.user.id:
            raise NotAllowed(what=SOMEBODY_ELSE)
        async with client.database.read() as session:
            after = await memory.before(session, asked)
        works = memory.began_with(asked)
        asking = Asking(asked.question, asked.private, int(self.item.values[0]), after, works)
        here = interaction.message is not None and interaction.message.flags.ephemeral
        await in_interaction(interaction, asking, chosen=here == asked.private)


async def choice(
    client: Colloquy, asking: Asking, where: Where, error: AmbiguousResearcher
) -> Layout:
    """A menu of the researchers who may be meant; the question waits in storage."""
    asked_id = await memory.keep_waiting(client.database, asking, where)
    entries = namesakes.entries_among(error)
    select = menu("Choose a researcher", f"choose:1:{asked_id}", entries)
    return Layout(cards.notice(escape(error.sentence)), [Choose(select, asked_id)])
