"""One sentence for what a person can cure, a reference for what they cannot; never more."""

from __future__ import annotations

import json
import logging
from typing import Any

import aiohttp
import discord
import pytest
from discord import app_commands, ui
from simcord import ChannelHandle, Env, MemberActor
from structlog.testing import capture_logs

from bot import errors
from bot.client import Colloquy
from bot.logs import configure
from bot.settings import LogSettings
from storage.errors import (
    BadCategories,
    ColloquyError,
    DatabaseUnavailable,
    EmbeddingUnavailable,
    NoDiskSpace,
    NoSuchClaim,
    NotAllowed,
    UnknownResearcher,
)

SECRET = "the inside of the program"


class Press(ui.DynamicItem[ui.Button[ui.View]], template=r"test:press"):
    """A button that fails."""

    def __init__(self) -> None:
        super().__init__(ui.Button(label="Press", custom_id="test:press"))

    @classmethod
    async def from_custom_id(cls, *_: object) -> Press:
        return cls()

    @errors.answered
    async def callback(self, interaction: discord.Interaction[Colloquy]) -> None:
        raise NotAllowed(what="Not for you.")


class Form(errors.Modal, title="Form"):
    """A form that fails."""

    text: ui.TextInput[Form] = ui.TextInput(label="Text", custom_id="text")

    async def on_submit(self, interaction: discord.Interaction[Any]) -> None:
        raise RuntimeError(SECRET)


@pytest.fixture(autouse=True)
async def _commands(env: Env, bot: Colloquy) -> None:
    """Commands that fail, each in its own way."""

    async def sentence(interaction: discord.Interaction[Colloquy]) -> None:
        raise UnknownResearcher(name="**Kai** @everyone", suggestions=("Kai Han",))

    async def named(interaction: discord.Interaction[Colloquy]) -> None:
        raise NoSuchClaim()

    async def defect(interaction: discord.Interaction[Colloquy]) -> None:
        raise RuntimeError(SECRET)

    async def late(interaction: discord.Interaction[Colloquy]) -> None:
        await interaction.response.defer()
        raise NotAllowed(what="Too late.")

    async def after(interaction: discord.Interaction[Colloquy]) -> None:
        await interaction.response.send_message("The answer.")
        raise RuntimeError(SECRET)

    async def buttons(interaction: discord.Interaction[Colloquy]) -> None:
        view = errors.LayoutView()
        view.add_item(discord.ui.ActionRow(Press()))
        await interaction.response.send_message(view=view)

    async def form(interaction: discord.Interaction[Colloquy]) -> None:
        await interaction.response.send_modal(Form())

    bot.add_dynamic_items(Press)
    for callback in (sentence, named, defect, late, after, buttons, form):
        command: app_commands.Command[Any, ..., None] = app_commands.Command(
            name=callback.__name__, description="Test", callback=callback
        )
        bot.tree.add_command(command)
    await bot.tree.sync()


async def test_a_known_error_is_its_sentence_to_the_asker_alone(
    ada: MemberActor, channel: ChannelHandle
) -> None:
    result = await ada.slash(channel, "sentence")
    assert result.response is not None
    assert result.ephemeral
    shown = result.response.message.clean_content
    assert "I know no researcher called “\\*\\*Kai\\*\\* @\u200beveryone”" in shown
    assert "Did you mean Kai Han?" in shown


async def test_commands_in_a_sentence_are_shown_as_such(
    ada: MemberActor, channel: ChannelHandle
) -> None:
    result = await ada.slash(channel, "named")
    assert result.response is not None
    assert "`/claim status`" in result.response.content
    assert "\\`" not in result.response.content


def test_an_option_in_a_sentence_keeps_its_name_without_backslashes() -> None:
    said = errors.sentence(BadCategories(text="two_words"), doing="test")
    assert said.endswith("Words go into `any_words`.")
    assert "“two\\_words”" in said


@pytest.mark.parametrize(
    "error",
    [
        DatabaseUnavailable(why='role "colloquy_prod" does not exist'),
        NoDiskSpace(path="/home/ada/bots/colloquy.sqlite"),
        EmbeddingUnavailable(why="http://10.0.0.7:11434 does not answer"),
    ],
)
def test_what_only_the_operator_can_cure_is_told_to_nobody_else(error: ColloquyError) -> None:
    with capture_logs() as logged:
        said = errors.sentence(error, doing="message")
    assert said == "I cannot reach my data just now; please try again later."
    assert [entry["why"] for entry in logged] == [error.sentence]


async def test_it_takes_the_place_of_thinking(ada: MemberActor, channel: ChannelHandle) -> None:
    result = await ada.slash(channel, "late")
    assert result.response is not None
    assert result.response.content == "Too late."
    assert not result.followups


@pytest.mark.expects_errors
async def test_a_defect_shows_a_reference_that_the_log_has_too(
    ada: MemberActor, channel: ChannelHandle, capsys: pytest.CaptureFixture[str]
) -> None:
    configure(LogSettings(format="json"))
    try:
        result = await ada.slash(channel, "defect")
    finally:
        logging.getLogger().handlers.clear()
    assert result.response is not None
    assert result.ephemeral
    assert SECRET not in result.response.content
    reference = result.response.content.removesuffix(".").rsplit(" ", 1)[1]
    logged = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    [line] = [entry for entry in logged if entry.get("reference") == reference]
    assert line["doing"] == "/defect"
    assert SECRET in line["exception"]


