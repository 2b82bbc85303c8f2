"""/admin join-records, part-records and joined-records: two author records of one person."""

from __future__ import annotations

from collections.abc import Sequence, Set
from typing import TYPE_CHECKING

import discord
from discord import app_commands
from discord.app_commands import Choice
from sqlalchemy.ext.asyncio import AsyncSession

from bot import cards, claiming, errors
from bot.cards import Card
from bot.commands import options
from bot.commands.admin import group
from bot.markdown import inline
from bot.views import Layout, Pressed, send, show_later, turn_to, yes_or_no
from retrieval import namesakes
from retrieval.phrases import joined as joined_by_and
from storage import claim_reviews, claim_rivals, joining, researchers, works
from storage.claim_states import Moderator
from storage.errors import NotAllowed, NotJoined
from storage.joining import Step
from storage.names import name_key
from storage.phrases import minute, origin, plural
from storage.researchers import Researcher

if TYPE_CHECKING:
    from bot.client import Colloquy

    Press = discord.Interaction[Colloquy]

NOBODY = "No two records are joined. `/admin join-records` joins two of one person."
STEPS_SHOWN = 12
PAIRS_SHOWN = 20


@group.command(name="join-records")
@app_commands.describe(
    record="The record that another one is to stand for",
    same_as="The record that stands for both from now on",
)
@app_commands.autocomplete(record=options.offer_researchers, same_as=options.offer_researchers)
@app_commands.rename(same_as="same-as")
async def join_records(interaction: Press, record: str, same_as: str) -> None:
    """Say that two author records are one person's; asks first, and can be undone"""
    judge = claiming.moderator(interaction)
    async with interaction.client.database.read() as session:
        given = [await options.named(session, interaction, text) for text in (record, same_as)]
        await _check(session, judge, *given)
        joined, kept = await joining.planned(session, given[0].id, given[1].id)
        theirs = [set(await works.ids_of(session, [one.id])) for one in (joined, kept)]
    people = [one for one in given if one.record_id is not None]
    row = [Join(joined.id, kept.id, True), Join(joined.id, kept.id, False)]
    layout = Layout(Card((_asked(joined, kept, people, *theirs),), cards.AMBER), row)
    await send(interaction, layout, ephemeral=True)


@group.command(name="part-records")
@app_commands.describe(record="A record that was joined to another")
async def part_records(interaction: Press, record: str) -> None:
    """Undo that two author records are one person's"""
    judge = claiming.moderator(interaction)
    async with interaction.client.database.write() as session:
        pairs = await joining.everything(session)
        one = _picked(record, pairs)
        await _check(session, judge, one, *(kept for other, kept in pairs if other.id == one.id))
        kept = await joining.part(session, one.id, judge.user_id)
        log = await joining.history(session, {one.id, kept.id})
        one = await researchers.get(session, one.id)
    await interaction.response.defer(ephemeral=True)
    for researcher in (kept, one):
        await namesakes.sort_again(
            interaction.client.database, interaction.client.embedder.name, researcher.id
        )
    text = f"**{_described(one)}** and **{_described(kept)}** are two records again."
    await show_later(interaction, Layout(_card(text, log)))


@group.command(name="joined-records")
async def joined_records(interaction: Press) -> None:
    """Which author records are joined, and who joined and parted which"""
    claiming.moderator(interaction)
    async with interaction.client.database.read() as session:
        pairs = await joining.everything(session)
        log = await joining.history(session)
    lines = [f"- {_described(one)} → **{_described(kept)}**" for one, kept in pairs[:PAIRS_SHOWN]]
    more = len(pairs) - len(lines)
    rest = cards.small(f"and {more} more") if more > 0 else ""
    text = cards.lines("## Joined records", *lines, rest) if pairs else NOBODY
    await send(interaction, Layout(_card(text, log)), ephemeral=True)


@part_records.autocomplete("record")
async def offer_joined(interaction: Press, typed: str) -> list[Choice[str]]:
    """Records that are joined to another."""
    async with interaction.client.database.read() as session:
        pairs = await joining.everything(session)
    names = [
        (one.id, f"{researchers.described(one)} → {researchers.described(kept)}")
        for one, kept in pairs
    ]
    return options.offered(typed, names)


