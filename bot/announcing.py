"""Announcements -> messages. Pure: nothing here sends anything.

One that is to be told at once has a message of its own. Those of a digest are gathered into as few
messages as hold them, grouped by researcher. Every message carries the ids of its announcements in
its buttons, by which it is recognised at its destination after a send of uncertain outcome.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import discord

from bot import errors
from bot.cards import CARD_LIMIT, INK, NAME_SHOWN, TITLE_SHOWN, option
from bot.markdown import address, inline, link, width
from retrieval.highlights import contribution
from retrieval.phrases import joined
from retrieval.text import readable
from storage.announcements import Announcement, Reason
from storage.destinations import Destination
from storage.follows import Every
from storage.names import name_forms, name_key
from storage.phrases import FILE, origin, plural
from storage.works import Work

CUSTOM_ID = re.compile(r"ann:1:(\d+):(ask|mute|not|more)")
ASK, PAUSE, NOT_THEIRS = "Ask about this paper", "Pause this researcher", "Not theirs"
SOMETHING_WRONG = "Pause somebody, or say a paper is not theirs"
KEPT = "What you follow is kept. When that is put right, resume it: `/follow pause` with 0 days."

PARTS = 40  # that a message may be made of
FRAME_PARTS = 4  # of a digest: its box, its head, its menu in a row
AUTHORS_SHOWN = 5
QUOTE_SHOWN = 480
DIGEST_QUOTE_SHOWN = 260
ADDRESS_OF_BUTTON = 512
CHOICES = 25  # in a menu
WHOM_SHOWN = 60  # of a digest's title; behind it stands its first paper, which no other begins with

Item = discord.ui.Item[Any]


@dataclass(frozen=True, slots=True)
class Block:
    """A piece of text, with the announcement that the button beside it is about."""

    text: str
    ask: int | None = None
    apart: bool = False  # a thin line above it


@dataclass(frozen=True, slots=True)
class Post:
    """One message: what it announces, and how it looks."""

    announcements: tuple[Announcement, ...]
    blocks: tuple[Block, ...]
    title: str
    choices: tuple[tuple[str, str], ...] = ()  # of a digest: (value, label)

    @property
    def ids(self) -> tuple[int, ...]:
        return tuple(announcement.id for announcement in self.announcements)

    @property
    def width(self) -> int:
        return sum(width(block.text) for block in self.blocks)

    @property
    def parts(self) -> int:
        sections = sum(2 for block in self.blocks if block.ask is not None)
        lines = sum(block.apart for block in self.blocks)
        return FRAME_PARTS - 1 + len(self.blocks) + sections + lines


def nonce(announcements: Iterable[Announcement]) -> str:
    """The same 25 characters whenever the same announcements are sent as one message."""
    names = sorted(f"{a.id} {a.work.source_id} {a.revision}" for a in announcements)
    return "a" + hashlib.blake2s("\n".join(names).encode(), digest_size=12).hexdigest()


def announced_in(custom_ids: Iterable[str]) -> frozenset[int]:
    """The announcements of a message with these custom ids."""
    return frozenset(int(m[1]) for text in custom_ids if (m := CUSTOM_ID.fullmatch(text)))


def gathered(waiting: Sequence[Announcement]) -> list[tuple[Announcement, ...]]:
    """What waits at one destination as messages: oldest first, a digest where its oldest stands."""
    at_once = [(a,) for a in waiting if _at_once(a)]
    groups = at_once + _packed([a for a in waiting if not _at_once(a)])
    return sorted(groups, key=lambda group: min(a.id for a in group))


def post(group: Sequence[Announcement], destination: Destination) -> Post:
    """These announcements as one message, whatever their texts have become since."""
    whose = "you follow" if destination.user_id is not None else "this channel follows"
    if len(group) == 1:
        return _single(group[0], whose)
    for shown in (_entry, _short_entry, _shortest_entry):
        digest = _digest(group, whose, [shown(a) for a in group])
        if digest.width <= CARD_LIMIT:
            break
    return digest


def layout(post: Post) -> errors.LayoutView:
    """The message with its buttons, which answer presses also after a restart."""
    view = errors.LayoutView(timeout=None)
    box = discord.ui.Container[Any](accent_colour=INK)
    for block in post.blocks:
        if block.apart:
            box.add_item(discord.ui.Separator())
        text = discord.ui.TextDisplay[Any](block.text)
        if block.ask is None:
            box.add_item(text)
        else:
            box.add_item(discord.ui.Section(text, accessory=_button("Ask", block.ask, "ask")))
    box.add_item(discord.ui.ActionRow(*_row(post)))
    view.add_item(box)
    return view


def paused(destination: Destination) -> str:
    """What its owner reads about a destination that nothing can be sent to."""
    if destination.user_id is not None:
        return f"I could not write to you about new papers: {destination.paused}. {KEPT}"
    where = f"<#{destination.channel_id}>"
    return f"I can no longer announce papers in {where}: {destination.paused}. {KEPT}"


def _row(post: Post) -> list[Item]:
    first = post.announcements[0]
    if post.choices:
        options = [
            discord.SelectOption(value=v, label=label) for v, label in post.choices[:CHOICES]
        ]
        custom_id = f"ann:1:{first.id}:more"
        return [
            discord.ui.Select(custom_id=custom_id, placeholder=SOMETHING_WRONG, options=options)
        ]
    return [
        *_reading(first.work),
        _button(ASK, first.id, "ask"),
        _button(PAUSE, first.id, "mute"),
        _button(NOT_THEIRS, first.id, "not"),
    ]


def _button(label: str, announcement_id: int, what: str) -> discord.ui.Button[Any]:
    return discord.ui.Button(label=label, custom_id=f"ann:1:{announcement_id}:{what}")


def _reading(work: Work) -> list[Item]:
    url = address(work.url)
    if url is None or width(url) > ADDRESS_OF_BUTTON:
        return []
    somewhere = work.source and work.source != FILE
    label = option(f"Read on {work.source}" if somewhere else "Read", 40)
    return [discord.ui.Button(label=label, url=url)]


# One at once ------------------------------------------------------------------------------


def _single(announcement: Announcement, whose: str) -> Post:
    work = announcement.work
    head = "\n".join(
        line
        for line in (
            f"-# New version (v{announcement.revision})" if announcement.revision else "",
            f"### {link(readable(work.title), work.url, TITLE_SHOWN)}",
            _authors(work, announcement.reasons),
            f"-# {_filed(work)}",
        )
        if line
    )
    quotes = "\n\n".join(f"> {_quote(s, QUOTE_SHOWN)}" for s in contribution(work.abstract))
    because = f"-# Because {whose} {_names(announcement.reasons)}"
    blocks = [Block(head), Block(quotes, apart=True)] if quotes else [Block(head)]
    return Post((announcement,), (*blocks, Block(because)), option(_called(announcement)))


def _authors(work: Work, reasons: Sequence[Reason]) -> str:
    """The first authors and every followed one, who is bold."""
    followed = [_is_followed(name, reasons) for name in work.authors]
    room = AUTHORS_SHOWN - sum(followed)
    shown: list[str] = []
    for name, bold in zip(work.authors, followed, strict=True):
        if bold:
            shown.append(f"**{inline(name, NAME_SHOWN)}**")
        elif room > 0:
            shown.append(inline(name, NAME_SHOWN))
            room -= 1
    left = len(work.authors) - len(shown)
    if left or (shown and not work.authors_complete):
        return f"{', '.join(shown[:12])} and {plural(left, 'other') if left else 'others'}"
    return joined(shown)


def _is_followed(author: str, reasons: Sequence[Reason]) -> bool:
    return any(_same(author, reason.name) for reason in reasons)


def _same(author: str, name: str) -> bool:
    """Whether an author as printed can be the one of this name: "K. Han" can be Kai Han."""
    printed, known = name_forms(author), name_forms(name)
    return known.get(name_key(author), "surname") != "surname" or (
        printed.get(name_key(name), "surname") != "surname"
    )


def _filed(work: Work) -> str:
    """Year, categories and source of a work."""
    categories = ", ".join(inline(category, 30) for category in work.categories[:3])
    more = f" and {len(work.categories) - 3} more" if len(work.categories) > 3 else ""
    facts = (str(work.year), f"{categories}{more}", inline(origin(work.source), 30))
    return " · ".join(fact for fact in facts if fact)


def _quote(sentence: str, limit: int) -> str:
    return inline(readable(sentence), limit)


def _names(reasons: Sequence[Reason]) -> str:
    names = [f"**{inline(reason.name, NAME_SHOWN)}**" for reason in reasons[:5]]
    if len(reasons) > len(names):
        names.append(plural(len(reasons) - len(names), "other"))
    return joined(names)


# Digests ----------------------------------------------------------------------------------


def _at_once(announcement: Announcement) -> bool:
    return any(reason.every == Every.ONCE for reason in announcement.reasons)


def _packed(waiting: Sequence[Announcement]) -> list[tuple[Announcement, ...]]:
    """A digest cut into messages, researcher by researcher, each as full as the limits allow."""
    packed: list[list[Announcement]] = []
    for announcement in in_order(waiting):
        if packed and _fits([*packed[-1], announcement]):
            packed[-1].append(announcement)
        else:
            packed.append([announcement])
    return [tuple(group) for group in packed]


def _fits(group: Sequence[Announcement]) -> bool:
    digest = _digest(group, "this channel follows", [_entry(a) for a in group])
    return digest.width <= CARD_LIMIT and digest.parts <= PARTS and len(digest.choices) <= CHOICES


def in_order(waiting: Sequence[Announcement]) -> list[Announcement]:
    """As they stand in a digest: those of one researcher together, who has the oldest first."""
    groups: dict[int, list[Announcement]] = {}
    for announcement in sorted(waiting, key=lambda a: a.id):
        groups.setdefault(_researcher(announcement), []).append(announcement)
    return [announcement for group in groups.values() for announcement in group]


def _researcher(announcement: Announcement) -> int:
    return announcement.reasons[0].researcher_id if announcement.reasons else 0


def _digest(group: Sequence[Announcement], whose: str, entries: Sequence[str]) -> Post:
    """A digest; of one researcher it says once who that is, of several over the papers of each."""
    number, followed = plural(len(group), "new paper"), _reasons(group)
    names = _names(followed)
    one = len(followed) == 1
    head = f"## {number} of {names}" if one else f"## {number}"
    because = f"because {whose} {'them' if one else names}"
    blocks = [Block(f"{head}\n-# {_rhythm(group)} · {because}")]
    before = _researcher(group[0]) if one else None
    for announcement, text in zip(group, entries, strict=True):
        if _researcher(announcement) != before and announcement.reasons:
            name = inline(announcement.reasons[0].name, NAME_SHOWN)
            blocks.append(Block(f"### {name}", apart=True))
        before = _researcher(announcement)
        blocks.append(Block(text, ask=announcement.id, apart=len(blocks) == 1))
    whom = f" of {joined([reason.name for reason in followed])}" if followed else ""
    title = f"{option(number + whom, WHOM_SHOWN)}: {_called(group[0])}"
    return Post(tuple(group), tuple(blocks), option(title), _choices(group))


def _called(announcement: Announcement) -> str:
    """What a thread or a forum's post is known by: no two announce the same version of a paper."""
    version = f"v{announcement.revision} of " if announcement.revision else ""
    return f"{version}{announcement.work.title}"


