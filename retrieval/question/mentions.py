"""Works that a question names: by title, by method name, by arXiv identifier."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache
from itertools import pairwise

from sqlalchemy.ext.asyncio import AsyncSession

from retrieval.question.spans import Span, blanked, overlaps
from retrieval.question.words import WORKS
from retrieval.text import terms
from storage import terms as statistics
from storage import works, works_by_title
from storage.works import Work

MAX_NAMES = 6
"""How many name-like words of one question are looked up among the titles."""

RARE_WORKS = 5
"""In how many works of a small collection a word may occur and still be rare."""

HOLDERS = 20
"""How many works that hold a name are looked at, a name, for whose it is."""
OWNERS = 2
"""A name in more titles than this is no work's own ("LLM")."""

_ARXIV = re.compile(
    r"(?:https?://)?(?:(?:www\.)?arxiv(?:\.org/(?:abs|pdf)/|:\s*|\s+))?"
    r"(?<![\w.])(?P<id>\d{4}\.\d{4,5}|[a-z-]+(?:\.[A-Z]{2})?/\d{7})(?:v\d+)?(?:\.pdf)?(?![\w])",
    re.IGNORECASE,
)
_QUOTED = re.compile(
    r"[\"“”«„]\s*([^\"“”»„]{4,300}?)\s*[\"“”»]|(?<!\w)['‘]([^'‘’]{8,300}?)['’](?!\w)"
)
_LETTERS = re.compile(r"[^\W_]+")
_WORD = re.compile(r"[^\W_](?:[\w+-]*\w)?")
_HEAD = re.compile(r"^\s*(?P<head>[^:–—]{2,60}?)\s*(?::|\s[–—-]\s)")


@dataclass(frozen=True, slots=True)
class Named:
    """Works a text names and where.

    Attributes:
        holders: the only works that mention a name without its being theirs.
        exact: named by identifier or title: nothing else is meant.
        spans: the wording, to be left out when the kind is read.
        own: where each work is spoken of first by its title, or by the name of what it puts
            forward.
        apart: these works, where they are several and none speaks of another by that name.
        together: the works of all these names, one of each name, which may be any that only one
            work has, and where they stand; for a text that surely speaks of several.
        unknown: identifiers and quoted titles under which nothing is stored.
    """

    works: tuple[Work, ...] = ()
    holders: tuple[Work, ...] = ()
    exact: bool = False
    spans: tuple[Span, ...] = ()
    own: tuple[Span, ...] = ()
    apart: tuple[Work, ...] = ()
    together: tuple[tuple[Work, Span], ...] = ()
    unknown: tuple[str, ...] = ()


LEARNING = frozenset("AI AIs ML".split())
"""What half of the world calls anything that learns, whatever an abstract calls it: no names."""


def looks_named(word: str) -> bool:
    """Whether a word has the shape of a name: GhostNet, PS-FCN, CMT-S, 3DGS, but not Kai or 3D.

    >>> [looks_named(word) for word in ("GhostNet", "PS-FCN", "U2", "Which", "3D", "AI")]
    [True, True, True, False, False, False]
    """
    if not any(map(str.isupper, word)) or word in LEARNING or _DIMENSIONS.fullmatch(word):
        return False
    inner = word[1:]
    return any(letter.isupper() or letter.isdigit() for letter in inner) or word[0].isdigit()


_DIMENSIONS = re.compile(r"\dDs?")


def shouted(text: str) -> bool:
    """Whether a text is written all in capitals, which then say nothing about names."""
    letters = list(filter(str.isalpha, text))
    return len(letters) > 12 and sum(map(str.isupper, letters)) > 0.8 * len(letters)


def flat(text: str) -> str:
    """A text as its lower-case words and numbers, for comparing titles."""
    return " ".join(_LETTERS.findall(text.lower()))


