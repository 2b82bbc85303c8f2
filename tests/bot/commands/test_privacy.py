"""/privacy: export shows everything, erase removes it, and both are for one person's eyes."""

from __future__ import annotations

import io
import json
import zipfile

import pytest
from simcord import ChannelHandle, GuildHandle, MemberActor

from bot.client import Colloquy
from bot.live import Live
from storage import answers, follows, optouts, persons, places, privacy, works
from storage.persons import RESEARCHER
from storage.places import Place
from tests.bot.conftest import Restart
from tests.bot.seeing import buttons, reply, words
from tests.storage.claimed import claim


async def test_export_is_a_private_file_of_everything(
    ada: MemberActor, bob: MemberActor, channel: ChannelHandle
) -> None:
    await ada.slash(channel, "ask", question="What does NPD stand for?")
    await bob.slash(channel, "ask", question="What is OnlineVPO about?")
    result = await ada.slash(channel, "privacy export")
    assert reply(result).ephemeral
    (file,) = reply(result).attachments
    held = json.loads(await file.read())
    assert [row["question"] for row in held["answers"]] == ["What does NPD stand for?"]
    assert "OnlineVPO is" not in json.dumps(held)


async def test_an_export_of_many_answers_is_small_enough_for_discord(
    ada: MemberActor, channel: ChannelHandle, monkeypatch: pytest.MonkeyPatch
) -> None:
    many = {"answers": [{"question": f"What is work {n} about?" * 20} for n in range(30_000)]}

    async def export(_: object, user_id: int) -> object:
        return many

    monkeypatch.setattr(privacy, "export", export)
    (file,) = reply(await ada.slash(channel, "privacy export")).attachments
    content = await file.read()
    assert len(content) < 10 * 2**20 < len(json.dumps(many))
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        assert packed.namelist() == ["colloquy-about-me.json"]
        assert json.loads(packed.read("colloquy-about-me.json")) == many


async def test_export_of_nothing_says_so(ada: MemberActor, channel: ChannelHandle) -> None:
    result = await ada.slash(channel, "privacy export")
    assert reply(result).ephemeral
    assert words(result) == "Nothing is kept about you."


async def test_erase_asks_again_and_removes_only_ones_own(
    ada: MemberActor, bob: MemberActor, channel: ChannelHandle, bot: Colloquy
) -> None:
    answered = await ada.slash(channel, "ask", question="What does NPD stand for?")
    await bob.slash(channel, "ask", question="What is OnlineVPO about?")
    await ada.click(reply(answered), label="Good answer")
    result = await ada.slash(channel, "privacy erase")
    assert reply(result).ephemeral
    assert "This cannot be undone." in words(result)
    assert "Messages that I have posted stay where they are" in words(result)
    assert buttons(result) == ["Erase everything", "Keep it"]
    await ada.click(reply(result), label="Erase everything")
    assert words(result) == "Done. Everything that was kept about you is erased."
    assert buttons(result) == []
    async with bot.database.read() as session:
        assert await privacy.export(session, ada.id) == {}
        assert await privacy.export(session, bob.id) != {}
    stale = await ada.click(reply(answered), label="Ask a follow-up")
    assert reply(stale).ephemeral
    assert "That answer is no longer kept" in words(stale)


async def test_erase_can_be_called_off(
    ada: MemberActor, channel: ChannelHandle, bot: Colloquy
) -> None:
    await ada.slash(channel, "ask", question="What does NPD stand for?")
    result = await ada.slash(channel, "privacy erase")
    await ada.click(reply(result), label="Keep it")
    assert words(result) == "Nothing was changed."
    async with bot.database.read() as session:
        assert await privacy.export(session, ada.id) != {}


async def test_who_has_claimed_nobody_is_offered_no_option_to_opt_out(
    ada: MemberActor, channel: ChannelHandle
) -> None:
    refused = words(await ada.slash(channel, "privacy opt-out"))
    assert "researchers who have proved a claim; `/claim start` begins one" in refused
    assert "option" not in refused


