"""Reads a page whose address a stranger gave, and cannot be turned against the machine it runs on.

Only https on the usual ports; a name is looked up once for each connection, every address it has
must be a public one, and the connection goes to those very addresses, so a name that changes its
mind between the check and the call gains nothing. Redirects are counted, stay on the site, and are
checked like the first address. Time, size (also once unpacked) and kind of content are limited.
Nothing is sent along: no cookies, no credentials, no proxy of the environment.
"""

from __future__ import annotations

import asyncio
import re
import socket
import ssl
import zlib
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from yarl import URL

from storage.errors import BadPage

Address = IPv4Address | IPv6Address
Lookup = Callable[[str, int], Awaitable[Sequence[str]]]

REDIRECTS = frozenset({301, 302, 303, 307, 308})
TEXTS = frozenset({"text/html", "text/plain", "application/xhtml+xml", "text/markdown"})
LONGEST_ADDRESS = 500
_HOST = re.compile(r"[a-z0-9_-]+(?:\.[a-z0-9_-]+)+\.?", re.IGNORECASE | re.ASCII)
# What stands before a country's two letters where names are given out below it: "ac.uk", "or.jp".
_OF_A_COUNTRY = frozenset(
    "ac co com edu gob gouv gov go gv id mil ne net nom or org re res sch".split()
)
AGENT = "Colloquy (reads a page on which a researcher has put a code)"

# What some Python calls public, and is a way to somewhere else: protocol assignments (a cloud's
# metadata among them), the relay of 6to4, a cloud's service address; and of IPv6, where only
# 2000::/3 is given out, tunnels that embed IPv4 and examples.
_CLOSED = tuple(
    ip_network(network)
    for network in (
        "192.0.0.0/24",
        "192.88.99.0/24",
        "168.63.129.16/32",
        "2001::/23",
        "2001:db8::/32",
        "2002::/16",
        "3fff::/20",
    )
)
_GIVEN_OUT = ip_network("2000::/3")


def is_public(address: Address) -> bool:
    """Whether an address is somebody's on the internet, and nobody's in a private network."""
    if not address.is_global or address.is_multicast or address.is_reserved:
        return False
    if isinstance(address, IPv6Address) and (address.scope_id or address not in _GIVEN_OUT):
        return False
    return not any(address in network for network in _CLOSED)


