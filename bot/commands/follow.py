"""/follow: who hears of whose new papers, where and how often; and an announcement's buttons."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Literal

import discord
from discord import app_commands
from discord.app_commands import Choice
from sqlalchemy.ext.asyncio import AsyncSession

from bot import announced, cards, errors, followed, namesakes
from bot.asking import Form
from bot.commands import options
from bot.following import changeable, shown
from bot.markdown import inline
from bot.memory import Asking
from bot.views import PREVIOUS, STEPS, Layout, Picked, Pressed, send, steps, turn_to
from retrieval import watch
from storage import announcements, announcing, destinations, follows, works, works_by_title
from storage.announcements import Announcement
from storage.answers import utcnow
from storage.destinations import Destination
from storage.errors import BadQuietHours, NoSuchFollow, NotAllowed, StaleButton, UnknownWork
from storage.follows import Every, Filter, Follow

if TYPE_CHECKING:
    from bot.client import Colloquy

    Press = discord.Interaction[Colloquy]

Place = discord.TextChannel | discord.Thread | discord.ForumChannel
Often = Literal["at once", "daily", "weekly"]
PREVIEWED_DAYS = 30
LONGEST_WORDS = 300
MODERATORS_ONLY = (
    "Only people who may manage this server can let a channel follow somebody; "
    "leave out `where` to be told in your direct messages."
)
NOT_YOUR_THREAD = "Only who may write in that thread can have announcements sent there."
NOT_YOUR_PLACE = (
    "Others have announcements sent there, too: only whoever opened that thread, or may manage "
    "this server, can change its hours and discussions. Your own follow can be paused."
)

group = app_commands.Group(name="follow", description="Hear of each new paper of a researcher")

FILTERS = {
    "any_words": "Only papers that mention one of these, separated by commas",
    "all_words": "Only papers that mention all of these, separated by commas",
    "no_words": "No papers that mention any of these, separated by commas",
    "categories": "Only papers in these arXiv categories, for example cs.CV, math",
    "similar_to": "Only papers near in meaning to this text",
    "revisions": "Tell me of new versions of papers, too",
}
Words = app_commands.Range[str, 1, LONGEST_WORDS]


@group.command(name="add")
@app_commands.describe(
    researcher="Whose new papers",
    where="A channel, thread or forum; otherwise your direct messages",
    how_often="At once, or gathered into a daily or weekly digest",
    **FILTERS,
)
@app_commands.autocomplete(researcher=options.offer_researchers)
async def add(
    interaction: Press,
    researcher: str,
    where: Place | None = None,
    how_often: Often = "at once",
    any_words: Words | None = None,
    all_words: Words | None = None,
    no_words: Words | None = None,
    categories: Words | None = None,
    similar_to: Words | None = None,
    revisions: bool = False,
) -> None:
    """Follow a researcher: each new paper, once, where you want it"""
    filter_ = _filter(any_words, all_words, no_words, categories, similar_to, revisions)
    _check(interaction, where)
    limits = interaction.client.settings.limits
    async with interaction.client.database.write() as session:
        person = await options.meant(session, interaction, researcher)
        to = await _destination(session, interaction, where)
        follow = await follows.add(
            session,
            person.id,
            to,
            user_id=_follower(interaction, where),
            set_by=interaction.user.id,
            every=Every(how_often),
            wanted=filter_,
            limit=limits.follows,
            server_limit=limits.server_follows,
        )
    await send(interaction, await shown(interaction, follow), ephemeral=True)


@group.command(name="list")
async def list_(interaction: Press) -> None:
    """What you follow, where it goes, and what is paused"""
    await send(interaction, await _listed(interaction), ephemeral=True)


@group.command(name="edit")
@app_commands.describe(
    follow="Which of your follows",
    how_often="At once, or gathered into a daily or weekly digest",
    time_zone="Of the place it goes to, for example Europe/Berlin",
    quiet_hours="When nothing is to be sent there, for example 22:00-07:00; off for none",
    discuss="In channels: open a thread under each paper",
    **FILTERS,
)
async def edit(
    interaction: Press,
    follow: str,
    how_often: Often | None = None,
    any_words: Words | None = None,
    all_words: Words | None = None,
    no_words: Words | None = None,
    categories: Words | None = None,
    similar_to: Words | None = None,
    revisions: bool | None = None,
    time_zone: Words | None = None,
    quiet_hours: Words | None = None,
    discuss: bool | None = None,
) -> None:
    """Change how often, which papers, and when; “none” empties a filter"""
    quiet = _quiet(quiet_hours)
    async with interaction.client.database.write() as session:
        mine = await _mine(session, interaction, follow)
        if time_zone or quiet or discuss is not None:
            await _check_place(session, interaction, mine.destination)
        wanted = _changed(
            mine.filter, any_words, all_words, no_words, categories, similar_to, revisions
        )
        every = Every(how_often) if how_often else None
        await follows.edit(session, mine.id, every=every, wanted=wanted)
        if time_zone or quiet:
            await destinations.set_hours(
                session, mine.destination.id, time_zone=time_zone, quiet=quiet
            )
        if discuss is not None:
            await destinations.set_discuss(session, mine.destination.id, discuss)
        mine = await follows.by_id(session, mine.id)
    await _show(interaction, mine)


@group.command(name="pause")
@app_commands.describe(follow="Which of your follows", days="For how many days; 0 to resume")
async def pause(interaction: Press, follow: str, days: app_commands.Range[int, 0, 365] = 7) -> None:
    """Hear nothing for a while; everything else is kept"""
    async with interaction.client.database.write() as session:
        mine = await _mine(session, interaction, follow)
        until = utcnow() + timedelta(days=days) if days else None
        mine = await follows.pause(session, mine.id, until)
        if days == 0:
            await destinations.resume(session, mine.destination.id)
            mine = await follows.by_id(session, mine.id)
    await _show(interaction, mine)


@group.command(name="remove")
@app_commands.describe(follow="Which of your follows")
async def remove(interaction: Press, follow: str) -> None:
    """Stop following somebody"""
    async with interaction.client.database.write() as session:
        mine = await _mine(session, interaction, follow)
        await announcing.unfollow(session, mine)
    text = f"**{inline(mine.researcher.distinct_name, cards.NAME_SHOWN)}** is no longer followed."
    await send(interaction, Layout(cards.notice(text)), ephemeral=True)


@group.command(name="preview")
@app_commands.describe(researcher="Whose papers", **FILTERS)
@app_commands.autocomplete(researcher=options.offer_researchers)
async def preview(
    interaction: Press,
    researcher: str,
    any_words: Words | None = None,
    all_words: Words | None = None,
    no_words: Words | None = None,
    categories: Words | None = None,
    similar_to: Words | None = None,
    revisions: bool = False,
) -> None:
    """What the last month would have brought you"""
    filter_ = _filter(any_words, all_words, no_words, categories, similar_to, revisions)
    await interaction.response.defer(ephemeral=True)
    since = utcnow() - timedelta(days=PREVIEWED_DAYS)
    async with interaction.client.database.read() as session:
        person = await options.meant(session, interaction, researcher)
        found = await watch.preview(session, interaction.client.embedder, person.id, filter_, since)
    card = followed.preview(person.distinct_name, found, filter_, PREVIEWED_DAYS)
    await interaction.followup.send(view=Layout(card), ephemeral=True)


@group.command(name="why")
@app_commands.describe(work="A paper, by its title")
@app_commands.autocomplete(work=options.offer_works)
async def why(interaction: Press, work: str) -> None:
    """Why a paper was, or was not, sent to you"""
    async with interaction.client.database.read() as session:
        number = options.picked(work) or await works_by_title.meant(session, work)
        paper = (await works.by_ids(session, [number])).get(number) if number else None
        if paper is None:
            raise UnknownWork(title=work)
        mine = await follows.of_user(session, interaction.user.id)
        here = await _channels(session, interaction)
        direct = await destinations.find(session, user_id=interaction.user.id)
        places = {f.destination.id: f.destination for f in (*mine, *here)}
        if direct is not None:
            places[direct.id] = direct
        found = await announcements.for_work(session, paper.id, list(places))
    shown = [(a, followed.address(places[a.destination_id])) for a in found]
    await send(interaction, Layout(followed.why(paper, shown)), ephemeral=True)


@edit.autocomplete("follow")
@pause.autocomplete("follow")
@remove.autocomplete("follow")
async def offer_follows(interaction: Press, typed: str) -> list[Choice[str]]:
    """What the person follows, and what the channels they moderate follow."""
    async with interaction.client.database.read() as session:
        mine = await follows.of_user(session, interaction.user.id)
        here = await _channels(session, interaction)
    names = [
        (f, f"{f.researcher.distinct_name} · {_plain(interaction, f.destination)}")
        for f in mine + here
    ]
    fitting = [(f, name) for f, name in names if typed.casefold() in name.casefold()]
    return [
        Choice(name=cards.option(name), value=f"id:{f.id}")
        for f, name in fitting[: options.MOST_CHOICES]
    ]


# What they share --------------------------------------------------------------------------


async def _listed(interaction: Press, page: int = 0) -> Layout:
    async with interaction.client.database.read() as session:
        mine = await follows.of_user(session, interaction.user.id)
        here = await _channels(session, interaction)
    pages = followed.listed(mine, here, utcnow())
    page = min(page, len(pages) - 1)
    return Layout(pages[page], steps(page, len(pages), FollowsPage))


async def _show(interaction: Press, follow: Follow) -> None:
    await send(interaction, Layout(followed.followed(follow, utcnow())), ephemeral=True)


def _check(interaction: Press, where: Place | None) -> None:
    """Whether this person may let something follow, and whether I may write there.

    Raises:
        NotAllowed: either is missing.
    """
    if where is None:
        return
    if not interaction.permissions.manage_guild:
        if not isinstance(where, discord.Thread):
            raise NotAllowed(what=MODERATORS_ONLY)
        if not _may_write(interaction, where):
            raise NotAllowed(what=NOT_YOUR_THREAD)
    mine = where.permissions_for(where.guild.me)
    needed = {
        "View Channel": mine.view_channel,
        "Send Messages": mine.send_messages_in_threads
        if isinstance(where, discord.Thread)
        else mine.send_messages,
    }
    lacking = [name for name, held in needed.items() if not held]
    if lacking:
        raise NotAllowed(
            what=f"I cannot write in #{where.name}: please give me {' and '.join(lacking)} there."
        )


def _may_write(interaction: Press, thread: discord.Thread) -> bool:
    """Whether whoever asks may write in a thread themselves; Discord offers what they can see."""
    if not isinstance(interaction.user, discord.Member) or thread.locked:
        return False
    return thread.permissions_for(interaction.user).send_messages_in_threads


async def _check_place(session: AsyncSession, interaction: Press, place: Destination) -> None:
    """Whether this person may change what holds for everything that is sent to a place.

    Raises:
        NotAllowed: it is a thread in which others follow, too, and not theirs to manage.
    """
    if place.channel_id is None or interaction.permissions.manage_guild:
        return
    thread = interaction.guild and interaction.guild.get_thread(place.channel_id)
    if thread and thread.owner_id == interaction.user.id:
        return
    there = await follows.at(session, place.id)
    if any(follow.user_id != interaction.user.id for follow in there):
        raise NotAllowed(what=NOT_YOUR_PLACE)


async def _destination(
    session: AsyncSession, interaction: Press, where: Place | None
) -> Destination:
    if where is None:
        return await destinations.ensure_direct(session, interaction.user.id)
    return await destinations.ensure_channel(session, where.id, where.guild.id)


def _follower(interaction: Press, where: Place | None) -> int | None:
    """The follower who counts as one of the community: a channel's follow has none."""
    own = where is None or isinstance(where, discord.Thread)
    return interaction.user.id if own else None


