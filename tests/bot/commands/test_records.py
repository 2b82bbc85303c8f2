"""/admin join-records, part-records and joined-records, as a moderator uses them."""

from __future__ import annotations

from simcord import ChannelHandle, MemberActor

from bot.client import Colloquy
from storage import joining, own_words, persons
from storage.answers import utcnow
from storage.phrases import day
from tests.bot.conftest import AddResearcher
from tests.bot.seeing import reply, words
from tests.storage.claimed import claim


async def test_two_records_are_joined_and_parted_and_both_are_in_the_log(
    ada: MemberActor,
    mod: MemberActor,
    channel: ChannelHandle,
    bot: Colloquy,
    add_researcher: AddResearcher,
) -> None:
    other = await add_researcher("Kai Han", source="OpenAlex")
    joined = await mod.slash(
        channel, "admin join-records", record=f"id:{other}", **{"same-as": "id:1"}
    )
    assert reply(joined).ephemeral
    assert "- Kai Han (OpenAlex, 1 work)\n- Kai Han (arXiv, 35 works)" in words(joined)
    assert "would stand for both, with 36 works; 0 works on both" in words(joined)
    assert "names differ" not in words(joined)
    async with bot.database.read() as session:
        assert await joining.everything(session) == []
    await mod.click(reply(joined), label="Yes, join them")
    assert "Kai Han (OpenAlex)** is joined: **Kai Han (arXiv, 36 works)** stands" in words(joined)
    assert f"Kai Han (OpenAlex) joined to Kai Han (arXiv) by <@{mod.id}>" in words(joined)
    profile = await ada.slash(channel, "researcher profile", researcher="Kai Han")
    assert "**36** works" in words(profile)
    async with bot.database.read() as session:
        placed = [w for p in await persons.of_record(session, 1) for w in p.works]
        assert await persons.record_of(session, other) == 1
    assert len(placed) > 30
    listed = words(await mod.slash(channel, "admin joined-records"))
    assert "- Kai Han (OpenAlex, 1 work) → **Kai Han (arXiv, 36 works)**" in listed
    [offered] = await mod.autocomplete(channel, "admin part-records", "record", "openalex")
    assert offered["name"] == "Kai Han (OpenAlex, 1 work) → Kai Han (arXiv, 36 works)"
    parted = words(await mod.slash(channel, "admin part-records", record=offered["value"]))
    assert "are two records again" in parted
    assert f"parted from Kai Han (arXiv) by <@{mod.id}>" in parted
    again = words(await mod.slash(channel, "admin part-records", record=offered["value"]))
    assert "That record is not joined to another record" in again
    log = words(await mod.slash(channel, "admin joined-records"))
    assert "No two records are joined." in log
    assert log.index("joined to") < log.index("parted from")


async def test_who_does_not_look_alike_is_joined_only_after_a_warning(
    mod: MemberActor, channel: ChannelHandle, bot: Colloquy, add_researcher: AddResearcher
) -> None:
    other = await add_researcher("Grace Hopper")
    async with bot.database.read() as session:
        person = (await persons.of_record(session, 1))[0].researcher
    asked = await mod.slash(
        channel, "admin join-records", record=f"id:{other}", **{"same-as": f"id:{person.id}"}
    )
    assert "**Their names differ.**" in words(asked)
    assert f"**{person.distinct_name}**: the whole record is joined" in words(asked)
    await mod.click(reply(asked), label="No")
    assert words(asked) == "Nothing was changed."
    async with bot.database.read() as session:
        assert await joining.everything(session) == []


async def test_the_log_says_of_each_step_what_it_was_and_when_in_which_zone(
    mod: MemberActor, channel: ChannelHandle, add_researcher: AddResearcher
) -> None:
    for name in ("K. Han", "Kai H."):
        other = await add_researcher(name, source="OpenAlex")
        asked = await mod.slash(
            channel, "admin join-records", record=f"id:{other}", **{"same-as": "id:1"}
        )
        await mod.click(reply(asked), label="Yes, join them")
    log = words(await mod.slash(channel, "admin joined-records")).partition("**Log**")[2]
    assert "K. Han (OpenAlex) joined to Kai Han (arXiv) by" in log
    assert "works" not in log
    assert f"-# {day(utcnow())}, " in log
    assert " UTC · " in log


async def test_a_record_that_was_claimed_elsewhere_is_not_joined_here(
    ada: MemberActor,
    mod: MemberActor,
    channel: ChannelHandle,
    bot: Colloquy,
    add_researcher: AddResearcher,
) -> None:
    other = await add_researcher("Kai Han", source="OpenAlex")
    async with bot.database.write() as session:
        await claim(session, 1, ada.id)
    both = {"record": f"id:{other}", "same-as": "id:1"}
    said = words(await mod.slash(channel, "admin join-records", **both))
    assert "has claimed it elsewhere" in said
    async with bot.database.write() as session:
        assert await joining.everything(session) == []
        await joining.join(session, other, 1, 9)
    said = words(await mod.slash(channel, "admin part-records", record=f"id:{other}"))
    assert "has claimed it elsewhere" in said
    async with bot.database.read() as session:
        assert len(await joining.everything(session)) == 1


async def test_the_default_of_a_place_goes_on_as_the_record_that_stands_for_both(
    ada: MemberActor,
    mod: MemberActor,
    channel: ChannelHandle,
    bot: Colloquy,
    add_researcher: AddResearcher,
) -> None:
    other = await add_researcher("K. Han", source="OpenAlex")
    await mod.slash(channel, "admin default-researcher", researcher=f"id:{other}")
    join = await mod.slash(
        channel, "admin join-records", record=f"id:{other}", **{"same-as": "id:1"}
    )
    await mod.click(reply(join), label="Yes, join them")
    asked = words(await ada.slash(channel, "ask", question="How many papers are there?"))
    assert "About Kai Han, 36 works" in asked
    assert "Kai Han" in words(await mod.slash(channel, "admin settings"))
    async with bot.database.write() as session:
        await claim(session, 1, ada.id)
        await own_words.hide(session, 1, ada.id, ada.guild.id)
    for command, given in (
        ("ask", {"question": "How many papers of K. Han are there?"}),
        ("ask", {"question": "How many papers are there?", "researcher": f"id:{other}"}),
        ("researcher profile", {"researcher": f"id:{other}"}),
    ):
        assert "I know no researcher called “K. Han”" in words(
            await ada.slash(channel, command, **given)
        )
    asked = words(await ada.slash(channel, "ask", question="How many papers are there?"))
    assert "About Kai Han" not in asked
