"""What kinds of question there are, and the wordings that they are told by.

The rules are tried in order on the text with researchers written as `R`, named works as `W` and
times left out; the first that fits decides (see `retrieval.question.wording`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from storage.works_by_author import PLACES


class Kind(StrEnum):
    """What is asked for. All but CONTENT, WORKS_ABOUT and COMPARE are questions of record."""

    CONTENT = "content"
    WORKS_ABOUT = "works about"
    COMPARE = "compare"
    COUNT = "how many"
    PER_YEAR = "how many per year"
    LIST = "list"
    LATEST = "latest"
    EARLIEST = "earliest"
    YEAR = "which year"
    BUSIEST = "busiest year"
    QUIETEST = "quietest year"
    WHEN = "when"
    AUTHORS = "who"
    COLLABORATORS = "collaborators"
    LINK = "link"
    PROFILE = "profile"
    NOT_KEPT = "not kept"
    HELP = "help"


OF_WORKS = (Kind.WHEN, Kind.YEAR, Kind.AUTHORS, Kind.LINK)
"""Asked of works that are named, or found by what they are about."""

SHARE = "share"
"""The part of COUNT that asks how many of all works that is."""
OFTEN = "first most often"
"""The part of AUTHORS that asks who is the first of them on most works."""
RANKED = "ranked"
"""The part of WORKS_ABOUT that asks which of them is the smallest, or has the most of something."""
MONTH = "month"
"""The part of BUSIEST, QUIETEST and PER_YEAR that asks for months."""
AVERAGE = "average"
"""The part of AUTHORS that asks how many of them a work has on average."""
OF_SIZE = ("most", "fewest")
"""Parts of AUTHORS: which work has the most of them, or the fewest."""
OF_MANY = (OFTEN, AVERAGE, *OF_SIZE)
"""Parts of AUTHORS that are asked of all works."""

WORKS = (
    r"(?:papers?|works?|publications?|articles?|preprints?|manuscripts?|abstracts?|studies|"
    r"titles|pieces?|outputs?|texts?)"
)
MANY_WORKS = (
    r"(?:papers|works|publications|articles|preprints|manuscripts|abstracts|studies|titles|pieces)"
)
WRITE = (
    r"(?:publish(?:ed|es|ing)?|wr(?:ite|ites|ote|itten|iting)|author(?:ed|s)?|co-?author(?:ed|s)?|"
    r"released?|produced?|submit(?:ted|s)?|put out|post(?:ed|s)?|upload(?:ed|s)?)"
)
WHO = r"(?:R|he|she|they|you|it|the (?:researcher|author|group|team))"
_OWN = r"(?:R(?:['’]s?)?|his|her|their|your|the|these|those|all|all the|any|other|of)"
ADJ = r"(?:(?!(?:about|on|is|are|was|were|did|does|do|has|have|who|why|how)\b)[\w'’-]+ ){0,3}?"
_OF_ONE = (
    r"(?! (?:in|with|about|on|around|from|here)(?: (?:it|this|that|these|those|its|their)\b| "
    r"(?:the|his|her|an?) (?:[\w-]+ ){0,4}?(?:paper|(?<!his )(?<!her )work|method|approach|model|"
    r"study|article|data ?set|corpus|benchmark|system|algorithm|architecture|framework|version|"
    r"solver|loss)"
    r"(?!s|-|\w| (?:of|on|for|by) (?:R|him|her|them)\b)))"
)
"""Behind "new": nothing that asks what is new in one work, or about it."""
NEWS = (
    rf"(?:\b(?:what(?:['’]?s)?|anything|something|nothing)"
    rf"(?: (?:is|are|there|else|really|that|that['’]s))* new\b{_OF_ONE}|"
    r"^(?:(?:what(?:['’]?s| is| are)|show me|give me|tell me|any) )?(?:the )?(?:very )?"
    r"(?:latest|newest|most recent)"
    r"(?: (?:news|developments|advances|progress|work|research|results|findings|"
    rf"trends))?(?= (?:in|about|around|regarding|concerning|with|within|on)\b){_OF_ONE})"
)
"""Asks what came last, of everything or on a topic: "what's new in …", "latest in …"."""
LEAVES_OUT = (
    r"(?:without|except(?: for)?|excluding|other than|apart from|besides|minus|outside(?: of)?|but|"
    r"not|neither|nor)"
)
"""Before people or times that are not wanted."""
ORDINALS = tuple("first second third fourth fifth sixth seventh eighth ninth tenth".split())
NTH = r"(?:second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|[2-9](?:nd|rd|th)|10th)"
NEXT_TO_LAST = r"(?:penultimate|second[- ](?:to[- ])?last|last but one|next[- ]to[- ]last)"
ABOUT = (
    r"(?:about|on|regarding|concerning|around|covering|that (?:cover|are about|deal with|use|study|"
    r"concern|mention|discuss|address|propose|tackle|treat|consider|focus on|work "
    r"on|apply|involve)|"
    r"deal(?:s|ing)? with|dealing in|related to|relating to|mention(?:s|ing)?|discuss(?:es|ing)?|"
    r"cover(?:s|ing)?|us(?:e|es|ing)|stud(?:y|ies|ying)|address(?:es|ing)?|tackl(?:e|es|ing)|"
    r"concern(?:s)?|focus(?:es|ing|sed)? on|treat(?:s|ing)?|explor(?:e|es|ing)|involv(?:e|es|ing)|"
    r"investigat(?:e|es|ing)|doing|consider(?:s|ing)?|apply|applies|applying|"
    r"work(?:s|ing)? (?:on|with)|belong to|touch(?:es|ing)?(?: on)?|in the (?:area|field) of|"
    r"devoted to|dedicated to|have to do with|"
    r"talk(?:s|ing)? about|propos(?:e|ing)|introduc(?:e|ing)|present(?:ing)?|"
    r"look(?:s|ing)? (?:at|into)|employ(?:s|ing)?|"
    r"(?:evaluat|test|train|experiment)(?:e|es|ed|s|ing)? (?:on|with)|used|"
    r"buil(?:ds?|ding|t) (?:up)?on|where(?! (?:is|are|was|were|did|do|does|can)\b)|"
    r"in which(?! (?:years?|months?|journal|conference|venue|country)\b)|"
    r"whose(?! (?:(?:co-?)?authors?|first|last|titles?)\b))"
)


@dataclass(frozen=True, slots=True)
class Rule:
    """A kind, the wording it is told by, and which part of it is meant ("first" author …)."""

    kind: Kind
    pattern: re.Pattern[str]
    facet: str = ""


def _rule(kind: Kind, pattern: str, facet: str = "") -> Rule:
    return Rule(kind, re.compile(pattern, re.IGNORECASE), facet)


_GREETING = (
    r"hi|hello|hey|hiya|yo|greetings|good (?:morning|afternoon|evening|day)|thanks?|thank you|thx|"
    r"cheers|bye|goodbye|ok(?:ay)?|cool|great|nice|help|help me|please help|test|ping|"
    r"what can you do|what do you do|who are you|what are you|how do(?:es)? (?:you|this|it) work|"
    r"are you (?:chat ?gpt|an? (?:ai|bot|llm|robot|human|language model)|human|real)|"
    r"who (?:made|built|wrote|programmed) you|what(?: is|['’]s) your (?:system )?(?:prompt|name)|"
    r"what (?:can|should|could|may) i ask(?: you)?|how can you help(?: me)?|how are you|"
    r"what do you know"
)


def _with_authors(number: str) -> str:
    """Which work has the most authors, or the fewest."""
    return (
        rf"^(?:(?:which|what)(?: of)?|(?:what(?:['’]s| is) )?the)?(?: ?{_OWN})*"
        rf"(?: ?(?:{WORKS}|ones?))?(?: (?:of|by) R)? ?(?:has|have|had|with|"
        rf"(?:is|was|were)(?: written)? by) the {number} (?:co-?)?(?:authors|writers|people)"
        rf"(?:,? (?:and )?how many)?\s*[?.!]*$"
    )


_TEAM = (
    r"^(?!.*\bW\b).*\b(?:{}) (?:author list|(?:list|team|group) of (?:co-?)?authors|"
    r"(?:author |research )?team)\b"
)
"""Which work has the longest list of authors, or the shortest."""

_LIFE = (
    r"salary|net worth|age|birthday|birth ?date|wife|husband|spouse|partner|"
    r"children|kids|hobb(?:y|ies)|"
    r"e-?mail(?: address)?|phone(?: number)?|home ?page|website|nationality|"
    r"religion|height|twitter|"
    r"linkedin|github(?: account)?|supervisor|adviser|advisor|phd(?: thesis)?|thesis|degree|"
    r"job|employer|salary|grants?|funding|office|address|favou?rite \w+|students|lab|education"
)
_FIGURES = r"citations?|h-?index|i10-?index|impact factor|downloads|awards?|prizes?|patents?"
_PEOPLE = r"(?:researchers|scientists|people|academics|scholars)"
_VENUES = r"conferences?|journals?|venues?|proceedings|workshops?|publishers?|magazines?"

_MANY = rf"many(?= (?:(?:new|of|{WORKS}|did|does|do|has|have|per|an?|each|every|by)\b))"
_OF_THESE = (
    rf"(?:^(?:(?:and|but|so|ok(?:ay)?|then|well|now|R|he|she|they)\b[\s,:;]*)*"
    rf"(?:(?:about|on|with|by) (?!which\b|what\b)[^?]+?\b[\s,:;]*)?|"
    rf"\b(?:{MANY_WORKS}|{WRITE})\b.*)\b"
)
"""Before "how many": nothing, or words that tell that works are to be counted."""

RULES: tuple[Rule, ...] = (
    _rule(
        Kind.HELP,
        rf"^(?:(?:{_GREETING})(?: (?:there|bot|colloquy|all|everyone|so much|a lot|very much|"
        rf"again|you))?[\s,.!?]*)+$",
    ),
    _rule(
        Kind.HELP,
        rf"^(?:(?:which|what|list|show(?: me)?|name|how many)(?: all| the| your| other)* {_PEOPLE}|"
        r"whom?"
        r"(?= \w+ (?:you|stored|imported)))"
        r"(?: (?:do|can|have) you (?:know|have|track|cover|stored)|"
        r" are (?:there |in )*(?:stored|imported|available|there|here)| you know)?\s*[?.!]*$",
        "researchers",
    ),
    _rule(
        Kind.NOT_KEPT,
        r"^(?:(?:please|can you|could you) )*(?:translate|write (?:me )?(?:an?|"
        r"some) (?!list)|compose|sing|draw (?:me|an?|some)\b|"
        r"tell me an? (?:joke|story)|(?:(?:what|how)(?:['’]s| is) )?the weather|"
        r"play|calculate|solve|generate an?) ?\b(?!.*\bR\b)|"
        r"^what(?:['’]s| is| are) [\d.,]+ (?:times|plus|minus|divided by|over|x|[-+*/×÷]) [\d.,]+",
        "task",
    ),
    # Facts that no source gives.
    _rule(
        Kind.NOT_KEPT,
        rf"\b(?:how (?:many|much|often|highly)|number of|most|highest|total)\b.{{0,40}}\b"
        rf"(?:{_FIGURES}|cited|downloaded|viewed)\b",
        "figures",
    ),
    _rule(Kind.NOT_KEPT, r"\b(?:h-?index|i10-?index|impact factor)\b", "figures"),
    _rule(
        Kind.LINK,
        r"^(?:how (?:do|can|should|would) (?:i|we|you|one) )?(?:cite|quote) (?:W|it|this)\b",
    ),
    _rule(
        Kind.NOT_KEPT,
        r"\b(?:cites?|cited|citing|citations? (?:of|for)) (?:W|R|this|that|it|the)\b",
        "figures",
    ),
    _rule(
        Kind.NOT_KEPT,
        rf"\b(?:which|what|whose) (?:\w+ )?(?:{_VENUES})\b|"
        r"\b(?:journal|conference|workshop) (?:papers|articles|publications|works)\b"
        r"(?! (?:about|on|for|that|with|using)\b)",
        "venue",
    ),
    _rule(
        Kind.NOT_KEPT,
        r"^where (?:was|were|is|did|has|have|does)\b.{0,80}\b(?:published|presented|accepted|"
        r"appear(?:ed)?|publish)\b",
        "venue",
    ),
    _rule(
        Kind.NOT_KEPT,
        r"\b(?:most (?:important|influential|interesting|impactful|exciting|significant)|best|"
        r"greatest|coolest|favou?rite|must[- ]read|random) "
        r"(?:papers?|works?|articles?|publications?)\b"
        r"(?=\W*$| (?:by|of|from|to|he|she|they|R|here|please|you|so far|ever)\b)|"
        rf"^(?:what|which)(?: {WORKS}| one)? (?:should|do|would|could) (?:i|we|one|you) "
        r"(?:read|start|recommend|suggest|pick|begin)(?: (?:first|next|with|from|now|me))*\W*$|"
        r"^where (?:should|do|to) (?:i |we )?(?:start|begin)\W*$|^surprise me\W*$|"
        r"\b(?:smartest|nicest|best|coolest|greatest|worst) "
        r"(?:co-?author|collaborator|researcher)s?\b|"
        r"^(?:please )?(?:pick|choose|"
        rf"recommend|suggest)(?: me)? (?:one|an?|something|anything)(?: {WORKS})?"
        r"(?: for me| to read)?(?: please)?\W*$",
        "judgement",
    ),
    _rule(
        Kind.NOT_KEPT,
        r"\bin your (?:\w+ )?(?:opinion|view)\b|"
        r"^should (?:i|we) (?:do|join|apply|work|study|hire)\b",
        "opinion",
    ),
    _rule(
        Kind.NOT_KEPT,
        rf"^when will\b.{{0,80}}\b(?:{WRITE}|come out|appear|available|out)\b",
        "future",
    ),
    _rule(
        Kind.NOT_KEPT,
        r"\b(?:peer[- ]reviewed|best paper(?! (?:on|about|for)\b)|retracted|got rejected)\b|"
        rf"\b(?:W|R|he|she|it|they|this|that|{WORKS})\b.{{0,20}}"
        r"\b(?:rejected|accepted (?:at|by|to))\b",
        "venue",
    ),
    _rule(
        Kind.NOT_KEPT,
        r"^how many (?:wom[ae]n|m[ae]n|females?|males?|girls|boys|nationalities)\b|"
        r"\b(?:youngest|oldest|richest|tallest) (?:co-?author|collaborator|researcher)s?\b",
        "life",
    ),
    _rule(
        Kind.NOT_KEPT,
        rf"^(?:what(?: is|['’]s| was| are)|who(?: is|['’]s| was| are)|which is) "
        rf"(?:R(?:['’]s?)?|his|her|their) (?:\w+ )?(?:{_LIFE})\b",
        "life",
    ),
    _rule(Kind.NOT_KEPT, rf"^what(?: is| are|['’]s) the (?:{_LIFE}) of {WHO}\b", "life"),
    _rule(Kind.NOT_KEPT, r"^(?:how old|how tall|how rich) (?:is|was)\b", "life"),
    _rule(
        Kind.NOT_KEPT,
        rf"^(?:where|when) (?:does|did|do|is|was|were|has) "
        rf"{WHO}\b.{{0,20}}\b(?:live|study|studied|"
        rf"teach|born|grow up|grew up|from|graduate|die|married|move)\b",
        "life",
    ),
    _rule(
        Kind.NOT_KEPT,
        rf"^(?:is|was|does|did|has) {WHO} (?:\w+ )?(?:married|single|alive|dead|"
        rf"retired|a man|a woman|"
        rf"have (?:kids|children)|a professor|a student|still at|ever won|won|win)\b",
        "life",
    ),
    _rule(
        Kind.NOT_KEPT,
        rf"\b(?:supervis\w+|advis\w+|taught|hired|founded|married) (?:by )?{WHO}\b",
        "life",
    ),
    # The record.
    _rule(
        Kind.PROFILE,
        rf"\b(?:affiliat\w+|which (?:university|institution|institute|company|lab)\b"
        rf"(?=.*\b(?:{WHO}|his|her|their)\b)|"
        rf"where (?:does|do|is|did) {WHO} work(?:ing|ed)?\b(?! on)|what "
        rf"(?:university|institution|company))",
        "affiliation",
    ),
    _rule(
        Kind.PROFILE,
        rf"\btrust (?:score|snapshot|level)\b|\bhow (?:far|much) can (?:i|we) trust {WHO}\b|"
        rf"\bhow trusted is {WHO}\b",
        "trust",
    ),
    _rule(Kind.PROFILE, rf"^(?:is|are) {WHO} open (?:to|for) collaborat", "open"),
    _rule(Kind.PROFILE, rf"^who(?: is|['’]s| are) {WHO}\s*[?.!]*$", "topics"),
    _rule(Kind.PROFILE, r"^R\s*[?.!]*$", "topics"),
    _rule(
        Kind.PROFILE,
        r"^(?:please |can you |could you )*(?:summari[sz]e|give (?:me )?an? (?:overview|summary) "
        r"of|"
        rf"an? (?:overview|summary) of|overview of) (?:R(?:['’]s?)?|his|her|their)"
        rf"(?: (?:whole|recent))?(?: (?:{WORKS}|research|output))?(?: in| from| of)?\s*[?.!]*$",
        "topics",
    ),
    _rule(
        Kind.PROFILE,
        r"^(?:tell me|what do you know|what can you tell me) (?:something |more "
        r")?about R\s*[?.!]*$",
        "topics",
    ),
    _rule(
        Kind.PROFILE,
        rf"\b(?:research (?:interests?|areas?|fields?|topics?|focus)|main (?:topics?|"
        rf"interests?|areas?)|"
        rf"(?:topics|fields|areas|subjects|themes) (?:does|do|did|has|have|is|are) {WHO}|"
        r"what are (?:the )?(?:main )?(?:topics|fields|areas|subjects|themes) of "
        r"(?:R\b|(?:his|her|their) (?:research|work|papers)))",
        "topics",
    ),
    _rule(
        Kind.PROFILE,
        rf"^(?:what|which)(?: (?:topics|fields|areas|subjects|kinds? of (?:things|"
        rf"work|research)))? "
        rf"(?:does|do|is|are|did|has|have) {WHO} (?:mainly |mostly |usually |"
        rf"generally |currently |been )*"
        rf"(?:work(?:s|ing|ed)? on|research(?:ing|es|ed)?|study|studying|do|known "
        rf"for|famous for|interested in)"
        rf"(?: (?:about|for a living|mainly|mostly))?\s*[?.!]*$",
        "topics",
    ),
    _rule(
        Kind.QUIETEST,
        r"\b(?:quietest|slowest|least (?:productive|prolific|active)) (?:\w+ )?months?\b|"
        r"\bmonths?\b.{0,60}\b(?:fewest|quietest|least|lowest|smallest)\b",
        MONTH,
    ),
    _rule(
        Kind.BUSIEST,
        r"\b(?:busiest|most (?:productive|prolific|active)|best) (?:\w+ )?months?\b|"
        r"\b(?:which|what) months?\b.{0,60}"
        r"\b(?:most(?! recent)|busiest|best|highest|largest|greatest|peak(?:ed)?)\b|"
        rf"\b(?:most {WORKS}|most {WRITE})\b.{{0,30}}\b(?:which|what|an?|one|single) month|"
        r"\bmonths? (?:with|of|had|has|saw) (?:the )?(?:most(?! recent)|highest|largest|peak)",
        MONTH,
    ),
    _rule(
        Kind.BUSIEST,
        rf"\b(?:busiest|most (?:productive|prolific|active)|best) (?:\w+ )?(?:years?|periods?)\b|"
        rf"\b(?:which|what) year\b.{{0,60}}"
        rf"\b(?:most|busiest|best|highest|largest|greatest|peak(?:ed)?)\b|"
        rf"\bwhen (?:did|was|has) .{{0,40}}\b(?:publish|write|produce)\w* (?:the "
        rf")?most\b(?! recent)|"
        rf"\b(?:most {WORKS}|most {WRITE})\b.{{0,30}}\b(?:which|what) year|"
        rf"\bwhen was {WHO} most (?:productive|prolific|active|busy)|"
        rf"\byear (?:with|of|had|has|saw) (?:the )?(?:most|highest|largest|peak)|"
        rf"\bbusiest(?: one)?\s*[?.!]*$|\bbusier\b|"
        rf"^(?:was|were|is)(?: {WHO})? more (?:productive|prolific|active)\b",
    ),
    _rule(
        Kind.QUIETEST,
        r"\b(?:quietest|slowest|least (?:productive|prolific|active)) (?:\w+ )?years?\b|"
        r"\bquieter\b|"
        r"\b(?:which|what) year\b.{0,60}\b(?:fewest|quietest|least|lowest|smallest)\b|"
        r"\byear (?:with|of|had|has|saw) (?:the )?(?:fewest|least|lowest)",
    ),
    _rule(
        Kind.PER_YEAR,
        rf"\b(?:{MANY_WORKS}|publish\w*|output|{_MANY}|writes?)\b.{{0,40}}"
        r"\b(?:per|each|every|by|a) month\b|\bmonthly (?:\w+ )?(?:average|output|numbers?|"
        rf"{MANY_WORKS})\b",
        MONTH,
    ),
    _rule(
        Kind.PER_YEAR,
        rf"\b(?:{MANY_WORKS}|publish\w*|publications?|output|{_MANY}|works?)\b.{{0,40}}"
        rf"\b(?:(?:per|each|every|by|a) year\b|year by year\b|over the years\b)|"
        r"\b(?:output|productivity|publication rate)\b.{0,20}\b(?:change|grow|grew|evolve|develop|"
        r"increase|decrease)|\b(?:which|what) years?\b.{0,40}\b(?:nothing|no (?:papers|works)|"
        r"not (?:publish|write)|without)\b|\bany years? (?:without|with no)\b",
    ),
    _rule(
        Kind.AUTHORS,
        r"^(?!.*\bW\b)(?:what(?:['’]?s| is| are) )?(?:the |an? )?"
        r"(?:average|avg\.?|mean|median|typical) (?:(?:number|count|amount) of )?"
        r"(?:(?:co-?)?(?:authors?|writers?|people)|(?:(?:author |research )?team|author list)"
        rf"(?: size| length)?)\b(?=.*\b{WORKS}\b|\W*$)|"
        rf"\b(?:number of )?(?:co-?)?(?:authors|writers) (?:per|a|for each|on each) {WORKS}\b",
        AVERAGE,
    ),
    _rule(
        Kind.COLLABORATORS,
        r"\bhow many (?:different |distinct |other )*(?:co-?authors|collaborators|"
        r"people|co-?writers)\b"
        r"(?!.*\bW\b)(?=.*\b(?:R|he|she|they|his|her|their)\b)",
        "count",
    ),
    _rule(
        Kind.COLLABORATORS,
        r"^(?:(?:the|all|list)(?: the)? )?(?:co-?authors|collaborators)\s*[?.!]*$",
    ),
    _rule(
        Kind.COLLABORATORS,
        r"^how many (?:different |distinct |other |unique )*"
        r"(?:co-?authors|collaborators|co-?writers)(?: (?:are|were) there)?\s*[?.!]*$",
        "count",
    ),
    _rule(
        Kind.COLLABORATORS,
        rf"\bwho(?:m)? (?:else )?(?:does|did|do|has|have|is|are|was|were) {WHO}\b.{{0,40}}"
        rf"\b(?:work(?:s|ed|ing)?|collaborat\w+|publish\w*|wr(?:ite|itten|iting|ote)|"
        rf"co-?author\w*|co-?wr\w+)\b"
        rf".{{0,40}}(?:\bwith\b|\?|$)",
    ),
    _rule(
        Kind.COLLABORATORS,
        rf"^who(?:['’]s| is| has| was)\b.{{0,20}}\bmost (?:\w+ )?{MANY_WORKS} (?:together )?with "
        rf"(?:{WHO}|him|her|them)\b",
    ),
    _rule(
        Kind.COLLABORATORS,
        rf"\bwith whom\b|\bwho (?:has |have |had )?(?:collaborate[sd]?|work(?:s|ed)?|"
        rf"publishe[sd]|writes|wrote|written|co-?author(?:s|ed)?|co-?wrote|co-?written)\b"
        rf"(?!.*\b(?:paper|W|this|that|it)\b).{{0,30}}\bwith (?:{WHO}|him|her|them)\b",
    ),
    _rule(
        Kind.COLLABORATORS,
        rf"\b(?:{_OWN}|main|closest|frequent|top|close|regular) (?:\w+ "
        rf")?(?:co-?authors?|collaborators?|co-?writers?)\b(?! of W)"
        rf"(?!.*\bW\b)|\b(?:co-?authors?|collaborators?) (?:of|does|has|did) {WHO}\b",
    ),
    _rule(
        Kind.COLLABORATORS,
        r"^who (?:else |all |here |also )*(?:works?|worked|(?:is|are) working|publish(?:e[sd])?|"
        r"writes?|wrote|(?:does|did) (?:research|work)) (?:on|about|regarding)\b"
        r"(?! (?:it|this|that|these|those|them|W)\b)",
    ),
    _rule(
        Kind.AUTHORS,
        _with_authors("(?:most|largest (?:number|group|team) of|longest list of)")
        + rf"|{_TEAM.format('longest|largest|biggest')}",
        "most",
    ),
    _rule(
        Kind.AUTHORS,
        _with_authors("(?:fewest|least|lowest number of|smallest number of)")
        + rf"|{_TEAM.format('shortest|smallest')}",
        "fewest",
    ),
    _rule(
        Kind.AUTHORS,
        rf"\bhow many (?:(?:co-?)?authors|co-?writers)\b|\bhow many (?:people|"
        rf"researchers) {WRITE}|"
        r"^(?:what(?:['’]s| is) )?(?:the )?number of (?:co-?)?authors (?:of|on|for|in)\b",
        "count",
    ),
    _rule(
        Kind.AUTHORS,
        r"^who (?:is|was|has been) (?:the )?(?:first|lead) (?:co-?)?author "
        r"(?:the )?most(?: often)?\W*$",
        OFTEN,
    ),
    _rule(
        Kind.AUTHORS,
        r"\b(?:who|which \w+)\b.{0,30}\b(?:first|lead|leading|main|1st) (?:co-?)?author",
        "first",
    ),
    _rule(Kind.AUTHORS, r"\b(?:first|lead) author (?:of|on|for)\b", "first"),
    *(
        _rule(
            Kind.AUTHORS, rf"^(?:who|what)\b.{{0,20}}\b{nth} author(?: (?:of|on|for)\b|\W*$)", nth
        )
        for nth in PLACES[1:]
    ),
    _rule(
        Kind.AUTHORS,
        r"\b(?:last|senior|final) author (?:of|on|for)\b|"
        r"\bwho\b.{0,30}\b(?:last|senior|final) author",
        "last",
    ),
    _rule(
        Kind.AUTHORS,
        r"^who (?:else )?(?:\w+ )?(?!\w+ more\b)(?:wrote|has written|authored|co-?authored|"
        r"co-?wrote|published|is behind|are behind|"
        r"was behind|created|made|invented|came up with|wrote up|is the author|are "
        r"the authors|were the authors|"
        r"was the author|are the (?:other )?(?:co-?)?authors|(?:is|are|was|were) "
        r"(?:the )?(?:other )?(?:co-?)?authors?|(?:is|are|was|were) (?:all )?on "
        r"(?:W|the W|that|this|it)|(?:is|are) behind)\b|^who did W\W*$",
    ),
    _rule(
        Kind.AUTHORS,
        rf"^(?:did|has|have)(?: (?:R|he|she|they))? (?:also )?{WRITE} (?:W|that|this|it)\s*[?.!]*$",
    ),
    _rule(Kind.AUTHORS, r"^who (?:proposed|introduced|developed|designed|presented|came up with) "),
    _rule(
        Kind.AUTHORS,
        r"(?<!did the )(?<!do the )\b(?:co-?)?authors (?:of|on|for|behind)\b|"
        r"\b(?:an?|the) (?:co-?)?author (?:of|on|for) (?:W|this|that|it)\b|\bauthor list\b|"
        r"\bW(?:['’]s?)? (?:co-?)?authors?\b|"
        r"\bwhose (?:paper|work) is\b|\bby whom\b|\bwritten by who(?:m)?\b",
    ),
    _rule(
        Kind.LINK,
        r"^(?!.*\b(?:code|git(?:hub|lab)|repo(?:sitory)?|demo|project page)\b).*?"
        r"\b(?:links?(?=\s*(?:to|for|of|please)\b)|"
        r"(?:^|(?:the|an?|any|its|his|her|W(?:['’]s)?|paper|arxiv) )links?(?=\s*(?:[?.!,]|$))|"
        r"url|doi|pdf|bib(?:tex)?|"
        r"arxiv (?:id|number|identifier|link|page)|identifier(?= (?:of|for)\b|\s*[?.!]*$))\b"
        r"(?!.*\b(?:code|github|project|repository|demo|source)\b)",
    ),
    _rule(
        Kind.LINK,
        r"^(?:and )?(?:is|are) (?:W|it|this|that|they|these|those) (?:also |available )*"
        r"on (?:the )?arxiv\W*$|"
        r"^(?:(?:and|the|its|your|any) )*(?:sources?|references?)(?: please)?\W*$",
    ),
    _rule(
        Kind.LINK,
        r"^where (?:can|could|do|may) (?:i|we|one) (?:read|find|get|download|see) "
        r"(?:W|the paper|this paper|that paper|it|the full)"
        r"(?!(?:['’]s)? (?:code|data|weights|model))",
    ),
    _rule(
        Kind.WHEN,
        r"^(?:which|what)\b.{0,30}\b(?:first|earlier|older|newer|later|last)\b[\s,:]*(?:W,? )*W "
        r"or W\b|^(?:was|is|did|were|are) W\b.{0,30}\b(?:before|after|older|newer|earlier|later|"
        r"more recent)(?: than)? W\W*$",
    ),
    _rule(
        Kind.COMPARE,
        rf"(?<!papers )(?<!works )(?<!ones )\bcompar(?:e|ison)\b|\bapart from\b|"
        rf"\bdistinguish|\bW or W\b|\bside by side\b|"
        r"\bW\b.{0,60}(?:,|\band) (?:which|what|how many|how much|where|who)"
        r"(?: (?:does|did|do|is|are|was|were))? W\b|"
        r"\bW\b.{0,60}\bhow (?:many|much)\b.{0,60}\bW\b.{0,60}\bhow (?:many|much)\b|"
        rf"\bdifferen(?:ce|ces|t)\b.{{0,20}}\b(?:between|from|"
        rf"to)\b|\bdiffers?\b|\bversus\b|\bvs\b\.?"
        rf"|\bin common\b|\b(?:similarit|more similar)|\bmore (?:{WORKS})? ?(?:in|"
        rf"than(?! (?:one|two|an?|\d[\w,.]*)\b))\b|^(?:who|which)\b.*\bmore\b.*\bor\b",
    ),
    _rule(
        Kind.YEAR,
        rf"\b(?:which|what)(?: was the| is the|['’]s the)? (?:publication "
        rf")?years?\b.*(?:\b{WRITE}\b|\bc[ao]me out\b|\bappear|\bfrom\b|\bW\b|"
        rf"\bout\b)(?!.*\b(?:cover|span|collected|recorded|captured)\b)|\byear of "
        rf"(?:publication|W)\b|\bpublication year\b",
    ),
    _rule(
        Kind.EARLIEST,
        rf"\b(?:earliest|oldest|very first|first[- ]ever)\b.{{0,20}}\b{WORKS}\b(?! (?:to|that)\b)|"
        rf"(?:\b(?:R(?:['’]s?)?|his|her|their|the) |^)first (?:\w+ )?{WORKS}\b"
        r"(?! (?:to|that|which)\b)|"
        r"^(?:the )?(?:earliest|oldest)(?: ones?| of (?:them|those|these))?\s*[?.!]*$|"
        r"\b(?:which|what)(?: one)? (?:is|was) the (?:earliest|oldest|(?:very )?first)"
        rf"(?: one)?\s*[?.!]*$|"
        rf"\bfirst (?:{WORKS}) (?:by|of|from) R\b|\b(?:publish\w*|wr\w+|begin|start\w*) first\b|"
        rf"\bwhen (?:did|has) {WHO} (?:first|start|begin)\b|"
        rf"^since when (?:does|did|has|is|do|have) {WHO}\b|"
        rf"^(?:for )?how long (?:has|have|did|is|was) {WHO}\b.{{0,20}}\b(?:{WRITE}|active|around)|"
        rf"(?:\b(?:R(?:['’]s?)?|his|her|their) |^(?:the )?){NTH} {WORKS}\b(?! (?:to|that|which)\b)",
    ),
    _rule(
        Kind.LATEST,
        rf"\b(?:latest|newest|(?:most )?recent(?:ly)?(?: \w+)?|last|current|new)"
        r"(?! (?:in|with|about|on|around)\b) "
        rf"(?:\w+ ){{0,2}}?{WORKS}\b(?! hours)|"
        rf"\b{WORKS}\b.{{0,30}}\b(?:most recent|newest|latest)\b|"
        rf"\b(?:most recently|recently|lately)\b.{{0,30}}\b{WRITE}|"
        rf"{WRITE}.{{0,40}}\b(?:most recently|recently|lately|last)\b|"
        rf"{NEWS}(?!.* W\b)|\b(?:latest|newest|"
        rf"most recent)(?: (?:one|ones|of|by|from|thing|things|research))?"
        rf"(?: (?:by|from|of) {WHO})?(?: together)?\s*[?.!]*$|"
        rf"\b(?:the )?(?:latest|newest|most recent) (?:from|by|of|on)\b|"
        rf"\bdone (?:recently|lately)\b|\bup to (?:lately|recently|these days)\b|"
        rf"\bwork(?:ed|ing) on (?:recently|lately)\b|"
        rf"\bwhen (?:did|was) .{{0,30}}\blast (?:publish|write|paper)|"
        rf"\b{NEXT_TO_LAST} (?:\w+ )?{WORKS}\b|"
        rf"^(?:is|are) {WHO} still (?:active|publishing|writing|working|around)\b",
    ),
    _rule(
        Kind.WHEN,
        rf"^(?:was|is|did|has|wasn['’]t|isn['’]t|didn['’]t|hasn['’]t) (?:W|it|this|that)"
        rf"(?: (?:first|already|been))* (?:{WRITE}|c[ao]me out|appear(?:ed)?|from|out)\s*[?.!]*$|"
        rf"^(?:was|is|wasn['’]t|isn['’]t) W\s*[?.!]*$",
        "whether",
    ),
    _rule(
        Kind.WHEN,
        rf"^(?:and |W\W+|.{{0,60}}, )?when (?:was|were|is|did|has|have|does"
        rf")\b.*(?:\b{WRITE}\b|\bc[ao]me out\b|\bappear\w*|\bavailable\b|"
        rf"\bout\b|\bmade public\b|\b(?:put|went|go) (?:online|up|on arxiv)\b|"
        rf"\bwork(?:ed|ing)?(?: on)?\b|\bW\W*$|\bfrom\b)|\b(?:what|which) (?:date|day|month)\b|"
        rf"^(?:the )?month\b|^(?:and )?from when (?:is|was|are|were) (?:W|it|this|that|they)\b|"
        rf"\b(?:publication|release|submission) date\b|\bhow (?:old|recent) (?:is|"
        rf"are) (?:W|the|this|that|it)\b|\bhow long ago (?:was|did)\b",
    ),
    _rule(
        Kind.COUNT,
        rf"\bhow many\b(?: \w+)? (?:of )?(?:{_OWN} )?{ADJ}(?:{MANY_WORKS}\b|of "
        rf"(?:them|those|these)\b)(?!.{{0,40}}\b"
        rf"(?:reviewed|surveyed|analy[sz]ed|covered|included in|collected|annotated|"
        rf"screened|examined|retrieved|cite|go(?:es)? through|went through|gone through|looked at|"
        rf"(?:does|did|do) (?:the|this|that) (?:survey|review|stud|dataset|paper|"
        rf"corpus|benchmark))\b)",
    ),
    _rule(
        Kind.COUNT,
        rf"\b(?:how many|how much|how often) (?:has|have|did|does|do) {WHO}\b.{{0,20}}\b{WRITE}",
    ),
    _rule(
        Kind.COUNT,
        rf"\bhow many (?:do you|are|were|did|has|have|was|is)\b.{{0,30}}(?:{WRITE}|"
        rf"know|(?<!how many are )(?<!how many were )(?<!how many was )(?<!how many is )there|"
        rf"stored|import\w+|have)|"
        rf"{_OF_THESE}how many(?: (?:are|were|is|was) there\b(?! in (?:the|this|that|W)\b)"
        rf".{{0,40}}|\s*[?.!]*$)",
    ),
    _rule(
        Kind.COUNT,
        rf"^(?:and |so )?how many(?: (?:in|were|since|before|after|about|on|with|by|"
        rf"from|came|come|appeared|are|altogether|in total))?(?: (?:in|out|there|by|"
        rf"with|from|he|she|they|of (?:those|these|them)|R))*\s*[?.!]*$|"
        rf"^(?:and |so )?how often\s*[?.!]*$|"
        rf"\bhow many (?:came|come|appear(?:ed)?) (?:out|in)\b|^(?:and |so )?how "
        rf"many (?:are )?(?:about|on|with|by) |^(?:and |so )?how many (?:did|has|"
        rf"have) {WHO}\b\s*[?.!]*$",
    ),
    _rule(
        Kind.COUNT,
        rf"\b(?:number|count|total)(?: number)? of (?:{_OWN} )?{ADJ}{MANY_WORKS}\b|"
        rf"\bcount (?:{_OWN} )?{ADJ}{MANY_WORKS}\b|"
        rf"\b(?:paper|work|publication) count\b",
    ),
)
