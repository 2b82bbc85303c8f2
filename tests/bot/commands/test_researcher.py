"""/researcher: the profile, the works, the search, and what can be pressed under them."""

from __future__ import annotations

import pytest
from simcord import ChannelHandle, Env, MemberActor

from bot.client import Colloquy
from storage import places
from storage.schema import ResearcherRow
from tests.bot.conftest import AddResearcher, Restart
from tests.bot.seeing import buttons, options, pictures, reply, words


@pytest.mark.pictures
async def test_profile_shows_the_page(ada: MemberActor, channel: ChannelHandle) -> None:
    result = await ada.slash(channel, "researcher profile", researcher="Kai Han")
    assert not reply(result).ephemeral
    shown = words(result)
    for part in (
        "## Kai Han",
        "-# Identity · L1: imported from a public source, unclaimed; raised by",
        "**More topics**",
        "**Close collaborators**",
        "Yunhe Wang",
    ):
        assert part in shown
    for part in ("Trust 21", "**35** works", "Affiliation not imported"):
        assert part not in shown, "the picture shows it"
    assert buttons(result) == [
        *("Works", "Graph", "Timeline", "Ask about Kai Han"),
        *("Follow", "Invite", "Claim"),
    ]
    (picture,) = reply(result).attachments
    assert picture.filename == "profile.png"
    told = picture.description or ""
    assert told.startswith(
        "Profile card of Kai Han; Researcher, Affiliation not imported, "
        "open to collaborate once claimed; trust 21 of 100"
    )
    assert len(told) > 256
    assert pictures(result) == [told], "the message says all of it"


async def test_without_pictures_the_texts_stand_alone(
    ada: MemberActor, channel: ChannelHandle
) -> None:
    profile = await ada.slash(channel, "researcher profile")
    for part in (
        "Affiliation not imported",
        "Open to collaborate once claimed · Not claimed · Verification level L1",
        "**Trust 21 · Emerging**",
        "**35** works · **0** followers",
        "**Topics**",
    ):
        assert part in words(profile)
    assert reply(profile).attachments == []
    graph = await ada.slash(channel, "graph show")
    assert "**People** 11 of 99" in words(graph)
    assert reply(graph).attachments == []


@pytest.mark.pictures
async def test_the_timeline_is_a_picture(ada: MemberActor, channel: ChannelHandle) -> None:
    result = await ada.slash(channel, "researcher profile")
    shown = await ada.click(reply(result), label="Timeline")
    assert reply(shown).ephemeral
    assert words(shown) == "## Timeline of Kai Han"
    (picture,) = reply(shown).attachments
    assert "Timeline of Kai Han, 35 works" in (picture.description or "")
    assert buttons(shown) == ["Works"]


async def test_the_only_researcher_needs_no_name(ada: MemberActor, channel: ChannelHandle) -> None:
    assert "## Kai Han" in words(await ada.slash(channel, "researcher profile"))


async def test_the_default_of_the_place_is_meant(
    ada: MemberActor, channel: ChannelHandle, bot: Colloquy, add_researcher: AddResearcher
) -> None:
    grace = await add_researcher("Grace Hopper")
    async with bot.database.write() as session:
        await places.set_researcher(session, ada.guild.id, None, grace)
    assert "## Grace Hopper" in words(await ada.slash(channel, "researcher profile"))


async def test_with_several_researchers_one_has_to_be_named(
    ada: MemberActor, channel: ChannelHandle, add_researcher: AddResearcher
) -> None:
    await add_researcher("Grace Hopper")
    result = await ada.slash(channel, "researcher profile")
    assert reply(result).ephemeral
    assert "Please say which researcher you mean" in words(result)


async def test_an_unknown_name_gets_near_names_in_private(
    ada: MemberActor, channel: ChannelHandle
) -> None:
    result = await ada.slash(channel, "researcher profile", researcher="Kay Han")
    assert reply(result).ephemeral
    assert "Did you mean Kai Han?" in words(result)


