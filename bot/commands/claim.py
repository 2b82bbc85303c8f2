"""/claim: say who you are, prove it, and look after your profile."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Self

import discord
from discord import app_commands
from discord.app_commands import Choice

from bot import cards, claimed, claiming, errors, namesakes, own_profile, reported
from bot.commands import options
from bot.commands.reviews import decisions
from bot.markdown import escape, inline
from bot.views import Entry, Item, Layout, Picked, Pressed, menu, paged, send, turn_to, yes_or_no
from retrieval.phrases import joined
from retrieval.proofs import Looked
from retrieval.sources.pages import LONGEST_ADDRESS
from storage import announcing, claims, own_claims, own_words, persons, researchers, works
from storage.answers import utcnow
from storage.claim_states import LIVE, Claim, State, described
from storage.errors import AmbiguousResearcher, NoSuchClaim, NotAllowed, NotClaimed

if TYPE_CHECKING:
    from bot.client import Colloquy

    Press = discord.Interaction[Colloquy]

WHO = "Choose who you are"
WHICH_PAGE = "Please give the page that shows the code, in the `page` option."
ONLY_IN_A_SERVER = "Please do that in the server that it is about."
LABELS = {"check": "Check now", "codes": "New codes", "ask": "Ask moderators to review"}
LABELS |= {"drop": "Withdraw", "dropped": "Yes, withdraw it", "keep": "Keep it"}
LABELS |= {"edit": "Edit profile", "show": "Open"}

group = app_commands.Group(name="claim", description="Show that a record is yours")


@group.command(name="start")
@app_commands.describe(researcher="Who you are")
@app_commands.autocomplete(researcher=options.offer_researchers)
async def start(interaction: Press, researcher: str) -> None:
    """Say that a researcher's record is yours"""
    async with interaction.client.database.read() as session:
        try:
            person = await options.meant(session, interaction, researcher)
        except AmbiguousResearcher as error:
            row = [ChooseWhom(menu(WHO, "claimwho:1", namesakes.entries_among(error)))]
            await send(
                interaction, Layout(cards.notice(escape(error.sentence)), row), ephemeral=True
            )
            return
    await send(interaction, await ask_first(interaction, person.id), ephemeral=True)


@group.command(name="check")
@app_commands.describe(
    page="The page that shows the code; otherwise the last one again",
    claim="Which of your claims",
)
async def check(interaction: Press, page: str | None = None, claim: str | None = None) -> None:
    """Let me read the page that shows your code"""
    mine = await _mine(interaction, claim)
    page = page or _last_page(mine)
    if page is None:
        raise NotAllowed(what=WHICH_PAGE)
    await interaction.response.defer(thinking=True, ephemeral=True)
    await _check(interaction, mine.id, page)


@group.command(name="status")
@app_commands.describe(claim="Which of your claims; otherwise all")
async def status(interaction: Press, claim: str | None = None) -> None:
    """How your claims stand, what to do next, and everything that happened"""
    client = interaction.client
    async with client.database.read() as session:
        all_ = await claims.of_user(session, interaction.user.id)
    if claim is not None or len(all_) == 1:
        mine = await _mine(interaction, claim, live=False)
        await send(interaction, await _status(interaction, mine), ephemeral=True)
    else:
        row = [OpenMine(paged("Open a claim", "claimmine:1", _entries(all_)))] if all_ else []
        await send(interaction, Layout(claimed.mine(all_), row), ephemeral=True)
    if any(c.state is State.VERIFIED for c in all_):
        note = await claiming.give_role(client, interaction.guild, interaction.user.id)
        if note:
            await interaction.followup.send(note, ephemeral=True)


@group.command(name="withdraw")
@app_commands.describe(claim="Which of your claims")
async def withdraw(interaction: Press, claim: str | None = None) -> None:
    """Take a claim back; asks again first"""
    mine = await _mine(interaction, claim)
    await send(interaction, _sure(mine), ephemeral=True)


@group.command(name="edit")
@app_commands.describe(claim="Which of your researchers")
async def edit(interaction: Press, claim: str | None = None) -> None:
    """Say who you are in your own words, and whether you are open to collaborate"""
    await own_profile.open_form(interaction, await _proved(interaction, claim))


@group.command(name="hide")
@app_commands.describe(claim="Which of your researchers")
async def hide(interaction: Press, claim: str | None = None) -> None:
    """Do not be shown in this server"""
    await _set_shown(interaction, await _proved(interaction, claim), shown=False)


