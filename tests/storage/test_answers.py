import time
from dataclasses import asdict
from typing import Any

import pytest
from sqlalchemy import select

from storage import answers, privacy
from storage.answers import Asked
from storage.database import Database, bare
from storage.errors import StaleButton
from storage.schema import AnswerRow


def _asked(**facts: Any) -> Asked:
    defaults: dict[str, Any] = {
        "user_id": 1,
        "guild_id": 2,
        "channel_id": 3,
        "private": False,
        "question": "What is GhostNet?",
        "turn": {"kind": "content"},
        "passages": ({"number": 1, "title": "GhostNet"},),
    }
    return Asked(**(defaults | facts))


async def test_an_answer_is_found_by_its_message(database: Database) -> None:
    async with database.write() as session:
        kept = await answers.keep(session, _asked())
        await answers.set_message(session, kept, 99)
    async with database.read() as session:
        found = await answers.by_message(session, 99)
        assert found == _asked(id=kept, message_id=99)
        assert await answers.by_message(session, 98) is None


async def test_private_answers_are_nobody_elses_history(database: Database) -> None:
    async with database.write() as session:
        await answers.keep(session, _asked(question="open"))
        await answers.keep(session, _asked(question="mine", private=True))
        await answers.keep(session, _asked(question="theirs", user_id=7, private=True))
        everybody = await answers.recent(session, 3)
        mine = await answers.recent(session, 3, user_id=1)
    assert [asked.question for asked in everybody] == ["open"]
    assert [asked.question for asked in mine] == ["open", "mine"]


async def test_old_answers_go_with_their_ratings_and_their_buttons_say_so(
    database: Database,
) -> None:
    async with database.write() as session:
        kept = await answers.keep(session, _asked())
        await answers.rate(session, kept, 5, good=True)
        await answers.rate(session, kept, 5, good=False)
        await answers.open_thread(session, 50, 1)
        assert await answers.is_own_thread(session, 50)
        await answers.forget_older(session, days=-1)
        assert not await answers.is_own_thread(session, 50)
        with pytest.raises(StaleButton):
            await answers.rate(session, kept, 5, good=True)


async def test_buttons_of_an_erased_answer_never_show_somebody_elses(database: Database) -> None:
    async with database.write() as session:
        adas = await answers.keep(session, _asked())
        await privacy.erase(session, 1)
        bobs = await answers.keep(session, _asked(user_id=7, question="in direct messages"))
        assert bobs != adas
        with pytest.raises(StaleButton):
            await answers.get(session, adas)


async def test_answers_that_rest_on_works_that_go_are_let_go_of_without_holding_anybody_up(
    database: Database,
) -> None:
    passages = [{"number": n, "work_id": n, "quote": "It says so. " * 20} for n in range(1, 9)]
    about_others = _asked(passages=({"number": 1, "work_id": 12, "quote": '"work_id": 1'},))
    unsourced = _asked(passages=({"number": 1, "title": "GhostNet"},))
    async with database.write() as session:
        row = {**asdict(_asked(passages=passages)), "asked_at": answers.utcnow()}
        del row["id"]
        await session.execute(bare(AnswerRow).insert(), [row] * 10_000)
        stay = [await answers.keep(session, asked) for asked in (about_others, unsourced)]
    async with database.write() as session:
        await answers.open_thread(session, 50, 1)  # what a first statement prepares
        before = time.thread_time()
        await answers.forget_works(session, [1, 5])
        assert time.thread_time() - before < 0.05  # of everybody else's time
        assert list(await session.scalars(select(AnswerRow.id))) == stay