async def _check(session: AsyncSession, judge: Moderator, *records: Researcher) -> None:
    """Whether a moderator may decide about these records.

    Raises:
        NotAllowed: somebody has claimed one of them elsewhere.
    """
    ids = [i for record in records for i in await claim_rivals.circle(session, record.id)]
    if not await claim_reviews.decides_about(session, judge, ids):
        raise NotAllowed(what=claim_reviews.CLAIMED_ELSEWHERE)


def _picked(given: str, pairs: Sequence[tuple[Researcher, Researcher]]) -> Researcher:
    """The joined record that was picked, or typed as its name.

    Raises:
        NotJoined
    """
    number, name = options.picked(given), given.strip().casefold()
    for one, _ in pairs:
        if one.id == number or one.name.casefold() == name:
            return one
    raise NotJoined(name=given.strip() if number is None else "That record")


def _asked(
    joined: Researcher,
    kept: Researcher,
    people: Sequence[Researcher],
    ones: Set[int],
    others: Set[int],
) -> str:
    """What would be one, and all that speaks against it; `people` are those who were picked."""
    differ = name_key(joined.name) != name_key(kept.name)
    whole = [f"**{inline(person.distinct_name, cards.NAME_SHOWN)}**" for person in people]
    doubts = cards.lines(
        "**Their names differ.**" if differ else "",
        f"{joined_by_and(whole)}: the whole record is joined, not this person alone."
        if whole
        else "",
    )
    both = cards.lines(
        "## Are these one person?", f"- {_described(joined)}", f"- {_described(kept)}"
    )
    then = (
        f"**{inline(kept.name, cards.NAME_SHOWN)}** would stand for both, with "
        f"{plural(len(ones | others), 'work')}; {plural(len(ones & others), 'work')} on both."
    )
    return cards.paragraphs(both, doubts, then)


def _card(text: str, log: Sequence[Step]) -> Card:
    entries = [_step(step) for step in log[-STEPS_SHOWN:]]
    said = cards.lines("**Log**", *entries) if entries else ""
    return Card(tuple(part for part in (text, said) if part), cards.PERSON)


def _step(step: Step) -> str:
    who = f"<@{step.user_id}>" if step.user_id is not None else "somebody since erased"
    how = "joined to" if step.joined else "parted from"
    names = f"{_named(step.record)} {how} {_named(step.kept)}"
    return cards.small(f"{minute(step.at)} · {names} by {who}")


def _described(record: Researcher) -> str:
    return inline(researchers.described(record), cards.NAME_SHOWN)


def _named(record: Researcher) -> str:
    """A record without the number of its works, which was another one when it was joined."""
    return inline(f"{record.name} ({origin(record.source)})", cards.NAME_SHOWN)


class Join(Pressed, template=r"joinrecords:1:(\d+):(\d+):([yn])"):
    """The answer to “are these one person?”."""

    def __init__(self, record_id: int, kept_id: int, yes: bool) -> None:
        self.record_id, self.kept_id, self.yes = record_id, kept_id, yes
        labels = "Yes, join them", "No"
        super().__init__(yes_or_no(yes, labels, f"joinrecords:1:{record_id}:{kept_id}"))

    @errors.answered
    async def callback(self, interaction: Press) -> None:
        judge = claiming.moderator(interaction)
        if not self.yes:
            await turn_to(interaction, Layout(cards.notice("Nothing was changed.")))
            return
        client = interaction.client
        async with client.database.write() as session:
            one = await researchers.get(session, self.record_id)
            await _check(session, judge, one, await researchers.get(session, self.kept_id))
            kept = await joining.join(session, one.id, self.kept_id, judge.user_id)
            log = await joining.history(session, {one.id, kept.id})
        await interaction.response.defer()
        await namesakes.sort_again(client.database, client.embedder.name, kept.id)
        text = (
            f"**{_named(one)}** is joined: **{_described(kept)}** stands for both. "
            "`/admin part-records` undoes it."
        )
        await show_later(interaction, Layout(_card(text, log)))