@pytest.mark.expects_errors
async def test_an_answer_that_was_given_stays(ada: MemberActor, channel: ChannelHandle) -> None:
    result = await ada.slash(channel, "after")
    assert result.response is not None
    assert result.response.content == "The answer."
    assert [message.ephemeral for message in result.followups] == [True]
    assert "report it as" in result.followups[0].content


async def test_a_button_says_what_is_wrong(ada: MemberActor, channel: ChannelHandle) -> None:
    shown = await ada.slash(channel, "buttons")
    assert shown.response is not None
    result = await ada.click(shown.response, custom_id="test:press")
    assert result.response is not None
    assert result.response.content == "Not for you."
    assert result.ephemeral


@pytest.mark.expects_errors
async def test_a_form_says_that_something_is_wrong(
    ada: MemberActor, channel: ChannelHandle
) -> None:
    shown = await ada.slash(channel, "form")
    result = await ada.submit_modal(shown, {"text": "hello"})
    assert result.response is not None
    assert "report it as" in result.response.content
    assert SECRET not in result.response.content


@pytest.mark.expects_errors
async def test_when_the_time_ran_out_the_channel_is_told_without_details(
    env: Env, ada: MemberActor, channel: ChannelHandle
) -> None:
    env.inject_error("PATCH", "/webhooks/*/messages/@original", status=401, code=50027, times=2)
    await ada.slash(channel, "ask", question="What does NPD stand for?")
    last = channel.last_message
    assert last is not None
    assert last.content == f"{ada.mention} {errors.LATE}"


@pytest.mark.expects_errors
async def test_nobody_is_told_in_public_of_what_was_used_in_private(
    env: Env, ada: MemberActor, channel: ChannelHandle
) -> None:
    env.inject_error("POST", "/interactions/*/callback", status=404, code=10062, times=3)
    await ada.slash(channel, "claim status")
    await ada.slash(channel, "privacy export")
    await ada.slash(channel, "ask", question="What does NPD stand for?", private=True)
    assert channel.last_message is None


@pytest.mark.expects_errors
async def test_a_channel_that_cannot_be_seen_is_no_defect(
    ada: MemberActor, channel: ChannelHandle, bot: Colloquy, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(app_commands.AppCommandChannel, "resolve", lambda _: None)
    result = await ada.slash(channel, "follow add", researcher="Kai Han", where=channel)
    assert result.response is not None
    assert result.response.content == errors.NO_CHANNEL


async def test_a_name_as_long_as_discord_takes_is_refused_with_a_sentence(
    ada: MemberActor, channel: ChannelHandle
) -> None:
    result = await ada.slash(channel, "follow add", researcher="Nobody " * 800)
    assert result.response is not None
    assert result.response.content.startswith("I know no researcher called “Nobody Nobody")


async def test_forms_that_were_closed_are_let_go(
    env: Env, ada: MemberActor, channel: ChannelHandle, bot: Colloquy
) -> None:
    opened = await ada.slash(channel, "form")
    later = await ada.slash(channel, "form")
    assert opened.modal is not None
    assert len(bot._connection._view_store._modals) == 2
    await env.advance_time(errors.FORM_S + 1)
    assert bot._connection._view_store._modals == {}
    assert later.modal is not None


@pytest.mark.expects_errors
async def test_a_missing_permission_is_named(
    env: Env, ada: MemberActor, channel: ChannelHandle, bot: Colloquy
) -> None:
    async def forbidden(interaction: discord.Interaction[Colloquy]) -> None:
        assert isinstance(interaction.channel, discord.TextChannel)
        await interaction.channel.send("hello")

    bot.tree.add_command(
        app_commands.Command(name="forbidden", description="T", callback=forbidden)
    )
    await bot.tree.sync()
    env.inject_error("POST", "/channels/*/messages", status=403, code=50013)
    result = await ada.slash(channel, "forbidden")
    assert result.response is not None
    assert result.response.content == errors.FORBIDDEN


@pytest.mark.parametrize("what", [aiohttp.ServerDisconnectedError(), TimeoutError(), OSError()])
async def test_a_broken_connection_keeps_the_handler_from_nothing_else(
    ada: MemberActor, channel: ChannelHandle, monkeypatch: pytest.MonkeyPatch, what: Exception
) -> None:
    async def cut(*_: object, **__: object) -> None:
        raise what

    monkeypatch.setattr(discord.InteractionResponse, "send_message", cut)
    await ada.slash(channel, "sentence")
    monkeypatch.setattr(discord.Message, "reply", cut)
    asked = await ada.send(channel, "hello")
    await errors.answer_message(asked, NotAllowed(what="Not here."))


async def test_every_unknown_state_stays_silent_rather_than_failing(
    env: Env, ada: MemberActor, channel: ChannelHandle
) -> None:
    env.inject_error("POST", "/interactions/*/callback", status=404, code=10062)
    env.inject_error("POST", "/channels/*/messages", status=403, code=50001)
    await ada.slash(channel, "sentence")
