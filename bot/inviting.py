"""Bringing invitations to their recipients and answers to their senders, and what is pressed there.

Everything that is to be shown is recorded in `storage.deliveries`, so nothing here has to be
remembered over a restart. What cannot arrive because somebody's direct messages are closed is shown
with the next command that they use.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, TypeVar

import discord
import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from bot import errors, invited, meeting
from bot.cards import notice
from bot.postbox import AGAIN, Fate, refusal
from bot.unreachable import Notice
from bot.views import Item, Layout, Pressed, show_later, turn_to
from storage import deliveries, invitations, invitations_received, wishes
from storage.answers import utcnow
from storage.deliveries import Delivery, Occasion
from storage.errors import ColloquyError, InvitationClosed, StorageError
from storage.invitations import Invitation, State
from storage.wishes import Wish

if TYPE_CHECKING:
    from bot.client import Colloquy

    Press = discord.Interaction[Colloquy]

log = structlog.get_logger("colloquy.collaborate")
T = TypeVar("T")

ACCEPT, DECLINE, LATER, BLOCK = "Accept", "Decline", "Later", "Block sender"
LABELS = {"accept": ACCEPT, "decline": DECLINE, "later": LATER, "block": BLOCK}
STYLES = {"accept": discord.ButtonStyle.success, "block": discord.ButtonStyle.danger}


async def once(client: Colloquy) -> None:
    """Everything that is due now."""
    now = utcnow()
    async with client.database.write() as session:
        await invitations.expire(session, now)
        await invitations.forget_older(session, now)
    await deliver(client)
    await _each(client, partial(deliveries.take_accepted, now=now), _tell_sender)
    await _each(client, partial(wishes.take_fulfilled, now=now), _tell_wisher)


async def deliver(client: Colloquy) -> None:
    """Show invitations that are due; never raises, for its caller may be a sender's command."""
    await _each(client, partial(deliveries.take_due, now=utcnow()), _show)


async def tell_sender(client: Colloquy, invitation_id: int) -> None:
    """Tell the sender of an invitation that was accepted just now; never raises."""
    take = partial(deliveries.take_accepted, now=utcnow(), invitation_id=invitation_id)
    await _each(client, take, _tell_sender)


async def _each(
    client: Colloquy,
    take: Callable[[AsyncSession], Awaitable[Sequence[T]]],
    tell: Callable[[Colloquy, T], Awaitable[None]],
) -> None:
    """Tell everything that is taken; what goes wrong with one does not keep the others."""
    try:
        async with client.database.write() as session:
            taken = await take(session)
    except ColloquyError as error:
        log.warning("not_delivered", code=error.code)
        return
    for one in taken:
        try:
            await tell(client, one)
        except ColloquyError as error:
            log.warning("not_delivered", code=error.code)
        except Exception as error:  # noqa: BLE001 - what was begun is not lost
            errors.report(error, doing="inviting")


async def _show(client: Colloquy, delivery: Delivery) -> None:
    found, occasion = delivery.invitation, delivery.occasion
    assert found.recipient_user_id is not None, "what is due has a recipient"
    view = layout(client, found, occasion)
    fate = await _try(client, found.recipient_user_id, view, f"inv-{found.id}-{occasion}")
    async with client.database.write() as session:
        if fate is None:
            await deliveries.mark_shown(session, found.id, utcnow())
        elif fate in AGAIN:
            await deliveries.put_back(session, found.id, occasion, utcnow())
        else:
            await deliveries.mark_closed(session, found.id)


async def take_back(client: Colloquy, found: Invitation) -> None:
    """Leave nothing to press where an invitation was shown that its sender has taken back."""
    assert found.recipient_user_id is not None, "it was for somebody"
    presses = frozenset(AnswerInvitation(found.id, what).custom_id for what in LABELS)
    over = Layout(invited.over(found))
    try:
        await client.courier.postbox.replace(found.recipient_user_id, presses, over)
    except Exception as error:  # noqa: BLE001 - a press is answered all the same
        if refusal(error) is None:
            errors.report(error, doing="inviting")
        log.info("not_taken_back", why=str(error))


async def _tell_sender(client: Colloquy, found: Invitation) -> None:
    assert found.sender_user_id is not None, "only those with a sender are taken"
    view = outcome(client, found, sender=True)
    fate = await _try(client, found.sender_user_id, view, f"inv-{found.id}-accepted")
    async with client.database.write() as session:
        if fate is None:
            await deliveries.mark_told(session, found.id, utcnow())
        elif fate in AGAIN:
            await deliveries.tell_again(session, found.id)
        else:
            await deliveries.could_not_tell(session, found.id)


async def _tell_wisher(client: Colloquy, wish: Wish) -> None:
    view = came_true(wish)
    fate = await _try(client, wish.user_id, view, f"wish-{wish.researcher.id}")
    async with client.database.write() as session:
        if fate is None:
            await wishes.forget(session, wish)
        elif fate in AGAIN:
            await wishes.put_back(session, wish)
        else:
            await wishes.could_not_tell(session, wish)


