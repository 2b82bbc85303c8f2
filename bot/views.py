"""What can be pressed under a reply. Every button and menu survives a restart.

A custom id carries ids and a version only; what a press may do is looked up, and allowed, again
when it is made. A press on something no longer kept is answered with a sentence.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any, Self, TypeAlias

import discord

from bot import cards, errors, render
from bot.cards import Card
from bot.pictures.studio import Picture
from storage import answers, works
from storage.answers import Asked
from storage.errors import AnswerGone, StaleButton

if TYPE_CHECKING:
    from bot.client import Colloquy

    Press = discord.Interaction[Colloquy]

Item = discord.ui.Item[Any]
Button = discord.ui.Button[Any]
Entry: TypeAlias = tuple[str, str, str]  # of a menu: value, label, description

SHOW_PASSAGES, PREVIOUS, NEXT = "Show passages", "Previous", "Next"
MOST_PARAGRAPHS = 6  # of a section
MOST_PARTS = 40  # of a message, those inside others included
MOST_ENTRIES = 25  # of a menu
_PAGE = "page:"  # in a menu: not an entry, but more of them
STEPS = {"p": PREVIOUS, "n": NEXT}


class Pressed(discord.ui.DynamicItem[Button], template=r"(?!)"):
    """A button that is made again from its custom id whenever it is pressed.

    The groups of a subclass's template are what its constructor takes.
    """

    @classmethod
    def read(cls, match: re.Match[str]) -> tuple[Any, ...]:
        """The constructor's arguments: numbers, yes or no, and other text as it is."""
        return _read(match)

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction[Any], item: Item, match: re.Match[str], /
    ) -> Self:
        return cls(*cls.read(match))


class Picked(discord.ui.DynamicItem[discord.ui.Select[Any]], template=r"(?!)"):
    """A menu that is told by its custom id; a subclass's constructor takes it and the groups.

    One that may be `paged` says what all of its `entries` are.
    """

    async def entries(self, interaction: Press) -> list[Entry]:
        """Everything that the menu offers, on all of its pages.

        Raises:
            StaleButton: that cannot be said (any more).
        """
        raise StaleButton()

    async def interaction_check(self, interaction: discord.Interaction[Any], /) -> bool:
        """Whether something was chosen; where it was another page, that is shown instead."""
        value = self.item.values[0]
        if not value.startswith(_PAGE):
            return True
        try:
            await self._turn(interaction, int(value.removeprefix(_PAGE)))
        except Exception as error:  # noqa: BLE001 - the last stop: nothing above would answer
            await errors.answer(interaction, error)
        return False

    async def _turn(self, interaction: Press, page: int) -> None:
        """Show a page in place of the one before; from what others see, too, in private."""
        what, custom_id = self.item.placeholder or "", self.item.custom_id
        turned = paged(what, custom_id, await self.entries(interaction), page)
        message = interaction.message
        if message is None or message.attachments or not message.flags.ephemeral:
            await send(interaction, Layout(cards.notice(what), [turned]), ephemeral=True)
            return
        view = discord.ui.LayoutView.from_message(message, timeout=None)
        for part in view.walk_children():
            if isinstance(part, discord.ui.Select) and part.custom_id == custom_id:
                part.options = turned.options
        view.stop()
        await interaction.response.edit_message(view=view)

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction[Any], item: Item, match: re.Match[str], /
    ) -> Self:
        assert isinstance(item, discord.ui.Select)
        return cls(item, *_read(match))


def _read(match: re.Match[str]) -> tuple[int | bool | str | None, ...]:
    words = {"y": True, "n": False}
    return tuple(
        int(g) if g is not None and g.isdecimal() else words.get(g or "", g) for g in match.groups()
    )


def yes_or_no(
    yes: bool, labels: tuple[str, str], custom_id: str, rest: str = "", *, danger: bool = False
) -> Button:
    """One of the two buttons that answer a question; "y" or "n" in its custom id says which."""
    done = discord.ButtonStyle.danger if danger else discord.ButtonStyle.primary
    return discord.ui.Button(
        label=labels[0 if yes else 1],
        style=done if yes else discord.ButtonStyle.secondary,
        custom_id=f"{custom_id}:{'y' if yes else 'n'}{rest}",
    )