async def _channels(session: AsyncSession, interaction: Press) -> list[Follow]:
    """What the channels of a server follow, for those who may change it."""
    if interaction.guild_id is None or not interaction.permissions.manage_guild:
        return []
    return await follows.of_guild(session, interaction.guild_id)


async def _mine(session: AsyncSession, interaction: Press, given: str) -> Follow:
    """The follow that was picked, or typed as a name, if this person may change it.

    Raises:
        NoSuchFollow, NotAllowed
    """
    allowed = await follows.of_user(session, interaction.user.id)
    allowed += await _channels(session, interaction)
    return options.one_of(allowed, given, _names, option="follow", missing=NoSuchFollow)


def _names(follow: Follow) -> tuple[str, str]:
    return follow.researcher.name, follow.researcher.distinct_name


def _plain(interaction: Press, place: Destination) -> str:
    if place.channel_id is None:
        return "direct messages"
    channel = interaction.guild and interaction.guild.get_channel_or_thread(place.channel_id)
    return f"#{channel.name}" if channel else "a channel"


def _filter(
    any_words: str | None,
    all_words: str | None,
    no_words: str | None,
    categories: str | None,
    similar_to: str | None,
    revisions: bool,
) -> Filter:
    return _changed(Filter(), any_words, all_words, no_words, categories, similar_to, revisions)


