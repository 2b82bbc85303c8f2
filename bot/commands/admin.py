"""/admin: where I answer, and about whom. For people who may manage the server."""

from __future__ import annotations

from typing import TYPE_CHECKING

import discord
from discord import app_commands

from bot import cards, server_settings
from bot.cards import Card
from bot.commands import options
from bot.markdown import inline
from bot.permissions import lacking, managed
from bot.pictures import statistics as pictured
from bot.views import Layout, send, show_later
from storage import places, researchers, review_places, statistics
from storage.answers import utcnow
from storage.errors import AmbiguousResearcher, NotAllowed
from storage.phrases import plural

if TYPE_CHECKING:
    from bot.client import Colloquy

    Press = discord.Interaction[Colloquy]

Channel = discord.TextChannel | discord.ForumChannel | discord.VoiceChannel | discord.StageChannel
ONLY_HERE = "Only in this channel; otherwise in the whole server"
CURE = "-# Allow these for my role in Server Settings › Roles, or in the channel's permissions."
MOST_CHANNELS = 20  # named in a check


class ModeratorsGroup(app_commands.Group):
    """Shown to people who may manage the server, and checked again when used."""

    async def interaction_check(self, interaction: discord.Interaction, /) -> bool:
        managed(interaction)
        return True


group = ModeratorsGroup(
    name="admin",
    description="Where I answer, and about whom",
    default_permissions=discord.Permissions(manage_guild=True),
    allowed_contexts=app_commands.AppCommandContext(
        guild=True, dm_channel=False, private_channel=False
    ),
    allowed_installs=app_commands.AppInstallationType(guild=True, user=False),
)


@group.command(name="default-researcher")
@app_commands.describe(
    researcher="Whom questions are about when they name nobody",
    channel=ONLY_HERE,
)
@app_commands.autocomplete(researcher=options.offer_researchers)
async def default_researcher(
    interaction: Press, researcher: str, channel: Channel | None = None
) -> None:
    """Set whom questions are about when they name nobody"""
    async with interaction.client.database.read() as session:
        try:
            person = await options.named(session, interaction, researcher)
        except AmbiguousResearcher as error:
            raise NotAllowed(what=f"{error.sentence} The researcher option offers them.") from error
    async with interaction.client.database.write() as session:
        await places.set_researcher(session, _guild(interaction), _id(channel), person.id)
    name = inline(person.distinct_name)
    await _say(interaction, f"Questions {_in(channel)} that name nobody are now about **{name}**.")


@group.command(name="clear-default")
@app_commands.describe(channel="Only this channel's; otherwise the server's")
async def clear_default(interaction: Press, channel: Channel | None = None) -> None:
    """Forget the default researcher of the server or of a channel"""
    async with interaction.client.database.write() as session:
        await places.set_researcher(session, _guild(interaction), _id(channel), None)
    back = "; the server's default holds there again" if channel else ""
    await _say(
        interaction, f"There is no default researcher of its own {_in(channel)} any more{back}."
    )


@group.command(name="answers")
@app_commands.describe(on="Whether I answer at all", channel=ONLY_HERE)
async def answers(interaction: Press, on: bool, channel: Channel | None = None) -> None:
    """Let me answer in the server or a channel, or not"""
    async with interaction.client.database.write() as session:
        await places.set_answers(session, _guild(interaction), _id(channel), on)
    await _say(interaction, f"I {'answer' if on else 'no longer answer'} {_in(channel)}.")


@group.command(name="mentions")
@app_commands.describe(
    on="Whether I answer mentions and replies",
    channel=ONLY_HERE,
)
async def mentions(interaction: Press, on: bool, channel: Channel | None = None) -> None:
    """Let me answer mentions and replies, or slash commands only"""
    async with interaction.client.database.write() as session:
        await places.set_mentions(session, _guild(interaction), _id(channel), on)
    how = "mentions and replies" if on else "slash commands only"
    await _say(interaction, f"I answer {how} {_in(channel)}.")