class Layout(errors.LayoutView):
    """A card with rows of buttons or menus below its text.

    `file` stands below the text, `picture` above it.
    """

    def __init__(
        self,
        card: Card,
        *rows: Sequence[Item],
        file: discord.File | None = None,
        picture: Picture | None = None,
    ) -> None:
        super().__init__(timeout=None)
        self.files = [file] if file else []
        box = discord.ui.Container[Self](accent_colour=card.colour)
        others = 3 + sum(1 + len(row) for row in rows if row)  # the box, a picture and a file
        if picture is not None:
            shown = picture.file()
            self.files.append(shown)
            item = discord.MediaGalleryItem(shown, description=picture.alt)
            box.add_item(discord.ui.MediaGallery(item))
        for part in _parts(cards.fitted(card), MOST_PARTS - others):
            box.add_item(part)
        if file is not None:
            box.add_item(discord.ui.File(file))
        for row in rows:
            if row:
                box.add_item(discord.ui.ActionRow(*row))
        self.add_item(box)
        # Presses find their way by custom_id; there is nothing that a kept view could add, and one
        # would be kept (with a timer, if it is for one person) for every message ever sent.
        self.stop()


def _parts(card: Card, most: int) -> list[Item]:
    """Texts, lines between sections and room between paragraphs; fewer where there is no room."""
    sections = [_paragraphs(section) for section in card.sections]
    if sum(2 * len(paragraphs) for paragraphs in sections) > most:
        sections = [[section] for section in card.sections]
    if 2 * len(sections) > most:
        sections = [["\n\n".join(card.sections)]]
    parts: list[Item] = []
    for paragraphs in sections:
        parts += [discord.ui.Separator()] if parts else []
        for place, paragraph in enumerate(paragraphs):
            parts += [discord.ui.Separator(visible=False)] if place else []
            parts.append(discord.ui.TextDisplay(paragraph))
    return parts


def _paragraphs(section: str) -> list[str]:
    """Paragraphs as texts of their own: the space between is less than a blank line."""
    paragraphs = [part for part in section.split("\n\n") if part.strip()]
    return paragraphs if len(paragraphs) <= MOST_PARAGRAPHS else [section]


def texts_of(interaction: Press) -> list[str]:
    """The texts of the message that was pressed."""
    boxes = interaction.message.components if interaction.message else []
    parts = [part for box in boxes if isinstance(box, discord.Container) for part in box.children]
    return [part.content for part in parts if isinstance(part, discord.TextDisplay)]


async def send(
    interaction: discord.Interaction[Any], layout: Layout, *, ephemeral: bool = False
) -> None:
    """Show a layout as the first reply to an interaction."""
    await interaction.response.send_message(
        view=layout,
        files=layout.files,
        ephemeral=ephemeral,
        allowed_mentions=discord.AllowedMentions.none(),
    )


async def turn_to(interaction: discord.Interaction[Any], layout: Layout) -> None:
    """Show a layout in place of the message that was pressed."""
    await interaction.response.edit_message(
        view=layout,
        attachments=layout.files,
        allowed_mentions=discord.AllowedMentions.none(),
    )


async def show_later(interaction: discord.Interaction[Any], layout: Layout) -> None:
    """Show a layout where something was deferred: in place of "thinking …" or of the message."""
    await interaction.edit_original_response(
        view=layout,
        attachments=layout.files,
        allowed_mentions=discord.AllowedMentions.none(),
    )


async def readable_answer(interaction: Press, answer_id: int) -> Asked:
    """The answer behind a press, if the person pressing may see it.

    Raises:
        AnswerGone: it is no longer kept, or it is somebody else's private answer.
    """
    async with interaction.client.database.read() as session:
        asked = await answers.get(session, answer_id)
    if asked.private and asked.user_id != interaction.user.id:
        raise AnswerGone()
    return asked


def steps(page: int, pages: int, make: Callable[[int, str, bool], Item]) -> list[Item]:
    """Previous and next, made as (page, label, disabled); nothing where there is one page only."""
    if pages < 2:
        return []
    return [
        make(max(page - 1, 0), PREVIOUS, page == 0),
        make(min(page + 1, pages - 1), NEXT, page >= pages - 1),
    ]


