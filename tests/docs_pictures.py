"""Takes the pictures in docs/ anew: `python -m tests.docs_pictures [NAME …]`.

Messages are those of the try-out, which draws what the real bot sends in a browser; the others are
what the bot attaches to them. Chromium has to be installed.
"""

from __future__ import annotations

import asyncio
import base64
import sys
import tempfile
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import discord
from simcord import ChannelHandle, Env, GuildHandle, MemberActor

from bot.client import Colloquy
from bot.compose import opened
from bot.courier import Courier
from bot.live import create
from bot.pictures.studio import Studio
from bot.settings import Settings
from bot.tryout import simulated
from storage import announcing, destinations, finding, follows, works
from storage.answers import utcnow
from storage.follows import Every
from tests.bot.seeing import reply
from tests.browser import Tab, tab

DOCS = Path(__file__).parents[1] / "docs"
WIDTH, HEIGHT = 720, 2400
EXPLORER = 1280, 800
SCALE, PIXELS = 1.5, 700_000  # large messages are taken smaller
MODERATED = ("follows",)  # where Ada has to be a moderator
NAME = "Kai Han"  # of the sample
MESSAGE = "[...document.querySelectorAll('#channel-layout [data-message-id]')].at(-1)"
PICKER = "document.querySelector('.command-popup')"
DRAWN = (
    "[...document.images].every(image => image.complete && image.naturalWidth > 0)"
    " && !document.querySelector('.component-button[aria-disabled=true]:not(:disabled)')"
)


@dataclass(frozen=True, slots=True)
class Scene:
    """A server with the bot and Ada in it."""

    env: Env
    bot: Colloquy
    guild: GuildHandle
    ada: MemberActor

    async def announced(self, every: Every, number: int) -> ChannelHandle:
        """A channel to which the newest works were announced, gathered or not."""
        channel = self.guild.create_text_channel("papers")
        found = utcnow() - timedelta(days=8)  # so that a weekly digest is due
        async with self.bot.database.write() as session:
            person = await finding.resolve(session, NAME)
            where = await destinations.ensure_channel(session, channel.id, self.guild.id)
            follow = await follows.add(
                session, person.id, where, user_id=None, set_by=self.ada.id, every=every
            )
            newest, _ = await works.page(session, person.id, None, None, 0, number)
            for work in newest:
                await announcing.announce(session, work, [follow], found)
        await Courier(self.bot.database, self.bot).drain_once()
        return channel

    async def followed(self) -> ChannelHandle:
        """What Ada follows herself and in two channels."""
        here, papers, digest = map(self.guild.create_text_channel, ("ask", "papers", "digest"))
        await self.ada.slash(
            here, "follow add", researcher=NAME, how_often="daily",
            any_words="transformer, distillation", categories="cs.CV",
        )  # fmt: skip
        await self.ada.slash(here, "follow add", researcher=NAME, where=papers)
        await self.ada.slash(here, "follow add", researcher=NAME, where=digest, how_often="weekly")
        return await self.said("follow list", here)

    async def attached(self, command: str, *pressed: str) -> bytes:
        """The file that comes with a command's answer, or with what its buttons bring."""
        shown = await self.ada.slash(
            self.guild.create_text_channel("ask"), command, researcher=NAME
        )
        for label in pressed:
            shown = await self.ada.click(reply(shown), label=label)
        [file] = reply(shown).attachments
        return await file.read()

    async def said(
        self, command: str, channel: ChannelHandle | None = None, **given: object
    ) -> ChannelHandle:
        """A channel in which a command was answered."""
        channel = channel or self.guild.create_text_channel("ask")
        await self.ada.slash(channel, command, **given)
        return channel


