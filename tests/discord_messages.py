"""Discord's messages over real sockets: any number of channels, counted as a reader sees them.

Nothing but what a sender needs: its own account, direct messages, messages with their nonces, a
channel's history, threads. Nonces are kept for a few minutes, limits are those that Discord
publishes, and a connection can be cut after a message was accepted and before the reply.
"""

import asyncio
import json
import random
import re
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import discord
from aiohttp import web
from discord.http import Route

from bot.postbox import no_blind_repeats

Payload = dict[str, Any]

BOT: Payload = {"id": "9000", "username": "colloquy", "discriminator": "0", "avatar": None}
DIRECT = 10**12  # added to a person's id, this is the channel of their direct messages
NONCE_S = 180.0


@dataclass
class Window:
    """At most so many in so many seconds; None for no limit."""

    most: int | None
    seconds: float
    used: int = 0
    since: float = 0.0

    def wait(self, now: float) -> float:
        """Counts one more and returns 0, or the seconds until there is room for one."""
        if self.most is None:
            return 0.0
        if now - self.since >= self.seconds:
            self.since, self.used = now, 0
        if self.used >= self.most:
            return self.since + self.seconds - now
        self.used += 1
        return 0.0

    def headers(self, now: float) -> dict[str, str]:
        """What is left, as Discord tells it."""
        if self.most is None:
            return {}
        return {
            "X-RateLimit-Limit": str(self.most),
            "X-RateLimit-Remaining": str(self.most - self.used),
            "X-RateLimit-Reset-After": f"{max(0.0, self.since + self.seconds - now):.3f}",
            "X-RateLimit-Bucket": "messages",
        }


def _opened() -> asyncio.Event:
    event = asyncio.Event()
    event.set()
    return event