async def named_works(session: AsyncSession, text: str, researcher_ids: Sequence[int]) -> Named:
    """The works that a text names by arXiv identifier, by (quoted) title or by method name."""
    spans: list[Span] = []
    placed: list[tuple[int, Span]] = []
    unknown: list[str] = []
    for m in _ARXIV.finditer(text):
        stored = await works.by_source_ids(session, [f"arxiv:{m['id']}"])
        placed += [(work.id, m.span()) for work in stored]
        spans.append(m.span())
        if not stored:
            unknown.append(f"arXiv:{m['id']}")
    for m in _QUOTED.finditer(text):
        quoted, least = m[1] or m[2], 2 if _CALLED_WORK.match(text, m.end()) else PART_OF_TITLE
        if found := await _titled(session, quoted, researcher_ids, least):
            placed += [(work_id, m.span()) for work_id in found]
            spans.append(m.span())
        elif len(flat(quoted).split()) > 4 and _looks_titled(quoted, text):
            unknown.append(f"“{quoted}”")
    begun: list[tuple[int, Span]] = []
    if not placed:
        placed, begun = await _titles_in(session, text, researcher_ids)
        spans += [span for _, span in placed]
    exact, ids = bool(placed), [work_id for work_id, _ in placed]
    rest = blanked(text, spans, " ")
    owners = await _method_names(session, rest, researcher_ids)
    named = [(i, span, Tie.HEAD) for i, span in placed + begun]
    beside = _together(text, named + [(one.work_id, one.span, one.tie) for one in owners])
    if exact:  # a method named beside a title is another work, to be compared with it
        owners = [owner for owner in owners if owner.tie < Tie.HELD and owner.work_id not in ids]
    placed += begun + [(owner.work_id, owner.span) for owner in owners if owner.own]
    ids += [work_id for work_id, _ in begun]
    ids += [owner.work_id for owner in owners if owner.tie < Tie.HELD]
    loose = [owner.work_id for owner in owners if owner.tie is Tie.HELD]
    spans += [span for _, span in begun] + [owner.span for owner in owners]
    unique = list(dict.fromkeys(ids))
    others = [i for i in dict.fromkeys(loose) if i not in unique]
    stored_works = await works.by_ids(session, [*unique, *others, *(i for i, _ in beside)])
    return Named(
        tuple(stored_works[i] for i in unique if i in stored_works),
        tuple(stored_works[i] for i in others if i in stored_works),
        exact,
        tuple(dict.fromkeys(spans)),
        tuple(dict(sorted(placed, key=lambda one: one[1], reverse=True)).values()),
        _apart(text, [(stored_works[i], span) for i, span in placed if i in stored_works]),
        tuple((stored_works[i], span) for i, span in beside if i in stored_works),
        tuple(unknown),
    )


def _together(text: str, named: Sequence[tuple[int, Span, Tie]]) -> list[tuple[int, Span]]:
    """The works that a text speaks of together, in its order, by the names in it; none unless
    several.

    A name that is of several works is of the one that has no other name there. One that a work
    only holds counts where it stands in a row with others.
    """
    spans = sorted({span for _, span, _ in named})
    rows = {
        one
        for pair in pairwise(spans)
        if _IN_ROW.fullmatch(text[slice(pair[0][1], pair[1][0])])
        for one in pair
    }
    meant = {
        span: {i for i, at, tie in named if at == span and (tie < Tie.HELD or span in rows)}
        for span in spans
    }
    settled = {span: next(iter(ids)) for span, ids in meant.items() if len(ids) == 1}
    for span, ids in meant.items():
        left = ids - set(settled.values())
        if span not in settled and len(left) == 1:
            settled[span] = left.pop()
    found = [(settled[span], span) for span in spans if span in settled]
    return found if len({i for i, _ in found}) > 1 else []


_IN_ROW = re.compile(
    r"['’\"”]?(?:, (?:and )?|,? (?:and|or|&) )(?:(?:on|in|for|with|by|from|of) )?(?:the )?['‘\"“]?"
)


