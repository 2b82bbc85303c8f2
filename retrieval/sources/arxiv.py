"""Papers from arXiv, by author's name, by identifier or by query.

The `arxiv` package writes the requests and reads the answers, a page at a time. What it leaves
open (spacing after failures, time-outs, back-off, answers that are cut off, empty or damaged) is
settled here and in `connection` and `feed`, before it sees an answer.
"""

from __future__ import annotations

import asyncio
import contextlib
import re
import time
import unicodedata
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from itertools import islice
from typing import Any, Final

import arxiv
import requests
import structlog
from anyascii import anyascii

from retrieval.sources import Papers
from retrieval.sources.connection import (
    Connection,
    Hopeless,
    Pacing,
    PoliteSession,
    Refused,
    SlowDown,
    with_body,
)
from retrieval.sources.feed import Feed, NotUnderstood, read_feed
from retrieval.sources.identifiers import ArxivId, parse_arxiv_id
from storage.errors import (
    BadQuery,
    DamagedEntry,
    SourceUnavailable,
    TooManyWorks,
    UnknownIdentifier,
    UnreadableName,
)
from storage.works import Paper

SOURCE: Final = "arXiv"
API: Final = "https://export.arxiv.org/api/query"
MOST: Final = 30_000
"""More works than this arXiv does not page through (user's manual, 3.1.1.2)."""

_LOOKS: Final = 3
"""How often an unlikely answer (nothing at all, damaged entries) must be seen to be believed."""

log = structlog.get_logger(__name__)


