"""/collaborate and what is pressed on invitations, as sender, recipient and others see them."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import aiohttp
import discord
import pytest
from simcord import ChannelHandle, Env, GuildHandle, MemberActor
from sqlalchemy import update

from bot import inviting
from bot.client import Colloquy
from storage import contacts, invitations, invitations_sent, persons, privacy, wishes, works
from storage.answers import utcnow
from storage.contacts import Contact, Who
from storage.errors import DatabaseBusy
from storage.invitations import State
from storage.schema import InvitationRow
from tests.bot.conftest import AddResearcher, Restart
from tests.bot.seeing import buttons, options, reply, words
from tests.storage.claimed import claim, claimed_record

NICE = "Shall we prune binary networks together?"
ALL_FOUR = ["Accept", "Decline", "Later", "Block sender"]


@pytest.fixture
async def kai(bot: Colloquy, bob: MemberActor) -> MemberActor:
    """Bob, who has claimed Kai Han's record and is open to collaborate."""
    async with bot.database.write() as session:
        await claim(session, 1, bob.id)
    return bob


def _direct(person: MemberActor) -> discord.Message:
    message = person.user.dm_channel.last_message
    assert message is not None, "nothing was written to them"
    return message


async def _state(bot: Colloquy) -> State:
    async with bot.database.read() as session:
        return (await invitations.get(session, 1)).state


async def _invite(ada: MemberActor, channel: ChannelHandle, **given: object) -> None:
    given = {"researcher": "Kai Han", "message": NICE} | given
    result = await ada.slash(channel, "collaborate invite", **given)
    assert reply(result).ephemeral
    assert "Your invitation to **Kai Han** is on its way." in words(result)


async def test_an_invitation_reaches_the_researcher_in_private(
    ada: MemberActor, kai: MemberActor, channel: ChannelHandle
) -> None:
    await _invite(ada, channel, work="OnlineVPO")
    card = words(_direct(kai))
    assert "## Ada would like to work with you" in card
    assert "to you as Kai Han" in card
    assert f"> {NICE}" in card
    assert "on Discord since" in card
    assert "I cannot vouch for who they are" in card
    assert "opens a private thread for you both in Lab" in card
    assert buttons(_direct(kai)) == ALL_FOUR
    assert channel.last_message is None
    assert "waiting for an answer until" in words(await ada.slash(channel, "collaborate sent"))


async def test_a_work_is_known_by_the_head_of_its_title(
    ada: MemberActor, kai: MemberActor, channel: ChannelHandle
) -> None:
    await _invite(ada, channel, work="GhostNet")
    assert "GhostNet: More Features" in words(_direct(kai))


async def test_a_work_that_is_not_theirs_is_refused(
    ada: MemberActor,
    kai: MemberActor,
    channel: ChannelHandle,
    bot: Colloquy,
    add_researcher: AddResearcher,
) -> None:
    other = await add_researcher("Ada Lovelace")
    async with bot.database.read() as session:
        [work] = await works.ids_of(session, [other])
    for given in (f"id:{work}", "On Compilers"):
        refused = await ada.slash(
            channel, "collaborate invite", researcher="Kai Han", message=NICE, work=given
        )
        assert "That is no work of theirs" in words(refused)
    assert kai.user.dm_channel.last_message is None


async def test_a_claimed_sender_comes_with_profile_and_trust(
    ada: MemberActor,
    kai: MemberActor,
    channel: ChannelHandle,
    bot: Colloquy,
    add_researcher: AddResearcher,
) -> None:
    grace = await add_researcher("Grace Hopper")
    async with bot.database.write() as session:
        await claim(session, grace, ada.id)
    await _invite(ada, channel)
    card = words(_direct(kai))
    assert "## Grace Hopper would like to work with you" in card
    assert "**Trust 32 · Emerging**" in card
    assert "1 work, verification level L3" in card