PICTURES: dict[str, Callable[[Scene], Awaitable[ChannelHandle]]] = {
    "answer": lambda scene: scene.said("ask", question="What does NPD stand for?"),
    "refusal": lambda scene: scene.said("ask", question="Which learning rate does NPD use?"),
    "profile": lambda scene: scene.said("researcher profile", researcher=NAME),
    "works": lambda scene: scene.said("researcher works", researcher=NAME),
    "follows": Scene.followed,
    "announcement": lambda scene: scene.announced(Every.ONCE, 1),
    "digest": lambda scene: scene.announced(Every.WEEK, 3),
    "graph-message": lambda scene: scene.said("graph show", researcher=NAME),
    "slash-picker": lambda scene: scene.said("help"),
}
ATTACHED = {
    "card": ("researcher profile",),
    "timeline": ("researcher profile", "Timeline"),
    "split": ("researcher people",),
    "graph-dark": ("graph show",),
    "graph-light": ("graph show",),
    "explorer": ("graph show", "Open full explorer"),
}
EXPLORED = "Yunhe Wang"  # who is chosen on the explorer page
CHOOSE = f"""[...document.querySelectorAll('#list button')]
    .find((button) => button.textContent.startsWith('{EXPLORED}')).click()"""


async def take(names: list[str]) -> None:
    """Take these pictures, each of a server of its own."""
    with tempfile.TemporaryDirectory() as folder:
        async with opened(Settings(data_dir=Path(folder))) as parts, tab() as page:
            await page.look("dark", WIDTH, HEIGHT)
            for name in names:
                bot = create(parts)
                async with simulated(bot) as (env, people):
                    await bot.tree.sync()
                    guild = env.create_guild("Try Colloquy")
                    all_ = discord.Permissions.all()
                    role = guild.create_role("Moderators", permissions=all_)
                    ada = guild.add_member(people[0], roles=[role] if name in MODERATED else [])
                    await env.settle()
                    scene = Scene(env, bot, guild, ada)
                    if name in ATTACHED:
                        await _keep_attached(page, name, scene)
                        continue
                    channel = await PICTURES[name](scene)
                    await env.settle()
                    async with env.preview(channel, viewers=[ada], layout="channel") as shown:
                        await page.open("about:blank")
                        await page.open(shown.url)
                        await _keep(page, name)


async def _keep_attached(page: Tab, name: str, scene: Scene) -> None:
    if name.endswith("-light"):
        scene.bot.studio = Studio("light")
    file = await scene.attached(*ATTACHED[name])
    if name != "explorer":
        (DOCS / f"{name}.png").write_bytes(file)
        return
    with tempfile.NamedTemporaryFile(suffix=".html") as kept:
        Path(kept.name).write_bytes(file)
        await page.call("Emulation.setScrollbarsHidden", hidden=True)
        await page.look("dark", *EXPLORER)
        await page.open(Path(kept.name).as_uri())
        await page.js(CHOOSE)
        await asyncio.sleep(1)  # what is not tied to the one chosen fades
        taken = await page.call("Page.captureScreenshot", format="png")
        (DOCS / f"{name}.png").write_bytes(base64.b64decode(taken["data"]))
        await page.look("dark", WIDTH, HEIGHT)


async def _keep(page: Tab, name: str) -> None:
    await _until(page, f"!!{MESSAGE} && {DRAWN}")
    part = MESSAGE
    if name == "slash-picker":
        part = PICKER
        await page.look("dark", WIDTH, 640)
        await page.js("document.querySelector('textarea').focus()")
        await page.type("/")
        await _until(page, f"!!{PICKER}?.querySelector('[role=option]')")
    await page.js(f"{part}.scrollIntoView({{block: 'center'}})")
    box = await page.js(
        f"(b => ({{x: b.x, y: b.y, width: b.width, height: b.height}}))"
        f"({part}.getBoundingClientRect())"
    )
    clip = {**box, "scale": min(SCALE, (PIXELS / box["width"] / box["height"]) ** 0.5)}
    taken = await page.call("Page.captureScreenshot", format="png", clip=clip)
    (DOCS / f"{name}.png").write_bytes(base64.b64decode(taken["data"]))
    await page.look("dark", WIDTH, HEIGHT)


async def _until(page: Tab, what: str) -> None:
    for _ in range(300):
        if await page.js(what):
            break
        await asyncio.sleep(0.2)
    else:
        raise TimeoutError(what)
    await asyncio.sleep(1)  # pictures find their place


if __name__ == "__main__":
    asyncio.run(take(sys.argv[1:] or [*ATTACHED, *PICTURES]))