def _apart(text: str, placed: Sequence[tuple[Work, Span]]) -> tuple[Work, ...]:
    """The works of a text in their order, where they are several, each in places of its own, and
    none has the name of another; none else.
    """
    found = {work.id: work for work, span in sorted(placed, key=lambda one: one[1])}
    pairs = {(work.id, span) for work, span in placed}
    if len(found) < 2 or len({span for _, span in pairs}) < len(pairs):
        return ()
    for work, span in placed:
        name = _whole(spelt(text[slice(*span)]))
        others = (other for other in found.values() if other.id != work.id)
        if any(name.search(spelt(f"{other.title} {other.abstract}")) for other in others):
            return ()
    return tuple(found.values())


def _looks_titled(quoted: str, text: str) -> bool:
    """Whether quoted words may be a title: most are capitalised, or a paper is spoken of."""
    words = [word for word in quoted.split() if len(word) > 3]
    capitals = sum(word[0].isupper() for word in words)
    return 2 * capitals >= len(words) or bool(
        re.search(r"\b(?:paper|work|article|title)", text, re.I)
    )


async def _candidates(
    session: AsyncSession, words: str, researcher_ids: Sequence[int], limit: int = 25
) -> list[tuple[int, str]]:
    """Titles in which all the words occur, among the works of the researchers if any."""
    if not words:
        return []
    found: list[tuple[int, str]] = []
    if not researcher_ids:
        return await works_by_title.like(session, words, None, limit)
    for researcher_id in researcher_ids:
        found += await works_by_title.like(session, words, researcher_id, limit)
    return found


PART_OF_TITLE = 3
"""Quoted words by which a title is known that is longer."""
_CALLED_WORK = re.compile(
    rf"\s+(?:{WORKS}|perspective|survey|review|thesis|essay)\b", re.IGNORECASE
)
"""Behind quoted words, says that they are of a title."""


async def _titled(
    session: AsyncSession, quoted: str, researcher_ids: Sequence[int], least: int
) -> list[int]:
    """Works whose title is, or begins with, the quoted words; else the one that holds them.

    Fewer words than the `least` that one title happens to hold may as well be a topic.
    """
    words = re.sub(r"[^\w\s-]", " ", quoted)
    wanted = flat(quoted)
    rows = await _candidates(session, words, researcher_ids)
    whole = [i for i, title in rows if flat(title) == wanted]
    many = len(wanted.split()) >= least
    heads = [i for i, title in rows if flat(title.split(":")[0]) == wanted]
    begins = [i for i, title in rows if flat(title).startswith(wanted) and many]
    holds = [i for i, title in rows if many and wanted in flat(title)]
    return whole or heads or begins or (holds if len(holds) == 1 else [])


async def _titles_in(
    session: AsyncSession, text: str, researcher_ids: Sequence[int]
) -> tuple[list[tuple[int, Span]], list[tuple[int, Span]]]:
    """Titles written out in the text without quotes, and those that it only begins.

    The part of a title before its colon counts as the title, if it has two words. A beginning
    has to be that of one title alone.
    """
    found: list[tuple[int, Span]] = []
    begun: list[tuple[int, Span]] = []
    for start, end in _title_case_runs(text):
        words = text[start:end]
        rows = await _candidates(session, words, researcher_ids)
        for work_id, title in rows:
            head = _HEAD.match(title)
            for name in (title, head["head"] if head else title):
                if len(flat(name).split()) >= 2 and (span := place_of(name, text)):
                    found.append((work_id, span))
                    break
        starting = [i for i, title in rows if flat(title).startswith(flat(words) + " ")]
        if len(starting) == 1:
            begun.append((starting[0], (start, end)))
    begun += await _small_titles(session, text, researcher_ids)
    whole = [(i, span) for i, span in found if not _inside(span, [s for _, s in found])]
    return whole, [(i, span) for i, span in begun if not overlaps(span, [s for _, s in whole])]


