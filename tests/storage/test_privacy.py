import json

from storage import answers, privacy
from storage.answers import Asked
from storage.database import Database


def _asked(user_id: int) -> Asked:
    return Asked(
        user_id=user_id,
        guild_id=None,
        channel_id=1,
        private=False,
        question=f"question of {user_id}",
        turn={},
        passages=(),
    )


async def test_export_shows_all_that_is_held_and_erase_leaves_the_others(
    database: Database,
) -> None:
    async with database.write() as session:
        mine = await answers.keep(session, _asked(1))
        theirs = await answers.keep(session, _asked(2))
        await answers.rate(session, theirs, 1, good=True)
        await answers.rate(session, mine, 2, good=True)
        await answers.open_thread(session, 77, 1)

        exported = await privacy.export(session, 1)
        assert json.loads(json.dumps(exported)) == exported
        assert {table: len(rows) for table, rows in exported.items()} == {
            "answers": 1,
            "ratings": 1,
            "threads": 1,
        }
        assert "question of 2" not in json.dumps(exported)

        await privacy.erase(session, 1)
        assert await privacy.export(session, 1) == {}
        assert (await answers.get(session, theirs)).question == "question of 2"
