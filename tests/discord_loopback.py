"""A small Discord on loopback: its REST and its gateway over real sockets.

The simulated Discord of the other tests replaces the client's network; here the client is as it
is in production, and what fails is the network: rate limits, server errors, closed and aborted
connections, sessions to resume or to forget. One server, one channel, one member: Ada. And one
conversation between people, in which the bot is not, but its users are (`own_app`).
"""

import asyncio
import json
import re
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from itertools import count
from typing import Any, TypeVar

import discord
import yarl
from aiohttp import WSMsgType, web
from discord import Asset
from discord.gateway import DiscordWebSocket
from discord.http import Route

from tests.discord_messages import reply

Payload = dict[str, Any]
T = TypeVar("T")

BOT, ADA, KAI, GUILD, CHANNEL, DIRECT = "9000", "9001", "9002", "7000", "7001", "7002"
PRIVATE = "7003"  # a conversation between people
USERS: dict[str, Payload] = {
    BOT: {"id": BOT, "username": "colloquy", "discriminator": "0", "avatar": None, "bot": True},
    ADA: {"id": ADA, "username": "ada", "discriminator": "0", "avatar": None, "global_name": "Ada"},
    KAI: {"id": KAI, "username": "kai", "discriminator": "0", "avatar": None, "global_name": "Kai"},
}
MEMBER: Payload = {
    "roles": [], "joined_at": "2026-01-01T00:00:00+00:00", "deaf": False, "mute": False, "flags": 0,
}  # fmt: skip
EVERYTHING = str(discord.Permissions.all().value)
OPTION_TYPES: dict[type, int] = {str: 3, int: 4, bool: 5}
EPHEMERAL, LOADING = 1 << 6, 1 << 7
MENU = 3  # the kind of component
MESSAGE, DEFERRED, DEFERRED_UPDATE, UPDATE, CHOICES, MODAL = 4, 5, 6, 7, 8, 9


@dataclass
class Fault:
    """The next `times` requests to a matching address are answered so instead of done."""

    address: str
    status: int
    body: Payload
    headers: dict[str, str] = field(default_factory=dict)
    times: int = 1


@dataclass
class Interaction:
    """A command, a press or a form, and what came of it."""

    token: str
    sent: float
    channel: str
    reply: Payload | None = None  # the first message, also while it says "thinking"
    pressed: str = ""  # what the message said that was pressed
    followups: list[Payload] = field(default_factory=list)
    modal: Payload | None = None  # the form that was opened, or the choices that were offered
    answered: int | None = None  # the type of the first response
    too_late: bool = False

    @property
    def done(self) -> bool:
        """Whether there is something to read."""
        return self.reply is not None and not self.reply["flags"] & LOADING


