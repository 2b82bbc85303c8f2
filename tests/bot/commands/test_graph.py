"""/graph: pictures with their texts, and a walk from node to node inside one message."""

from __future__ import annotations

import pytest
from simcord import ChannelHandle, InteractionResult, MemberActor

from bot.client import Colloquy
from storage import researchers, storing
from storage.works import Paper
from tests.bot.conftest import AddResearcher, Restart
from tests.bot.seeing import buttons, options, reply, words
from tests.storage.claimed import claim

pytestmark = pytest.mark.pictures


def seen(result: InteractionResult) -> str:
    """The alt text of the one picture."""
    (picture,) = [a for a in reply(result).attachments if a.filename.endswith(".png")]
    assert picture.size > 10_000
    return picture.description or ""


async def test_around_a_researcher(ada: MemberActor, channel: ChannelHandle) -> None:
    result = await ada.slash(channel, "graph show")
    assert not reply(result).ephemeral
    assert "Graph of what is around Kai Han" in seen(result)
    shown = words(result)
    assert "## Kai Han\n-# Person · 35 works · may be 10 people" in shown
    assert "11 of 99 people" in seen(result)
    assert "Yunhe Wang" not in shown, "the picture names people"
    assert "**Works** 6 of 35\n- [" in shown, "and cannot link works"
    assert buttons(result) == [
        *("Show more", "Open full explorer", "As text", "Profile"),
        *("✓ People", "✓ Works", "✓ Topics"),
    ]
    assert len(options(result)) == 24


async def test_a_walk_there_and_back(ada: MemberActor, channel: ChannelHandle) -> None:
    result = await ada.slash(channel, "graph show")
    message = reply(result)
    await ada.select(message, [options(result)["Yunhe Wang"]])
    assert "## Yunhe Wang" in words(result)
    assert "known by name only" in words(result)
    assert "around Yunhe Wang" in seen(result)
    assert "Profile" not in buttons(result), "there is none"
    await ada.select(message, [options(result)["Kai Han"]])
    await ada.click(message, label="Back")
    assert "## Yunhe Wang" in words(result)
    await ada.click(message, label="Back")
    assert "## Kai Han" in words(result)
    assert "Back" not in buttons(result)


async def test_it_goes_on_after_a_restart(
    ada: MemberActor, channel: ChannelHandle, restart: Restart
) -> None:
    result = await ada.slash(channel, "graph show", focus="topics", years="2020-2022")
    assert "only topics · 2020–2022" in words(result)
    await restart()
    await ada.click(reply(result), label="People")
    assert "only people and topics · 2020–2022" in words(result)
    assert "**Works**" not in words(result)
    assert buttons(result)[-3:] == ["✓ People", "Works", "✓ Topics"]


async def test_more_and_fewer(ada: MemberActor, channel: ChannelHandle) -> None:
    result = await ada.slash(channel, "graph show", focus="people")
    assert "24 of 99 people" in seen(result)
    await ada.click(reply(result), label="Show more")
    assert "40 of 99 people" in seen(result)
    await ada.click(reply(result), label="Show fewer")
    assert "24 of 99 people" in seen(result)


async def test_where_nothing_is_shown_there_is_a_way_on(
    ada: MemberActor, channel: ChannelHandle
) -> None:
    result = await ada.slash(channel, "graph show", focus="institutions")
    assert "No institutions are known around Kai Han, but people, works and topics" in words(result)
    assert buttons(result) == ["Profile", "People", "Works", "Topics"]
    await ada.click(reply(result), label="People")
    assert "24 of 99 people" in seen(result)
    await ada.click(reply(result), label="✓ People")
    assert buttons(result)[-3:] == ["✓ People", "✓ Works", "✓ Topics"], "never without anything"
    result = await ada.slash(channel, "graph show", years="2030")
    assert "Nothing is stored of 2030 around Kai Han; *All years* shows the rest." in words(result)
    await ada.click(reply(result), label="All years")
    assert "11 of 99 people" in seen(result)


async def test_everything_in_words(ada: MemberActor, channel: ChannelHandle) -> None:
    result = await ada.slash(channel, "graph show")
    text = await ada.click(reply(result), label="As text")
    assert reply(text).ephemeral
    assert "Yunhe Wang (14 works together, 2020–2026)" in words(text)


async def test_the_explorer_is_a_page_to_keep(ada: MemberActor, channel: ChannelHandle) -> None:
    result = await ada.slash(channel, "graph show")
    page = await ada.click(reply(result), label="Open full explorer")
    assert reply(page).ephemeral
    assert "Save this page and open it in a browser" in words(page)
    (file,) = reply(page).attachments
    assert file.filename == "kai-han-explorer.html"
    assert file.size > 30_000
    assert file.description == "An explorer of what is around Kai Han"


async def test_the_profile_and_the_graph_lead_to_each_other(
    ada: MemberActor, channel: ChannelHandle
) -> None:
    result = await ada.slash(channel, "graph show")
    profile = await ada.click(reply(result), label="Profile")
    assert reply(profile).ephemeral
    assert "-# Identity · L1" in words(profile)
    graph = await ada.click(reply(profile), label="Graph")
    assert reply(graph).ephemeral
    assert "11 of 99 people" in seen(graph)


