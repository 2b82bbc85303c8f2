"""The commands, one file a noun."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot import asking, following, views
from bot.commands import (
    admin,
    ask,
    follow,
    help,  # noqa: A004 - the command's name
    outbox,
    privacy,
    researcher,
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
    tree.add_command(help.help_)
    tree.add_command(privacy.group)
    tree.add_command(admin.group)
    client.add_dynamic_items(
        views.Passages,
        views.Rate,
        asking.FollowUp,
        asking.OpenThread,
        asking.Choose,
        researcher.WorksPage,
        researcher.ShowWorks,
        researcher.AskAbout,
        researcher.ReadAbstract,
        researcher.ChooseResearcher,
        following.FollowThem,
        follow.AboutPaper,
        follow.InDigest,
        outbox.Resume,
        privacy.Erase,
    )