_CALLED_ONE = re.compile(r" (?:paper|one|work|study|article|preprint)\b", re.IGNORECASE)
_BEFORE_TITLE = re.compile(r"\b(?:the|his|her|their|vs\.?|versus) ", re.IGNORECASE)
LONG_TITLE = 3
"""Words by which a title is known in whatever letters."""


async def _small_titles(
    session: AsyncSession, text: str, researcher_ids: Sequence[int]
) -> list[tuple[int, Span]]:
    """Titles in whatever letters: of one title alone its beginning before a noun for works, "the
    do dunes sing paper", or all that stands before its colon on a side of "vs".
    """
    sides = [m.span(m.lastgroup or 0) for m in list(_SIDE.finditer(text))[:MAX_NAMES]]
    found: list[tuple[int, Span]] = []
    for start, end in (*sides, *_before_nouns(text)):
        words = flat(text[start:end])
        known = overlaps((start, end), [span for _, span in found])
        if known or not LONG_TITLE <= len(words.split()) <= LONGEST_TITLE:
            continue
        rows = await _candidates(session, words, researcher_ids)
        if (start, end) in sides:
            meant = [i for i, title in rows if words in (flat(title), flat(title.split(":")[0]))]
        else:
            meant = [i for i, title in rows if f"{flat(title)} ".startswith(f"{words} ")]
        if len(meant) == 1:
            found.append((meant[0], (start, end)))
    return found


def _before_nouns(text: str) -> list[Span]:
    """Stretches between an article and a noun for works, the shortest first."""
    found: list[Span] = []
    for noun in list(_CALLED_ONE.finditer(text))[:MAX_NAMES]:
        starts = [m.end() for m in _BEFORE_TITLE.finditer(text, 0, noun.start())]
        found += [(start, noun.start()) for start in starts[: -LONG_TITLE - 1 : -1]]
    return found


_SIDE = re.compile(
    r"^(?:the )?(?P<one>[^,:;?]+?)(?=,? (?:vs\.?|versus) )|"
    r"\b(?:vs\.?|versus) (?:the )?(?P<other>[^,:;?]+?)(?=,? (?:vs\.?|versus) |[,:;?]|$)",
    re.IGNORECASE,
)
"""One of the things that are set against each other."""
LONGEST_TITLE = 12
"""Words that are looked up at once."""


def _inside(span: Span, others: Sequence[Span]) -> bool:
    """Whether a stretch lies in a longer one, as a title may in another."""
    return any(
        start <= span[0] and span[1] <= end and end - start > span[1] - span[0]
        for start, end in others
    )


def _title_case_runs(text: str) -> list[Span]:
    """Stretches of two words that are capitalised or name-like, with no more than link words
    between them: "Follow the Flow".
    """
    words = [m.span() for m in _WORD.finditer(text) if m[0] not in _LINKING]
    runs: list[Span] = []
    for (start, end), (next_start, next_end) in pairwise(words):
        if (
            text[start].isupper()
            and text[next_start].isupper()
            and _GAP.fullmatch(text, end, next_start)
        ):
            runs.append((start, next_end))
    return runs[: MAX_NAMES * 2]


_LINKING = frozenset("a an and at by for from in is of on or the to with".split())
_GAP = re.compile(r"[^\w.?!]{1,2}(?:[a-z]+ ){0,2}")


def place_of(name: str, text: str) -> Span | None:
    """Where a name's words stand in a text, one after the other, whatever is between them."""
    words = _LETTERS.findall(name)
    m = re.search(r"\b" + r"[\W_]+".join(map(re.escape, words)) + r"\b", text, re.IGNORECASE)
    return m.span() if m else None


_NAME = r"((?:[^\W_](?:[\w+-]*[\w+])?))"
SIDES = re.compile(
    rf"\b(?:compare|comparing|between|distinguish) {_NAME} (?:and|with|to|from) {_NAME}\s*[?.!]*$|"
    rf"\b{_NAME} (?:vs\.?|versus) {_NAME}\s*[?.!]*$|"
    rf"\b(?:do|did|are|were|have|both) (?!there\b|they\b|it\b){_NAME} and {_NAME}\b",
    re.IGNORECASE,
)
"""Two names compared, or asked the same of, which need not look like names."""


