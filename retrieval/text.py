"""Text as the corpus holds it: cut into sentences, reduced to search terms, made readable.

Nothing here rewrites what is stored. A sentence is a verbatim slice of its text, so that a quote
can be checked character by character; LaTeX turns into Unicode only on the way to a reader.
"""

from __future__ import annotations

import logging
import re
import threading
import unicodedata
from collections import Counter
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any

import Stemmer

if TYPE_CHECKING:
    from pylatexenc.latex2text import LatexNodes2Text

# English words that carry no topic: articles, pronouns, prepositions, auxiliaries, question words
# (after the lists of Snowball and NLTK), and what an apostrophe leaves behind ("don", "ll").
_FUNCTION_WORDS = """
a about above after again against ain all am an and any are aren as at be because been before being
below between both but by can cannot could couldn d did didn do does doesn doing don down during
each few for from further had hadn has hasn have haven having he her here hers herself him himself
his how i if in into is isn it its itself just let ll m me mightn more most mustn my myself needn no
nor not now o of off on once only or other ought our ours ourselves out over own re s same shan she
should shouldn so some such t than that the their theirs them themselves then there these they this
those through to too under until up ve very was wasn we were weren what when where which while who
whom why will with won would wouldn y you your yours yourself yourselves
"""
_STOP_WORDS = frozenset(_FUNCTION_WORDS.split())
MOST_SENTENCES = 200
"""Sentences of an abstract that are searched and quoted; the longest real ones have about 60."""
_WORD = re.compile(r"\w\w+")
_GREEK = re.compile(r"(?<![^\W\d_])[\u0391-\u03c9](?![^\W\d_])")
_per_thread = threading.local()

# Never the end of a sentence, whatever follows.
_ABBREVIATIONS = """
a.k.a approx ca cf dr e.g eds eqs eqns esp figs gov i.e mr mrs messrs pp prof refs resp s.t secs
subsp suppl thm univ viz vols vs w.r.t
"""
_INSIDE = frozenset(_ABBREVIATIONS.split())
# Not the end when a number or a label follows: "Fig. 2", "p. S49C", "No. 7".
_LABELS = "ch chap col eq eqn fig figure lemma no nos p par prop ref sec sect tab v ver vol"
_BEFORE_NUMBER = frozenset(_LABELS.split())
# Words that open sentences and are no surnames; they tell "a set S. We show" from "by S. Penny".
_OPENERS = (
    "A|Additionally|All|Also|An|As|At|Based|Because|Besides|Both|But|By|Compared|Consequently|"
    "Despite|Due|Each|Existing|Experiments|Extensive|Finally|First|For|From|Furthermore|Given|"
    "Hence|Here|How|However|If|In|Instead|It|Its|Many|Moreover|Most|Naturally|Nevertheless|No|"
    "On|One|Our|Recent|Recently|Results|Second|Several|Since|Some|Specifically|Such|That|The|"
    "Their|Then|There|Therefore|These|They|This|Those|Through|Thus|To|Under|Unlike|Using|We|"
    "What|When|Where|Whereas|Which|While|With|Without"
)
_OPENER = re.compile(rf"(?:{_OPENERS})\b")

# Inline mathematics much as Pandoc reads it: "$5 to $6" is money, "$x_1$" and "2$\times$3" are not.
_MATH = re.compile(
    r"(?<![\\$])\$(?=[^\s$])(?:[^$]{0,300}?(?<=[^\s\\])\$(?!\d)|[^$\s]{0,40}[\\^_][^$]{0,80}\$)"
)

_BOUNDARY = re.compile(
    r"""
    (?P<stop>[.!?]+) (?P<close>["'”’)\]}]*)
    (?:
        \s+ (?=["'“‘«(\[{]* (?: [A-Z0-9$\\#] | (?![a-z])[^\W\d_]    # a capital, a number, LaTeX, α
                              | [a-z]+[A-Z0-9-] ))                  # mRNA, p38, gamma-CEHC
      | (?<=[a-z]{3}[.!?]) (?=[A-Z][a-z]+\b(?![.(/]))               # two sentences glued together
    )
    | \n\s*\n\s*                                                    # a paragraph ends
    """,
    re.VERBOSE,
)
_EXCLAIMED = ("Yahoo!", "Jeopardy!", "Kahoot!")
"""Names that end in a mark which ends no sentence; data sets are called by them."""
_LAST_WORD = re.compile(r"[^\W_](?:[\w.]*[^\W_])?$")
_ENUMERATOR = re.compile(r"(?:^|[:;(]\s*)(?:\d{1,2}|[a-z]|i{1,3}|i?v)$")
_AFTER_NAME = re.compile(r"(?:\b[A-Z][\w'-]*\.?|\bby|\band|&|,)\s+(?:[A-Z]\.\s*)*[A-Z]$")


