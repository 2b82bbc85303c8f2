"""Who may do what: every command, every thing to press and every form, as each kind of person.

A cell is a piece of the text that the person reads, or one of the words below. What is missing
from the matrix fails `test_matrix`; `test_matrix_own_app` has the people who took the bot along.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import discord

from bot import (
    asking,
    errors,
    exploring,
    following,
    inviting,
    namesakes,
    own_profile,
    paper_buttons,
    reported,
    views,
)
from bot.commands import claim, collaborate, follow, outbox, privacy, records, researcher, reviews
from bot.graphs import Look
from bot.views import Item, menu
from storage import (
    announcements,
    announcing,
    answers,
    blocks,
    claims,
    destinations,
    follows,
    invitations_received,
    invitations_sent,
    storing,
    works,
)
from storage.answers import Asked, utcnow
from storage.claim_states import State
from storage.database import Database
from storage.invitations_sent import Limits
from storage.schema import ClaimRow
from storage.works import Paper
from tests.storage.claimed import claim as claim_it

MEMBER, MODERATOR, CLAIMED, CLAIMANT, BLOCKED = (
    "member",
    "moderator",
    "claimed researcher",
    "other claimant",
    "blocked",
)
DIRECT, STRANGER = "member in direct messages", "stranger"
IN_SERVER = (MEMBER, MODERATOR, CLAIMED, CLAIMANT, BLOCKED)
ROLES = (*IN_SERVER, DIRECT, STRANGER)
# In a conversation in which the bot is not: they took it along as their own app.
OWN_APP, CLAIMED_OWN_APP = "member with their own app", "claimed researcher with their own app"
TOOK_ALONG = (OWN_APP, CLAIMED_OWN_APP)
_NEXT_OF = {OWN_APP: (OWN_APP, DIRECT), CLAIMED_OWN_APP: (CLAIMED_OWN_APP, CLAIMED, STRANGER)}

HIDDEN = "(not offered)"
FORM = "(a form)"

KAI = {"researcher": "Kai Han"}
MODERATORS_ONLY = "You need the permission “Manage Server”"
NOT_YOUR_RECORD = "Only whoever has claimed Kai Han can decide that"
NO_CLAIM = "There is no such claim (any more)"
NOT_PROVED = "That is for researchers who have proved a claim"
IN_THE_SERVER = "Please do that in the server that it is about."
NOT_INVITED = "Only the person who was invited can answer this"


def _cell(shown: str, but: dict[str, str], role: str) -> str:
    """What a role reads; who took the bot along reads what they do in direct messages."""
    return next((but[r] for r in _NEXT_OF.get(role, (role,)) if r in but), shown)


@dataclass(frozen=True)
class Row:
    """One command: what is typed, what everybody reads, and who reads something else."""

    typed: dict[str, Any]
    shown: str
    but: dict[str, str] = field(default_factory=dict)
    own_app: bool = True  # offered to people who have taken the bot along

    def cell(self, role: str) -> str:
        return _cell(self.shown, self.but, role)


def moderators(typed: dict[str, Any], shown: str) -> Row:
    """A command that is there for moderators, in servers."""
    rest = {role: HIDDEN for role in ROLES if role != MODERATOR}
    return Row(typed, shown, rest, own_app=False)


# In the order in which each person uses them.
COMMANDS = {
    "help": Row({}, "### Ask"),
    "ask": Row(KAI | {"question": "What does NPD stand for?"}, "Near-Policy Distillation"),
    "researcher profile": Row(KAI, "## Kai Han"),
    "researcher works": Row(KAI, "## Works of Kai Han"),
    "researcher people": Row(KAI, "people may share the name Kai Han"),
    "researcher search": Row({"name": "han"}, "Researchers like “han”"),
    "follow add": Row(KAI, "**Kai Han** is followed."),
    "follow list": Row({}, "## Follows"),
    "follow edit": Row({"follow": "Kai Han", "how_often": "daily"}, "daily."),
    "follow pause": Row({"follow": "Kai Han"}, "is paused until"),
    "follow preview": Row(KAI, "Kai Han, the last 30 days"),
    "follow why": Row({"work": "OnlineVPO"}, "This was never announced to you"),
    "follow remove": Row({"follow": "Kai Han"}, "is no longer followed."),
    "collaborate invite": Row(
        KAI | {"message": "Shall we?"}, "is on its way.", {CLAIMED: "Kai Han is you"}
    ),
    "collaborate inbox": Row({}, "No invitation waits for you."),
    "collaborate sent": Row(
        {}, "waiting for an answer until", {CLAIMED: "You have invited nobody yet."}
    ),
    "collaborate withdraw": Row(
        {"invitation": "Kai Han"}, "is taken back.", {CLAIMED: "That invitation is not there"}
    ),
    "collaborate settings": Row({}, "## Working together"),
    "privacy export": Row({}, "Everything that is kept about you is in this file"),
    "privacy erase": Row({}, "## Erase everything about you?"),
    "privacy opt-out": Row(KAI, NOT_YOUR_RECORD, {CLAIMED: "## Do you not want to be profiled?"}),
    "privacy opt-in": Row({}, "You have not opted out of being profiled."),
    "graph show": Row(KAI, "Person · 3"),
    "graph path": Row({"a": "Kai Han", "b": "Yunhe Wang"}, "they wrote together"),
    "graph similar": Row({"work": "OnlineVPO"}, "## Near"),
    "graph people": Row(KAI, "might talk to"),
    "claim start": Row(KAI, "## Which Kai Han are you?"),
    "claim check": Row(
        {"page": "my page"},
        NO_CLAIM,
        {CLAIMED: "I cannot read my page", CLAIMANT: "I cannot read my page"},
    ),
    "claim status": Row(
        {},
        "You have claimed nobody.",
        {CLAIMED: "## Your claim on Kai Han", CLAIMANT: "## Your claim on Kai Han"},
    ),
    "claim withdraw": Row(
        {},
        NO_CLAIM,
        {CLAIMED: "## Withdraw your claim", CLAIMANT: "## Withdraw your claim"},
    ),
    "claim edit": Row({}, NOT_PROVED, {CLAIMED: FORM}),
    "claim hide": Row(
        {},
        NOT_PROVED,
        {CLAIMED: "is not shown in this server any more", CLAIMED_OWN_APP: IN_THE_SERVER},
    ),
    "claim show": Row(
        {}, NOT_PROVED, {CLAIMED: "is shown in this server again.", CLAIMED_OWN_APP: IN_THE_SERVER}
    ),
    "admin limit": moderators({"follows": 5}, "may have 5 follows in all."),
    "admin reviews": moderators({"off": True}, "Claims are not reviewed in this server."),
    "admin claimed-role": moderators(
        {"off": True}, "Claimed researchers get no role in this server."
    ),
    "admin claims": moderators({}, "laim"),
    "admin reports": moderators({}, "Nothing is reported"),
    "admin join-records": moderators(
        {"record": "Kai Han", "same-as": "Kai Han"}, "behind that record has claimed it elsewhere"
    ),
    "admin part-records": moderators({"record": "Kai Han"}, "is not joined to another record"),
    "admin joined-records": moderators({}, "No two records are joined."),
    "admin settings": moderators({}, "## Settings"),
    "admin statistics": moderators({}, "works stored"),
    "admin check": moderators({}, "## Check"),
    "admin announcements": moderators({}, "## Announcements"),
    "admin default-researcher": moderators(KAI, "Questions in this server"),
    "admin clear-default": moderators({}, "There is no default researcher"),
    "admin answers": moderators({"on": True}, "I answer in this server."),
    "admin mentions": moderators({"on": True}, "I answer mentions and replies in this server."),
}
MESSAGE_COMMANDS = {"Ask about this": FORM}
# On a member who has claimed a record; offered in servers only.
MEMBER_COMMANDS = {"Follow this researcher": "**Kai Han** is followed."}


@dataclass
class Things:
    """Who is who in Discord, and the ids of one of everything that can be pressed."""

    people: dict[str, int] = field(default_factory=dict)
    announcement_id: int = 0
    follow_id: int = 0
    answer_id: int = 0
    invitation_id: int = 0
    claim_id: int = 0
    pair: str = ""


def _choice(custom_id: str, value: object) -> discord.ui.Select[Any]:
    return menu("Choose", custom_id, [(str(value), "This one", "")])


@dataclass(frozen=True)
class Press:
    """One thing to press: how it is made, what everybody reads, and who reads something else."""

    make: Callable[[Things], Item]
    shown: str
    but: dict[str, str] = field(default_factory=dict)

    def cell(self, role: str) -> str:
        return _cell(self.shown, self.but, role)


def only(role: str, shown: str, everybody_else: str) -> tuple[str, dict[str, str]]:
    """A press that is one person's; they also may press it in their direct messages."""
    return everybody_else, {role: shown}


