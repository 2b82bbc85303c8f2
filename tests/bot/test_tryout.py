"""The try-out, as a browser finds it."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bot import tryout
from bot.live import create
from bot.parts import Parts
from bot.tryout import GUILD_ID, open_tryout
from storage import finding, places, researchers, storing
from storage.errors import MissingPackages
from tests.storage.papers import paper

ROOT = Path(__file__).parents[2]


class Browser:
    """Speaks to the page as its own script does."""

    def __init__(self, url: str, session: aiohttp.ClientSession) -> None:
        self.origin, _, capability = url.partition("/#")
        self._session = session
        self._headers = {"X-Simcord-Capability": capability}
        self._sent = 0

    async def open(self) -> None:
        state = await self._send("POST", "/api/pages", {})
        self._headers["X-Simcord-Context"] = state["context"]["id"]

    async def shown(self) -> str:
        """Everything on the page, as text."""
        return str((await self._send("GET", "/api/state"))["messages"])

    async def type(self, text: str) -> Any:
        """Send a message from the composer; returns what became of it."""
        state = await self._send("GET", "/api/state")
        self._sent += 1
        return await self._send(
            "POST",
            "/api/action",
            {
                "protocol_version": 3,
                "sequence": self._sent,
                "request_id": f"r{self._sent}",
                "generation": state["context"]["generation"],
                "bot_generation": state["botGeneration"],
                "published_revision": state["publishedRevision"],
                "kind": "send_message",
                "content": text,
            },
        )

    async def _send(self, method: str, path: str, body: object = None) -> Any:
        url = f"{self.origin}{path}"
        async with self._session.request(method, url, json=body, headers=self._headers) as answer:
            assert answer.status == 200, await answer.text()
            return await answer.json()


@contextlib.asynccontextmanager
async def opened_tryout(parts: Parts, port: int = 0) -> AsyncIterator[str]:
    """A running try-out; gives its address, and stops it as Ctrl-C does."""
    address: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    task = asyncio.create_task(open_tryout(parts, port, address.set_result))
    waiting: set[asyncio.Future[Any]] = {task, address}
    await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
    try:
        yield address.result() if address.done() else await _failure(task)
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


@contextlib.asynccontextmanager
async def browsing(parts: Parts) -> AsyncIterator[Browser]:
    """A browser in a running try-out."""
    async with opened_tryout(parts) as url, aiohttp.ClientSession() as session:
        browser = Browser(url, session)
        await browser.open()
        yield browser


async def _failure(task: asyncio.Task[None]) -> str:
    await task
    raise AssertionError("the try-out ended before it began")


async def test_the_page_greets_and_says_what_it_is(parts: Parts) -> None:
    async with parts.database.write() as session:
        await storing.store(
            session, [paper(1)], await researchers.ensure(session, "Bo Li", "arXiv")
        )
    async with browsing(parts) as browser:
        shown = await browser.shown()
    assert "simulated Discord" in shown
    assert "/ask" in shown
    assert "(35 works)" in shown
    assert "(1 work)" in shown


async def test_the_sample_is_whom_questions_are_about(parts: Parts) -> None:
    async with browsing(parts):
        pass
    async with parts.database.read() as session:
        place = await places.get(session, GUILD_ID)
        assert place.researcher_id == (await finding.resolve(session, "Kai Han")).id


async def test_a_choice_made_in_the_last_tryout_is_kept(parts: Parts) -> None:
    async with browsing(parts):
        pass
    async with parts.database.write() as session:
        other = await researchers.ensure(session, "Somebody Else", "snapshot")
        await places.set_researcher(session, GUILD_ID, None, other)
    async with browsing(parts):
        pass
    async with parts.database.read() as session:
        assert (await places.get(session, GUILD_ID)).researcher_id == other


async def test_clicks_and_the_clock_never_collide(
    parts: Parts, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tryout, "TICK_S", 0.002)
    async with browsing(parts) as browser:
        for n in range(20):
            result = await browser.type(f"message {n}")
            assert not result["rejected"], result
        assert "message 19" in await browser.shown()


async def test_a_refusal_is_shown_as_an_answer_and_not_as_a_breakdown(
    parts: Parts, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("a defect")

    bot = create(parts)
    async with tryout.simulated(bot) as (env, people):
        await bot.tree.sync()
        guild = env.create_guild("Try Colloquy", id=GUILD_ID)
        channel = guild.create_text_channel("ask")
        ada = guild.add_member(people[0])
        refused = await ada.slash(channel, "researcher profile", researcher="Nobody Special")
        assert refused.response is not None
        assert "I know no researcher" in refused.response.content
        assert env.errors == []
        monkeypatch.setattr("bot.commands.researcher.profiles.found", broken)
        await ada.slash(channel, "researcher search", name="Kai")
        assert len(env.errors) == 1


async def test_a_second_tryout_starts_with_an_empty_channel(parts: Parts) -> None:
    async with browsing(parts) as browser:
        await browser.type("the first one was here")
    async with browsing(parts) as browser:
        assert "the first one was here" not in await browser.shown()


async def test_nobody_gets_in_without_the_address(parts: Parts) -> None:
    async with opened_tryout(parts) as url, aiohttp.ClientSession() as session:
        origin = url.partition("/#")[0]
        async with session.post(f"{origin}/api/pages", json={}) as answer:
            assert answer.status == 401
        async with session.get(origin, headers={"Host": "example.org"}) as answer:
            assert answer.status == 403


async def test_a_busy_port_gives_the_next_one(parts: Parts) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        async with opened_tryout(parts, port) as url:
            assert f":{port}/" not in url
            assert url.startswith("http://127.0.0.1:")


async def test_without_the_extra_one_sentence_says_what_to_install(
    parts: Parts, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tryout, "find_spec", lambda _: None)
    with pytest.raises(MissingPackages) as failed:
        await open_tryout(parts, 0, print)
    install = failed.value.sentence.split("`")[1].removeprefix("python -m ")
    assert f".venv/bin/{install}" in (ROOT / "README.md").read_text()
    lock = ROOT / install.rpartition(" ")[2]
    assert "simcord==" in lock.read_text()
