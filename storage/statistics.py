"""What a server makes of the bot, in numbers: never who, only how many."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import distinct, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from storage import researchers
from storage.schema import (
    AnnouncementRow,
    AnswerRow,
    DestinationRow,
    FollowRow,
    RatingRow,
    WorkRow,
)

DAYS = 30
"""How many days are looked at, today the last."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Statistics:
    """A server's numbers.

    Attributes:
        days: each day looked at with its questions, in order, quiet days with 0.
        people: who asked on these days.
        good, poor: what people said of the answers of these days.
        followed: researchers followed in the server's channels.
        sent: papers announced there, of those still kept.
        researchers, works: stored for everybody.
    """

    days: tuple[tuple[date, int], ...]
    people: int
    good: int
    poor: int
    followed: int
    sent: int
    researchers: int
    works: int

    @property
    def questions(self) -> int:
        return sum(number for _, number in self.days)


async def of_server(session: AsyncSession, guild_id: int, now: datetime) -> Statistics:
    """The numbers of a server over the last `DAYS`."""
    first = now.date() - timedelta(days=DAYS - 1)
    asked = (
        AnswerRow.guild_id == guild_id,
        AnswerRow.asked_at >= datetime.combine(first, time.min),
    )
    moments = await session.scalars(select(AnswerRow.asked_at).where(*asked))
    counted = Counter(moment.date() for moment in moments)
    ratings = await session.execute(
        select(RatingRow.good, func.count())
        .join(AnswerRow, AnswerRow.id == RatingRow.answer_id)
        .where(*asked)
        .group_by(RatingRow.good)
    )
    said: dict[bool, int] = dict(ratings.all())
    here = DestinationRow.guild_id == guild_id
    followed = select(func.count(distinct(FollowRow.researcher_id))).join(
        DestinationRow, DestinationRow.id == FollowRow.destination_id
    )
    sent = select(func.count(AnnouncementRow.id)).join(
        DestinationRow, DestinationRow.id == AnnouncementRow.destination_id
    )
    people = select(func.count(distinct(AnswerRow.user_id))).where(*asked)
    return Statistics(
        days=tuple((day, counted[day]) for day in (first + timedelta(n) for n in range(DAYS))),
        people=await session.scalar(people) or 0,
        good=said.get(True, 0),
        poor=said.get(False, 0),
        followed=await session.scalar(followed.where(here)) or 0,
        sent=await session.scalar(sent.where(here, AnnouncementRow.state == "sent")) or 0,
        researchers=await researchers.count(session),
        works=await session.scalar(select(func.count(WorkRow.id))) or 0,
    )
