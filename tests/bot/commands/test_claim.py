"""/claim and its moderators, as the claimant, a rival, a stranger and a moderator meet them."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator

import discord
import pytest
from simcord import ChannelHandle, Env, GuildHandle, InteractionResult, MemberActor
from sqlalchemy import update

from bot.cards import Card
from bot.client import Colloquy
from bot.commands.claim import Act
from bot.commands.reviews import Decide
from bot.views import Layout
from retrieval.proofs import ProofChecker
from retrieval.sources.pages import PageReader
from storage import claims, own_words, persons, privacy, researchers, review_places, works
from storage.answers import utcnow
from storage.claim_states import Claim, State
from storage.own_claims import REST_AFTER_REFUSAL
from storage.phrases import day
from storage.proofs import Kind
from storage.schema import ClaimRow
from tests import page_zoo
from tests.bot.conftest import AddResearcher, Restart
from tests.bot.seeing import buttons, options, reply, words
from tests.page_zoo import Zoo, answer
from tests.storage.claimed import claim as claim_it


@pytest.fixture
async def zoo(bot: Colloquy) -> AsyncIterator[Zoo]:
    async with page_zoo.opened() as zoo:
        bot.proofs = ProofChecker(bot.database, PageReader(zoo.rules()))
        yield zoo


@pytest.fixture
async def den(guild: GuildHandle, mod: MemberActor, channel: ChannelHandle) -> ChannelHandle:
    """The moderators' channel, chosen for reviews."""
    den = guild.create_text_channel("moderators")
    await mod.slash(channel, "admin reviews", channel=den)
    return den


@pytest.fixture
def judge(env: Env, guild: GuildHandle) -> MemberActor:
    """A second moderator."""
    role = guild.create_role("More moderators", permissions=discord.Permissions(manage_guild=True))
    return guild.add_member(env.create_user("judge", global_name="Judge"), roles=[role])


@pytest.fixture
def lead(env: Env, guild: GuildHandle) -> MemberActor:
    """A moderator who may give roles."""
    may = discord.Permissions(manage_guild=True, manage_roles=True)
    role = guild.create_role("Leads", permissions=may)
    return guild.add_member(env.create_user("lead", global_name="Lead"), roles=[role])


ALL = "All of these are me, one person"


async def _ask(who: MemberActor, channel: ChannelHandle) -> InteractionResult:
    """Asks to be the one person behind the whole record."""
    result = await who.slash(channel, "claim start", researcher="Kai Han")
    await who.select(reply(result), [options(result)[ALL]])
    return result


async def _start(who: MemberActor, channel: ChannelHandle) -> InteractionResult:
    result = await _ask(who, channel)
    await who.click(reply(result), label="Yes, claim them")
    return result


async def _claim(bot: Colloquy, who: MemberActor) -> Claim:
    async with bot.database.read() as session:
        return (await claims.of_user(session, who.id))[0]


async def _prove(bot: Colloquy, zoo: Zoo, who: MemberActor, channel: ChannelHandle) -> None:
    claim = await _claim(bot, who)
    path = f"/{who.id}"
    zoo.pages[path] = answer(f"Kai Han {claim.codes[Kind.HOMEPAGE]}")
    result = await who.slash(channel, "claim check", page=zoo.url(path))
    assert "**Proved.**" in words(result), words(result)


async def _review(who: MemberActor, channel: ChannelHandle, den: ChannelHandle) -> discord.Message:
    started = await _start(who, channel)
    await who.click(reply(started), label="Ask moderators to review")
    assert den.last_message is not None
    return den.last_message


async def _overrule(mod: MemberActor, card: discord.Message) -> str:
    """Approves a claim against somebody who stands; what is said of that before it is done."""
    form = await mod.click(card, label="Approve")
    assert form.modal is not None
    said: str = form.modal["components"][0]["content"]
    await mod.submit_modal(form, {"reason": "Bob showed his badge."})
    return said


async def test_start_confirms_the_works_and_shows_the_codes_in_private(
    ada: MemberActor, bob: MemberActor, channel: ChannelHandle, bot: Colloquy
) -> None:
    result = await _ask(ada, channel)
    assert reply(result).ephemeral
    shown = words(result)
    assert "## Are you Kai Han?" in shown
    assert "unlocks direct collaboration" in shown
    assert "](https://arxiv.org/abs/" in shown
    assert "and 30 more works" in shown
    assert buttons(result) == ["Yes, claim them", "No"]
    await ada.click(reply(result), label="Yes, claim them")
    shown = words(result)
    assert "**L2** · waiting for a proof" in shown
    claim = await _claim(bot, ada)
    for code in claim.codes.values():
        assert f"`{code}`" in shown
    assert buttons(result) == ["Check now", "Ask moderators to review", "Withdraw"]
    page = words(await bob.slash(channel, "researcher profile"))
    assert "Claim awaiting proof · Verification level L2" in page
    assert "**Trust 21" in page
    again = await _ask(ada, channel)
    pressed = await ada.click(reply(again), label="Yes, claim them")
    assert "You have a claim on Kai Han" in words(pressed)


