"""What waits for whoever asks, each with the command that shows it: the last line of /help."""

from __future__ import annotations

from typing import TYPE_CHECKING

import discord
from sqlalchemy.ext.asyncio import AsyncSession

from bot import claiming, reported
from retrieval.phrases import joined
from storage import claims, destinations, invitations_received
from storage.claim_states import State
from storage.errors import NotAllowed
from storage.phrases import nouns, plural

if TYPE_CHECKING:
    from bot.client import Colloquy

    Press = discord.Interaction[Colloquy]

Waiting = list[tuple[int, str, str, str]]
"""How many there are of what, what is to be done with it, and the command."""


async def told(session: AsyncSession, interaction: Press) -> str:
    """What waits, in a line; empty where nothing does."""
    found = [*await _own(session, interaction.user.id), *await _here(session, interaction)]
    found = [one for one in found if one[0]]
    number = sum(count for count, *_ in found)
    each = [f"{plural(n, what)} {to} (`/{command}`)" for n, what, to, command in found]
    waits = nouns(number, "thing waits", "things wait")
    return f"**{number:,} {waits} for you**: {joined(each)}." if found else ""


async def _own(session: AsyncSession, user_id: int) -> Waiting:
    """For a researcher: invitations, and what is to be done about their claims."""
    mine = await claims.of_user(session, user_id)
    invitations = await invitations_received.inbox(session, user_id)
    unproved = [claim for claim in mine if claim.state is State.AWAITING]
    reports = [one for claim in mine for one in await reported.of_claim(session, claim)]
    return [
        (len(invitations), "invitation", "to answer", "collaborate inbox"),
        (len(unproved), "claim", "to prove", "claim status"),
        (len(reports), "report", "about your works", "claim status"),
    ]


async def _here(session: AsyncSession, interaction: Press) -> Waiting:
    """For a moderator of the server: claims, reports and places where nothing arrives."""
    member = interaction.client.get_guild(interaction.guild_id or 0)
    if member is None or not interaction.permissions.manage_guild:
        return []
    paused = await destinations.paused(session, member.id)
    places = (len(paused), "place", "where nothing arrives", "admin announcements")
    try:
        judge = claiming.moderator(interaction)
    except NotAllowed:  # claims are decided elsewhere
        return [places]
    open_ = (State.REVIEW, State.DISPUTED)
    here = [claim for claim in await claims.of_server(session, judge) if claim.state in open_]
    reports = await reported.here(session, interaction)
    return [
        (len(here), "claim", "to decide", "admin claims"),
        (len(reports), "report", "to decide", "admin reports"),
        places,
    ]