async def _method_names(
    session: AsyncSession, text: str, researcher_ids: Sequence[int]
) -> list[_Owner]:
    """Works that a name-like word of the text belongs to: the title's own name, or coined there."""
    if shouted(text):
        text = text.lower()
    words = list(_WORD.finditer(text))
    plain = [m[0] for m in words if not looks_named(m[0]) and _SMALL.fullmatch(m[0])]
    rare = await _rare(session, plain)
    sides = frozenset(side for m in SIDES.finditer(text) for side in m.groups() if side)
    named = [m for m in words if looks_named(m[0]) or m[0] in rare | sides]
    named = [m for m in named if m[0].lower() not in _HOSTS][:MAX_NAMES]
    if not named:
        return []
    sought = {stem for m in named for stem in terms(m[0])}
    holders = await statistics.holders(session, sought, researcher_ids, HOLDERS * len(named))
    found: list[_Owner] = []
    for m in named:
        sure = m[0] in sides
        ranked = [(belongs(m[0], title, abstract, sure=sure), i) for i, title, abstract in holders]
        best = min((rank for rank, _ in ranked), default=Tie.NONE)
        owners = [work_id for rank, work_id in ranked if rank == best]
        if m[0].isupper():  # "PHYSICS" is the one that is written so, of many on physics
            owners = [i for i in owners if i in _written(m[0], holders)] or owners
        most = {Tie.HEAD: len(owners), Tie.HELD: 1, Tie.NONE: 0}.get(best, OWNERS)
        if len(owners) <= most:
            held = {i: abstract for i, _, abstract in holders}
            found += [_Owner(i, m.span(), best, _own(m[0], best, held[i])) for i in owners]
    return found


def _written(name: str, holders: Sequence[tuple[int, str, str]]) -> set[int]:
    """The works that write a name with the same capitals."""
    said = ((i, f"{title} {abstract}") for i, title, abstract in holders)
    return {i for i, text in said if name in _in_any_case(name).findall(text)}


_HOSTS = ("github", "gitlab", "arxiv")
"""Where things are to be had, which is no work's name."""
_SMALL = re.compile(r"(?=.{4})[^\W\d_][^\W_]*(?:-[^\W_]+)?")
"""Words that may be a name which nobody capitalised: "ghostnet", "hit-detector"."""


async def _rare(session: AsyncSession, words: Sequence[str]) -> set[str]:
    """Words written small that few works hold: they may be a name that nobody capitalised."""
    stems = {word: tuple(terms(word)) for word in words}
    frequency = await statistics.works_with(session, [s for each in stems.values() for s in each])
    total, _ = await statistics.corpus(session)
    most = max(RARE_WORKS, total // 200)
    fewest = {w: min(frequency[stem] for stem in each) for w, each in stems.items() if each}
    return {word for word, works_ in fewest.items() if 0 < works_ <= most}


class Tie(IntEnum):
    """How closely a name belongs to a work, closest first."""

    HEAD = 0
    TITLE = 1
    COINED = 2
    HELD = 3
    NONE = 9


@dataclass(frozen=True, slots=True)
class _Owner:
    work_id: int
    span: Span
    tie: Tie
    own: bool


_COINING = re.compile(
    r"\b(?:propos\w+|present\w*|introduc\w+|establish\w*|develop\w*|devis\w+|design\w*|call(?:ed)?|"
    r"name[ds]?|naming|dub(?:bed)?|term(?:ed)?|coin(?:ed)?|namely|build|built|"
    r"release\w*|creat\w+|describ\w+|formulat\w+)\b[^.;]{0,80}$"
)
"""Before a name: "we propose …"."""
_COINING_NEAR = 160
"""Characters before a name that are looked at; more than such a wording has."""
_BESIDE = 25
"""Of those, how many for a short form that anybody may use: "we design an open API"."""


def belongs(name: str, title: str, abstract: str, *, sure: bool = False) -> Tie:
    """How a name belongs to the work of this title and abstract.

    It may stand before the colon of the title, elsewhere in the title, or be coined in the
    abstract: "we propose X", "a method called X", "a Long Name (X)". With `sure` it is one, though
    it looks like any other word.
    """
    written = f"{title} {abstract}"
    title, abstract, word = spelt(title), spelt(abstract), spelt(name)
    if word not in title and word not in abstract:
        return Tie.NONE
    head = _HEAD.match(title)
    if head and head["head"].removeprefix("the ") in (word, f"{word}s"):
        return Tie.HEAD
    if not sure and not looks_named(name) and not _written_as_name(name, written):
        return Tie.NONE
    whole = _whole(word)
    if whole.search(title):
        return Tie.TITLE
    found = [m.span() for m in whole.finditer(abstract)]
    if any(_coined(abstract, *span) for span in found):
        return Tie.COINED
    return Tie.HELD if found else Tie.NONE


@lru_cache(maxsize=1024)
def _whole(word: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w-]){re.escape(word)}s?(?![\w-])")


