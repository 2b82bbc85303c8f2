from storage import destinations, privacy, servers
from storage.database import Database


async def test_the_servers_of_each_bot_are_known_until_they_are_left(database: Database) -> None:
    async with database.write() as session:
        await servers.remember(session, 1, {7, 8})
        await servers.remember(session, 1, {8, 10})
        await servers.remember(session, 2, {8, 9})
        await servers.remember(session, 2, set())
        assert await servers.known(session, 1) == [7, 8, 10]
        assert await servers.known(session, 2) == [8, 9]
        await privacy.leave_server(session, 1, 7)
        assert await servers.known(session, 1) == [8, 10]
        assert await servers.known(session, 2) == [8, 9]


async def test_a_server_is_forgotten_once_the_last_bot_has_left_it(database: Database) -> None:
    async with database.write() as session:
        await servers.remember(session, 1, {8})
        await servers.remember(session, 2, {8})
        await destinations.ensure_channel(session, 77, 8)
        await privacy.leave_server(session, 1, 8)
        assert await servers.known(session, 2) == [8]
        assert await destinations.find(session, channel_id=77) is not None
        await privacy.leave_server(session, 2, 8)
        assert await servers.known(session, 2) == []
        assert await destinations.find(session, channel_id=77) is None
