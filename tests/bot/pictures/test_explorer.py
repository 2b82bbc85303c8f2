"""The explorer page: whole by itself, safe against what names hold, usable by hand and by keys."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings

from bot.pictures import explorer, layout
from retrieval.graph.nodes import Neighbourhood
from tests.bot.pictures.graphs import hood, hoods
from tests.browser import Tab, tab

EVIL = "</script><script>document.title='taken'</script><img src=x onerror=alert(1)>"
LABELS = ["Yunhe Wang", "Sand Dunes Revisited", "sand dunes", "Royal Society", EVIL, "Über Café"]
COUNT = "document.querySelector('#count').textContent"
DETAILS = "document.querySelector('#details').textContent"
SEARCH = "document.querySelector('#search')"
PLACE = "document.querySelector('.center').getBoundingClientRect().x"
SIZE = "document.querySelector('#map > g').getBoundingClientRect().width"
MIDDLE = """(() => {
  const box = document.querySelector('.node:not(.center) .mark').getBoundingClientRect();
  return [box.x + box.width / 2, box.y + box.height / 2];
})()"""


def data_of(text: str) -> dict[str, list[dict[str, object]]]:
    found = re.findall(r'<script type="application/json" id="data">(.*?)</script>', text, re.S)
    assert len(found) == 1
    data: dict[str, list[dict[str, object]]] = json.loads(found[0])
    return data


async def opened(page: Tab, folder: Path, found: Neighbourhood) -> None:
    file = folder / explorer.file_name(found)
    file.write_text(explorer.page(found), encoding="utf-8")
    await page.open(file.as_uri())


def test_the_page_needs_nothing_else() -> None:
    text = explorer.page(hood(LABELS))
    assert "default-src 'none'" in text
    assert text.count("'sha256-") == 2
    assert re.findall(r'(?:src|href)="', text) == []
    assert "$" not in re.sub(r"\$\{[^}]*\}", "", text), "nothing is left to fill in"
    assert len(text) < 60_000


@settings(max_examples=20, deadline=None)
@given(hoods(most=10))
def test_names_with_markup_stay_names(found: Neighbourhood) -> None:
    text = explorer.page(found)
    nodes = data_of(text)["nodes"]
    assert len(nodes) == len(found.nodes) + 1
    assert text.count("<script") == 2
    assert text.count("</script") == 2


def test_only_addresses_of_the_web_become_links() -> None:
    found = hood(["A", "B"])
    bad = replace(found.nodes[1], url="javascript:alert(1)")
    nodes = data_of(explorer.page(replace(found, nodes=(found.nodes[0], bad))))["nodes"]
    assert [node["url"] for node in nodes] == [None, None, None]
    work = data_of(explorer.page(found))["nodes"][2]
    assert work["url"] == "https://arxiv.org/abs/1911.11907"


@pytest.mark.parametrize(
    ("label", "name"),
    [
        ("Kai Han", "kai-han-explorer.html"),
        ("../../etc/passwd", "etc-passwd-explorer.html"),
        ("韩凯", "graph-explorer.html"),
        ("Ünë " * 60, None),
    ],
)
def test_the_file_has_a_plain_name(label: str, name: str | None) -> None:
    found = hood([])
    made = explorer.file_name(replace(found, center=replace(found.center, label=label)))
    assert re.fullmatch(r"[a-z0-9-]{1,60}-explorer\.html", made)
    assert name in (None, made)


async def test_people_search_filter_and_open_in_a_browser(tmp_path: Path) -> None:
    async with tab() as page:
        await opened(page, tmp_path, hood(LABELS, [(0, 1), (0, 2)]))
        assert await page.js("document.title") == "Around Ada Lovelace"
        assert await page.js(COUNT) == "7 shown"
        assert await page.js("document.images.length") == 0
        assert EVIL in await page.js("document.querySelector('#list').textContent")

        await page.press("/")
        await page.type("uber cafe")
        assert await page.js(COUNT) == "1 shown"
        await page.js(f"{SEARCH}.select()")
        await page.type(" ")
        await page.js("document.querySelector('input[value=work]').click()")
        assert await page.js(COUNT) == "5 shown"
        await page.js("document.querySelector('input[value=work]').click()")
        await page.js("document.querySelector('#from').select()")
        await page.type("2021")
        assert await page.js(COUNT) == "5 shown", "the works are of 2020"
        await page.js("document.querySelector('#from').select()")
        await page.type("2019")

        await page.js("document.querySelectorAll('#list button')[1].focus()")
        await page.press("Enter")
        assert "Yunhe Wang" in await page.js(DETAILS)
        assert "3 works together, 2019–2022" in await page.js(DETAILS)
        await page.js(
            "[...document.querySelectorAll('#details button')]"
            ".find((button) => button.textContent.startsWith('Sand Dunes')).click()"
        )
        link = "document.querySelector('#details a')"
        assert await page.js(f"{link}.href") == "https://arxiv.org/abs/1911.11907"
        assert await page.js(f"{link}.rel") == "noopener noreferrer"
        await page.press("Escape")
        assert await page.js("document.querySelector('#details').hidden")
        assert len(page.troubles) == 1, "it asked for itself alone, and nothing went wrong"


async def test_the_centre_and_the_one_chosen_are_named_however_crowded_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    crowded = [(0, 0), (0, 0.07), (0.02, 0.09), (-1, -1), (1, 1), (-1, 1), (1, -1)]
    monkeypatch.setattr(layout, "places", lambda *_: crowded)
    async with tab() as page:
        await page.look("dark", 1280, 800)
        await opened(page, tmp_path, hood(LABELS))
        shown = "[...document.querySelectorAll('.node text:not(.gone)')]"
        named = f"{shown}.map((text) => text.textContent)"
        assert "Ada Lovelace" in await page.js(named)
        assert "Yunhe Wang" not in await page.js(named)
        await page.js(
            "[...document.querySelectorAll('#list button')]"
            ".find((button) => button.textContent.startsWith('Yunhe Wang')).click()"
        )
        assert {"Ada Lovelace", "Yunhe Wang"} <= {*await page.js(named)}


async def test_on_a_phone_the_map_has_nearly_all_of_the_width(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    corners = [(0, 0), (-1, -1), (1, 1), (-1, 1), (1, -1), (0, 1), (0, -1)]
    monkeypatch.setattr(layout, "places", lambda *_: corners)
    async with tab() as page:
        await page.look("light", 390, 844)
        await opened(page, tmp_path, hood(LABELS))
        marks = (
            "[...document.querySelectorAll('.mark')].map((mark) => mark.getBoundingClientRect().x)"
        )
        wide = await page.js(f"(xs => Math.max(...xs) - Math.min(...xs))({marks})")
        assert wide > 0.7 * 390


async def test_the_map_moves_under_the_hand_and_by_keys(tmp_path: Path) -> None:
    async with tab() as page:
        await opened(page, tmp_path, hood(LABELS))
        start, wide = await page.js(PLACE), await page.js(SIZE)
        await page.js("document.querySelector('#map').focus()")
        await page.press("ArrowLeft")
        assert await page.js(PLACE) == pytest.approx(start + 60, abs=1)
        await page.press("+")
        assert await page.js(SIZE) > wide * 1.1
        await page.press("0")
        assert await page.js(PLACE) == pytest.approx(start, abs=1)
        await page.wheel(300, 400, 400)
        assert await page.js(SIZE) < wide
        await page.js("document.querySelector('#fit').click()")

        x, y = await page.js(MIDDLE)
        await page.mouse(("Pressed", x, y), ("Moved", x + 40, y), ("Moved", x + 80, y + 40))
        await page.mouse(("Released", x + 80, y + 40))
        assert await page.js(MIDDLE) == pytest.approx([x + 80, y + 40], abs=3)
        assert await page.js("document.querySelector('#details').hidden"), "that chose nothing"
        await page.mouse(("Pressed", x + 80, y + 40), ("Released", x + 80, y + 40))
        assert "Yunhe Wang" in await page.js(DETAILS)

        grounds = set()
        for scheme in ("dark", "light"):  # and a phone
            await page.look(scheme, 390, 800)
            grounds.add(await page.js("getComputedStyle(document.body).backgroundColor"))
            assert await page.js("document.documentElement.scrollWidth") <= 390
        assert len(grounds) == 2
        assert len(page.troubles) == 1
