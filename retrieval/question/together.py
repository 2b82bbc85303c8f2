"""Works that a question speaks of together and does not name: "the kazakh or the albanian prompt
set", "the two papers on deepfakes". Pure.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from retrieval.question.apart import parts
from retrieval.question.asked import read_asked
from retrieval.question.kinds import OF_WORKS, Kind
from retrieval.question.mentions import looks_named
from retrieval.question.part import read_part
from retrieval.question.spans import Span, overlaps
from retrieval.question.topic import asked_for, topical
from retrieval.question.wants import Want
from retrieval.question.wording import read_kind
from retrieval.question.words import (
    BESIDE,
    COMPARE,
    MANY_WORKS,
    NUMBERS,
    OPENED,
    QUESTION,
    WORKS,
    number,
)


@dataclass(frozen=True, slots=True)
class Described:
    """Works that are asked about together, one described and perhaps others named.

    Attributes:
        sides: the words for each of them; () where `topic` is what they all are about, "" where
            they are told by people or times alone.
        number: how many works of the topic there are; 0 where it is not said.
        surely: they are called papers: no terms of one of them are meant.
        called: they are called what works are, papers or data sets, and no models.
        compared: their number is said or they are compared: they are surely several.
        named: one of them is named.
        wordy: a word of a description is taken for a name, though nobody typed it so.
        acting: it is asked what papers of that number do, "what do both papers say of dunes?", and
            not which papers do it.
        kind: what is asked of them.
        asked: the same in words; "" where they are only compared.
    """

    sides: tuple[str, ...] = ()
    topic: str = ""
    number: int = 0
    surely: bool = False
    called: bool = True
    compared: bool = True
    named: bool = False
    wordy: bool = False
    acting: bool = False
    kind: Kind = Kind.COMPARE
    asked: str = ""

    @property
    def queries(self) -> tuple[str, ...]:
        """What is searched for to find them."""
        return self.sides or ((self.topic,) if self.topic else ())


_ARTICLE = r"(?:the|his|her|their|your|these|those|\0+['’]s?)"
_NUMBER = rf"(?:{'|'.join(list(NUMBERS)[1:6])}|[2-6])"
_PAPER = rf"(?:{WORKS}|study|reports?|write-?ups?|ones?)"
_SET_OF = r"(?:(?:data ?)?set|corpus|benchmark|survey|review|tutorial|collection)"
_SETS = rf"(?:{_SET_OF}s|corpora|corpuses)"
_THING = (
    r"(?:submission|challenge|shared task|model|network|method|approach|resource|framework|system|"
    r"tool|algorithm|detector|architecture|taxonomy|simulator)"
)
_THINGS = rf"(?:{_SETS}|{_THING}(?:e?s)|taxonomies)"
_NOUN = rf"(?:{_PAPER}|{_THINGS}|{_SET_OF}|{_THING})\b"
_PAPERS = rf"(?:{MANY_WORKS}|reports|write-?ups)"
_PLURAL = rf"(?:{_PAPERS}|{_THINGS})\b"
_ENDS = (
    r"(?:and|or|nor|vs|versus|with|to|from|against|than|of|on|in|for|by|about|that|which|who|an?|"
    r"is|are|was|were|be|do|does|did|has|have|had|can|could|will|would|the|his|her|their|each|both|"
    r"how|what|why|when|where|whose|it|they|we|i|you|compar\w+|differ\w*|contrast|uses?|says?|"
    r"finds?|found|reports?|saves?|covers?|achieves?|reach(?:es)?|proposes?|claims?|shows?|gives?|"
    r"contains?|makes?|gets?|relate|beats?|better|worse|bigger|larger|smaller|faster|slower|"
    r"longer|newer|older|respectively)(?![\w-])"
)
_WORD = rf"(?!{_ENDS})[^\W_][^\s,;:?!()\0]*(?<!\.)"
_WORDS = rf"{_WORD}(?: {_WORD}){{0,6}}?"
_BEHIND = (
    r"(?: (?:on|about|for|of|in|(?:that|which) [a-z]+)(?: (?:the|an?))?"
    rf" {_WORD}(?: (?:(?:and|of) )?{_WORD}){{0,6}})"
)
_JOINED = re.compile(
    r",? (?:(?:and|or)(?: (?:in|of|for|by|from|on|with))?|vs\.?|versus|with|to|from|against|"
    r"(?:[\w-]+er|more [\w-]+|worse) than|"
    r"(?:and|compared|differs?|different|apart|compares?) (?:to|with|from)) ",
    re.IGNORECASE,
)
_UNIT = re.compile(
    rf"(?<!\w){_ARTICLE} (?P<words>(?P<of>{_WORDS}) (?P<noun>{_NOUN}){_BEHIND}?|"
    rf"(?P<only>{_NOUN})(?P<behind>{_BEHIND}))",
    re.IGNORECASE,
)
_PLAIN = re.compile(
    rf"(?:^|(?<=[,:;.?] )|(?<=\b(?:and|the) )|(?<=\bvs )|(?<=\bvs. )|(?<=\bor )|(?<=\bversus ))"
    rf"(?P<words>(?P<of>{_WORD}(?: {_WORD}){{0,3}}?) (?P<noun>{_PAPER})\b)(?P<only>(?P<behind>))",
    re.IGNORECASE,
)
_ANOTHER = re.compile(
    rf"(?<!\w)another (?P<words>(?P<of>)(?P<noun>)(?P<only>{_PAPER})"
    rf"(?P<behind> [a-z]+(?: (?:the|an?))? {_WORD}(?: {_WORD}){{0,4}}))",
    re.IGNORECASE,
)
_SHARED = re.compile(
    rf"(?<!\w)(?:both )?{_ARTICLE} (?P<a>{_WORDS})"
    rf"(?: (?:and|or|vs\.?|versus) {_ARTICLE} (?P<b>{_WORDS}) (?P<noun>{_NOUN})|"
    rf" (?:and|or|vs\.?|versus) (?P<c>{_WORDS}) (?P<nouns>{_PLURAL}))(?P<behind>{_BEHIND}?)",
    re.IGNORECASE,
)
_SET = re.compile(
    rf"(?<!\w)(?:(?P<both>both)(?: of)?(?: {_ARTICLE})?|{_ARTICLE}(?: (?P<n>{_NUMBER}))?|"
    rf"^(?P<bare>{_NUMBER}))(?: \0+(?:(?:,| and) \0+)*)? "
    rf"(?P<of>{_WORDS} )?(?P<noun>{_PLURAL})(?P<behind>{_BEHIND}?)"
    r"(?: (?:(?:by|with|from|of|in) )?\0+)?",
    re.IGNORECASE,
)
_STATED = re.compile(
    rf"\W*(?:(?:there are|here are|i (?:know|read) of|i (?:read|saw)) )?"
    rf"(?P<works>(?P<n>{_NUMBER})(?: of (?:the|his|her|their|your|these|those|\0+['’]s?))?"
    rf" (?P<of>{_WORDS} )?{_PAPERS})(?: (?:that|which))? (?P<said>[^.:;?!]+?)"
    rf"(?:[.:;?!,]| [–—-]+) (?P<asked>(?:[a-z]+ )??{QUESTION}\b.*)",
    re.IGNORECASE,
)
_ONE_AND_OTHER = re.compile(
    rf"\W*(?:one|an?)(?: of (?:the|his|her|their) (?:two )?)? (?P<noun>{_NOUN})"
    r"(?: (?:is|was|deals|works|does|reports|looks))? (?P<a>[^,.;:?]+?),? (?:(?:and|while|but) )?"
    r"(?:the )?(?:other|second)(?: one)?(?: (?:is|was|deals|works|does|reports|looks))? "
    rf"(?P<b>[^,.;:?]+?)[.:;?!,] (?P<asked>(?:[a-z]+ )??{QUESTION}\b.*)",
    re.IGNORECASE,
)
_WHICH_AND_WHICH = re.compile(
    r"\W*(?:which|what)(?: of (?:the|his|her|their))?(?: two)? "
    rf"(?P<works>(?P<of>{_WORDS}) {_PAPER}) (?P<a>[^,;:?]+?),? (?:and|but) (?:which|what)"
    rf"(?: (?:one|other|{_PAPER}))? (?P<b>[^;:?]+)\W*",
    re.IGNORECASE,
)
_THE_ONE = re.compile(r"\b(?:one|first|former)\b", re.IGNORECASE)
_THE_OTHER = re.compile(r"\b(?:other|second|latter)\b", re.IGNORECASE)
_SOME = rf"{_WORDS}(?: and {_WORDS})?"
_BARE = re.compile(
    rf"(?:\b(?:compare|comparing|contrast|between) (?:{_ARTICLE} )?(?P<a>{_SOME}),? "
    rf"(?:and|with|to|vs\.?|versus) (?:{_ARTICLE} )?(?P<b>{_SOME})|"
    rf"(?:^|[:,] |\b(?:in|of|for|by|from) )(?:{_ARTICLE} )?(?P<c>{_WORDS}) (?:vs\.?|versus) "
    rf"(?:{_ARTICLE} )?(?P<d>{_WORDS}))"
    r"(?=\W*$|[,:;?]| [–—-]+ )",
    re.IGNORECASE,
)
_ASKS = re.compile(
    r"(?:^|[,:] |\b(?:do|does|did|are|were|have|has|can|compare|comparing|contrast|between|among|"
    r"of|and|or|vs\.?|versus|with|to|from|than) )$",
    re.IGNORECASE,
)
"""Before works that something is asked of; "on the two datasets" is said of one work."""
_DO = re.compile(r"\b(?:do|did|does|have|are|were|can) $", re.IGNORECASE)
_COMPARES = re.compile(
    rf"\b(?:{COMPARE}(?: between| among)?|apart|what (?:sets|tells)|each|either|respectively|"
    rf"{BESIDE}|(?:one|both|first)\b.{{1,80}}\b(?:other|another|both|second))\b",
    re.IGNORECASE,
)
_SURELY = re.compile(_PAPER, re.IGNORECASE)
_A_WORK = re.compile(rf"\b(?:{_PAPER}|{_SETS}|{_SET_OF})$", re.IGNORECASE)
_IS_NOUN = re.compile(_NOUN, re.IGNORECASE)
_OF_LISTS = (Kind.LIST, Kind.COUNT, Kind.WORKS_ABOUT)
"""What asks for works, unless it compares some."""


def described(text: str, names: Sequence[Span], own: Sequence[Span] = ()) -> Described | None:
    """The works that a text describes and asks about together; `names` are where works are named,
    `own` where that is by a name of their own.

    People and times are blotted out of it.
    """
    return (
        _pair(text, names)
        or _shared(text)
        or _stated(text)
        or _one_and_other(text)
        or _which_and_which(text)
        or _set(text)
        or (_papers(text, own) if of_each(text) else None)
        or _bare(text)
    )


def of_each(text: str) -> bool:
    """Whether what a text asks may be asked of each work in it: not "does W use W?"."""
    return compares(text) or _WHETHER.match(text) is None


def of_several(text: str) -> bool:
    """Whether a text surely speaks of several works: it compares them, or says "both"."""
    return compares(text) or _BOTH.search(text) is not None


_BOTH = re.compile(r"\bboth\b", re.IGNORECASE)
_WHETHER = re.compile(rf"\W*{OPENED}(?:does|did|is|was|has|can|could|will|would)\b", re.IGNORECASE)


def _papers(text: str, own: Sequence[Span]) -> Described | None:
    """Papers that are described anywhere in a text, and those that are named."""
    units: dict[Span, re.Match[str]] = {}
    for m in (*_UNIT.finditer(text), *_PLAIN.finditer(text), *_ANOTHER.finditer(text)):
        said = topical(m["of"] or "") or m["behind"]
        if said and _SURELY.fullmatch(m["noun"] or m["only"]) and not overlaps(m.span(), units):
            units[m.span()] = m
    free = [span for span in own if not overlaps(span, units)]
    spans = sorted([*units, *free])
    if not units or not 2 <= len(spans) <= MOST_SIDES:
        return None
    sides = [units[s]["words"] if s in units else text[slice(*s)] for s in spans]
    found = _told(text, spans, sides, [units[s]["noun"] or units[s]["only"] for s in units])
    together = compares(text) or _of_each_in_turn(_marked(text, spans))
    return found and replace(found, surely=together, compared=together, named=bool(free))


MOST_SIDES = 4
"""Works that are spoken of together, each by words of its own."""


def _pair(text: str, names: Sequence[Span]) -> Described | None:
    """Works described on either side of "and", "or", "than" and the like; or one that is, and one
    that is named.
    """
    units = {m.span(): m for m in _UNIT.finditer(text) if topical(m["of"] or "") or m["behind"]}
    free = [span for span in names if not overlaps(span, units)]
    pairs = [
        (one, other)
        for one, other in pairwise(sorted([*units, *free]))
        if _JOINED.fullmatch(text[one[1] : other[0]].lstrip("+*"))  # "GhostNet++"
    ]
    spans = list(dict.fromkeys(span for pair in pairs for span in pair))
    said = [units[span] for span in spans if span in units]
    if not said:
        return None
    sides = [units[s]["words"] if s in units else text[slice(*s)] for s in spans]
    found = _told(text, spans, sides, [m["noun"] or m["only"] for m in said])
    inside = [s for s in names if overlaps(s, units) and not looks_named(text[slice(*s)])]
    return found and replace(found, named=len(said) < len(spans), wordy=bool(inside))


def _shared(text: str) -> Described | None:
    """Two works with a noun in common: "the kazakh or the albanian prompt set"."""
    m = _SHARED.search(text)
    if m is None or not (topical(m["a"]) and topical(m["b"] or m["c"])):
        return None
    first, second = m["a"].split(), (m["b"] or m["c"]).split()
    noun = f"{m['noun'] or m['nouns']}{m['behind']}"
    common = " ".join([*second[len(first) :], noun])
    sides = [f"{m['a']} {common}", f"{' '.join(second)} {noun}"]
    return _told(text, [m.span()], sides, [common])


def _set(text: str) -> Described | None:
    """Works described all at once: "the two papers on deepfakes"."""
    for m in _SET.finditer(text):
        before, noun = text[: m.start()], m["noun"]
        papers = re.fullmatch(_PAPERS, noun, re.IGNORECASE) is not None
        of_set = papers or re.fullmatch(_SETS, noun, re.IGNORECASE) is not None
        said = m["n"] or m["bare"]
        count = 2 if m["both"] else number(said) if said else 0
        of_whom = "\0" in m[0] and papers
        if not (of_whom or topical(m["of"] or "") or (papers and m["behind"])):
            continue
        if not ((papers and (count or _COMPARES.search(text))) or _ASKS.search(before)):
            continue
        compared = bool(count or (of_set and _COMPARES.search(text)))
        if not compared and not (of_set and _DO.search(before)):
            continue
        topic = f"{topical(m['of'] or '')} {'' if papers else noun}{m['behind']}".strip()
        found = _told(text, [m.span()], (), [noun])
        return found and replace(
            found,
            topic=_ON.sub("", topic),
            number=count,
            compared=compared,
            acting=bool(of_set and count and _DO.search(before)),
        )
    return None


def _stated(text: str) -> Described | None:
    """Works of which it is stated what they have in common, and then asked: "Two papers use lidar.
    What for does each?".
    """
    m = _STATED.match(text)
    asked = m and asked_for(f"which papers {m['said']}")
    if m is None or not asked or not asked[0] or not of_several(m["asked"]):
        return None
    kind = topical(m["of"] or "")
    found = _told(text, [m.span("works")], (), ["papers"])
    return found and replace(
        found,
        topic=f"both {kind} and {asked[0]}" if kind else asked[0],
        number=number(m["n"]),
        acting=True,
        kind=Kind.COMPARE,
        asked=_of_stated(m["asked"]) or asked[0],
    )


def _one_and_other(text: str) -> Described | None:
    """Two works described one after the other, and then asked: "One survey is on dunes, the other
    on grains. For whom is each?".
    """
    m = _ONE_AND_OTHER.match(text)
    if m is None or not (topical(m["a"]) and topical(m["b"])):
        return None
    sides = [f"{m['noun']} {said}" for said in (m["a"], m["b"])]
    found = _told(text, [m.span("a"), m.span("b")], sides, [m["noun"], m["noun"]])
    return found and replace(found, kind=Kind.COMPARE, asked=_of_stated(m["asked"]))


def _which_and_which(text: str) -> Described | None:
    """Two works of a topic that are told apart by what is asked: "Which dune paper is on wet sand,
    and which one is on dry?".
    """
    m = _WHICH_AND_WHICH.fullmatch(text)
    if m is None or not topical(m["of"]):
        return None
    found = _told(text, [m.span("works")], (), ["papers"])
    asked = f"which one work {m['a']}, and which other work {m['b']}"
    return found and replace(
        found, topic=topical(m["of"]), number=2, kind=Kind.COMPARE, asked=asked
    )


def _of_stated(asked: str) -> str:
    """What is asked of works that were spoken of before; as it is where of one of them something
    else is asked than of the other.
    """
    return asked if asked_apart(asked) else asked_of_each(f"W: {asked}", "papers")


@dataclass(frozen=True, slots=True)
class Apart:
    """What is asked of each of several works, and whether in the order in which they are named."""

    asked: tuple[str, ...]
    in_order: bool


def asked_apart(text: str) -> Apart | None:
    """What is asked of each of several works, where that is not the same: of the one and of the
    other of two, or of each W. None where it is.

    >>> asked_apart("how many grains has the one, and which dunes does the other name?").asked
    ('how many grains has the one', 'which dunes does the other name?')
    >>> asked_apart("how many grains has W, and which dunes does W name?").in_order
    True
    """
    asked = parts(text)
    if len(asked) == 2 and _THE_ONE.search(asked[0]) and _THE_OTHER.search(asked[1]):
        bare = [_THE_ONE.sub(" ", asked[0]), _THE_OTHER.sub(" ", asked[1])]
        return Apart(asked, in_order=False) if _all_ask(bare) else None
    if not _of_each_in_turn(text):
        return None
    bare = [" ".join(_W.sub(" ", part).split()) for part in asked]
    return Apart(tuple(bare), in_order=True) if _all_ask(bare) else None


_W = re.compile(r"\bW\b")


def _all_ask(each: Sequence[str]) -> bool:
    """Whether each of several questions has words of its own."""
    return all(read_asked(text).words for text in each)


def _bare(text: str) -> Described | None:
    """Two works compared by words that may be of their titles."""
    m = _BARE.search(text)
    if m is None:
        return None
    places = [m.span(group) for group in "abcd" if m[group]]
    return _told(text, places, [text[start:end] for start, end in places], [])


def is_noun(word: str) -> bool:
    """Whether a word only says what kind of thing a work is: "paper", "model"."""
    return _IS_NOUN.fullmatch(word) is not None


def compares(text: str) -> bool:
    """Whether a text compares what it speaks of, or asks the same of each."""
    return _COMPARES.search(text) is not None


def _marked(text: str, spans: Sequence[Span], mark: str = "W") -> str:
    """The text with a mark in place of each work that is described."""
    for start, end in sorted(spans, reverse=True):
        text = f"{text[:start]}{mark}{text[end:]}"
    return text


def _of_each_in_turn(marked: str) -> bool:
    """Whether each of several questions in a text is of a work: "what does W say, and what W?"."""
    each = parts(_tidy(marked))
    return len(each) > 1 and all(len(_W.findall(part)) == 1 for part in each)


def _told(
    text: str, spans: Sequence[Span], sides: Sequence[str], nouns: Sequence[str]
) -> Described | None:
    """What is asked of the works that stand in those places, where it may be asked of several."""
    marked = _marked(text, spans, "W or W" if len(spans) == 1 and sides else "W")
    kind = read_kind(_tidy(marked)).kind
    if (kind is Kind.COUNT and _ASKED_OF.search(marked)) or (
        kind in _OF_LISTS and compares(marked)
    ):
        kind = Kind.COMPARE
    if kind not in (Kind.CONTENT, Kind.COMPARE, *OF_WORKS):
        return None
    return Described(
        sides=tuple(sides),
        surely=bool(nouns) and all(_SURELY.fullmatch(noun) for noun in nouns),
        called=bool(nouns) and all(_A_WORK.search(noun) for noun in nouns),
        kind=kind if kind in OF_WORKS else Kind.COMPARE,
        asked=asked_of_each(marked, nouns[0] if nouns else "works"),
    )


def asked_of_each(marked: str, noun: str = "works") -> str:
    """What is asked of each of several works, which stand in the text as W and are called by a
    noun; "" where they are only compared.

    >>> asked_of_each("agreement between annotators: W vs W"), asked_of_each("how do W differ?")
    ('agreement between annotators', '')
    """
    if asked_apart(_tidy(marked)):
        return _tidy(marked)
    asking = _without_statement(_tidy(marked))
    if asked_apart(asking):
        return asking
    rest = f" {asking} "
    for pattern, kept in (
        (_BETWEEN, " "),
        (_ASKED_OF, r"\1 they "),
        (_OTHERS_COMPARED, r"\1 perform"),
        (_EACH_OF, _they),
        (_CALLED, " "),
        (_COMPARES, " "),
    ):
        rest = pattern.sub(kept, rest)
    rest = _tidy(rest).strip(' ,;:.?!–"“”-')
    if (again := _AGAIN.search(rest)) and _QUESTION.search(rest, 0, again.start()):
        rest = rest[: again.start()]
    rest = _HAS_MORE.sub("what is the ", rest)
    if m := _WHICH.fullmatch(rest):
        counted = _HOLDING.sub("", noun)
        size = _SIZES[m["er"].lower()]
        return f"how many {counted}s" if counted != noun else f"how {size} is the {noun}"
    at_end = re.search(r"\bW\W*$", asking) is not None
    rest = f"{rest} the {noun}" if at_end and _OPEN.search(rest) else rest
    return rest if _asks(rest) else ""


def _they(each: re.Match[str]) -> str:
    return f"{each[1]}they " if each[1] else " "


def _without_statement(text: str) -> str:
    """What is asked of works, without what is stated of them before: "W and W both count grains,
    how?" asks only how, which is no question by itself.
    """
    for m in _ASKED_THEN.finditer(text):
        before, rest = text[: m.start()], text[m.end() :]
        if not _QUESTION.search(before) and _asks(_EACH_OF.sub(_they, f" {rest}")):
            return rest
    return text


def _asks(text: str) -> bool:
    """Whether a text asks for something in words of its own."""
    asked = read_asked(text)
    return bool(asked.words or asked.want is not Want.ANYTHING or read_part(text))


_ASKED_THEN = re.compile(
    rf"(?:[.:;?!,]| [–—-]+) (?=(?:and )?(?:(?:by|to|in|on|at|for|from|with|of) )?{QUESTION}\b)",
    re.IGNORECASE,
)
_OTHERS_COMPARED = re.compile(
    r"(\bhow (?:do|does|did) (?!W\b|they\b|th[eo]se\b)[^,;:?.]+?) compare\b", re.IGNORECASE
)
"""Asks how others compare, by each of several works."""
_EACH_OF = re.compile(
    r"( (?:do|does|did|is|are|was|were|can|has|have) )(?:each|both|either)"
    r"(?: (?:one )?of (?:them|these|those|the (?:two|three)))? |"
    r" (?:each|both|either) (?:one )?of (?:them|these|those)\b",
    re.IGNORECASE,
)
_AGAIN = re.compile(
    r"(?:,| and)? (?:which|what|where|who|how (?:many|much))(?: ones?)?"
    r"(?: (?:do|does|did)(?: they)?)?\W*$",
    re.IGNORECASE,
)
"""Asks the same of the last of several works: "which languages does A offer, *and which* B?"."""

_QUESTION = re.compile(rf"\b{QUESTION}\b", re.IGNORECASE)
_HAS_MORE = re.compile(
    r"\b(?:which|what|who)(?: (?:one|work|paper|model|method))?(?: of (?:the two|them))? "
    r"(?:has|have|had|gets?|got|reports?|reach(?:es)?|achieves?|needs?|uses?) (?:the )?"
    r"(?:lower|lowest|higher|highest|better|best|worse|worst|larger|largest|smaller|smallest|"
    r"greater|more|most|fewer|less) ",
    re.IGNORECASE,
)
"""Asks of which of several works something is more, which is told by what it is of each."""


def _tidy(text: str) -> str:
    """A text without blots, and without the gaps that were left in it."""
    return re.sub(r"\s+(?=[,?.!:;])", "", " ".join(text.replace("\0", " ").split()))


_BETWEEN = re.compile(
    r",? (?:and|or|vs\.?|versus|with|to|from|against|than|compared (?:to|with)|"
    rf"(?:and |on )?(?:{BESIDE})) (?=(?:{_ARTICLE} )?W\b)",
    re.I,
)
_HOLDING = re.compile(r"(?<=\w) (?:data ?)?(?:sets?|corpus|corpora|collections?)$", re.IGNORECASE)
"""What a data set is called after what it holds: "prompt set"."""
_CALLED = re.compile(
    rf"(?:\b(?:both(?: of)?(?: {_ARTICLE})?|{_ARTICLE})(?: {_NUMBER})? )?"
    rf"(?-i:\bW\b)(?:['’]s?)?(?: {_NOUN})?(?: (?:for|about) [^,;:?.!]+)?",
    re.IGNORECASE,
)
_ASKED_OF = re.compile(
    r"\b(do|does|did) (?:(?-i:W) )+(?!differ|compare)"
    r"(?:(?:cover|contain|include|span|have|hold|offer|provide|support|come (?:in|with))\b)?",
    re.IGNORECASE,
)
"""Works of which is asked what they do; that they hold something is nothing to look for."""
_OPEN = re.compile(r"\b(?:is|are|was|were|sizes? of)$", re.IGNORECASE)
_ON = re.compile(r"^(?:on|about|for|of|in) (?:(?:the|an?) )?", re.IGNORECASE)
_WHICH = re.compile(
    r"(?:(?:which|what|who)(?: ones?)?(?: (?:is|are|was|were|has|have))?|is|are)(?: (?:the|a))? "
    r"(?P<er>bigger|larger|smaller|longer|shorter|faster|slower)(?: ones?)?",
    re.IGNORECASE,
)
_SIZES = {
    "bigger": "big", "larger": "large", "smaller": "small", "longer": "long", "shorter": "short",
    "faster": "fast", "slower": "slow",
}  # fmt: skip
