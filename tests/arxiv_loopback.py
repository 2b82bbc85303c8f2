"""An arXiv on loopback: pages of real abstracts in Atom, and every way to get them wrong.

    with LoopbackArxiv(sample_works()) as server:
        server.faults = [None, "html", "reset"]      # what becomes of each request in turn
        Arxiv("1.0", url=server.url, pacing=QUICK)

A fault is a name of `FAULTS` (its docstring says what it does); when the list has run out, the
server behaves.
"""

from __future__ import annotations

import gzip
import json
import os
import re
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import islice
from pathlib import Path
from types import TracebackType
from urllib.parse import parse_qs, urlparse
from xml.sax.saxutils import escape, quoteattr

import pytest

SAMPLE = Path(__file__).parents[1] / "retrieval" / "sample" / "seed_works.jsonl"
_WORD = re.compile(r"\w+")


@dataclass(frozen=True)
class ServedWork:
    """One work as this arXiv knows it."""

    arxiv_id: str
    title: str
    abstract: str
    authors: tuple[str, ...]
    categories: tuple[str, ...] = ("cs.CV",)
    published: str = "2022-01-10T12:00:00Z"
    updated: str = "2022-01-10T12:00:00Z"
    version: int = 1

    @property
    def source_id(self) -> str:
        return f"arxiv:{self.arxiv_id}"


@dataclass
class Request:
    """One request as it came in; `start` is of `time.monotonic()`."""

    start: float
    params: dict[str, str]
    headers: dict[str, str]
    client: tuple[str, int]
    fault: str | None

    @property
    def offset(self) -> int:
        return int(self.params["start"])


def sample_works() -> list[ServedWork]:
    """The works of the bundled sample that have an identifier and authors: real abstracts."""
    rows = map(json.loads, SAMPLE.read_text("utf-8").splitlines())
    return [
        _served(row, f"{row['arxiv_month']}-{number % 28 + 1:02}")
        for number, row in enumerate(rows)
        if row["arxiv_id"] and row["authors"]
    ]


def shared_data() -> Path:
    """The folder of shared test data; skips the test where it is absent."""
    default = Path(__file__).parents[1].parent / "shared" / "data"
    folder = Path(os.environ.get("COLLOQUY_SHARED_DATA") or default)
    if not folder.is_dir():
        pytest.skip(f"no shared data in {folder} (set COLLOQUY_SHARED_DATA)")
    return folder


