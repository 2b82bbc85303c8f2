"""The client as everything in the bot knows it: its parts, its intents, and that it pings nobody.

What it does by itself is in `bot.live`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import discord
from discord import app_commands

from bot import errors
from bot.clickable import Clickable
from bot.courier import Courier, Rules
from bot.gate import Gate
from bot.permissions import PERMISSIONS
from bot.pictures.studio import Studio
from bot.postbox import no_blind_repeats
from retrieval.graph.nearby import Nearby
from retrieval.proofs import ProofChecker
from retrieval.sources.pages import PageReader

if TYPE_CHECKING:
    from bot.pages import Pages
    from bot.parts import Parts

# It never speaks: that voice libraries are missing needs no warning at every start.
discord.VoiceClient.warn_nacl = False
discord.VoiceClient.warn_dave = False

SCOPES = ("bot", "applications.commands")


class Colloquy(discord.Client):
    """Colloquy on Discord.

    Attributes:
        settings, database, embedder, search, answerer, today: as handed in.
        proofs: looks at pages on which claimants have put a code.
        courier: sends what is announced.
        gate: whether somebody may ask here, now.
        studio: draws pictures.
        near: what is near in meaning.
        pages: where pages can be read at once, on the machine of the try-out; None in Discord.
        clickable: names of commands that people can click.
        tree: the commands, usable in servers, in direct messages and as a person's own app.
    """

    def __init__(self, parts: Parts) -> None:
        status = parts.settings.discord.status
        super().__init__(
            intents=intents(parts.settings.discord.read_threads),
            allowed_mentions=discord.AllowedMentions.none(),
            activity=discord.CustomActivity(status) if status else None,
            member_cache_flags=discord.MemberCacheFlags.none(),
            chunk_guilds_at_startup=False,
            max_messages=None,
            shard_count=parts.settings.discord.shards or None,
            http_trace=no_blind_repeats(),
        )
        self.settings = parts.settings
        self.database = parts.database
        self.embedder = parts.embedder
        self.index = parts.index
        self.search = parts.search
        self.answerer = parts.answerer
        self.today = parts.today
        self.proofs = ProofChecker(parts.database, PageReader())
        self.courier = Courier(
            parts.database, self, Rules(**parts.settings.announcements.model_dump())
        )
        self.studio = Studio(parts.settings.pictures.theme, on=parts.settings.pictures.on)
        self.near = Nearby(parts.embedder.name, parts.index)
        self.pages: Pages | None = None
        self.gate = Gate(parts.database, parts.settings.limits)
        self.tree = errors.Tree(
            self,
            allowed_contexts=app_commands.AppCommandContext(
                guild=True, dm_channel=True, private_channel=True
            ),
            allowed_installs=app_commands.AppInstallationType(guild=True, user=True),
        )
        self.clickable = Clickable(self.tree)


def intents(read_threads: bool = False) -> discord.Intents:
    """What the gateway sends. No privileged intent, unless plain messages in threads are to be
    read: content arrives by itself for direct messages, mentions and ping-replies.
    """
    wanted = discord.Intents.none()
    wanted.guilds = True
    wanted.messages = True
    wanted.message_content = read_threads
    return wanted


def invite_links(application_id: int) -> tuple[str, str]:
    """Where to add the bot to a server, and where to take it along as one's own app."""
    server = discord.utils.oauth_url(application_id, permissions=PERMISSIONS, scopes=SCOPES)
    person = discord.utils.oauth_url(application_id, scopes=("applications.commands",))
    return f"{server}&integration_type=0", f"{person}&integration_type=1"
