"""Which records are one person's, also where joins lead round in a circle."""

from __future__ import annotations

import asyncio

from sqlalchemy.ext.asyncio import AsyncSession

from storage import circles, finding, joining, listening, persons, researchers, storing
from storage.answers import utcnow
from storage.database import Database
from storage.errors import ColloquyError
from storage.persons import Part, Placed
from storage.schema import JoinRow
from tests.storage.papers import paper


async def _records(session: AsyncSession, *names: str) -> list[int]:
    return [await researchers.ensure(session, name, "arXiv") for name in names]


async def _join(session: AsyncSession, *pairs: tuple[int, int]) -> None:
    for record, kept in pairs:
        session.add(JoinRow(record_id=record, kept_id=kept, user_id=1, joined_at=utcnow()))
        await session.flush()


async def test_two_moderators_who_join_the_same_two_at_once_join_them_once(
    database: Database,
) -> None:
    async with database.write() as session:
        one, other = await _records(session, "Ada Lovelace", "A Lovelace")

    async def join(record: int, kept: int) -> None:
        async with database.write() as session:
            await joining.join(session, record, kept, 1)
            await asyncio.sleep(0.1)  # the other has looked meanwhile

    done = await asyncio.gather(join(one, other), join(other, one), return_exceptions=True)
    assert sorted(isinstance(result, ColloquyError) for result in done) == [False, True]
    async with database.read() as session:
        assert len(await circles.joins(session)) == 1


async def test_joins_that_lead_in_a_circle_stop_nobody(database: Database) -> None:
    async with database.write() as session:
        a, b, c = await _records(session, "Ada Lovelace", "A Lovelace", "Ada King")
        await _join(session, (a, b), (b, a), (c, a))
        assert await circles.joins(session) == {a: b, c: b}
        assert (await finding.resolve(session, "Ada King")).id == b
        assert (await joining.part(session, c, 1)).id == a
        await joining.part(session, a, 1)
        assert await circles.joins(session) == {b: a}


async def test_a_circle_holds_whatever_is_one_persons(database: Database) -> None:
    async with database.write() as session:
        a, b, c, other = await _records(session, "Ada Lovelace", "A Lovelace", "Ada King", "Bo")
        ids = (await storing.store(session, [paper(1), paper(2)], a)).new
        behind = await persons.save(session, a, [Part(str(i), (Placed(i, 1.0, ""),)) for i in ids])
        await _join(session, (a, b), (b, c))
        for known in (a, b, c, behind[0]):
            assert await circles.of(session, [known]) == {a, b, c}
        assert await circles.of(session, [b, other]) == {a, b, c, other}
        assert await circles.of(session, []) == set()
        assert [one.id for one in await listening.sought(session, [behind[1]])] == [a, b, c]
