"""Announcements as people see them, within what Discord takes."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import discord
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from simcord import ChannelHandle, Env

from bot import announcing
from bot.announcing import announced_in, gathered, layout, nonce, post
from storage.announcements import Announcement, Reason, State
from storage.destinations import Destination
from storage.works import Work

ABSTRACT = (
    "Language models are widely used. However, existing methods for compressing them are slow."
    " In this paper, we propose $\\pi$-press, which removes whole layers at once, by a score."
    " The score takes one pass. Experiments on five benchmarks show that it keeps 98\\% of the"
    " accuracy at half the size."
)
ADA = Destination(id=1, user_id=42, channel_id=None, guild_id=None)
CHANNEL = Destination(id=2, user_id=None, channel_id=7001, guild_id=7000)


def reason(name: str = "Kai Han", number: int = 1, every: str = "at once") -> Reason:
    return Reason(follow_id=number, researcher_id=number, name=name, every=every)


def announcement(
    number: int = 1, *, reasons: tuple[Reason, ...] = (reason(),), revision: int = 0, **work: Any
) -> Announcement:
    facts: dict[str, Any] = {
        "id": number,
        "source_id": f"arxiv:2001.{number:05d}",
        "title": "PanGu-$\\pi$: Smaller Models",
        "abstract": ABSTRACT,
        "year": 2026,
        "authors": ("Yehui Tang", "Kai Han", "Yunhe Wang"),
        "url": f"https://arxiv.org/abs/2001.{number:05d}",
        "categories": ("cs.CL", "cs.LG"),
    }
    return Announcement(
        id=number, destination_id=1, work=Work(**(facts | work)), revision=revision,
        reasons=reasons, state=State.PENDING, why="", attempts=0, message_id=None,
        tried_at=None,
    )  # fmt: skip


def text(*group: Announcement, to: Destination = ADA) -> str:
    return "\n".join(block.text for block in post(group, to).blocks)


def custom_ids(*group: Announcement) -> list[str]:
    found = [getattr(item, "custom_id", None) for item in layout(post(group, ADA)).walk_children()]
    return [custom_id for custom_id in found if custom_id]


def labels(*group: Announcement) -> list[str]:
    items = layout(post(group, ADA)).walk_children()
    return [item.label or "" for item in items if isinstance(item, discord.ui.Button)]


async def test_it_says_what_is_new_by_whom_and_why() -> None:
    shown = text(announcement())
    assert "[PanGu-π: Smaller Models](https://arxiv.org/abs/2001.00001)" in shown
    assert "Yehui Tang, **Kai Han** and Yunhe Wang" in shown
    assert "2026 · cs.CL, cs.LG · arXiv" in shown
    assert "> In this paper, we propose π-press" in shown
    assert "> Experiments on five benchmarks show that it keeps 98% of the accuracy" in shown
    assert "Because you follow **Kai Han**" in shown
    assert labels(announcement()) == [
        "Read on arXiv",
        "Ask about this paper",
        "Pause this researcher",
        "Not theirs",
    ]


def test_all_reasons_are_named_and_all_followed_authors_marked() -> None:
    crowd = tuple(f"Author {chr(65 + n)}" for n in range(20))
    followed = (reason("Author Q", 1), reason("Author A", 2))
    shown = text(announcement(authors=crowd, reasons=followed), to=CHANNEL)
    assert "**Author A**, Author B, Author C, Author D, **Author Q** and 15 others" in shown
    assert "Because this channel follows **Author Q** and **Author A**" in shown


@pytest.mark.parametrize("printed", ["K. Han", "Han, Kai", "KAI HAN"])
def test_an_author_is_recognised_as_printed(printed: str) -> None:
    assert "**" in announcing._authors(announcement(authors=(printed,)).work, [reason()])
    assert "**" not in announcing._authors(announcement(authors=("Bo Han",)).work, [reason()])


def test_a_revision_says_so() -> None:
    assert "New version (v3)" in text(announcement(revision=3))


def test_without_abstract_or_address_it_still_stands() -> None:
    bare = announcement(abstract="", url=None, authors=(), categories=())
    assert "PanGu-π: Smaller Models" in text(bare)
    assert not announcing._reading(bare.work)


def choices(*group: Announcement) -> list[str]:
    return [label for _, label in post(group, ADA).choices]


def test_at_once_is_a_message_each_and_digests_are_gathered() -> None:
    daily = reason(every="daily")
    waiting = [
        announcement(1, reasons=(daily,)),
        announcement(2),
        announcement(3, reasons=(daily,)),
        announcement(4, reasons=(reason(), replace(daily, researcher_id=2))),
    ]
    assert [[a.id for a in group] for group in gathered(waiting)] == [[1, 3], [2], [4]]


async def test_a_digest_is_grouped_by_researcher() -> None:
    kai, ada = reason("Kai Han", 1, "weekly"), reason("Ada Lovelace", 2, "weekly")
    waiting = [announcement(n, reasons=(kai if n % 2 else ada,)) for n in range(1, 7)]
    [group] = gathered(waiting)
    assert [a.id for a in group] == [1, 3, 5, 2, 4, 6]
    shown = text(*group)
    assert shown.startswith("## 6 new papers\n-# Weekly digest · because you follow")
    assert shown.count("### Kai Han") == shown.count("### Ada Lovelace") == 1
    assert labels(*group) == ["Ask"] * 6
    assert "Pause Kai Han" in choices(*group)
    assert "Not theirs: PanGu-π: Smaller Models" in choices(*group)


def test_a_digest_of_one_researcher_says_once_who_that_is() -> None:
    group = [announcement(n, reasons=(reason(every="daily"),)) for n in (1, 2)]
    assert text(*group).startswith(
        "## 2 new papers of **Kai Han**\n-# Daily digest · because you follow them\n**[PanGu"
    )
    assert [block.apart for block in post(group, ADA).blocks] == [False, True, False]


def test_the_thread_or_post_of_a_digest_is_named_by_its_researchers() -> None:
    kai, ada = reason("Kai Han", 1, "daily"), reason("Ada Lovelace", 2, "daily")
    one = announcement(1, reasons=(kai,))
    title = post([one, announcement(2, reasons=(kai,))], ADA).title
    assert title.startswith("2 new papers of Kai Han: PanGu-π: ")
    both = post([one, announcement(2, reasons=(ada,))], ADA)
    assert both.title.startswith("2 new papers of Kai Han and Ada Lovelace: PanGu-π: ")


def test_no_two_threads_or_posts_of_a_week_are_called_the_same() -> None:
    """A long digest is several posts of as many papers by the same people, in one forum."""
    followed = tuple(reason(f"Researcher Number {n}", n, "weekly") for n in range(1, 9))
    waiting = [announcement(n, reasons=followed, title=f"Paper {n} on dunes") for n in range(1, 61)]
    titles = [post(group, ADA).title for group in gathered(waiting)]
    assert len(titles) > 2
    assert len(set(titles)) == len(titles)
    assert all(len(title) <= 100 for title in titles)
    first, second = (announcement(1, revision=number) for number in (2, 3))
    assert post([first], ADA).title != post([second], ADA).title


async def test_a_message_is_known_by_its_buttons() -> None:
    group = [announcement(n, reasons=(reason(every="daily"),)) for n in (7, 8, 9)]
    assert announced_in(custom_ids(*group)) == {7, 8, 9}
    assert announced_in(custom_ids(announcement(5))) == {5}
    assert announced_in(["ann:1:5:other", "rate:1:5:g", "xann:1:5:ask"]) == frozenset()


def test_a_nonce_belongs_to_what_is_announced() -> None:
    one, two = announcement(1), announcement(2)
    assert nonce([one, two]) == nonce([two, one])
    assert len({nonce([one]), nonce([two]), nonce([one, two])}) == 3
    assert nonce([one]) != nonce([replace(one, revision=2)])
    assert len(nonce([one])) == 25


hostile = st.text(st.characters(codec="utf-8"), max_size=3000) | st.sampled_from(
    [
        "@everyone " * 60,
        "```" * 90,
        "[x](http://evil.example/" + "y" * 700 + ")",
        "𝕏" * 900,
        "]" * 500,
    ]
)
works = st.fixed_dictionaries(
    {
        "title": hostile,
        "abstract": hostile | st.just(ABSTRACT),
        "authors": st.lists(hostile.map(lambda s: s[:300]), max_size=30).map(tuple),
        "categories": st.lists(hostile, max_size=6).map(tuple),
        "url": st.none() | hostile | st.just("https://arxiv.org/abs/" + "1" * 570),
        "source": hostile,
    }
)


@settings(deadline=None, max_examples=60)
@given(st.lists(st.tuples(works, hostile, st.integers(1, 5)), min_size=1, max_size=30))
def test_whatever_comes_in_every_message_fits(
    given_: list[tuple[dict[str, Any], str, int]],
) -> None:
    waiting = [
        announcement(number, reasons=(reason(name, who, "daily"),), **facts)
        for number, (facts, name, who) in enumerate(given_, 1)
    ]
    groups = gathered(waiting)
    assert sorted(a.id for group in groups for a in group) == [a.id for a in waiting]
    for group in groups:
        made = post(group, CHANNEL)
        assert made.width <= 4000
        assert made.parts <= 40
        shown = "".join(block.text for block in made.blocks)
        assert "@everyone" not in shown
        for _, label in made.choices:
            assert 0 < len(label) <= 100


async def test_discord_takes_it(env: Env, channel: ChannelHandle) -> None:
    """The simulated Discord checks messages as the real one does."""
    daily = reason(every="daily")
    crowd = [announcement(n, reasons=(daily,)) for n in range(1, 40)]
    real = env.bot.get_channel(channel.id)
    assert isinstance(real, discord.TextChannel)
    for group in [*gathered(crowd), (announcement(100),), (announcement(101, abstract=""),)]:
        await real.send(view=layout(post(group, CHANNEL)))
        assert channel.last_message is not None
