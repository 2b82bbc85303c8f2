"""The commands, one file a noun."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot import (
    asking,
    exploring,
    following,
    inviting,
    namesakes,
    own_profile,
    paper_buttons,
    reported,
    views,
)
from bot.commands import (
    admin,
    ask,
    claim,
    collaborate,
    follow,
    graph,
    help,  # noqa: A004 - the command's name
    outbox,
    people,  # noqa: F401 - its command is under /researcher
    privacy,
    records,
    researcher,
    reviews,
)

if TYPE_CHECKING:
    from bot.client import Colloquy


async def register(client: Colloquy) -> None:
    """Add every command, and everything that can be pressed, to the client; publishes nothing."""
    tree = client.tree
    tree.add_command(ask.ask)
    tree.add_command(ask.ask_about_this)
    tree.add_command(researcher.group)
    tree.add_command(follow.group)
    tree.add_command(following.follow_member)
    tree.add_command(claim.group)
    tree.add_command(collaborate.group)
    tree.add_command(graph.group)
    tree.add_command(help.help_)
    tree.add_command(privacy.group)
    tree.add_command(admin.group)
    client.add_dynamic_items(
        views.Passages,
        views.Rate,
        asking.FollowUp,
        asking.OpenThread,
        asking.Choose,
        exploring.Turn,
        exploring.StepTo,
        exploring.GraphOf,
        exploring.InWords,
        exploring.OpenExplorer,
        researcher.ShowProfile,
        researcher.ShowTimeline,
        researcher.WorksPage,
        researcher.ShowWorks,
        researcher.AskAbout,
        researcher.ReadAbstract,
        researcher.ChooseResearcher,
        namesakes.SayWhose,
        namesakes.SayWhoElse,
        namesakes.Undo,
        reported.OpenReport,
        following.FollowThem,
        following.OnlyOne,
        following.ResumeThem,
        follow.FollowsPage,
        follow.ResumeOne,
        paper_buttons.AboutPaper,
        paper_buttons.InDigest,
        claim.ClaimThem,
        claim.ChooseWhom,
        claim.Begin,
        claim.Act,
        claim.OpenMine,
        own_profile.EditAgain,
        reviews.Decide,
        reviews.UseRole,
        reviews.Revoke,
        reviews.OpenClaim,
        outbox.Resume,
        records.Join,
        privacy.Erase,
        privacy.OptOut,
        inviting.AnswerInvitation,
        collaborate.InviteThem,
        collaborate.RememberWish,
        collaborate.ForgetWish,
        collaborate.InviteOne,
        collaborate.OpenInvitation,
        collaborate.Unblock,
    )
