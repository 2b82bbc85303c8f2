"""Who opted out, or hid in a server, is in no list of people, no answer and no graph there: in no
text, no picture and no page. Only the line of authors of a paper still prints the name.

Who hid is in no choice among people of a name either.
"""

from __future__ import annotations

import re

import pytest
from simcord import ChannelHandle, InteractionResult, MemberActor

from bot.client import Colloquy
from storage import attributions, network, optouts, own_words, researchers, storing
from tests.bot.conftest import AddResearcher
from tests.bot.seeing import buttons, options, reply, words
from tests.storage.claimed import claim
from tests.storage.papers import paper

pytestmark = pytest.mark.pictures

WHO = "Yunhe Wang"
HOW = pytest.mark.parametrize("how", ["hidden", "opted out"])


class Shelf:
    """Where explorer pages are put, to be looked at."""

    def __init__(self) -> None:
        self.pages: list[str] = []

    def put(self, name: str, page: str) -> str:
        self.pages.append(page)
        return f"http://127.0.0.1:1/{name}"


async def _on_record(bot: Colloquy, user_id: int) -> int:
    """The co-author's own record, with half of the works that print the name."""
    async with bot.database.write() as session:
        record = await researchers.ensure(session, WHO, "arXiv")
        theirs = [work.id for work in await network.works_of(session, "yunhe wang")]
        await attributions.attribute(session, record, theirs[::2])
        await claim(session, record, user_id)
        return record


async def _gone(bot: Colloquy, how: str, record: int, user_id: int, guild_id: int) -> None:
    async with bot.database.write() as session:
        if how == "hidden":
            await own_words.hide(session, record, user_id, guild_id)
        else:
            await optouts.opt_out(session, record, user_id)


def _everything(result: InteractionResult) -> str:
    """Whatever can be read of a reply: words, buttons, the menu, alt texts, file names."""
    said = reply(result)
    texts = [words(result), *buttons(result), *options(result)]
    return "\n".join([*texts, *(f"{a.filename} {a.description}" for a in said.attachments)])


@HOW
async def test_they_are_in_no_graph(
    ada: MemberActor, channel: ChannelHandle, bot: Colloquy, how: str
) -> None:
    shelf = Shelf()
    bot.pages = shelf  # type: ignore[assignment]
    before = await ada.slash(channel, "graph show", researcher="Kai Han")
    record = await _on_record(bot, ada.id)
    recorded = await ada.slash(channel, "graph show", researcher="Kai Han")
    await ada.click(reply(recorded), label="Open full explorer")
    assert WHO in _everything(before)
    assert WHO in _everything(recorded)
    assert WHO in shelf.pages.pop()

    await _gone(bot, how, record, ada.id, ada.guild.id)
    shown = await ada.slash(channel, "graph show", researcher="Kai Han")
    assert any("11 of 98 people" in (a.description or "") for a in reply(shown).attachments)
    assert WHO not in _everything(shown)
    for press in ("Show more", "As text", "Open full explorer"):
        assert WHO not in _everything(await ada.click(reply(shown), label=press))
    assert WHO not in shelf.pages.pop()
    assert WHO not in _everything(await ada.slash(channel, "graph people", researcher="Kai Han"))
    work = await ada.slash(channel, "graph similar", work="GhostNet: More Features")
    around = await ada.click(reply(work), label="Graph")
    assert "people: " in (reply(around).attachments[0].description or "")
    assert WHO not in _everything(work) + _everything(around)


@HOW
async def test_they_cannot_be_stepped_to_or_asked_for(
    ada: MemberActor, channel: ChannelHandle, bot: Colloquy, how: str
) -> None:
    old = await ada.slash(channel, "graph show", researcher="Kai Han")
    record = await _on_record(bot, ada.id)
    newer = await ada.slash(channel, "graph show", researcher="Kai Han")
    await _gone(bot, how, record, ada.id, ada.guild.id)
    for message in (old, newer):
        pressed = await ada.select(reply(message), [options(message)[WHO]])
        assert [f"I know no researcher called “{WHO}”" in words(p) for p in pressed.followups] == [
            True
        ]
        assert "## Kai Han" in words(pressed)
    for command, given in (
        ("graph show", {"researcher": WHO}),
        ("graph people", {"researcher": WHO}),
        ("graph path", {"a": WHO, "b": "Kai Han"}),
        ("graph path", {"a": "Kai Han", "b": WHO}),
    ):
        assert "I know no researcher" in words(await ada.slash(channel, command, **given))


