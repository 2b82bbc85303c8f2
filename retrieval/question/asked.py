"""What a question of content asks for.

Names that must occur, the words that carry it, the kind of value that would answer it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from retrieval.question.language import SMALL
from retrieval.question.mentions import looks_named, shouted, spelt
from retrieval.text import terms


class Want(StrEnum):
    """The kind of value that answers."""

    ANYTHING = "anything"
    EXPANSION = "what a short form stands for"
    COUNT = "how many of something"
    NUMBER = "a number"
    MONEY = "a price"
    DURATION = "a time"
    RATE = "frames per second"
    TEMPERATURE = "a temperature"
    DATA_SETS = "names of data sets"
    LINK = "an address"
    PLACE = "a place"


class Part(StrEnum):
    """What is asked of a work as a whole, in no words of its own."""

    RESULTS = "what came out"
    METHOD = "how it works"
    REASON = "why"
    GAIN = "by how much"
    TASK = "on what task"


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
    "proposes publication publications publish "
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
    "came coming hear heard read wonder wondering curious quick".replace("?", "").split()
)
_SMALL = _ASKING | SMALL
_SHORT_FORMS = frozenset("AM IT US WHO".split())

_EXPANSION = re.compile(
    r"\b(?:what|wat|whats) (?:do|does|dose|is|are|did)?\s*(?:the )?(?:letters |"
    r"acronym |abbreviation |name |term |initials )*"
    r"[\"“'‘]?(?P<a>[\w-]+)[\"”'’]?\s*(?:stand(?:s|ing)?(?: for)?|short for|"
    r"abbreviat\w*|spelled out|an? (?:acronym|abbreviation) (?:of|for))\b|"
    r"\b(?:meaning|full (?:name|form)|long form|expansion|abbreviation|acronym)s? "
    r"(?:of |for |behind )?(?:the )?(?:acronym |abbreviation |letters "
    r")*[\"“'‘]?(?P<b>[\w-]+)|"
    r"\b(?P<c>[\w-]+) (?:stands for|is short for|abbreviation|acronym|spelled out|in full)\b|"
    r"^\W*(?P<f>[\w-]+) meaning\W*$|"
    r"\b(?:spell out|expand|unabbreviate) (?:the )?(?:acronym |abbreviation )?(?P<d>[\w-]+)|"
    r"\bwhat do(?:es)? (?:the )?(?P<e>(?-i:[A-Z][A-Za-z]*[A-Z][\w-]*)) mean\b",
    re.IGNORECASE,
)
_COUNT = re.compile(
    r"\b(?:how (?:many|few)|(?:what|which)(?: is| was| are| were|['’]s)? the "
    r"(?:total |exact |overall )?(?:number|amount|count) of|"
    r"(?:^|\b)(?:total |exact )?number of)\s+(?!(?:percent|fewer|more|less|times)\b)"
    r"(?:of )?(?:(?:different|distinct|unique|kinds? of|types? of|sorts? "
    r"of)\s+)*(?P<what>(?:[\w-]+ ?){1,4})",
    re.IGNORECASE,
)
_PER_SECOND = re.compile(r"\b(?:fps|frames? (?:per|a) second)\b", re.IGNORECASE)
_CUT = re.compile(
    r"\b(?:is|are|was|were|do|does|did|has|have|had|can|could|will|in|on|of|for|"
    r"from|per|at|to|with|that|"
    r"which|who|took|take|used|needed|came|come|there|it|they|he|she|needs|contain|"
    r"contains|make|makes|make up)\b.*$",
    re.IGNORECASE,
)
_WANTS: tuple[tuple[Want, re.Pattern[str]], ...] = tuple(
    (want, re.compile(pattern, re.IGNORECASE))
    for want, pattern in (
        (
            Want.TEMPERATURE,
            r"\b(?:what|which) (?:\w+ )?temperatures?\b|\bhow (?:hot|cold|warm)\b|"
            r"\bin (?:kelvin|celsius)\b",
        ),
        (
            Want.MONEY,
            r"\bpaid\b|\bhow (?:expensive|costly|pricey)\b|\b(?:price (?:of|tag|per)|cost per)\b|"
            r"\b(?:what|how much) (?:do|does|did|is|was|would) .{1,80}\bcosts?\s*[?.!]*$|"
            r"\bhow much money\b|"
            r"\b(?:in|many) (?:us )?(?:dollars|euros?|usd)\b|"
            r"\bhow much (?:funding|was paid|were .{1,40} paid)\b",
        ),
        (Want.RATE, r"\b(?:fps|frames? (?:per|a) second|frame rate)\b"),
        (
            Want.DURATION,
            r"\bhow (?:long|fast|quick(?:ly)?)\b|\b(?:latency|run ?time|inference "
            r"time|training time|response time|duration|computation time)\b|"
            r"\b(?:milli|micro|nano)?seconds\b|\bin (?:ms|minutes|hours)\b",
        ),
        (
            Want.LINK,
            r"\b(?:where (?:can|could|do|does|to|is|are|may|might)|link|url|address|find|"
            r"available|download|is there|public|"
            r"released?|open[- ]?source[d]?|got|get|see)\b.{0,50}"
            r"\b(?:code|source|implementation|repo(?:sitory)?|github|project "
            r"(?:web)?page|website|demo|checkpoints?|weights|model|data ?sets?)\b"
            r"(?!.*\bhow many\b)|\b(?:code|implementation|repo(?:sitory)?|github|"
            r"project page|website|demo)\b.{0,40}\b(?:where|link|url|available|"
            r"public|online|released)\b|"
            r"^(?:\S+ ){0,3}(?:code|github|repo|repository|project page)\s*[?.!]*$",
        ),
        (
            Want.DATA_SETS,
            r"\b(?:which|what)(?: \w+){0,3} (?:data ?sets?|data|benchmarks?|corpora|"
            r"corpus|collections?|test sets?|databases?)\b|"
            r"\b(?:data ?sets?|benchmarks?|corpora) (?:are |were |was |is |did |"
            r"does |do )?(?:used|evaluated|tested|tried|considered)\b|"
            r"\b(?:evaluated|tested|trained|validated|benchmarked|tried(?: out)?|"
            r"assessed) (?:on|with) (?:what|which)\b|"
            r"\bon (?:what|which) (?:data|benchmark)|\b(?:evaluat\w+|tested|tried|"
            r"trained|assessed) on\s*[?.!]*$|"
            r"^(?:the )?(?:data ?sets?|benchmarks?|test data|training data|evaluation data)\b",
        ),
        (
            Want.PLACE,
            r"\b(?:which|what) (?:\w+ )?(?:city|cities|country|countries|hospitals?|"
            r"clinics?|university|universities|institutions?|town|state|"
            r"region|village|island|river|lake|continent|place|location|"
            r"lab(?:oratory)?|company|school)\b|"
            r"^where (?:was|were|did|has|have)\b",
        ),
        (
            Want.NUMBER,
            r"(?:(?:^|[,.:;?–-]\s*|\b(?:and|by|to|of|at|with|for|about|in)\s+)"
            r"how (?:many (?:percent|fewer|more|less|times)|much|well|big|large|"
            r"small|accurate(?:ly)?|strong(?:ly)?|"
            r"far|high|low|deep|often|precise(?:ly)?|reliable|heavy|tall|good)|\b"
            r"(?:what|which)(?: is| was| are| were|['’]s)?(?: the)? (?:\w+ "
            r"){0,3}?(?:percentages?|fractions?|proportion|shares?|rates?|ratios?|"
            r"factors?|scores?|accurac(?:y|ies)|"
            r"precision|recall|improvement|gains?|reduction|increase|decrease|speed-?ups?|error|"
            r"values?(?! (?:do|does|did|can|should|functions?)\b)|figures?|numbers?|correlation|"
            r"coefficient|mAP|mIoU|AUC|AUROC|PSNR|SSIM|"
            r"LPIPS|FID|BLEU|ROUGE|WER|F1|Dice|IoU|perplexity|margin|threshold|"
            r"frequency|power|energy|size))\b|"
            r"^(?!\W*(?:which|who|why|where|does|do|is|are|can|how (?:do|does|did|is|are|can))\b).*"
            r"\b(?:accuracy|precision|recall|top-?[15]|mAP|mIoU|AUC|AUROC|PSNR|SSIM|"
            r"LPIPS|FID|BLEU|ROUGE|WER|F1(?:-score)?|Dice|IoU|perplexity|speed-?up|"
            r"gain|improvement|reduction|approximation (?:factor|ratio|guarantee)|"
            r"error rate|success rate|percent(?:age)?|score|size of|(?<!or )size\s*[?.!]*$)(?:\b|"
            r"$)(?!.*\b(?:why|how "
            r"does|explain)\b)",
        ),
    )
)

_ATTRIBUTES: tuple[re.Pattern[str], ...] = tuple(
    re.compile(rf"\b(?:{pattern})\b", re.IGNORECASE)
    for pattern in (
        r"learning[- ]rates?",
        r"batch[- ]?sizes?",
        r"drop-?out(?: rates?)?",
        r"weight decay",
        r"momentum",
        r"optimi[sz]ers?",
        r"epochs?",
        r"(?:random )?seeds?",
        r"GPUs?|graphics cards?|TPUs?",
        r"hyper-?parameters?",
        r"licen[cs]es?",
        r"awards?|prizes?",
        r"fund(?:ed|ing)|grants?|sponsor\w*|paid for",
        r"(?:mean|average|median) age|how old",
        r"weighs?|how heavy",
        r"(?:what|which) resolution|resolution of|in pixels",
        r"annotators?",
        r"reviewers?",
        r"carbon|CO2|emissions?",
        r"temperatures?",
        r"voltage",
        r"dosages?",
        r"p-?values?",
        r"confidence intervals?",
        r"kernel size",
        r"embedding (?:size|dimension)s?",
        r"layers?",
        r"attention heads?",
        r"context (?:length|window)",
        r"vocabulary size",
        r"programming language|python|pytorch|tensorflow",
        r"stars",
        r"hospitals?",
        r"iphone|android|smartwatch",
        r"FLOPs|MACs",
        r"latency|milliseconds?",
        r"frames? per second|fps",
        r"memory|RAM|VRAM",
        r"param(?:eter)?s",
        r"loss functions?",
        r"activation functions?",
        r"cross-?validation|folds",
        r"training (?:time|hours|cost)",
        r"ethics|ethical approval|consent",
        r"competing interests?|conflicts? of interest",
        r"limitations?",
        r"future work",
        r"citations?|cited",
        r"journals?|conferences?|venues?|workshops?",
        r"inter-?(?:annotator|rater|coder) agreement|kappa",
        r"(?:LoRA|adapter|tensor|matrix) ranks?",
        r"false (?:positives?|negatives?|alarms?)",
        r"hugging ?face",
        r"frequency bands?|bandwidths?|carrier frequenc(?:y|ies)",
        r"warm-?up|beam (?:size|width)|gradient clipping|early stopping",
        r"tokeni[sz]ers?",
        r"(?:patch|window|image|input|hidden|codebook|buffer|queue) (?:size|dimension)s?",
        r"sequence lengths?|strides?",
        r"sampling rates?|sample rates?|bit ?rates?",
        r"power consumption|watts?|electricity|battery life",
        r"wall-?clock",
        r"standard deviations?|effect sizes?|statistical significance|statistically significant",
        r"mortality|ethnicit(?:y|ies)",
        r"user stud(?:y|ies)|prototypes?",
        r"patents?",
    )
)


_QUESTION_WORD = r"(?:how|what|which|who|whom|whose|where|when|why)"
_PARTS = re.compile(
    rf"\s*(?:,\s+|[,;]?\s+and\s+)(?=(?:(?:by|to|in|on|at|for|from|with|of)\s+)?{_QUESTION_WORD}\b)|"
    rf"\?\s+(?:and\s+|also,?\s+)?(?=(?:(?:by|to|in|on|at|for|from|with|of)\s+)?"
    rf"(?:{_QUESTION_WORD}|is|are|does|do|did|can)\b)",
    re.IGNORECASE,
)


_ASKS = re.compile(rf"\b{_QUESTION_WORD}\b", re.IGNORECASE)
_SHORT = {
    "when": "when was it published?",
    "in which year": "in which year was it published?",
    "in what year": "in which year was it published?",
    "what year": "in which year was it published?",
    "who": "who wrote it?",
    "by whom": "who wrote it?",
}
"""What may be left of a question put beside another."""


def parts(text: str) -> tuple[str, ...]:
    """The questions that are put in one: "What is X, and how fast is it?"; else the text alone.

    >>> parts("What does NPD stand for, and how fast is it?")
    ('What does NPD stand for', 'how fast is it?')
    """
    found: list[str] = []
    for part in _PARTS.split(text):
        if found and not _ASKS.search(found[-1]):  # what comes before a question, and is none
            found[-1] = f"{found[-1]}, {part.strip()}"
        else:
            found.append(_SHORT.get(part.lower().strip(" ?!."), part.strip()))
    whole = all(len(read_asked(part).words) + len(part.split()) > 2 for part in found)
    return tuple(found) if len(found) > 1 and whole else (text,)


def read_asked(text: str) -> Asked:
    """Take a question of content apart."""
    text = re.sub(r"\b([Dd])ata[ -]sets?\b", r"\1ataset", text)
    text = re.sub(r"\b([Ll])icence", r"\1icense", text)
    loud = shouted(text)
    tokens = _WORD.findall(text)
    named = [t for t in tokens if looks_named(t) and not _stressed(t)]
    names = () if loud else tuple(dict.fromkeys(named))
    proper = () if loud else tuple(_proper(text, names))
    words = tuple(t.lower() for t in tokens if len(t) > 1 and (t in names or _carries(t)))
    expansion = _EXPANSION.search(text)
    short = next((g for g in expansion.groups() if g), "") if expansion else ""
    if short.lower() in _ASKING:
        short = ""
    count = None if _PER_SECOND.search(text) else _COUNT.search(text)
    want = Want.ANYTHING
    counted: tuple[str, ...] = ()
    if short:
        want = Want.EXPANSION
    elif count:
        want = Want.COUNT
        noun = _CUT.sub("", count["what"]).strip()
        counted = tuple(word for word in _WORD.findall(noun.lower()) if terms(word))
    else:
        want = next((w for w, pattern in _WANTS if pattern.search(text)), Want.ANYTHING)
    attributes = tuple(m[0] for pattern in _ATTRIBUTES if (m := pattern.search(text)))
    if want is Want.EXPANSION:
        words = tuple(word for word in words if word not in ("mean", "meaning", "means"))
    if want is Want.COUNT:
        words = tuple(word for word in words if word not in ("number", "amount", "total", "count"))
    if want is Want.NUMBER:
        words = tuple(word for word in words if word not in _MEASURES)
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
        by_name=bool(_BY_NAME.search(text)),
    )


def _stressed(word: str) -> bool:
    """Whether a word in capitals is one of any sentence: "what could it NOT do"."""
    small = word.lower() in _ASKING or (word.isalpha() and not terms(word))
    return small and word not in _SHORT_FORMS


def _carries(word: str) -> bool:
    return word.lower() not in _SMALL


_PARTS_BY: tuple[tuple[Part, re.Pattern[str], frozenset[str]], ...] = tuple(
    (part, re.compile(pattern, re.IGNORECASE), frozenset(words.split()))
    for part, pattern, words in (
        (
            Part.RESULTS,
            r"\b(?:findings?|results?|outcomes?|conclu\w+|take-?aways?|insights?|upshot|"
            r"bottom line|find out|(?:c[ao]me|comes) out(?: of)?|learn(?:ed|t)?|discover(?:ed|y)?|"
            r"observ(?:e|ed)|reveal(?:ed|s)?|"
            r"(?:did|do|does|have|has) (?:they|it|he|she|this|that(?: one)?|the (?:paper|authors?|"
            r"study|work|researchers?|team)) (?:find|found|show|shown|see|report|achieve))\b",
            "finding findings result results outcome outcomes conclude concluded concludes "
            "conclusion conclusions takeaway takeaways take-away take-aways insight insights "
            "upshot bottom line learn learned learnt discover discovered observe observed reveal "
            "revealed reveals key experimental empirical final overall important central team",
        ),
        (
            Part.METHOD,
            r"\bhow (?:does|do|did|is|are|was|can) (?:it|they|this|that|he|she|the \w+) (?:\w+ )?"
            r"(?:work|done|do (?:it|that|this)|function|operate)s?\b|"
            r"\b(?:what|which)\b.{0,20}\b(?:method|approach|methodology|technique|mechanism)s?\b",
            "method methods approach methodology technique techniques mechanism function operate",
        ),
        (Part.GAIN, r"\bby how much\b|^(?:and )?how much\W*$", ""),
        (
            Part.TASK,
            r"\b(?:on|for|in|at) (?:what|which) (?:\w+ )?tasks?\b|\b(?:what|which) tasks?\b",
            "task tasks tested evaluated tried",
        ),
        (Part.REASON, r"^(?:(?:and|but|so)\s+)*(?:why|how come)\b", ""),
    )
)


def read_part(text: str) -> Part | None:
    """What is asked of a work as a whole; None where words of the question say what.

    >>> read_part("what were the main results?"), read_part("what results on CIFAR-10?")
    (<Part.RESULTS: 'what came out'>, None)
    """
    for part, pattern, words in _PARTS_BY:
        if pattern.search(text):
            asked = read_asked(text)
            more = [word for word in asked.words if word not in words]
            return part if part is Part.REASON or not (more or asked.names) else None
    return None


_MEASURES = frozenset(
    "percent percentage share fraction proportion number amount size cases fewer "
    "more less times".split()
)
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
    r"\b(?:two|three|four|five|kinds|types|besides|differences?)\b|\binto (?:which|what)\b",
    re.IGNORECASE,
)
_SUPERLATIVE = re.compile(
    r"\b(?:best|worst|highest|lowest|most \w+|least|largest|smallest|strongest|"
    r"fastest)\b",
    re.IGNORECASE,
)


_BY_NAME = re.compile(
    r"\b(?:which|what|name of the|whose)\s+(?:\w+\s+){0,2}?(?:LLMs?|models?|encoders?|backbones?|"
    r"optimi[sz]ers?|engines?|simulators?|vocoders?|languages?|compan(?:y|ies)|countr(?:y|ies)|"
    r"datasets?|benchmarks?|platforms?|robots?|tools?|librar(?:y|ies)|softwares?|GPUs?|"
    r"algorithms?|detectors?|baselines?|cameras?|sensors?|hospitals?|universit(?:y|ies)|scanners?|"
    r"journals?|architectures?|networks?|frameworks?|cit(?:y|ies)|tokenizers?|loss)\b",
    re.IGNORECASE,
)


def _proper(text: str, names: tuple[str, ...]) -> list[str]:
    """Capitalised words that do not open the text or a sentence of it."""
    found = []
    for m in _WORD.finditer(text):
        opens = not text[: m.start()].strip() or re.search(r"[.?!:]\s*[\"'“(]*$", text[: m.start()])
        if (
            m[0][0].isupper()
            and not opens
            and m[0] not in names
            and m[0].lower() not in _ASKING
            and len(m[0]) > 1
        ):
            found.append(m[0])
    return list(dict.fromkeys(found))
