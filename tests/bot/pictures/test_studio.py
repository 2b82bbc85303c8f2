"""The studio: each picture once, off the event loop, and never in the way of the text."""

from __future__ import annotations

import asyncio
import threading

import pytest

from bot.pictures import studio
from bot.pictures.sheet import Drawing, Sheet
from bot.pictures.studio import REMEMBERED, Studio
from bot.pictures.theme import DARK, LIGHT, Theme

DRAWN: list[tuple[str, str, bool]] = []


@pytest.fixture(autouse=True)
def forget() -> None:
    DRAWN.clear()


def draw(text: str, theme: Theme) -> Drawing:
    DRAWN.append((text, theme.name, threading.current_thread() is threading.main_thread()))
    if text == "broken":
        raise ValueError(text)
    sheet = Sheet(theme, 100, 300)
    sheet.text(text, 10, 50, 30, theme.ink)
    return Drawing("words", f"It says {text}." * 200, sheet.svg())


async def test_the_same_is_drawn_once_even_when_asked_for_at_once() -> None:
    made = Studio()
    one, other = await asyncio.gather(made.picture(draw, "Hello"), made.picture(draw, "Hello"))
    assert one is not None
    assert one is other
    assert DRAWN == [("Hello", "dark", False)]
    await made.picture(draw, "Goodbye")
    assert len(DRAWN) == 2


async def test_a_picture_is_a_file_with_its_words() -> None:
    picture = await Studio("light").picture(draw, "Hello")
    assert picture is not None
    assert DRAWN[0][1] == LIGHT.name != DARK.name
    file = picture.file()
    assert file.filename == "words.png"
    assert (file.description or "").startswith("It says Hello.")
    assert len(file.description or "") <= 1024
    assert file.fp.read() == picture.png


async def test_pictures_can_be_turned_off() -> None:
    assert await Studio(on=False).picture(draw, "Hello") is None
    assert DRAWN == []


async def test_what_cannot_be_drawn_is_reported_and_tried_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    reported: list[str] = []
    monkeypatch.setattr(studio, "report", lambda error, *, doing: reported.append(doing))
    made = Studio()
    assert await made.picture(draw, "broken") is None
    assert await made.picture(draw, "broken") is None
    assert len(DRAWN) == len(reported) == 2


async def test_the_oldest_are_forgotten() -> None:
    made = Studio()
    for number in range(REMEMBERED + 1):
        await made.picture(draw, str(number))
    await made.picture(draw, "0")
    assert len(DRAWN) == REMEMBERED + 2