async def test_words_of_others_neither_ping_nor_format(
    ada: MemberActor, kai: MemberActor, channel: ChannelHandle
) -> None:
    await _invite(ada, channel, message="@everyone **[x](https://evil.example)** <@1>")
    card = words(_direct(kai))
    assert "@everyone" not in card
    assert "\\*\\*\\[x\\]" in card
    assert "<@1>" not in card


async def test_accepting_opens_a_private_thread_for_both(
    ada: MemberActor,
    kai: MemberActor,
    guild: GuildHandle,
    channel: ChannelHandle,
    restart: Restart,
) -> None:
    await _invite(ada, channel)
    await restart()
    pressed = await kai.user.click(_direct(kai), label="Accept")
    assert pressed.acknowledged
    [thread] = channel.threads
    assert thread.name == "Ada and Kai Han"
    assert thread.history(viewer=ada)
    assert f"> {NICE}" in words(thread.history(viewer=kai)[-1])
    assert f"/{thread.id})." in words(_direct(kai))
    assert buttons(_direct(kai)) == []
    told = words(_direct(ada))
    assert "## Kai Han accepted your invitation" in told
    assert f"[your private thread](https://discord.com/channels/{guild.id}/{thread.id})" in told
    shown = words(await ada.slash(channel, "collaborate sent"))
    assert "accepted on" in shown
    assert f"/{thread.id})" in shown


