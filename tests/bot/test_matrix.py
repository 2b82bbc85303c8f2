"""The matrix of `tests.bot.matrix`, driven in a server, in direct messages and by strangers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import discord
import pytest
from discord import app_commands
from simcord import ChannelHandle, Env, GuildHandle, MemberActor, UserHandle
from simcord.results import InteractionResult, ResponseMessage

from bot import commands, errors
from bot.cards import Card
from bot.client import Colloquy
from bot.views import Layout
from tests.bot.matrix import (
    BLOCKED,
    CLAIMANT,
    CLAIMED,
    COMMANDS,
    DIRECT,
    FORM,
    FORMS,
    FORMS_OF_CLAIMS,
    HIDDEN,
    IN_SERVER,
    MEMBER,
    MEMBER_COMMANDS,
    MESSAGE_COMMANDS,
    MODERATOR,
    PRESSES,
    ROLES,
    STRANGER,
    Press,
    Things,
    claimed_twice,
    furnish,
)
from tests.bot.seeing import words


@dataclass
class World:
    """A server with one person of each kind, and something of everything that can be pressed."""

    bot: Colloquy
    env: Env
    channel: ChannelHandle
    people: dict[str, MemberActor | UserHandle]
    things: Things

    def member(self, role: str) -> MemberActor:
        person = self.people[role]
        assert isinstance(person, MemberActor)
        return person


@pytest.fixture
async def world(
    env: Env, guild: GuildHandle, channel: ChannelHandle, bot: Colloquy, mod: MemberActor
) -> World:
    """Somebody of each kind."""

    def member(name: str) -> MemberActor:
        return guild.add_member(env.create_user(name, global_name=name.capitalize()))

    ada = member("ada")
    people: dict[str, MemberActor | UserHandle] = {
        MEMBER: ada,
        MODERATOR: mod,
        CLAIMED: member("kai"),
        CLAIMANT: member("tom"),
        BLOCKED: member("eve"),
        DIRECT: ada.user,
        STRANGER: env.create_user("sam", global_name="Sam"),
    }
    ids = {role: person.id for role, person in people.items()}
    return World(bot, env, channel, people, await claimed_twice(bot.database, ids))


async def _used(world: World, role: str, name: str, typed: dict[str, Any]) -> str:
    person = world.people[role]
    if isinstance(person, MemberActor):
        if name not in person.available_commands(world.channel):
            return HIDDEN
        return _read(world, await person.slash(world.channel, name, **typed))
    if name not in person.available_commands():
        return HIDDEN
    return _read(world, await person.slash(name, **typed))


def _read(world: World, result: InteractionResult, pressed: discord.Message | None = None) -> str:
    """What a person reads after using something."""
    assert result.acknowledged, "Discord shows “the application did not respond”"
    if result.modal is not None:
        return FORM
    shown = [result.response] if result.response else []
    shown += result.followups
    if not shown and pressed is not None:
        stored = world.env.backend.get_message(pressed.channel.id, pressed.id)
        shown = [ResponseMessage(world.env, stored)]
    return "\n".join(words(message) for message in shown)


@pytest.mark.parametrize("role", ROLES)
async def test_commands(world: World, role: str) -> None:
    wrong = {}
    for name, row in COMMANDS.items():
        shown = await _used(world, role, name, row.typed)
        if row.cell(role) not in shown:
            wrong[name] = shown
    assert not wrong, "\n".join(f"{name}: {shown[:300]!r}" for name, shown in wrong.items())


@pytest.mark.parametrize("role", IN_SERVER)
async def test_commands_on_a_message(world: World, role: str) -> None:
    ada, person = world.member(MEMBER), world.member(role)
    message = await ada.send(world.channel, "What does NPD stand for?")
    for name, expected in MESSAGE_COMMANDS.items():
        result = await person.context_menu(world.channel, name, message)
        assert expected in _read(world, result)


@pytest.mark.parametrize("role", IN_SERVER)
async def test_commands_on_a_member(world: World, role: str) -> None:
    person = world.member(role)
    for name, expected in MEMBER_COMMANDS.items():
        result = await person.context_menu(world.channel, name, world.member(CLAIMED))
        assert expected in _read(world, result)


async def _pressed(world: World, role: str, press: Press) -> tuple[str, InteractionResult]:
    """Press something under a message of its own, in the channel or in direct messages."""
    person = world.people[role]
    where = world.channel if isinstance(person, MemberActor) else person.dm_channel
    item = press.make(world.things)
    view = Layout(Card(("Text",)), [item])
    message = await world.bot.get_partial_messageable(where.id).send(view=view)
    if isinstance(getattr(item, "item", None), discord.ui.Select):
        result = await person.select(message, [item.item.options[0].value])  # type: ignore[attr-defined]
    else:
        result = await person.click(message, custom_id=item.custom_id)  # type: ignore[attr-defined]
    return _read(world, result, message), result


@pytest.mark.parametrize("role", ROLES)
async def test_presses_and_forms(world: World, role: str) -> None:
    guild = world.member(MEMBER).guild
    await furnish(world.bot.database, world.things, world.channel.id, guild.id)
    wrong = {}
    for name, press in PRESSES.items():
        shown, result = await _pressed(world, role, press)
        if press.cell(role) not in shown:
            wrong[name] = shown
        for opened_by, written, comes in FORMS.values():
            if opened_by == name and shown == FORM:
                sent = await world.people[role].submit_modal(result, written)
                read = _read(world, sent)
                if comes not in read:
                    wrong[f"form of {name}"] = read
    assert not wrong, "\n".join(f"{name}: {shown[:300]!r}" for name, shown in wrong.items())


class Recorder(discord.Client):
    """Takes down what is registered."""

    def __init__(self) -> None:
        super().__init__(intents=discord.Intents.none())
        self.tree: app_commands.CommandTree[Any] = app_commands.CommandTree(self)
        self.items: set[type[Any]] = set()

    def add_dynamic_items(self, *items: type[Any]) -> None:
        self.items.update(items)


async def test_nothing_is_missing_from_the_matrix() -> None:
    recorder = Recorder()
    await commands.register(recorder)  # type: ignore[arg-type]
    slash = {
        command.qualified_name
        for command in recorder.tree.walk_commands(type=discord.AppCommandType.chat_input)
        if isinstance(command, app_commands.Command)
    }
    assert slash == set(COMMANDS)
    menus = {c.name for c in recorder.tree.get_commands(type=discord.AppCommandType.message)}
    assert menus == set(MESSAGE_COMMANDS)
    menus = {c.name for c in recorder.tree.get_commands(type=discord.AppCommandType.user)}
    assert menus == set(MEMBER_COMMANDS)
    assert {type(press.make(Things())) for press in PRESSES.values()} == recorder.items
    forms = {form for form in errors.Modal.__subclasses__() if form.__module__.startswith("bot.")}
    assert forms == set(FORMS) | FORMS_OF_CLAIMS


async def test_what_is_offered_to_people_who_took_the_bot_along(env: Env, bot: Colloquy) -> None:
    for name, row in COMMANDS.items():
        command = bot.tree.get_command(name.split()[0])
        assert command is not None
        published = command.to_dict(bot.tree)
        assert (1 in published["integration_types"]) == row.own_app, name
        assert (2 in published["contexts"]) == row.own_app, name
    for name in MEMBER_COMMANDS:
        on_member = bot.tree.get_command(name, type=discord.AppCommandType.user)
        assert on_member is not None
        published = on_member.to_dict(bot.tree)
        assert (published["integration_types"], published["contexts"]) == ([0], [0])
