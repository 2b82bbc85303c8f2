"""What becomes of a claim outside its reply: the moderators' card, word to the claimant, the role.

All of it is told apart from the change itself, which is made already: what fails here loses
nothing, and is said where somebody can put it right.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import discord
import structlog

from bot import claimed, errors
from bot.permissions import managed
from bot.postbox import refusal
from bot.views import Item, Layout
from storage import claim_reviews, claims, given_roles, review_places, works
from storage.claim_states import Claim, Moderator
from storage.database import Database
from storage.errors import NotAllowed
from storage.given_roles import GivenRole
from storage.review_places import ReviewPlace

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from bot.client import Colloquy

log = structlog.get_logger("colloquy.claims")

NO_CHANNEL = (
    "The moderators of this server review no claims yet; "
    "one of them can choose a channel with `/admin reviews`."
)
NO_SERVER = "Please ask for the review in a server whose moderators I can reach."
NO_POST = (
    "I could not post your claim in the moderators' channel; they find it under `/admin claims`, "
    "so please tell one of them."
)
NOBODY_ASKED = (
    "Somebody else has claimed this researcher, too, so moderators decide, and none were shown "
    "your claim yet. Please use `/claim status` in a server whose moderators review claims, and "
    "press “Ask moderators to review” there."
)
NEWEST = 5  # works that tell whose a claimed record is


def moderator(interaction: discord.Interaction[Colloquy]) -> Moderator:
    """Whoever uses a command or presses a button, if they may decide about claims here, now.

    Raises:
        MissingPermissions: they may not manage this server.
        NotAllowed: this server is none of those that decide about claims.
    """
    guild_id = managed(interaction)
    servers = interaction.client.settings.claims.review_servers
    if servers and guild_id not in servers:
        raise NotAllowed(what="Claims are not decided in this server.")
    return Moderator(interaction.user.id, guild_id, trusted=bool(servers))


async def place_of(client: Colloquy, guild_id: int | None) -> ReviewPlace:
    """Where a server reviews claims.

    Raises:
        NotAllowed: nowhere.
    """
    servers = client.settings.claims.review_servers
    if guild_id is None or (servers and guild_id not in servers):
        raise NotAllowed(what=NO_SERVER)
    async with client.database.read() as session:
        place = await review_places.get(session, guild_id)
    if place.channel_id is None:
        raise NotAllowed(what=NO_CHANNEL)
    return place


async def card(database: Database, claim: Claim, buttons: Callable[[Claim], list[Item]]) -> Layout:
    """The moderators' card of a claim, with the buttons that it gets as it stands."""
    async with database.read() as session:
        history = await claims.history(session, claim.id)
        newest, _ = await works.page(session, claim.researcher.id, None, None, 0, NEWEST)
        standing = await claims.standing_against(session, claim.id)
    created = discord.utils.snowflake_time(claim.user_id).replace(tzinfo=None)
    return Layout(claimed.review(claim, history, newest, standing, created), buttons(claim))


async def post(client: Colloquy, claim: Claim, layout: Layout) -> bool:
    """Show a claim in the review channel of its server, or of one that decides about every claim,
    in place of an earlier card of it.
    """
    servers = client.settings.claims.review_servers
    asked = servers if servers and claim.guild_id not in servers else [claim.guild_id or 0]
    async with client.database.read() as session:
        places = [await review_places.get(session, guild_id) for guild_id in asked]
    place = next((place for place in places if place.channel_id is not None), None)
    if place is None or place.channel_id is None:
        return False
    try:
        message = await client.get_partial_messageable(
            place.channel_id, guild_id=place.guild_id
        ).send(view=layout)
    except errors.TROUBLE as error:
        log.warning("review_not_posted", why=str(error))
        return False
    await close(client, claim)
    async with client.database.write() as session:
        await claim_reviews.show_card(
            session, claim.id, place.guild_id, message.channel.id, message.id
        )
    return True


