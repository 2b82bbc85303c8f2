"""Pages of the try-out, as a browser finds them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import pytest
from simcord import ChannelHandle, MemberActor

from bot import pages, tryout
from bot.client import Colloquy
from bot.pages import Pages
from bot.parts import Parts
from bot.pictures import explorer
from tests.bot.pictures.graphs import hood
from tests.bot.seeing import buttons, reply
from tests.bot.test_tryout import opened_tryout
from tests.browser import tab


@asynccontextmanager
async def served(parts: Parts, patch: pytest.MonkeyPatch) -> AsyncIterator[tuple[str, Pages]]:
    """The address of a try-out, and its pages."""
    made: list[Pages] = []

    def make(preview: Any) -> Pages:
        made.append(Pages(preview))
        return made[-1]

    patch.setattr(tryout, "Pages", make)
    async with opened_tryout(parts) as url:
        yield url.partition("/#")[0], made[-1]


async def test_a_page_is_read_at_its_own_address_only(
    parts: Parts, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with served(parts, monkeypatch) as (origin, kept), aiohttp.ClientSession() as session:
        url = kept.put("kai-han-explorer.html", "<p>Around Kai Han")
        assert url.startswith(f"{origin}/pages/")
        assert url.endswith("/kai-han-explorer.html")
        async with session.get(url) as answer:
            assert (answer.status, await answer.text()) == (200, "<p>Around Kai Han")
            assert answer.content_type == "text/html"
            assert answer.headers["Cache-Control"] == "no-store"
            rules = answer.headers["Content-Security-Policy"]
            assert rules.startswith("sandbox allow-scripts ")
            assert "allow-same-origin" not in rules
        async with session.get(url, headers={"Host": "example.org"}) as answer:
            assert answer.status == 403
        async with session.get(f"{origin}/pages/guess/kai-han-explorer.html") as answer:
            assert answer.status == 404
            assert "Kai Han" not in await answer.text()
        async with session.get(origin) as answer:
            assert answer.status == 200, "the try-out itself is where it was"
        for _ in range(pages.KEPT):
            kept.put("another.html", "")
        async with session.get(url) as answer:
            assert answer.status == 404


async def test_the_explorer_works_where_it_is_served(
    parts: Parts, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with served(parts, monkeypatch) as (_, kept), tab() as page:
        url = kept.put("explorer.html", explorer.page(hood(["Ada Lovelace", "Kai Han", "Dunes"])))
        await page.open(url)
        assert await page.js("document.title") == "Around Ada Lovelace"
        await page.js("document.querySelectorAll('#list button')[1].click()")
        assert not await page.js("document.querySelector('#details').hidden")
        assert await page.js("window.origin") == "null", "it is no neighbour of the try-out"
        assert page.troubles[0] == url
        assert not [said for said in page.troubles[1:] if "favicon" not in said]


async def test_the_button_opens_it_where_there_is_a_browser(
    ada: MemberActor, channel: ChannelHandle, bot: Colloquy
) -> None:
    result = await ada.slash(channel, "graph show")
    attached = await ada.click(reply(result), label="Open full explorer")
    assert buttons(attached) == [], "Discord shows no page: there it is a file to keep"

    class Shelf:
        def put(self, name: str, page: str) -> str:
            assert "Yunhe Wang" in page
            return f"http://127.0.0.1:1/pages/secret/{name}"

    bot.pages = Shelf()  # type: ignore[assignment]
    opened = await ada.click(reply(result), label="Open full explorer")
    assert buttons(opened) == ["Open in the browser"]
    assert [file.filename for file in reply(opened).attachments] == ["kai-han-explorer.html"]
    assert "/pages/secret/kai-han-explorer.html" in str(reply(opened).components)
