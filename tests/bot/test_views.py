"""Layouts: what is pressed survives, fits, and is allowed again when it is pressed."""

from __future__ import annotations

import discord
import pytest
from hypothesis import given
from hypothesis import strategies as st
from simcord import ChannelHandle, MemberActor

from bot import asking, following, inviting, views
from bot.cards import Card, column, fitted
from bot.commands import collaborate, privacy, researcher
from bot.views import Layout, menu, steps
from tests.bot.seeing import reply, words

QUERY = "🦀" * researcher.LONGEST_QUERY
BIG = 2**53
EVERYTHING = [
    views.Passages(BIG),
    views.Passages(BIG, 40, label="Next"),
    views.Rate(BIG, True),
    asking.FollowUp(BIG),
    asking.OpenThread(BIG),
    researcher.WorksPage(BIG, 2022, 9999, QUERY, label="Next"),
    researcher.ShowWorks(BIG),
    researcher.AskAbout(BIG, "N" * 200),
    privacy.Erase(BIG, True),
    privacy.OptOut(BIG, True),
    following.ResumeThem(BIG, BIG),
    inviting.AnswerInvitation(BIG, "decline"),
    collaborate.InviteThem(BIG),
    collaborate.RememberWish(BIG),
]


@pytest.mark.parametrize("item", EVERYTHING, ids=lambda item: type(item).__name__)
def test_every_button_is_persistent_and_fits(item: discord.ui.DynamicItem[views.Button]) -> None:
    layout = Layout(Card(("Text",)), [item])
    assert layout.is_persistent()
    assert len(item.custom_id) <= 100
    assert item.template.fullmatch(item.custom_id)
    assert len(item.item.label or "") <= 80


def test_no_two_kinds_of_button_answer_to_one_press() -> None:
    for item in EVERYTHING:
        matching = {type(other) for other in EVERYTHING if other.template.fullmatch(item.custom_id)}
        assert matching == {type(item)}


@given(st.lists(st.text(min_size=1), min_size=1, max_size=200).map("\n\n".join))
def test_any_number_of_paragraphs_fits_into_a_message(text: str) -> None:
    if text.strip():
        layout = Layout(Card((text, "foot")), [views.Rate(1, True)])
        assert sum(1 for _ in layout.walk_children()) <= 40


SECTION = st.lists(st.text("word\n#- ", min_size=1, max_size=200), min_size=1, max_size=60)


@given(st.lists(SECTION.map("\n".join).filter(str.strip), min_size=1, max_size=30))
def test_no_card_is_longer_than_a_message(sections: list[str]) -> None:
    layout = Layout(Card(tuple(sections)), [views.Rate(1, True)])
    parts = list(layout.walk_children())
    assert len(parts) <= 40
    assert sum(len(p.content) for p in parts if isinstance(p, discord.ui.TextDisplay)) <= 4000


def test_what_does_not_fit_is_counted() -> None:
    entries = [f"**Entry {number}**\n-# {'word ' * 30}" for number in range(40)]
    card = fitted(Card(("## Entries", column(entries, 30), "-# foot")))
    said = card.sections[1].split("\n")
    assert (card.sections[0], card.sections[2]) == ("## Entries", "-# foot")
    assert said[-1] == f"-# and {40 - len(said) // 2} more"
    assert 3700 < card.width < 4000


@given(st.lists(st.tuples(st.text(), st.text()), max_size=40))
def test_any_menu_fits(entries: list[tuple[str, str]]) -> None:
    given_ = [(str(number), *entry) for number, entry in enumerate(entries)]
    for option in menu("Choose", "x", given_).options:
        assert 0 < len(option.label) <= 100
        assert option.description is None or 0 < len(option.description) <= 100


def test_steps_stop_at_both_ends() -> None:
    def make(page: int, label: str, disabled: bool) -> views.Item:
        return views.Passages(1, page, label=label, disabled=disabled)

    def disabled(page: int, pages: int) -> list[bool]:
        return [item.item.disabled for item in steps(page, pages, make)]  # type: ignore[attr-defined]

    assert steps(0, 1, make) == []
    assert disabled(0, 3) == [True, False]
    assert disabled(1, 3) == [False, False]
    assert disabled(2, 3) == [False, True]


async def test_a_private_answer_opens_to_nobody_else(
    ada: MemberActor, bob: MemberActor, channel: ChannelHandle
) -> None:
    """Even if a press with its number were made under another message."""
    await ada.slash(channel, "ask", question="What does NPD stand for?", private=True)
    public = await bob.slash(channel, "ask", question="What is OnlineVPO about?")
    message = reply(public)
    forged = Layout(Card(("Text",)), [views.Passages(1)])
    await message.message.edit(view=forged)
    pressed = await bob.click(message, label="Show passages")
    assert reply(pressed).ephemeral
    assert "That answer is no longer kept" in words(pressed)
