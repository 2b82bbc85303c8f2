"""What is pressed under announced papers: ask about one, pause its researcher, not theirs.

"mute" in custom ids is *Pause*: messages that were sent carry it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import discord

from bot import announced, cards, errors, followed, namesakes
from bot.asking import Form
from bot.following import to_resume
from bot.markdown import inline
from bot.memory import Asking
from bot.views import Layout, Picked, Pressed, send
from bot.whereto import changeable
from storage import announcements, announcing, destinations, follows
from storage.announcements import Announcement
from storage.errors import AnnouncementGone, NoSuchFollow
from storage.phrases import nouns

if TYPE_CHECKING:
    from bot.client import Colloquy

    Press = discord.Interaction[Colloquy]


class AboutPaper(Pressed, template=r"ann:1:(\d+):(ask|mute|not)"):
    """The buttons of an announcement: ask about the paper, pause the researcher, not theirs."""

    def __init__(self, announcement_id: int, what: str) -> None:
        self.announcement_id, self.what = announcement_id, what
        super().__init__(discord.ui.Button(label=what, custom_id=f"ann:1:{announcement_id}:{what}"))

    @errors.answered
    async def callback(self, interaction: Press) -> None:
        announcement = await _announcement(interaction, self.announcement_id)
        if self.what == "ask":
            await _ask(interaction, announcement)
        elif self.what == "mute":
            await _pause(interaction, announcement, None)
        else:
            await _not_theirs(interaction, announcement)


class InDigest(Picked, template=r"ann:1:\d+:more"):
    """The menu of a digest: pause one of its researchers, or say that a paper is not theirs."""

    @errors.answered
    async def callback(self, interaction: Press) -> None:
        what, _, rest = self.item.values[0].partition(":")
        number, _, researcher_id = rest.partition(":")
        announcement = await _announcement(interaction, int(number))
        if what == "mute":
            await _pause(interaction, announcement, int(researcher_id))
        else:
            await _not_theirs(interaction, announcement)


async def _announcement(interaction: Press, announcement_id: int) -> Announcement:
    async with interaction.client.database.read() as session:
        found = await announcements.get(session, announcement_id)
    if found is None:
        raise AnnouncementGone()
    return found


async def _ask(interaction: Press, announcement: Announcement) -> None:
    """A form for a question about the paper."""
    title = announcement.work.title
    asking = Asking("", at_hand=announced.papers([announcement]))
    limit = interaction.client.settings.answers.max_question
    await interaction.response.send_modal(
        Form("Ask about this paper", limit, asking, hint=announced.HINT, about=title)
    )


async def _pause(interaction: Press, announcement: Announcement, researcher_id: int | None) -> None:
    """Pause the follows that an announcement comes from, until they are resumed: in a thread,
    of whoever may not manage the server, only their own.
    """
    async with interaction.client.database.write() as session:
        place = await destinations.by_id(session, announcement.destination_id)
        named = {r.researcher_id for r in announcement.reasons}
        meant = {researcher_id} if researcher_id else named
        there = [f for f in await follows.at(session, place.id) if f.researcher.id in meant]
        theirs = changeable(interaction, place, there)
        for follow in theirs:
            await announcing.mute(session, follow, follows.FOREVER)
    if not theirs:
        raise NoSuchFollow()
    are = nouns(len({follow.researcher.name for follow in theirs}), "is", "are")
    text = f"{followed.names(theirs)} {are} paused here until you resume."
    row = to_resume(theirs)
    if not row:
        text += " `/follow pause` with 0 days does that."
    await send(interaction, Layout(cards.notice(text), row), ephemeral=True)


async def _not_theirs(interaction: Press, announcement: Announcement) -> None:
    """Keep the presser's word that the paper is not by whom it was announced for."""
    kept: dict[int, namesakes.Kept | None] = {}
    async with interaction.client.database.write() as session:
        for reason in announcement.reasons:
            person = await namesakes.meant(session, interaction.user.id, reason.researcher_id)
            kept[reason.researcher_id] = await namesakes.keep_word(
                session, interaction, person, announcement.work.id, theirs=False
            )
    names = " and ".join(inline(r.name, cards.NAME_SHOWN) for r in announcement.reasons)
    decided = [one for one in kept.values() if one is not None]
    said = namesakes.DECIDED if len(decided) == len(kept) else namesakes.REPORTED
    text = said.format(by=f"not by {names}")
    one = len(decided) == 1
    row = [d.undo("Undo" if one else f"Undo: {d.researcher.name}") for d in decided[:5]]
    await send(interaction, Layout(cards.notice(text), row), ephemeral=True)
    for record in {one.record_id for one in decided}:
        await namesakes.sort_again(interaction.client, record)