def split_sentences(text: str) -> list[str]:
    """The sentences of `text`, in order, each a verbatim slice without the white space around it.

    White space apart, the pieces joined give the text back. Made for abstracts: abbreviations
    ("e.g.", "et al.", "Fig. 2"), initials, decimals, addresses, list numbers and inline LaTeX do
    not end a sentence; sentences glued together by a lost space do.
    """
    maths = [match.span() for match in _MATH.finditer(text)]
    pieces: list[str] = []
    start = 0
    for match in _BOUNDARY.finditer(text):
        end = match.start() if match["stop"] is None else match.end("close")
        inside = any(opened < match.start() < closed for opened, closed in maths)
        inside = inside or (match["stop"] == "!" and text[:end].endswith(_EXCLAIMED))
        if inside or (match["stop"] == "." and not match["close"] and _goes_on(text, start, match)):
            continue
        pieces.append(text[start:end].strip())
        start = end
    pieces.append(text[start:].strip())
    return [piece for piece in pieces if piece]


def _goes_on(text: str, start: int, match: re.Match[str]) -> bool:
    """Whether the full stop of `match` belongs to an abbreviation, an initial or a list number."""
    head = text[max(start, match.start() - 60) : match.start()].lstrip()
    following = text[match.end() : match.end() + 20]
    found = _LAST_WORD.search(head)
    if found is None:
        return False
    word = found.group()
    opens = _OPENER.match(following) is not None
    if len(word) > 1 and word.isalpha() and word.isupper():  # "a single-view DR. However"
        return False
    if word.lower() in _INSIDE:
        return True
    if following[:1].islower() and (len(word) == 1 or word.lower() in {"etc", "al"}):
        return True
    if word == "al":  # "et al. 2003", "et al. [7]", but "by Khuller et al. More importantly"
        return not following[:1].isupper()
    if word.lower() in _BEFORE_NUMBER:
        return re.match(r"[(\[]?(?:[A-Z]?\d|[IVX]+\b)|\\ref|\$", following) is not None
    if len(word) == 1 and word.isupper():
        initial = re.match(r"[A-Z]\.", following) is not None
        return not opens and (initial or _AFTER_NAME.search(head) is not None)
    if re.fullmatch(r"(?:[A-Z]\.)+[A-Z]", word):  # "the U.S. National Library", "J.E. Brown"
        return not opens
    return _ENUMERATOR.search(head) is not None


def terms(text: str) -> Counter[str]:
    r"""The search terms of `text` and how often each occurs: lower-case stems, stop words left out.

    Stemmed by Snowball's English stemmer. Accents are folded ("Erdős" meets "Erdos"), a single
    Greek letter counts by its name ("Δ-IFD" meets "\Delta-IFD"), other single characters not at
    all, and the commands of LaTeX are no words.
    """
    if "\\" in text:
        text = readable(text)
    folded = unicodedata.normalize("NFKD", _GREEK.sub(_greek_name, text).casefold())
    plain = "".join(char for char in folded if not unicodedata.combining(char))
    words = [word for word in _WORD.findall(plain) if word not in _STOP_WORDS]
    return Counter(_stemmer().stemWords(words))


def _greek_name(match: re.Match[str]) -> str:
    return unicodedata.name(match.group(), "").rpartition(" ")[2] or match.group()


def _stemmer() -> Stemmer.Stemmer:
    """One stemmer a thread: Snowball's are not safe to share."""
    if not hasattr(_per_thread, "stemmer"):
        _per_thread.stemmer = Stemmer.Stemmer("english")
    stemmer: Stemmer.Stemmer = _per_thread.stemmer
    return stemmer