@dataclass
class Messages:
    """What a test sets, and what it looks at.

    Attributes:
        shown: the messages of each channel, oldest first.
        requests: how often each `METHOD /address status` was asked for, ids as `*`.
        refused: channel id -> (status, code) with which everything there is refused.
        no_direct: people who cannot be written to.
        unopened: person -> (status, code) with which their direct messages are not even opened.
        forums: channels that take no plain messages; `no_messages` is the code that says so.
        opened: the names of the threads that were opened under messages, by the message.
        gone: ids of messages that somebody deleted.
        archived: ids of forum posts in which nobody has written for a while.
        cut: asked after a message was accepted: whether to cut the connection before the reply.
        trouble: asked then too: whether to reply that the server has trouble.
        latency_s: how long each answer takes.
        door: requests wait while it is not set; `waiting` is how many do.
        every: the limit of all requests; `each`: (messages, seconds) of one channel.
    """

    shown: dict[int, list[Payload]] = field(default_factory=lambda: defaultdict(list))
    requests: Counter[str] = field(default_factory=Counter)
    refused: dict[int, tuple[int, int]] = field(default_factory=dict)
    no_direct: set[int] = field(default_factory=set)
    unopened: dict[int, tuple[int, int]] = field(default_factory=dict)
    forums: dict[int, int] = field(default_factory=dict)
    no_messages: int = 40058
    opened: dict[int, str] = field(default_factory=dict)
    gone: set[str] = field(default_factory=set)
    archived: set[str] = field(default_factory=set)
    cut: Callable[[], bool] = lambda: False
    trouble: Callable[[], bool] = lambda: False
    latency_s: float = 0.0
    door: asyncio.Event = field(default_factory=_opened)
    waiting: int = 0
    every: Window = field(default_factory=lambda: Window(None, 1.0))
    each: tuple[int | None, float] = (None, 5.0)
    url: str = ""
    _last_id: int = 0
    _nonces: dict[str, tuple[float, Payload]] = field(default_factory=dict)
    _limits: dict[int, Window] = field(default_factory=dict)

    def announced(self, channel: int) -> list[list[int]]:
        """The announcements in each message of a channel."""
        return [announced(message) for message in self.shown.get(channel, [])]

    def everywhere(self) -> dict[int, list[list[int]]]:
        """The announcements in each message of every channel; a person's is under their user id."""
        return {
            channel - DIRECT if channel > DIRECT else channel: self.announced(channel)
            for channel, shown in self.shown.items()
            if shown
        }

    # Routes

    def routes(self) -> list[web.RouteDef]:
        api, channel = "/api/v10", "/api/v10/channels/{channel}"
        return [
            web.get(f"{api}/users/@me", self._me),
            web.get(f"{api}/oauth2/applications/@me", self._application),
            web.post(f"{api}/users/@me/channels", self._open),
            web.get(channel, self._channel),
            web.post(f"{channel}/messages", self._post),
            web.get(f"{channel}/messages", self._history),
            web.get(f"{channel}/messages/{{message}}", self._message),
            web.post(f"{channel}/threads", self._post_in_forum),
            web.post(f"{channel}/messages/{{message}}/threads", self._open_thread),
            web.get(f"{api}/guilds/{{guild}}/threads/active", self._threads),
            web.get(f"{channel}/threads/archived/public", self._archived_threads),
        ]

    @web.middleware
    async def account(
        self, request: web.Request, handler: Callable[[web.Request], Any]
    ) -> web.StreamResponse:
        """The limit of all requests, and the count of what was asked for."""
        now = asyncio.get_running_loop().time()
        wait = self.every.wait(now)
        if wait > 0:
            response = _too_fast(wait, everywhere=True)
        else:
            self.waiting += 1
            await self.door.wait()
            self.waiting -= 1
            if self.latency_s:
                await asyncio.sleep(self.latency_s)
            response = await handler(request)
        address = re.sub(r"\d{4,}", "*", request.path.removeprefix("/api/v10"))
        self.requests[f"{request.method} {address} {response.status}"] += 1
        return response

    async def _me(self, _: web.Request) -> web.Response:
        return reply(BOT)

    async def _application(self, _: web.Request) -> web.Response:
        return reply(
            {
                "id": BOT["id"], "name": "Colloquy", "description": "", "icon": None, "flags": 0,
                "bot_public": True, "bot_require_code_grant": False, "owner": BOT, "verify_key": "",
            }
        )  # fmt: skip

    async def _open(self, request: web.Request) -> web.Response:
        person = int((await request.json())["recipient_id"])
        if person in self.unopened:
            return refuse(*self.unopened[person])
        recipient = {"id": str(person), "username": "ada", "discriminator": "0", "avatar": None}
        return reply({"id": str(DIRECT + person), "type": 1, "recipients": [recipient]})

    async def _channel(self, request: web.Request) -> web.Response:
        number = int(request.match_info["channel"])
        return reply(
            {
                "id": str(number), "type": 15 if number in self.forums else 0, "name": "papers",
                "guild_id": str(self.forums.get(number, 7000)), "position": 0, "nsfw": False,
                "permission_overwrites": [], "available_tags": [], "flags": 0,
            }
        )  # fmt: skip

    async def _post(self, request: web.Request) -> web.Response:
        channel, body = int(request.match_info["channel"]), await request.json()
        now = asyncio.get_running_loop().time()
        limit = self._limits.setdefault(channel, Window(*self.each))
        if refusal := self._refusal(channel):
            return refusal
        if wait := limit.wait(now):
            return _too_fast(wait, limit.headers(now))
        if channel in self.forums:
            return refuse(400, self.no_messages)
        message = self._known(body, now) or self._show(channel, body, now)
        if self.cut() and request.transport is not None:
            request.transport.abort()
        if self.trouble():
            return refuse(502, 0)
        return reply(message, limit.headers(now))

    def _known(self, body: Payload, now: float) -> Payload | None:
        """The message of this nonce, if one was written in the last minutes."""
        if not body.get("enforce_nonce"):
            return None
        assert len(str(body["nonce"])) <= 25
        written, message = self._nonces.get(str(body["nonce"]), (-NONCE_S, None))
        return message if now - written < NONCE_S else None

    def _show(self, channel: int, body: Payload, now: float) -> Payload:
        message = {
            "id": str(self._new_id()), "channel_id": str(channel), "author": BOT,
            "content": body.get("content") or "", "components": body.get("components") or [],
            "timestamp": discord.utils.utcnow().isoformat(), "edited_timestamp": None,
            "tts": False, "mention_everyone": False, "mentions": [], "mention_roles": [],
            "attachments": [], "embeds": [], "pinned": False, "type": 0,
            "flags": body.get("flags", 0),
        }  # fmt: skip
        self.shown[channel].append(message)
        if body.get("enforce_nonce"):
            self._nonces[str(body["nonce"])] = now, message
        return message

    def _new_id(self) -> int:
        """Tells the moment, as Discord's do: messages are looked for by it."""
        now = discord.utils.time_snowflake(discord.utils.utcnow())
        self._last_id = max(now, self._last_id + 1)
        return self._last_id

    async def _history(self, request: web.Request) -> web.Response:
        channel = int(request.match_info["channel"])
        if refusal := self._refusal(channel):
            return refusal
        if channel in self.forums:
            return refuse(400, 50024)
        after = int(request.query.get("after", 0))
        later = [m for m in self.shown.get(channel, []) if int(m["id"]) > after]
        oldest = later[: int(request.query.get("limit", 50))]
        return reply(oldest[::-1])

    async def _message(self, request: web.Request) -> web.Response:
        channel, number = int(request.match_info["channel"]), request.match_info["message"]
        found = [m for m in self.shown.get(channel, []) if m["id"] == number]
        if number in self.gone:
            return refuse(404, 10008)
        return reply(found[0]) if found else refuse(404, 10008)

    async def _post_in_forum(self, request: web.Request) -> web.Response:
        forum, body = int(request.match_info["channel"]), await request.json()
        if refusal := self._refusal(forum):
            return refusal
        message = self._show(forum, body["message"], asyncio.get_running_loop().time())
        message["channel_id"] = message["id"]
        self.shown[int(message["id"])].append(message)
        if self.cut() and request.transport is not None:
            request.transport.abort()
        if self.trouble():
            return refuse(502, 0)
        return reply(self._thread(forum, message) | {"message": message})

    async def _open_thread(self, request: web.Request) -> web.Response:
        number, name = int(request.match_info["message"]), (await request.json())["name"]
        self.opened[number] = name
        return reply({"id": str(number), "name": name})

    async def _threads(self, request: web.Request) -> web.Response:
        guild = int(request.match_info["guild"])
        threads = [
            self._thread(forum, message)
            for forum, where in self.forums.items()
            for message in self.shown.get(forum, [])
            if where == guild and message["id"] not in self.archived
        ]
        return reply({"threads": threads, "members": []})

    async def _archived_threads(self, request: web.Request) -> web.Response:
        forum = int(request.match_info["channel"])
        shown = [m for m in self.shown.get(forum, []) if m["id"] in self.archived]
        threads = [self._thread(forum, message) for message in shown[::-1]]
        return reply({"threads": threads, "members": [], "has_more": False})

    def _thread(self, forum: int, message: Payload) -> Payload:
        return {
            "id": message["id"], "type": 11, "parent_id": str(forum), "owner_id": BOT["id"],
            "guild_id": str(self.forums[forum]), "name": "", "message_count": 1, "member_count": 1,
            "thread_metadata": {
                "archived": message["id"] in self.archived, "locked": False,
                "auto_archive_duration": 1440,
                "archive_timestamp": discord.utils.utcnow().isoformat(),
            },
        }  # fmt: skip

    def _refusal(self, channel: int) -> web.Response | None:
        if channel - DIRECT in self.no_direct:
            return refuse(403, 50007)
        return refuse(*self.refused[channel]) if channel in self.refused else None


