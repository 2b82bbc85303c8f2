"""Filters and quiet hours as people type them."""

from __future__ import annotations

import pytest
from simcord import ChannelHandle, MemberActor

from tests.bot.seeing import reply, words


async def test_a_filter_is_said_back_and_can_be_emptied(
    ada: MemberActor, channel: ChannelHandle
) -> None:
    result = await ada.slash(
        channel, "follow add", researcher="Kai Han", any_words="ghost, binary", categories="cs"
    )
    assert "Only what mentions any of “ghost”, “binary” and is in cs" in words(result)
    changed = await ada.slash(
        channel,
        "follow edit",
        follow="Kai Han",
        any_words="none",
        quiet_hours="22:00-7",
        time_zone="Europe/Berlin",
    )
    assert "ghost" not in words(changed)
    assert "Quiet from 22:00 to 07:00 (Europe/Berlin) in your direct messages" in words(changed)


@pytest.mark.parametrize(
    ("option", "value", "sentence"),
    [
        ("quiet_hours", "at night", "please write them like 22:00-07:00, or off"),
        ("quiet_hours", "25:00-07:00", "please write them like 22:00-07:00, or off"),
        ("time_zone", "Mars", "it should look like Europe/Berlin"),
    ],
)
async def test_bad_hours_get_a_sentence(
    ada: MemberActor, channel: ChannelHandle, option: str, value: str, sentence: str
) -> None:
    await ada.slash(channel, "follow add", researcher="Kai Han")
    result = await ada.slash(channel, "follow edit", follow="Kai Han", **{option: value})
    assert reply(result).ephemeral
    assert sentence in words(result)


async def test_categories_are_arxiv_s_codes(ada: MemberActor, channel: ChannelHandle) -> None:
    added = await ada.slash(
        channel, "follow add", researcher="Kai Han", categories="cs.CV physics.flu-dyn, q-bio"
    )
    assert "Only what is in cs.CV, physics.flu-dyn, q-bio" in words(added)
    said = "as arXiv categories; please write their codes, for example cs.CV, math or hep-th"
    for given in ("computer vision", "vision", "cs.Vision", "cs.CV, robots"):
        for command, who in (("edit", {"follow": "Kai Han"}), ("add", {"researcher": "Kai Han"})):
            refused = await ada.slash(channel, f"follow {command}", categories=given, **who)
            assert f"I cannot read “{given}” {said}" in words(refused)
            assert reply(refused).ephemeral
    emptied = await ada.slash(channel, "follow edit", follow="Kai Han", categories="none")
    assert "Only what" not in words(emptied)