def _coined(text: str, start: int, end: int) -> bool:
    """Whether a name is given to something where it stands: "(X)", "we propose X"."""
    if text[start - 1 : start] == "(" and text[end : end + 1] == ")":
        return True
    return _put_forward(text, start)


def _put_forward(text: str, start: int, near: int = _COINING_NEAR) -> bool:
    """Whether what stands in that place is said to be proposed, or called so."""
    return _COINING.search(text, max(start - near, 0), start) is not None


def _own(name: str, tie: Tie, abstract: str) -> bool:
    """Whether a name tied so to a work is of what it puts forward, and no short form in it."""
    if tie is Tie.HEAD or (tie is Tie.TITLE and not name.rstrip("s").isupper()):
        return True
    if tie > Tie.COINED:
        return False
    plain, common = spelt(abstract), name.rstrip("s").isupper()
    return any(
        _put_forward(plain, m.start())
        and (not common or plain[m.start() - 1] == "(" or _put_forward(plain, m.start(), _BESIDE))
        for m in _whole(spelt(name)).finditer(plain)
    )


def _written_as_name(word: str, text: str) -> bool:
    """Whether a word typed in small letters has the shape of a name where the work writes it."""
    if text.lower().count(word.lower()) == text.count(word.lower()):
        return False  # most words, at a tenth of the cost
    found = _in_any_case(word).findall(text)
    return any(looks_named(other) for other in found)


@lru_cache(maxsize=1024)
def _in_any_case(word: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w-]){re.escape(word)}(?![\w-])", re.IGNORECASE)


@lru_cache(maxsize=2048)
def spelt(text: str) -> str:
    """Lower case, Greek letters by their names, no LaTeX dollars: "PanGu-$π$" is "pangu-pi", and
    "LPR$^2$" is "lpr2".

    "Tumour" and "polarise" become "tumor" and "polarize"; what this does to other words
    ("contour") it does to questions and abstracts alike.
    """
    plain = _POWER.sub(r"\1", text.lower().translate(_SPELT))
    return _ISE.sub("iz", _OUR.sub("or", plain))


_POWER = re.compile(r"(?<=[a-z])\^\{?(\d)\}?(?!\d)")
_OUR = re.compile(r"(?<=[a-z]{3})our(?=s?\b|ed\b|ing\b|al\b|ful\b|less\b)")
_ISE = re.compile(r"(?<=[a-z]{3})(?<![rmv])is(?=e[sdr]?\b|ing\b|ations?\b)")
_SPELT = {ord("$"): "", ord("\\"): ""} | {
    ord(unicodedata.lookup(f"GREEK SMALL LETTER {name.upper()}")): name
    for name in "alpha beta gamma delta epsilon eta theta kappa lamda mu nu pi rho "
    "sigma tau phi chi "
    "psi omega".split()
}