async def test_of_several_people_one_is_chosen_and_only_their_works_are_confirmed(
    ada: MemberActor, channel: ChannelHandle, bot: Colloquy, restart: Restart
) -> None:
    async with bot.database.read() as session:
        [first, *others] = await persons.of_record(session, 1)
        theirs = await works.of_researchers(session, [first.researcher.id])
    result = await ada.slash(channel, "claim start", researcher="Kai Han")
    assert reply(result).ephemeral
    assert "## Which Kai Han are you?" in words(result)
    assert buttons(result) == []
    assert len(options(result)) == len(others) + 2
    await restart()
    await ada.select(reply(result), [str(first.researcher.id)])
    shown = words(result)
    assert f"## Are you {first.researcher.distinct_name}?" in shown
    assert f"and {len(theirs) - 5} more works" in shown
    for work in theirs[:5]:
        assert work.url is not None
        assert work.url in shown
    assert shown.count("](https://arxiv.org/abs/") == 5
    await ada.click(reply(result), label="Yes, claim them")
    assert f"## Your claim on {first.researcher.distinct_name}" in words(result)
    claim = await _claim(bot, ada)
    assert claim.researcher.id == first.researcher.id
    async with bot.database.write() as session:
        await claim_it(session, others[0].researcher.id, 7)
    again = await ada.slash(channel, "claim start", researcher="Kai Han")
    assert len(options(again)) == len(others) + 1
    assert ALL not in options(again)


async def test_no_claims_nothing(ada: MemberActor, channel: ChannelHandle, bot: Colloquy) -> None:
    result = await _ask(ada, channel)
    await ada.click(reply(result), label="No")
    assert "Nothing was claimed." in words(result)
    async with bot.database.read() as session:
        assert await claims.of_user(session, ada.id) == []


async def test_the_button_on_a_profile_and_the_choice_among_several(
    ada: MemberActor, channel: ChannelHandle, add_researcher: AddResearcher, restart: Restart
) -> None:
    profile = await ada.slash(channel, "researcher profile")
    await restart()
    pressed = await ada.click(reply(profile), label="Claim")
    assert reply(pressed).ephemeral
    assert "## Which Kai Han are you?" in words(pressed)
    await add_researcher("Kai Han", source="OpenAlex")
    result = await ada.slash(channel, "claim start", researcher="Kai Han")
    await ada.select(reply(result), [options(result)["Kai Han (OpenAlex, 1 work)"]])
    assert "## Are you Kai Han?\n-# OpenAlex, 1 work\n" in words(result)


async def test_a_page_is_checked_by_the_button_and_by_the_command(
    ada: MemberActor, bob: MemberActor, channel: ChannelHandle, bot: Colloquy, zoo: Zoo,
    restart: Restart,
) -> None:  # fmt: skip
    result = await _start(ada, channel)
    claim = await _claim(bot, ada)
    zoo.pages["/"] = answer("nothing yet")
    form = await ada.click(reply(result), label="Check now")
    assert form.modal is not None
    await ada.submit_modal(form, {"page": zoo.url("/")})
    assert "**Not yet.**" in words(result)
    assert "the code is not in its text" in words(result)
    zoo.pages["/"] = answer(f"<b>Kai Han</b> {claim.codes[Kind.HOMEPAGE]}")
    checked = await ada.slash(channel, "claim check")  # the same page again
    assert reply(checked).ephemeral
    assert "**Proved.**" in words(checked)
    assert "**L3** · verified" in words(checked)
    assert "Open to collaborate: invitations reach you in private." in words(checked)
    assert "Edit profile" in buttons(checked)
    seen = await bob.slash(channel, "researcher profile")
    assert "Claimed · Verification level L3" in words(seen)
    assert "Claim" not in buttons(seen)


async def test_a_page_with_a_long_address_can_be_checked_again(
    ada: MemberActor, channel: ChannelHandle, zoo: Zoo
) -> None:
    await _start(ada, channel)
    page = zoo.url("/" + "a" * 400)
    await ada.slash(channel, "claim check", page=page)
    form = await ada.click(reply(await ada.slash(channel, "claim status")), label="Check now")
    assert form.modal is not None
    [field] = [part["component"] for part in form.modal["components"]]
    assert field["value"] == page
    assert len(page) <= field["max_length"]


async def test_check_needs_a_claim_and_a_page(
    ada: MemberActor, bob: MemberActor, channel: ChannelHandle, zoo: Zoo
) -> None:
    assert "There is no such claim" in words(await bob.slash(channel, "claim check"))
    await _start(ada, channel)
    assert "Please give the page" in words(await ada.slash(channel, "claim check"))
    bad = await ada.slash(channel, "claim check", page="http://127.0.0.1/")
    assert reply(bad).ephemeral
    assert "I cannot read http://127.0.0.1/" in words(bad)
    assert zoo.hits == []


async def test_expired_codes_are_made_anew(
    ada: MemberActor, channel: ChannelHandle, bot: Colloquy
) -> None:
    await _start(ada, channel)
    before = await _claim(bot, ada)
    async with bot.database.write() as session:
        await session.execute(update(ClaimRow).values(codes_until=before.started_at))
    result = await ada.slash(channel, "claim status")
    assert "The codes have expired" in words(result)
    await ada.click(reply(result), label="New codes")
    after = await _claim(bot, ada)
    assert after.codes[Kind.ORCID] in words(result)
    assert after.codes[Kind.ORCID] != before.codes[Kind.ORCID]


async def test_buttons_of_a_claim_are_its_claimants_alone(
    ada: MemberActor, bob: MemberActor, channel: ChannelHandle, bot: Colloquy
) -> None:
    await _start(ada, channel)
    claim = await _claim(bot, ada)
    forged = [Act(claim.id, what) for what in ("check", "ask", "drop", "dropped", "edit")]
    target = bot.get_partial_messageable(channel.id)
    message = await target.send(view=Layout(Card(("Forged",)), forged))
    for item in forged:
        pressed = await bob.click(message, label=item.item.label)
        assert "There is no such claim" in words(pressed)
    assert (await _claim(bot, ada)).state is State.AWAITING