def _entry(announcement: Announcement) -> str:
    sentence = contribution(announcement.work.abstract, 1)
    quote = f"\n> {_quote(sentence[0], DIGEST_QUOTE_SHOWN)}" if sentence else ""
    return _short_entry(announcement) + quote


def _short_entry(announcement: Announcement) -> str:
    work = announcement.work
    version = f"v{announcement.revision} · " if announcement.revision else ""
    authors = _authors(work, announcement.reasons)
    about = " · ".join(part for part in (authors, _filed(work)) if part)
    return f"**{link(readable(work.title), work.url, 160)}**\n-# {version}{about}"


def _shortest_entry(announcement: Announcement) -> str:
    return f"**{inline(readable(announcement.work.title), 80)}**"


def _rhythm(group: Sequence[Announcement]) -> str:
    every = {reason.every for announcement in group for reason in announcement.reasons}
    return {frozenset({"daily"}): "Daily digest", frozenset({"weekly"}): "Weekly digest"}.get(
        frozenset(every), "Digest"
    )


def _reasons(group: Sequence[Announcement]) -> list[Reason]:
    """Each followed researcher once."""
    return list({r.researcher_id: r for a in group for r in a.reasons}.values())


def _choices(group: Sequence[Announcement]) -> tuple[tuple[str, str], ...]:
    pause = {
        reason.researcher_id: (
            f"mute:{a.id}:{reason.researcher_id}",
            option(f"Pause {reason.name}"),
        )
        for a in group
        for reason in a.reasons
    }
    wrong = [(f"not:{a.id}", option(f"Not theirs: {a.work.title}")) for a in group]
    return (*pause.values(), *wrong)
