"""A real browser for pages: Chromium if this machine has one, driven over its DevTools protocol."""

from __future__ import annotations

import asyncio
import itertools
import os
import re
import shutil
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import pytest

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
STARTS_WITHIN_S = 30.0
KEYS = {"Enter": ("Enter", 13, "\r"), "Escape": ("Escape", 27, "")} | {
    f"Arrow{way}": (f"Arrow{way}", code, "")
    for way, code in (("Left", 37), ("Up", 38), ("Right", 39), ("Down", 40))
}


class Tab:
    """One page.

    Attributes:
        troubles: addresses asked for, errors, and whatever was said on the console.
    """

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self.troubles: list[str] = []
        self._socket = socket
        self._numbers = itertools.count(1)
        self._loaded = False

    async def call(self, method: str, **given: object) -> dict[str, Any]:
        """One command of the protocol and its result."""
        number = next(self._numbers)
        await self._socket.send_json({"id": number, "method": method, "params": given})
        while True:
            said = await self._socket.receive_json(timeout=STARTS_WITHIN_S)
            self._note(said)
            if said.get("id") == number:
                assert "error" not in said, said
                result: dict[str, Any] = said["result"]
                return result

    def _note(self, said: dict[str, Any]) -> None:
        given = said.get("params", {})
        if said.get("method") == "Page.loadEventFired":
            self._loaded = True
        elif said.get("method") == "Network.requestWillBeSent":
            self.troubles.append(given["request"]["url"])
        elif said.get("method") == "Runtime.exceptionThrown":
            self.troubles.append(str(given["exceptionDetails"]))
        elif said.get("method") in {"Runtime.consoleAPICalled", "Log.entryAdded"}:
            self.troubles.append(str(given))

    async def js(self, expression: str) -> Any:
        """The value of an expression on the page; promises are waited for."""
        found = await self.call(
            "Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True
        )
        assert "exceptionDetails" not in found, found
        return found["result"].get("value")

    async def open(self, address: str) -> None:
        """Go to an address and wait until it has loaded, and so its script has run."""
        self._loaded = False
        await self.call("Page.navigate", url=address)
        while not self._loaded:
            self._note(await self._socket.receive_json(timeout=STARTS_WITHIN_S))

    async def look(self, scheme: str, width: int, height: int) -> None:
        """Take on a colour scheme and a size."""
        feature = {"name": "prefers-color-scheme", "value": scheme}
        await self.call("Emulation.setEmulatedMedia", features=[feature])
        await self.call(
            "Emulation.setDeviceMetricsOverride",
            width=width, height=height, deviceScaleFactor=1, mobile=False,
        )  # fmt: skip

    async def press(self, key: str) -> None:
        """Press a key: a character, or one of `KEYS`."""
        name, code, text = KEYS[key] if key in KEYS else (key, ord(key.upper()), key)
        event = {"key": name, "windowsVirtualKeyCode": code, "text": text}
        await self.call("Input.dispatchKeyEvent", type="keyDown", **event)
        await self.call("Input.dispatchKeyEvent", type="keyUp", **event)

    async def type(self, text: str) -> None:
        """Write into what has the focus."""
        await self.call("Input.insertText", text=text)

    async def mouse(self, *moves: tuple[str, float, float]) -> None:
        """Pressed, moved and released, at places."""
        for kind, x, y in moves:
            await self.call(
                "Input.dispatchMouseEvent", type=f"mouse{kind}", x=x, y=y, button="left",
                buttons=1, clickCount=1,
            )  # fmt: skip

    async def wheel(self, x: float, y: float, by: float) -> None:
        """Turn the wheel at a place."""
        await self.call(
            "Input.dispatchMouseEvent", type="mouseWheel", x=x, y=y, deltaX=0, deltaY=by
        )


@asynccontextmanager
async def tab() -> AsyncIterator[Tab]:
    """An empty page in a browser of its own; skips the test where there is no browser."""
    found = next(filter(None, map(shutil.which, NAMES)), None)
    if found is None:
        pytest.skip("no Chromium is installed")
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        process = await asyncio.create_subprocess_exec(
            found,
            "--headless=new",
            "--remote-debugging-port=0",
            f"--user-data-dir={profile}",
            "--no-first-run",
            "--disable-gpu",
            "--disable-background-networking",
            "--disable-dev-shm-usage",
            *([] if os.geteuid() else ["--no-sandbox"]),  # it refuses to be root otherwise
            "about:blank",
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.PIPE,
        )
        try:
            port = await asyncio.wait_for(_port(process), STARTS_WITHIN_S)
            async with aiohttp.ClientSession() as session:
                async with session.put(f"http://127.0.0.1:{port}/json/new?about:blank") as answer:
                    address = (await answer.json())["webSocketDebuggerUrl"]
                async with session.ws_connect(address, max_msg_size=0) as socket:
                    opened = Tab(socket)
                    for domain in ("Page", "Runtime", "Network", "Log"):
                        await opened.call(f"{domain}.enable")
                    await opened.look("dark", 1280, 800)
                    yield opened
        finally:
            process.kill()
            await process.communicate()


async def _port(process: asyncio.subprocess.Process) -> str:
    assert process.stderr is not None
    async for line in process.stderr:
        match = re.search(rb"DevTools listening on ws://[^:]+:(\d+)/", line)
        if match:
            return match[1].decode()
    raise AssertionError("the browser ended before it began")