async def test_withdrawing_asks_again(
    ada: MemberActor, channel: ChannelHandle, bot: Colloquy, zoo: Zoo
) -> None:
    await _start(ada, channel)
    await _prove(bot, zoo, ada, channel)
    result = await ada.slash(channel, "claim withdraw")
    assert "the record is unclaimed again" in words(result)
    await ada.click(reply(result), label="Keep it")
    assert (await _claim(bot, ada)).state is State.VERIFIED
    result = await ada.slash(channel, "claim withdraw")
    await ada.click(reply(result), label="Yes, withdraw it")
    assert "withdrawn by you" in words(result)
    assert "Not claimed · Verification level L1" in words(
        await ada.slash(channel, "researcher profile")
    )
    assert "There is no such claim" in words(await ada.slash(channel, "claim withdraw"))


async def test_moderators_see_the_evidence_and_approve(
    ada: MemberActor, mod: MemberActor, judge: MemberActor, channel: ChannelHandle,
    den: ChannelHandle, bot: Colloquy, restart: Restart, zoo: Zoo,
) -> None:  # fmt: skip
    started = await _start(ada, channel)
    await ada.slash(channel, "claim check", page=zoo.url("/gone"))
    await ada.click(reply(started), label="Ask moderators to review")
    assert "**L2** · with the moderators" in words(started)
    card = den.last_message
    assert card is not None
    shown = words(card)
    assert "## Claim to review: Kai Han" in shown
    assert f"<@{ada.id}> says that they are **Kai Han** (arXiv, 35 works)" in shown
    assert re.search(r"Discord account since \d+ \w+ 20\d\d · member here since \d+ ", shown)
    assert "it answers with the status 404" in shown
    assert buttons(card) == ["Approve", "Refuse", "Ask for more"]
    await restart()
    for label in buttons(card):
        refused = await ada.click(card, label=label)
        assert "You need the permission “Manage Server”" in words(refused)
    await mod.click(card, label="Approve")
    card = den.last_message
    assert card is not None
    assert f"approved by <@{mod.id}>" in words(card)
    assert buttons(card) == []
    async with bot.database.read() as session:
        assert await claims.holder(session, 1) == ada.id
    status = words(await ada.slash(channel, "claim status"))
    assert "**L3** · verified" in status
    assert "approved by a moderator" in status
    assert str(mod.id) not in status
    assert "404" not in status, "what is proved needs no word on what was not"


async def test_moderators_see_that_a_page_has_proved_what_they_were_asked(
    ada: MemberActor, channel: ChannelHandle, den: ChannelHandle, bot: Colloquy, zoo: Zoo
) -> None:
    await _review(ada, channel, den)
    await _prove(bot, zoo, ada, channel)
    card = den.last_message
    assert card is not None
    assert "## Claim verified: Kai Han" in words(card)
    assert "**Proved by a page**, so there is nothing to decide" in words(card)
    assert "page proved by the claimant" in words(card)
    assert buttons(card) == []


async def test_a_second_moderator_gets_a_sentence(
    ada: MemberActor, mod: MemberActor, judge: MemberActor, channel: ChannelHandle,
    den: ChannelHandle, bot: Colloquy,
) -> None:  # fmt: skip
    card = await _review(ada, channel, den)
    form = await judge.click(card, label="Refuse")  # opened before the other decides
    await mod.click(card, label="Approve")
    late = await judge.submit_modal(form, {"reason": "No."})
    assert "That claim is verified by now, so nothing was changed." in words(late.followups[-1])
    assert (await _claim(bot, ada)).state is State.VERIFIED
    target = bot.get_partial_messageable(channel.id)
    old = await target.send(view=Layout(Card(("Old",)), [Decide(1, "a", State.REVIEW)]))
    late = await judge.click(old, label="Approve")
    assert "That claim is verified by now" in words(late.followups[-1])
    assert channel.last_message is not None
    assert "Claim verified: Kai Han" in words(channel.last_message)


async def test_refused_with_a_reason_that_the_claimant_reads(
    ada: MemberActor, mod: MemberActor, channel: ChannelHandle, den: ChannelHandle, env: Env
) -> None:
    card = await _review(ada, channel, den)
    form = await mod.click(card, label="Refuse")
    assert form.modal is not None
    await mod.submit_modal(form, {"reason": "We know *Kai*."})
    told = ada.user.dm_channel.last_message
    assert told is not None
    assert "is refused. They say: “We know \\*Kai\\*.”\n`/claim status` shows" in told.content
    status = await ada.slash(channel, "claim status")
    assert "The reason: We know \\*Kai\\*." in words(status)
    assert f"You can claim it again from {day(utcnow() + REST_AFTER_REFUSAL)}." in words(status)
    assert buttons(status) == []
    again = await _ask(ada, channel)
    pressed = await ada.click(reply(again), label="Yes, claim them")
    assert "you can claim it again from" in words(pressed)


async def test_asking_for_more_gives_the_claim_back(
    ada: MemberActor, mod: MemberActor, channel: ChannelHandle, den: ChannelHandle, bot: Colloquy,
    env: Env,
) -> None:  # fmt: skip
    card = await _review(ada, channel, den)
    env.inject_error("POST", "/channels/*/messages", status=403, code=50007)
    form = await mod.click(card, label="Ask for more")
    assert form.modal is not None
    assert [label["label"] for label in form.modal["components"]] == ["What is missing"]
    await mod.submit_modal(form, {"reason": "Which lab?"})
    assert (await _claim(bot, ada)).state is State.AWAITING
    next_one = await ada.slash(channel, "researcher search", name="kai")  # closed messages: here
    assert any("Which lab?" in m.content for m in next_one.followups)
    status = await ada.slash(channel, "claim status")
    assert "The moderators say: “Which lab?”\n-# Show it on a page below or tell" in words(status)
    await ada.click(reply(status), label="Ask moderators to review")
    assert den.last_message is not None
    assert buttons(den.last_message) == ["Approve", "Refuse", "Ask for more"]