async def close(client: Colloquy, claim: Claim) -> None:
    """Remove the moderators' card of a claim."""
    if posted := _posted(client, claim):
        try:
            await posted.delete()
        except errors.TROUBLE as error:
            log.info("card_not_removed", why=str(error))


async def refresh(client: Colloquy, claim: Claim, layout: Layout) -> None:
    """Let the moderators' card say how the claim stands."""
    if posted := _posted(client, claim):
        try:
            await posted.edit(view=layout)
        except errors.TROUBLE as error:
            log.info("card_not_changed", why=str(error))


def _posted(client: Colloquy, claim: Claim) -> discord.PartialMessage | None:
    """The moderators' card of a claim, if it was posted."""
    if claim.review_message_id is None or claim.review_channel_id is None:
        return None
    channel = client.get_partial_messageable(claim.review_channel_id, guild_id=claim.guild_id)
    return channel.get_partial_message(claim.review_message_id)


async def tell(
    client: Colloquy, researcher_id: int, buttons: Callable[[Claim], list[Item]]
) -> None:
    """Write to everybody who has a claim on a researcher and does not know how it stands, and let
    the moderators' cards of these claims say it.

    Who cannot be written to is shown it at their next command (see `unreachable`).
    """
    async with client.database.read() as session:
        waiting = await claims.untold_of(session, researcher_id)
    for claim in waiting:
        if claim.review_message_id is not None:
            await refresh(client, claim, await card(client.database, claim, buttons))
        text, nonce = claimed.news(claim), f"claim-{claim.id}-{claim.changed_at}"
        try:
            await client.courier.postbox.write_to(claim.user_id, text, nonce)
        except Exception as error:  # noqa: BLE001 - telling is a courtesy: it stops nothing
            if refusal(error) is None:
                errors.report(error, doing="telling")
            log.info("claimant_not_told", why=str(error))
            continue
        async with client.database.write() as session:
            await claims.mark_told(session, claim)


# The role ---------------------------------------------------------------------------------


async def give_role(client: Colloquy, guild: discord.Guild | None, user_id: int) -> str | None:
    """Give the claimant the server's role for claimed researchers; says what to do if it fails."""
    if guild is None:
        return None
    async with client.database.read() as session:
        place = await review_places.get(session, guild.id)
    if place.role_id is None:
        return None
    try:
        member = await guild.fetch_member(user_id)
        if member.get_role(place.role_id) is not None:
            return None  # it is not mine to take back, unless I gave it
        await client.http.add_role(guild.id, user_id, place.role_id, reason="A claimed researcher")
    except errors.TROUBLE as error:
        log.info("role_not_given", why=str(error))
        return (
            "I could not give you this server's role for claimed researchers; please ask a "
            "moderator to allow me Manage Roles and to put my role above it."
        )
    async with client.database.write() as session:
        await given_roles.keep(session, GivenRole(guild.id, user_id, place.role_id))
    return None


async def settle_roles(client: Colloquy, users: set[int]) -> None:
    """Take the role from those who hold no claim any more, wherever I gave it."""
    async with client.database.read() as session:
        lost = [user for user in users if not await claims.held_by(session, user)]
        given = await given_roles.of(session, lost)
    await take_roles(client, given)


async def take_roles(client: Colloquy, given: Sequence[GivenRole]) -> list[GivenRole]:
    """Take back roles that I gave; those that I could not."""
    left: list[GivenRole] = []
    for one in given:
        if client.get_guild(one.guild_id) is None:
            left.append(one)
            continue
        try:
            await client.http.remove_role(
                one.guild_id, one.user_id, one.role_id, reason="The claim has ended"
            )
        except discord.NotFound as error:
            log.info("role_there_no_more", why=str(error))
        except errors.TROUBLE as error:
            log.info("role_not_taken", why=str(error))
            left.append(one)
            continue
        async with client.database.write() as session:
            await given_roles.forget(session, one)
    return left
