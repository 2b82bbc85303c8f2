"""Kinds of value that a question may ask for, and the wordings that they are told by."""

from __future__ import annotations

import re
from enum import StrEnum


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
    LLM = "names of language models"
    LANGUAGE = "names of languages"
    COUNTRY = "names of countries"
    DATE = "a year or a date"


EXPANSION = re.compile(
    r"\b(?:what|wat|whats) (?:do|does|dose|is|are|did)?\s*(?:the )?(?:letters |"
    r"acronym |abbreviation |name |term |initials )*"
    r"[\"“'‘]?(?P<a>[\w-]+)[\"”'’]?(?: in [\"“'‘]?[\w-]+[\"”'’]?)?\s*"
    r"(?:stand(?:s|ing)?(?: for)?|short for|"
    r"abbreviat\w*|spelled out|an? (?:acronym|abbreviation) (?:of|for))\b|"
    r"\b(?:meaning|full (?:name|form)|long form|expansion|abbreviation|acronym)s? "
    r"(?:of |for |behind )?(?:the )?(?:acronym |abbreviation |letters "
    r")*[\"“'‘]?(?P<b>[\w-]+)|"
    r"\b(?P<c>[\w-]+) (?:stands for|is short for|abbreviation|acronym|spelled out|in full)\b|"
    r"^\W*(?P<f>[\w-]+) (?:meaning|means what)\W*$|"
    r"\b(?:spell out|expand|unabbreviate) (?:the )?(?:acronym |abbreviation )?(?P<d>[\w-]+)|"
    r"\bwhat do(?:es)? (?:the )?(?P<e>(?-i:[A-Z][A-Za-z]*[A-Z][\w-]*)) mean\b",
    re.IGNORECASE,
)
COUNT = re.compile(
    r"\b(?:how (?:many|few)|(?:what|which)(?: is| was| are| were|['’]s)? the "
    r"(?:total |exact |overall )?(?:number|amount|count) of|"
    r"(?:^|\b)(?:total |exact )?number of)\s+(?!(?:percent|fewer|more|less|times)\b)"
    r"(?:of )?(?:(?:different|distinct|unique|kinds? of|types? of|sorts? "
    r"of)\s+)*(?P<what>(?:[\w-]+ ?){1,4})",
    re.IGNORECASE,
)
BY_HOW_MUCH = re.compile(r"\bby how (?:much|many percent)\b", re.IGNORECASE)
"""Asks for a difference, whatever it is a difference of: "by how much does it cut the latency?"."""
PER_SECOND = re.compile(r"\b(?:fps|frames? (?:per|a) second)\b", re.IGNORECASE)
CUT = re.compile(
    r"\b(?:is|are|was|were|do|does|did|has|have|had|can|could|will|in|on|of|for|"
    r"from|per|at|to|with|that|"
    r"which|who|took|take|used|needed|came|come|there|it|they|he|she|needs|contain|"
    r"contains|make|makes|make up|"
    r"\w{3,}ed (?:the|an?|in|on|by|for|their|its|his|her|to|with|at))\b.*$",
    re.IGNORECASE,
)
WANTS: tuple[tuple[Want, re.Pattern[str]], ...] = tuple(
    (want, re.compile(pattern, re.IGNORECASE))
    for want, pattern in (
        (
            Want.TEMPERATURE,
            r"\b(?:what|which) (?:\w+ )?temperatures?\b|\bhow (?:hot|cold|warm)\b|"
            r"\bin (?:kelvin|celsius)\b",
        ),
        (
            Want.MONEY,
            r"^\W*(?:\w+ ){0,2}?(?:who|what|which|how much)\b.*\bpaid\b|"
            r"\bhow (?:expensive|costly|pricey)\b|\b(?:price (?:of|tag|per)|cost per)\b|"
            r"\b(?:what|how much) (?:do|does|did|is|was|would) .{1,80}?\bcosts?"
            r"(?:\s*[?.!]*$| (?:to|for|per|an?|each)\b)|"
            r"\bhow much money\b|"
            r"\b(?:in|many) (?:us )?(?:dollars|euros?|usd)\b|"
            r"\bhow much (?:funding|was paid|were .{1,40} paid)\b",
        ),
        (Want.RATE, r"\b(?:fps|frames? (?:per|a) second|frame rate)\b"),
        (
            Want.DURATION,
            r"(?:^|[,.:;?–-]\s*|\b(?:and|or|so|but|is|was|for|of|about|paper|work|(?-i:[A-Z][\w-]*))\s+)"
            r"how (?:long|fast|quick(?:ly)?)\b|\b(?:latency|run ?time|inference "
            r"time|training time|response time|duration|computation time)\b|"
            r"\b(?:milli|micro|nano)?seconds\b|\bin (?:ms|minutes|hours)\b",
        ),
        (
            Want.LINK,
            r"\b(?:where(?: (?:can|could|do|does|to|is|are|may|might)|['’]?s)|link|url|address|"
            r"find(?! out)|available|download|is there(?! an? (?:way|trick|reason))|public|"
            r"released?|open[- ]?source[d]?|got|get)\b.{0,50}"
            r"\b(?:code|source|implementation|repo(?:sitory)?|github|project "
            r"(?:web)?page|website|demo|checkpoints?|weights|model|data ?sets?)\b"
            r"(?!.*\bhow many\b)|\b(?:code|implementation|repo(?:sitory)?|github|"
            r"project page|website|demo)\b.{0,40}\b(?:where|link|url|available|"
            r"public|online|released)\b|"
            r"^(?:\S+ ){0,3}(?:code|github|repo|repository|project page)\s*[?.!]*$|"
            r"^(?:(?:what(?:['’]?s| is)|give me|show me|and|the|any|source|public|project) )*"
            r"(?:code|github|gitlab|repo(?:sitory)?|implementation|page|website|demo)"
            r"(?: (?:link|url|address|repo(?:sitory)?|page|code))* (?:for|of|to|behind) |"
            r"^(?:is|are) .{1,60} open[- ]?sourced?\s*[?.!]*$",
        ),
        (
            Want.LLM,
            r"\b(?:which|what|whose) (?:(?!(?:programming|do|does|did|is|are|was|were|share|"
            r"part|percentage|fraction|proportion|rate|number|score|accuracy)\b)[\w-]+ )"
            r"{0,3}?(?:LLMs?|[VM]LLMs?|VLMs?|language models?)\b",
        ),
        (Want.COUNTRY, r"\b(?:which|what|names? of the) (?:[\w-]+ ){0,2}?countr(?:y|ies)\b"),
        (
            Want.DATE,
            r"^\W*(?:(?:and|so|but) )?when (?:was|were)\b.{1,80}\b(?:launched|collected|recorded|"
            r"built|held|taken|founded|started|begun|conducted|captured|observed|discovered|sent|opened|"
            r"made|carried out|gathered|run|done)\b|\b(?:which|what) (?:(?:time )?periods?|"
            r"time ?(?:span|frame)|span|years?|decades?|months|century)\b(?! of time\b)|"
            r"\bhow (?:far|long) back\b|\b(?:time|date) (?:span|range)\b|\btimespan\b",
        ),
        (
            Want.LANGUAGE,
            r"\b(?:which|what|names? of the) (?:(?!(?:programming|model+ing|do|does|did|is|are|was|"
            r"were)\b)[\w-]+ ){0,2}?languages?\b(?! (?:model|pairs|task))",
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
            r"\b(?:which|what) (?:\w+ )?(?:city|cities|hospitals?|"
            r"clinics?|university|universities|institutions?|town|state|"
            r"region|village|island|river|lake|continent|place|location|"
            r"lab(?:oratory)?|school)\b|"
            r"^where (?:was|were)\b",
        ),
        (
            Want.NUMBER,
            r"(?:(?:^|[,.:;?–-]\s*|\b(?:and|by|to|of|at|with|for|about|in)\s+)"
            r"how (?:many (?:percent|fewer|more|less|times)|much|well|big|large|"
            r"small|accurate(?:ly)?|strong(?:ly)?|"
            r"far|high|low|deep|often|precise(?:ly)?|reliable|heavy|tall|good)"
            r"(?! (?:[\w-]+ ){0,3}?(?:should|ought)\b)|\b"
            r"(?:what|which)(?: is| was| are| were|['’]s)?(?: the)? (?:\w+ "
            r"){0,3}?(?:percentages?|fractions?|proportion|shares?|rates?|ratios?|"
            r"factor(?! (?!(?:is|was|does|has)\b)\w+s\b)|scores?|accurac(?:y|ies)|"
            r"precision|recall|improvement|gains?|reduction|increase|decrease|speed-?ups?|error|"
            r"value(?! (?:do|does|did|can|should|functions?)\b)|figures?|numbers?|correlation|"
            r"coefficient|mAP|mIoU|AUC|AUROC|PSNR|SSIM|"
            r"LPIPS|FID|BLEU|ROUGE|WER|F1|Dice|IoU|perplexity|margin|threshold|"
            r"frequency|power|energy|size))\b|"
            r"^(?!\W*(?:which|who|why|where|does|do|is|are|can|how (?:do|does|did|is|are|can))\b).*"
            r"\b(?:accuracy|precision|recall|top-?[15]|(?-i:mAP|MAP)|mIoU|AUC|AUROC|PSNR|SSIM|"
            r"LPIPS|FID|BLEU|ROUGE|WER|F1(?:-score)?|Dice|IoU|perplexity|speed-?up|"
            r"gain|improvement|reduction|approximation (?:factor|ratio|guarantee)|"
            r"error rate|success rate|percent(?:age)?|score|sizes? of|"
            r"(?<!or )sizes?\s*[?.!]*$)(?:\b|$)(?!.*\b(?:why|how "
            r"does|explain)\b)",
        ),
    )
)
_ATTRIBUTES = (
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
    r"github stars|how many stars",
    r"hospitals?",
    r"iphone|android|smartwatch",
    r"FLOPs|MACs",
    r"latency",
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
    r"inter-?(?:annotator|rater|coder) (?:agreement|reliability)|kappa",
    r"(?:LoRA|adapter|tensor|matrix) ranks?",
    r"false (?:positives?|negatives?|alarms?)",
    r"hugging ?face",
    r"frequency bands?|bandwidths?|carrier frequenc(?:y|ies)",
    r"warm-?up|beam (?:size|width)|gradient clipping|early stopping",
    r"tokeni[sz]ers?",
    r"(?:patch|window|image|input|hidden|codebook|buffer|queue) (?:size|dimension)s?",
    r"sequence lengths?|strides?",
    r"sampling rates?|sample rates?|bit ?rates?",
    r"power consumption|electricity|battery(?: life| drain| usage)?",
    r"wall-?clock",
    r"standard deviations?|effect sizes?|statistical significance|statistically significant",
    r"mortality|ethnicit(?:y|ies)",
    r"user stud(?:y|ies)|prototypes?",
    r"patents?",
)
ATTRIBUTES = tuple(re.compile(rf"\b(?:{named})\b", re.IGNORECASE) for named in _ATTRIBUTES)
"""What is asked for by its name."""
ANY_ATTRIBUTE = re.compile(rf"\b(?:{'|'.join(_ATTRIBUTES)})\b", re.IGNORECASE)
"""Whether there is any: most questions have none."""