class Arxiv:
    """All of arXiv through one polite connection. Share one object; close it at the end.

    Args:
        version: of this product, for the User-Agent.
        contact: an address where arXiv can reach the operator; may be empty.
        pacing: how patient to be.
        url: the API's address.
        page_size: results a request; arXiv allows 2,000.
        say: told, for people, whenever there is something to wait for.
    """

    def __init__(
        self,
        version: str,
        contact: str = "",
        *,
        pacing: Pacing | None = None,
        url: str = API,
        page_size: int = 100,
        say: Callable[[str], None] | None = None,
    ) -> None:
        self._pacing = pacing or Pacing()
        self._session = _CheckedSession(user_agent(version, contact), self._pacing)
        self._connection = Connection(self._session)
        self._url = f"{url}?{{}}"
        self._page_size = page_size
        self._say = say

    def by_author(self, name: str, limit: int | None = None) -> Papers:
        """Works with this name among the authors, newest first; namesakes included.

        Raises:
            UnreadableName: there is nothing in the name to look for.
        """
        return self._search(author_query(name), limit)

    def by_authors(self, names: Sequence[str]) -> Papers:
        """Works with any of these names among the authors, newest first; in one search.

        Raises:
            UnreadableName: there is nothing in any of the names to look for.
        """
        queries: list[str] = []
        for name in names:
            with contextlib.suppress(UnreadableName):  # nothing is listed under it
                queries.append(author_query(name))
        return self._search(" OR ".join(queries) or author_query(names[0]), None)

    def by_query(self, query: str, limit: int | None = None) -> Papers:
        """Works found by a query in arXiv's own language, newest first.

        Raises:
            BadQuery: the query is empty. While reading: arXiv does not understand it.
        """
        if not query.strip():
            raise BadQuery(query="", why="it is empty")
        return self._search(query.strip(), limit)

    def by_ids(self, identifiers: Iterable[str]) -> Papers:
        """Works by identifier, in any form that `parse_arxiv_id` reads, many in one request.

        Works that arXiv does not have are left out with an UnknownIdentifier each.

        Raises:
            BadIdentifier: one of them is not an identifier; nothing is asked then.
        """
        wanted: dict[str, ArxivId] = {}
        for identifier in map(parse_arxiv_id, identifiers):
            wanted.setdefault(identifier.base, identifier)
        return Papers(SOURCE, lambda papers: self._named(papers, list(wanted.values())))

    def close(self) -> None:
        """Give up the connection."""
        self._connection.close()

    def _search(self, query: str, limit: int | None) -> Papers:
        search = arxiv.Search(
            query=query, max_results=None, sort_by=arxiv.SortCriterion.SubmittedDate
        )
        return Papers(SOURCE, lambda papers: self._walk(papers, search, limit))

    async def _walk(
        self, papers: Papers, search: arxiv.Search, limit: int | None
    ) -> AsyncIterator[Paper]:
        """Page after page until arXiv's count and its pages agree that this was all."""
        size = min(self._page_size, limit or MOST)
        seen: set[str] = set()
        offset = most = 0
        while True:
            feed, page = await self._ask(
                papers, search, size, offset, _End(offset, size, most, seen)
            )
            most = max(most, feed.total)
            papers.total = most if limit is None else min(most, limit)
            for paper in _newest_versions(page):
                if paper.source_id not in seen:
                    seen.add(paper.source_id)
                    yield paper
                if len(seen) == limit:
                    return
            if len(seen) >= MOST:
                papers.leave_out(TooManyWorks(total=most, limit=MOST))
                return
            offset += feed.size
            # A full last page is no proof that the count is right: look at what comes after it.
            if feed.size == 0 or (offset >= most and feed.size < size):
                return

    async def _named(self, papers: Papers, wanted: list[ArxivId]) -> AsyncIterator[Paper]:
        papers.total = len(wanted)
        for start in range(0, len(wanted), self._page_size):
            missing = {one.source_id: one for one in wanted[start : start + self._page_size]}
            looks = 0
            while missing and looks < _LOOKS:
                if looks:
                    await asyncio.sleep(next(iter(self._pacing.again), 0.0))
                search = arxiv.Search(id_list=list(map(str, missing.values())), max_results=None)
                feed, page = await self._ask(papers, search, self._page_size, 0, _never_empty)
                # An answer that says itself that it is not whole proves nothing about the rest.
                looks += feed.size >= feed.total
                for paper in _newest_versions(page):
                    if missing.pop(paper.source_id, None):
                        yield paper
                for damaged in feed.damaged:
                    if damaged.identifier:
                        missing.pop(damaged.identifier.source_id, None)
            for one in missing.values():
                papers.leave_out(UnknownIdentifier(identifier=str(one)))

    async def _ask(
        self,
        papers: Papers,
        search: arxiv.Search,
        size: int,
        offset: int,
        judge: Callable[[Feed, list[Paper]], None],
    ) -> tuple[Feed, list[Paper]]:
        """One page that passes the judge, asked for as often as our patience allows.

        Raises:
            SourceUnavailable: patience is at an end.
            BadQuery: arXiv says that the request is wrong.
        """
        again = iter(self._pacing.again)
        slowdowns = damages = 0
        while True:
            try:
                feed, page = await self._connection.run(lambda: self._read(search, size, offset))
                damages += bool(feed.damaged)
                if feed.damaged and damages < _LOOKS:
                    raise Refused("it sent a damaged entry")
                judge(feed, page)
            except NotUnderstood as error:
                raise BadQuery(query=search.query, why=error.why) from error
            except SlowDown as error:
                slowdowns += 1
                wait = self._session.resume_at - time.monotonic()
                if slowdowns > len(self._pacing.backoff):
                    raise SourceUnavailable(source=SOURCE, why=error.why) from error
                self._explain(error, wait)  # The connection itself waits.
            except Refused as error:
                pause = None if isinstance(error, Hopeless) else next(again, None)
                if pause is None:
                    raise SourceUnavailable(source=SOURCE, why=error.why) from error
                self._explain(error, max(pause, self._pacing.spacing))
                await asyncio.sleep(pause)
            else:
                for one in feed.damaged:
                    name = one.identifier or "a paper"
                    papers.leave_out(DamagedEntry(source=SOURCE, identifier=name, lacks=one.lacks))
                return feed, page

    def _explain(self, error: Refused, wait: float) -> None:
        if self._say is None:
            log.warning("arxiv_refused", why=error.why, wait=round(wait, 1))
        else:
            self._say(f"{SOURCE}: {error.why}; trying again in {max(1, round(wait))} s")

    def _read(self, search: arxiv.Search, size: int, offset: int) -> tuple[Feed, list[Paper]]:
        """One request; runs on the connection's thread."""
        client = arxiv.Client(page_size=size, delay_seconds=0, num_retries=0)
        client.query_url_format = self._url
        client._session = self._session  # The package has no public place for a session.
        self._session.expect()
        results = client.results(search, offset)
        first = list(islice(results, 1))
        feed = self._session.feed
        whole = feed.size - len(feed.damaged)
        page = [*first, *islice(results, whole - 1)] if first else []
        if len(page) != whole:
            raise Refused("its answer is damaged")
        return feed, [_paper(result) for result in page]