async def test_where_no_review_is_to_be_had(
    ada: MemberActor, mod: MemberActor, channel: ChannelHandle, guild: GuildHandle, bot: Colloquy
) -> None:
    started = await _start(ada, channel)
    pressed = await ada.click(reply(started), label="Ask moderators to review")
    assert "review no claims yet" in words(pressed)
    closed = guild.create_text_channel(
        "closed",
        overwrites={guild.default_role: discord.PermissionOverwrite(send_messages=False)},
    )
    refused = await mod.slash(channel, "admin reviews", channel=closed)
    assert "I cannot write in" in words(refused)
    off = await mod.slash(channel, "admin reviews", off=True)
    assert "Claims are not reviewed in this server." in words(off)
    assert (await _claim(bot, ada)).state is State.AWAITING


async def test_a_moderator_does_not_decide_about_themselves(
    mod: MemberActor, channel: ChannelHandle, den: ChannelHandle
) -> None:
    card = await _review(mod, channel, den)
    pressed = await mod.click(card, label="Approve")
    assert "somebody else has to decide" in words(pressed)


async def test_a_dispute_is_seen_by_both_and_decided_by_a_moderator(
    ada: MemberActor, bob: MemberActor, mod: MemberActor, channel: ChannelHandle,
    den: ChannelHandle, bot: Colloquy, zoo: Zoo,
) -> None:  # fmt: skip
    await _start(ada, channel)
    await _prove(bot, zoo, ada, channel)
    started = await _start(bob, channel)
    assert "Somebody else claims this researcher, too" in words(started)
    await _prove(bot, zoo, bob, channel)
    assert "disputed, and with the moderators" in words(await bob.slash(channel, "claim status"))
    assert "claimed by another" in words(await ada.slash(channel, "claim status"))
    card = den.last_message
    assert card is not None
    assert "## Disputed claim: Kai Han" in words(card)
    assert f"<@{ada.id}> stands now" in words(card)
    listed = await mod.slash(channel, "admin claims")
    assert "disputed by another" in words(listed)
    await mod.click(card, label="Approve")
    assert (await _claim(bot, ada)).state is State.VERIFIED  # nothing yet
    said = await _overrule(mod, card)
    assert f"<@{bob.id}> will be Kai Han" in said
    assert f"The claim of <@{ada.id}> ends" in said
    assert "cannot claim Kai Han again for 30 days" in said
    assert (await _claim(bot, ada)).state is State.REVOKED
    told = ada.user.dm_channel.last_message
    assert told is not None
    assert "is revoked. They say: “Bob showed his badge.”" in told.content
    async with bot.database.read() as session:
        assert await claims.holder(session, 1) == bob.id


async def test_a_wrong_approval_is_revoked_and_who_stood_stands_again(
    ada: MemberActor, bob: MemberActor, mod: MemberActor, judge: MemberActor,
    channel: ChannelHandle, den: ChannelHandle, bot: Colloquy, zoo: Zoo, guild: GuildHandle,
) -> None:  # fmt: skip
    role = guild.create_role("Researchers")
    server = bot.get_guild(guild.id)
    assert server is not None
    async with bot.database.write() as session:
        await review_places.set_role(session, guild.id, role.id)
    await _start(ada, channel)
    await _prove(bot, zoo, ada, channel)
    card = await _review(bob, channel, den)
    await _overrule(mod, card)
    listed = await judge.slash(channel, "admin claims")
    await judge.select(reply(listed), list(options(listed).values()))
    form = await judge.click(reply(listed), label="Revoke")
    assert form.modal is not None
    said = form.modal["components"][0]["content"]
    assert said == f"<@{ada.id}> then stands again as Kai Han."
    await judge.submit_modal(form, {"reason": "Not the author."})
    assert (await _claim(bot, bob)).state is State.REVOKED
    assert (await _claim(bot, ada)).state is State.VERIFIED
    async with bot.database.read() as session:
        assert await claims.holder(session, 1) == ada.id
    told = ada.user.dm_channel.last_message
    assert told is not None
    assert "Your claim on **Kai Han** is verified: L3." in told.content
    assert (await server.fetch_member(ada.id)).get_role(role.id) is not None
    assert (await server.fetch_member(bob.id)).get_role(role.id) is None
    withdrawn = await ada.slash(channel, "claim withdraw")
    await ada.click(reply(withdrawn), label="Yes, withdraw it")
    await _start(ada, channel)  # the lock has gone with the decision
    assert (await _claim(bot, ada)).state is State.AWAITING


async def test_the_card_says_that_a_rival_has_proved_it_and_so_does_whoever_asked(
    ada: MemberActor, bob: MemberActor, mod: MemberActor, channel: ChannelHandle,
    den: ChannelHandle, bot: Colloquy, zoo: Zoo,
) -> None:  # fmt: skip
    await _review(bob, channel, den)
    await _start(ada, channel)
    await _prove(bot, zoo, ada, channel)
    card = den.last_message
    assert card is not None
    assert "## Disputed claim: Kai Han" in words(card)
    assert f"<@{ada.id}> stands now" in words(card)
    told = bob.user.dm_channel.last_message
    assert told is not None
    assert "somebody else has proved that they are this researcher" in told.content
    assert "They say" not in told.content
    assert "The moderators say" not in words(await bob.slash(channel, "claim status"))
    form = await mod.click(card, label="Refuse")
    await mod.submit_modal(form, {"reason": "No."})
    assert (await _claim(bot, bob)).state is State.REFUSED


