"""Who opted out, or hid in a server, is in no graph there: in no text, no picture and no page.

Who hid is in no choice among people of a name either.
"""

from __future__ import annotations

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
