"""Follows, previews and the state of the outbox -> cards. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.cards import (
    AMBER,
    CARD_LIMIT,
    NAME_SHOWN,
    PERSON,
    QUIET,
    TITLE_SHOWN,
    Card,
    column,
    lines,
    paragraphs,
    small,
)
from bot.markdown import inline, link, width
from retrieval.phrases import joined
from retrieval.text import readable
from storage.announcements import Announcement, Queue, State
from storage.destinations import Destination
from storage.follows import Filter, Follow, until
from storage.phrases import day, plural
from storage.works import Work

MOST = 20  # follows or works in one card
PAGE_ROOM = CARD_LIMIT - 200  # for follows; the rest is for what stands over them

STATES = {
    State.PENDING: "waiting",
    State.SENDING: "on its way",
    State.SENT: "sent",
    State.FILTERED: "not sent",
    State.PAUSED: "not sent",
    State.FAILED: "could not be sent",
}


def listed(mine: Sequence[Follow], here: Sequence[Follow], now: datetime) -> list[Card]:
    """What a person follows, and what the channels of their server follow, a card a page."""
    everything = (*mine, *here)
    if not everything:
        hint = "You follow nobody yet. `/follow add` tells you of each new paper of a researcher."
        return [Card((hint,), QUIET)]
    pages = _paged(everything, now)
    cards, before = list[Card](), 0
    for page in pages:
        span = f"{before + 1}–{before + len(page)} of {plural(len(everything), 'follow')}"
        head = lines("## Follows", small(span) if len(pages) > 1 else "")
        cards.append(_page(head, page, now))
        before += len(page)
    return cards


def _paged(everything: Sequence[Follow], now: datetime) -> list[list[Follow]]:
    """As many on each page as a message can show."""
    pages, room = [list[Follow]()], PAGE_ROOM
    for follow in everything:
        taken = width(_line(follow, now)) + width(_holds_there(follow.destination))
        if pages[-1] and (taken > room or len(pages[-1]) == MOST):
            pages.append([])
            room = PAGE_ROOM
        pages[-1].append(follow)
        room -= taken
    return pages


def _page(head: str, follows: Sequence[Follow], now: datetime) -> Card:
    mine = [_line(follow, now) for follow in follows if follow.user_id is not None]
    here = [_line(follow, now) for follow in follows if follow.user_id is None]
    settings = dict.fromkeys(_holds_there(follow.destination) for follow in follows)
    parts = (
        head,
        lines(*mine),
        lines("**Channels of this server**", *here) if here else "",
        lines(*map(small, settings)),
    )
    return Card(tuple(part for part in parts if part), PERSON)


def followed(follow: Follow, now: datetime, said: str = "") -> Card:
    """One follow, as it now stands, after a line that says what has been done to it."""
    where = address(follow.destination)
    name = inline(follow.researcher.distinct_name, NAME_SHOWN)
    first = f"**{name}** is followed. New papers come to {where}, {follow.every.value}."
    if follow.paused(now):
        first = (
            f"**{name}** is paused {until(follow)}. "
            "Papers that appear meanwhile are noted and not sent."
        )
    nothing = _nothing_arrives(follow.destination)
    if nothing:
        first = (
            f"**{name}** is followed. {nothing}.\n"
            "When that is put right, `/follow pause` with 0 days resumes it."
        )
    how = "`/follow edit` changes how, `/follow remove` ends it."
    details = (wanted(follow.filter), _holds_there(follow.destination), how)
    text = lines(said, first)
    return Card((text, lines(*map(small, details))), AMBER if nothing else PERSON)


def edited(before: Follow, after: Follow, now: datetime) -> Card:
    """A follow as it stands after somebody edited it, and what is other than before."""
    changed = _changed(before, after)
    said = f"Changed: {joined(changed)}." if changed else "Nothing is other than before."
    return followed(after, now, said)


def _changed(before: Follow, after: Follow) -> list[str]:
    """In words; what holds for everything that is sent to a place says so."""
    old, new = before.destination, after.destination
    there = f"of {address(new)}"
    facts = (
        ("how often", before.every, after.every),
        ("which papers", before.filter, after.filter),
        (f"the time zone {there}", old.time_zone, new.time_zone),
        (f"the quiet hours {there}", _quiet(old), _quiet(new)),
        (f"the discussions {there}", old.discuss, new.discuss),
    )
    return [what for what, was, now_is in facts if was != now_is]


def preview(
    name: str, found: Sequence[tuple[Work, str | None]], filter_: Filter, days: int
) -> Card:
    """What the last days would have brought, and what a filter would have kept back."""
    head = f"## {inline(name, NAME_SHOWN)}, the last {plural(days, 'day')}"
    asked = wanted(filter_)
    if not found:
        none = "No paper of these days is stored, so nothing would have come."
        return Card((head, none), QUIET)
    sent = [work for work, why in found if why is None]
    kept: dict[str, list[str]] = {}
    for work, why in found:
        if why is not None:
            kept.setdefault(why, []).append(_titled(work))
    parts = [f"{head}\n-# {asked}" if asked else head]
    if sent:
        titles = column([_titled(work) for work in sent], MOST)
        parts.append(f"**Would have come: {len(sent)}**\n{titles}")
    for why, those in kept.items():
        told = f"**Would not have come: {len(those)}**\n{small(inline(why, 200))}"
        parts.append(lines(told, column(those, MOST // 2)))
    return Card(tuple(parts), PERSON)


def why(work: Work, found: Sequence[tuple[Announcement, str]]) -> Card:
    """What became of a work at each destination, and for what reason."""
    head = f"**{link(readable(work.title), work.url, TITLE_SHOWN)}**"
    if not found:
        text = (
            "This was never announced to you: you did not follow its authors when it was found, "
            "it was there before you did, or that was more than a year ago."
        )
        return Card((head, text), QUIET)
    entries = []
    for announcement, where in found:
        names = ", ".join(inline(r.name, NAME_SHOWN) for r in announcement.reasons)
        state = STATES[announcement.state]
        revision = f" (version {announcement.revision})" if announcement.revision else ""
        told = announcement.why if announcement.state is not State.SENT else ""
        reason = f": {inline(told, 300)}" if told else ""
        entries.append(f"To {where}{revision}: **{state}**{reason}\n-# because of {names}")
    return Card((head, paragraphs(*entries)), PERSON)


def outbox(queue: Queue, paused: Sequence[Destination], now: datetime) -> Card:
    """How the announcements of a server stand, for its moderators."""
    counted: dict[str, int] = {}
    for state, number in sorted(queue.counts.items()):
        counted[STATES[state]] = counted.get(STATES[state], 0) + number
    counts = [f"{state} {number:,}" for state, number in counted.items()]
    waiting = ""
    if queue.oldest_due is not None:
        minutes = max(0, round((now - queue.oldest_due).total_seconds() / 60))
        waiting = f"The oldest that is due has waited {plural(minutes, 'minute')}."
    parts = ["## Announcements", " · ".join(counts) or "There has been nothing to announce yet."]
    if waiting:
        parts.append(waiting)
    if paused:
        places = [f"{address(place)}: {inline(place.paused or '', 200)}" for place in paused]
        parts.append(f"**Paused**\n{column(places, MOST)}")
    return Card(tuple(parts), AMBER if paused else PERSON)


def wanted(filter_: Filter) -> str:
    """A filter in words; empty where everything is wanted."""
    parts = []
    if filter_.any_of:
        parts.append(f"mentions any of {_quoted(filter_.any_of)}")
    if filter_.all_of:
        parts.append(f"mentions all of {_quoted(filter_.all_of)}")
    if filter_.none_of:
        parts.append(f"mentions none of {_quoted(filter_.none_of)}")
    if filter_.categories:
        parts.append(f"is in {', '.join(inline(c, 30) for c in filter_.categories)}")
    if filter_.similar_to:
        near = inline(filter_.similar_to, 120)
        parts.append(f"near to “{near}” (cosine from {filter_.threshold:.2f})")
    only = f"Only what {' and '.join(parts)}" if parts else ""
    revisions = "revisions too" if filter_.revisions else ""
    return "; ".join(part for part in (only, revisions) if part)


def names(followed: Sequence[Follow]) -> str:
    """Whose papers these are, each once."""
    each = dict.fromkeys(follow.researcher.name for follow in followed)
    return joined([f"**{inline(name, NAME_SHOWN)}**" for name in each])


def address(place: Destination) -> str:
    """A destination as people know it."""
    return "your direct messages" if place.channel_id is None else f"<#{place.channel_id}>"


def _line(follow: Follow, now: datetime) -> str:
    name = inline(follow.researcher.distinct_name, NAME_SHOWN)
    line = f"**{name}** · {address(follow.destination)} · {follow.every.value}"
    if follow.paused(now):
        line += f" · paused {until(follow)}"
    nothing = _nothing_arrives(follow.destination)
    return lines(line, small(nothing), small(wanted(follow.filter)))


def _nothing_arrives(place: Destination) -> str:
    if place.paused is None:
        return ""
    return f"Nothing arrives in {address(place)}: {inline(place.paused, 200)}"


def _holds_there(place: Destination) -> str:
    """What holds for everything that is sent to a place: its hours, and discussions."""
    zone, there = inline(place.time_zone, 64), address(place)
    hours = f"{there.capitalize()}: times of {zone}" if place.time_zone != "UTC" else ""
    if quiet := _quiet(place):
        hours = f"Quiet from {_clock(quiet[0])} to {_clock(quiet[1])} ({zone}) in {there}"
    # Of direct messages it may have been set before that was refused.
    discussed = place.discuss and place.channel_id is not None
    threads = f"A thread for discussion under each paper in {there}" if discussed else ""
    return " · ".join(part for part in (hours, threads) if part)


def _quiet(place: Destination) -> tuple[int, int] | None:
    """The quiet hours of a place as minutes of the day, if it has any."""
    if place.quiet_from is None or place.quiet_to is None or place.quiet_from == place.quiet_to:
        return None
    return place.quiet_from, place.quiet_to


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def _titled(work: Work) -> str:
    when = day(work.published) if work.published else str(work.year)
    return f"- {link(readable(work.title), work.url, TITLE_SHOWN)} · {when}"


def _quoted(words: Sequence[str]) -> str:
    return ", ".join(f"“{inline(word, 60)}”" for word in words)
