"""The matrix for people who took the bot along as their own app, into conversations of theirs.

The simulated Discord has no such place, so this is driven over real sockets. There is no server
and no member there; nothing of the bot's may be looked up but by the answer to what was used.
"""

from __future__ import annotations

from typing import Any

import pytest

from bot.cards import Card
from bot.client import Colloquy
from bot.views import Layout
from tests.bot.matrix import (
    BLOCKED,
    CLAIMANT,
    CLAIMED,
    COMMANDS,
    FORM,
    FORMS,
    HIDDEN,
    MEMBER,
    MESSAGE_COMMANDS,
    MODERATOR,
    OWN_APP,
    PRESSES,
    TOOK_ALONG,
    Things,
    claimed_twice,
    furnish,
)
from tests.discord_loopback import (
    ADA,
    EPHEMERAL,
    GUILD,
    KAI,
    PRIVATE,
    Interaction,
    LoopbackDiscord,
    read,
)

PEOPLE = {MEMBER: int(ADA), CLAIMED: int(KAI), CLAIMANT: 9003, BLOCKED: 9004, MODERATOR: 9005}
ACCOUNT_OF = {OWN_APP: ADA}
REFUSED = ("You need the permission", "That cannot be used here")
FOR_ALL = ("ask", "help", "researcher", "graph")  # what these say, everybody there may read


@pytest.fixture
async def things(connected: Colloquy) -> Things:
    return await claimed_twice(connected.database, PEOPLE)


@pytest.fixture(params=TOOK_ALONG)
def role(request: pytest.FixtureRequest, discord_: LoopbackDiscord) -> str:
    """Who uses and presses what follows."""
    discord_.own_app = True
    discord_.acting = ACCOUNT_OF.get(request.param, KAI)
    role: str = request.param
    return role


async def _seen(server: LoopbackDiscord, used: Interaction, bot: Colloquy) -> str:
    """What a person reads once there is something new to read; it has come in time, and the bot is
    done with it.
    """
    await server.until(lambda: used.too_late or used.answered is not None)
    assert not used.too_late, "Discord shows “the application did not respond”"
    if used.modal is not None:
        return FORM
    before = used.pressed
    await server.until(lambda: used.followups or (used.done and read_of(used) != before))
    await bot.gate.idle()
    return "\n".join([read_of(used), *(read(message) for message in used.followups)])


def read_of(used: Interaction) -> str:
    return read(used.reply) if used.reply is not None else ""


async def test_commands(
    discord_: LoopbackDiscord, connected: Colloquy, things: Things, role: str
) -> None:
    wrong = {}
    for name, row in COMMANDS.items():
        if not row.own_app:  # `test_matrix` reads from what is published that it is not offered
            continue
        used = await discord_.slash(name, **row.typed)
        shown = await _seen(discord_, used, connected)
        if row.cell(role) not in shown:
            wrong[name] = shown
        if used.reply is not None and not name.startswith(FOR_ALL):
            assert used.reply["flags"] & EPHEMERAL, f"{name} tells others what is one person's"
    assert not wrong, "\n".join(f"{name}: {shown[:300]!r}" for name, shown in wrong.items())


async def test_what_is_not_offered_there_is_refused_all_the_same(
    discord_: LoopbackDiscord, connected: Colloquy, things: Things, role: str
) -> None:
    wrong = {}
    for name, row in COMMANDS.items():
        if not row.own_app:
            assert row.cell(role) == HIDDEN
            shown = await _seen(discord_, await discord_.slash(name, **row.typed), connected)
            if not shown.startswith(REFUSED):
                wrong[name] = shown
    assert not wrong, "\n".join(f"{name}: {shown[:300]!r}" for name, shown in wrong.items())


async def test_commands_on_a_message(
    discord_: LoopbackDiscord, connected: Colloquy, things: Things, role: str
) -> None:
    message = discord_.said(ADA, "What does NPD stand for?")
    for name, expected in MESSAGE_COMMANDS.items():
        opened = await discord_.menu_on(name, message)
        assert expected in await _seen(discord_, opened, connected)
        sent = await discord_.fill_in(opened, question="What does NPD stand for?")
        assert "Near-Policy Distillation" in await _seen(discord_, sent, connected)


async def test_names_are_offered_while_typing(
    discord_: LoopbackDiscord, things: Things, role: str
) -> None:
    offered = await discord_.type("researcher profile", "researcher", "kai")
    assert offered
    assert all(name.startswith("Kai Han") for name in offered)


async def test_presses_and_forms(
    discord_: LoopbackDiscord, connected: Colloquy, things: Things, role: str
) -> None:
    await furnish(connected.database, things, int(PRIVATE), int(GUILD))
    wrong = {}
    for name, press in PRESSES.items():
        view: Any = Layout(Card(("Text",)), [press.make(things)])
        used = await discord_.press_first(discord_.put(view.to_components()))
        shown = await _seen(discord_, used, connected)
        if press.cell(role) not in shown:
            wrong[name] = shown
        for opened_by, written, comes in FORMS.values():
            if opened_by == name and shown == FORM:
                sent = await _seen(discord_, await discord_.fill_in(used, **written), connected)
                if comes not in sent:
                    wrong[f"form of {name}"] = sent
    assert not wrong, "\n".join(f"{name}: {shown[:300]!r}" for name, shown in wrong.items())