@HOW
async def test_no_chain_goes_through_them(
    ada: MemberActor, channel: ChannelHandle, bot: Colloquy, how: str
) -> None:
    record = await _on_record(bot, ada.id)
    async with bot.database.write() as session:
        one = paper(1, authors=("Grace Hopper", WHO))
        await storing.store(session, [one, paper(2, authors=(WHO, "Mary Keller"))])
    ends = {"a": "Grace Hopper", "b": "Mary Keller"}
    assert WHO in _everything(await ada.slash(channel, "graph path", **ends))
    await _gone(bot, how, record, ada.id, ada.guild.id)
    result = await ada.slash(channel, "graph path", **ends)
    assert "I found no chain of co-authors" in words(result)
    assert WHO not in _everything(result)


LISTS = [
    ("researcher profile", {"researcher": "Kai Han"}),
    ("researcher people", {"researcher": "Kai Han"}),
    ("ask", {"question": "With whom does Kai Han write most often?"}),
    ("ask", {"question": "With whom did Kai Han write in 2021?"}),
    ("ask", {"question": "Who is first author most often?"}),
    ("ask", {"question": "Who works on transformers?"}),
]
"""What lists or ranks people, and would name them first."""


@HOW
async def test_they_are_in_no_list_of_people(
    ada: MemberActor, channel: ChannelHandle, bot: Colloquy, how: str
) -> None:
    for command, given in LISTS[:3]:
        assert WHO in _everything(await ada.slash(channel, command, **given)), given
    first = await ada.slash(channel, "ask", question=LISTS[4][1]["question"])
    record = await _on_record(bot, ada.id)
    await _gone(bot, how, record, ada.id, ada.guild.id)
    for command, given in LISTS:
        shown = await ada.slash(channel, command, **given)
        assert "Chang Xu" in _everything(shown) or "most often" in words(shown), given
        assert WHO not in _everything(shown), given
    assert "first author is most often" in words(first)
    typed = await ada.autocomplete(channel, "graph path", "a", "yunhe")
    assert typed == []
    found = await ada.slash(channel, "researcher search", name="yunhe")
    assert WHO not in _everything(found)


@HOW
async def test_nobody_is_told_from_namesakes_by_them(
    ada: MemberActor, channel: ChannelHandle, bot: Colloquy, how: str
) -> None:
    label = f"with {WHO}"
    profile = await ada.slash(channel, "researcher profile", researcher="Kai Han")
    [(_, one)] = [(name, i) for name, i in options(profile).items() if label in name]
    await ada.slash(channel, "follow add", researcher=f"id:{one}")
    assert label in words(await ada.slash(channel, "follow list"))
    page = await ada.slash(channel, "researcher works", researcher=f"id:{one}")
    assert label in words(page)
    first = next(iter(options(page).values()))
    reason = re.compile(rf"By Kai Han .*: shares .*{WHO}")
    assert reason.search(words(await ada.select(reply(page), [first])))
    record = await _on_record(bot, ada.id)
    await _gone(bot, how, record, ada.id, ada.guild.id)
    read = await ada.select(reply(page), [first])
    assert "By Kai Han · " in words(read)
    assert not reason.search(words(read))
    for shown in (
        await ada.slash(channel, "researcher profile", researcher="Kai Han"),
        await ada.slash(channel, "researcher works", researcher=f"id:{one}"),
        await ada.slash(channel, "graph show", researcher=f"id:{one}"),
        await ada.slash(channel, "follow list"),
        read,
    ):
        assert label not in _everything(shown)


@HOW
async def test_no_question_about_them_is_answered(
    ada: MemberActor, channel: ChannelHandle, bot: Colloquy, how: str
) -> None:
    told = await ada.slash(channel, "ask", question="Who wrote GhostNet: More Features?")
    assert WHO in words(told)
    record = await _on_record(bot, ada.id)
    await _gone(bot, how, record, ada.id, ada.guild.id)
    for question in (
        f"Which papers are by {WHO}?",
        f"How many papers did {WHO} write?",
        f"papers by {WHO.lower()}",
        f"Which papers did Kai Han write with {WHO}?",
        f"Which papers of Kai Han are not by {WHO}?",
        f"Did Kai Han write more often with {WHO} or with Chang Xu?",
        f"Did {WHO} write GhostNet?",
    ):
        result = await ada.slash(channel, "ask", question=question)
        assert "I know no researcher" in words(result), question
        assert not buttons(result) or "Sources" not in buttons(result), question


@HOW
async def test_nobody_steps_from_a_paper_to_what_else_they_wrote(
    ada: MemberActor, bob: MemberActor, channel: ChannelHandle, bot: Colloquy, how: str
) -> None:
    record = await _on_record(bot, ada.id)
    await _gone(bot, how, record, ada.id, ada.guild.id)
    await bob.slash(channel, "ask", question="Who wrote GhostNet: More Features?")
    by_place = await bob.slash(channel, "ask", question="What else did the second author write?")
    assert "I know no researcher" in words(by_place)
    await bob.slash(channel, "ask", question="Who wrote GhostNet: More Features?")
    all_of_them = await bob.slash(channel, "ask", question="What else did they write?")
    assert WHO not in words(all_of_them)


