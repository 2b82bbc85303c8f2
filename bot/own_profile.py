"""The form in which a claimed researcher says who they are, in their own words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

import discord

from bot import cards, errors
from bot.cards import Card
from bot.markdown import escape, inline, quoted, unquoted
from bot.views import Layout, Pressed, send, texts_of
from storage import claims, own_words
from storage.claim_states import Claim, State
from storage.errors import InputError, NotClaimed
from storage.own_words import LONGEST, MOST_LINKS, OwnWords

if TYPE_CHECKING:
    from bot.client import Colloquy

    Press = discord.Interaction[Colloquy]

OPEN, CLOSED = "Open to collaborate", "Not at the moment"
DESCRIPTION, AFFILIATION = "Who you are (empty: as imported)", "Where you work"
LINKS, COLLABORATION = f"Links, one a line (https, up to {MOST_LINKS})", "Collaboration"
NOT_KEPT = "Nothing was changed. *Edit again* opens the form with what you wrote."


class OwnProfile(errors.Modal):
    """A claimed researcher in their own words."""

    def __init__(self, claim: Claim, words: OwnWords) -> None:
        super().__init__(title=cards.option(f"Profile of {claim.researcher.name}", 45))
        self.claim = claim
        self.description = _text("description", words.description, LONGEST["description"])
        self.affiliation = _text("affiliation", words.affiliation, LONGEST["affiliation"])
        self.links = _text("links", "\n".join(words.links), 1000)
        said = words.open_to_collaborate
        openness = claim.researcher.open_to_collaborate if said is None else said
        self.openness: discord.ui.Select[Self] = discord.ui.Select(
            custom_id="openness",
            options=[
                discord.SelectOption(label=OPEN, value=OPEN, default=openness),
                discord.SelectOption(label=CLOSED, value=CLOSED, default=not openness),
            ],
        )
        for text, field in (
            (DESCRIPTION, self.description),
            (AFFILIATION, self.affiliation),
            (LINKS, self.links),
            (COLLABORATION, self.openness),
        ):
            self.add_item(discord.ui.Label(text=text, component=field))

    async def on_submit(self, interaction: Press) -> None:  # type: ignore[override]  # our client
        said = {
            DESCRIPTION: self.description.value,
            AFFILIATION: self.affiliation.value,
            LINKS: self.links.value,
            COLLABORATION: next(iter(self.openness.values), ""),
        }
        researcher = self.claim.researcher
        try:
            async with interaction.client.database.write() as session:
                await own_words.put(session, researcher.id, interaction.user.id, _words(said))
        except InputError as error:
            layout = Layout(_given_back(error, said), [EditAgain(self.claim.id)])
            await send(interaction, layout, ephemeral=True)
            return
        name = inline(researcher.name, cards.NAME_SHOWN)
        openness = "open" if said[COLLABORATION] == OPEN else "not open"
        text = (
            f"The profile of **{name}** is kept as you wrote it, {openness} to collaborate: "
            "`/researcher profile`."
        )
        await send(interaction, Layout(cards.notice(text, cards.PERSON)), ephemeral=True)


class EditAgain(Pressed, template=r"editagain:1:(\d+)"):
    """Opens the form with what was written in it, which stands in the message."""

    def __init__(self, claim_id: int) -> None:
        self.claim_id = claim_id
        super().__init__(
            discord.ui.Button(
                label="Edit again",
                style=discord.ButtonStyle.primary,
                custom_id=f"editagain:1:{claim_id}",
            )
        )

    @errors.answered
    async def callback(self, interaction: Press) -> None:
        async with interaction.client.database.read() as session:
            claim = await claims.own(session, self.claim_id, interaction.user.id)
        parts = [text.partition("\n") for text in texts_of(interaction)]
        said = {label.strip("*"): unquoted(words) for label, _, words in parts}
        await open_form(interaction, claim, _words(said))


def _given_back(error: InputError, said: dict[str, str]) -> Card:
    """Why nothing was kept, and what was written, from which the form can be filled again."""
    why = cards.lines(escape(error.sentence), cards.small(NOT_KEPT))
    written = [f"**{label}**\n{quoted(words)}" for label, words in said.items() if words.strip()]
    return Card((why, *written), cards.AMBER)


def _words(said: dict[str, str]) -> OwnWords:
    """The fields of the form, by their labels."""
    openness = {OPEN: True, CLOSED: False}
    return OwnWords(
        said.get(DESCRIPTION),
        said.get(AFFILIATION),
        tuple(said.get(LINKS, "").splitlines()),
        openness.get(said.get(COLLABORATION, "")),
    )


def _text(custom_id: str, value: str | None, limit: int) -> discord.ui.TextInput[Any]:
    return discord.ui.TextInput(
        style=discord.TextStyle.short if limit < 200 else discord.TextStyle.paragraph,
        default=value or None,
        required=False,
        max_length=limit,
        custom_id=custom_id,
    )


async def open_form(interaction: Press, claim: Claim, words: OwnWords | None = None) -> None:
    """Let the claimant of a proved claim say who they are; the form begins with these words, or
    with what they have said before.

    Raises:
        NotClaimed: the claim is not proved.
    """
    if claim.state is not State.VERIFIED:
        raise NotClaimed()
    if words is None:
        async with interaction.client.database.read() as session:
            words = await own_words.get(session, claim.researcher.id)
    await interaction.response.send_modal(OwnProfile(claim, words))