async def test_an_ambiguous_name_offers_the_choices(
    ada: MemberActor, channel: ChannelHandle, add_researcher: AddResearcher
) -> None:
    await add_researcher("Kai Han", source="OpenAlex")
    result = await ada.slash(channel, "researcher profile", researcher="Kai Han")
    assert reply(result).ephemeral
    assert "please choose one" in words(result)
    choices = options(result)
    assert list(choices) == ["Kai Han (arXiv, 35 works)", "Kai Han (OpenAlex, 1 work)"]
    await ada.select(reply(result), [choices["Kai Han (OpenAlex, 1 work)"]])
    assert "**1** work" in words(result)


async def test_works_come_in_pages(ada: MemberActor, channel: ChannelHandle) -> None:
    result = await ada.slash(channel, "researcher works", researcher="Kai Han")
    assert not reply(result).ephemeral
    first = words(result)
    assert "1–5 of 35 works, newest first" in first
    assert "](https://arxiv.org/abs/" in first
    assert "Preprint · 2026 · arXiv" in first
    assert buttons(result) == ["Next"]
    pressed = await ada.click(reply(result), label="Next")
    assert pressed.acknowledged
    assert "6–10 of 35 works" in words(result)
    assert buttons(result) == ["Previous", "Next"]
    await ada.click(reply(result), label="Previous")
    assert words(result) == first


async def test_works_of_a_year_with_words(ada: MemberActor, channel: ChannelHandle) -> None:
    result = await ada.slash(channel, "researcher works", year=2022)
    assert " in 2022, newest first" in words(result)
    assert "· 2021 ·" not in words(result)
    found = await ada.slash(channel, "researcher works", query="distillation")
    assert "with “distillation”, newest first" in words(found)
    none = await ada.slash(channel, "researcher works", query="@everyone *zzz*")
    assert "There are none with “@\u200beveryone \\*zzz\\*”." in words(none)


async def test_pages_keep_their_filters(ada: MemberActor, channel: ChannelHandle) -> None:
    result = await ada.slash(channel, "researcher works", query="network")
    head = words(result).splitlines()[1]
    await ada.click(reply(result), label="Next")
    assert words(result).splitlines()[1].split(" of ")[1] == head.split(" of ")[1]


async def test_an_abstract_is_read_on_demand(ada: MemberActor, channel: ChannelHandle) -> None:
    result = await ada.slash(channel, "researcher works", query="Near-Policy")
    ((title, value),) = options(result).items()
    assert title.startswith("Near-Policy")
    read = await ada.select(reply(result), [value])
    assert reply(read).ephemeral
    assert "Standard knowledge distillation for autoregressive models" in words(read)
    assert "Δ-IFD" in words(read)  # LaTeX as characters


async def test_a_title_from_the_list_opens_its_abstract(
    ada: MemberActor, channel: ChannelHandle
) -> None:
    offered = await ada.autocomplete(channel, "researcher works", "query", "near-policy")
    assert [choice["name"][:11] for choice in offered] == ["Near-Policy"]
    result = await ada.slash(channel, "researcher works", query=offered[0]["value"])
    assert "we propose Near-Policy Distillation" in words(result)


async def test_pickers_offer_researchers_and_years(
    ada: MemberActor, channel: ChannelHandle
) -> None:
    people = await ada.autocomplete(channel, "researcher profile", "researcher", "han")
    assert people[0]["name"] == "Kai Han · 35 works · arXiv"
    assert all(choice["name"].startswith("Kai Han · ") for choice in people)
    result = await ada.slash(channel, "researcher profile", researcher=people[0]["value"])
    assert "## Kai Han" in words(result)
    years = await ada.autocomplete(channel, "researcher works", "year", "202")
    assert all(2020 <= choice["value"] <= 2029 for choice in years)
    assert years == sorted(years, key=lambda choice: -choice["value"])
    assert await ada.autocomplete(channel, "researcher profile", "researcher", "zzzz") == []


