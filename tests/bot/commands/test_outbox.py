"""The state of the outbox, as a moderator sees it."""

from __future__ import annotations

from simcord import ChannelHandle, MemberActor

from bot import followed
from bot.client import Colloquy
from storage import destinations
from storage.announcements import Queue, State
from storage.answers import utcnow
from tests.bot.published import published
from tests.bot.seeing import options, reply, words


def test_states_that_read_alike_are_counted_together() -> None:
    counts = {State.SENT: 4, State.FILTERED: 2, State.PAUSED: 1_000}
    shown = followed.outbox(Queue(counts, None), [], utcnow()).sections
    assert "not sent 1,002 · sent 4" in shown


async def test_admin_sees_the_queue_and_resumes_a_paused_place(
    ada: MemberActor, mod: MemberActor, channel: ChannelHandle, bot: Colloquy
) -> None:
    await mod.slash(channel, "follow add", researcher="Kai Han", where=channel)
    await published(bot)
    async with bot.database.write() as session:
        place = await destinations.find(session, channel_id=channel.id)
        assert place is not None
        await destinations.pause(session, place.id, "I may not write there")
    shown = await mod.slash(channel, "admin announcements")
    assert "waiting 1" in words(shown)
    assert "I may not write there" in words(shown)
    await mod.select(reply(shown), list(options(shown).values()))
    async with bot.database.read() as session:
        assert await destinations.paused(session) == []
