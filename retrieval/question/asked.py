"""What a question of content asks for.

Names that must occur, the words that carry it, the kind of value that would answer it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from retrieval.question import lists
from retrieval.question.language import SMALL
from retrieval.question.mentions import LEARNING, looks_named, shouted, spelt
from retrieval.question.wants import (
    ANY_ATTRIBUTE,
    ATTRIBUTES,
    BY_HOW_MUCH,
    COUNT,
    CUT,
    EXPANSION,
    PER_SECOND,
    WANTS,
    Want,
)
from retrieval.text import terms


@dataclass(frozen=True, slots=True)
class Asked:
    """A question of content, taken apart.

    Attributes:
        names: words shaped like names (GhostNet, CIFAR-10), as typed.
        proper: other words with a capital inside the sentence (Danish, Naples).
        words: the words that carry the question, lower case, in order, asking words left out.
        want: the kind of value.
        counted: what is counted ("how many *GPUs*"), lower case.
        attributes: technical attributes asked for ("learning rate"); the answer has to say them.
        short: the short form whose long form is wanted.
        focus: stems of what is counted or measured: they weigh double.
        enumerable: several things are asked for ("which two species").
        superlative: the best or worst of something is asked for.
        by_name: things are asked for that go by names ("which optimizer").
        winner: who won is asked ("which team won").
        about: the words of what a work is asked to say something about ("about *bees*").
        how, why, trouble: by what means, for what reason, or what is wrong is asked.
        whether: yes or no is asked ("does it work for German?").
        defined: what is to be defined ("what is *open-set recognition*?").
    """

    text: str
    names: tuple[str, ...] = ()
    proper: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    want: Want = Want.ANYTHING
    counted: tuple[str, ...] = ()
    attributes: tuple[str, ...] = ()
    short: str = ""
    focus: frozenset[str] = frozenset()
    enumerable: bool = False
    superlative: bool = False
    by_name: bool = False
    winner: bool = False
    about: tuple[str, ...] = ()
    how: bool = False
    why: bool = False
    trouble: bool = False
    whether: bool = False
    defined: str = ""


PHRASE = 3
"""Words of a name of something that is no question, at most."""
_WORD = re.compile(r"[^\W_](?:[\w+]|[-.](?=\w))*")
_ASKING = frozenset(
    "apart bring brings brought yo anyone sorry paper's a able about abstract "
    "abstracts according achieve achieved achieves actually "
    "all also am an and any "
    "anyone anything are aim as ask asked at author authors be been being best? "
    "between both briefly but by call called "
    "can come comes could deal deals dealing describe described did do does doing done dose each "
    "else ever explain "
    "exactly few find finds for found from gave get gets give given gives go goes "
    "good got had happen happens has have "
    "having he hello help? her here hers hey hi him his how i if in into involve "
    "is it its itself just kind kinds know "
    "known like list look? looked made main make makes many may me mention mentioned might "
    "more? most? much must my name named need? needed needs? of off often on one? "
    "ones? only or other our out over own "
    "paper papers per perform performs please preprint proposal propose proposed "
    "proposes publication publications publish claim claims claimed "
    "published put question really reach reached reaches relate report reported "
    "reports research researcher researchers result "
    "results right said same say says see seem she should show showed shown shows "
    "so some someone something "
    "sort sorts speak stand stands state states stated studies? study? such take "
    "takes taken talk tell than that the their "
    "them themselves then there these they thing things this those through to "
    "together told too try tried under up upon "
    "us use used uses using very via want was way ways we well went were what "
    "whats when where wherever which while who whom "
    "whose why wich will with within without? work? works would write writes "
    "written wrote yes yet you your friend told "
    "came coming hear heard read quick stuff either neither end ends ended".replace("?", "").split()
)
_WONDERING = re.compile(
    r"^\W*(?:(?:i|i['’]?m|i am|just|only) )*(?:curious|wonder(?:ing)?)\b[\s,:–-]*", re.I
)
_WHICH_OF = re.compile(
    r"\b(which|what) of (?:the|these|those|its|their|all)(?: \d+)? (?=[\w-]+s\b)", re.IGNORECASE
)
"""Asks for one of several: "which of the 116 languages" is "which languages"."""
_DATA_SETS = re.compile(r"\b([Dd])ata[ -]sets?\b")
_LICENCE = re.compile(r"\b([Ll])icence")
_SMALL = _ASKING | SMALL
_UNITS = frozenset("dB kHz MHz GHz kW mW kWh kB GB MB TB mAh".split())
_SHORT_FORMS = frozenset("AM IT US WHO".split())


@lru_cache(maxsize=256)
def read_asked(text: str) -> Asked:
    """Take a question of content apart."""
    text = _WONDERING.sub("", text)
    text = _LICENCE.sub(r"\1icense", _DATA_SETS.sub(r"\1ataset", text))
    loud = shouted(text)
    tokens = _WORD.findall(text)
    named = [t for t in tokens if looks_named(t) and t not in _UNITS and not _stressed(t)]
    names = () if loud else tuple(dict.fromkeys(named))
    proper = () if loud else tuple(_proper(text, names))
    words = tuple(t.lower() for t in tokens if len(t) > 1 and (t in names or _carries(t)))
    which = _WHICH_OF.sub(r"\1 ", text)
    want, counted, short = _wanted(which)
    saying = _SAYING.get(want, frozenset()) | frozenset(_HOW_LARGE.findall(text.lower()))
    words = tuple(word for word in words if word not in saying)
    some = ANY_ATTRIBUTE.search(text) is not None
    attributes = tuple(m[0] for p in ATTRIBUTES if (m := p.search(text))) if some else ()
    if want is Want.RATE:  # "79 FPS" says it in other letters
        attributes = tuple(a for a in attributes if not PER_SECOND.fullmatch(a))
    metric = _METRIC.findall(text) if want is Want.NUMBER else []
    focus = frozenset(stem for word in (*counted, *metric) for stem in terms(spelt(word)))
    return Asked(
        text=text,
        names=names,
        proper=proper,
        words=words,
        want=want,
        counted=counted,
        attributes=attributes,
        short=short,
        focus=focus,
        enumerable=bool(_SEVERAL.search(text)),
        superlative=bool(_SUPERLATIVE.search(text)),
        by_name=bool(_BY_NAME.search(which)),
        winner=want is Want.ANYTHING and bool(_WINNER.search(text)),
        about=tuple(word for word in _said_about(text) if word in words),
        how=bool(_HOW.search(text)),
        why=bool(_WHY.search(text)),
        trouble=bool(_TROUBLE.search(text)),
        whether=bool(_WHETHER.match(text)),
        defined=(m["what"] or m["term"]) if (m := _DEFINED.match(text)) else "",
    )


def is_phrase(text: str) -> bool:
    """Whether a text only names something, and asks nothing of it: "text-to-SQL".

    >>> is_phrase("bird migration"), is_phrase("top-1 accuracy"), is_phrase("it moves")
    (True, False, False)
    """
    words = re.findall(r"[\w'’-]+", text)
    asked = read_asked(text)
    wanting = asked.want is not Want.ANYTHING or asked.attributes or re.search(r"\d", text)
    return 0 < len(words) <= PHRASE and not wanting and not any(map(lists.frames, words))


def _wanted(text: str) -> tuple[Want, tuple[str, ...], str]:
    """The kind of value that is wanted, what is counted and the short form to be spelt out."""
    expansion = EXPANSION.search(text)
    short = next((g for g in expansion.groups() if g), "") if expansion else ""
    if short and short.lower() not in _ASKING:
        return Want.EXPANSION, (), short
    if BY_HOW_MUCH.search(text):
        return Want.NUMBER, (), ""
    uncounted = PER_SECOND.search(text) or _WHETHER.match(text)
    if count := None if uncounted else COUNT.search(text):
        noun = CUT.sub("", count["what"]).strip()
        counted = tuple(word for word in _WORD.findall(noun.lower()) if terms(word))
        return Want.NUMBER if _SAVED.search(text) else Want.COUNT, counted, ""
    return next((w for w, pattern in WANTS if pattern.search(text)), Want.ANYTHING), (), ""


def _said_about(text: str) -> list[str]:
    said = _SAID_ABOUT.search(text) or _DOES_FOR.match(text)
    return _WORD.findall(said["about"].lower()) if said else []


def _stressed(word: str) -> bool:
    """Whether a word in capitals is one of any sentence: "what could it NOT do"."""
    small = word.lower() in _ASKING or (word.isalpha() and not terms(word))
    return small and word not in _SHORT_FORMS


def _carries(word: str) -> bool:
    return word.lower() not in _SMALL


_SAYING: dict[Want, frozenset[str]] = {
    Want.EXPANSION: frozenset(
        "mean meaning means abbreviation acronym letters initials short full form stand stands "
        "spell spelled expand expansion".split()
    ),
    Want.COUNT: frozenset("number amount total count".split()),
    Want.NUMBER: frozenset(
        "percent percentage share fraction proportion number amount size sizes cases fewer more "
        "less "
        "times".split()
    ),
}
"""Words that only say which kind of value is wanted."""
_HOW_LARGE = re.compile(r"\bhow (large|big|small)\b")
_METRIC = re.compile(
    r"\b(?:accuracy|precision|recall|mAP|mIoU|AUC|AUROC|PSNR|SSIM|LPIPS|FID|BLEU|"
    r"ROUGE|WER|F1|Dice|IoU|"
    r"perplexity|error|speed-?up|latency|factor|ratio|rate|correlation|percentage|share)\b",
    re.IGNORECASE,
)
_SEVERAL = re.compile(
    r"\b(?:which|what)\s+(?:[\w-]+\s+){0,3}?(?!(?:does|was|is|has|happens|makes|"
    r"causes)\b)[a-z]{2,}[a-rt-z]s"
    r"(?=\s+(?:is|are|was|were|do|does|did|has|have|can|could|come|belong|make|of)\b)|"
    r"\b(?:two|three|four|five|kinds|sorts|types|names of|besides|differences?)\b|"
    r"\binto (?:which|what)\b",
    re.IGNORECASE,
)
_SAVED = re.compile(r"\bhow (?:many|few)\b.*\b(?:saves?|saved|saving|reduc\w+|cuts?)\b", re.I)
"""How many there are fewer, which is told by a share or a factor as well."""
_SUPERLATIVE = re.compile(
    r"\b(?:best|worst|highest|lowest|most \w+|least|largest|smallest|strongest|"
    r"fastest|won|wins?|winn\w+|c[ao]me (?:first|out on top))\b",
    re.IGNORECASE,
)
_BY_NAME = re.compile(
    r"\b(?:which|what|names? of the|whose)\s+(?:\w+\s+){0,2}?(?:LLMs?|models?|encoders?|backbones?|"
    r"optimi[sz]ers?|engines?|simulators?|vocoders?|languages?|compan(?:y|ies)|countr(?:y|ies)|"
    r"datasets?|benchmarks?|platforms?|robots?|tools?|librar(?:y|ies)|softwares?|GPUs?|"
    r"algorithms?|detectors?|baselines?|cameras?|sensors?|hospitals?|universit(?:y|ies)|scanners?|"
    r"journals?|architectures?|networks?|frameworks?|cit(?:y|ies)|tokenizers?|loss|VLMs?|MLLMs?|"
    r"headsets?|devices?|smart ?glasses|chips?|phones?|drones?|games?|vendors?|products?|firms?|"
    r"newspapers?|banks?|teams?|satellites?(?: images?| imagery)?)\b|"
    r"\bnames? of (?:the|its|their|those) |"
    r"\bwhat\b.*\b(?:compared|benchmarked|measured) (?:against|with|to)\W*$",
    re.IGNORECASE,
)
_CONTESTANT = (
    r"(?:teams?|groups?|participants?|contestants?|competitors?|entr(?:y|ies)|submissions?|"
    r"models?|LLMs?|systems?|compan(?:y|ies)|universit(?:y|ies)|institut\w+|labs?|country)"
)
_WINNER = re.compile(
    r"\bwho (?:won|wins|(?:was|is|did|came|finished|ended up) (?:best|first|on top))"
    r"(?! (?:more|less|back|over)\b)\b|"
    rf"\b(?:which|what|whose) (?:[\w-]+ ){{0,2}}?{_CONTESTANT} (?:won|wins)\b|"
    r"(?:^|\bwho (?:is|was|are|were) |\bnames? )(?:the )?winners? (?:of|in|at)\b",
    re.IGNORECASE,
)


_WHETHER = re.compile(
    r"^\W*(?:(?:and|so|but|ok),? )*(?:does|do|did|can|could|is|are|was|were|has|have|will)\b"
    r"(?!.*\bhow (?:many|few)\b)",
    re.IGNORECASE,
)
"""A question for yes or no, which counts nothing: "does it need the number of classes?"."""
_HOW = re.compile(
    r"^\W*(?:\w+ ){0,3}?how\b(?! (?:many|much|often|long|large|big|small|fast|accurate|well|far|"
    r"high|low|good|bad|old|few))",
    re.IGNORECASE,
)
_WHY = re.compile(r"\bwhy\b|\bwhat makes\b|\breason\b|how come", re.IGNORECASE)
_TROUBLE = re.compile(
    r"\b(?:problems?|issues?|wrong|drawbacks?|shortcoming|bad about|gap|missing|downside|catch|"
    r"trouble)\b|\b(?:limit|weak|challeng|fail|suffer|difficult|lack|motivat|critici)|\bhard\b",
    re.IGNORECASE,
)
_THE = r"(?:(?:an?|the|this)\s+)?"
_TERM = r"\w[\w\s/+*-]{1,60}?"
_DEFINED = re.compile(
    r"^\W*(?:(?:so|and|but|ok(?:ay)?|please|(?:can|could) you),? )*"
    r"(?:(?:what(?:['’]?s| is| are| was| were)"
    r"(?: meant by| the (?:definition|meaning|idea|concept) of| actually| exactly)?|"
    r"what do(?:es)? (?:they|you|he|she|the authors?) mean by|define|explain|describe|"
    rf"meaning of|definition of)\s+{_THE}(?P<what>{_TERM})|"
    rf"what do(?:es)? {_THE}(?P<term>{_TERM}) mean)"
    r"(?: actually| exactly| in (?:the|his|her|their|that|this) .{3,60})?"
    r"(?<! against)(?<! with)(?<! to)(?<! on)(?<! for)(?<! from)(?<! by)\W*$",
    re.IGNORECASE,
)
_DOES_FOR = re.compile(
    r"^\W*(?:(?:and|so|but|ok),? )*(?:does|do|did|can|could)\b.{0,60}?"
    r"\b(?:work(?:s|ing)?|use[ds]?|usable|apply|applied|applicable|good|suitable|help(?:s|ful)?|run|"
    r"test(?:ed)?|tried|try|evaluated?|train(?:ed)?)(?: [\w-]+){0,2}? (?:for|on|with|in|against) "
    r"(?P<about>[^?.!,;]+)",
    re.IGNORECASE,
)
_SAID_ABOUT = re.compile(
    r"\bwhat\b.{0,80}?\b(?:says?|said|finds?|found|find out|reports?|reported|shows?|showed|"
    r"concludes?|concluded|claims?|claimed|discovers?|discovered|reveals?|revealed|learn)\s+"
    r"(?:about|on|regarding|concerning)\s+(?P<about>[^?.!,;]+)",
    re.IGNORECASE,
)


def _proper(text: str, names: tuple[str, ...]) -> list[str]:
    """Capitalised words that do not open the text or a sentence of it."""
    found = []
    for m in _WORD.finditer(text):
        word = m[0]
        name = word[0].isupper() and len(word) > 1 and word not in LEARNING and word not in names
        if name and word.lower() not in _ASKING and not _OPENING.search(text, 0, m.start()):
            found.append(word)
    return list(dict.fromkeys(found))


_OPENING = re.compile(r"(?:^\s*|[.?!:]\s*[\"'“(]*)$")
"""Before a word that opens a text or a sentence of it."""
