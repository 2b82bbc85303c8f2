"""One message to one destination: sending it, finding it again, and what a refusal means."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator, Iterable, Iterator, Set
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import Enum
from typing import Any, Final, TypeAlias

import aiohttp
import discord
import structlog

from bot import announcing, errors
from bot.announcing import Post
from bot.markdown import clip
from bot.pace import Pace
from storage.destinations import Destination

log = structlog.get_logger("colloquy.courier")

CLOCKS_APART = timedelta(minutes=2)  # by which our clock may be ahead of Discord's
LOOK_THROUGH = 2000  # messages after the moment of the uncertain send
REPLACED_AMONG = 200  # messages to a person, the latest
ADDRESSES_KEPT = 20_000
THREAD_NAME = 100
A_DAY: Final = 1440  # minutes without a word, after which a thread is archived

Address: TypeAlias = discord.PartialMessageable | discord.ForumChannel


class Fate(Enum):
    """What a failed send means for the announcements in it."""

    UNREACHABLE = "nothing can be sent there"
    UNSENDABLE = "this cannot be sent anywhere"
    LATER = "certainly not shown"
    UNCERTAIN = "perhaps shown"


AGAIN = (Fate.LATER, Fate.UNCERTAIN)  # tried again soon, under the same nonce


@dataclass(frozen=True, slots=True)
class Refusal:
    """A failed send: what it means, the reason a person reads, and whether all should wait.

    `rest_s` is for how long nothing more of the kind is to be asked of Discord.
    """

    fate: Fate
    why: str
    rest_s: float = 0.0


UNREACHABLE = {
    10003: "the channel is gone",
    10004: "I am no longer in that server",
    10013: "that account is gone",
    50001: "I may not see the channel",
    50007: "your direct messages are closed to me",
    50008: "no messages can be written in that channel",
    50013: "I may not send messages in the channel",
    50083: "the thread is archived",
    50278: "we are in no server together any more",
    160005: "the thread is locked",
    40067: "the forum asks for a tag on every post",
}
UNSENDABLE = {200000: "the server's AutoMod blocked it", 200001: "the server's AutoMod blocked it"}
TOO_MANY = {  # direct messages; the seconds to rest
    40003: ("Discord asks to write to fewer people at once", 600.0),
    20026: ("Discord has limited this bot's direct messages", 3600.0),
}
_WITH_A_MESSAGE = "use_nested_fields"  # in the address of what opens a thread: a forum post
_INTERNAL_NETWORK_ERROR = 40333  # what stands before Discord did not let the request through
NO_MESSAGE = 10008  # one that it is about; the place where it stood is still there
_TAKES_NO_MESSAGES = {40058, 50008, 50024}  # a forum to which this client has not been introduced


def refusal(error: Exception) -> Refusal | None:
    """What an error of a request means; None where it is none of Discord's or the network's."""
    if isinstance(error, discord.RateLimited):
        return Refusal(Fate.LATER, "Discord asks to wait", error.retry_after)
    if isinstance(error, discord.HTTPException):
        return _refused(error)
    if isinstance(error, aiohttp.ClientConnectorError):
        return Refusal(Fate.LATER, "Discord cannot be reached", 1.0)
    if isinstance(error, PerhapsPosted):
        return Refusal(Fate.UNCERTAIN, "Discord has trouble of its own", 1.0)
    if isinstance(error, aiohttp.ClientError | TimeoutError | OSError):
        return Refusal(Fate.UNCERTAIN, "the connection to Discord broke")
    return None


def _refused(error: discord.HTTPException) -> Refusal:
    if error.code in TOO_MANY:
        return Refusal(Fate.LATER, *TOO_MANY[error.code])
    if error.code in UNREACHABLE:
        return Refusal(Fate.UNREACHABLE, UNREACHABLE[error.code])
    if error.code in UNSENDABLE:
        return Refusal(Fate.UNSENDABLE, UNSENDABLE[error.code])
    if error.status in (401, 429):
        return Refusal(Fate.LATER, "Discord asks to wait", 5.0)
    if error.status >= 500:
        return Refusal(Fate.UNCERTAIN, "Discord has trouble of its own", 1.0)
    if error.code in (0, _INTERNAL_NETWORK_ERROR):  # it is not Discord that says so
        return Refusal(Fate.LATER, "Discord cannot be reached", 30.0)
    if error.code == NO_MESSAGE:
        return Refusal(Fate.UNCERTAIN, "a message there is gone")
    if error.status == 403:
        return Refusal(Fate.UNREACHABLE, "I am not allowed to write there")
    if error.status == 404:
        return Refusal(Fate.UNREACHABLE, "it is gone")
    return Refusal(Fate.UNSENDABLE, f"Discord does not take the message ({error.code})")


class PerhapsPosted(aiohttp.ClientError):
    """Discord answered a forum post with trouble of its own, and may have shown it."""


def no_blind_repeats() -> aiohttp.TraceConfig:
    """For a client's `http_trace`: a forum post in trouble is looked for before it is repeated.

    The library repeats every request that Discord answers with 5xx. Messages have a nonce, by which
    Discord shows them once all the same; forum posts have none.
    """

    async def ended(_: aiohttp.ClientSession, __: Any, end: aiohttp.TraceRequestEndParams) -> None:
        posted = end.method == "POST" and end.url.name == "threads"
        if posted and _WITH_A_MESSAGE in end.url.query and end.response.status >= 500:
            end.response.close()
            raise PerhapsPosted

    trace = aiohttp.TraceConfig()
    trace.on_request_end.append(ended)
    return trace


class Postbox:
    """Requests to Discord, at a pace.

    Args:
        client: logged in, with `no_blind_repeats`; it need not be connected to the gateway.
        pace: of all requests.
        direct_pace: of messages to people, on top of that.
    """

    def __init__(self, client: discord.Client, pace: Pace, direct_pace: Pace) -> None:
        self._client = client
        self._pace = pace
        self._direct_pace = direct_pace
        self._direct_channels: dict[int, int] = {}
        self._forums: dict[int, discord.ForumChannel] = {}

    async def address(self, destination: Destination) -> Address:
        """Where messages for a destination are written; opens a person's direct messages."""
        if destination.user_id is not None:
            return self._client.get_partial_messageable(await self._direct(destination.user_id))
        assert destination.channel_id is not None
        channel = self._client.get_channel(destination.channel_id)
        if isinstance(channel, discord.ForumChannel):
            return channel
        return self._forums.get(destination.channel_id) or self._client.get_partial_messageable(
            destination.channel_id, guild_id=destination.guild_id
        )

    async def direct_turn(self, destination: Destination) -> None:
        """Wait until a message to a person may go out; channels do not wait for this."""
        if destination.user_id is not None:
            await self._direct_pace.turn()

    async def turn(self) -> None:
        """Wait until a request may go out."""
        await self._pace.turn()

    def rest(self, destination: Destination, seconds: float) -> None:
        """Send nothing of this kind for a while."""
        pace = self._direct_pace if destination.user_id is not None else self._pace
        pace.rest(seconds)

    async def send(self, address: Address, post: Post) -> int:
        """Show the message, once however often this is called; its id.

        Call it when it is its turn. In a forum, where Discord takes no nonce, it is shown anew.
        """
        if isinstance(address, discord.ForumChannel):
            return await self._post(address, post)
        view = announcing.layout(post)
        view.stop()  # the client need not remember it: presses are told by their custom ids
        try:
            message = await address.send(
                view=view,
                nonce=announcing.nonce(post.announcements),
                allowed_mentions=discord.AllowedMentions.none(),
            )
        except discord.HTTPException as error:
            return await self._post(await self._forum(address.id, error), post)
        return message.id

    async def find(
        self, address: Address, announcement_ids: Iterable[int], since: datetime
    ) -> int | None:
        """The id of our message there that shows any of these, written since (naive UTC)."""
        wanted = frozenset(announcement_ids)
        after = since.replace(tzinfo=UTC) - CLOCKS_APART
        await self._pace.turn()
        if isinstance(address, discord.ForumChannel):
            return await self._find_post(address, wanted, after)
        history = address.history(limit=LOOK_THROUGH, after=after, oldest_first=True)
        try:
            async for message in history:
                if self._shows(message, wanted):
                    return message.id
        except discord.HTTPException as error:
            return await self._find_post(await self._forum(address.id, error), wanted, after)
        return None

    async def discuss(self, address: Address, message_id: int, title: str) -> None:
        """Open a thread under the message; nothing where there can be none, or is one."""
        if isinstance(address, discord.ForumChannel) or address.guild_id is None:
            return
        await self._pace.turn()
        open_thread = self._client.http.start_thread_with_message  # also where not connected
        name = clip(title, THREAD_NAME)
        try:
            await open_thread(address.id, message_id, name=name, auto_archive_duration=A_DAY)
        except errors.TROUBLE as error:
            log.info("no_thread", channel=address.id, why=str(error))

    async def write_to(self, user_id: int, text: str, nonce: str) -> None:
        """Write a plain sentence to a person, outside any order; under the same nonce once."""
        await self._to(user_id, nonce, content=text)

    async def show_to(self, user_id: int, view: discord.ui.LayoutView, nonce: str) -> None:
        """Show a layout to a person, outside any order; under the same nonce it is shown once."""
        await self._to(user_id, nonce, view=view)

    async def replace(
        self, user_id: int, custom_ids: Set[str], view: discord.ui.LayoutView
    ) -> None:
        """Show a layout in place of our messages to a person that have any of these custom ids."""
        channel = self._client.get_partial_messageable(await self._direct(user_id))
        await self._pace.turn()
        async for message in channel.history(limit=REPLACED_AMONG):
            own = message.author.id == self._own_id
            if own and custom_ids & set(_custom_ids(message.components)):
                await self._pace.turn()
                await message.edit(view=view)

    async def _to(self, user_id: int, what: str, **message: Any) -> None:
        channel = self._client.get_partial_messageable(await self._direct(user_id))
        await self._direct_pace.turn()
        await self._pace.turn()
        nonce = _nonce(user_id, what)
        await channel.send(nonce=nonce, allowed_mentions=discord.AllowedMentions.none(), **message)

    async def _direct(self, user_id: int) -> int:
        known = self._direct_channels.get(user_id)
        if known is not None:
            return known
        await self._pace.turn()
        channel = await self._client.create_dm(discord.Object(user_id))
        while len(self._direct_channels) >= ADDRESSES_KEPT:
            del self._direct_channels[next(iter(self._direct_channels))]
        self._direct_channels[user_id] = channel.id
        return channel.id

    async def _forum(self, channel_id: int, error: discord.HTTPException) -> discord.ForumChannel:
        """The forum that refused to be treated as a channel of messages.

        Raises:
            discord.HTTPException: the error, if it was refused for any other reason.
        """
        if error.code not in _TAKES_NO_MESSAGES:
            raise error
        await self._pace.turn()
        channel = await self._client.fetch_channel(channel_id)
        if not isinstance(channel, discord.ForumChannel):
            raise error
        self._forums[channel_id] = channel
        return channel

    async def _post(self, forum: discord.ForumChannel, post: Post) -> int:
        view = announcing.layout(post)
        view.stop()
        name = clip(post.title, THREAD_NAME)
        opened = await forum.create_thread(
            name=name, view=view, allowed_mentions=discord.AllowedMentions.none()
        )
        return opened.message.id

    async def _find_post(
        self, forum: discord.ForumChannel, wanted: frozenset[int], after: datetime
    ) -> int | None:
        async for thread in self._posts(forum, after):
            mine = thread.parent_id == forum.id and thread.owner_id == self._own_id
            if mine and discord.utils.snowflake_time(thread.id) >= after:
                await self._pace.turn()
                try:
                    if self._shows(await thread.fetch_message(thread.id), wanted):
                        return thread.id
                except discord.NotFound as error:  # somebody deleted that post
                    if error.code != NO_MESSAGE:
                        raise
        return None

    async def _posts(
        self, forum: discord.ForumChannel, after: datetime
    ) -> AsyncIterator[discord.Thread]:
        """The open posts of the forum's server, then those of the forum archived since."""
        for thread in await forum.guild.active_threads():
            yield thread
        await self._pace.turn()
        async for thread in forum.archived_threads(limit=LOOK_THROUGH):  # the last archived first
            if thread.archive_timestamp < after:
                return
            yield thread

    @property
    def _own_id(self) -> int:
        assert self._client.user is not None
        return self._client.user.id

    def _shows(self, message: discord.Message, wanted: frozenset[int]) -> bool:
        if message.author.id != self._own_id:
            return False
        return bool(wanted & announcing.announced_in(_custom_ids(message.components)))


def _nonce(user_id: int, what: str) -> str:
    """The same 25 characters whenever a person is told the same: another person's are others, for
    Discord may tell a bot's messages apart by them in all channels at once.
    """
    return "p" + hashlib.blake2s(f"{user_id} {what}".encode(), digest_size=12).hexdigest()


def _custom_ids(components: Iterable[Any]) -> Iterator[str]:
    """The custom ids of a message's parts, however deep."""
    for component in components:
        custom_id = getattr(component, "custom_id", None)
        if custom_id:
            yield custom_id
        yield from _custom_ids(getattr(component, "children", ()))
        accessory = getattr(component, "accessory", None)
        if accessory is not None:
            yield from _custom_ids([accessory])