@HOW
async def test_the_authors_of_a_paper_stay_as_they_are_printed(
    ada: MemberActor, channel: ChannelHandle, bot: Colloquy, how: str
) -> None:
    record = await _on_record(bot, ada.id)
    await _gone(bot, how, record, ada.id, ada.guild.id)
    told = await ada.slash(channel, "ask", question="Who wrote GhostNet: More Features?")
    assert WHO in words(told)
    assert WHO in words(await ada.slash(channel, "researcher works", researcher="Kai Han"))


@HOW
async def test_a_namesake_on_record_is_listed_all_the_same(
    ada: MemberActor, bob: MemberActor, channel: ChannelHandle, bot: Colloquy, how: str
) -> None:
    """The works that are placed with another record of the name count, and no others."""
    record = await _on_record(bot, ada.id)
    async with bot.database.write() as session:
        other = await researchers.ensure(session, WHO, "OpenAlex")
        theirs = [work.id for work in await network.works_of(session, "yunhe wang")]
        await attributions.attribute(session, other, theirs[1:4:2])
    await _gone(bot, how, record, ada.id, ada.guild.id)
    profile = await bob.slash(channel, "ask", question="With whom does Kai Han write most often?")
    assert WHO not in words(profile)
    async with bot.database.read() as session:
        await own_words.look_from(session, ada.guild.id)
        together = {c.name: c.shared_works for c in await researchers.collaborators(session, 1)}
    assert together[WHO] == 2


ASKS = pytest.mark.parametrize(
    ("command", "given"),
    [
        ("ask", {"question": "How many papers has Wang?"}),
        ("ask", {"question": "How many papers are there?", "researcher": "Wang"}),
        ("researcher profile", {"researcher": "Wang"}),
        ("researcher works", {"researcher": "Wang"}),
        ("claim start", {"researcher": "Wang"}),
    ],
)


@ASKS
async def test_they_are_in_no_choice_among_people_of_a_name(
    ada: MemberActor, channel: ChannelHandle, bot: Colloquy, add_researcher: AddResearcher,
    command: str, given: dict[str, str],
) -> None:  # fmt: skip
    record = await _on_record(bot, ada.id)
    await add_researcher("Jun Wang")
    await add_researcher("Lei Wang")
    all_of_them = await ada.slash(channel, command, **given)
    assert len(options(all_of_them)) == 3
    await _gone(bot, "hidden", record, ada.id, ada.guild.id)
    left = await ada.slash(channel, command, **given)
    assert [name.split(" (")[0] for name in options(left)] == ["Jun Wang", "Lei Wang"]
    assert WHO not in _everything(left)


@ASKS
async def test_one_that_is_left_is_meant(
    ada: MemberActor, channel: ChannelHandle, bot: Colloquy, add_researcher: AddResearcher,
    command: str, given: dict[str, str],
) -> None:  # fmt: skip
    record = await _on_record(bot, ada.id)
    await _gone(bot, "hidden", record, ada.id, ada.guild.id)
    nobody = await ada.slash(channel, command, **given)
    assert "I know no researcher called “Wang”" in words(nobody)
    assert WHO not in _everything(nobody)
    await add_researcher("Jun Wang")
    meant = await ada.slash(channel, command, **given)
    assert "Jun Wang" in words(meant)
    assert "please choose" not in words(meant)
    assert WHO not in _everything(meant)


async def test_they_are_not_suggested_and_not_taken_for_a_name_nearly_written(
    ada: MemberActor, channel: ChannelHandle, bot: Colloquy
) -> None:
    record = await _on_record(bot, ada.id)
    near = {"researcher": "Yunhe Wamg"}
    shown = await ada.slash(channel, "researcher profile", **near)
    assert f"Did you mean {WHO}?" in words(shown)
    await _gone(bot, "hidden", record, ada.id, ada.guild.id)
    for command, given in (
        ("researcher profile", near),
        ("graph show", near),
        ("graph show", {"researcher": "Wang"}),
        ("ask", {"question": "How many papers has Yunhe Wamg written?"}),
        ("ask", {"question": "Which papers did Kai Han write with Wang?"}),
    ):
        result = await ada.slash(channel, command, **given)
        assert "I know no researcher" in words(result), command
        assert WHO not in _everything(result), command


async def test_they_are_not_named_to_who_names_nobody(
    ada: MemberActor, channel: ChannelHandle, bot: Colloquy
) -> None:
    async with bot.database.write() as session:
        await claim(session, 1, ada.id)
    await _gone(bot, "hidden", 1, ada.id, ada.guild.id)
    result = await ada.slash(channel, "ask", question="Who are his co-authors?")
    assert "Kai Han" not in _everything(result)
