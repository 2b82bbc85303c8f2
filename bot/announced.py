"""The papers of an announcement that a question is asked of: by its button, by a reply to it, in
the thread under it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import discord
from sqlalchemy.ext.asyncio import AsyncSession

from bot.announcing import in_order
from retrieval import at_hand
from storage import announcements
from storage.announcements import Announcement

if TYPE_CHECKING:
    from retrieval.question.typed import Turn

HINT = "What does it propose? · who wrote it? · on which data sets?"


def papers(told: Sequence[Announcement]) -> Turn:
    """What these announcements are about, as what a question is asked of."""
    works = [announcement.work for announcement in told]
    return at_hand.of(works, [r.researcher_id for a in told for r in a.reasons])


async def shown_as(
    session: AsyncSession, message_id: int, channel: Any, user_id: int
) -> Turn | None:
    """The papers that a message announces, in its order; None where it is no announcement.

    `channel` is where it stands, or the thread under it; `user_id` who may have been written to.
    """
    channels = [channel.id]
    if isinstance(channel, discord.Thread):
        channels.append(channel.parent_id)
    told = await announcements.by_message(session, message_id, channels, user_id)
    return papers(in_order(told)) if told else None
