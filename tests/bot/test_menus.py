"""Menus of more than Discord shows at once: everything in them can be reached."""

from __future__ import annotations

import pytest
from simcord import ChannelHandle, MemberActor

from bot.client import Colloquy
from storage import own_claims, persons, researchers, storing
from storage.persons import Part, Placed
from tests.bot.seeing import options, reply, words
from tests.storage.papers import paper

PEOPLE = 47
TOPIC = "subject number {n:02} · with Ada Lovelace"


@pytest.fixture
async def people(bot: Colloquy) -> int:
    """A record behind whose name there are many people; its id."""
    async with bot.database.write() as session:
        record = await researchers.ensure(session, "Yang Liu", "arXiv")
        stored = await storing.store(session, [paper(n) for n in range(PEOPLE)], record)
        parts = [
            Part(TOPIC.format(n=n), (Placed(work, 0.9, "a test"),))
            for n, work in enumerate(stored.new)
        ]
        await persons.save(session, record, parts)
        return record


async def test_each_of_many_people_can_claim(
    ada: MemberActor, channel: ChannelHandle, people: int
) -> None:
    asked = await ada.slash(channel, "claim start", researcher=f"id:{people}")
    assert "All of these are me, one person" in options(asked)
    seen: dict[str, str] = {}
    for page in range(1, 4):
        seen |= options(asked)
        if "Next" in options(asked):
            await ada.select(reply(asked), [options(asked)["Next"]])
            assert "## Which Yang Liu are you?" in words(asked), page
    assert len(seen) == PEOPLE + 3
    last = options(asked)[TOPIC.format(n=46)]
    await ada.select(reply(asked), [last])
    assert "## Are you Yang Liu · subject number 46" in words(asked)


async def test_who_turns_the_page_of_a_public_menu_does_so_for_themselves(
    ada: MemberActor, channel: ChannelHandle, people: int
) -> None:
    public = await ada.slash(channel, "researcher profile", researcher=f"id:{people}")
    before = options(public)
    turned = await ada.select(reply(public), [before["Next"]])
    assert reply(turned).ephemeral
    assert options(public) == before
    await ada.select(reply(turned), [options(turned)["Next"]])
    label = TOPIC.format(n=46)
    await ada.select(reply(turned), [options(turned)[label]])
    assert "## Yang Liu\n" + label in words(turned)


async def test_a_work_can_be_given_to_each_of_many_people_but_whose_it_is(
    ada: MemberActor, channel: ChannelHandle, people: int
) -> None:
    listed = await ada.slash(channel, "researcher works", researcher=f"id:{people}")
    abstract = await ada.select(reply(listed), [next(iter(options(listed).values()))])
    seen = set(options(abstract))
    while "Next" in options(abstract):
        await ada.select(reply(abstract), [options(abstract)["Next"]])
        seen |= set(options(abstract))
    assert len(seen - {"Next", "Previous"}) == PEOPLE - 1
    said = await ada.select(reply(abstract), [list(options(abstract).values())[-1]])
    assert "I have noted that this work is by Yang Liu · " in words(said)


async def test_people_are_found_by_what_tells_them_apart(
    ada: MemberActor, channel: ChannelHandle, people: int
) -> None:
    offered = await ada.autocomplete(channel, "follow add", "researcher", "yang liu number 46")
    assert [choice["name"].split(" · with")[0] for choice in offered] == [
        "Yang Liu · subject number 46"
    ]


async def test_moderators_reach_each_of_many_claims(
    mod: MemberActor, channel: ChannelHandle, bot: Colloquy, people: int
) -> None:
    async with bot.database.write() as session:
        for number, person in enumerate(await persons.namesakes(session, people)):
            await own_claims.start(session, person.id, 1000 + number, mod.guild.id)
    listed = await mod.slash(channel, "admin claims")
    seen = set(options(listed).values())
    while "Next" in options(listed):
        await mod.select(reply(listed), [options(listed)["Next"]])
        seen |= set(options(listed).values())
    assert sum(value.isdecimal() for value in seen) == PEOPLE
    await mod.select(reply(listed), [list(options(listed).values())[-1]])
    assert "says that they are **Yang Liu" in words(listed)