async def test_before_a_letter_is_typed_the_default_is_offered_and_then_who_has_most_works(
    ada: MemberActor, mod: MemberActor, channel: ChannelHandle, add_researcher: AddResearcher
) -> None:
    await add_researcher("Grace Hopper")
    await add_researcher("Ada Lovelace")

    async def offered() -> list[str]:
        people = await ada.autocomplete(channel, "researcher profile", "researcher", "")
        return list(dict.fromkeys(choice["name"].partition(" · ")[0] for choice in people))

    assert await offered() == ["Kai Han", "Grace Hopper", "Ada Lovelace"]
    await mod.slash(channel, "admin default-researcher", researcher="Ada Lovelace")
    assert await offered() == ["Ada Lovelace", "Kai Han", "Grace Hopper"]


async def test_search_finds_by_the_beginning_of_a_name(
    ada: MemberActor, channel: ChannelHandle
) -> None:
    result = await ada.slash(channel, "researcher search", name="ka")
    assert reply(result).ephemeral
    assert "**Kai Han** · 35 works" in words(result)
    await ada.select(reply(result), [options(result)["Kai Han"]])
    assert "## Kai Han" in words(result)
    author = await ada.slash(channel, "researcher search", name="yunhe")
    assert words(author) == (
        "I know nobody called “yunhe”.\n"
        "Yunhe Wang is an author of 14 works here, without a record; "
        "ask about “papers by Yunhe Wang”."
    )
    profile = await ada.slash(channel, "researcher profile", researcher="yunhe")
    assert "Yunhe Wang is an author of 14 works here" in words(profile)
    near = await ada.slash(channel, "researcher search", name="hann")
    assert words(near).startswith("Researchers like “hann”")
    assert "**Kai Han** · 35 works" in words(near)
    nobody = await ada.slash(channel, "researcher search", name="`@everyone`")
    assert "I know nobody called “\\`@\u200beveryone\\`”" in words(nobody)


@pytest.mark.parametrize("nothing", [" ", "%", "**", "_"])
async def test_a_search_for_no_name_lists_nobody(
    ada: MemberActor, channel: ChannelHandle, nothing: str
) -> None:
    found = await ada.slash(channel, "researcher search", name=nothing)
    assert "holds no name that I could look for" in words(found)


async def test_works_of_a_profile_are_shown_to_whoever_pressed(
    ada: MemberActor, bob: MemberActor, channel: ChannelHandle
) -> None:
    result = await ada.slash(channel, "researcher profile")
    pressed = await bob.click(reply(result), label="Works")
    assert reply(pressed).ephemeral
    assert "1–5 of 35 works" in words(pressed)
    await bob.click(reply(pressed), label="Next")
    assert "6–10 of 35 works" in words(pressed)


async def test_a_question_about_the_person_on_a_profile(
    ada: MemberActor, channel: ChannelHandle
) -> None:
    result = await ada.slash(channel, "researcher profile")
    form = await ada.click(reply(result), label="Ask about Kai Han")
    assert form.modal is not None
    assert form.modal["title"] == "Ask about Kai Han"
    answered = await ada.submit_modal(form, {"question": "What does NPD stand for?"})
    assert "About Kai Han" in words(answered)
    assert not reply(answered).ephemeral


async def test_buttons_survive_a_restart(
    ada: MemberActor, channel: ChannelHandle, restart: Restart
) -> None:
    result = await ada.slash(channel, "researcher works")
    await restart()
    await ada.click(reply(result), label="Next")
    assert "6–10 of 35 works" in words(result)


async def test_a_button_of_somebody_who_is_gone_says_so(
    ada: MemberActor, channel: ChannelHandle, bot: Colloquy
) -> None:
    result = await ada.slash(channel, "researcher profile")
    async with bot.database.write() as session:
        await session.delete(await session.get_one(ResearcherRow, 1))
    pressed = await ada.click(reply(result), label="Works")
    assert reply(pressed).ephemeral
    assert "That researcher is not stored here" in words(pressed)


async def test_in_a_direct_message(env: Env) -> None:
    assert "## Kai Han" in words(await env.create_user("carl").slash("researcher profile"))