@group.command(name="show")
@app_commands.describe(claim="Which of your researchers")
async def show(interaction: Press, claim: str | None = None) -> None:
    """Be shown in this server again"""
    await _set_shown(interaction, await _proved(interaction, claim), shown=True)


@check.autocomplete("claim")
@status.autocomplete("claim")
@withdraw.autocomplete("claim")
@edit.autocomplete("claim")
@hide.autocomplete("claim")
@show.autocomplete("claim")
async def offer_claims(interaction: Press, typed: str) -> list[Choice[str]]:
    """The person's own claims."""
    async with interaction.client.database.read() as session:
        mine = await claims.of_user(session, interaction.user.id)
    names = [(c.id, f"{c.researcher.distinct_name} · {described(c.state)}") for c in mine]
    return options.offered(typed, names)


# What they share --------------------------------------------------------------------------


async def ask_first(interaction: Press, researcher_id: int, *, all_of_them: bool = False) -> Layout:
    """Whether somebody's works are the asker's; of a record of several people, first who they are.

    `all_of_them` says that the people of the record are one.
    """
    async with interaction.client.database.read() as session:
        person = await own_words.shown(session, researcher_id, interaction.guild_id)
        if person.record_id is None and not all_of_them:
            people = await namesakes.shown(session, researcher_id, interaction.guild_id)
            if people:
                choices = claimed.who_you_may_be(person, people)
                row = [ChooseWhom(paged(WHO, "claimwho:1", choices))]
                return Layout(claimed.which_are_you(person, people), row)
        newest, _ = await works.page(session, researcher_id, None, None, 0, claiming.NEWEST)
    buttons = [Begin(researcher_id, True), Begin(researcher_id, False)]
    return Layout(claimed.is_this_you(person, newest), buttons)


async def _mine(interaction: Press, given: str | None, *, live: bool = True) -> Claim:
    """The claim that was picked, or the only one.

    Raises:
        NoSuchClaim, NotAllowed
    """
    async with interaction.client.database.read() as session:
        mine = await claims.of_user(session, interaction.user.id)
    fitting = [c for c in mine if c.state in LIVE or not live]
    return options.one_of(fitting, given, option="claim", missing=NoSuchClaim)


def _entries(mine: list[Claim]) -> list[Entry]:
    return [(str(c.id), c.researcher.distinct_name, described(c.state)) for c in mine]


async def _proved(interaction: Press, given: str | None) -> Claim:
    """The proved claim that was picked, or the only one.

    Raises:
        NotClaimed, NoSuchClaim, NotAllowed
    """
    async with interaction.client.database.read() as session:
        mine = await claims.of_user(session, interaction.user.id)
    stand = [c for c in mine if c.state is State.VERIFIED]
    if not stand:
        raise NotClaimed()
    if given is None and len(stand) == 1:
        return stand[0]
    chosen = await _mine(interaction, given)
    if chosen.state is not State.VERIFIED:
        raise NotClaimed()
    return chosen


async def _status(interaction: Press, claim: Claim, looked: Looked | None = None) -> Layout:
    async with interaction.client.database.read() as session:
        claim = await claims.get(session, claim.id)
        history = await claims.history(session, claim.id)
        found = await reported.of_claim(session, claim)
        hidden = await own_words.hides(session, claim.researcher.id)
    if not claim.told:
        async with interaction.client.database.write() as session:
            await claims.mark_told(session, claim)
    now = utcnow()
    row: list[Item] = []
    if claim.state in LIVE:
        if claim.level < 4:
            row.append(Act(claim.id, "codes" if claim.codes_until < now else "check"))
        if claim.state is State.AWAITING or claim.unseen:
            row.append(Act(claim.id, "ask"))
        if claim.state is State.VERIFIED:
            row.append(Act(claim.id, "edit"))
        row.append(Act(claim.id, "drop"))
    notes = cards.paragraphs(
        _hidden_in(interaction.client, hidden),
        f"**What others say of your works**\n{reported.said(found)}" if found else "",
    )
    card = claimed.status(claim, history, now, looked, notes)
    return Layout(card, row, reported.row(found, reported.MINE))


