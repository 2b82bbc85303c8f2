"""/help: its examples work."""

from __future__ import annotations

import re

from simcord import ChannelHandle, Env, MemberActor
from sqlalchemy import delete

from bot.client import Colloquy
from storage import own_words
from storage.schema import ResearcherRow
from tests.bot.conftest import AddResearcher
from tests.bot.seeing import reply, words
from tests.storage.claimed import claim


async def test_help_is_private_and_its_examples_work(
    ada: MemberActor, channel: ChannelHandle
) -> None:
    result = await ada.slash(channel, "help")
    assert reply(result).ephemeral
    examples = re.findall(r"</ask:\d+> (.+)", words(result))
    assert len(examples) == 3
    for example in examples:
        answered = await ada.slash(channel, "ask", question=example, private=True)
        assert "About Kai Han" in words(answered)
        assert "](https://arxiv.org/abs/" in words(answered), example


async def test_commands_can_be_clicked_where_discord_knows_them(
    ada: MemberActor, channel: ChannelHandle, bot: Colloquy, env: Env
) -> None:
    published = {command.name: command.id for command in await bot.tree.fetch_commands()}
    env.inject_error("GET", "/applications/*/commands", status=500)
    plain = words(await ada.slash(channel, "help"))
    assert "`/ask` Which papers" in plain
    shown = words(await ada.slash(channel, "help"))
    assert f"</ask:{published['ask']}> Which papers" in shown
    assert f"</graph path:{published['graph']}> how two are connected" in shown
    assert "`/privacy` what is kept" in shown, "a group cannot be clicked"
    assert re.sub(r"</([a-z ]+):\d+>", r"`/\1`", shown) == plain


async def test_of_several_the_examples_are_about_who_has_the_most_works(
    ada: MemberActor, channel: ChannelHandle, add_researcher: AddResearcher
) -> None:
    await add_researcher("Grace Hopper")
    examples = re.findall(r"</ask:\d+> (.+)", words(await ada.slash(channel, "help")))
    assert len(examples) == 3
    for example in examples:
        answered = await ada.slash(channel, "ask", question=example, private=True)
        assert "About Kai Han" in words(answered)
        assert "](https://arxiv.org/abs/" in words(answered), example


async def test_the_examples_are_about_nobody_who_hides_here(
    ada: MemberActor, channel: ChannelHandle, bot: Colloquy, add_researcher: AddResearcher
) -> None:
    await add_researcher("Grace Hopper")
    async with bot.database.write() as session:
        await claim(session, 1, ada.id)
        await own_words.hide(session, 1, ada.id, ada.guild.id)
    shown = words(await ada.slash(channel, "help"))
    assert "Which papers of Grace Hopper are about" in shown
    assert "Kai Han" not in shown


async def test_with_nobody_stored_an_example_is_made_up(
    ada: MemberActor, channel: ChannelHandle, bot: Colloquy
) -> None:
    async with bot.database.write() as session:
        await session.execute(delete(ResearcherRow))
    shown = words(await ada.slash(channel, "help"))
    assert "Which papers of Ada Lovelace are about" in shown