async def _prove_in_private(bot: Colloquy, zoo: Zoo, who: MemberActor) -> InteractionResult:
    started = await who.user.slash("claim start", researcher="Kai Han")
    await who.user.select(reply(started), [options(started)[ALL]])
    await who.user.click(reply(started), label="Yes, claim them")
    claim = await _claim(bot, who)
    zoo.pages["/private"] = answer(f"Kai Han {claim.codes[Kind.HOMEPAGE]}")
    checked: InteractionResult = await who.user.slash("claim check", page=zoo.url("/private"))
    return checked


async def test_a_dispute_begun_in_private_is_put_before_moderators(
    ada: MemberActor, bob: MemberActor, mod: MemberActor, channel: ChannelHandle,
    den: ChannelHandle, bot: Colloquy, zoo: Zoo,
) -> None:  # fmt: skip
    await _start(ada, channel)
    await _prove(bot, zoo, ada, channel)
    checked = await _prove_in_private(bot, zoo, bob)
    assert "none were shown your claim yet" in words(checked.followups[-1])
    assert den.last_message is None
    status = await bob.slash(channel, "claim status")
    assert "with the moderators, who were not shown it yet" in words(status)
    await bob.click(reply(status), label="Ask moderators to review")
    assert "not shown it yet" not in words(status)
    assert "Ask moderators to review" not in buttons(status)
    card = den.last_message
    assert card is not None
    assert "## Disputed claim: Kai Han" in words(card)
    await _overrule(mod, card)
    assert (await _claim(bot, bob)).state is State.VERIFIED


async def test_a_dispute_begun_anywhere_is_shown_where_every_claim_is_decided(
    ada: MemberActor, bob: MemberActor, mod: MemberActor, channel: ChannelHandle,
    den: ChannelHandle, bot: Colloquy, zoo: Zoo, guild: GuildHandle,
) -> None:  # fmt: skip
    everywhere = bot.settings.claims.model_copy(update={"review_servers": (guild.id,)})
    bot.settings = bot.settings.model_copy(update={"claims": everywhere})
    await _start(ada, channel)
    await _prove(bot, zoo, ada, channel)
    await _prove_in_private(bot, zoo, bob)
    card = den.last_message
    assert card is not None
    await _overrule(mod, card)
    assert (await _claim(bot, bob)).state is State.VERIFIED


async def test_whoever_is_erased_leaves_no_card_with_the_moderators(
    ada: MemberActor, bob: MemberActor, channel: ChannelHandle, den: ChannelHandle,
    bot: Colloquy, zoo: Zoo,
) -> None:  # fmt: skip
    await _start(ada, channel)
    await _prove(bot, zoo, ada, channel)
    await _start(bob, channel)
    await _prove(bot, zoo, bob, channel)
    card = den.last_message
    assert card is not None
    assert f"<@{bob.id}>" in words(card)
    erased = await bob.slash(channel, "privacy erase")
    await bob.click(reply(erased), label="Erase everything")
    assert den.last_message is None
    started = await _start(bob, channel)
    await bob.click(reply(started), label="Ask moderators to review")
    assert den.last_message is not None
    out = await ada.slash(channel, "privacy opt-out")
    await ada.click(reply(out), label="Remove my record")
    assert den.last_message is None


async def test_admin_claims_lists_opens_and_revokes(
    ada: MemberActor, mod: MemberActor, channel: ChannelHandle, bot: Colloquy, zoo: Zoo,
    guild: GuildHandle,
) -> None:  # fmt: skip
    assert "There are no claims here." in words(await mod.slash(channel, "admin claims"))
    await _start(ada, channel)
    await _prove(bot, zoo, ada, channel)
    result = await mod.slash(channel, "admin claims")
    assert reply(result).ephemeral
    assert f"**Kai Han** · <@{ada.id}> · L3 · verified" in words(result)
    await mod.select(reply(result), list(options(result).values()))
    assert buttons(result) == ["Revoke"]
    form = await mod.click(reply(result), label="Revoke")
    await mod.submit_modal(form, {"reason": "Not the author."})
    assert f"revoked by <@{mod.id}>: Not the author." in words(result)
    assert (await _claim(bot, ada)).state is State.REVOKED
    async with bot.database.read() as session:
        assert not (await researchers.get(session, 1)).claimed


async def test_a_claimed_researcher_speaks_for_themselves(
    ada: MemberActor, bob: MemberActor, channel: ChannelHandle, bot: Colloquy, zoo: Zoo
) -> None:
    refused = await bob.slash(channel, "claim edit")
    assert "That is for researchers who have proved a claim" in words(refused)
    await _start(ada, channel)
    await _prove(bot, zoo, ada, channel)
    form = await ada.slash(channel, "claim edit")
    assert form.modal is not None
    said = {
        "description": "I build *networks*.",
        "affiliation": "Somewhere grand",
        "links": "https://kai.example/me",
        "openness": ["Not at the moment"],
    }
    done = await ada.submit_modal(form, said)
    assert "is kept as you wrote it, not open to collaborate" in words(done)
    closed = await ada.slash(channel, "claim status")
    assert "Not open to collaborate; `/collaborate settings` says how to be." in words(closed)
    page = words(await bob.slash(channel, "researcher profile"))
    assert "I build \\*networks\\*." in page
    assert "Somewhere grand (their own word)" in page
    asked = await bob.slash(channel, "ask", question="Where does Kai Han work?")
    assert "Kai Han's affiliation is Somewhere grand (their own word)." in words(asked)
    assert "Not open to collaborate · Claimed" in page
    assert "https://kai.example/me" in page
    form = await ada.slash(channel, "claim edit")
    bad = await ada.submit_modal(form, {**said, "links": "http://kai.example"})
    assert "cannot be linked" in words(bad)


