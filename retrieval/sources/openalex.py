"""Affiliations, institutions and citations of stored works, from OpenAlex.

The `pyalex` package writes the requests and reads the answers; requests go through the same polite
connection as those to arXiv. A work is looked up by its DOI, its own or the one that arXiv gives
every paper, and by its title where neither is known; what comes back is the same work only if DOI,
arXiv id, or title and an author agree. Nothing is imported that is not stored already.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from typing import Any, Final

import pyalex
import requests
import structlog

from retrieval.sources.connection import Connection, Hopeless, Pacing, PoliteSession, Refused
from retrieval.text import readable
from storage.errors import OpenAlexKeyRefused, SourceUnavailable
from storage.institutions import Described, Institution, Signature
from storage.names import name_key
from storage.works import Work

SOURCE: Final = "OpenAlex"
API: Final = "https://api.openalex.org"
AT_ONCE: Final = 50
"""Works asked for in one request."""
PACING: Final = Pacing(spacing=0.2)
_FIELDS: Final = [
    "id",
    "doi",
    "display_name",
    "publication_year",
    "authorships",
    "locations",
    "referenced_works",
]
_ARXIV_DOI: Final = "10.48550/arxiv."
_ARXIV_URL: Final = re.compile(r"arxiv\.org/(?:abs|pdf)/([\w.\-/]+?)(?:v\d+)?(?:\.pdf)?/?$")

log = structlog.get_logger(__name__)


class OpenAlex:
    """OpenAlex through one polite connection; close it at the end.

    Args:
        key: the operator's own, free at openalex.org.
        user_agent: what the product calls itself.
        url: the API's address.
        pacing: how patient to be.
        say: told, for people, what there is to wait for.
    """

    def __init__(
        self,
        key: str,
        user_agent: str,
        *,
        url: str = API,
        pacing: Pacing = PACING,
        say: Callable[[str], None] | None = None,
    ) -> None:
        pyalex.config.api_key = key
        pyalex.config.user_agent = user_agent
        self._url = url.rstrip("/")
        self._pacing = pacing
        self._session = PoliteSession(user_agent, pacing)
        self._connection = Connection(self._session)
        self._say = say or (lambda _: None)

    async def describe(self, works: Sequence[Work]) -> AsyncIterator[Described]:
        """What OpenAlex knows of these works, as far as it knows them.

        Raises:
            SourceUnavailable: our patience is at an end.
            OpenAlexKeyRefused: the key is not accepted.
        """
        for start in range(0, len(works), AT_ONCE):
            missing = {work.id: work for work in works[start : start + AT_ONCE]}
            dois = {doi: work for work in missing.values() for doi in _dois(work)}
            by_doi = pyalex.Works().filter_or(doi=sorted(dois))
            for found in await self._ask(by_doi) if dois else ():
                work = dois.get(_doi(found)) or _by_arxiv_id(found, missing.values())
                if work is not None and work.id in missing:
                    del missing[work.id]
                    yield _described(work, found)
            for work in missing.values():
                title = re.sub(r"[^\w\s-]", " ", readable(work.title))
                query = pyalex.Works().search_filter(display_name=" ".join(title.split()))
                for found in await self._ask(query):
                    if _same(work, found):
                        yield _described(work, found)
                        break

    def close(self) -> None:
        """Give up the connection."""
        self._connection.close()

    async def _ask(self, query: pyalex.Works) -> list[Mapping[str, Any]]:
        query = query.select(_FIELDS)
        url = f"{query.url.replace(API, self._url, 1)}&per-page={AT_ONCE}"
        for pause in (*self._pacing.backoff, None):
            try:
                found = await self._connection.run(lambda: self._read(query, url))
            except Refused as error:
                if pause is None or isinstance(error, Hopeless):
                    raise SourceUnavailable(source=SOURCE, why=error.why) from error
                log.warning("openalex_refused", why=error.why)
                self._say(f"{SOURCE}: {error.why}; trying again")
            else:
                return found
        raise AssertionError("the last pause is None")

    def _read(self, query: pyalex.Works, url: str) -> list[Mapping[str, Any]]:
        """One request; runs on the connection's thread."""
        try:
            # The package has no public place for a session, and its own waits for ever.
            answer = query._get_from_url(url, session=self._session)
        except pyalex.api.QueryError as error:
            raise (
                OpenAlexKeyRefused() if "key" in str(error).lower() else _hopeless(error)
            ) from error
        except requests.HTTPError as error:
            if error.response.status_code in (401, 403):
                raise OpenAlexKeyRefused() from error
            raise _hopeless(error) from error
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise Refused("its answer is damaged") from error
        return [row for row in answer if isinstance(row, Mapping)]


