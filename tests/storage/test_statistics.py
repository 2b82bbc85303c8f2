from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy import update

from storage import answers, destinations, follows, researchers, statistics
from storage.answers import Asked
from storage.database import Database
from storage.follows import Every, Filter
from storage.schema import AnswerRow

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC).replace(tzinfo=None)


async def _ask(database: Database, guild: int, user: int, days_ago: int) -> int:
    asked = Asked(
        user_id=user,
        guild_id=guild,
        channel_id=3,
        private=False,
        question="?",
        turn={},
        passages=(),
    )
    async with database.write() as session:
        kept = await answers.keep(session, asked)
        when = NOW - timedelta(days=days_ago)
        await session.execute(update(AnswerRow).where(AnswerRow.id == kept).values(asked_at=when))
    return kept


async def test_a_server_is_counted_by_itself_and_for_these_days(database: Database) -> None:
    mine = [await _ask(database, 1, user, ago) for user, ago in ((1, 0), (1, 1), (2, 1), (3, 40))]
    other = await _ask(database, 2, 9, 0)
    async with database.write() as session:
        await answers.rate(session, mine[0], 5, True)
        await answers.rate(session, mine[1], 5, False)
        await answers.rate(session, mine[3], 5, True)
        await answers.rate(session, other, 5, True)
        kai = await researchers.ensure(session, "Kai Han", "arXiv")
        for guild in (1, 2):
            place = await destinations.ensure_channel(session, 10 + guild, guild)
            await follows.add(
                session, kai, place, user_id=None, set_by=1, every=Every.ONCE,
                wanted=Filter(), limit=9,
            )  # fmt: skip
    async with database.read() as session:
        found = await statistics.of_server(session, 1, NOW)
    assert len(found.days) == 30
    assert [number for _, number in found.days[-3:]] == [0, 2, 1]
    assert (found.questions, found.people, found.good, found.poor) == (3, 2, 1, 1)
    assert (found.followed, found.sent, found.researchers, found.works) == (1, 0, 1, 0)