async def test_a_form_with_a_bad_link_is_given_back_as_it_was_filled_in(
    ada: MemberActor, bob: MemberActor, channel: ChannelHandle, bot: Colloquy, zoo: Zoo,
    restart: Restart,
) -> None:  # fmt: skip
    await _start(ada, channel)
    await _prove(bot, zoo, ada, channel)
    said = {
        "description": "I build *networks*, > 3 of them, `x_y`.",
        "affiliation": "Somewhere @everyone",
        "links": "https://kai.example/me\nhttp://kai.example",
        "openness": ["Not at the moment"],
    }
    form = await ada.slash(channel, "claim edit")
    bad = await ada.submit_modal(form, said)
    assert "cannot be linked" in words(bad)
    assert reply(bad).ephemeral
    await restart()
    again = await ada.click(reply(bad), label="Edit again")
    assert again.modal is not None
    fields = [label["component"] for label in again.modal["components"]]
    assert [field["value"] for field in fields[:3]] == [*said.values()][:3]
    chosen = [o["label"] for o in fields[3]["options"] if o.get("default")]
    assert chosen == said["openness"]
    done = await ada.submit_modal(again, {**said, "links": "https://kai.example/me"})
    assert "is kept as you wrote it" in words(done)


async def test_hidden_in_one_server_as_if_it_were_not_there(
    ada: MemberActor, bob: MemberActor, mod: MemberActor, channel: ChannelHandle, bot: Colloquy,
    zoo: Zoo, env: Env, add_researcher: AddResearcher,
) -> None:  # fmt: skip
    await add_researcher("Grace Hopper")
    profile = await bob.slash(channel, "researcher profile", researcher="Kai Han")
    asked = await bob.slash(channel, "ask", question="What does NPD of Kai Han stand for?")
    await _start(ada, channel)
    await _prove(bot, zoo, ada, channel)
    assert "is not shown in this server" in words(await ada.slash(channel, "claim hide"))
    unknown = "I know no researcher called “Kai Han”"
    for command, given in (
        ("researcher profile", {"researcher": "Kai Han"}),
        ("researcher works", {"researcher": "id:1"}),
        ("ask", {"question": "NPD?", "researcher": "Kai Han"}),
        ("ask", {"question": "What is the latest paper of Kai Han?"}),
        ("follow add", {"researcher": "Kai Han"}),
        ("claim start", {"researcher": "Kai Han"}),
    ):
        assert unknown in words(await bob.slash(channel, command, **given)), command
    for label in ("Works", "Ask about Kai Han", "Claim", "Follow"):
        assert unknown in words(await bob.click(reply(profile), label=label)), label
    assert asked.acknowledged
    search = await bob.slash(channel, "researcher search", name="kai")
    assert "I know nobody called “kai”" in words(search)
    assert await bob.autocomplete(channel, "ask", "researcher", "kai") == []
    elsewhere = await env.create_user("carl").slash("researcher profile", researcher="Kai Han")
    assert "## Kai Han" in words(elsewhere)
    await ada.slash(channel, "claim show")
    assert "## Kai Han" in words(await bob.slash(channel, "researcher profile", researcher="id:1"))


async def test_one_of_several_people_who_hides_leaves_the_record_of_the_name(
    ada: MemberActor, bob: MemberActor, channel: ChannelHandle, bot: Colloquy, guild: GuildHandle,
    env: Env,
) -> None:  # fmt: skip
    async with bot.database.write() as session:
        [first, *_] = await persons.of_record(session, 1)
        theirs = await works.of_researchers(session, [first.researcher.id])
        await claim_it(session, first.researcher.id, ada.id)
    status = await ada.slash(channel, "claim status")
    assert "Not shown in" not in words(status)
    await ada.slash(channel, "claim hide")
    left = 35 - len(theirs)
    profile = words(await bob.slash(channel, "researcher profile", researcher="Kai Han"))
    assert f"**{left}** works" in profile
    assert "Yunhe Wang" not in profile
    assert f" of {left} works" in words(await bob.slash(channel, "researcher works"))
    asked = await bob.slash(channel, "ask", question="How many papers has Kai Han written?")
    assert f"Kai Han has {left} works" in words(asked)
    asked = await bob.slash(channel, "ask", question="With whom does Kai Han write most often?")
    assert "Yunhe Wang" not in words(asked)
    around = await bob.slash(channel, "graph show", researcher="Kai Han")
    assert "Andrea Vedaldi" in words(around)
    assert "Yunhe Wang" not in words(around)
    around = await bob.slash(channel, "graph show", researcher="Yunhe Wang")
    assert "Kai Han" not in words(around)
    path = await bob.slash(channel, "graph path", a="Kai Han", b="Yunhe Wang")
    assert "they wrote together" not in words(path)
    status = await ada.slash(channel, "claim status")
    assert "Not shown in **Lab**; `/claim show` there undoes it." in words(status)
    elsewhere = await env.create_user("carl").slash("researcher profile", researcher="Kai Han")
    assert "**35** works" in words(elsewhere)
    await ada.slash(channel, "claim show")
    profile = words(await bob.slash(channel, "researcher profile", researcher="Kai Han"))
    assert "**35** works" in profile


