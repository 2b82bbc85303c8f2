"""Which works a question wants, whatever they are about, and in which order. Pure.

By how many people wrote them, in which role, with which words in their titles, in which categories.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from retrieval.question import framed
from retrieval.question.filing import filed
from retrieval.question.words import MANY_WORKS, NUMBERS, ROLE, ROLES, WORKS, WRITE, number

MANY = 1_000_000
"""More authors than any work has."""
OLDEST_FIRST, NEWEST_FIRST = "oldest first", "newest first"
"""The orders in which works may be wanted."""
DATED = "dated"
"""Works are wanted with their dates."""


@dataclass(frozen=True, slots=True)
class Choice:
    """Which works are wanted, whatever they are about; all of them where nothing is set.

    Attributes:
        role: those written "alone", or as "first", "second", "third" or "last" author: of the
            co-authors, where some are named, else of the researchers.
        team: the least and the most authors that they may have.
        titled: words that their titles must have.
        untitled: words that their titles must not have.
        shared: of co-authors, the least and the most works that they may have with a researcher.
        sort: what they are, or bring along: "surveys", "data sets".
        category: arXiv's categories that they are filed under, one of them where an "or" stands
            between, else each.
        filing: where: as their "first" category, as one of the "others", as "only" one.
        unsaid: topics that they must not mention.
        unplaced: places among the authors that whoever is in scope must not have.
        unfiled: categories that they must not be filed under, as those of `category`.
        unfiling: where not, as by `filing`.
        coauthors: printed names that they must carry besides the researchers.
        either: one of the co-authors is enough.
        without: names that they must not carry.
        together: several researchers are meant as co-authors, not one by one.
        theirs: the role is of the researchers, though co-authors are named.
    """

    role: str = ""
    team: tuple[int, int] | None = None
    titled: str = ""
    untitled: str = ""
    shared: tuple[int, int] | None = None
    sort: str = ""
    category: str = ""
    filing: str = ""
    unsaid: tuple[str, ...] = ()
    unplaced: tuple[str, ...] = ()
    unfiled: str = ""
    unfiling: str = ""
    coauthors: tuple[str, ...] = ()
    either: bool = False
    without: tuple[str, ...] = ()
    together: bool = False
    theirs: bool = False

    @property
    def narrowings(self) -> int:
        """In how many ways it chooses."""
        plain = (self.role, self.team, self.titled, self.untitled, self.shared, self.sort)
        said = (self.category, self.unsaid, self.coauthors, self.without)
        return sum(map(bool, (*plain, *said, self.unplaced, self.unfiled)))

    def instead(self, before: Choice) -> Choice:
        """This one, and where it says nothing, what was wanted `before`."""
        return Choice(
            role=self.role or before.role,
            team=self.team or before.team,
            titled=self.titled or before.titled,
            untitled=self.untitled or before.untitled,
            shared=self.shared or before.shared,
            sort=self.sort or before.sort,
            category=self.category or before.category,
            filing=self.filing if self.category else before.filing,
            unsaid=self.unsaid or before.unsaid,
            unplaced=self.unplaced or (() if self.role else before.unplaced),
            unfiled=self.unfiled or ("" if self.category else before.unfiled),
            unfiling=self.unfiling if self.unfiled else before.unfiling,
            coauthors=self.coauthors or _but(before.coauthors, self.without),
            either=self.either if self.coauthors else before.either,
            without=self.without or _but(before.without, self.coauthors),
            together=self.together or before.together,
            theirs=before.theirs or bool(self.role and not self.coauthors),
        )

    def among(self, before: Choice) -> Choice:
        """This one, of the works that were wanted `before`: what both name counts."""
        return replace(
            self.instead(before),
            unsaid=tuple(dict.fromkeys((*before.unsaid, *self.unsaid))),
            coauthors=tuple(dict.fromkeys((*before.coauthors, *self.coauthors))),
            either=self.either or before.either,
            without=tuple(dict.fromkeys((*before.without, *self.without))),
        )

    def fits(self, title: str, authors: int | None, categories: Sequence[str]) -> bool:
        """Whether a work has such a title and categories, and so many authors, as far as they are
        known.
        """
        if self.team and (authors is None or not self.team[0] <= authors <= self.team[1]):
            return False
        if self.titled and not says(title, self.titled):
            return False
        if self.category and not filed(categories, self.category, self.filing):
            return False
        if self.unfiled and filed(categories, self.unfiled, self.unfiling):
            return False
        return not (self.untitled and says(title, self.untitled))


ALL = Choice()


def _but(before: Sequence[str], now: Sequence[str]) -> tuple[str, ...]:
    """The names from before, but those that are now said otherwise of."""
    return tuple(name for name in before if name not in now)


def says(title: str, words: str) -> bool:
    """Whether a title has the words, one of them where an "or" stands between.

    >>> says("GhostNets for AI", "ghost or lidar"), says("Fine-grained Aims", "AI")
    (True, False)
    """
    if words in _MARKS.values():
        return words in title
    if words.startswith(BEGINS):
        begins = " ".join(re.findall(r"\w+", words))
        return re.match(rf"\W*{begins}\b", " ".join(re.findall(r"\w+", title)), re.I) is not None
    wanted = [w for w in re.findall(r"[\w-]+", words) if w.lower() not in ("and", "or")]
    found = [
        re.search(rf"(?i:\b{re.escape(w)}(?:e?s)?\b)|\b(?i:{re.escape(w)})(?=[A-Z])", title)
        for w in wanted
    ]
    return any(found) if re.search(r"\bor\b", words) else all(found)


def chosen(text: str) -> tuple[str, Choice]:
    """A text without the words that choose works, and what they choose."""
    text, role = _without_role(text)
    text, team = _without_team(text)
    text, titled, untitled = _without_words(text)
    text, shared = _without_times(text)
    return text, Choice(role, team, titled, untitled, shared)


def ordered(text: str) -> tuple[str, str]:
    """A text without the words that put works in order, and the order; "" where none is wanted."""
    order = ""
    listed = not re.search(r"\bhow many\b|\bnumber of\b", text, re.IGNORECASE)
    while m := _FIRST.match(text) or _ORDER.search(text) or (listed and _BY_DATE.search(text)):
        order = order or (OLDEST_FIRST if m["old"] else NEWEST_FIRST)
        text = text[: m.start()] + text[m.end() :]
    return text, order


def dated(text: str) -> tuple[str, bool]:
    """A text without the words that ask for the dates of its works, and whether there are any.

    >>> dated("which papers are on dunes, and when were they posted?")
    ('which papers are on dunes?', True)
    """
    rest = _DATES.sub("", text)
    return rest, rest != text


_DATES = re.compile(
    r",? (?:and|with|plus) (?:(?:when|on (?:which|what) (?:day|date)) (?:were|was|are|did) "
    r"(?:they|these|those|each(?: one| paper| of (?:them|these|those))?)\b[^?.!]*|"
    r"(?:(?:all|also) )?(?:(?:their|the) )?(?:publication |posting |release |submission )?dates?"
    r"(?: of (?:each|them|publication|posting|release))?)(?=\W*$)",
    re.IGNORECASE,
)
_FIRST = re.compile(
    r"(?:(?P<old>oldest|earliest)|newest|latest|most recent) (?:ones? )?first(?: please)?[:,;–-] *",
    re.IGNORECASE,
)
_BY_DATE = re.compile(
    r",? (?:(?:and )?(?:sort|order|arrang)(?:ed)?(?: (?:them|these|those|it))? (?:by|in order of)"
    r"(?: the)?(?: (?:publication|posting|release|submission))? (?:date|time|year|age|recency)s?|"
    r"by (?:(?:publication|posting|release|submission) )?date|in date order)"
    r"(?:,? (?:(?P<old>(?:in )?ascending)|(?:in )?descending)(?: order)?)?(?=\W*$)",
    re.IGNORECASE,
)
_ORDER = re.compile(
    r"(?:^|,? )(?:(?:sorted|ordered|in (?:the )?order|from|by (?:date|age|year)|the) ){0,4}+"
    r"(?:(?P<old>(?:oldest|earliest|first) (?:to|until) (?:the )?"
    r"(?:newest|latest|last|most recent)|"
    r"(?:oldest|earliest) (?:ones? )?first|(?:in )?chronological(?: order|ly))|"
    r"(?:newest|latest|most recent) (?:(?:to|until) (?:the )?(?:oldest|earliest|first)|"
    r"(?:ones? )?first)|(?:in )?reverse(?:d)? chronological(?: order|ly)?)(?=\W*$)",
    re.IGNORECASE,
)
_AUTHOR = rf"(?P<role>{ROLE})[- ]author"
_ROLES = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"\b(?:(?:single|sole|solo|one)[- ]author(?:ed)?|solo) (?P<kept>{WORKS})\b",
        rf"\b(?P<kept>{WRITE}|{WORKS}|did|done) (?:(?:all )?alone|solo|"
        r"(?:all )?by (?:him|her|them)sel(?:f|ves)|on (?:his|her|their) own|"
        r"without (?:any )?(?:co-?authors?|collaborators?))\b",
        rf"\b(?P<kept>{WORKS}) (?:that (?:are|were) )?(?:written |authored )?by "
        r"(?:just |only )?(?:one|a single) (?:person|author|writer|researcher)(?: alone| only)?\b",
        rf"\b{_AUTHOR}(?:ed)? (?P<kept>{WORKS})\b",
        rf"(?P<kept>(?:\b{MANY_WORKS}|(?<=which )ones)\b(?:(?! not\b|n['’]t\b).){{0,30}}?)"
        r"(?: (?:where|(?:on|in|of|for) which|that|which))?"
        rf"(?P<who> R)?(?: (?:he|she|they))?(?:['’](?:s|re))?"
        rf"(?: (?:is|was|are|were|have|has|had|with|being))?(?: (?:ever|also))?"
        rf"(?: as)?(?: (?:the|a))? {_AUTHOR}\b(?! (?:of|on|for) (?:W|this|that|it|the)\b)",
        r"^(?:(?:and|but|so|only|just) )*(?P<kept>(?:(?:how many|which)(?: ones?)?"
        r"(?: of (?:those|them|these))?|those|ones)?)(?: ?(?:is|was|are|were) (?:R|he|she|they))?"
        rf" ?(?:as )?(?:the |a )?{_AUTHOR}\W*$",
    )
)
_AS_AUTHOR = re.compile(
    r",? ?\b(?:(?:as|is|was|are|were|being|be|with|comes?|stands?|listed|named) ){0,3}"
    r"(?:the |an? )?(?:(?<!a )(?P<alone>single|sole|solo)[- ]author(?:ed)?(?: ones?)?\b|"
    rf"{_AUTHOR}s?\b|(?P<stands>first|second|third|last) (?:in|on|among) (?:the )?"
    r"(?:(?:list of )?authors?(?: list)?|byline)\b)",
    re.IGNORECASE,
)
_ASKS_WHO = re.compile(r"\bwho(?:m|se)?\b|\b(?-i:W)\b", re.IGNORECASE)
_COMPARED = (
    r"(?:(?P<how>more than|over|at least|no (?:less|fewer) than|less than|fewer than|under|at most|"
    r"(?:no|not) more than|up to|exactly|precisely|only|just) )?"
)
_TIMES = re.compile(
    r"^(?P<of>(?:(?:with )?whom?|(?:how many|which|what) (?:people|co-?authors|collaborators))\b"
    rf".*?) {_COMPARED}(?:(?P<once>once|twice)|(?P<n>\d{{1,4}}|{'|'.join(NUMBERS)})"
    rf"(?: or (?P<up>more))? (?:times|{WORKS}))(?P<kept>(?: together)?(?: with)?)(?= *[?.!]*$)",
    re.IGNORECASE,
)
_SO_MANY = rf"(?:\d{{1,4}}|{'|'.join(NUMBERS)})"
_TEAM = re.compile(
    r"(?:^| )(?:(?:(?:that |which )?(?:have|has|had|with|list|"
    r"(?:(?:that|which) )?(?:are |were )?(?:written |authored )?by)) "
    rf"{_COMPARED}(?:between )?"
    rf"(?P<n>an?(?= single| sole)|{_SO_MANY})(?: or (?P<up>more)|(?: or | to | and |-|–)"
    rf"(?P<to>{_SO_MANY}))?"
    r"(?: single| sole)? (?:(?P<co>co-?)?(?:authors?|writers?|researchers)|"
    r"(?<!with \d )(?:people|persons?)|(?:people|persons?|names)(?= on\b))"
    r"(?: or (?P<more>more))?(?: on (?:it|them|the (?:author list|byline|list of authors)))?|"
    rf"(?P<each>{_SO_MANY})[ -](?:author|person)(?:ed)?(?= (?:\w+ )?{WORKS}\b))"
    r"(?=\W*$|[,;:?!.]| (?:in|since|from|before|after|until|during|please|only|on|about|are|is|did|"
    rf"does|do|has|and|or|but|with|where|that|which|{WORKS})\b)",
    re.IGNORECASE,
)
_HAS = (
    r"(?:contain(?:s|ing)?|ha(?:s|ve|ving)|with|includ(?:es?|ing)|mention(?:s|ing)?|"
    r"bear(?:s|ing)?|carr(?:y|ies|ying)|featur(?:es?|ing)|us(?:es?|ing))"
)
_LACKS = r"(?:without|lack(?:s|ing)?|not containing)"
_BEGINS = r"(?:(?:begin|start|open)(?:s|ning|ing)? (?:with|in|on))"
_ENDS = r"(?:end(?:s|ing)? (?:with|in|on))"
_DOES = rf"(?:{_HAS}|(?P<no{{0}}>{_LACKS})|(?P<begins{{0}}>{_BEGINS})|{_ENDS})"
_DO = rf"{_DOES}(?: (?:or|and/or) (?P<or{{0}}>{_HAS}|{_BEGINS}|{_ENDS}))?"
_WORDS = r"(?: (?:the|either))?(?: (?:words?|term|phrase|letters))?"
_TITLED = re.compile(
    rf"(?:(?<= )(?:that )?{_DOES.format(1)}{_WORDS} (?P<in>[^?!]+?) "
    r"in (?:the|its|their|his|her) (?:titles?|names?)|"
    rf"(?<= )whose titles? {_DO.format(2)}{_WORDS} (?P<whose>[^?!]+?)|"
    rf"(?<=\btitles )(?:(?:that|which) )?{_DO.format(3)}{_WORDS} (?P<of>[^?!]+?)|"
    rf"(?<=any title )(?:(?:that|which) )?{_DO.format(4)}{_WORDS} (?P<any>[^?!]+?)|"
    r"(?<=\btitles )(?:(?:that|which) )?(?:are|(?:are )?(?:phrased|worded|posed|put) as)"
    r"(?: an?)? (?P<asked>questions?))"
    r"(?:(?: in (?:it|them))?(?:,? please)?(?= *[?.!]*$)|(?<=title)\b|(?<=titles)\b)",
    re.IGNORECASE,
)
_MARKS = {
    "question mark": "?", "questionmark": "?", "question": "?", "questions": "?", "colon": ":",
    "semicolon": ";", "exclamation mark": "!", "dash": "–",
}  # fmt: skip
_MARK = re.compile(rf"(?:an? |the )?(?P<mark>{'|'.join(_MARKS)})s?", re.IGNORECASE)
BEGINS = "^"
"""Before words with which titles are to begin."""


def _without_words(text: str) -> tuple[str, str, str]:
    """The text without the words of titles, those that they are to have and not to have."""
    m = _TITLED.search(text)
    if m is None:
        return text, "", ""
    told = {re.sub(r"\d", "", name): said for name, said in m.groupdict().items() if said}
    said = next(
        said for name, said in told.items() if name in ("in", "whose", "of", "any", "asked")
    )
    mark = _MARK.fullmatch(said.strip())
    words = re.sub(r"[\"“”‘’]|(?<!\w)'|'(?!\w)", "", said)
    words = re.sub(r"[ ,.]+(?:and|or)\W*$", "", words).strip(" .,")
    words = _MARKS[mark["mark"].lower()] if mark else words
    if "begins" in told and "or" not in told and not mark:
        words = f"{BEGINS}{words}"
    rest = text[: m.start()] + text[m.end() :]
    return (rest, "", words) if "no" in told else (rest, words, "")


def _without_role(text: str) -> tuple[str, str]:
    """The text without the role in which somebody is to have written the works, and the role."""
    for pattern in _ROLES:
        if m := pattern.search(text):
            named = m.groupdict("")
            role = ROLES.get(named.get("role", "").lower(), "alone")
            whose = " by R" if named.get("who") else ""
            kept = m["kept"] or "papers"
            return text[: m.start()] + kept + whose + text[m.end() :], role
    m = _AS_AUTHOR.search(text)
    rest = _AS_AUTHOR.sub(" ", text, count=1)
    if m and not _ASKS_WHO.search(text) and framed.bare(rest):
        role = "alone" if m["alone"] else ROLES[(m["role"] or m["stands"]).lower()]
        return " ".join(rest.split()), role
    return text, ""


def _without_team(text: str) -> tuple[str, tuple[int, int] | None]:
    """The text without the number of authors that works are to have, and the least and the most."""
    m = _TEAM.search(text)
    if m is None:
        return text, None
    low, high = _between(m["how"], number(m["n"] or m["each"]), bool(m["up"] or m["more"]))
    high = number(m["to"]) if m["to"] else high
    if m["co"]:  # and the one whose co-authors they are
        low, high = low + 1, min(high + 1, MANY)
    return text[: m.start()] + text[m.end() :], (low, high)


def _without_times(text: str) -> tuple[str, tuple[int, int] | None]:
    """The text without how often co-authors are to be such, and the least and the most times."""
    m = _TIMES.match(text)
    if m is None:
        return text, None
    times = ("once", "twice").index(m["once"].lower()) + 1 if m["once"] else number(m["n"])
    return m["of"] + m["kept"] + text[m.end() :], _between(m["how"], times, bool(m["up"]))


def _between(how: str | None, number: int, more: bool) -> tuple[int, int]:
    """The least and the most that "more than 3", "up to 3" and the like allow."""
    how = (how or "").lower()
    if how in ("more than", "over"):
        return number + 1, MANY
    if how in ("at least", "no less than", "no fewer than") or more:
        return number, MANY
    if how in ("less than", "fewer than", "under"):
        return 1, number - 1
    return (1 if how in ("at most", "up to", "no more than", "not more than") else number), number