class _CheckedSession(PoliteSession):
    """Hands the package one whole, checked answer; `feed` is what the check found."""

    feed = Feed(b"", 0, 0, ())
    _answered = False

    def expect(self) -> None:
        """Allow one request."""
        self._answered = False

    def get(self, url: str | bytes, **kwargs: Any) -> requests.Response:
        if self._answered:
            raise Refused("its answer is damaged")  # The package found less than we did.
        response = super().get(url, **kwargs)
        if response.status_code not in (requests.codes.ok, requests.codes.bad_request):
            raise Hopeless(f"it refuses the request, HTTP {response.status_code}")
        try:
            feed = read_feed(response.content)
        except SlowDown as error:
            self.back_off(error.why)
        if response.status_code != requests.codes.ok:
            raise Hopeless(f"it refuses the request, HTTP {response.status_code}")
        self.feed, self._answered = feed, True
        return with_body(response, feed.body)


class _End:
    """Judges the pages at one offset: which empty or familiar page is believed, and when."""

    def __init__(self, offset: int, size: int, most: int, seen: set[str]) -> None:
        self._offset, self._size, self._most, self._seen = offset, size, most, seen
        self._empty = 0

    def __call__(self, feed: Feed, page: list[Paper]) -> None:
        self._most = max(self._most, feed.total)
        if feed.size == 0:
            _never_empty(feed, page, self._offset)
            self._empty += 1
            surprising = self._offset == 0 or self._offset < self._most
            if surprising and self._empty < _LOOKS:
                raise Refused("it sent an empty page")
        elif page and all(paper.source_id in self._seen for paper in page):
            # New works push the list down while it is read, so the last page may be familiar.
            last = feed.size < self._size and self._offset + feed.size >= self._most
            if not last:
                raise Refused("it repeats a page that it has already sent")


def _never_empty(feed: Feed, page: list[Paper], offset: int = 0) -> None:
    if feed.size == 0 and offset < feed.total:
        raise Refused(f"it counts {feed.total:,} papers but its page is empty")


def user_agent(version: str, contact: str = "") -> str:
    """What the product calls itself towards arXiv.

    >>> user_agent("1.0", "ada@example.org")
    'Colloquy/1.0 (ada@example.org)'
    """
    reach = " ".join(re.sub(r"[^\x21-\x7e]|[()]", " ", contact).split())
    return f"Colloquy/{version} ({reach})" if reach else f"Colloquy/{version}"


def author_query(name: str) -> str:
    """The query for a name as printed; quotes and operators in it stay part of the name.

    A name with diacritics is looked for without them as well.

    >>> author_query("Müller, Jörg")
    'au:"Jörg Müller" OR au:"Jorg Muller"'

    Raises:
        UnreadableName: there is no letter in it.
    """
    name = unicodedata.normalize("NFC", name)
    last, comma, first = name.partition(",")
    if comma and "," not in first and first.strip().casefold().rstrip(".") not in {"jr", "sr"}:
        name = f"{first} {last}"
    name = re.sub("[‐‑‒–]", "-", name).replace("’", "'").replace(".-", "-")
    kept = "".join(c if c in "-'" or unicodedata.category(c)[0] in "LM" else " " for c in name)
    words = " ".join(filter(None, (word.strip("-'") for word in kept.split())))
    if not words:
        raise UnreadableName(name=" ".join(name.split())[:60])
    phrases = [words]
    latin = all("LATIN" in unicodedata.name(c, "") for c in words if c.isalpha())
    if latin and not words.isascii():
        phrases.append(anyascii(words))
    return " OR ".join(f'au:"{phrase}"' for phrase in phrases)


def _paper(result: arxiv.Result) -> Paper:
    identifier = parse_arxiv_id(result.entry_id)
    categories = [result.primary_category, *result.categories]
    return Paper(
        source_id=identifier.source_id,
        title=" ".join(result.title.split()),
        abstract=" ".join(result.summary.split()),
        authors=tuple(" ".join(author.name.split()) for author in result.authors),
        year=result.published.year,
        published=result.published.date(),
        updated=result.updated.date(),
        version=identifier.version,
        url=identifier.url,
        doi=" ".join((result.doi or "").split()) or None,
        categories=tuple(dict.fromkeys(filter(None, categories))),
    )


def _newest_versions(page: list[Paper]) -> list[Paper]:
    newest: dict[str, Paper] = {}
    for paper in page:
        known = newest.get(paper.source_id)
        if known is None or (paper.version or 0) > (known.version or 0):
            newest[paper.source_id] = paper
    return list(newest.values())