def _changed(
    old: Filter,
    any_words: str | None,
    all_words: str | None,
    no_words: str | None,
    categories: str | None,
    similar_to: str | None,
    revisions: bool | None,
) -> Filter:
    """The filter with what was given put in place of what was there; "none" empties a part.

    Raises:
        BadCategories: what was given for them is not their codes.
    """
    lists = {"any_of": any_words, "all_of": all_words, "none_of": no_words}
    given: dict[str, Any] = {key: _split(text) for key, text in lists.items() if text is not None}
    if categories is not None:
        given["categories"] = () if _is_none(categories) else follows.categories_of(categories)
    if similar_to is not None:
        given["similar_to"] = None if _is_none(similar_to) else similar_to.strip()
    if revisions is not None:
        given["revisions"] = revisions
    return replace(old, **given)


def _split(text: str) -> tuple[str, ...]:
    if _is_none(text):
        return ()
    return tuple(dict.fromkeys(word.strip() for word in text.split(",") if word.strip()))


def _is_none(text: str) -> bool:
    return text.strip().casefold() in {"none", "-", ""}


def _quiet(text: str | None) -> tuple[int, int] | None:
    """Quiet hours as minutes of the day.

    Raises:
        BadQuietHours: not two times of the day.
    """
    if text is None:
        return None
    if text.strip().casefold() in {"off", "none", "-"}:
        return (0, 0)
    match = re.fullmatch(r"\s*(\d{1,2})(?::(\d\d))?\s*(?:-|–|to)\s*(\d{1,2})(?::(\d\d))?\s*", text)
    if match is None:
        raise BadQuietHours(text=text)
    hours = [int(match[1]), int(match[3])]
    minutes = [int(match[2] or 0), int(match[4] or 0)]
    if max(hours) > 23 or max(minutes) > 59:
        raise BadQuietHours(text=text)
    return hours[0] * 60 + minutes[0], hours[1] * 60 + minutes[1]


