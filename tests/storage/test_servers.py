from storage import privacy, servers
from storage.database import Database


async def test_a_bot_is_told_which_of_its_servers_are_missing(database: Database) -> None:
    async with database.write() as session:
        assert await servers.remember(session, 1, {7, 8}) == []
        assert await servers.remember(session, 2, {8, 9}) == []
        assert await servers.remember(session, 1, {8, 10}) == [7]
        assert await servers.remember(session, 1, set()) == [7, 8, 10]
        await privacy.leave_server(session, 8)
        assert await servers.remember(session, 1, {10}) == [7]
        assert await servers.remember(session, 2, set()) == [9]
