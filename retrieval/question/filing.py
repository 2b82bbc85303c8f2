"""Under which of arXiv's categories works are wanted, and where among theirs. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from retrieval.question.spans import Span
from retrieval.question.words import WORKS

FIRST, OTHERS, ONLY = "first", "others", "only"
"""Places of a category among those of a work."""


@dataclass(frozen=True, slots=True)
class Filed:
    """Categories that a text names, where works are to have them among theirs, and where in the
    text that is said.
    """

    category: str = ""
    place: str = ""
    spans: tuple[Span, ...] = ()


def filed(categories: Sequence[str], wanted: str, place: str = "") -> bool:
    """Whether a work is filed under the categories, one of them where an "or" stands between, at
    that place among its own.

    >>> filed(["cs.CV", "astro-ph.GA"], "astro-ph"), filed(["cs.CV"], "cs.CV and cs.LG")
    (True, False)
    >>> filed(["cs.CV", "cs.LG"], "cs.LG", "first"), filed(["cs.CV", "I.2.7"], "cs.CV", "only")
    (False, True)
    """
    under = [category.casefold() for category in categories]
    if place == ONLY:
        under = [c for c in under if re.fullmatch(_CATEGORY, c)]
        under = under if len(under) == 1 else []
    elif place:
        under = under[:1] if place == FIRST else under[1:]
    named, either = categories_of(wanted)
    found = [
        any(f"{category}.".startswith(f"{one.casefold()}.") for category in under) for one in named
    ]
    return any(found) if either else all(found)


def categories_of(wanted: str) -> tuple[list[str], bool]:
    """The categories that are wanted, and whether one of them is enough."""
    return re.split(r" (?:and|or) ", wanted), " or " in wanted


def filed_in(text: str) -> Filed:
    """The arXiv categories in which works are wanted, as arXiv writes them; of those that stand
    apart one is enough.

    >>> filed_in("papers in cs.cv or STAT.ML?").category
    'cs.CV or stat.ML'
    >>> filed_in("papers with cs.GR as their main category").place
    'first'
    """
    if _MEANS.search(text):
        return Filed()
    found = [m.span() for m in _IN_CATEGORY.finditer(text)]
    said = " ".join(text[start:end] for start, end in found)
    named = [_as_filed(one[0]) for one in re.finditer(_CATEGORY, said, re.IGNORECASE)]
    either = len(found) > 1 or _EITHER.search(said)
    category = (" or " if either else " and ").join(dict.fromkeys(named))
    placed = [_with_place(text, span) for span in found]
    places = {place for place, _ in placed if place}
    anywhere = [m.span() for m in _ANYWHERE.finditer(text)] if found else []
    spans = tuple(sorted([*anywhere, *(span for _, span in placed)]))
    return Filed(category, places.pop() if len(places) == 1 else "", spans)


_EITHER = re.compile(r"\b(?:or|vs|versus|against|than)\b|/", re.IGNORECASE)


def _as_filed(category: str) -> str:
    archive, dot, part = category.lower().partition(".")
    return archive + dot + (part if archive in ("cond-mat", "physics") else part.upper())


_CATEGORY = (
    r"(?:(?:cs|math|stat|eess|econ|q-bio|q-fin|nlin|astro-ph)\.[a-z]{2}|"
    r"cond-mat\.(?:dis-nn|mes-hall|mtrl-sci|other|quant-gas|soft|stat-mech|str-el|supr-con)|"
    r"physics\.(?:acc|ao|app|atm|atom|bio|chem|class|comp|data|ed|flu|gen|geo|hist|ins|med|optics|"
    r"plasm|pop|soc|space)-?(?:ph|clus|an|dyn|det)?|"
    r"astro-ph|cond-mat|gr-qc|hep-(?:ex|lat|ph|th)|math-ph|nlin|nucl-(?:ex|th)|q-bio|q-fin|"
    r"quant-ph)(?![\w-])(?!\.\w|/\d)"
)
_MEANS = re.compile(
    rf"\b(?:stands? for|short for|means?|meaning of)\b|^what(?: is|['’]s) {_CATEGORY}\W*$", re.I
)
"""Asks what a category is."""
_BETWEEN = r"(?:,? (?:and|or|vs\.?|versus|against|than|rather than)(?: (?:in|under|for))?|,|/)"
_CATEGORIES = rf"{_CATEGORY}(?:{_BETWEEN} ?{_CATEGORY})*"
_DOTTED = rf"(?=[a-z-]+\.){_CATEGORY}(?:{_BETWEEN} ?{_CATEGORY})*"
"""Categories that can be nothing else, wherever they stand."""
_UNDER = (
    r"(?:(?:filed |listed |posted |classified |catalogued |cross-listed |tagged )?"
    r"(?:in|under|within|from|of|as|to|for|(?<=tagged )with) (?:both |either )?"
    r"(?:the )?(?:arxiv )?(?:categor(?:y|ies) |class |section |label |tag )?|"
    r"(?:in|under|from|of) (?:the )?(?:[\w-]+ ){1,4}?(?:categor(?:y|ies),? )?\(|"
    r"(?:in|under|from|of) the (?:[\w-]+ ){1,4}categor(?:y|ies),? |category |tagged )"
)
_IN_CATEGORY = re.compile(
    rf"(?<![\w./-])(?:(?:{_UNDER}|^(?=[^ ]*$)|^(?=[^ ]+ (?:vs|versus|against)\b)|"
    rf"more |only |just ){_CATEGORIES}(?: (?:category|categories|section))?(?! {WORKS}\b)\)?|"
    rf"(?:{_UNDER})?{_DOTTED}\)?|"
    rf"{_CATEGORIES}(?=[ -](?:[\w-]+ )?(?:{WORKS}|ones)\b))",
    re.IGNORECASE,
)


_CLASS = (
    r"(?:(?:arxiv |subject )?(?:categor(?:y|ies)|class(?:es)?|sections?|labels?|tags?|fields?))"
)
_FILE = r"(?:filed|listed|posted|classified|catalogued|tagged|placed|put|submitted)"
_THEIRS = r"(?:(?:the|their|its|his|her|an?) )?"
_PREPOSED = rf"(?:{_FILE} )?(?:(?:in|under|as|to|for|with|of|being|is|are|was|were) |: )?(?:the )?$"
_WITH = r"(?:(?:whose|where|with|has|have|having|carry|carrying) )?"
_PRIMARY = r"(?:first|primary|main|principal|leading)"
_SECONDARY = r"(?:secondary|second|additional|further|other)"
_CROSS = r"(?:cross[- ]?(?:list|post|fil)(?:ed|s|ings?)?)"
_IS = rf",?(?: (?:is|are|comes?|being|{_FILE}))*,?"
_PLACES = tuple(
    (place, re.compile(before, re.IGNORECASE), re.compile(behind, re.IGNORECASE))
    for place, before, behind in (
        (
            ONLY,
            rf"(?:solely|exclusively|purely) {_PREPOSED}|"
            rf"{_WITH}{_THEIRS}(?:only|sole|single) {_CLASS} {_PREPOSED}",
            rf" (?:and (?:in )?(?:nothing else|nowhere else|no others?(?: {_CLASS})?)|alone|"
            rf"exclusively|as {_THEIRS}(?:only|sole|single) {_CLASS})(?!\w)",
        ),
        (
            OTHERS,
            rf"(?:also )?{_CROSS} {_PREPOSED}|secondarily {_PREPOSED}|"
            rf"{_WITH}{_THEIRS}{_SECONDARY} {_CLASS} {_PREPOSED}",
            rf"{_IS} (?:only )?(?:as )?{_THEIRS}(?:{_CROSS}|{_SECONDARY} {_CLASS})(?!\w)|"
            rf"{_IS},? (?:but |and |only )?(?:not|never) (?:as )?{_THEIRS}{_PRIMARY}"
            rf"(?: {_CLASS}|(?= *[?.!,;]*$))",
        ),
        (
            FIRST,
            rf"(?:primarily|mainly|principally|chiefly) {_PREPOSED}|"
            rf"{_WITH}{_THEIRS}{_PRIMARY} {_CLASS} {_PREPOSED}|{_FILE} first {_PREPOSED}|"
            rf"{_WITH}primary {_PREPOSED}",
            rf"{_IS} (?:as |in )?{_THEIRS}{_PRIMARY}(?: {_CLASS}|(?= *[?.!,;]*$))",
        ),
    )
)
"""What stands before a category and behind it, where works are to have it at a place."""
_ANYWHERE = re.compile(
    r",? (?:first|primar(?:y|ily)|main(?:ly)?) or (?:otherwise|not|secondar(?:y|ily)|"
    rf"{_CROSS}|elsewhere|in any other way),?(?= )",
    re.IGNORECASE,
)
"""Says that any place will do."""
_NEAR = 60
"""Characters before a category that are looked at."""


def _with_place(text: str, span: Span) -> tuple[str, Span]:
    """The place at which works are to have the categories in a stretch, and the stretch with the
    words that say so.
    """
    start, end = span
    named = re.search(_CATEGORY, text[start:end], re.IGNORECASE)
    at = start + named.start() if named else start
    for place, before, behind in _PLACES:
        if said := before.search(text[max(0, at - _NEAR) : at]):
            return place, (min(start, max(0, at - _NEAR) + said.start()), end)
        if said := behind.match(text, end):
            return place, (start, said.end())
    return "", span