class Passages(Pressed, template=r"passages:1:(\d+):(\d+)(?::(\w))?"):
    """Shows what an answer rests on, to the person who pressed, a work a page."""

    def __init__(
        self, answer_id: int, page: int = 0, label: str = SHOW_PASSAGES, disabled: bool = False
    ) -> None:
        self.answer_id, self.page = answer_id, page
        step = next((f":{key}" for key, name in STEPS.items() if name == label), "")
        super().__init__(
            discord.ui.Button(
                label=label, custom_id=f"passages:1:{answer_id}:{page}{step}", disabled=disabled
            )
        )

    def _step(self, page: int, label: str, disabled: bool) -> Passages:
        return Passages(self.answer_id, page, label=label, disabled=disabled)

    @classmethod
    def read(cls, match: re.Match[str]) -> tuple[Any, ...]:
        return int(match[1]), int(match[2]), STEPS.get(match[3], SHOW_PASSAGES)

    @errors.answered
    async def callback(self, interaction: Press) -> None:
        asked = await readable_answer(interaction, self.answer_id)
        ids = [int(p["work_id"]) for p in asked.passages if p.get("work_id")]
        async with interaction.client.database.read() as session:
            stored = await works.by_ids(session, ids)
        cards = render.passages(asked.passages, stored)
        if not cards:
            raise AnswerGone()
        page = min(self.page, len(cards) - 1)
        layout = Layout(cards[page], steps(page, len(cards), self._step))
        if self.item.label in STEPS.values():
            await turn_to(interaction, layout)
        else:
            await send(interaction, layout, ephemeral=True)


class Rate(Pressed, template=r"rate:1:(\d+):([gp])"):
    """One person's word on an answer; pressing the other button changes it."""

    def __init__(self, answer_id: int, good: bool) -> None:
        self.answer_id, self.good = answer_id, good
        super().__init__(
            discord.ui.Button(
                label="Good answer" if good else "Poor answer",
                custom_id=f"rate:1:{answer_id}:{'g' if good else 'p'}",
            )
        )

    @classmethod
    def read(cls, match: re.Match[str]) -> tuple[Any, ...]:
        return int(match[1]), match[2] == "g"

    @errors.answered
    async def callback(self, interaction: Press) -> None:
        await readable_answer(interaction, self.answer_id)
        async with interaction.client.database.write() as session:
            await answers.rate(session, self.answer_id, interaction.user.id, self.good)
        word = "good" if self.good else "poor"
        thanks = f"Thank you, I have noted that as a {word} answer."
        await interaction.response.send_message(thanks, ephemeral=True)


def paged(
    placeholder: str, custom_id: str, entries: Sequence[Entry], page: int = 0
) -> discord.ui.Select[Any]:
    """A menu of any number of entries, whose ends turn the page where there are too many."""
    if len(entries) <= MOST_ENTRIES:
        return menu(placeholder, custom_id, entries)
    room = MOST_ENTRIES - len(STEPS)
    page = min(page, (len(entries) - 1) // room)

    def step(number: int, label: str) -> Entry:
        last = min(number * room + room, len(entries))
        return f"{_PAGE}{number}", label, f"{number * room + 1}–{last} of {len(entries)}"

    shown = entries[page * room : (page + 1) * room]
    before = [step(page - 1, PREVIOUS)] if page else []
    after = [step(page + 1, NEXT)] if (page + 1) * room < len(entries) else []
    return menu(placeholder, custom_id, [*before, *shown, *after])


def menu(placeholder: str, custom_id: str, options: Iterable[Entry]) -> discord.ui.Select[Any]:
    """A menu of at most 25 (value, label, description)."""
    return discord.ui.Select(
        placeholder=placeholder,
        custom_id=custom_id,
        options=[
            discord.SelectOption(
                value=value,
                label=cards.option(label),
                description=cards.option(about) if about else None,
            )
            for value, label, about in list(options)[:MOST_ENTRIES]
        ],
    )