async def test_the_role_comes_and_goes(
    ada: MemberActor, lead: MemberActor, channel: ChannelHandle, bot: Colloquy, zoo: Zoo,
    guild: GuildHandle, env: Env,
) -> None:  # fmt: skip
    role = guild.create_role("Researchers")

    async def held() -> bool:
        server = bot.get_guild(guild.id)
        assert server is not None
        return role.id in [r.id for r in (await server.fetch_member(ada.id)).roles]

    result = await lead.slash(channel, "admin claimed-role", role=role)
    assert f"get <@&{role.id}>" in words(result)
    await _start(ada, channel)
    env.inject_error("PUT", "/guilds/*/members/*/roles/*", status=403, code=50013)
    await _prove(bot, zoo, ada, channel)
    assert not await held()
    env.inject_error("PUT", "/guilds/*/members/*/roles/*", status=403, code=50013)
    told = await ada.slash(channel, "claim status")
    assert any("allow me Manage Roles" in m.content for m in told.followups)
    await ada.slash(channel, "claim status")  # put right meanwhile
    assert await held()
    result = await ada.slash(channel, "claim withdraw")
    await ada.click(reply(result), label="Yes, withdraw it")
    assert not await held()


async def test_a_role_that_nobody_can_be_given_is_refused(
    mod: MemberActor, channel: ChannelHandle, guild: GuildHandle
) -> None:
    result = await mod.slash(channel, "admin claimed-role", role=guild.default_role)
    assert "Discord hands it out itself" in words(result)


async def test_a_role_is_chosen_by_who_could_give_it_and_one_with_power_only_knowingly(
    mod: MemberActor, channel: ChannelHandle, guild: GuildHandle, bot: Colloquy, restart: Restart,
    env: Env,
) -> None:  # fmt: skip
    above = guild.create_role("Founders")  # a new role stands below the others
    may = discord.Permissions(manage_guild=True, manage_roles=True)
    role = guild.create_role("Leads", permissions=may)
    lead = guild.add_member(env.create_user("lead", global_name="Lead"), roles=[role])

    async def chosen() -> int | None:
        async with bot.database.read() as session:
            return (await review_places.get(session, guild.id)).role_id

    plain = guild.create_role("Researchers")
    strong = guild.create_role("Helpers", permissions=discord.Permissions(ban_members=True))
    for who, role in ((mod, plain), (lead, above)):
        refused = await who.slash(channel, "admin claimed-role", role=role)
        assert "a role that you could give somebody yourself" in words(refused)
    asked = await lead.slash(channel, "admin claimed-role", role=strong)
    assert f"would get <@&{strong.id}>, and with it: Ban Members" in words(asked)
    assert await chosen() is None
    await restart()
    await lead.click(reply(asked), label="Use it all the same")
    assert await chosen() == strong.id
    await lead.slash(channel, "admin claimed-role", role=plain)
    assert await chosen() == plain.id


async def test_a_role_that_somebody_else_gave_stays(
    ada: MemberActor, bob: MemberActor, lead: MemberActor, channel: ChannelHandle,
    guild: GuildHandle, bot: Colloquy, zoo: Zoo,
) -> None:  # fmt: skip
    role = guild.create_role("Researchers")
    server = bot.get_guild(guild.id)
    assert server is not None
    await lead.slash(channel, "admin claimed-role", role=role)
    for who in (ada, bob):
        await (await server.fetch_member(who.id)).add_roles(discord.Object(role.id))
    await _start(ada, channel)
    await _prove(bot, zoo, ada, channel)
    result = await ada.slash(channel, "claim withdraw")
    await ada.click(reply(result), label="Yes, withdraw it")
    await _start(bob, channel)
    result = await bob.slash(channel, "claim withdraw")
    await bob.click(reply(result), label="Yes, withdraw it")
    for who in (ada, bob):
        assert (await server.fetch_member(who.id)).get_role(role.id) is not None


async def test_the_role_goes_with_whoever_is_overruled_erased_or_opts_out(
    ada: MemberActor, bob: MemberActor, mod: MemberActor, lead: MemberActor,
    channel: ChannelHandle,    den: ChannelHandle, bot: Colloquy, zoo: Zoo, guild: GuildHandle,
) -> None:  # fmt: skip
    role = guild.create_role("Researchers")

    async def held(who: MemberActor) -> bool:
        server = bot.get_guild(guild.id)
        assert server is not None
        return role.id in [r.id for r in (await server.fetch_member(who.id)).roles]

    await lead.slash(channel, "admin claimed-role", role=role)
    await _start(bob, channel)
    person = options(await ada.slash(channel, "claim start", researcher="Kai Han"))
    started = await ada.slash(channel, "claim start", researcher="Kai Han")
    await ada.select(reply(started), [next(v for v in person.values() if v.isdecimal())])
    await ada.click(reply(started), label="Yes, claim them")
    await _prove(bot, zoo, ada, channel)
    assert await held(ada)
    await _prove(bot, zoo, bob, channel)
    card = den.last_message
    assert card is not None
    assert f"<@{ada.id}> stands now" in words(card)
    await _overrule(mod, card)
    assert (await _claim(bot, ada)).state is State.REVOKED
    assert (await held(ada), await held(bob)) == (False, True)
    assert (await _claim(bot, ada)).told
    erase = await bob.slash(channel, "privacy erase")
    await bob.click(reply(erase), label="Erase everything")
    assert not await held(bob)
    await _start(bob, channel)
    await _prove(bot, zoo, bob, channel)
    assert await held(bob)
    out = await bob.slash(channel, "privacy opt-out")
    await bob.click(reply(out), label="Remove my record")
    assert not await held(bob)


