"""Every step of the schema, from the version before it, on real rows."""

import asyncio
import re
from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.exc import IntegrityError

from storage import (
    answers,
    blocks,
    destinations,
    follows,
    given_roles,
    privacy,
    watches,
    works,
)
from storage.database import MIGRATIONS, Database, latest_schema, upgrade
from storage.given_roles import GivenRole
from storage.schema import Base

ROWS = (
    "INSERT INTO researchers (id, name, name_key, source, role, description, open_to_collaborate,"
    " level, claimed) VALUES (1, 'Ada', 'ada', 'arXiv', 'Researcher', '', TRUE, 1, FALSE)",
    "INSERT INTO works (id, source_id, title, abstract, year, kind, source, categories,"
    " authors_complete, text_hash) VALUES"
    " (1, 'arxiv:2001.00001', 'A title', 'A text.', 2020, 'preprint', 'arXiv', '[]', TRUE, '')",
    "INSERT INTO attributions VALUES (1, 1, 1.0, 'listed')",
    "INSERT INTO answers (id, user_id, channel_id, private, question, turn, passages, asked_at)"
    " VALUES (1, 7, 8, FALSE, 'What?', '{}', '[]', '2026-01-01 00:00:00')",
)


async def _migrated(database: Database, version: str, rows: Sequence[str]) -> None:
    """Bring a database up to date that this version wrote, with these rows."""

    def before(connection: Connection) -> None:
        _empty(connection)
        upgrade(connection, version)
        for row in rows:
            connection.execute(text(row))

    async with database.write() as session:
        await (await session.connection()).run_sync(before)
    await database.migrate()


def _empty(connection: Connection) -> None:
    Base.metadata.drop_all(connection)
    connection.execute(text("DROP TABLE alembic_version"))


async def test_from_the_first_version_nothing_is_lost(database: Database) -> None:
    await _migrated(database, "0001", ROWS)
    assert await database.schema_version() == latest_schema()
    async with database.read() as session:
        places = await session.execute(
            text(
                "SELECT work_id, reason, part, record_id FROM "
                "attributions, researchers WHERE researcher_id = id"
            )
        )
        assert places.all() == [(1, "listed", 0, None)]
        kept = await session.execute(
            text("SELECT title, question, name FROM works, answers, researchers")
        )
        assert kept.all() == [("A title", "What?", "Ada")]


async def test_of_several_that_start_at_once_one_migrates(database: Database) -> None:
    async with database.write() as session:
        await (await session.connection()).run_sync(_empty)
    starting = [Database(database.url.render_as_string(hide_password=False)) for _ in range(3)]
    await asyncio.gather(*(one.migrate() for one in starting))
    for one in starting:
        assert await one.schema_version() == latest_schema()
        await one.close()


async def test_what_refers_to_a_changed_table_still_does(database: Database) -> None:
    await test_from_the_first_version_nothing_is_lost(database)
    async with database.write() as session:
        with pytest.raises(IntegrityError):
            async with session.begin_nested():
                await session.execute(text("UPDATE researchers SET level = 5"))
        with pytest.raises(IntegrityError):
            async with session.begin_nested():
                await session.execute(text("UPDATE attributions SET researcher_id = 9"))
        await session.execute(text("DELETE FROM researchers"))
        assert await session.scalar(text("SELECT count(*) FROM attributions")) == 0


CLAIMED = (
    *ROWS[:1],
    "INSERT INTO review_places (guild_id, channel_id, role_id) VALUES (7, 8, 9), (6, 8, NULL)",
    "INSERT INTO claims (id, researcher_id, user_id, guild_id, state, codes, codes_until, why,"
    " started_at, changed_at, told) VALUES"
    " (1, 1, 5, 7, 'verified', '{}', '2026-01-01 00:00:00', '', '2026-01-01 00:00:00',"
    " '2026-01-01 00:00:00', TRUE)",
    "INSERT INTO claim_steps (id, claim, researcher_id, user_id, claimant_user_id, what, state,"
    " why, at) VALUES (1, 1, 1, 5, 5, 'started', 'awaiting', '', '2026-01-01 00:00:00'),"
    " (2, 2, 1, NULL, NULL, 'started', 'awaiting', '', '2026-01-01 00:00:00')",
)


async def test_roles_that_were_given_and_whose_a_step_was_are_known_afterwards(
    database: Database,
) -> None:
    await _migrated(database, "0013", CLAIMED)
    async with database.read() as session:
        assert await given_roles.of(session, [5]) == [GivenRole(7, 5, 9)]
        steps = await session.scalars(text("SELECT claimant_key FROM claim_steps ORDER BY id"))
        assert steps.all() == [await blocks.key_of(session, 5), None]


async def test_ids_that_were_in_use_are_kept_and_those_that_go_are_not_given_out_again(
    database: Database,
) -> None:
    rows = [
        *ROWS[:2],
        "INSERT INTO attributions VALUES (1, 1, 1.0, 'listed', NULL)",
        ROWS[3].replace("VALUES (1, 7,", "VALUES (4, 7,"),
        "INSERT INTO ratings VALUES (4, 6, TRUE, '2026-01-01 00:00:00')",
    ]
    if database.dialect == "postgresql":
        rows.append("SELECT setval('answers_id_seq', 4)")
    await _migrated(database, "0016", rows)
    async with database.write() as session:
        assert await works.ids_of(session, [1]) == [1]
        asked = await answers.get(session, 4)
        assert await session.scalar(text("SELECT count(*) FROM ratings")) == 1
        await privacy.erase(session, 7)
        assert await session.scalar(text("SELECT count(*) FROM ratings")) == 0
        assert await answers.keep(session, asked) > 4


async def test_who_was_looked_at_is_due_as_before(database: Database) -> None:
    moment = "2026-01-01 00:00:00"
    rows = (
        ROWS[0],
        "INSERT INTO watches (researcher_id, first_look_at, looked_at, due_at, watermark,"
        f" interval_minutes, failures) VALUES (1, '{moment}', '{moment}', '2026-01-01 03:00:00',"
        " '2026-01-01', 180, 2)",
    )
    await _migrated(database, "0017", rows)
    async with database.write() as session:
        due = datetime.fromisoformat("2026-01-01T03:00")
        assert await watches.first_looks(session, [1]) == {1: datetime.fromisoformat(moment)}
        to = await destinations.ensure_direct(session, 7)
        await follows.add(session, 1, to, user_id=7, set_by=7)
        assert await watches.due(session, due - timedelta(minutes=1), 9) == []
        [watch] = await watches.due(session, due, 9)
        kept = (watch.first, watch.watermark, watch.interval, watch.failures)
        assert kept == (False, due.date(), timedelta(hours=3), 2)
        await session.execute(text("DELETE FROM researchers"))
        assert await session.scalar(text("SELECT count(*) FROM watches")) == 0


def test_what_a_step_does_is_not_changed_by_the_program_that_comes_after() -> None:
    for step in (MIGRATIONS / "versions").glob("*.py"):
        assert not re.search(
            r"^(?:from|import) (?:storage|retrieval|bot)\b", step.read_text(), re.M
        )