async def _try(client: Colloquy, user_id: int, view: Awaitable[Layout], nonce: str) -> Fate | None:
    """Write to a person; what became of it if it did not arrive."""
    try:
        await client.courier.postbox.show_to(user_id, await view, nonce)
    except StorageError as error:
        log.warning("not_shown", code=error.code)
        return Fate.LATER
    except Exception as error:  # noqa: BLE001 - whatever it is, it has to be shown otherwise
        meant = refusal(error)
        if meant is None:
            errors.report(error, doing="inviting")
            return Fate.UNSENDABLE
        log.info("not_shown", fate=meant.fate.name, why=meant.why)
        return meant.fate
    return None


async def unseen(client: Colloquy, user_id: int) -> list[Notice]:
    """What could not reach a person, to be shown to them alone.

    A few at a time: where somebody took the bot along, it may follow up five times.
    """
    now = utcnow()
    async with client.database.read() as session:
        received = await deliveries.unseen(session, user_id, now)
        answered = await deliveries.untold(session, user_id, now)
        true = await wishes.untold(session, user_id, now)
    notices = []
    for found in received:
        shown = partial(deliveries.mark_shown, invitation_id=found.id, now=now)
        notices.append(Notice(await layout(client, found, Occasion.NEW), (shown,)))
    for found in answered:
        told = partial(deliveries.mark_told, invitation_id=found.id, now=now)
        notices.append(Notice(await outcome(client, found, sender=True), (told,)))
    return notices + [
        Notice(await came_true(wish), (partial(wishes.forget, wish=wish),)) for wish in true
    ]


async def layout(client: Colloquy, found: Invitation, occasion: Occasion = Occasion.NEW) -> Layout:
    """An invitation with its buttons."""
    sender = await meeting.sender_of(client, found)
    guild = client.get_guild(found.guild_id) if found.guild_id is not None else None
    card = invited.invitation(found, sender, guild.name if guild else None, occasion=occasion)
    return Layout(card, [AnswerInvitation(found.id, what) for what in LABELS])


async def outcome(client: Colloquy, found: Invitation, *, sender: bool) -> Layout:
    """That an invitation was accepted, for its sender or for its recipient."""
    if sender:
        name = found.researcher.name
        theirs = await meeting.what_they_share(client, found.recipient_user_id)
    else:
        name = "Somebody who has erased their data"
        if found.sender_user_id is not None:
            name = (await meeting.sender_of(client, found)).known_as
        theirs = await meeting.what_they_share(client, found.sender_user_id)
    return Layout(invited.accepted(found, name, theirs, sender=sender))


async def came_true(wish: Wish) -> Layout:
    """That somebody can be invited now."""
    # Answered by `collaborate.InviteThem`.
    invite = f"invite:1:{wish.researcher.id}"
    row: list[Item] = [discord.ui.Button(label="Invite", custom_id=invite)]
    return Layout(invited.came_true(wish.researcher), row)


class AnswerInvitation(Pressed, template=r"invitation:1:(\d+):(accept|decline|later|block)"):
    """What its recipient, and nobody else, can do with an invitation."""

    def __init__(self, invitation_id: int, what: str) -> None:
        self.invitation_id, self.what = invitation_id, what
        super().__init__(
            discord.ui.Button(
                label=LABELS[what],
                style=STYLES.get(what, discord.ButtonStyle.secondary),
                custom_id=f"invitation:1:{invitation_id}:{what}",
            )
        )

    @errors.answered
    async def callback(self, interaction: Press) -> None:
        try:
            await self._answer(interaction)
        except InvitationClosed as error:  # the message it is pressed under is over, too
            await turn_to(interaction, Layout(notice(error.sentence)))

    async def _answer(self, interaction: Press) -> None:
        if self.what == "accept":
            await _accept(interaction, self.invitation_id)
            return
        user_id = interaction.user.id
        async with interaction.client.database.write() as session:
            if self.what == "decline":
                found = await invitations_received.decline(session, self.invitation_id, user_id)
                card = invited.declined(found)
            elif self.what == "later":
                found = await invitations_received.later(session, self.invitation_id, user_id)
                card = invited.snoozed(found)
            else:
                await invitations_received.block_sender(session, self.invitation_id, user_id)
                card = invited.blocked()
        await turn_to(interaction, Layout(card))


async def _accept(interaction: Press, invitation_id: int) -> None:
    """Accept, bring the two together, and tell the sender.

    Pressed again, it shows once more how the two reach each other.
    """
    client = interaction.client
    async with client.database.write() as session:
        found = await invitations.get(session, invitation_id)
        before = found.state is State.ACCEPTED and found.recipient_user_id == interaction.user.id
        if not before:
            found = await invitations_received.accept(session, invitation_id, interaction.user.id)
    if before:
        await interaction.response.defer(thinking=True, ephemeral=True)
        await show_later(interaction, await outcome(client, found, sender=False))
        return
    await interaction.response.defer()
    await meeting.meet(client, found, await meeting.sender_of(client, found))
    async with client.database.read() as session:
        found = await invitations.get(session, invitation_id)
    await show_later(interaction, await outcome(client, found, sender=False))
    await tell_sender(client, invitation_id)
