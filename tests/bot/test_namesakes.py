"""Several people of one name: choosing one of them, and saying whose a work is."""

from __future__ import annotations

import pytest
import simcord
from simcord import ChannelHandle, GuildHandle, MemberActor
from sqlalchemy import event, select, update

from bot import namesakes, profiles
from bot.client import Colloquy
from bot.pictures import split
from storage import finding, own_words, persons, reports, researchers, storing, works
from storage.persons import Part, Placed
from storage.schema import ClaimRow, DecisionRow
from storage.works import Paper
from tests.bot.conftest import Restart
from tests.bot.seeing import buttons, me, options, pictures, reply, words
from tests.storage.claimed import claim
from tests.storage.papers import paper


async def _record(bot: Colloquy) -> int:
    async with bot.database.read() as session:
        return (await finding.resolve(session, "Kai Han")).id


async def test_a_profile_says_that_several_share_the_name_and_offers_each(
    ada: MemberActor, channel: ChannelHandle
) -> None:
    result = await ada.slash(channel, "researcher profile", researcher="Kai Han")
    assert "Several people may share this name" in words(result)
    offered = options(result)
    assert len(offered) > 2
    label, value = next(iter(offered.items()))
    await ada.select(reply(result), [value])
    shown = words(result)
    assert label in shown
    assert "people who may share this name" in shown
    assert "The imported page says" not in shown, "no page says anything of one of them"
    assert "**35** works" not in shown
    works_shown = await ada.click(reply(result), label="Works")
    assert " of 35 works" not in words(works_shown)
    assert f"## Works of Kai Han · {label}" in words(works_shown)
    await ada.select(reply(result), [options(result)["All of them together"]])
    assert "**35** works" in words(result)
    assert "All of them together" not in options(result)


async def test_of_many_people_of_a_name_those_who_are_told_of_are_looked_up(bot: Colloquy) -> None:
    async with bot.database.write() as session:
        record = await researchers.ensure(session, "Wei Wang", "arXiv")
        papers = [paper(n, authors=("Wei Wang",)) for n in range(1, 42)]
        first, second, *rest = (await storing.store(session, papers, record)).new
        parts = [(first, second), *((one,) for one in rest)]
        places = [tuple(Placed(one, 1.0, "") for one in part) for part in parts]
        await persons.save(session, record, [Part(f"P{n}", of) for n, of in enumerate(places)])
    async with bot.database.read() as session:
        person = await researchers.get(session, record)
        asked: list[str] = []
        engine = session.get_bind()
        event.listen(engine, "before_cursor_execute", lambda _c, _u, text, *_: asked.append(text))
        facts = await namesakes.drawn(session, record, None)
    assert len(asked) < 50
    assert (facts.number, facts.works) == (40, 41)
    told = "\n".join(profiles.people(person, facts).sections)
    assert "## 40 people may share the name Wei Wang" in told
    assert "and 28 more in the menu" in told
    assert split.alt(facts).endswith("; and 28 people more with 28 works.")


@pytest.mark.pictures
async def test_the_people_of_a_name_are_drawn_and_said(
    ada: MemberActor, channel: ChannelHandle, bot: Colloquy
) -> None:
    async with bot.database.read() as session:
        found = [p.researcher for p in await persons.of_record(session, 1)]
    result = await ada.slash(channel, "researcher people", researcher="Kai Han")
    shown = words(result)
    assert f"## {len(found)} people may share the name Kai Han" in shown
    drawn, rest = found[: split.MOST], found[split.MOST :]
    assert all(person.label.split(" · ")[0] in shown for person in rest)
    assert not any(f"**{person.label.split(' · ')[0]}**" in shown for person in drawn)
    [drawing] = pictures(result)
    assert drawing.startswith("The name Kai Han: ")
    assert f" of {len(found)} people; {found[0].label.split(' · ')[0]}, " in drawing
    await ada.select(reply(result), [options(result)[found[0].label]])
    assert "people who may share this name" in words(result)
    of_one = await ada.slash(channel, "researcher people", researcher=f"id:{found[0].id}")
    assert pictures(of_one) == [drawing]
    async with bot.database.write() as session:
        alone = await researchers.ensure(session, "Grace Hopper", "arXiv")
    one = await ada.slash(channel, "researcher people", researcher=f"id:{alone}")
    assert "Nothing tells several people of the name Grace Hopper apart." in words(one)
    assert pictures(one) == []


async def test_an_answer_from_one_work_and_a_greeting_offer_no_choice(
    ada: MemberActor, channel: ChannelHandle
) -> None:
    for question in ("What does NPD stand for?", "Thanks!"):
        result = await ada.slash(channel, "ask", question=question, researcher="Kai Han")
        assert "share this name" not in words(result)
    assert "Looked up" not in words(result)
    assert buttons(result) == ["Ask a follow-up", "Open a thread"], "there is nothing to rate"