NO_THREAD_HERE = "A thread can only be opened in a channel of a server."
STILL_OPEN = "Your invitation to Kai Han is still open"
SET_UP = "Only whoever set up these announcements can change them."

AROUND_KAI = Look("r1")

PRESSES: dict[str, Press] = {
    "Show passages": Press(lambda w: views.Passages(w.answer_id), "OnlineVPO"),
    "Good answer": Press(lambda w: views.Rate(w.answer_id, True), "noted that as a good answer"),
    "Ask a follow-up": Press(lambda w: asking.FollowUp(w.answer_id), FORM),
    "Open a thread": Press(
        lambda w: asking.OpenThread(w.answer_id),
        "",
        {DIRECT: NO_THREAD_HERE, STRANGER: NO_THREAD_HERE},
    ),
    "Choose a researcher to ask": Press(
        lambda w: asking.Choose(_choice(f"choose:1:{w.answer_id}", 1), w.answer_id),
        "Only the person who asked",
        {MEMBER: "OnlineVPO", DIRECT: "OnlineVPO"},
    ),
    "Next page": Press(
        lambda w: researcher.WorksPage(1, None, 1, None, label="Next"), "## Works of Kai Han"
    ),
    "Works": Press(lambda w: researcher.ShowWorks(1), "## Works of Kai Han"),
    "Ask about": Press(lambda w: researcher.AskAbout(1), FORM),
    "Read an abstract": Press(
        lambda w: researcher.ReadAbstract(_choice("abstract:1:1", 1), 1), "**["
    ),
    "Timeline": Press(lambda w: researcher.ShowTimeline(1), "## Timeline of Kai Han"),
    "Profile": Press(lambda w: researcher.ShowProfile(1), "## Kai Han"),
    "Theirs": Press(
        lambda w: namesakes.SayWhose(1, 1, True),
        "I have noted that this work is by Kai Han",
        {CLAIMED: "that is settled"},  # the moderator's server is not the one of the claim
    ),
    "By another of them": Press(
        lambda w: namesakes.SayWhoElse(_choice("whoelse:1:1", 1), 1),
        "I have noted that this work is by Kai Han",
        {CLAIMED: "that is settled"},
    ),
    "Undo": Press(
        lambda w: namesakes.Undo(1, 1, ()),
        *only(CLAIMED, "Taken back", "That was decided again since"),
    ),
    "Look at a reported work": Press(
        lambda w: reported.OpenReport(_choice("reported:1:mine", "1:1"), "mine"),
        "That is not there any more",
    ),
    "Graph": Press(lambda w: exploring.GraphOf("r1"), "Person · 3"),
    "Show more": Press(lambda w: exploring.Turn("w", "Show more", AROUND_KAI), "Person · 3"),
    "Step to": Press(
        lambda w: exploring.StepTo(_choice(exploring.StepTo.id_of(AROUND_KAI), "w1")), "Work"
    ),
    "As text": Press(lambda w: exploring.InWords(AROUND_KAI), "Kai Han"),
    "Open full explorer": Press(lambda w: exploring.OpenExplorer(AROUND_KAI), "Save this page"),
    "Choose a profile": Press(
        lambda w: researcher.ChooseResearcher(_choice("person:1:profile", 1), "profile"),
        "## Kai Han",
    ),
    "Follow": Press(lambda w: following.FollowThem(1), "**Kai Han** is followed."),
    "Next page of follows": Press(lambda w: follow.FollowsPage(1, "Next"), "## Follows"),
    "Pause this researcher": Press(
        lambda w: paper_buttons.AboutPaper(w.announcement_id, "mute"),
        *only(MODERATOR, "is paused here", SET_UP),
    ),
    "Resume": Press(
        lambda w: following.ResumeThem(1),
        *only(MODERATOR, "is followed", SET_UP),
    ),
    "Resume on the list of follows": Press(
        lambda w: follow.ResumeOne(_choice("resumefollow:1", 1)),
        *only(MODERATOR, "## Follows", "That is not followed here"),
    ),
    "Not theirs": Press(
        lambda w: paper_buttons.AboutPaper(w.announcement_id, "not"),
        "I have noted that this work is not by Kai Han",
        {CLAIMED: "that is settled: this work is not by Kai Han"},
    ),
    "Ask about this paper": Press(
        lambda w: paper_buttons.AboutPaper(w.announcement_id, "ask"), FORM
    ),
    "Pause in a digest": Press(
        lambda w: paper_buttons.InDigest(
            _choice(f"ann:1:{w.announcement_id}:more", f"mute:{w.announcement_id}:1")
        ),
        *only(MODERATOR, "is paused here", SET_UP),
    ),
    "Resume a paused place": Press(
        lambda w: outbox.Resume(_choice("resume:1", 1)),
        *only(MODERATOR, "## Announcements", MODERATORS_ONLY),
    ),
    "Follow one of them": Press(
        lambda w: following.OnlyOne(_choice(f"onlyone:1:{w.follow_id}", 2), w.follow_id),
        *only(MODERATOR, "**Kai Han · ", SET_UP),
    ),
    "Erase everything": Press(
        lambda w: privacy.Erase(1, True), "Only the person who asked for this can decide it."
    ),
    "Invite": Press(
        lambda w: collaborate.InviteThem(1),
        FORM,
        {CLAIMED: "Kai Han is you", MEMBER: STILL_OPEN, DIRECT: STILL_OPEN},
    ),
    "Remember this": Press(lambda w: collaborate.RememberWish(1), "I will tell you when"),
    "Take a wish back": Press(
        lambda w: collaborate.ForgetWish(_choice("wished:1", 1)),
        "## Sent",
        {CLAIMED: "You have invited nobody yet."},
    ),
    "Invite one of them": Press(
        lambda w: collaborate.InviteOne(_choice("inviteone:1", 2)), "has not claimed this record"
    ),
    "Open an invitation": Press(
        lambda w: collaborate.OpenInvitation(_choice("invitations:1", w.invitation_id)),
        *only(CLAIMED, "would like to work with you", "That invitation is not there"),
    ),
    "Unblock somebody": Press(
        lambda w: collaborate.Unblock(_choice("unblock:1", w.pair)),
        *only(CLAIMED, "## Working together", "That is not there any more"),
    ),
    "Later": Press(
        lambda w: inviting.AnswerInvitation(w.invitation_id, "later"),
        *only(CLAIMED, "I will show you this again on", NOT_INVITED),
    ),
    "Block sender": Press(
        lambda w: inviting.AnswerInvitation(w.invitation_id, "block"),
        *only(CLAIMED, "they are not told", NOT_INVITED),
    ),
    "Decline": Press(
        lambda w: inviting.AnswerInvitation(w.invitation_id, "decline"),
        *only(CLAIMED, "You have blocked whoever sent this", NOT_INVITED),
    ),
    "Accept": Press(
        lambda w: inviting.AnswerInvitation(w.invitation_id, "accept"),
        *only(CLAIMED, "You have blocked whoever sent this", NOT_INVITED),
    ),
    "Claim": Press(lambda w: claim.ClaimThem(1), "## Which Kai Han are you?"),
    "Choose whom to claim": Press(
        lambda w: claim.ChooseWhom(_choice("claimwho:1", 1)), "## Which Kai Han are you?"
    ),
    "Yes, claim them": Press(
        lambda w: claim.Begin(1, True),
        "## Your claim on Kai Han",
        {CLAIMED: "You have a claim on Kai Han", CLAIMANT: "You have a claim on Kai Han"},
    ),
    "Check a page": Press(lambda w: claim.Act(w.claim_id, "check"), *only(CLAIMED, FORM, NO_CLAIM)),
    "Edit": Press(lambda w: claim.Act(w.claim_id, "edit"), *only(CLAIMED, FORM, NO_CLAIM)),
    "Edit again": Press(
        lambda w: own_profile.EditAgain(w.claim_id), *only(CLAIMED, FORM, NO_CLAIM)
    ),
    "Withdraw": Press(
        lambda w: claim.Act(w.claim_id, "drop"),
        *only(CLAIMED, "## Withdraw your claim", NO_CLAIM),
    ),
    "Open a claim": Press(
        lambda w: claim.OpenMine(_choice("claimmine:1", w.claim_id)),
        *only(CLAIMED, "## Your claim on Kai Han", NO_CLAIM),
    ),
    "Approve": Press(
        lambda w: reviews.Decide(w.claim_id, "a", State.REVIEW),
        *only(MODERATOR, "not before the moderators of this server", MODERATORS_ONLY),
    ),
    "Refuse": Press(
        lambda w: reviews.Decide(w.claim_id, "r", State.REVIEW),
        *only(MODERATOR, "not before the moderators of this server", MODERATORS_ONLY),
    ),
    "Revoke": Press(
        lambda w: reviews.Revoke(w.claim_id),
        *only(MODERATOR, "not before the moderators of this server", MODERATORS_ONLY),
    ),
    "Use it all the same": Press(
        lambda w: reviews.UseRole(1), *only(MODERATOR, "is not there any more", MODERATORS_ONLY)
    ),
    "Look at a claim": Press(
        lambda w: reviews.OpenClaim(_choice("claims:1", w.claim_id)),
        *only(MODERATOR, "## Claims", MODERATORS_ONLY),
    ),
    "Yes, join them": Press(
        lambda w: records.Join(1, 2, True),
        *only(MODERATOR, "behind that record has claimed it elsewhere", MODERATORS_ONLY),
    ),
    "Remove my record": Press(
        lambda w: privacy.OptOut(1, True), *only(CLAIMED, "changed since I asked", NOT_YOUR_RECORD)
    ),
}
# The form, which press of `PRESSES` opens it, what is written, and what comes of it.
FORMS: dict[type[errors.Modal], tuple[str, dict[str, str], str]] = {
    asking.Form: ("Ask about", {"question": "What does NPD stand for?"}, "Near-Policy"),
    collaborate.Words: ("Invite", {"message": "Shall we?"}, "is on its way."),
}

