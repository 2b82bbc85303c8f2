"""What goes wrong with requests to Discord."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import aiohttp
import discord
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot import errors
from bot.postbox import PerhapsPosted, no_blind_repeats, refusal


async def test_only_a_forum_post_is_looked_for_before_it_is_repeated() -> None:
    """Everything else is repeated by the library, which knows its status only if nothing raises."""

    async def in_trouble(_: web.Request) -> web.Response:
        return web.Response(status=502)

    application = web.Application()
    application.router.add_post("/{where:.*}", in_trouble)
    async with (
        TestServer(application) as server,
        aiohttp.ClientSession(trace_configs=[no_blind_repeats()]) as session,
    ):
        for private in ("/channels/1/threads", "/channels/1/messages/2/threads"):
            async with session.post(server.make_url(private)) as response:
                assert response.status == 502
        with pytest.raises(PerhapsPosted):
            await session.post(
                server.make_url("/channels/1/threads"), params={"use_nested_fields": 1}
            )


def test_every_trouble_has_its_meaning() -> None:
    response: Any = SimpleNamespace(status=502, reason="Bad Gateway")
    for error in (
        discord.DiscordServerError(response, ""),
        discord.RateLimited(1.0),
        aiohttp.ServerDisconnectedError(),
        PerhapsPosted(),
        TimeoutError(),
        ConnectionResetError(),
    ):
        assert isinstance(error, errors.TROUBLE)
        assert refusal(error) is not None
