"""/admin join-records, part-records and joined-records, as a moderator uses them."""

from __future__ import annotations

from simcord import ChannelHandle, MemberActor

from bot.client import Colloquy
from storage import joining, own_words, persons
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
    assert "**Kai Han (OpenAlex, 1 work)** and **Kai Han (arXiv, 35 works)** are" in words(joined)
    assert f"joined to Kai Han (arXiv, 36 works) by <@{mod.id}>" in words(joined)
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
    assert f"parted from Kai Han (arXiv, 35 works) by <@{mod.id}>" in parted
    again = words(await mod.slash(channel, "admin part-records", record=offered["value"]))
    assert "That record is not joined to another record" in again
    log = words(await mod.slash(channel, "admin joined-records"))
    assert "No two records are joined." in log
    assert log.index("joined to") < log.index("parted from")


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
    await mod.slash(channel, "admin join-records", record=f"id:{other}", **{"same-as": "id:1"})
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
