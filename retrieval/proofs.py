"""Does a claim's code stand on a page of the researcher's? Which page counts as what, and why not.

A code counts where it stands as a word of its own in the visible text, on a page that also shows
the researcher's name. The kind of a page follows from its address and is never taken from whoever
gives it; pages on which strangers can write (issues, comments under a gist, an address that repeats
what it is asked) do not count.
"""

from __future__ import annotations

import asyncio
import html
import json
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import unquote

from yarl import URL

from retrieval.sources.pages import PageReader, checked
from storage import claims, own_claims
from storage.answers import utcnow
from storage.claim_states import LIVE, Claim, State, described
from storage.database import Database
from storage.errors import BadOrcid, BadPage, Busy, ClaimMoved, CodesExpired, TooFast
from storage.names import name_forms, name_key
from storage.proofs import Kind

ORCID_API = "https://pub.orcid.org/v3.0"
JSON_KINDS = frozenset({"application/json", "application/vnd.orcid+json", "application/orcid+json"})
MOST_LOOKS = 20
IN = timedelta(hours=1)

NO_CODE = "the code is not in its text; please put it there as a word of its own, and save the page"
NO_NAME = "it does not show the name “{name}”; please add the name as it stands on the papers"
SPENT = "a page of that kind has proved the claim already; please give one of another kind"
IN_ADDRESS = "the code stands in its address; please give the page without it"
GITHUB_ONLY = "of GitHub, please give your profile (github.com/name) or a gist of yours"

_ORCID = re.compile(
    r"(?:https?://(?:www\.)?orcid\.org/)?(\d{4}-\d{4}-\d{4}-\d{3}[\dX])/?",
    re.IGNORECASE | re.ASCII,
)
_GITHUB_NAME = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,38})"
_PROFILE = re.compile(rf"/({_GITHUB_NAME})/?")
_GIST = re.compile(rf"/({_GITHUB_NAME})/([0-9a-f]{{8,64}})(?:/raw)?/?")
_UNSEEN = frozenset({"script", "style", "template", "noscript", "textarea", "iframe", "select"})
_TAG = re.compile(r"</?([a-zA-Z][a-zA-Z0-9]{0,20})")
_QUOTE_OR_END = re.compile(r"[>\"']")


@dataclass(frozen=True, slots=True)
class Target:
    """A page to look at: its kind, the address shown, and the one that is read."""

    kind: Kind
    page: str
    read: str
    orcid: str | None = None


@dataclass(frozen=True, slots=True)
class Looked:
    """What came of looking at a page; `why` is None where the code stands there."""

    target: Target
    why: str | None


class ProofChecker:
    """Looks at pages for claims, for each person one at a time."""

    def __init__(self, database: Database, reader: PageReader, orcid_api: str = ORCID_API) -> None:
        self._database = database
        self._reader = reader
        self._orcid_api = orcid_api
        self._looking: set[int] = set()

    async def check(self, claim_id: int, user_id: int, page: str) -> tuple[Claim, Looked]:
        """Look at a page for a claim, and keep what came of it.

        Raises:
            NoSuchClaim, ClaimMoved: the claim is not this person's, or has ended.
            CodesExpired: its codes have.
            BadPage, BadOrcid: no page of that address can be looked at.
            Busy, TooFast: another one is being looked at, or too many were of late.
        """
        if user_id in self._looking:
            raise Busy()
        self._looking.add(user_id)
        try:
            return await self._check(claim_id, user_id, page)
        finally:
            self._looking.discard(user_id)

    async def _check(self, claim_id: int, user_id: int, page: str) -> tuple[Claim, Looked]:
        target = aim(page, self._reader, self._orcid_api)
        async with self._database.read() as session:
            claim = await claims.own(session, claim_id, user_id)
            again = await own_claims.look_again_at(session, user_id, MOST_LOOKS, IN)
        code = _code(claim, target)
        if again is not None:
            raise TooFast(seconds=math.ceil((again - utcnow()).total_seconds()))
        looked = Looked(target, await self._look(target, claim, code))
        async with self._database.write() as session:
            if looked.why is None:
                claim = await own_claims.prove(
                    session, claim_id, user_id, target.kind, target.page, code, target.orcid
                )
            else:
                claim = await own_claims.look(
                    session, claim_id, user_id, target.kind, target.page, looked.why
                )
        return claim, looked

    async def _look(self, target: Target, claim: Claim, code: str) -> str | None:
        """Why the page proves nothing; None where it does."""
        if _plain(code) in _plain(unquote(unquote(target.read))):
            return IN_ADDRESS
        try:
            if target.kind is Kind.ORCID:
                page = await self._reader.read(
                    target.read, accept="application/json", kinds=JSON_KINDS
                )
            else:
                page = await self._reader.read(target.read)
        except BadPage as error:
            return str(error.data["why"])
        if _plain(code) in _plain(unquote(unquote(page.url))):
            return IN_ADDRESS
        text = await asyncio.to_thread(_text, target.kind, page.kind, page.body)
        if not stands(code, text):
            return NO_CODE
        if not await asyncio.to_thread(shows, claim.researcher.name, text):
            return NO_NAME.format(name=claim.researcher.name)
        return None