def _hidden_in(client: Colloquy, guilds: Sequence[int]) -> str:
    """In which servers a researcher is not shown."""
    if not guilds:
        return ""
    known = [guild for number in guilds if (guild := client.get_guild(number))]
    names = [f"**{inline(guild.name, cards.NAME_SHOWN)}**" for guild in known]
    names += ["a server that I am not in"] * (len(names) < len(guilds))
    return f"Not shown in {joined(names)}; `/claim show` there undoes it."


async def _check(interaction: Press, claim_id: int, page: str) -> None:
    """Look at a page, show what came of it, and let the others know."""
    client = interaction.client
    claim, looked = await client.proofs.check(claim_id, interaction.user.id, page)
    if looked.why is not None:
        await interaction.edit_original_response(view=await _status(interaction, claim, looked))
        return
    note = None
    if claim.state is State.VERIFIED:
        note = await claiming.give_role(client, interaction.guild, interaction.user.id)
    layout = await claiming.card(client.database, claim, decisions)
    if claim.state is not State.DISPUTED:
        await claiming.refresh(client, claim, layout)
    elif not await claiming.post(client, claim, layout):
        note = claiming.NOBODY_ASKED if claim.guild_id is None else claiming.NO_POST
    await _let_know(interaction, claim, note, looked)


async def _let_know(
    interaction: Press, claim: Claim, note: str | None, looked: Looked | None = None
) -> None:
    """Show the claimant how their claim stands; only then write to others, which may take long."""
    await interaction.edit_original_response(view=await _status(interaction, claim, looked))
    if note:
        await interaction.followup.send(note, ephemeral=True)
    await claiming.tell(interaction.client, claim.researcher.id, decisions)


async def _ask_review(interaction: Press, claim: Claim) -> None:
    client = interaction.client
    place = await claiming.place_of(client, interaction.guild_id)
    await interaction.response.defer()
    async with client.database.write() as session:
        claim = await own_claims.ask_review(
            session, claim.id, interaction.user.id, place.guild_id, _joined(interaction)
        )
    posted = await claiming.post(
        client, claim, await claiming.card(client.database, claim, decisions)
    )
    await _let_know(interaction, claim, None if posted else claiming.NO_POST)


async def _withdraw(interaction: Press, claim: Claim) -> None:
    client = interaction.client
    async with client.database.write() as session:
        claim = await own_claims.withdraw(session, claim.id, interaction.user.id)
    await turn_to(interaction, await _status(interaction, claim))
    await claiming.refresh(client, claim, await claiming.card(client.database, claim, decisions))
    await claiming.tell(client, claim.researcher.id, decisions)
    await claiming.settle_roles(client, {interaction.user.id})


async def _set_shown(interaction: Press, claim: Claim, *, shown: bool) -> None:
    if interaction.guild_id is None:
        raise NotAllowed(what=ONLY_IN_A_SERVER)
    change = own_words.unhide if shown else announcing.hide
    async with interaction.client.database.write() as session:
        await change(session, claim.researcher.id, interaction.user.id, interaction.guild_id)
    name = inline(claim.researcher.distinct_name, 120)
    text = (
        f"**{name}** is shown in this server again."
        if shown
        else f"**{name}** is not shown in this server any more; `/claim show` undoes it. Papers of "
        "others still print the name among their authors; nothing else here is made of it."
    )
    await send(interaction, Layout(cards.notice(text, cards.PERSON)), ephemeral=True)


def _sure(claim: Claim) -> Layout:
    name = inline(claim.researcher.distinct_name, 120)
    text = f"## Withdraw your claim on {name}?"
    if claim.state is State.VERIFIED:
        text += "\nYour own words on the profile go with it, and the record is unclaimed again."
    row = [Act(claim.id, "dropped"), Act(claim.id, "keep")]
    return Layout(cards.notice(text, cards.AMBER), row)


def _last_page(claim: Claim) -> str | None:
    return next((p.page for p in reversed(claim.proofs) if not p.found), None)


def _joined(interaction: Press) -> datetime | None:
    joined = getattr(interaction.user, "joined_at", None)
    return joined.replace(tzinfo=None) if joined else None


# What can be pressed ----------------------------------------------------------------------


class ClaimThem(Pressed, template=r"claimthem:1:(\d+)"):
    """On profiles: begins a claim, in private."""

    def __init__(self, researcher_id: int) -> None:
        self.researcher_id = researcher_id
        super().__init__(discord.ui.Button(label="Claim", custom_id=f"claimthem:1:{researcher_id}"))

    @errors.answered
    async def callback(self, interaction: Press) -> None:
        await send(interaction, await ask_first(interaction, self.researcher_id), ephemeral=True)