async def look_up(host: str, port: int) -> list[str]:
    """Every address of a name, as the system knows them."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(entry[4][0]) for entry in found]


@dataclass(frozen=True, slots=True)
class Rules:
    """What may be read. The defaults are for pages of strangers; tests have their own."""

    schemes: frozenset[str] = frozenset({"https"})
    ports: frozenset[int] = frozenset({443, 80})
    permit: Callable[[Address], bool] = is_public
    look_up: Lookup = look_up
    tls: ssl.SSLContext | None = None
    seconds: float = 10.0
    most_bytes: int = 2_000_000
    redirects: int = 3


@dataclass(frozen=True, slots=True)
class Page:
    """What an address led to."""

    url: str
    kind: str
    body: str


@dataclass(slots=True)
class PageReader:
    """Reads pages, a few at a time; safe to share between tasks."""

    rules: Rules = field(default_factory=Rules)
    _slots: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(4))

    async def read(
        self, address: str, *, accept: str = "text/html", kinds: frozenset[str] = TEXTS
    ) -> Page:
        """The page at an address.

        Raises:
            BadPage: it may not be read, cannot be, or is none; the reason says what to do.
        """
        rules = self.rules
        try:
            async with self._slots, asyncio.timeout(rules.seconds):
                return await self._read(checked(address, rules), accept, kinds)
        except TimeoutError:
            raise BadPage(
                page=address, why=f"it took more than {rules.seconds:g} seconds"
            ) from None
        except (aiohttp.ClientConnectorCertificateError, aiohttp.ClientConnectorSSLError):
            raise BadPage(page=address, why="its certificate cannot be trusted") from None
        except (aiohttp.ClientError, OSError, ValueError, zlib.error, LookupError) as error:
            raise BadPage(page=address, why=f"it cannot be reached ({_named(error)})") from error

    async def _read(self, url: URL, accept: str, kinds: frozenset[str]) -> Page:
        first = url
        async with self._session(accept) as session:
            for _ in range(self.rules.redirects + 1):
                async with session.get(url, allow_redirects=False) as response:
                    if response.status not in REDIRECTS:
                        return await self._page(url, response, kinds)
                    target = response.headers.get("Location", "")
                url = checked(str(url.join(URL(target))), self.rules)
                if _site(url) != _site(first):
                    raise BadPage(
                        page=str(first),
                        why="it leads to another site; please give that page itself",
                    )
        raise BadPage(page=str(first), why="it leads from page to page without an end")

    def _session(self, accept: str) -> aiohttp.ClientSession:
        connector = aiohttp.TCPConnector(
            resolver=_Resolver(self.rules),
            use_dns_cache=False,
            force_close=True,
            ssl=self.rules.tls or True,
        )
        return aiohttp.ClientSession(
            connector=connector,
            cookie_jar=aiohttp.DummyCookieJar(),
            auto_decompress=False,
            trust_env=False,
            timeout=aiohttp.ClientTimeout(total=self.rules.seconds),
            headers={"User-Agent": AGENT, "Accept": accept, "Accept-Encoding": "identity"},
        )

    async def _page(
        self, url: URL, response: aiohttp.ClientResponse, kinds: frozenset[str]
    ) -> Page:
        if response.status != 200:
            raise BadPage(page=str(url), why=f"it answers with the status {response.status}")
        if response.content_type not in kinds:
            raise BadPage(page=str(url), why=f"it is no page of text ({response.content_type})")
        pieces = [piece async for piece in self._pieces(url, response)]
        body = b"".join(pieces)
        if b"\x00" in body:
            raise BadPage(page=str(url), why="it is no page of text")
        return Page(str(url), response.content_type, _decoded(body, response.charset))

    async def _pieces(self, url: URL, response: aiohttp.ClientResponse) -> AsyncIterator[bytes]:
        """The body, unpacked; both what comes in and what comes out is counted."""
        most = self.rules.most_bytes
        unpack = _unpacker(url, response.headers.get("Content-Encoding", ""))
        came = went = 0
        async for chunk in response.content.iter_chunked(16_384):
            came += len(chunk)
            piece = unpack(chunk, most - went + 1)
            went += len(piece)
            if came > most or went > most:
                raise BadPage(page=str(url), why=f"it is larger than {most // 1000:,} kB")
            yield piece


class _Resolver(AbstractResolver):
    """Looks a name up once and gives out its addresses only if every one of them is permitted."""

    def __init__(self, rules: Rules) -> None:
        self._rules = rules

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        addresses = [ip_address(found) for found in await self._rules.look_up(host, port)]
        if not addresses:
            raise BadPage(page=host, why="nothing is known under that name")
        if not all(self._rules.permit(address) for address in addresses):
            raise BadPage(page=host, why="that name leads into a private network")
        return [
            ResolveResult(
                hostname=host,
                host=str(address),
                port=port,
                family=socket.AF_INET if address.version == 4 else socket.AF_INET6,
                proto=socket.IPPROTO_TCP,
                flags=socket.AI_NUMERICHOST | socket.AI_NUMERICSERV,
            )
            for address in dict.fromkeys(addresses)
        ]

    async def close(self) -> None:
        """There is nothing to close."""


def checked(address: str, rules: Rules) -> URL:
    """The address in its plain form, international names in their ASCII one.

    Raises:
        BadPage: it is none that may be read.
    """
    try:
        url = URL(address.strip())
        host, port = url.raw_host or "", url.port
    except (ValueError, UnicodeError):
        raise BadPage(page=address[:80], why="that is no web address") from None
    if len(str(url)) > LONGEST_ADDRESS:  # in the form in which it is kept
        raise BadPage(page=f"{address[:80]}…", why="that address is too long")
    if url.scheme not in rules.schemes:
        raise BadPage(page=address, why="please write its address as https://…")
    if url.user is not None or url.password is not None or "@" in url.raw_authority:
        raise BadPage(page=address, why="please leave out the name and password")
    if port not in rules.ports:
        raise BadPage(page=address, why="please give a page on the usual port")
    if _HOST.fullmatch(host) is None or _is_number(host):
        raise BadPage(page=address, why="please give the name of its site, with its dots")
    return url.with_fragment(None)


def _site(url: URL) -> str:
    """Whose site a page lies on: "https://people.mit.edu/ada" -> "mit.edu".

    The last two labels of the host, or three where the last two are a country's ("ac.uk").
    """
    labels = (url.raw_host or "").rstrip(".").lower().split(".")
    country = len(labels) > 2 and len(labels[-1]) == 2 and labels[-2] in _OF_A_COUNTRY
    return ".".join(labels[-3 if country else -2 :])


def _is_number(host: str) -> bool:
    """Whether a host is an address in one of the forms that systems read as one."""
    last = host.rstrip(".").rsplit(".", 1)[-1].lower()
    return last.isdigit() or last.startswith("0x")


def _unpacker(url: URL, encoding: str) -> Callable[[bytes, int], bytes]:
    """Takes a chunk and how much may come out of it at most."""
    name = encoding.strip().lower()
    if name in ("", "identity"):
        return lambda chunk, _most: chunk
    if name not in ("gzip", "x-gzip", "deflate"):
        raise BadPage(page=str(url), why="it is packed in a way that I do not read")
    return zlib.decompressobj(wbits=zlib.MAX_WBITS | 32).decompress


def _decoded(body: bytes, charset: str | None) -> str:
    try:
        return body.decode(charset or "utf-8", errors="replace")
    except LookupError:
        return body.decode("utf-8", errors="replace")


def _named(error: Exception) -> str:
    """What kind of failure it was, without what the other side said."""
    if isinstance(error, aiohttp.ClientConnectorDNSError | socket.gaierror):
        return "nothing is known under that name"
    return {
        "ClientConnectorError": "no connection",
        "ServerDisconnectedError": "the connection broke",
        "ClientPayloadError": "the connection broke",
    }.get(type(error).__name__, "it does not speak as a web server should")