async def test_an_answer_offers_to_ask_about_one_of_them_only(
    ada: MemberActor, channel: ChannelHandle, bot: Colloquy
) -> None:
    result = await ada.slash(channel, "ask", question="How many papers has Kai Han written?")
    assert "35" in words(result)
    said = "Several people may share this name; to ask about one of them only, choose below."
    assert said in words(result)
    label, value = next(iter(options(result).items()))
    async with bot.database.read() as session:
        theirs = await works.count(session, [int(value)])
    await ada.select(reply(result), [value])
    shown = words(result)
    assert f"Kai Han has {theirs} works" in shown
    assert "35" not in shown
    assert "Several people" not in shown
    assert f"About Kai Han · {label}, {theirs} works" in shown
    assert label not in options(result)
    all_of_them = options(result)["All of them together"]
    await ada.select(reply(result), [all_of_them])
    assert "35 works" in words(result)
    assert label in options(result)


async def test_a_conversation_says_once_that_several_share_the_name_and_offers_each_throughout(
    ada: MemberActor, bob: MemberActor, channel: ChannelHandle, bot: Colloquy
) -> None:
    said = [
        ("What does NPD stand for?", False),  # one work's answer is one person's
        ("How many papers did Kai Han publish in 2021?", True),
        ("and the year after?", False),
        ("which ones?", False),
    ]
    for question, told in said:
        await ada.send(channel, f"{me(bot)} {question}", reply_to=channel.last_message)
        shown = channel.last_message
        assert shown is not None
        assert ("Several people may share this name" in words(shown)) is told
    assert channel.last_message is not None
    assert len(options(channel.last_message)) > 2
    fresh = await bob.slash(channel, "ask", question="How many papers has Kai Han written?")
    assert "Several people may share this name" in words(fresh)


async def test_who_is_hidden_here_is_not_told_from_namesakes_under_a_work(
    ada: MemberActor, channel: ChannelHandle, guild: GuildHandle, bot: Colloquy
) -> None:
    record = await _record(bot)
    seen = await _read_first(ada, channel)
    async with bot.database.write() as session:
        people = {p.researcher.label: p for p in await persons.of_record(session, record)}
        [label] = [label for label in people if label in words(seen)]
        hidden = people[label].researcher.id
        await claim(session, hidden, ada.id)
        await own_words.hide(session, hidden, ada.id, guild.id)
    shown = words(await _read_first(ada, channel))
    assert label not in shown
    assert "% sure" not in shown


async def test_everybodys_word_is_a_report(
    ada: MemberActor, channel: ChannelHandle, bot: Colloquy
) -> None:
    read = await _read_first(ada, channel)
    assert "% sure)" in words(read)
    assert buttons(read) == ["Theirs", "Not theirs"]
    pressed = await ada.click(reply(read), label="Not theirs")
    assert "I have noted that this work is not by Kai Han · " in words(pressed)
    record = await _record(bot)
    async with bot.database.read() as session:
        [told] = await reports.waiting(session)
        assert (told.researcher.record_id, told.not_theirs, told.theirs) == (record, 1, 0)
        assert await persons.decisions(session, record) == []


async def test_a_moderators_word_is_a_decision_that_sorts_again(
    mod: MemberActor, channel: ChannelHandle, bot: Colloquy
) -> None:
    read = await _read_first(mod, channel)
    pressed = await mod.click(reply(read), label="Not theirs")
    assert "that is settled: this work is not by Kai Han · " in words(pressed)
    record = await _record(bot)
    async with bot.database.read() as session:
        [decided] = await persons.decisions(session, record)
        assert (decided.theirs, decided.said_by) == (False, "a moderator")
        now = await persons.whose(session, record, decided.work_id)
        assert now is None or now[0].id != decided.researcher_id
        assert await works.count(session, [record]) == 35
        assert await session.scalar(select(DecisionRow.user_id)) == mod.id


async def test_a_moderator_takes_back_what_was_settled(
    mod: MemberActor, channel: ChannelHandle, bot: Colloquy, restart: Restart
) -> None:
    record = await _record(bot)
    read = await _read_first(mod, channel)
    [by] = [line for line in words(read).splitlines() if "% sure)" in line]
    pressed = await mod.click(reply(read), label="Not theirs")
    assert buttons(pressed) == ["Undo"]
    assert by not in words(await _read_first(mod, channel))
    await restart()
    await mod.click(reply(pressed), label="Undo")
    assert "Taken back" in words(pressed)
    assert by in words(await _read_first(mod, channel))
    async with bot.database.read() as session:
        assert await persons.decisions(session, record) == []


async def test_a_report_is_found_by_a_moderator_and_decided_there(
    ada: MemberActor, mod: MemberActor, channel: ChannelHandle, bot: Colloquy, restart: Restart
) -> None:
    none = "Nothing is reported that you could decide about."
    assert none in words(await mod.slash(channel, "admin reports"))
    read = await _read_first(ada, channel)
    await ada.click(reply(read), label="Not theirs")
    listed = await mod.slash(channel, "admin reports")
    assert reply(listed).ephemeral
    assert "1 says not theirs" in words(listed)
    await restart()
    opened = await mod.select(reply(listed), list(options(listed).values()))
    assert "Reported of Kai Han" in words(opened)
    await mod.click(reply(opened), label="Theirs")
    assert none in words(await mod.slash(channel, "admin reports"))