def aim(page: str, reader: PageReader, orcid_api: str = ORCID_API) -> Target:
    """What is meant by an address, or by a bare ORCID iD.

    Raises:
        BadOrcid, BadPage: nothing that can be looked at.
    """
    given = page.strip()
    orcid = _ORCID.fullmatch(given)
    if orcid is not None:
        number = orcid_of(orcid[1])
        return Target(
            Kind.ORCID, f"https://orcid.org/{number}", f"{orcid_api}/{number}/record", number
        )
    if "://" not in given and "." in given.split("/", 1)[0]:
        given = f"https://{given}"
    url = checked(given, reader.rules)
    host = (url.raw_host or "").rstrip(".").lower()
    if host == "orcid.org" or host.endswith(".orcid.org"):
        raise BadOrcid(text=page[:60])
    if _within(host, "github.com") or _within(host, "githubusercontent.com"):
        return _on_github(url, host)
    if _within(host, "github.io"):
        return Target(Kind.GITHUB, str(url), str(url))
    kind = Kind.INSTITUTION if _is_academic(host) else Kind.HOMEPAGE
    return Target(kind, str(url), str(url))


def orcid_of(text: str) -> str:
    """The ORCID iD, its check digit verified (ISO 7064 11,2).

    Raises:
        BadOrcid
    """
    digits = text.upper().replace("-", "")
    total = 0
    for digit in digits[:-1]:
        total = (total + int(digit)) * 2
    check = (12 - total % 11) % 11
    if digits[-1] != ("X" if check == 10 else str(check)):
        raise BadOrcid(text=text)
    return text.upper()


def stands(code: str, text: str) -> bool:
    """Whether a code stands in a text as a word of its own."""
    return re.search(rf"(?<![\w-]){re.escape(code)}(?![\w-])", text, re.IGNORECASE) is not None


def shows(name: str, text: str) -> bool:
    """Whether a text shows a name: in either order, with other given names or initials between."""
    forms = name_forms(name)
    full = next((key for key, form in forms.items() if form == "full"), "")
    surname = next((key for key, form in forms.items() if form == "surname"), full)
    first = full.split(" ", 1)[0]
    if not full:
        return False
    if surname == full:
        return re.search(rf"(?<!\S){re.escape(full)}(?!\S)", _key(text)) is not None
    given = re.escape(first) + (r"\S*" if len(first) == 1 else "")
    family = re.escape(surname)
    pattern = rf"(?<!\S)(?:{given}(?: \S+){{0,2}} {family}|{family} {given})(?!\S)"
    return re.search(pattern, _key(text)) is not None


def visible(source: str) -> str:
    """The text that a page shows, without comments, scripts and attributes; in linear time."""
    return html.unescape("".join(_seen(source)))