def shared_works(number: int) -> list[ServedWork]:
    """The first works of the shared collection; skips the test where it is absent."""
    with gzip.open(shared_data() / "arxiv_2025_2026.jsonl.gz", "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in islice(lines, number)]
    return [_served(row, row["listed"]) for row in rows]


def _served(row: dict[str, object], day: str) -> ServedWork:
    authors, categories = row["authors"], row.get("categories") or ["cs.CV"]
    assert isinstance(authors, list)
    assert isinstance(categories, list)
    stamp = f"{day}T17:59:46Z"
    return ServedWork(
        arxiv_id=str(row["arxiv_id"]),
        title=str(row["title"]),
        abstract=str(row["abstract"]),
        authors=tuple(authors),
        categories=tuple(categories),
        published=stamp,
        updated=stamp,
    )


def entry(work: ServedWork, without: str = "") -> str:
    """The work as an Atom entry, less the element named."""
    name = f"{work.arxiv_id}v{work.version}"
    people = "".join(f"<author><name>{escape(a)}</name></author>" for a in work.authors)
    terms = "".join(
        f'<category term={quoteattr(c)} scheme="http://arxiv.org/schemas/atom"/>'
        for c in work.categories
    )
    parts = {
        "id": f"<id>http://arxiv.org/abs/{name}</id>",
        "title": f"<title>{escape(work.title)}</title>",
        "updated": f"<updated>{work.updated}</updated>",
        "link": f'<link href="https://arxiv.org/abs/{name}" rel="alternate" type="text/html"/>',
        "summary": f"<summary>  {escape(work.abstract)}\n</summary>",
        "category": terms,
        "published": f"<published>{work.published}</published>",
        "primary": f"<arxiv:primary_category term={quoteattr(work.categories[0])}/>",
        "author": people,
    }
    return f"<entry>{''.join(text for part, text in parts.items() if part != without)}</entry>"


def feed(entries: list[str], start: int, size: int, total: int, prologue: str = "") -> bytes:
    """A whole answer in Atom."""
    return (
        f"<?xml version='1.0' encoding='UTF-8'?>\n{prologue}"
        '<feed xmlns:opensearch="http://a9.com/-/spec/opensearch/1.1/" '
        'xmlns:arxiv="http://arxiv.org/schemas/atom" xmlns="http://www.w3.org/2005/Atom">'
        "<id>https://arxiv.org/api/loopback</id><title>arXiv Query</title>"
        "<updated>2026-01-01T00:00:00Z</updated>"
        f"<opensearch:itemsPerPage>{size}</opensearch:itemsPerPage>"
        f"<opensearch:totalResults>{total}</opensearch:totalResults>"
        f"<opensearch:startIndex>{start}</opensearch:startIndex>"
        f"{''.join(entries)}</feed>\n"
    ).encode()


@dataclass
class LoopbackArxiv:
    """The server; its fields may be changed while it runs.

    Attributes:
        works: what it holds.
        faults: what becomes of the next requests; None is a good answer.
        total: what it says the number of results is, in place of the truth.
        retry_after: the header of its 429 and 503 answers.
        fixtures: recorded answers by (search_query, id_list, start, max_results).
        requests: what came in.
        most_at_once: the largest number of requests that were open together.
        before: called before each answer, with the request; to change things on the way.
    """

    works: list[ServedWork]
    faults: list[str | None] = field(default_factory=list)
    total: int | None = None
    retry_after: str | None = None
    fixtures: dict[tuple[str, str, int, int], tuple[int, bytes]] = field(default_factory=dict)
    requests: list[Request] = field(default_factory=list)
    most_at_once: int = 0
    before: Callable[[Request], None] = lambda _: None

    def __enter__(self) -> LoopbackArxiv:
        self._lock = threading.Lock()
        self._open = 0
        self.released = threading.Event()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.released.set()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}/api/query"

    @property
    def gaps(self) -> list[float]:
        """Seconds from the start of each request to the start of the next."""
        return [
            after.start - before.start
            for before, after in zip(self.requests, self.requests[1:], strict=False)
        ]

    def load_fixtures(self, folder: Path) -> None:
        """Serve the recorded answers of a folder, each where it was asked for."""
        for meta_file in folder.glob("*.meta.json"):
            meta = json.loads(meta_file.read_text("utf-8"))
            asked = _params(meta["url"])
            body = Path(str(meta_file).replace(".meta.json", ".xml")).read_bytes()
            self.fixtures[_key(asked)] = (meta["status_code"], body)

    def replace(self, arxiv_id: str, **changes: object) -> None:
        """Change a work: a new version, another date, a cross-list."""
        self.works = [
            replace(work, **changes) if work.arxiv_id == arxiv_id else work  # type: ignore[arg-type]
            for work in self.works
        ]

    def found(self, params: dict[str, str]) -> list[ServedWork]:
        """What the query or the identifiers stand for."""
        if wanted := params.get("id_list"):
            return [work for name in wanted.split(",") for work in self._named(name)]
        found = self.works
        if phrases := re.findall(r'au:"([^"]*)"', params.get("search_query", "")):
            found = [work for work in found if _names_one_of(work, phrases)]
        if params.get("sortBy") == "submittedDate":
            return sorted(found, key=lambda work: work.published, reverse=True)
        return found

    def _named(self, name: str) -> Iterator[ServedWork]:
        base, _, version = name.partition("v")
        for work in self.works:
            if work.arxiv_id == base:
                yield replace(work, version=int(version)) if version else work

    def began(self, request: Request) -> None:
        with self._lock:
            self._open += 1
            self.most_at_once = max(self.most_at_once, self._open)
            request.fault = self.faults.pop(0) if self.faults else None
            self.requests.append(request)

    def ended(self) -> None:
        with self._lock:
            self._open -= 1


