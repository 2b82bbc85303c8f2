"""The form in which a claimed researcher says who they are, in their own words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

import discord

from bot import cards, errors
from bot.markdown import inline
from bot.views import Layout, send
from storage import own_words
from storage.claim_states import Claim, State
from storage.errors import NotClaimed
from storage.own_words import LONGEST, MOST_LINKS, OwnWords

if TYPE_CHECKING:
    from bot.client import Colloquy

    Press = discord.Interaction[Colloquy]

OPENNESS = {"yes": True, "no": False}


class OwnProfile(errors.Modal):
    """A claimed researcher in their own words."""

    def __init__(self, claim: Claim, words: OwnWords) -> None:
        super().__init__(title=cards.option(f"Profile of {claim.researcher.name}", 45))
        self.claim = claim
        self.description = _text("description", words.description, LONGEST["description"])
        self.affiliation = _text("affiliation", words.affiliation, LONGEST["affiliation"])
        self.links = _text("links", "\n".join(words.links), 1000)
        openness = claim.researcher.open_to_collaborate
        self.openness: discord.ui.Select[Self] = discord.ui.Select(
            custom_id="openness",
            options=[
                discord.SelectOption(label="Open to collaborate", value="yes", default=openness),
                discord.SelectOption(label="Not at the moment", value="no", default=not openness),
            ],
        )
        for text, field in (
            ("Who you are (empty: as imported)", self.description),
            ("Where you work", self.affiliation),
            (f"Links, one a line (https, up to {MOST_LINKS})", self.links),
            ("Collaboration", self.openness),
        ):
            self.add_item(discord.ui.Label(text=text, component=field))

    async def on_submit(self, interaction: Press) -> None:  # type: ignore[override]  # our client
        said = OwnWords(
            self.description.value,
            self.affiliation.value,
            tuple(self.links.value.splitlines()),
            OPENNESS.get(next(iter(self.openness.values), "")),
        )
        async with interaction.client.database.write() as session:
            await own_words.put(session, self.claim.researcher.id, interaction.user.id, said)
        name = inline(self.claim.researcher.name, cards.NAME_SHOWN)
        text = f"The profile of **{name}** says it in your words now: `/researcher profile`."
        await send(interaction, Layout(cards.notice(text, cards.PERSON)), ephemeral=True)


def _text(custom_id: str, value: str | None, limit: int) -> discord.ui.TextInput[Any]:
    return discord.ui.TextInput(
        style=discord.TextStyle.short if limit < 200 else discord.TextStyle.paragraph,
        default=value or None,
        required=False,
        max_length=limit,
        custom_id=custom_id,
    )


async def open_form(interaction: Press, claim: Claim) -> None:
    """Let the claimant of a proved claim say who they are.

    Raises:
        NotClaimed: the claim is not proved.
    """
    if claim.state is not State.VERIFIED:
        raise NotClaimed()
    async with interaction.client.database.read() as session:
        words = await own_words.get(session, claim.researcher.id)
    await interaction.response.send_modal(OwnProfile(claim, words))
