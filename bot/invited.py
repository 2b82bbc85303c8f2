"""Invitations to work together -> cards. Pure: nothing here sends anything."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.cards import (
    AMBER,
    INK,
    NAME_SHOWN,
    PERSON,
    QUIET,
    TITLE_SHOWN,
    Card,
    lines,
    listed,
    option,
    paragraphs,
    small,
)
from bot.markdown import address, clip, escape, inline, link, quoted
from bot.profiles import affiliation, trust_bar
from retrieval.phrases import joined
from retrieval.text import readable
from storage.blocks import Block
from storage.contacts import Contact, Who
from storage.deliveries import Occasion
from storage.invitations import Invitation, State
from storage.phrases import day, people, plural
from storage.researchers import Profile, Researcher

MOST = 10  # invitations in one list
TOPICS_SHOWN = 5
BEGINNING = 90  # of a message in a list

STATES = {
    State.PENDING: "waiting for an answer",
    State.ACCEPTED: "accepted",
    State.DECLINED: "declined",
    State.WITHDRAWN: "taken back",
    State.EXPIRED: "expired without an answer",
}
FROM_WHOM = {
    Who.ANYONE: "anyone",
    Who.RESEARCHERS: "researchers who have claimed their own record",
    Who.NOBODY: "nobody",
}


@dataclass(frozen=True, slots=True)
class Sender:
    """Who invites: their own record if they have claimed one, and their Discord account.

    Attributes:
        name: what they were called in Discord when they sent it.
        account: how they are found in Discord, as markdown.
        since: when that account was made.
    """

    user_id: int
    name: str
    account: str
    since: datetime
    profile: Profile | None

    @property
    def known_as(self) -> str:
        """The name of their record, or of their account."""
        return self.profile.researcher.name if self.profile else self.name


# The invitation -----------------------------------------------------------------------------


def invitation(
    found: Invitation,
    sender: Sender,
    server: str | None,
    *,
    occasion: Occasion = Occasion.NEW,
) -> Card:
    """An invitation as its recipient reads it: who, what, about which work, and what follows."""
    kind = {
        Occasion.NEW: "Invitation to collaborate",
        Occasion.AGAIN: "You wanted to see this again",
        Occasion.REMINDER: "This invitation is about to expire",
    }[occasion]
    head = lines(
        small(f"{kind} · to you as {inline(found.researcher.distinct_name, 120)}"),
        f"## {inline(sender.known_as, NAME_SHOWN)} would like to work with you",
    )
    return Card(
        (
            paragraphs(head, quoted(found.message), _about(found)),
            _who(sender),
            _what_follows(found, server),
        ),
        INK,
    )


def _about(found: Invitation) -> str:
    """The work that an invitation is about, if any."""
    if found.work is None:
        return ""
    title = link(readable(found.work.title), found.work.url, TITLE_SHOWN)
    return f"About **{title}** ({found.work.year})"


def _who(sender: Sender) -> str:
    account = f"{sender.account}, on Discord since {sender.since:%B %Y}"
    if sender.profile is None:
        return lines(
            f"**Who asks** · {account}",
            small("They have claimed no author record, so I cannot vouch for who they are."),
        )
    person, trust = sender.profile.researcher, sender.profile.trust
    topics = [inline(readable(t.name), NAME_SHOWN) for t in sender.profile.topics]
    return lines(
        f"**Who asks** · {inline(person.name, NAME_SHOWN)}, {inline(person.role, NAME_SHOWN)} · "
        f"{affiliation(person)}",
        f"**Trust {trust.score} · {inline(trust.band)}**  {trust_bar(trust.score)}  "
        f"{plural(sender.profile.works, 'work')}, verification level L{trust.level}",
        f"Works on {listed(topics, TOPICS_SHOWN)}" if topics else "",
        small(f"In Discord: {account}"),
    )


def _what_follows(found: Invitation, server: str | None) -> str:
    contact = "gives each of you what the other chose to share"
    meet = contact
    if server:
        meet = f"opens a private thread for you both in {inline(server, 60)}, or {contact}"
    return lines(
        small(f"**Accept** {meet} (`/collaborate settings`)."),
        small(f"Open until {day(found.expires_at)}. Whoever you block is not told."),
    )


# What became of it ---------------------------------------------------------------------------


def accepted(found: Invitation, other: str, theirs: Sequence[str], *, sender: bool) -> Card:
    """That two people are in contact now, for one of them; `theirs` is what the other shares."""
    name = inline(other, NAME_SHOWN)
    head = f"## {name} accepted your invitation" if sender else f"## You and {name} are in contact"
    met = found.thread_id and found.guild_id
    where = f"You meet in {thread(found)}." if met else ""
    how = lines(f"This is how you reach {name}:", *theirs) if theirs else ""
    about = small(f"About: {inline(readable(found.work.title), TITLE_SHOWN)}") if found.work else ""
    return Card((paragraphs(head, where, how, about),), PERSON)


def thread(found: Invitation) -> str:
    """A link to the private thread of an accepted invitation."""
    return f"[your private thread](https://discord.com/channels/{found.guild_id}/{found.thread_id})"


def shared(contact: Contact, account: str) -> tuple[str, ...]:
    """What a person shares with somebody they work with: lines."""
    return (
        f"Discord: {account}",
        *((f"E-mail: {escape(contact.email)}",) if contact.email else ()),
        *(f"Link: <{url}>" for given in contact.links if (url := address(given))),
    )


def greeting(found: Invitation, sender: Sender) -> Card:
    """The first message of a private thread."""
    return Card(
        (
            paragraphs(
                f"## {inline(sender.known_as, NAME_SHOWN)} and "
                f"{inline(found.researcher.name, NAME_SHOWN)}",
                f"<@{sender.user_id}> invited <@{found.recipient_user_id}>, who accepted:",
                quoted(found.message),
                _about(found),
            ),
            small(
                "Only you two, I and this server's moderators can read here. "
                "Mention me to ask about each other's work."
            ),
        ),
        PERSON,
    )


def declined(found: Invitation) -> Card:
    """For the recipient."""
    return Card(
        (f"You declined. {_whom(found)} can see that, and cannot invite you again for 90 days.",),
        QUIET,
    )


def snoozed(found: Invitation) -> Card:
    """For the recipient."""
    until = found.snoozed_until or found.expires_at
    return Card(
        (
            f"I will show you this again on {day(until)}. Until {day(found.expires_at)} it is in "
            "`/collaborate inbox`.",
        ),
        QUIET,
    )


def over(found: Invitation) -> Card:
    """For the recipient, in place of an invitation that its sender has taken back."""
    return Card((f"{_whom(found)} has taken this invitation back.",), QUIET)


def blocked() -> Card:
    """For the recipient."""
    return Card(
        (
            "Nothing of theirs will reach you any more, and they are not told. "
            "`/collaborate settings` takes that back.",
        ),
        QUIET,
    )


def _whom(found: Invitation) -> str:
    return inline(found.sender_name, NAME_SHOWN) or "Whoever sent it"


# Lists -----------------------------------------------------------------------------------------


def inbox(
    waiting: Sequence[Invitation], wishes: Sequence[tuple[Researcher, int]], who: Who
) -> Card:
    """What waits for a person's answer, and who waits for them to be open; `who` may invite them
    where they are.
    """
    notes = [
        small(
            f"{people(number)} would like to invite you as "
            f"{inline(person.distinct_name, 120)}; {_when_told(person, who)}."
        )
        for person, number in wishes
    ]
    if not waiting:
        return Card((paragraphs("No invitation waits for you.", lines(*notes)),), QUIET)
    entries = [
        lines(
            f"**{_whom(found)}** · open until {day(found.expires_at)}",
            small(inline(found.message, BEGINNING)),
        )
        for found in waiting[:MOST]
    ]
    head = f"## {plural(len(waiting), 'invitation')}"
    return Card((paragraphs(head, *entries), *((lines(*notes),) if notes else ())), INK)


def _when_told(person: Researcher, who: Who) -> str:
    if who is Who.NOBODY or not person.open_to_collaborate:
        return "they are told when you are open to it; `/collaborate settings` says how to be"
    if who is Who.RESEARCHERS:
        return "as you are open to it, those who have claimed their own record are told so"
    return "as you are open to it, they are told so"


def sent(mine: Sequence[Invitation], wished: Sequence[Researcher] = ()) -> Card:
    """What a person has sent, and what became of it; and whom they would invite."""
    names = [f"**{inline(person.distinct_name, NAME_SHOWN)}**" for person in wished]
    waiting = f"I tell you when they take invitations: {joined(names)}." if names else ""
    if not mine:
        none = "You have invited nobody yet. `/collaborate invite` asks a researcher."
        return Card((paragraphs(none, waiting),), QUIET)
    entries = [
        lines(
            f"**{inline(i.researcher.distinct_name, 120)}** · {_stands(i)}",
            small(inline(i.message, BEGINNING)),
        )
        for i in mine[:MOST]
    ]
    more = small(f"and {len(mine) - MOST} more") if len(mine) > MOST else ""
    shown = paragraphs("## Sent", *entries, more)
    return Card((shown, waiting) if waiting else (shown,), INK)


def _stands(found: Invitation) -> str:
    state = STATES[found.state]
    if found.state is State.PENDING:
        return f"{state} until {day(found.expires_at)}"
    when = f"{state} on {day(found.decided_at)}" if found.decided_at else state
    return f"{when} · {thread(found)}" if found.thread_id and found.guild_id else when


def choice(found: Invitation, *, of_sender: bool) -> str:
    """An invitation as one of several to choose from."""
    name = found.researcher.distinct_name if of_sender else (found.sender_name or "somebody")
    return option(f"{name} · {day(found.created_at)} · {clip(found.message, 50)}")


# Around it -------------------------------------------------------------------------------------


def on_its_way(found: Invitation) -> Card:
    """For the sender."""
    name = inline(found.researcher.distinct_name, 120)
    return Card(
        (
            paragraphs(
                f"Your invitation to **{name}** is on its way.",
                quoted(found.message),
                small(
                    f"It is open until {day(found.expires_at)}; "
                    "`/collaborate sent` shows how it stands."
                ),
            ),
        ),
        PERSON,
    )


def cannot_yet(person: Researcher, *, claimed: bool) -> Card:
    """Why a researcher cannot be invited yet, and what can be done."""
    name = inline(person.distinct_name, 120)
    if claimed:
        first = f"**{name}** does not take invitations at the moment."
    else:
        first = (
            f"**{name}** has not claimed this record yet, so there is nobody I could bring an "
            "invitation to."
        )
    hint = "" if claimed else small(f"Are you {name}? `/claim start` links the record to you.")
    return Card(
        (paragraphs(first, "I can remember your wish and tell you when they do.", hint),), AMBER
    )


def which(person: Researcher, message: str) -> Card:
    """That several people share a name, of whom some can be invited; keeps what was written."""
    name = inline(person.name, NAME_SHOWN)
    kept = lines(small("This is what you wrote:"), quoted(message)) if message else ""
    first = f"Several people may share the name **{name}**. Please choose whom you mean."
    return Card((paragraphs(first, kept),), AMBER)


def remembered(person: Researcher) -> Card:
    """For whoever wished."""
    name = inline(person.distinct_name, 120)
    hint = small("`/collaborate sent` shows this, and takes it back.")
    return Card((lines(f"I will tell you when **{name}** takes invitations.", hint),), PERSON)


def wished_choice(person: Researcher) -> tuple[str, str, str]:
    """Somebody whom a person would invite as an entry of a menu."""
    return str(person.id), option(person.distinct_name), ""


def came_true(person: Researcher) -> Card:
    """That somebody can be invited now."""
    name = inline(person.distinct_name, NAME_SHOWN)
    return Card(
        (
            paragraphs(
                f"## {name} takes invitations now",
                "You wanted to work with them: *Invite*, or `/collaborate invite`, writes to them.",
            ),
        ),
        PERSON,
    )


def settings(contact: Contact, records: Sequence[Researcher], blocks: Sequence[Block]) -> Card:
    """What a person has set, and whom they have blocked."""
    links = [f"<{url}>" for given in contact.links if (url := address(given))]
    shared_lines = lines(
        f"**Invitations from** · {FROM_WHOM[contact.who]}",
        f"**Private thread in a server that we share** · {'yes' if contact.thread else 'no'}",
        f"**E-mail address** · {escape(contact.email) if contact.email else 'not shared'}",
        f"**Links** · {', '.join(links) or 'none'}",
        small("E-mail address and links go only to people whom you accept, or who accept you."),
    )
    open_lines = lines(
        *(f"**{inline(r.distinct_name, NAME_SHOWN)}** · {r.openness}" for r in records),
        small(_who_cannot_be_invited(contact, records)),
    )
    number = f"{len(blocks)} blocked" if blocks else ""
    return Card(
        tuple(p for p in (lines("## Working together", shared_lines), open_lines, number) if p),
        PERSON,
    )


def _who_cannot_be_invited(contact: Contact, records: Sequence[Researcher]) -> str:
    """That nobody can invite this person, whomever they take invitations from, and what to do."""
    if not records:
        return "You have claimed no record yet, so nobody can invite you: `/claim start`."
    if contact.who is Who.NOBODY:
        return "Nobody can invite you: choose from whom you take invitations here."
    closed = [inline(r.distinct_name, NAME_SHOWN) for r in records if not r.open_to_collaborate]
    if not closed:
        return ""
    return (
        f"Nobody can invite you as {' or '.join(closed)} yet: choose “Open to collaborate” in "
        "`/claim edit`."
    )


def blocked_choice(block: Block) -> tuple[str, str, str]:
    """A block as an entry of a menu."""
    name = block.sender_name or "somebody who has erased their data"
    return block.pair, option(name), f"blocked on {day(block.created_at)}"