@pytest.mark.parametrize(
    ("status", "code", "told"),
    [
        (
            403,
            50013,
            "I could not take back the role that I gave you as a claimed researcher in Lab",
        ),
        (404, 10011, "Done. Everything that was kept about you is erased."),
    ],
)
async def test_whoever_keeps_a_role_is_told_so_unless_it_is_there_no_more(
    ada: MemberActor, lead: MemberActor, channel: ChannelHandle, bot: Colloquy, zoo: Zoo,
    guild: GuildHandle, env: Env, status: int, code: int, told: str,
) -> None:  # fmt: skip
    role = guild.create_role("Researchers")
    await lead.slash(channel, "admin claimed-role", role=role)
    await _start(ada, channel)
    await _prove(bot, zoo, ada, channel)
    env.inject_error("DELETE", "/guilds/*/members/*/roles/*", status=status, code=code)
    erase = await ada.slash(channel, "privacy erase")
    await ada.click(reply(erase), label="Erase everything")
    assert "Everything that was kept about you is erased." in words(erase)
    assert told in words(erase)
    assert ("I could not" in words(erase)) == ("in Lab" in words(erase)) == (status == 403)


async def test_in_direct_messages(env: Env, bot: Colloquy, zoo: Zoo) -> None:
    carl = env.create_user("carl")
    result = await carl.slash("claim start", researcher="Kai Han")
    await carl.select(reply(result), [options(result)[ALL]])
    await carl.click(reply(result), label="Yes, claim them")
    pressed = await carl.click(reply(result), label="Ask moderators to review")
    assert "ask for the review in a server" in words(pressed)
    async with bot.database.read() as session:
        [claim] = await claims.of_user(session, carl.id)
    zoo.pages["/"] = answer(f"Kai Han {claim.codes[Kind.HOMEPAGE]}")
    done = await carl.slash("claim check", page=zoo.url("/"))
    assert "**L3** · verified" in words(done)
    assert "in the server that it is about" in words(await carl.slash("claim hide"))


async def test_a_status_that_is_known_is_shown_while_somebody_writes(
    ada: MemberActor, channel: ChannelHandle, bot: Colloquy
) -> None:
    await _start(ada, channel)
    async with asyncio.timeout(20), bot.database.write():
        assert "## Your claim on Kai Han" in words(await ada.slash(channel, "claim status"))


async def test_several_claims_are_listed_and_picked(
    ada: MemberActor, channel: ChannelHandle, add_researcher: AddResearcher
) -> None:
    assert "You have claimed nobody" in words(await ada.slash(channel, "claim status"))
    await _start(ada, channel)
    grace = await add_researcher("Grace Hopper")
    result = await ada.slash(channel, "claim start", researcher=f"id:{grace}")
    await ada.click(reply(result), label="Yes, claim them")
    listed = await ada.slash(channel, "claim status")
    assert list(options(listed)) == ["Grace Hopper", "Kai Han"]
    assert "please pick one" in words(await ada.slash(channel, "claim withdraw"))
    offered = await ada.autocomplete(channel, "claim withdraw", "claim", "grace")
    assert [choice["name"] for choice in offered] == ["Grace Hopper · waiting for a proof"]
    picked = await ada.slash(channel, "claim withdraw", claim=offered[0]["value"])
    assert "## Withdraw your claim on Grace Hopper?" in words(picked)
    await ada.select(reply(listed), [options(listed)["Kai Han"]])
    assert "## Your claim on Kai Han" in words(listed)


async def test_erasing_unclaims(
    ada: MemberActor, channel: ChannelHandle, bot: Colloquy, zoo: Zoo
) -> None:
    result = await _start(ada, channel)
    await _prove(bot, zoo, ada, channel)
    await ada.slash(channel, "claim hide")
    asked = await ada.slash(channel, "privacy erase")
    await ada.click(reply(asked), label="Erase everything")
    async with bot.database.read() as session:
        assert await privacy.export(session, ada.id) == {}
        assert not (await researchers.get(session, 1)).claimed
        assert await own_words.hidden_in(session, ada.guild.id) == frozenset()
    stale = await ada.click(reply(result), label="Check now")
    assert "There is no such claim" in words(stale)


async def test_who_is_approved_while_another_only_claims_reads_that_they_are(
    ada: MemberActor,
    bob: MemberActor,
    mod: MemberActor,
    channel: ChannelHandle,
    den: ChannelHandle,
) -> None:
    await _start(bob, channel)
    await mod.click(await _review(ada, channel, den), label="Approve")
    told = ada.user.dm_channel.last_message
    assert told is not None
    assert "Your claim on **Kai Han** is verified: L3." in told.content


@pytest.mark.parametrize("how", ["by a page", "by moderators"])
async def test_a_claimant_does_not_wait_for_what_is_written_to_others(
    ada: MemberActor, bob: MemberActor, channel: ChannelHandle, den: ChannelHandle, bot: Colloquy,
    zoo: Zoo, env: Env, how: str,
) -> None:  # fmt: skip
    await _start(ada, channel)
    await _prove(bot, zoo, ada, channel)
    started = await _start(bob, channel)
    if how == "by a page":
        await _prove(bot, zoo, bob, channel)
    else:
        await bob.click(reply(started), label="Ask moderators to review")
    assert den.last_message is not None
    done = [f"{call.method} {call.path.rpartition('/')[2]}" for call in env.http_requests]
    assert done.index("POST channels") > max(n for n, one in enumerate(done) if "@original" in one)