def _hopeless(error: Exception) -> Hopeless:
    return Hopeless(f"it does not take the request: {str(error)[:100]}")


def _described(work: Work, found: Mapping[str, Any]) -> Described:
    """What an answer says of the work, its signatures put to the authors as printed."""
    return Described(
        work_id=work.id,
        source_id=f"openalex:{_tail(found['id'])}",
        doi=_own_doi(found),
        signatures=tuple(_signatures(work, found.get("authorships") or ())),
        cites=tuple(f"openalex:{_tail(cited)}" for cited in found.get("referenced_works") or ()),
    )


def _signatures(work: Work, authorships: Sequence[Mapping[str, Any]]) -> Iterable[Signature]:
    printed = [name_key(name) for name in work.authors]
    for n, authorship in enumerate(authorships):
        names = {
            name_key(name)
            for name in (
                authorship.get("raw_author_name"),
                (authorship.get("author") or {}).get("display_name"),
            )
            if name
        }
        position = next((p for p, key in enumerate(printed) if key in names), None)
        same_length = len(printed) == len(authorships)
        if position is None and same_length and any(_alike(printed[n], key) for key in names):
            position = n
        institutions = tuple(
            Institution(
                source_id=f"openalex:{_tail(row['id'])}",
                name=str(row["display_name"]),
                country=row.get("country_code"),
                url=row.get("ror") or row["id"],
            )
            for row in authorship.get("institutions") or ()
            if row.get("id") and row.get("display_name")
        )
        if position is not None and institutions:
            yield Signature(position, institutions)


def _alike(one: str, other: str) -> bool:
    """Whether two name keys share the surname and the first letter."""
    return one.split()[-1:] == other.split()[-1:] and one[:1] == other[:1]


def _same(work: Work, found: Mapping[str, Any]) -> bool:
    """Whether what a title search found is this work: the same title, and an author in common."""
    titles = (readable(work.title), str(found.get("display_name") or ""))
    one, other = (re.sub(r"\W+", "", title.casefold()) for title in titles)
    printed = [name_key(name) for name in work.authors]
    signed = [
        name_key((row.get("author") or {}).get("display_name") or "")
        for row in found.get("authorships") or ()
    ]
    return one == other and any(_alike(a, b) for a in printed for b in signed if a and b)


def _dois(work: Work) -> list[str]:
    dois = [work.doi.lower()] if work.doi else []
    if work.source_id.startswith("arxiv:"):
        dois.append(_ARXIV_DOI + work.source_id.removeprefix("arxiv:").lower())
    return dois


def _doi(found: Mapping[str, Any]) -> str:
    return str(found.get("doi") or "").lower().removeprefix("https://doi.org/")


def _own_doi(found: Mapping[str, Any]) -> str | None:
    doi = _doi(found)
    return doi if doi and not doi.startswith(_ARXIV_DOI) else None


def _by_arxiv_id(found: Mapping[str, Any], works: Iterable[Work]) -> Work | None:
    ids = set()
    for location in found.get("locations") or ():
        match = _ARXIV_URL.search(str(location.get("landing_page_url") or ""))
        if match:
            ids.add(f"arxiv:{match[1]}")
    return next((work for work in works if work.source_id in ids), None)


def _tail(address: str) -> str:
    """What an address ends in: W123 of https://openalex.org/W123."""
    return str(address).rstrip("/").rpartition("/")[2]