@group.command(name="limit")
@app_commands.describe(
    follows="Follows that all channels here may have together",
    off="Take the limit away",
)
async def limit(
    interaction: Press,
    follows: app_commands.Range[int, 0, 100_000] | None = None,
    off: bool = False,
) -> None:
    """How many follows the channels of this server may have; shows it, or sets it"""
    guild_id = _guild(interaction)
    if server_settings.changes(follows, off):
        async with interaction.client.database.write() as session:
            place = await places.set_follows(session, guild_id, follows)
    else:
        async with interaction.client.database.read() as session:
            place = await places.get(session, guild_id)
    said = server_settings.limit(place, interaction.client.settings.limits.server_follows)
    how = server_settings.how("limit", "follows", "as many as whoever runs me allows")
    await _say(interaction, cards.lines(said, how))


@group.command(name="settings")
async def settings(interaction: Press) -> None:
    """Show what is set for the server and its channels"""
    guild_id = _guild(interaction)
    async with interaction.client.database.read() as session:
        server = await places.get(session, guild_id)
        channels = await places.overrides(session, guild_id)
        reviews = await review_places.get(session, guild_id)
        people = await researchers.by_ids(
            session, [p.researcher_id for p in (server, *channels.values()) if p.researcher_id]
        )
    names = {person.id: person.distinct_name for person in people}
    allowed = interaction.client.settings.limits.server_follows
    card = server_settings.everything(server, channels, reviews, allowed, names)
    await send(interaction, Layout(card), ephemeral=True)


@group.command(name="statistics")
async def statistics_(interaction: Press) -> None:
    """What this server makes of me, in numbers"""
    guild_id = _guild(interaction)
    await interaction.response.defer(ephemeral=True)
    async with interaction.client.database.read() as session:
        numbers = await statistics.of_server(session, guild_id, utcnow())
    name = interaction.guild.name if interaction.guild else "This server"
    facts = pictured.Facts(name, numbers)
    picture = await interaction.client.studio.picture(pictured.picture, facts)
    await show_later(interaction, Layout(_counted(facts, drawn=bool(picture)), picture=picture))


@group.command(name="check")
@app_commands.describe(channel="The channel to check; otherwise all that I can see")
async def check(interaction: Press, channel: Channel | None = None) -> None:
    """Check whether I have the permissions that answering takes"""
    guild = interaction.guild
    if guild is None:
        raise NotAllowed(what="I am not a member of this server; please invite me first.")
    looked_at: list[Channel] = [channel] if channel else [*guild.text_channels, *guild.forums]
    missing: dict[Channel, list[str]] = {
        c: names for c in looked_at if (names := lacking(c.permissions_for(guild.me)))
    }
    async with interaction.client.database.read() as session:
        known = await researchers.count(session)
    await send(
        interaction,
        Layout(_checked(len(looked_at), missing, known)),
        ephemeral=True,
    )


def _counted(facts: pictured.Facts, *, drawn: bool) -> Card:
    days = plural(len(facts.numbers.days), "day")
    numbers = [f"**{number:,}** {what}" for number, what in pictured.tiles(facts.numbers)]
    head = f"## {inline(facts.name, cards.NAME_SHOWN)}\n{cards.small(f'the last {days}')}"
    if drawn:
        return Card((head,), cards.PERSON)
    return Card((head, f"{' · '.join(numbers[:4])}\n{' · '.join(numbers[4:])}"), cards.PERSON)


def _checked(looked_at: int, missing: dict[Channel, list[str]], known: int) -> Card:
    lines = [f"<#{c.id}> · missing: {', '.join(names)}" for c, names in missing.items()]
    if lines:
        permissions = cards.lines(cards.column(lines, MOST_CHANNELS), CURE)
    else:
        permissions = f"Every permission is there in {plural(looked_at, 'channel')}."
    stored = f"{plural(known, 'researcher')} stored."
    return Card(("## Check", permissions, stored), cards.AMBER if lines else cards.PERSON)


async def _say(interaction: Press, text: str) -> None:
    await send(interaction, Layout(cards.notice(text, cards.PERSON)), ephemeral=True)


def _guild(interaction: Press) -> int:
    assert interaction.guild_id is not None, "the group's check has passed"
    return interaction.guild_id


def _id(channel: Channel | None) -> int | None:
    return None if channel is None else channel.id


def _in(channel: Channel | None) -> str:
    return f"in <#{channel.id}>" if channel else "in this server"