class LoopbackDiscord:
    """What a test acts on, and what it looks at.

    Attributes:
        shown: every message of the bot as it stands, edits included.
        requests: how often each `METHOD address status` was asked for.
        identified, resumed: how often a session was begun and taken up again.
        faults: what goes wrong next.
        patience: seconds within which an interaction must be acknowledged.
        lookup: seconds that it takes to say who a user is.
        acting: whoever uses and presses what follows.
        own_app: whether they do so where the bot is not, which they took along as their own app.
        down: further servers of the bot, in which nothing happens.
        unlisted: servers of the bot that it is not told of.
    """

    def __init__(self) -> None:
        self.shown: list[Payload] = []
        self.requests: Counter[str] = Counter()
        self.identified = 0
        self.resumed = 0
        self.faults: list[Fault] = []
        self.patience = 3.0
        self.lookup = 0.0
        self.acting = ADA
        self.own_app = False
        self.down: set[str] = set()
        self.unlisted: set[str] = set()
        self.url = yarl.URL()
        self._ids = count(int(discord.utils.time_snowflake(discord.utils.utcnow())))
        self._interactions: dict[str, Interaction] = {}
        self._by_nonce: dict[str, Payload] = {}
        self._socket: web.WebSocketResponse | None = None
        self._transport: asyncio.Transport | None = None
        self._session = ""
        self._events: list[Payload] = []

    # What a person does

    async def slash(self, name: str, /, **options: str | int | bool) -> Interaction:
        """Use a slash command; `name` may be `group command`."""
        given: list[Payload] = [
            {"name": key, "type": OPTION_TYPES[type(value)], "value": value}
            for key, value in options.items()
        ]
        group, _, command = name.partition(" ")
        if command:
            given = [{"name": command, "type": 1, "options": given}]
        return await self._interact(2, {"id": "1", "name": group, "type": 1, "options": given})

    async def menu_on(self, name: str, message: Payload) -> Interaction:
        """Use a command in the menu of a message."""
        target = str(message["id"])
        data = {"id": "1", "name": name, "type": 3, "target_id": target}
        return await self._interact(2, data | {"resolved": {"messages": {target: message}}})

    async def type(self, name: str, option: str, typed: str) -> list[str]:
        """What is offered while an option of a command is typed."""
        group, _, command = name.partition(" ")
        given: list[Payload] = [{"name": option, "type": 3, "value": typed, "focused": True}]
        if command:
            given = [{"name": command, "type": 1, "options": given}]
        data = {"id": "1", "name": group, "type": 1, "options": given}
        interaction = await self._interact(4, data)
        offered = await self.until(lambda: interaction.modal or {})
        return [choice["name"] for choice in offered["choices"]]

    async def press(self, message: Payload, label: str) -> Interaction:
        """Press the button with this label on a message."""
        pressed = next(part for part in _parts(message) if part.get("label") == label)
        return await self._press(message, pressed)

    async def press_first(self, message: Payload) -> Interaction:
        """Press the first button of a message, or choose the first entry of its menu."""
        pressed = next(part for part in _parts(message) if part.get("custom_id"))
        return await self._press(message, pressed)

    async def _press(self, message: Payload, part: Payload) -> Interaction:
        data = {"custom_id": part["custom_id"], "component_type": part["type"]}
        if part["type"] == MENU:
            data["values"] = [part["options"][0]["value"]]
        return await self._interact(3, data, message=message)

    async def fill_in(self, opened: Interaction, **values: str) -> Interaction:
        """Send the form that an interaction has opened."""
        assert opened.modal is not None
        rows = []
        for row in opened.modal["components"]:
            entry = {"type": 4, "custom_id": row["component"]["custom_id"]}
            entry["value"] = values[entry["custom_id"]]
            rows.append({"type": row["type"], "component": entry})
        return await self._interact(5, {"custom_id": opened.modal["custom_id"], "components": rows})

    def put(self, components: list[Payload]) -> Payload:
        """A message of the bot with these components, where whoever acts is."""
        flags = discord.MessageFlags(components_v2=True).value
        return self._show(self._here, {"components": components, "flags": flags})

    def said(self, author: str, text: str) -> Payload:
        """A message of somebody's, where whoever acts is."""
        return self._message(author, self._here, content=text)

    @property
    def _here(self) -> str:
        return PRIVATE if self.own_app else CHANNEL

    async def say(self, text: str, *, channel: str = CHANNEL, reply_to: str | None = None) -> str:
        """Write a message as Ada: what is not addressed to the bot reaches it without its text."""
        pinged = f"<@{BOT}>" in text
        message = self._message(ADA, channel, content=text if pinged or channel == DIRECT else "")
        message["mentions"] = [USERS[BOT]] if pinged else []
        if reply_to is not None:
            message["type"] = 19
            message["message_reference"] = {"message_id": reply_to, "channel_id": channel}
        if channel == CHANNEL:
            message |= {"guild_id": GUILD, "member": MEMBER}
        await self._dispatch("MESSAGE_CREATE", message)
        return str(message["id"])

    # What happens to the connection

    async def close(self, code: int) -> None:
        """Close the gateway's connection with a code, as Discord does."""
        assert self._socket is not None
        socket, self._socket = self._socket, None
        await socket.close(code=code)

    async def reconnect(self) -> None:
        """Ask the client to connect anew (op 7)."""
        socket, self._socket = self._socket, None
        await _send(socket, {"op": 7, "d": None})

    async def forget(self) -> None:
        """Declare the session invalid for good (op 9)."""
        socket, self._socket = self._socket, None
        self._session = ""
        await _send(socket, {"op": 9, "d": False})

    def abort(self) -> None:
        """Cut the gateway's TCP connection without a word."""
        assert self._transport is not None
        self._socket = None
        self._transport.abort()

    async def until(self, condition: Callable[[], T], seconds: float = 20) -> T:
        """The first true value of the condition.

        Raises:
            TimeoutError: it did not come true.
        """
        async with asyncio.timeout(seconds):
            while not (value := condition()):  # noqa: ASYNC110 - it may be about either side
                await asyncio.sleep(0.01)
        return value

    # The gateway

    async def _gateway(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        await _send(socket, {"op": 10, "d": {"heartbeat_interval": 45_000}})
        async for frame in socket:
            if frame.type is not WSMsgType.TEXT:
                break
            heard = json.loads(frame.data)
            if heard["op"] == 1:
                await _send(socket, {"op": 11, "d": None})
            elif heard["op"] == 2:
                self._adopt(socket, request)
                await self._begin()
            elif heard["op"] == 6:
                await self._take_up(socket, request, heard["d"])
        if self._socket is socket:
            self._socket = None
        return socket

    def _adopt(self, socket: web.WebSocketResponse, request: web.Request) -> None:
        assert isinstance(request.transport, asyncio.Transport)
        self._socket, self._transport = socket, request.transport

    async def _begin(self) -> None:
        self.identified += 1
        self._session, self._events = f"session-{self.identified}", []
        servers = [{"id": number, "unavailable": True} for number in (GUILD, *self.down)]
        ready = {
            "v": 10, "user": USERS[BOT], "guilds": servers,
            "session_id": self._session, "application": {"id": BOT, "flags": 0},
            "resume_gateway_url": str(self.url.with_scheme("ws") / "gateway"),
        }  # fmt: skip
        await self._dispatch("READY", ready)
        await self._dispatch("GUILD_CREATE", _guild())

    async def _take_up(
        self, socket: web.WebSocketResponse, request: web.Request, known: Payload
    ) -> None:
        if known["session_id"] != self._session:
            await _send(socket, {"op": 9, "d": False})
            return
        self.resumed += 1
        for event in [event for event in self._events if event["s"] > known["seq"]]:
            await _send(socket, event)
        self._adopt(socket, request)
        await self._dispatch("RESUMED", {})

    async def _dispatch(self, name: str, data: Payload) -> None:
        """Send an event, or keep it for when the session is taken up again."""
        event = {"op": 0, "t": name, "s": len(self._events) + 1, "d": data}
        self._events.append(event)
        await _send(self._socket, event)

    # REST

    @web.middleware
    async def _account(
        self, request: web.Request, handler: Callable[[web.Request], Any]
    ) -> web.StreamResponse:
        address = request.path.removeprefix("/api/v10")
        response: web.StreamResponse
        for fault in self.faults:
            if fault.times > 0 and re.fullmatch(fault.address, f"{request.method} {address}"):
                fault.times -= 1
                response = reply(fault.body, {"Via": "loopback"} | fault.headers, fault.status)
                break
        else:
            try:
                response = await handler(request)
            except web.HTTPNotFound:
                response = _refusal(404, 0, "404: Not Found")
        if address != "/gateway":
            self.requests[f"{request.method} {address} {response.status}"] += 1
        return response

    def _routes(self) -> list[web.RouteDef]:
        api, webhook = "/api/v10", f"/api/v10/webhooks/{BOT}/{{token}}"
        return [
            web.get("/gateway", self._gateway),
            web.get(f"{api}/users/@me", _always(USERS[BOT])),
            web.get(f"{api}/oauth2/applications/@me", _always(_application())),
            web.post(f"{api}/users/@me/channels", _always(_channel(DIRECT))),
            web.get(f"{api}/users/{{user}}", self._get_user),
            web.get(f"{api}/guilds/{{guild}}", self._get_guild),
            web.get(f"{api}/channels/{{channel}}", self._get_channel),
            web.post(f"{api}/channels/{{channel}}/typing", _nothing),
            web.post(f"{api}/channels/{{channel}}/messages", self._post_message),
            web.get(f"{api}/channels/{{channel}}/messages/{{message}}", self._get_message),
            web.patch(f"{api}/channels/{{channel}}/messages/{{message}}", self._edit_message),
            web.post(f"{api}/interactions/{{id}}/{{token}}/callback", self._respond),
            web.post(webhook, self._follow_up),
            web.get(f"{webhook}/messages/{{message}}", self._get_message),
            web.patch(f"{webhook}/messages/{{message}}", self._edit_message),
            web.delete(f"{webhook}/messages/{{message}}", self._delete_message),
        ]

    async def _get_user(self, request: web.Request) -> web.Response:
        await asyncio.sleep(self.lookup)
        if request.match_info["user"] not in USERS:
            return _refusal(404, 10013, "Unknown User")
        return reply(USERS[request.match_info["user"]])

    async def _get_guild(self, request: web.Request) -> web.Response:
        number = request.match_info["guild"]
        if number not in {GUILD, *self.down, *self.unlisted}:
            return _refusal(404, 10004, "Unknown Guild")
        return reply(_guild() | {"id": number})

    async def _get_channel(self, request: web.Request) -> web.Response:
        return reply(_channel(request.match_info["channel"]))

    async def _post_message(self, request: web.Request) -> web.Response:
        """Send a message; one with a nonce that is enforced is sent once, however often asked."""
        channel, body = request.match_info["channel"], await _body(request)
        key = str(body.get("nonce"))  # of all channels, as Discord is free to do
        if body.get("enforce_nonce") and key in self._by_nonce:
            return reply(self._by_nonce[key])
        message = self._show(channel, body)
        if body.get("enforce_nonce"):
            self._by_nonce[key] = message
        return reply(message)

    async def _get_message(self, request: web.Request) -> web.Response:
        return reply(self._find(request))

    async def _edit_message(self, request: web.Request) -> web.Response:
        return reply(_fill(self._find(request), await _body(request)))

    async def _delete_message(self, request: web.Request) -> web.Response:
        self.shown.remove(self._find(request))
        return web.Response(status=204)

    async def _respond(self, request: web.Request) -> web.Response:
        """The first response to an interaction, refused when it comes too late."""
        interaction, body = self._interactions[request.match_info["token"]], await _body(request)
        if asyncio.get_running_loop().time() - interaction.sent > self.patience:
            interaction.too_late = True
            return _refusal(404, 10062, "Unknown interaction")
        if interaction.answered is not None:
            return _refusal(400, 40060, "Interaction has already been acknowledged.")
        interaction.answered, data = body["type"], body.get("data") or {}
        if body["type"] == MESSAGE:
            interaction.reply = self._show(interaction.channel, data)
        elif body["type"] == DEFERRED:
            flags = data.get("flags", 0) | LOADING
            interaction.reply = self._show(interaction.channel, {"flags": flags})
        elif body["type"] in (CHOICES, MODAL):
            interaction.modal = data
        elif body["type"] == UPDATE and interaction.reply is not None:
            _fill(interaction.reply, data)
        resource: Payload = {"type": body["type"]}
        if body["type"] in (MESSAGE, DEFERRED, UPDATE):
            resource["message"] = interaction.reply
        about = {"id": request.match_info["id"], "type": 2}
        return reply({"interaction": about, "resource": resource})

    async def _follow_up(self, request: web.Request) -> web.Response:
        """Another message; after a deferral the first one fills the place kept for it."""
        interaction, body = self._interactions[request.match_info["token"]], await _body(request)
        if interaction.answered == DEFERRED and not interaction.done:
            assert interaction.reply is not None
            return reply(_fill(interaction.reply, body))
        interaction.followups.append(self._show(interaction.channel, body))
        return reply(interaction.followups[-1])

    # Messages and interactions

    async def _interact(
        self, kind: int, data: Payload, message: Payload | None = None
    ) -> Interaction:
        number = str(next(self._ids))
        interaction = Interaction(
            f"token-{number}",
            asyncio.get_running_loop().time(),
            self._here,
            reply=message,
            pressed=read(message) if message else "",
        )
        self._interactions[interaction.token] = interaction
        payload = {
            "id": number, "application_id": BOT, "type": kind, "token": interaction.token,
            "version": 1, "data": data, "channel_id": self._here, "channel": _channel(self._here),
            "locale": "en-US", "app_permissions": EVERYTHING, "attachment_size_limit": 10_000_000,
            "entitlements": [], **self._who(),
        }  # fmt: skip
        if message is not None:
            payload["message"] = message
        await self._dispatch("INTERACTION_CREATE", payload)
        return interaction

    def _who(self) -> Payload:
        """Who acts, and whose app the bot is there: the server's, or their own."""
        user = USERS[self.acting]
        if self.own_app:
            return {
                "user": user, "context": 2, "authorizing_integration_owners": {"1": self.acting},
            }  # fmt: skip
        return {
            "member": MEMBER | {"user": user, "permissions": EVERYTHING}, "guild_id": GUILD,
            "guild_locale": "en-US", "context": 0, "authorizing_integration_owners": {"0": GUILD},
        }  # fmt: skip

    def _message(self, author: str, channel: str, **fields: Any) -> Payload:
        return {
            "id": str(next(self._ids)), "channel_id": channel, "author": USERS[author],
            "content": "", "timestamp": discord.utils.utcnow().isoformat(),
            "edited_timestamp": None, "tts": False, "mention_everyone": False, "mentions": [],
            "mention_roles": [], "attachments": [], "embeds": [], "components": [],
            "pinned": False, "type": 0, "flags": 0, **fields,
        }  # fmt: skip

    def _show(self, channel: str, body: Payload) -> Payload:
        message = self._message(BOT, channel)
        message["flags"] = body.get("flags", 0)
        _update(message, body)
        self.shown.append(message)
        return message

    def _find(self, request: web.Request) -> Payload:
        number = request.match_info["message"]
        if number == "@original":
            reply = self._interactions[request.match_info["token"]].reply
            assert reply is not None
            return reply
        for message in self.shown:
            if message["id"] == number:
                return message
        raise web.HTTPNotFound


def read(message: Payload) -> str:
    """All the words of a message: its content, its embeds and its components."""
    keys = ("content", "title", "description", "name", "value", "label", "url")
    return "\n".join(str(part[key]) for part in _parts(message) for key in keys if part.get(key))


def _parts(message: Payload) -> Iterator[Payload]:
    """A message, its embeds and its components, however deep."""
    yield message
    for value in message.values():
        children = value if isinstance(value, list) else [value]
        for child in children:
            if isinstance(child, dict):
                yield from _parts(child)


@asynccontextmanager
async def loopback() -> AsyncIterator[LoopbackDiscord]:
    """A running loopback Discord, at which discord.py points until the end."""
    server = LoopbackDiscord()
    application = web.Application(middlewares=[server._account])
    application.add_routes(server._routes())
    runner = web.AppRunner(application, shutdown_timeout=1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    server.url = yarl.URL.build(scheme="http", host="127.0.0.1", port=runner.addresses[0][1])
    before = Route.BASE, Asset.BASE, DiscordWebSocket.DEFAULT_GATEWAY
    Route.BASE, Asset.BASE = f"{server.url}/api/v10", str(server.url)
    DiscordWebSocket.DEFAULT_GATEWAY = server.url.with_scheme("ws") / "gateway"
    try:
        yield server
    finally:
        Route.BASE, Asset.BASE, DiscordWebSocket.DEFAULT_GATEWAY = before
        await runner.cleanup()


async def _send(socket: web.WebSocketResponse | None, event: Payload) -> None:
    if socket is not None:
        with suppress(ConnectionError):
            await socket.send_str(json.dumps(event))


async def _body(request: web.Request) -> Payload:
    if request.content_type == "application/json":
        sent = await request.text()
    else:
        sent = str((await request.post())["payload_json"])
    parsed: Payload = json.loads(sent)
    return parsed


def _update(message: Payload, body: Payload) -> None:
    for name in ("content", "embeds", "components"):
        if name in body:
            message[name] = body[name] or ("" if name == "content" else [])


def _fill(message: Payload, body: Payload) -> Payload:
    _update(message, body)
    message["flags"] = message["flags"] & ~LOADING | body.get("flags", 0)
    message["edited_timestamp"] = discord.utils.utcnow().isoformat()
    return message


def _refusal(status: int, code: int, text: str) -> web.Response:
    return reply({"code": code, "message": text}, status=status)


def _always(answer: Payload) -> Callable[[web.Request], Any]:
    async def handler(_: web.Request) -> web.Response:
        return reply(answer)

    return handler


async def _nothing(_: web.Request) -> web.Response:
    return web.Response(status=204)


def _application() -> Payload:
    return {
        "id": BOT, "name": "Colloquy", "description": "", "icon": None, "bot_public": True,
        "bot_require_code_grant": False, "owner": USERS[ADA], "verify_key": "", "flags": 0,
    }  # fmt: skip


def _channel(number: str) -> Payload:
    if number == DIRECT:
        return {"id": DIRECT, "type": 1, "recipients": [USERS[ADA]], "last_message_id": None}
    if number == PRIVATE:
        both = [USERS[ADA], USERS[KAI]]
        return {"id": PRIVATE, "type": 3, "recipients": both, "name": "", "owner_id": ADA}
    return {
        "id": CHANNEL, "type": 0, "guild_id": GUILD, "name": "ask", "position": 0,
        "permission_overwrites": [], "nsfw": False, "parent_id": None, "permissions": EVERYTHING,
    }  # fmt: skip


def _guild() -> Payload:
    return {
        "id": GUILD, "name": "Lab", "owner_id": ADA, "member_count": 2, "unavailable": False,
        "roles": [{"id": GUILD, "name": "@everyone", "permissions": EVERYTHING, "position": 0}],
        "channels": [_channel(CHANNEL)], "members": [MEMBER | {"user": USERS[BOT]}],
        "threads": [], "emojis": [], "stickers": [], "voice_states": [], "presences": [],
    }  # fmt: skip