async def test_a_claimed_researcher_alone_decides_and_finds_what_others_say(
    ada: MemberActor, mod: MemberActor, channel: ChannelHandle, bot: Colloquy, guild: GuildHandle
) -> None:
    record = await _record(bot)
    async with bot.database.write() as session:
        await claim(session, record, ada.id)
        await session.execute(update(ClaimRow).values(guild_id=guild.id))
    read = await _read_first(mod, channel)
    pressed = await mod.click(reply(read), label="Not theirs")
    assert "Whoever has claimed them, or a moderator, decides" in words(pressed)
    async with bot.database.read() as session:
        assert await persons.decisions(session, record) == []
    listed = await mod.slash(channel, "admin reports")
    assert "Nothing is reported" in words(listed)
    status = await ada.slash(channel, "claim status")
    assert "What others say of your works" in words(status)
    opened = await ada.select(reply(status), [next(iter(options(status).values()))])
    settled = await ada.click(reply(opened), label="Theirs")
    assert "that is settled: this work is by Kai Han · " in words(settled)
    assert "others say" not in words(await ada.slash(channel, "claim status"))


async def test_a_work_can_be_given_to_another_of_the_people(
    mod: MemberActor, ada: MemberActor, channel: ChannelHandle, bot: Colloquy
) -> None:
    record = await _record(bot)
    read = await _read_first(mod, channel)
    *_, (label, other) = options(read).items()
    await ada.slash(channel, "follow add", researcher=f"id:{other}")
    said = await mod.select(reply(read), [other])
    assert f"that is settled: this work is by Kai Han · {label}." in words(said)
    read = await _read_first(mod, channel)
    assert "(100% sure): Theirs, as a moderator decided" in words(read)
    assert other not in options(read).values()
    async with bot.database.read() as session:
        decided = {d.researcher_id for d in await persons.decisions(session, record) if d.theirs}
    assert decided == {int(other)}


async def test_nobody_takes_a_work_from_somebody_who_has_claimed_theirs(
    ada: MemberActor, bob: MemberActor, mod: MemberActor, channel: ChannelHandle, bot: Colloquy
) -> None:
    record = await _record(bot)
    async with bot.database.write() as session:
        people = await persons.of_record(session, record)
        first, second = (person.researcher.id for person in people[:2])
        await claim(session, first, ada.id)
        await claim(session, second, bob.id)
        title = (await works.by_ids(session, [people[0].works[0].work_id])).popitem()[1].title
    for taker in (bob, mod):
        page = await taker.slash(
            channel, "researcher works", researcher="Kai Han", query=title[:40]
        )
        read = await taker.select(reply(page), [next(iter(options(page).values()))])
        said = await taker.select(reply(read), [str(second)])
        assert "I have noted that this work is by Kai Han · " in words(said)
    async with bot.database.read() as session:
        assert await persons.decisions(session, record) == []


async def test_a_claimed_researcher_says_of_an_unplaced_work_that_it_is_theirs(
    ada: MemberActor, channel: ChannelHandle, bot: Colloquy
) -> None:
    record = await _record(bot)
    async with bot.database.write() as session:
        first = (await persons.of_record(session, record))[0].researcher.id
        await claim(session, first, ada.id)
        paper = Paper(source_id="x:1", title="Zeppelins", abstract="", year=2026)
        await storing.store(session, [paper], record)
    page = await ada.slash(channel, "researcher works", researcher="Kai Han", query="Zeppelins")
    read = await ada.select(reply(page), [next(iter(options(page).values()))])
    assert "I cannot tell which person of this name it is by" in words(read)
    said = await ada.click(reply(read), label="Theirs")
    assert "that is settled: this work is by Kai Han · " in words(said)
    async with bot.database.read() as session:
        assert [d.researcher_id for d in await persons.decisions(session, record)] == [first]


async def test_of_somebodys_only_work_no_certainty_is_shown(
    ada: MemberActor, channel: ChannelHandle, bot: Colloquy
) -> None:
    async with bot.database.read() as session:
        behind = await persons.of_record(session, 1)
        [alone, *_] = [person for person in behind if len(person.works) == 1]
        [work] = (await works.by_ids(session, [alone.works[0].work_id])).values()
    page = await ada.slash(channel, "researcher works", researcher="Kai Han", query=work.title[:40])
    shown = words(await ada.select(reply(page), [str(work.id)]))
    label = alone.researcher.distinct_name
    assert f"By {label}, the only work that I know of theirs: {alone.works[0].reason}" in shown
    people = words(await ada.slash(channel, "researcher people", researcher="Kai Han"))
    of_one = [line for line in people.splitlines() if "· 1 work," in line]
    assert of_one
    assert not any("sure" in line for line in of_one)


async def _read_first(who: MemberActor, channel: ChannelHandle) -> simcord.InteractionResult:
    page = await who.slash(channel, "researcher works", researcher="Kai Han")
    return await who.select(reply(page), [next(iter(options(page).values()))])