# Opened by presses above; what comes of them is tested with the claims.
FORMS_OF_CLAIMS = {claim.WhichPage, own_profile.OwnProfile, reviews.Reason}


async def claimed_twice(database: Database, people: dict[str, int]) -> Things:
    """Kai Han's record is claimed, and claimed by another, who has no proof yet."""
    things = Things(people)
    async with database.write() as session:
        await claim_it(session, 1, people[CLAIMED])
        now = utcnow()
        [mine] = await claims.of_user(session, people[CLAIMED])
        things.claim_id = mine.id
        session.add(
            ClaimRow(
                researcher_id=1,
                user_id=people[CLAIMANT],
                state="awaiting",
                codes={},
                codes_until=now + timedelta(days=1),
                why="",
                started_at=now,
                changed_at=now,
                told=True,
            )
        )
        eve = people[BLOCKED]
        sent = await invitations_sent.send(session, eve, "Eve", 1, "Hm?", limits=Limits())
        await invitations_received.block_sender(session, sent.id, people[CLAIMED])
        await invitations_sent.withdraw(session, sent.id, eve)
        [things.pair] = [block.pair for block in await blocks.of(session, people[CLAIMED])]
    return things


async def furnish(database: Database, things: Things, channel_id: int, guild_id: int) -> None:
    """An answer of the member, an announcement of the moderator, an invitation of the member."""
    ada = things.people[MEMBER]
    async with database.write() as session:
        asked = Asked(
            user_id=ada,
            guild_id=None,
            channel_id=channel_id,
            private=False,
            question="What is OnlineVPO about?",
            turn={},
            passages=({"number": 1, "work_id": 1, "title": "OnlineVPO", "url": "", "quote": "Q."},),
        )
        things.answer_id = await answers.keep(session, asked)
        to = await destinations.ensure_channel(session, 5, guild_id)
        mod = things.people[MODERATOR]
        follow = await follows.add(session, 1, to, user_id=None, set_by=mod)
        things.follow_id = follow.id
        paper = Paper(source_id="x:1", title="New", abstract="", year=2026)
        [work_id] = (await storing.store(session, [paper], 1)).new
        work = (await works.by_ids(session, [work_id]))[work_id]
        told = await follows.of_researchers(session, [1])
        await announcing.announce(session, work, told, utcnow())
        [announced] = await announcements.for_work(session, work_id, [to.id])
        things.announcement_id = announced.id
        sent = await invitations_sent.send(session, ada, "Ada", 1, "Shall we?", limits=Limits())
        things.invitation_id = sent.id