# What can be pressed ----------------------------------------------------------------------


class FollowsPage(Pressed, template=r"follows:1:(\d+):([pn])"):
    """Another page of what somebody follows, for whoever sees it: the list is shown in private."""

    def __init__(self, page: int, label: str, disabled: bool = False) -> None:
        self.page = page
        custom_id = f"follows:1:{page}:{'p' if label == PREVIOUS else 'n'}"
        super().__init__(discord.ui.Button(label=label, custom_id=custom_id, disabled=disabled))

    @classmethod
    def read(cls, match: re.Match[str]) -> tuple[Any, ...]:
        return int(match[1]), STEPS[match[2]]

    @errors.answered
    async def callback(self, interaction: Press) -> None:
        await turn_to(interaction, await _listed(interaction, self.page))


class AboutPaper(Pressed, template=r"ann:1:(\d+):(ask|mute|not)"):
    """The buttons of an announcement: ask about the paper, mute the researcher, not theirs."""

    def __init__(self, announcement_id: int, what: str) -> None:
        self.announcement_id, self.what = announcement_id, what
        super().__init__(discord.ui.Button(label=what, custom_id=f"ann:1:{announcement_id}:{what}"))

    @errors.answered
    async def callback(self, interaction: Press) -> None:
        announcement = await _announcement(interaction, self.announcement_id)
        if self.what == "ask":
            await _ask(interaction, announcement)
        elif self.what == "mute":
            await _mute(interaction, announcement, None)
        else:
            await _not_theirs(interaction, announcement)