def announced(message: Payload) -> list[int]:
    """The announcements whose buttons a message has, in order."""
    found = re.findall(r'"custom_id": "ann:1:(\d+):ask"', json.dumps(message["components"]))
    return [int(number) for number in found]


def sometimes(share: float, seed: int = 0) -> Callable[[], bool]:
    """True by chance, in this share of the calls."""
    chance = random.Random(seed)
    return lambda: chance.random() < share


def reply(body: Any, headers: dict[str, str] | None = None, status: int = 200) -> web.Response:
    # The client looks for exactly this type, without a character set.
    headers = {"Content-Type": "application/json"} | (headers or {})
    return web.Response(body=json.dumps(body).encode(), status=status, headers=headers)


def refuse(status: int, code: int) -> web.Response:
    return reply({"code": code, "message": "refused"}, status=status)


def _too_fast(
    wait: float, headers: dict[str, str] | None = None, *, everywhere: bool = False
) -> web.Response:
    body = {"message": "You are being rate limited.", "retry_after": wait, "global": everywhere}
    return reply(body, {"Via": "loopback"} | (headers or {}), 429)


@asynccontextmanager
async def serving(messages: Messages) -> AsyncIterator[Messages]:
    """The messages served on loopback; `url` says where."""
    application = web.Application(middlewares=[messages.account])
    application.add_routes(messages.routes())
    runner = web.AppRunner(application, shutdown_timeout=1, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    messages.url = f"http://127.0.0.1:{runner.addresses[0][1]}/api/v10"
    try:
        yield messages
    finally:
        await runner.cleanup()


@asynccontextmanager
async def logged_in(url: str) -> AsyncIterator[discord.Client]:
    """A client of the Discord at this address, logged in and not connected to a gateway."""
    before, Route.BASE = Route.BASE, url
    client = discord.Client(
        intents=discord.Intents.none(), max_messages=None, http_trace=no_blind_repeats()
    )
    try:
        await client.login("token")
        yield client
    finally:
        await client.close()
        Route.BASE = before
