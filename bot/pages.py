"""Pages of the try-out: served where the try-out is, each at an address that nobody can guess."""

from __future__ import annotations

import secrets
from collections import OrderedDict
from typing import TYPE_CHECKING, Any

from aiohttp import web

if TYPE_CHECKING:
    from simcord import Preview

KEPT = 16
_WHERE = "/pages/{secret}/{name}"
_HEADERS = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    # It runs its own script, asks for nothing, and is no neighbour of the try-out's page.
    "Content-Security-Policy": (
        "sandbox allow-scripts allow-popups allow-popups-to-escape-sandbox; default-src 'none'; "
        "script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; "
        "form-action 'none'; frame-ancestors 'none'"
    ),
}


class Pages:
    """The last pages that were asked for, on the server of a try-out that is not open yet.

    It has no public place for further addresses, hence the pinned version.
    """

    def __init__(self, tryout: Preview) -> None:
        self._kept: OrderedDict[str, str] = OrderedDict()
        self._tryout = tryout
        server: Any = tryout._server
        self._server, self._others = server, server._static
        server._STATIC_FILES = server._STATIC_FILES | {_WHERE: ""}
        server._static = self._answer

    def put(self, name: str, page: str) -> str:
        """Keep a page; the address where it can be read."""
        secret = secrets.token_urlsafe(24)
        self._kept[secret] = page
        if len(self._kept) > KEPT:
            self._kept.popitem(last=False)
        return f"{self._tryout._origin}{_WHERE.format(secret=secret, name=name)}"

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        secret = request.match_info.get("secret")
        if secret is None:
            response: web.StreamResponse = await self._others(request)
            return response
        if request.headers.get("Host", "") not in self._server._allowed_hosts():
            raise web.HTTPForbidden()
        if secret not in self._kept:
            raise web.HTTPNotFound(text="This page is gone. Open the explorer once more.")
        return web.Response(text=self._kept[secret], content_type="text/html", headers=_HEADERS)