class InDigest(Picked, template=r"ann:1:\d+:more"):
    """The menu of a digest: mute one of its researchers, or say that a paper is not theirs."""

    @errors.answered
    async def callback(self, interaction: Press) -> None:
        what, _, rest = self.item.values[0].partition(":")
        number, _, researcher_id = rest.partition(":")
        announcement = await _announcement(interaction, int(number))
        if what == "mute":
            await _mute(interaction, announcement, int(researcher_id))
        else:
            await _not_theirs(interaction, announcement)


async def _announcement(interaction: Press, announcement_id: int) -> Announcement:
    async with interaction.client.database.read() as session:
        found = await announcements.get(session, announcement_id)
    if found is None:
        raise StaleButton()
    return found


async def _ask(interaction: Press, announcement: Announcement) -> None:
    """A form for a question about the paper."""
    title = announcement.work.title
    asking = Asking("", at_hand=announced.papers([announcement]))
    limit = interaction.client.settings.answers.max_question
    await interaction.response.send_modal(
        Form("Ask about this paper", limit, asking, hint=announced.HINT, about=title)
    )


async def _mute(interaction: Press, announcement: Announcement, researcher_id: int | None) -> None:
    """Pause the follows that an announcement comes from, until they are resumed: in a thread,
    of whoever may not manage the server, only their own.
    """
    async with interaction.client.database.write() as session:
        place = await destinations.by_id(session, announcement.destination_id)
        named = {r.researcher_id for r in announcement.reasons}
        meant = {researcher_id} if researcher_id else named
        there = [f for f in await follows.at(session, place.id) if f.researcher.id in meant]
        theirs = changeable(interaction, place, there)
        for follow in theirs:
            await announcing.mute(session, follow, follows.FOREVER)
    if not theirs:
        raise NoSuchFollow()
    muted = dict.fromkeys(follow.researcher.name for follow in theirs)
    names = " and ".join(f"**{inline(name, cards.NAME_SHOWN)}**" for name in muted)
    text = f"{names} is muted here. `/follow pause` with 0 days lets me speak again."
    await send(interaction, Layout(cards.notice(text)), ephemeral=True)


async def _not_theirs(interaction: Press, announcement: Announcement) -> None:
    """Keep the presser's word that the paper is not by whom it was announced for."""
    decided = set[int | None]()
    async with interaction.client.database.write() as session:
        for reason in announcement.reasons:
            decided.add(
                await namesakes.keep_word(
                    session, interaction, reason.researcher_id, announcement.work.id, theirs=False
                )
            )
    names = " and ".join(inline(r.name, cards.NAME_SHOWN) for r in announcement.reasons)
    text = f"Thank you. I have noted your report that this paper is not by {names}."
    if None not in decided:
        text = namesakes.DECIDED.format(whose=f"not by {names}")
    await send(interaction, Layout(cards.notice(text)), ephemeral=True)
    for record in decided:
        if record is not None:
            await namesakes.sort_again(interaction.client, record)
