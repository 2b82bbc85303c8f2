"""The `check` command: what Colloquy stands on, each part named as fine or with its cure."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import discord
from rich.console import Console

from bot import datadir, logs
from bot.client import Colloquy, invite_links
from bot.compose import index_of, open_model
from bot.loading import load
from bot.permissions import lacking
from bot.settings import Settings
from bot.sync import logged_in, unpublished
from retrieval.embedding import BUNDLED
from retrieval.writers.model import ModelWriter
from storage import researchers, vectors, works
from storage.database import Database, latest_schema
from storage.errors import (
    ColloquyError,
    DatabaseTooNew,
    DataDirBusy,
    IndexServerUnavailable,
    IndexUnavailable,
    NothingImported,
)
from storage.phrases import plural

SERVERS_LOOKED_AT = 20


@dataclass(frozen=True, slots=True)
class Finding:
    """One part: when it is not fine, the text says what to do."""

    part: str
    state: Literal["ok", "note", "bad"]
    text: str


async def check(config: Path | None) -> bool:
    """Look at every part and print what was found; True when nothing is wrong."""
    console = Console(highlight=False, soft_wrap=True)
    colours = {"ok": "green", "note": "yellow", "bad": "red"}
    fine = True
    async for finding in findings(config):
        fine = fine and finding.state != "bad"
        console.print(f"{finding.state:<5}", style=colours[finding.state], end="")
        console.print(f"{finding.part}: {finding.text}", markup=False)
    return fine


async def findings(config: Path | None) -> AsyncIterator[Finding]:
    """Settings first, because nothing else can be looked at without them."""
    try:
        settings = load(config)
    except ColloquyError as error:
        yield _bad("settings", error)
        return
    logs.configure(settings.logging, quiet=True)
    yield Finding("settings", "ok", "every key is known and has a usable value")
    yield _data_dir(settings)
    async for finding in _database(settings):
        yield finding
    yield await _embedding(settings)
    yield await _model(settings)
    async for finding in _discord(settings):
        yield finding


def _bad(part: str, error: ColloquyError) -> Finding:
    return Finding(part, "bad", error.sentence)


def _data_dir(settings: Settings) -> Finding:
    where = settings.data_dir.resolve()
    try:
        with datadir.held(settings.data_dir):
            return Finding("data directory", "ok", str(where))
    except DataDirBusy as error:
        text = f"{where} (in use by process {error.data['pid']})"
        return Finding("data directory", "ok", text)
    except ColloquyError as error:
        return _bad("data directory", error)


async def _database(settings: Settings) -> AsyncIterator[Finding]:
    """The database, what is in it, and whether the index has seen all of it."""
    part = "database"
    try:
        database = Database(settings.database_url)
        try:
            found = await database.schema_version()
            if found != latest_schema():
                yield _schema(found)
                return
            yield Finding(part, "ok", f"{database.dialect}, schema {found}")
            part = "papers"
            async with database.read() as session:
                stored = await works.count(session, ())
                known = await researchers.count(session)
                yield _papers(stored, known)
                part = "index"
                name = open_model(settings).name
                waiting = await vectors.count_pending(session, name)
            yield await _index(settings, stored, waiting)
        finally:
            await database.close()
    except ColloquyError as error:
        yield _bad(part, error)


def _schema(found: str | None) -> Finding:
    if found is None:
        return Finding("database", "note", "empty; it is made and filled at the first start")
    if found > latest_schema():
        return _bad("database", DatabaseTooNew(found=found, known=latest_schema()))
    text = f"schema {found} is older than {latest_schema()}; run `python -m bot migrate`"
    return Finding("database", "note", text)


def _held(settings: Settings) -> AbstractContextManager[None]:
    """An index in the data directory belongs to whoever holds that."""
    return nullcontext() if settings.index.server else datadir.held(settings.data_dir)


def _papers(stored: int, known: int) -> Finding:
    if not stored:
        return Finding("papers", "note", NothingImported().sentence)
    return Finding("papers", "ok", f"{plural(stored, 'work')}, {plural(known, 'researcher')}")


async def _index(settings: Settings, stored: int, waiting: int) -> Finding:
    """Whether it can be used and has all works; one that is damaged mends itself."""
    index = index_of(settings, open_model(settings))
    try:
        with _held(settings):
            await index.check()
    except IndexServerUnavailable as error:
        return _bad("index", error)
    except IndexUnavailable as error:
        text = (
            f"{error.data['why']}; the next start makes it anew, or `python -m bot rebuild-index`"
        )
        return Finding("index", "note", text)
    except DataDirBusy:
        pass  # it may be in the middle of writing
    finally:
        await index.close()
    if waiting:
        works_are = plural(waiting, "work is", "works are")
        text = f"{works_are} not in it yet; the next start or import adds them"
        return Finding("index", "note", text)
    return Finding("index", "ok", f"{plural(stored, 'work')}, all in it")


async def _embedding(settings: Settings) -> Finding:
    """Whether texts can be turned into vectors; the bundled model says so when it is made."""
    provider = settings.embedding.provider
    if provider == BUNDLED:
        return Finding("embedding", "ok", "the bundled model, offline")
    try:
        await asyncio.to_thread(open_model(settings).encode, ["Is anybody there?"])
    except ColloquyError as error:
        return _bad("embedding", error)
    return Finding("embedding", "ok", " ".join((provider, settings.embedding.model)).strip())


async def _model(settings: Settings) -> Finding:
    if not settings.model.name:
        return Finding("model", "ok", "none; answers are verbatim quotations")
    try:
        await ModelWriter(**settings.model.model_dump()).check()
    except ColloquyError as error:
        return _bad("model", error)
    return Finding("model", "ok", settings.model.name)


async def _discord(settings: Settings) -> AsyncIterator[Finding]:
    if settings.discord_token is None:
        text = "DISCORD_TOKEN is not set, so `run` opens the try-out; put it into .env to connect"
        yield Finding("token", "note", text)
        return
    try:
        async with logged_in(settings) as bot:
            yield Finding("token", "ok", f"Discord knows me as {bot.user}")
            yield await _commands(bot)
            async for finding in permissions(bot):
                yield finding
    except ColloquyError as error:
        yield _bad("token", error)


async def _commands(bot: Colloquy) -> Finding:
    missing = await unpublished(bot)
    if missing:
        text = f"{', '.join(missing)} not published; run `python -m bot sync`"
        return Finding("commands", "bad", text)
    return Finding("commands", "ok", "published")


async def permissions(bot: Colloquy) -> AsyncIterator[Finding]:
    """What the bot lacks in each of its servers, as a whole and in single channels."""
    assert bot.application_id is not None
    assert bot.user is not None
    invite, _ = invite_links(bot.application_id)
    servers = 0
    async for partial in bot.fetch_guilds(limit=None):
        servers += 1
        if servers > SERVERS_LOOKED_AT:
            continue
        guild = await bot.fetch_guild(partial.id)
        me = await guild.fetch_member(bot.user.id)
        part = f"permissions in {guild.name}"
        missing = _quoted(lacking(me.guild_permissions))
        if missing:
            text = f"I lack {missing}; grant them to my role, or add me again with {invite}"
            yield Finding(part, "bad", text)
            continue
        yield Finding(part, "ok", "all that I need")
        for channel in await guild.fetch_channels():
            allowed = channel.permissions_for(me)
            if isinstance(channel, discord.TextChannel) and allowed.view_channel:
                missing = _quoted(lacking(allowed))
                if missing:
                    text = f"I lack {missing} there; allow them in the channel's settings"
                    yield Finding(f"{part}, #{channel.name}", "note", text)
    if servers > SERVERS_LOOKED_AT:
        more = plural(servers - SERVERS_LOOKED_AT, "further server")
        text = f"{more} not looked at; `/admin check` in a server looks at that one"
        yield Finding("permissions", "note", text)
    if not servers:
        yield Finding("permissions", "note", f"I am in no server yet; add me with {invite}")


def _quoted(names: list[str]) -> str:
    return ", ".join(f"“{name}”" for name in names)