def _words(text: str) -> str:
    return f" {' '.join(re.findall(_WORD, text.casefold()))} "


def _names_one_of(work: ServedWork, phrases: list[str]) -> bool:
    return any(_words(phrase) in _words(name) for phrase in phrases for name in work.authors)


def _params(url: str) -> dict[str, str]:
    return {k: v[0] for k, v in parse_qs(urlparse(url).query, keep_blank_values=True).items()}


def _span(params: dict[str, str]) -> tuple[int, int]:
    return int(params.get("start", 0)), int(params.get("max_results", 10))


def _key(params: dict[str, str]) -> tuple[str, str, int, int]:
    start, size = _span(params)
    return params.get("search_query", ""), params.get("id_list", ""), start, size


class _Answers(BaseHTTPRequestHandler):
    """One connection; the faults are its methods `fault_…`."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    arxiv: LoopbackArxiv

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Say nothing."""

    def do_GET(self) -> None:
        params = _params(self.path)
        headers = {name.lower(): value for name, value in self.headers.items()}
        host, port = self.client_address[:2]
        request = Request(time.monotonic(), params, headers, (str(host), port), None)
        self.arxiv.began(request)
        try:
            self.arxiv.before(request)
            self._prepare(params)
            name = (request.fault or "none").replace(" ", "_")
            getattr(self, f"fault_{name}")()
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True
        finally:
            self.arxiv.ended()

    def _prepare(self, params: dict[str, str]) -> None:
        self.start, self.size = _span(params)
        self.found = self.arxiv.found(params)
        self.page = self.found[self.start : self.start + self.size]
        self.total = len(self.found) if self.arxiv.total is None else self.arxiv.total
        self.recorded = self.arxiv.fixtures.get(_key(params))

    def _good(self, works: list[ServedWork] | None = None) -> bytes:
        page = self.page if works is None else works
        return feed([entry(work) for work in page], self.start, self.size, self.total)

    def send(self, status: int, body: bytes, **headers: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/atom+xml; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def _abort(self) -> None:
        # A reset and not an orderly end: linger for zero seconds.
        linger = struct.pack("ii", 1, 0)
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        self.close_connection = True
        self.connection.close()

    def fault_none(self) -> None:
        """A good answer."""
        if self.recorded:
            self.send(*self.recorded)
        else:
            self.send(200, self._good())

    def fault_429(self) -> None:
        """Too many requests."""
        after = self.arxiv.retry_after
        self.send(429, b"Rate exceeded.", **({"Retry_After": after} if after else {}))

    def fault_503(self) -> None:
        """Not available."""
        after = self.arxiv.retry_after
        self.send(503, b"", **({"Retry_After": after} if after else {}))

    def fault_500(self) -> None:
        """An error of its own."""
        self.send(500, b"<html>Internal Server Error</html>")

    def fault_403(self) -> None:
        """Not for you."""
        self.send(403, b"Forbidden")

    def fault_rate_text(self) -> None:
        """The notice that too much was asked, with status 200."""
        self.send(200, b"Rate exceeded.")

    def fault_empty(self) -> None:
        """A page without entries and with the true count."""
        self.send(200, self._good([]))

    def fault_empty_zero(self) -> None:
        """A page without entries, with a count of zero."""
        self.send(200, feed([], self.start, self.size, 0))

    def fault_short(self) -> None:
        """Fewer entries than the page should have."""
        self.send(200, self._good(self.page[: max(1, self.size // 3)]))

    def fault_html(self) -> None:
        """A web page with status 200."""
        self.send(200, b"<!DOCTYPE html>\n<html><body><p>Come back later</body></html>")

    def fault_html_in_feed(self) -> None:
        """A web page that ends like a feed."""
        self.send(200, b"<html><body>Sorry</body></html></feed>")

    def fault_nothing(self) -> None:
        """A body without a byte, with status 200."""
        self.send(200, b"")

    def fault_cut_xml(self) -> None:
        """A body that was cut before it was sent: lengths agree."""
        body = self._good()
        self.send(200, body[: int(len(body) * 0.7)])

    def fault_cut_body(self) -> None:
        """A body cut on its way: shorter than its Content-Length."""
        body = self._good()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body[: len(body) // 2])
        self.close_connection = True

    def fault_reset(self) -> None:
        """The connection is reset before any answer."""
        self._abort()

    def fault_stall(self) -> None:
        """Silence, until the server closes."""
        self.arxiv.released.wait()
        self.close_connection = True

    def fault_trickle(self) -> None:
        """A body that comes a byte at a time and never ends."""
        self.send_response(200)
        self.send_header("Content-Length", "1000000")
        self.end_headers()
        while not self.arxiv.released.wait(0.02):
            self.wfile.write(b" ")
        self.close_connection = True

    def fault_flood(self) -> None:
        """A small body that unpacks to 200 MB."""
        body = gzip.compress(b" " * 1_000_000) * 200
        self.send(200, body, Content_Encoding="gzip")

    def fault_bomb(self) -> None:
        """Entities that would expand to gigabytes."""
        lines = ['<!ENTITY e0 "lol">']
        lines += [f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 10)]
        work = entry(self.page[0]).replace("<title>", "<title>&e9;") if self.page else ""
        prologue = f"<!DOCTYPE feed [{''.join(lines)}]>"
        self.send(200, feed([work], self.start, self.size, self.total, prologue))

    def fault_outside(self) -> None:
        """An entity that names a file of the reader's machine."""
        prologue = '<!DOCTYPE feed [<!ENTITY x SYSTEM "file:///etc/hostname">]>'
        work = entry(self.page[0]).replace("<title>", "<title>&x;")
        self.send(200, feed([work], self.start, self.size, self.total, prologue))

    def fault_deep(self) -> None:
        """Elements nested thousands deep."""
        deep = "<a>" * 5000 + "</a>" * 5000
        entries = [entry(work) for work in self.page]
        self.send(200, feed([deep, *entries], self.start, self.size, self.total))

    def fault_repeat(self) -> None:
        """The first page, whatever was asked for."""
        self.send(200, self._good(self.found[: self.size]))

    def fault_endless(self) -> None:
        """Full pages of works that nobody ever saw, and always more to come."""
        works = [
            replace(self.arxiv.works[0], arxiv_id=f"{2001 + n // 90000}.{10000 + n % 90000}")
            for n in range(self.start, self.start + self.size)
        ]
        self.total = self.start + 10 * self.size
        self.send(200, self._good(works))

    def _damage(self, without: str) -> None:
        entries = [entry(work) for work in self.page]
        entries[1] = entry(self.page[1], without)
        self.send(200, feed(entries, self.start, self.size, self.total))

    def fault_no_authors(self) -> None:
        """The second entry has lost its authors."""
        self._damage("author")

    def fault_no_title(self) -> None:
        """The second entry has lost its title."""
        self._damage("title")

    def fault_no_id(self) -> None:
        """The second entry has lost its identifier."""
        self._damage("id")

    def fault_no_dates(self) -> None:
        """The second entry has lost its first date."""
        self._damage("published")

    def fault_error_entry(self) -> None:
        """A report of an error, dressed as an entry, with status 200."""
        work = (
            "<entry><id>https://arxiv.org/api/errors#bad_query</id><title>Error</title>"
            "<summary>bad query</summary><author><name>arXiv api core</name></author></entry>"
        )
        self.send(200, feed([work], 0, 1, 1))

    def fault_redirect(self) -> None:
        """A redirection that leads in a circle."""
        self.send(302, b"", Location=self.path)


FAULTS: dict[str, str] = {
    name.removeprefix("fault_").replace("_", " "): (getattr(_Answers, name).__doc__ or "").strip()
    for name in dir(_Answers)
    if name.startswith("fault_") and name != "fault_none"
}


def _handler(server: LoopbackArxiv) -> type[_Answers]:
    return type("Answers", (_Answers,), {"arxiv": server})