async def test_how_two_people_are_connected(ada: MemberActor, channel: ChannelHandle) -> None:
    result = await ada.slash(channel, "graph path", a="Yunhe Wang", b="Andrea Vedaldi")
    assert "Yunhe Wang – Kai Han – Andrea Vedaldi" in seen(result)
    assert "## Yunhe Wang → Andrea Vedaldi\n-# 2 steps" in words(result)
    assert "Yunhe Wang wrote with Kai Han (14 works together" in words(result)
    assert "Several people may share the name Kai Han (10 so far); those who wrote" in words(result)
    assert buttons(result) == ["Around Yunhe Wang", "Around Andrea Vedaldi"]
    around = await ada.click(reply(result), label="Around Andrea Vedaldi")
    assert "## Andrea Vedaldi" in words(around)


async def test_people_without_a_record_are_offered_too(
    ada: MemberActor, mod: MemberActor, channel: ChannelHandle, bot: Colloquy
) -> None:
    async with bot.database.write() as session:
        await claim(session, 1, mod.id)
    for option in ("a", "b"):
        [offered] = await ada.autocomplete(channel, "graph path", option, "ved")
        assert offered == {"name": "Andrea Vedaldi · on 5 works", "value": "Andrea Vedaldi"}
    names = [o["name"] for o in await ada.autocomplete(channel, "graph path", "a", "kai")]
    assert names[0] == "Kai Han · 35 works · arXiv"
    assert not any(name.startswith("Kai Han · on ") for name in names), "offered once"
    await mod.slash(channel, "claim hide")
    names = [o["name"] for o in await ada.autocomplete(channel, "graph path", "a", "kai")]
    assert not any("Kai Han" in name for name in names)


async def test_nobody_in_between(
    ada: MemberActor, channel: ChannelHandle, add_researcher: AddResearcher
) -> None:
    await add_researcher("Grace Hopper")
    result = await ada.slash(channel, "graph path", a="Kai Han", b="Grace Hopper")
    assert "I found no chain of co-authors from Kai Han to Grace Hopper" in words(result)


async def test_works_near_a_work(ada: MemberActor, channel: ChannelHandle) -> None:
    result = await ada.slash(channel, "graph similar", work="Near-Policy")
    assert "## Near [Near-Policy" in words(result)
    assert "-# the nearest in meaning first" in words(result)
    assert "· cosine 0." in words(result)
    assert "near in meaning" not in words(result)
    assert "8 works" in seen(result)
    chosen = next(iter(options(result).items()))
    await ada.select(reply(result), [chosen[1]])
    assert chosen[0][:20] in words(result)


async def test_a_work_is_known_by_the_head_of_its_title(
    ada: MemberActor, channel: ChannelHandle
) -> None:
    result = await ada.slash(channel, "graph similar", work="GhostNet")
    assert "## Near [GhostNet: More Features" in words(result)


async def test_whom_to_talk_to(ada: MemberActor, channel: ChannelHandle) -> None:
    result = await ada.slash(channel, "graph people")
    assert "I found nobody near in topic among the stored works." in words(result)
    assert reply(result).attachments == []


async def test_an_ambiguous_name_is_asked_about_before_anything_is_shown(
    ada: MemberActor, channel: ChannelHandle, add_researcher: AddResearcher
) -> None:
    await add_researcher("Kai Han", source="OpenAlex")
    result = await ada.slash(channel, "graph show", researcher="Kai Han")
    assert reply(result).ephemeral
    assert "Several researchers are called “Kai Han”" in words(result)


@pytest.mark.parametrize(
    ("command", "given", "said"),
    [
        ("graph show", {"years": "sometime"}, "I cannot read “sometime” as years"),
        ("graph show", {"researcher": "Zzyzx Qqq"}, "I know no researcher called"),
        ("graph similar", {"work": "No such title"}, "I know no paper called"),
    ],
)
async def test_what_cannot_be_read_gets_a_sentence(
    ada: MemberActor, channel: ChannelHandle, command: str, given: dict[str, str], said: str
) -> None:
    result = await ada.slash(channel, command, **given)
    assert reply(result).ephemeral
    assert said in words(result)


async def test_names_with_markup_stay_names(
    ada: MemberActor, channel: ChannelHandle, bot: Colloquy
) -> None:
    async with bot.database.write() as session:
        number = await researchers.ensure(session, "Bobby *Tables*", "arXiv")
        paper = Paper(
            source_id="test:1",
            title="On @everyone </script>",
            abstract="",
            year=2020,
            authors=("Bobby *Tables*", "@here <b>"),
        )
        await storing.store(session, [paper], number)
    result = await ada.slash(channel, "graph show", researcher="Bobby *Tables*")
    assert "## Bobby \\*Tables\\*" in words(result)
    assert "@\u200beveryone" in words(result)
    text = await ada.click(reply(result), label="As text")
    assert "@\u200bhere" in words(text)