_GROUP = r"\{(?:[^{}]|\{(?:[^{}]|\{[^{}]*\})*\})*\}"
_LATEX = re.compile(
    rf"""
    (?P<math> \\\( .{{0,300}}? \\\) | \\\[ .{{0,300}}? \\\] | \$\$ [^$]{{1,300}} \$\$
            | {_MATH.pattern} )
    | \\[A-Za-z]+\*? (?: [ ]?\[[^\[\]]*\] )? (?: {_GROUP} )*     # \emph{{...}}, \alpha
    | \\[`'^"~=.] \s? (?: \{{\\?\w\}} | \\?\w )                   # \"o
    | \\[%$&#_{{}}\\,;:!\- ]                                      # \%
    | {_GROUP}
    | ``[^`]{{1,300}}?''
    | (?<=[\w.)%$}}])~(?=[\w\\($])
    """,
    re.VERBOSE | re.DOTALL,
)
_SUPERSCRIPT = str.maketrans("0123456789+-=()ni", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿⁱ")
_SUBSCRIPT = str.maketrans("0123456789+-=()aeijklmnoprstuvx", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎ₐₑᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ")
# What leaves nothing to read: references, spaces, changes of type face.
_SILENT = """
cite citep citet citealp ref eqref label footnote thanks vspace hspace
sc it bf rm em tt sf sl bfseries itshape scshape
"""
_NOT_READ = re.compile(r"\\(?:href|textcolor|color|hyperref)\s*(?:\{[^{}]*\}|\[[^\[\]]*\])")
_BY_CODE = re.compile(r"\\unicode\s*\{x((?![Dd][89A-Fa-f])[0-9A-Fa-f]{2,4})\}")  # no surrogates
_DEGREES = re.compile(r"\^\{?\\circ\}?")
_RAISED = re.compile(r"\^(?:\{([-+=()0-9ni]+)\}|([0-9ni]))(?![A-Za-z])")
_LOWERED = re.compile(r"_(?:\{([-+=()0-9aeijklmnoprstuvx]+)\}|([0-9aeijklmnoprstuvx]))(?![A-Za-z])")


def readable(text: str) -> str:
    r"""`text` for people: LaTeX turned into Unicode ("PanGu-$\pi$" into "PanGu-π").

    Only what is LaTeX changes: money, percentages, paths and white space stay as they are, and so
    does LaTeX too damaged to be read. Never raises.
    """
    if not any(mark in text for mark in ("$", "\\", "{", "``", "~")):
        return text
    return _LATEX.sub(lambda match: _unicode(match.group(), match["math"] is not None), text)


@lru_cache(maxsize=4096)
def _unicode(latex: str, math: bool) -> str:
    from pylatexenc.latexwalker import LatexWalkerError

    latex = _BY_CODE.sub(lambda found: chr(int(found[1], 16)), latex)
    if math:
        latex = _DEGREES.sub("°", latex)
        latex = _RAISED.sub(lambda found: (found[1] or found[2]).translate(_SUPERSCRIPT), latex)
        latex = _LOWERED.sub(lambda found: (found[1] or found[2]).translate(_SUBSCRIPT), latex)
    else:  # signs that LaTeX would swallow, and arguments that are not read
        latex = _NOT_READ.sub("", latex)
        latex = re.sub(r"(?<!\\)([$%&#])", r"\\\1", latex)
    try:
        text = str(_converter().latex_to_text(latex))
    except (LatexWalkerError, LookupError, TypeError, ValueError, AttributeError, RecursionError):
        return latex
    return text.replace("\xa0", " ") if not math else text.strip()


@cache
def _converter() -> LatexNodes2Text:
    from pylatexenc.latex2text import LatexNodes2Text, MacroTextSpec, get_default_latex_context_db

    def name(node: Any, l2tobj: LatexNodes2Text) -> str:
        r"""What a macro leaves: "\texttt{so}" and "\hl{so}" what they are given, "\ours" a name."""
        arguments = [a for a in getattr(node.nodeargd, "argnlist", None) or () if a]
        if arguments:
            return str(l2tobj.nodelist_to_text(arguments))
        following = node.parsing_state.s[node.pos + node.len :]
        given = following.startswith("{") and not following.startswith("{}")
        return "" if given else f"{node.macroname}{node.macro_post_space}"

    # It tells of every macro that lacks an argument; damaged LaTeX is nothing to act upon.
    logging.getLogger("pylatexenc").setLevel(logging.CRITICAL)
    context = get_default_latex_context_db()
    context.add_context_category(
        "abstracts",
        prepend=True,
        macros=[MacroTextSpec(macro, discard=True) for macro in _SILENT.split()]
        + [MacroTextSpec("url", simplify_repl="%s")],
    )
    context.set_unknown_macro_spec(MacroTextSpec("", simplify_repl=name))
    return LatexNodes2Text(latex_context=context, math_mode="text", keep_comments=True)


def work_terms(title: str, abstract: str) -> Counter[str]:
    """The terms of a work as the lexical search counts them."""
    return terms(whole(title, abstract))


def whole(title: str, abstract: str) -> str:
    """A work as one text: what its document vector is made of, and what its terms are."""
    return f"{title}. {abstract}" if title and abstract else title or abstract


def pieces(title: str, abstract: str) -> tuple[str, ...]:
    """A work as its title and the sentences of its abstract: what is embedded and quoted.

    Of what is too long for an abstract, the first MOST_SENTENCES.
    """
    sentences = split_sentences(abstract)[:MOST_SENTENCES]
    return (title, *sentences) if title else tuple(sentences)
