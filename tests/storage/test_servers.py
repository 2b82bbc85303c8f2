from storage import privacy, servers
from storage.database import Database


async def test_the_servers_of_each_bot_are_known_until_they_are_left(database: Database) -> None:
    async with database.write() as session:
        await servers.remember(session, 1, {7, 8})
        await servers.remember(session, 1, {8, 10})
        await servers.remember(session, 2, {8, 9})
        await servers.remember(session, 2, set())
        assert await servers.known(session, 1) == [7, 8, 10]
        assert await servers.known(session, 2) == [8, 9]
        await privacy.leave_server(session, 8)
        assert await servers.known(session, 1) == [7, 10]
        assert await servers.known(session, 2) == [9]