def _seen(source: str) -> Iterator[str]:
    lower = source.lower()
    position = 0
    while True:
        start = source.find("<", position)
        if start < 0:
            yield source[position:]
            return
        yield source[position:start]
        tag = _TAG.match(source, start)
        if source.startswith("<!--", start):
            end = source.find("-->", start + 4)
            position = end + 3
        elif tag is not None:
            yield " "
            end = _end_of_tag(source, tag.end())
            position = end + 1
            name = tag[1].lower()
            if end >= 0 and name in _UNSEEN and source[start + 1] != "/":
                end = lower.find(f"</{name}", position)
                position = end
        elif source.startswith(("<!", "<?"), start):
            end = source.find(">", start)
            position = end + 1
        else:
            yield "<"
            end = start
            position = start + 1
        if end < 0:  # what never closes hides the rest
            return


def _end_of_tag(source: str, position: int) -> int:
    """Where a tag ends, past ends that stand in quotes; -1 where it does not."""
    while True:
        mark = _QUOTE_OR_END.search(source, position)
        if mark is None:
            return -1
        if mark[0] == ">":
            return mark.start()
        closing = source.find(mark[0], mark.end())
        if closing < 0:
            return -1
        position = closing + 1


def _text(kind: Kind, content: str, body: str) -> str:
    if kind is Kind.ORCID:
        return _orcid_text(body)
    return body if content in ("text/plain", "text/markdown") else visible(body)


def _orcid_text(body: str) -> str:
    """What the person behind an ORCID record has written there themselves, the name first."""
    try:
        person = json.loads(body)["person"]
        name = person.get("name") or {}
        parts = [name.get(part) or {} for part in ("given-names", "family-name", "credit-name")]
        given, family, credit = (str(part.get("value") or "") for part in parts)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return ""
    written = (person.get(part) for part in ("biography", "researcher-urls", "keywords"))
    return "\n".join((f"{given} {family}", credit, *_strings(list(written))))


def _strings(value: Any) -> Iterator[str]:
    waiting = [value]
    while waiting:
        value = waiting.pop()
        if isinstance(value, str):
            yield value
        elif isinstance(value, dict):
            waiting.extend(value.values())
        elif isinstance(value, list):
            waiting.extend(value)


def _on_github(url: URL, host: str) -> Target:
    """A profile, or a gist, which is read without the comments under it."""
    gist = _GIST.fullmatch(url.path)
    profile = _PROFILE.fullmatch(url.path)
    base = url.with_query(None)
    if host in ("gist.github.com", "gist.githubusercontent.com") and gist is not None:
        raw = base.with_host("gist.githubusercontent.com").with_path(f"/{gist[1]}/{gist[2]}/raw")
        shown = base.with_host("gist.github.com").with_path(f"/{gist[1]}/{gist[2]}")
        return Target(Kind.GITHUB, str(shown), str(raw))
    if host in ("github.com", "www.github.com") and profile is not None:
        page = str(base.with_host("github.com").with_path(f"/{profile[1]}"))
        return Target(Kind.GITHUB, page, page)
    raise BadPage(page=str(url), why=GITHUB_ONLY)


def _is_academic(host: str) -> bool:
    """Whether a host is one that only institutions of learning get: .edu, .edu.au, .ac.uk."""
    labels = host.split(".")
    country = len(labels) > 2 and len(labels[-1]) == 2
    return labels[-1] == "edu" or (country and labels[-2] in ("ac", "edu"))


def _within(host: str, domain: str) -> bool:
    return host == domain or host.endswith(f".{domain}")


def _code(claim: Claim, target: Target) -> str:
    """The code that the page has to show.

    Raises:
        ClaimMoved, CodesExpired, BadPage
    """
    if claim.state not in LIVE:
        raise ClaimMoved(state=described(State(claim.state)))
    code = claim.codes.get(target.kind)
    if code is None:
        raise BadPage(page=target.page, why=SPENT)
    if claim.codes_until < utcnow():
        raise CodesExpired()
    return code


def _key(text: str) -> str:
    return name_key(text.replace(",", " "))


def _plain(text: str) -> str:
    """Letters and digits alone."""
    return re.sub(r"[\W_]+", "", text).casefold()
