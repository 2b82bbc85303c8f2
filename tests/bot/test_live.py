"""What the bot does by itself, from its start to its end."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import date, datetime, time, timedelta, timezone, tzinfo
from types import SimpleNamespace

import chromadb
import discord
import pytest
from chromadb.api.client import Client
from chromadb.config import Settings
from discord.ext import tasks
from simcord import ChannelHandle, Env, MemberActor
from sqlalchemy import update

from bot.live import Live
from retrieval.ingest import embed_pending
from storage import answers, storing
from storage.schema import ThreadRow
from tests.bot.seeing import words
from tests.storage.papers import paper


async def test_it_starts(
    env: Env, channel: ChannelHandle, ada: MemberActor, mod: MemberActor, bot: Live
) -> None:
    assert bot.user is not None


class NobodyDue:
    """A watcher with nobody to look at."""

    async def once(self) -> None:
        """Looks at nobody."""


async def test_channels_hear_of_papers_while_many_people_are_still_written_to(
    env: Env, bot: Live, monkeypatch: pytest.MonkeyPatch
) -> None:
    rounds, again = Counter[bool](), asyncio.Event()

    async def drain(*, direct: bool) -> None:
        rounds[direct] += 1
        if rounds[False] > 1:
            again.set()
        if direct:
            await asyncio.Event().wait()

    monkeypatch.setattr(bot.courier, "drain", drain)
    bot.watcher = NobodyDue()  # type: ignore[assignment]
    await bot.on_ready()
    await asyncio.wait_for(again.wait(), 20)
    assert rounds[True] == 1
    for late in bot._rounds:
        late.cancel()


async def test_an_index_that_is_lost_while_it_runs_comes_back(
    env: Env, ada: MemberActor, channel: ChannelHandle, bot: Live
) -> None:
    async def similar() -> str:
        return words(await ada.slash(channel, "graph similar", work="OnlineVPO"))

    found = await similar()
    assert "cosine" in found
    other = chromadb.PersistentClient(bot.settings.index_dir, Settings(anonymized_telemetry=False))
    assert isinstance(other, Client)
    for collection in other.list_collections():
        other.delete_collection(collection.name)
    other.close()
    assert await similar() != found
    await env.advance_time(61)
    await env.settle()
    assert await similar() == found


async def test_what_another_process_brings_in_is_found_a_minute_later(env: Env, bot: Live) -> None:
    """Each has an index of its own: another bot, or an import, fills only the database for it."""
    text = "How loaves rise in clay ovens"
    async with bot.database.write() as session:
        stored = await storing.store(session, [paper(1, title=text, abstract="They do.")])
    await embed_pending(bot.database, bot.embedder)
    question = bot.embedder.encode_question(text)
    assert (await bot.index.nearest(question, 1))[0][0] not in stored.new
    await env.advance_time(61)
    await env.settle()
    assert (await bot.index.nearest(question, 1))[0][0] in stored.new


async def test_a_clock_that_is_put_right_neither_hurries_nor_stops_the_rounds(
    bot: Live, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As after a laptop's sleep, or where the clock was wrong when the machine started."""
    ahead, rounds = timedelta(), 0

    class Clock(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override]
            return datetime.now(tz) + ahead

    for module in (discord.utils, tasks):
        clock = SimpleNamespace(
            datetime=Clock, timedelta=timedelta, timezone=timezone, time=time, date=date
        )
        monkeypatch.setattr(module, "datetime", clock)

    async def job() -> None:
        nonlocal rounds
        rounds += 1

    bot._begin("counting", 0.1, job)
    for moved in (timedelta(), timedelta(days=7), timedelta(hours=-3)):
        ahead, before = moved, rounds
        await asyncio.sleep(1)
        assert before < rounds < before + 12
    bot._loops["counting"].cancel()


async def test_what_is_older_than_promised_goes_once_the_bot_answers(bot: Live) -> None:
    async with bot.database.write() as session:
        await answers.open_thread(session, 50, 1)
        opened = answers.utcnow() - timedelta(days=bot.settings.answers.keep_days + 1)
        await session.execute(update(ThreadRow).values(opened_at=opened))

    async def kept() -> bool:
        async with bot.database.read() as session:
            return await answers.is_own_thread(session, 50)

    env = Env(bot, settle_timeout=30)
    await env.start()
    for _ in range(200):
        if not await kept():
            break
        await asyncio.sleep(0.05)
    assert not await kept()
    await env.shutdown()
