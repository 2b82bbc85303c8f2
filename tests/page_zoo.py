"""A loopback web server of pages, kind and hostile, for tests of what reads pages of strangers."""

from __future__ import annotations

import asyncio
import gzip
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field, replace
from ipaddress import IPv4Address, IPv6Address
from typing import Any

from retrieval.sources.pages import Rules

Handler = Callable[[asyncio.StreamWriter], Awaitable[None]]


def answer(
    body: bytes | str,
    *,
    status: str = "200 OK",
    kind: str = "text/html; charset=utf-8",
    headers: Sequence[str] = (),
) -> Handler:
    """A whole answer."""
    data = body.encode() if isinstance(body, str) else body
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(data)}", "Connection: close", *headers]
    lines += [f"Content-Type: {kind}"] if kind else []
    head = "\r\n".join(lines).encode() + b"\r\n\r\n"

    async def send(writer: asyncio.StreamWriter) -> None:
        writer.write(head + data)
        await writer.drain()

    return send


def raw(data: bytes) -> Handler:
    """These very bytes."""

    async def send(writer: asyncio.StreamWriter) -> None:
        writer.write(data)
        await writer.drain()

    return send


def redirect(target: str, status: str = "302 Found") -> Handler:
    """An answer that points somewhere else."""
    return answer("", status=status, headers=[f"Location: {target}"])


def packed(data: bytes) -> Handler:
    """An answer that was packed, asked for or not."""
    return answer(data, headers=["Content-Encoding: gzip"])


def bomb(megabytes: int) -> bytes:
    """A few kilobytes that unpack into very much."""
    return gzip.compress(b"\0" * 1_000_000 * megabytes)


@dataclass
class Zoo:
    """Pages by path; `hits` are the requests that came, as sent.

    `names` gives a name other addresses than the zoo's own, one after the other; the last stays.
    """

    port: int = 0
    pages: dict[str, Handler] = field(default_factory=dict)
    hits: list[str] = field(default_factory=list)
    names: dict[str, list[list[str]]] = field(default_factory=dict)
    looked_up: list[str] = field(default_factory=list)

    def url(self, path: str, host: str = "ada.test", scheme: str = "http") -> str:
        return f"{scheme}://{host}:{self.port}{path}"

    async def look_up(self, host: str, port: int) -> list[str]:
        self.looked_up.append(host)
        known = self.names.get(host)
        if known is None:
            return ["127.0.0.1"]
        return known.pop(0) if len(known) > 1 else known[0]

    def rules(self, **changes: Any) -> Rules:
        """Rules under which this very server may be read, and nothing else."""
        mine = Rules(
            schemes=frozenset({"http", "https"}),
            ports=frozenset({self.port}),
            permit=_is_the_zoo,
            look_up=self.look_up,
            seconds=5,
            most_bytes=200_000,
        )
        return replace(mine, **changes)


def _is_the_zoo(address: IPv4Address | IPv6Address) -> bool:
    return str(address) == "127.0.0.1"


@asynccontextmanager
async def opened(tls: ssl.SSLContext | None = None) -> AsyncIterator[Zoo]:
    """The server, until the end of the block."""
    zoo = Zoo()
    tasks: set[asyncio.Task[None]] = set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        tasks.add(task)
        task.add_done_callback(tasks.discard)
        with suppress(ConnectionError, ssl.SSLError, asyncio.CancelledError):
            request = (await reader.read(65_536)).decode("latin-1")
            zoo.hits.append(request)
            path = [*request.split(" ", 2), "", ""][1]
            await zoo.pages.get(path, answer("no", status="404 Not Found"))(writer)
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=tls)
    zoo.port = server.sockets[0].getsockname()[1]
    try:
        yield zoo
    finally:
        server.close()
        for task in list(tasks):
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await asyncio.sleep(0)  # closed connections go in the round after