async def test_nobody_is_left_in_a_thread_that_could_not_be_begun(
    ada: MemberActor, kai: MemberActor, channel: ChannelHandle, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def refused(*_: object, **__: object) -> None:
        response: Any = SimpleNamespace(status=403, reason="Forbidden")
        raise discord.Forbidden(response, {"code": 50013, "message": "Missing Permissions"})

    monkeypatch.setattr(discord.Thread, "send", refused)
    monkeypatch.setattr(discord.Thread, "delete", refused)  # it would need Manage Threads
    await _invite(ada, channel)
    await kai.user.click(_direct(kai), label="Accept")
    [thread] = channel.threads
    for person in (ada, kai):
        with pytest.raises(Exception, match=r"(?i)permission|access|forbidden|view"):
            thread.history(viewer=person)
    assert "## Kai Han accepted your invitation" in words(_direct(ada))
    assert "private thread" not in words(_direct(ada))


async def test_what_the_network_breaks_costs_an_acceptance_nothing_but_the_thread(
    ada: MemberActor, kai: MemberActor, channel: ChannelHandle, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def cut(*_: object, **__: object) -> None:
        raise aiohttp.ServerDisconnectedError

    monkeypatch.setattr(discord.Thread, "send", cut)
    await _invite(ada, channel)
    await kai.user.click(_direct(kai), label="Accept")
    [thread] = channel.threads
    with pytest.raises(Exception, match=r"(?i)permission|access|forbidden|view"):
        thread.history(viewer=ada)
    assert "## You and Ada are in contact" in words(_direct(kai))
    assert "Discord: Bob (@bob)" in words(_direct(ada))


@pytest.mark.parametrize("why", ["threads off", "not a member", "no permission"])
async def test_without_a_thread_they_exchange_what_each_shares(
    ada: MemberActor,
    kai: MemberActor,
    channel: ChannelHandle,
    guild: GuildHandle,
    bot: Colloquy,
    env: Env,
    why: str,
) -> None:
    shares = Contact(thread=why != "threads off", email="kai@example.org")
    async with bot.database.write() as session:
        await contacts.save(session, kai.id, shares)
        await contacts.save(session, ada.id, Contact(links=("https://example.org/ada",)))
    await _invite(ada, channel)
    if why == "no permission":
        env.inject_error("POST", "/channels/*/threads", status=403, code=50013)
    if why == "not a member":
        guild.remove_member(ada)
    await kai.user.click(_direct(kai), label="Accept")
    assert channel.threads == []
    mine = words(_direct(kai))
    assert "## You and Ada are in contact" in mine
    assert "Discord: Ada (@ada)" in mine
    assert "Link: <https://example.org/ada>" in mine
    told = words(_direct(ada))
    assert "Discord: Bob (@bob)" in told
    assert "E-mail: kai@example.org" in told


async def test_declining_later_and_answering_twice(
    ada: MemberActor, kai: MemberActor, channel: ChannelHandle, bot: Colloquy
) -> None:
    await _invite(ada, channel)
    first = _direct(kai)
    await kai.user.click(first, label="Later")
    assert "I will show you this again on" in words(_direct(kai))
    assert await _state(bot) is State.PENDING
    box = await kai.slash(channel, "collaborate inbox")
    assert reply(box).ephemeral
    assert buttons(box) == ALL_FOUR
    await kai.click(reply(box), label="Decline")
    assert "You declined" in words(reply(box))
    assert await _state(bot) is State.DECLINED
    assert "declined on" in words(await ada.slash(channel, "collaborate sent"))
    again = await ada.slash(channel, "collaborate invite", researcher="Kai Han", message=NICE)
    assert "has declined an invitation of yours; you can send another from" in words(again)


async def test_a_blocked_sender_sees_what_everybody_sees(
    ada: MemberActor, kai: MemberActor, channel: ChannelHandle
) -> None:
    await _invite(ada, channel)
    before = words(await ada.slash(channel, "collaborate sent"))
    await kai.user.click(_direct(kai), label="Block sender")
    assert "they are not told" in words(_direct(kai))
    assert words(await ada.slash(channel, "collaborate sent")) == before
    assert "No invitation waits for you" in words(await kai.slash(channel, "collaborate inbox"))
    await ada.slash(channel, "collaborate withdraw", invitation="Kai Han")
    await _invite(ada, channel)
    assert "they are not told" in words(_direct(kai))  # nothing came after it
    shown = await kai.slash(channel, "collaborate settings")
    assert "1 blocked" in words(shown)
    assert list(options(shown)) == ["Ada"]
    await kai.select(reply(shown), list(options(shown).values()))
    assert "blocked" not in words(reply(shown))
    assert "## Ada would like to work with you" in words(
        await kai.slash(channel, "collaborate inbox")
    )


async def test_closed_direct_messages_wait_for_the_next_command(
    ada: MemberActor, kai: MemberActor, channel: ChannelHandle, env: Env
) -> None:
    env.inject_error("POST", "/channels/*/messages", status=403, code=50007)
    await _invite(ada, channel)
    assert kai.user.dm_channel.last_message is None
    next_one = await kai.slash(channel, "help")
    [shown] = next_one.followups
    assert shown.ephemeral
    assert "## Ada would like to work with you" in words(shown)
    env.inject_error("POST", "/channels/*/messages", status=403, code=50007, times=None)
    await kai.click(shown, label="Accept")
    [told] = (await ada.slash(channel, "help")).followups
    assert told.ephemeral
    assert "## Kai Han accepted your invitation" in words(told)
    assert (await ada.slash(channel, "help")).followups == []


@pytest.mark.parametrize(
    "what",
    [aiohttp.ServerDisconnectedError(), discord.RateLimited(1.0), DatabaseBusy(why="locked")],
)
async def test_what_broke_while_the_sender_was_told_is_told_again(
    ada: MemberActor,
    kai: MemberActor,
    channel: ChannelHandle,
    bot: Colloquy,
    monkeypatch: pytest.MonkeyPatch,
    what: Exception,
) -> None:
    await _invite(ada, channel)

    async def cut(*_: object) -> None:
        raise what

    with monkeypatch.context() as patch:
        patch.setattr(bot.courier.postbox, "show_to", cut)
        await kai.user.click(_direct(kai), label="Accept")
        assert ada.user.dm_channel.last_message is None
    async with bot.database.write() as session:
        await session.execute(
            update(InvitationRow).values(decided_at=utcnow() - timedelta(hours=1))
        )
    for _ in range(2):
        await inviting.once(bot)
    assert len(ada.user.dm_channel.history()) == 1
    assert "## Kai Han accepted your invitation" in words(_direct(ada))


async def test_who_cannot_be_looked_up_is_told_all_the_same(
    ada: MemberActor,
    kai: MemberActor,
    channel: ChannelHandle,
    bot: Colloquy,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def cut(*_: object) -> None:
        raise aiohttp.ClientConnectionError

    monkeypatch.setattr(bot, "get_user", lambda _: None)
    monkeypatch.setattr(bot, "fetch_user", cut)
    await _invite(ada, channel)
    await kai.user.click(_direct(kai), label="Accept")
    assert "## Kai Han accepted your invitation" in words(_direct(ada))


async def test_a_wish_is_told_again_after_trouble_and_shown_after_a_crash(
    ada: MemberActor,
    bob: MemberActor,
    mod: MemberActor,
    channel: ChannelHandle,
    bot: Colloquy,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with bot.database.write() as session:
        for person in (ada, mod):
            await wishes.remember(session, person.id, 1)
        await claim(session, 1, bob.id)

    async def cut(*_: object) -> None:
        raise aiohttp.ServerDisconnectedError

    with monkeypatch.context() as patch:
        patch.setattr(bot.courier.postbox, "show_to", cut)
        await inviting.once(bot)
    async with bot.database.write() as session:  # and the program ends
        await wishes.take_fulfilled(session, utcnow() - timedelta(hours=1), limit=1)
    await inviting.once(bot)
    shown = (await ada.slash(channel, "help")).followups
    assert "## Kai Han takes invitations now" in words(shown[0])
    assert "## Kai Han takes invitations now" in words(_direct(mod))
    assert ada.user.dm_channel.last_message is None
    assert (await ada.slash(channel, "help")).followups == []


async def test_nobody_else_can_answer(
    ada: MemberActor, kai: MemberActor, mod: MemberActor, channel: ChannelHandle, bot: Colloquy
) -> None:
    """Even if a press with its number were made under another message."""
    await _invite(ada, channel)
    own = await mod.slash(channel, "collaborate inbox")
    target = bot.get_partial_messageable(channel.id)
    async with bot.database.read() as session:
        found = await invitations.get(session, 1)
    forged = await target.send(view=await inviting.layout(bot, found))
    for label in ALL_FOUR:
        for person in (mod, ada):
            refused = await person.click(forged, label=label)
            assert reply(refused).ephemeral
            assert "Only the person who was invited can answer this" in words(refused)
    assert "No invitation waits" in words(own)
    assert await _state(bot) is State.PENDING


async def test_an_unclaimed_researcher_can_be_wished_for(
    ada: MemberActor, bob: MemberActor, channel: ChannelHandle, bot: Colloquy, restart: Restart
) -> None:
    refused = await ada.slash(channel, "collaborate invite", researcher="Kai Han", message=NICE)
    assert reply(refused).ephemeral
    assert "**Kai Han** has not claimed this record yet" in words(refused)
    assert "`/claim start` links the record to you" in words(refused)
    await restart()
    await ada.click(reply(refused), label="Remember this")
    assert "I will tell you when **Kai Han** takes invitations" in words(reply(refused))
    async with bot.database.write() as session:
        await claim(session, 1, bob.id)
    assert "1 person would like to invite you as Kai Han" in words(
        await bob.slash(channel, "collaborate inbox")
    )
    await inviting.once(bot)
    assert "## Kai Han takes invitations now" in words(_direct(ada))
    await inviting.once(bot)
    assert len(ada.user.dm_channel.history()) == 1
    form = await ada.user.click(_direct(ada), label="Invite")
    sent = await ada.user.submit_modal(form, {"message": NICE})
    assert "Your invitation to **Kai Han** is on its way" in words(sent)


async def test_a_wish_is_listed_and_can_be_taken_back(
    ada: MemberActor, bob: MemberActor, channel: ChannelHandle, bot: Colloquy, restart: Restart
) -> None:
    refused = await ada.slash(channel, "collaborate invite", researcher="Kai Han", message=NICE)
    await ada.click(reply(refused), label="Remember this")
    assert "`/collaborate sent` shows this, and takes it back" in words(reply(refused))
    sent = await ada.slash(channel, "collaborate sent")
    assert "I tell you when they take invitations: **Kai Han**." in words(sent)
    await restart()
    await ada.select(reply(sent), [options(sent)["Kai Han"]])
    assert words(sent) == ("You have invited nobody yet. `/collaborate invite` asks a researcher.")
    async with bot.database.write() as session:
        await claim(session, 1, bob.id)
    await inviting.once(bot)
    assert ada.user.dm_channel.last_message is None


async def test_the_inbox_tells_of_who_waits_until_they_have_invited(
    ada: MemberActor, kai: MemberActor, channel: ChannelHandle, bot: Colloquy
) -> None:
    await kai.slash(channel, "collaborate settings", invitations_from="nobody")
    refused = await ada.slash(channel, "collaborate invite", researcher="Kai Han", message=NICE)
    await ada.click(reply(refused), label="Remember this")
    closed = words(await kai.slash(channel, "collaborate inbox"))
    assert "1 person would like to invite you as Kai Han; they are told when you are open" in closed
    assert "`/collaborate settings` says how to be" in closed
    await kai.slash(channel, "collaborate settings", invitations_from="researchers")
    some = words(await kai.slash(channel, "collaborate inbox"))
    assert "as you are open to it, those who have claimed their own record are told so" in some
    await kai.slash(channel, "collaborate settings", invitations_from="anyone")
    opened = words(await kai.slash(channel, "collaborate inbox"))
    assert "as you are open to it, they are told so" in opened
    await _invite(ada, channel)
    assert "would like to invite you" not in words(await kai.slash(channel, "collaborate inbox"))
    await inviting.once(bot)
    assert ada.user.dm_channel.last_message is None


async def test_a_wish_comes_true_for_whom_invitations_are_taken_from(
    ada: MemberActor, kai: MemberActor, channel: ChannelHandle, bot: Colloquy
) -> None:
    async with bot.database.write() as session:
        await contacts.save(session, kai.id, Contact(who=Who.NOBODY))
    refused = await ada.slash(channel, "collaborate invite", researcher="Kai Han", message=NICE)
    await ada.click(reply(refused), label="Remember this")
    async with bot.database.write() as session:
        await contacts.save(session, kai.id, Contact(who=Who.RESEARCHERS))
    await inviting.once(bot)
    assert ada.user.dm_channel.last_message is None
    async with bot.database.write() as session:
        await claimed_record(session, "Ada Byron", ada.id)
    await inviting.once(bot)
    assert "## Kai Han takes invitations now" in words(_direct(ada))
    await _invite(ada, channel)


async def test_the_button_on_a_profile_opens_a_form(
    ada: MemberActor, kai: MemberActor, channel: ChannelHandle, restart: Restart
) -> None:
    profile = await ada.slash(channel, "researcher profile")
    await restart()
    shown = await ada.click(reply(profile), label="Invite")
    assert shown.modal is not None
    sent = await ada.submit_modal(shown, {"message": f"{NICE}\n\nYours, Ada"})
    assert "is on its way" in words(sent)
    assert "> Yours, Ada" in words(_direct(kai))
    again = await ada.click(reply(profile), label="Invite")
    assert "Your invitation to Kai Han is still open" in words(again)


async def test_a_withdrawn_invitation_cannot_be_accepted(
    ada: MemberActor, kai: MemberActor, channel: ChannelHandle, bot: Colloquy
) -> None:
    await _invite(ada, channel)
    offered = await ada.autocomplete(channel, "collaborate withdraw", "invitation", "kai")
    assert len(offered) == 1
    taken = await ada.slash(channel, "collaborate withdraw", invitation=offered[0]["value"])
    assert "Your invitation to Kai Han is taken back." in words(taken)
    assert words(_direct(kai)) == "Ada has taken this invitation back."
    assert buttons(_direct(kai)) == []
    assert await _state(bot) is State.WITHDRAWN
    missing = await ada.slash(channel, "collaborate withdraw", invitation="Kai Han")
    assert "That invitation is not there" in words(missing)


async def test_a_press_under_what_is_over_leaves_nothing_to_press(
    ada: MemberActor, kai: MemberActor, channel: ChannelHandle, bot: Colloquy
) -> None:
    await _invite(ada, channel)
    async with bot.database.write() as session:
        [waiting] = await invitations_sent.sent(session, ada.id)
        await invitations_sent.withdraw(session, waiting.id, ada.id)
    pressed = await kai.user.click(_direct(kai), label="Accept")
    assert pressed.acknowledged
    assert "was taken back by whoever sent it" in words(_direct(kai))
    assert buttons(_direct(kai)) == []


async def test_several_invitations_are_chosen_from(
    ada: MemberActor, mod: MemberActor, kai: MemberActor, channel: ChannelHandle
) -> None:
    await _invite(ada, channel)
    await _invite(mod, channel, message="And me?")
    box = await kai.slash(channel, "collaborate inbox")
    assert "## 2 invitations" in words(box)
    choices = options(box)
    await kai.select(reply(box), [choices[next(name for name in choices if "Mod" in name)]])
    assert "> And me?" in words(reply(box))
    assert buttons(reply(box)) == ALL_FOUR


async def test_settings_are_said_back_and_checked(ada: MemberActor, channel: ChannelHandle) -> None:
    shown = await ada.slash(
        channel,
        "collaborate settings",
        invitations_from="researchers",
        thread=False,
        email="ada@example.org",
        links="https://example.org/ada https://example.org/lab",
    )
    assert reply(shown).ephemeral
    text = words(shown)
    assert "researchers who have claimed their own record" in text
    assert "**E-mail address** · ada@example.org" in text
    assert "<https://example.org/ada>, <https://example.org/lab>" in text
    assert "You have claimed no record yet" in text
    bad = await ada.slash(channel, "collaborate settings", email="nowhere")
    assert "I cannot read “nowhere” as an e-mail address" in words(bad)
    emptied = await ada.slash(channel, "collaborate settings", email="none", links="none")
    assert "**E-mail address** · not shared" in words(emptied)


async def test_settings_say_that_a_researcher_is_not_open_yet(
    kai: MemberActor, channel: ChannelHandle, bot: Colloquy
) -> None:
    how = "Nobody can invite you as Kai Han yet: choose “Open to collaborate” in `/claim edit`"
    shown = await kai.slash(channel, "collaborate settings", invitations_from="anyone")
    assert how not in words(shown)
    form = await kai.slash(channel, "claim edit")
    await kai.submit_modal(form, {"openness": ["Not at the moment"]})
    shown = await kai.slash(channel, "collaborate settings", invitations_from="anyone")
    assert how in words(shown)


async def test_erasing_takes_an_open_invitation_back(
    ada: MemberActor, kai: MemberActor, channel: ChannelHandle, bot: Colloquy
) -> None:
    await _invite(ada, channel)
    result = await ada.slash(channel, "privacy erase")
    await ada.click(reply(result), label="Erase everything")
    async with bot.database.read() as session:
        assert await privacy.export(session, ada.id) == {}
    pressed = await kai.user.click(_direct(kai), label="Accept")
    assert "was taken back" in words(pressed)


async def test_reminded_once_and_ended(
    ada: MemberActor, kai: MemberActor, channel: ChannelHandle, bot: Colloquy
) -> None:
    async def end_in(days: int) -> None:
        async with bot.database.write() as session:
            await session.execute(
                update(InvitationRow).values(expires_at=utcnow() + timedelta(days=days))
            )

    await _invite(ada, channel)
    await end_in(2)
    await inviting.once(bot)
    assert "This invitation is about to expire" in words(_direct(kai))
    await inviting.once(bot)
    assert len(kai.user.dm_channel.history()) == 2
    await end_in(-1)
    await inviting.once(bot)
    assert await _state(bot) is State.EXPIRED
    pressed = await kai.user.click(_direct(kai), label="Accept")
    assert "has expired" in words(pressed)


async def test_of_several_people_of_a_name_it_is_asked_who_is_invited(
    ada: MemberActor, bob: MemberActor, mod: MemberActor, channel: ChannelHandle, bot: Colloquy
) -> None:
    wished = await mod.slash(channel, "collaborate invite", researcher="Kai Han", message=NICE)
    await mod.click(reply(wished), label="Remember this")
    async with bot.database.write() as session:
        one, *_ = await persons.of_record(session, 1)
        await claim(session, one.researcher.id, bob.id)
    written = f"{NICE}\n\n1. *prune*, 2 < 3\n> see https://a.example/b_c"
    asked = await ada.slash(
        channel, "collaborate invite", researcher="Kai Han", message=written, work="OnlineVPO"
    )
    assert "Several people may share the name **Kai Han**" in words(asked)
    assert f"> {NICE}" in words(asked)
    assert list(options(asked).values()) == [str(one.researcher.id)]
    form = await ada.select(reply(asked), [str(one.researcher.id)])
    assert form.modal is not None
    assert form.modal["components"][0]["component"]["value"] == written
    sent = await ada.submit_modal(form, {"message": written})
    assert "is on its way." in words(sent)
    assert f"> {NICE}" in words(_direct(bob))
    assert "OnlineVPO" in words(_direct(bob))
    await inviting.once(bot)
    assert "takes invitations now" in words(_direct(mod))


async def test_who_takes_invitations_from_nobody_is_open_nowhere(
    ada: MemberActor, kai: MemberActor, channel: ChannelHandle
) -> None:
    async def said() -> tuple[str, str]:
        profile = await ada.slash(channel, "researcher profile", researcher="Kai Han")
        asked = await ada.slash(channel, "ask", question="Is Kai Han open to collaborate?")
        return words(profile), words(asked)

    profile, asked = await said()
    assert "Open to collaborate · Claimed" in profile
    assert "Kai Han is open to collaborate." in asked
    kept = await kai.slash(channel, "collaborate settings", invitations_from="nobody")
    assert "**Kai Han** · not open to collaborate" in words(kept)
    assert "Nobody can invite you: choose from whom you take invitations here." in words(kept)
    profile, asked = await said()
    assert "Not open to collaborate · Claimed" in profile
    assert "Kai Han is not open to collaborate." in asked
    await kai.slash(channel, "collaborate settings", invitations_from="anyone")
    assert "Open to collaborate · Claimed" in (await said())[0]


async def test_invitations_say_which_of_several_people_they_are_to(
    ada: MemberActor, bob: MemberActor, channel: ChannelHandle, bot: Colloquy
) -> None:
    async with bot.database.write() as session:
        [first, second, *_] = await persons.of_record(session, 1)
        for number, person in enumerate((first, second)):
            await claim(session, person.researcher.id, (bob.id, 77)[number])
    one = first.researcher
    sent = await ada.slash(channel, "collaborate invite", researcher=f"id:{one.id}", message=NICE)
    assert f"Your invitation to **{one.distinct_name}**" in words(sent)
    assert f"to you as {one.distinct_name}" in words(_direct(bob))
    listed = await ada.slash(channel, "collaborate sent")
    assert f"**{one.distinct_name}** · waiting" in words(listed)
    [offered] = await ada.autocomplete(channel, "collaborate withdraw", "invitation", "")
    assert one.label in offered["name"]
