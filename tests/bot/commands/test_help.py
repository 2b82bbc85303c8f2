"""/help: its examples work."""

from __future__ import annotations

import re

from simcord import ChannelHandle, Env, MemberActor
from sqlalchemy import delete

from bot.client import Colloquy
from storage import destinations, own_words, reports, works
from storage.schema import ResearcherRow
from tests.bot.conftest import AddResearcher
from tests.bot.seeing import reply, words
from tests.storage.claimed import claim
from tests.storage.claiming import review, start


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


async def test_its_last_line_says_what_waits_for_whoever_asks(
    ada: MemberActor, bob: MemberActor, mod: MemberActor, channel: ChannelHandle, bot: Colloquy,
    add_researcher: AddResearcher,
) -> None:  # fmt: skip
    for person in (ada, bob, mod):
        assert "for you**" not in words(await person.slash(channel, "help"))
    async with bot.database.write() as session:
        await claim(session, 1, bob.id)
        [work, *_] = await works.ids_of(session, [1])
        await reports.report(session, ada.id, 1, work, theirs=False)
    invited = {"researcher": "Kai Han", "message": "Shall we prune networks?"}
    await ada.slash(channel, "collaborate invite", **invited)
    assert (await _last_line(bob, channel)) == (
        "**2 things wait for you**: 1 invitation to answer (`/collaborate inbox`) and "
        "1 report about your works (`/claim status`)."
    )
    await mod.slash(channel, "follow add", researcher="Kai Han", where=channel)
    async with bot.database.write() as session:
        place = await destinations.find(session, channel_id=channel.id)
        assert place is not None
        await destinations.pause(session, place.id, "it is gone")
    hopper = await start(bot.database, await add_researcher("Grace Hopper"), ada.id, ada.guild.id)
    assert await _last_line(ada, channel) == (
        "**1 thing waits for you**: 1 claim to prove (`/claim status`)."
    )
    await review(bot.database, hopper, ada.guild.id)
    assert await _last_line(mod, channel) == (
        "**2 things wait for you**: 1 claim to decide (`/admin claims`) and "
        "1 place where nothing arrives (`/admin announcements`)."
    )
    assert "`/admin" not in await _last_line(bob, channel)


async def _last_line(person: MemberActor, channel: ChannelHandle) -> str:
    """The last line of what help says, its commands as one types them."""
    shown = words(await person.slash(channel, "help")).split("\n")[-1]
    return re.sub(r"</([a-z ]+):\d+>", r"`/\1`", shown)