class ChooseWhom(namesakes.PickedPerson, template=r"claimwho:1"):
    """Which of several researchers of one name the claimant is."""

    async def entries(self, interaction: Press) -> list[Entry]:
        people = await self.people(interaction)
        async with interaction.client.database.read() as session:
            record_id = await persons.record_of(session, people[0].id)
            return claimed.who_you_may_be(await researchers.get(session, record_id), people)

    @errors.answered
    async def callback(self, interaction: Press) -> None:
        chosen = self.item.values[0]
        number = int(chosen.removeprefix(claimed.ALL_OF))
        all_of_them = chosen.startswith(claimed.ALL_OF)
        await turn_to(interaction, await ask_first(interaction, number, all_of_them=all_of_them))


class Begin(Pressed, template=r"claimbegin:1:(\d+):([yn])"):
    """The answer to “are these your works?”."""

    def __init__(self, researcher_id: int, yes: bool) -> None:
        self.researcher_id, self.yes = researcher_id, yes
        labels = "Yes, claim them", "No"
        super().__init__(yes_or_no(yes, labels, f"claimbegin:1:{researcher_id}"))

    @errors.answered
    async def callback(self, interaction: Press) -> None:
        if not self.yes:
            text = "Nothing was claimed. “Not theirs” on a work tells me which do not belong."
            await turn_to(interaction, Layout(cards.notice(text)))
            return
        async with interaction.client.database.write() as session:
            await own_words.shown(session, self.researcher_id, interaction.guild_id)
            claim = await own_claims.start(
                session,
                self.researcher_id,
                interaction.user.id,
                interaction.guild_id,
                _joined(interaction),
            )
        await turn_to(interaction, await _status(interaction, claim))


class Act(Pressed, template=r"claim:1:(\d+):(\w+)"):
    """What a claimant can do about their claim."""

    def __init__(self, claim_id: int, what: str) -> None:
        self.claim_id, self.what = claim_id, what
        style = {
            "check": discord.ButtonStyle.primary,
            "dropped": discord.ButtonStyle.danger,
        }.get(what, discord.ButtonStyle.secondary)
        super().__init__(
            discord.ui.Button(
                label=LABELS[what], style=style, custom_id=f"claim:1:{claim_id}:{what}"
            )
        )

    @errors.answered
    async def callback(self, interaction: Press) -> None:
        async with interaction.client.database.read() as session:
            claim = await claims.own(session, self.claim_id, interaction.user.id)
        if self.what == "check":
            await interaction.response.send_modal(WhichPage(claim))
        elif self.what == "codes":
            async with interaction.client.database.write() as session:
                claim = await own_claims.renew(session, claim.id, interaction.user.id)
            await turn_to(interaction, await _status(interaction, claim))
        elif self.what == "ask":
            await _ask_review(interaction, claim)
        elif self.what == "edit":
            await own_profile.open_form(interaction, claim)
        elif self.what == "drop":
            await turn_to(interaction, _sure(claim))
        elif self.what == "dropped":
            await _withdraw(interaction, claim)
        else:
            await turn_to(interaction, await _status(interaction, claim))


class OpenMine(Picked, template=r"claimmine:1"):
    """One of the person's claims."""

    async def entries(self, interaction: Press) -> list[Entry]:
        async with interaction.client.database.read() as session:
            return _entries(await claims.of_user(session, interaction.user.id))

    @errors.answered
    async def callback(self, interaction: Press) -> None:
        async with interaction.client.database.read() as session:
            claim = await claims.own(session, int(self.item.values[0]), interaction.user.id)
        await turn_to(interaction, await _status(interaction, claim))


class WhichPage(errors.Modal):
    """The address of the page that shows the code."""

    def __init__(self, claim: Claim) -> None:
        super().__init__(title="Check a page")
        self.claim_id = claim.id
        self.field: discord.ui.TextInput[Self] = discord.ui.TextInput(
            placeholder="https://orcid.org/0000-0002-1825-0097",
            default=_last_page(claim),
            max_length=LONGEST_ADDRESS,
            custom_id="page",
        )
        self.add_item(discord.ui.Label(text="The page that shows the code", component=self.field))

    async def on_submit(self, interaction: Press) -> None:  # type: ignore[override]  # our client
        await interaction.response.defer()
        await _check(interaction, self.claim_id, self.field.value)
