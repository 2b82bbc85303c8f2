"""Bringing invitations to their recipients and answers to their senders, and what is pressed there.

Everything that is to be shown is recorded in `storage.deliveries`, so nothing here has to be
remembered over a restart. What cannot arrive because somebody's direct messages are closed is shown
with the next command that they use.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import discord
import structlog

from bot import errors, invited, meeting
from bot.postbox import Fate, refusal
from bot.unreachable import Notice
from bot.views import Layout, Pressed, show_later
from storage import deliveries, invitations, invitations_received, wishes
from storage.answers import utcnow
from storage.deliveries import Occasion
from storage.errors import ColloquyError
from storage.invitations import Invitation, State

if TYPE_CHECKING:
    from bot.client import Colloquy

    Press = discord.Interaction[Colloquy]

log = structlog.get_logger("colloquy.collaborate")

ACCEPT, DECLINE, LATER, BLOCK = "Accept", "Decline", "Later", "Block sender"
LABELS = {"accept": ACCEPT, "decline": DECLINE, "later": LATER, "block": BLOCK}
AGAIN = (Fate.LATER, Fate.UNCERTAIN)  # tried again soon, under the same nonce
STYLES = {"accept": discord.ButtonStyle.success, "block": discord.ButtonStyle.danger}


class Messenger:
    """Shows invitations to whom they are for, and tells senders what became of theirs."""

    def __init__(self, client: Colloquy) -> None:
        self._client = client

    async def once(self) -> None:
        """Everything that is due now."""
        now = utcnow()
        async with self._client.database.write() as session:
            await invitations.expire(session, now)
            await invitations.forget_older(session, now)
        await self.deliver()
        async with self._client.database.write() as session:
            accepted = await deliveries.take_accepted(session, now)
        for found in accepted:
            await self._tell_sender(found)
        await self._tell_wishers()

    async def deliver(self) -> None:
        """Show invitations that are due; never raises, for its caller may be a sender's command."""
        try:
            async with self._client.database.write() as session:
                due = await deliveries.take_due(session, utcnow())
        except ColloquyError as error:
            log.warning("not_delivered", code=error.code)
            return
        for delivery in due:
            try:
                await self._show(delivery.invitation, delivery.occasion)
            except ColloquyError as error:
                log.warning("not_delivered", code=error.code)
            except Exception as error:  # noqa: BLE001 - one must not keep the others
                errors.report(error, doing="inviting")

    async def _show(self, found: Invitation, occasion: Occasion) -> None:
        assert found.recipient_user_id is not None, "what is due has a recipient"
        view = await layout(self._client, found, occasion)
        fate = await self._try(found.recipient_user_id, view, f"inv-{found.id}-{occasion}")
        async with self._client.database.write() as session:
            if fate is None:
                await deliveries.mark_shown(session, found.id, utcnow())
            elif fate in AGAIN:
                await deliveries.put_back(session, found.id, occasion, utcnow())
            else:
                await deliveries.mark_closed(session, found.id)

    async def tell_sender(self, invitation_id: int) -> None:
        """Tell the sender of an invitation that was accepted just now."""
        async with self._client.database.write() as session:
            taken = await deliveries.take_accepted(session, utcnow(), invitation_id)
        for found in taken:
            await self._tell_sender(found)

    async def _tell_sender(self, found: Invitation) -> None:
        assert found.sender_user_id is not None, "only those with a sender are taken"
        view = await outcome(self._client, found, sender=True)
        fate = await self._try(found.sender_user_id, view, f"inv-{found.id}-accepted")
        if fate is None:
            return
        async with self._client.database.write() as session:
            if fate in AGAIN:
                await deliveries.tell_again(session, found.id)
            else:
                await deliveries.could_not_tell(session, found.id)

    async def _tell_wishers(self) -> None:
        async with self._client.database.write() as session:
            taken = await wishes.take_fulfilled(session)
        for wish in taken:
            view = Layout(invited.came_true(wish.researcher))
            fate = await self._try(wish.user_id, view, f"wish-{wish.researcher.id}")
            async with self._client.database.write() as session:
                if fate in AGAIN:
                    await wishes.put_back(session, wish)
                elif fate is not None:
                    await wishes.could_not_tell(session, wish)

    async def _try(self, user_id: int, view: Layout, nonce: str) -> Fate | None:
        """Write to a person; what became of it if it did not arrive."""
        try:
            await self._client.courier.postbox.show_to(user_id, view, nonce)
        except Exception as error:  # noqa: BLE001 - whatever it is, it has to be shown otherwise
            meant = refusal(error)
            if meant is None:
                errors.report(error, doing="inviting")
                return Fate.UNSENDABLE
            log.info("not_shown", fate=meant.fate.name, why=meant.why)
            return meant.fate
        return None

    async def unseen(self, user_id: int) -> list[Notice]:
        """What could not reach a person, to be shown to them alone.

        A few at a time: where somebody took the bot along, it may follow up five times.
        """
        now = utcnow()
        async with self._client.database.read() as session:
            received = await deliveries.unseen(session, user_id, now)
            answered = await deliveries.untold(session, user_id)
            true = await wishes.untold(session, user_id)
        notices = []
        for found in received:
            shown = partial(deliveries.mark_shown, invitation_id=found.id, now=now)
            notices.append(Notice(await layout(self._client, found, Occasion.NEW), (shown,)))
        for found in answered:
            told = partial(deliveries.mark_told, invitation_id=found.id, now=now)
            notices.append(Notice(await outcome(self._client, found, sender=True), (told,)))
        for wish in true:
            card = invited.came_true(wish.researcher)
            notices.append(Notice(Layout(card), (partial(wishes.forget, wish=wish),)))
        return notices


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
        await interaction.response.edit_message(view=Layout(card))


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
    await client.messenger.tell_sender(invitation_id)