async def test_opting_out_removes_the_record_and_can_be_taken_back(
    ada: MemberActor, bob: MemberActor, channel: ChannelHandle, bot: Colloquy, restart: Restart
) -> None:
    async with bot.database.write() as session:
        await claim(session, 1, ada.id)
    refused = await bob.slash(channel, "privacy opt-out", researcher="Kai Han")
    assert "Only whoever has claimed Kai Han can decide that" in words(refused)
    asked = await ada.slash(channel, "privacy opt-out")
    assert words(asked).count("](https://arxiv.org/abs/") == 12
    assert "**35 works**" in words(asked)
    assert "and 23 more" in words(asked)
    assert reply(asked).ephemeral
    assert "Importing will not bring them back" in words(asked)
    await restart()
    await ada.click(reply(asked), label="Remove my record")
    assert "**Kai Han** is not profiled here any more" in words(reply(asked))
    gone = await bob.slash(channel, "researcher profile", researcher="Kai Han")
    assert "I know no researcher called “Kai Han”" in words(gone)
    assert await bob.autocomplete(channel, "researcher profile", "researcher", "kai") == []
    stale = await bob.slash(channel, "researcher profile", researcher="id:1")
    assert words(stale) == "That researcher is not stored here (any more); please choose again."
    typed = await bob.slash(channel, "follow add", researcher="id:77777")
    assert words(typed) == words(stale)
    answer = await bob.slash(channel, "ask", question="What does NPD stand for?")
    assert "Near-Policy" not in words(answer)
    assert "You have not opted out" in words(await bob.slash(channel, "privacy opt-in"))
    back = await ada.slash(channel, "privacy opt-in")
    assert "**Kai Han** may be profiled here again" in words(back)


async def test_leaving_a_server_forgets_what_was_only_for_it(
    ada: MemberActor, mod: MemberActor, channel: ChannelHandle, guild: GuildHandle, bot: Live
) -> None:
    await mod.slash(channel, "admin mentions", on=False)
    await mod.slash(channel, "follow add", researcher="Kai Han", where=channel)
    await ada.slash(channel, "follow add", researcher="Kai Han")
    await ada.slash(channel, "ask", question="What does NPD stand for?")
    cached = bot.get_guild(guild.id)
    assert cached is not None
    await bot.on_guild_remove(cached)
    async with bot.database.read() as session:
        assert await places.get(session, guild.id) == Place()
        assert await follows.of_guild(session, guild.id) == []
        assert await answers.recent(session, channel.id) == []
        assert len(await follows.of_user(session, ada.id)) == 1


async def test_the_card_of_an_opt_out_is_what_is_done_and_asks_again_once_works_have_moved(
    ada: MemberActor, channel: ChannelHandle, bot: Colloquy
) -> None:
    async with bot.database.write() as session:
        [_, one, *_] = await persons.of_record(session, 1)
        await claim(session, one.researcher.id, ada.id)
        guessed = [place.work_id for place in one.works if place.certainty < optouts.SURE]
        [title] = [work.title for work in (await works.by_ids(session, guessed)).values()]
    asked = await ada.slash(channel, "privacy opt-out")
    sure, stays = words(asked).split("only guessed to be yours")
    assert one.researcher.label in sure
    assert title not in sure
    assert title in stays
    async with bot.database.write() as session:
        await persons.decide(
            session, one.researcher.id, guessed[0], theirs=True, user_id=ada.id, said_by=RESEARCHER
        )
    await ada.click(reply(asked), label="Remove my record")
    assert "have changed since I asked" in words(asked)
    assert "only guessed" not in words(asked)
    await ada.click(reply(asked), label="Remove my record")
    assert "is not profiled here any more" in words(asked)
    async with bot.database.read() as session:
        assert await works.count(session, [1]) == 35 - len(one.works)


async def test_the_card_of_a_namesakes_claim_outlasts_an_opt_out(
    ada: MemberActor,
    bob: MemberActor,
    mod: MemberActor,
    guild: GuildHandle,
    channel: ChannelHandle,
    bot: Colloquy,
) -> None:
    den = guild.create_text_channel("moderators")
    await mod.slash(channel, "admin reviews", channel=den)
    async with bot.database.write() as session:
        [one, other, *_] = [p.researcher for p in await persons.of_record(session, 1)]
        await claim(session, one.id, ada.id)
    begun = await bob.slash(channel, "claim start", researcher=f"id:{other.id}")
    await bob.click(reply(begun), label="Yes, claim them")
    await bob.click(reply(begun), label="Ask moderators to review")
    card = den.last_message
    assert card is not None
    asked = await ada.slash(channel, "privacy opt-out")
    await ada.click(reply(asked), label="Remove my record")
    assert "is not profiled here any more" in words(asked)
    assert den.last_message is not None
    assert den.last_message.id == card.id
