"""The wordings that kinds of question are told by.

The rules are tried in order on the text with researchers written as `R`, named works as `W` and
times left out; the first that fits decides (see `retrieval.question.wording`).
"""

from __future__ import annotations

from retrieval.question.kinds import AVERAGE, CATEGORY, MONTH, OFTEN, Kind, Rule, rule
from retrieval.question.unkept import UNKEPT
from retrieval.question.words import (
    ADJ,
    MANY_WORKS,
    NEWS,
    NEXT_TO_LAST,
    NTH,
    OFTEN_SO,
    WHO,
    WORKS,
    WRITE,
    WRITES,
)
from storage.works_by_author import PLACES

_OWN = r"(?:R(?:['’]s?)?|his|her|their|your|the|these|those|all|all the|any|other|of)"


_TEAM = (
    r"^(?!.*\bW\b).*\b(?:{}) (?:author list|(?:list|team|group) of (?:co-?)?authors|"
    r"(?:author |research )?team)\b"
)
"""Which work has the longest list of authors, or the shortest."""
_MANY = rf"many(?= (?:(?:new|of|{WORKS}|did|does|do|has|have|per|an?|each|every|by)\b))"
_OF_THESE = (
    rf"(?:^(?:(?:and|but|so|ok(?:ay)?|then|well|now|R|he|she|they)\b[\s,:;]*)*"
    rf"(?:(?:about|on|with|by) (?!which\b|what\b)[^?]+?\b[\s,:;]*)?|"
    rf"\b(?:{MANY_WORKS}|{WRITE})\b.*)\b"
)
"""Before "how many": nothing, or words that tell that works are to be counted."""
_PRIMARY = r"(?:arxiv|subject|main|primary|first)"
_THE_WORK = r"(?:W|it|that|this|the (?:[\w-]+ ){1,4}(?:paper|study))"
_SETS = r"(?:data ?-?sets?|corp(?:us|ora)|benchmarks?|collections?|databases?)"
_SIZE = r"(?:smallest|largest|biggest|longest|shortest|fastest)"

RULES: tuple[Rule, ...] = (
    *UNKEPT,
    rule(
        Kind.PROFILE,
        rf"\b(?:affiliat\w+|which (?:university|institution|institute|company|lab)\b"
        rf"(?=.*\b(?:{WHO}|his|her|their)\b)|"
        rf"where (?:does|do|is|did) {WHO} work(?:ing|ed)?\b(?! on)|what "
        rf"(?:university|institution|company))",
        facet="affiliation",
    ),
    rule(
        Kind.PROFILE,
        rf"\btrust (?:score|snapshot|level)\b|\bhow (?:far|much) can (?:i|we) trust {WHO}\b|"
        rf"\bhow trusted is {WHO}\b",
        facet="trust",
    ),
    rule(
        Kind.PROFILE,
        rf"^(?:is|are) {WHO} open (?:to|for) collaborat",
        facet="open",
    ),
    rule(
        Kind.PROFILE,
        rf"^who(?: is|['’]s| are) {WHO}\s*[?.!]*$",
        r"^R\s*[?.!]*$",
        r"^(?:please |can you |could you )*(?:summari[sz]e|give (?:me )?an? (?:overview|summary) "
        r"of|"
        rf"an? (?:overview|summary) of|overview of) (?:R(?:['’]s?)?|his|her|their)"
        rf"(?: (?:whole|recent))?(?: (?:{WORKS}|research|output))?(?: in| from| of)?\s*[?.!]*$",
        r"^(?:tell me|what do you know|what can you tell me) (?:something |more "
        r")?about R\s*[?.!]*$",
        rf"\b(?:research (?:interests?|areas?|fields?|topics?|focus)|main (?:topics?|"
        rf"interests?|areas?)|"
        rf"(?:topics|fields|areas|subjects|themes) (?:does|do|did|has|have|is|are) {WHO}|"
        r"what are (?:the )?(?:main )?(?:topics|fields|areas|subjects|themes) of "
        r"(?:R\b|(?:his|her|their) (?:research|work|papers)))",
        rf"^(?:what|which)(?: (?:topics|fields|areas|subjects|kinds? of (?:things|"
        rf"work|research)))? "
        rf"(?:does|do|is|are|did|has|have) {WHO} (?:mainly |mostly |usually |"
        rf"generally |currently |been )*"
        rf"(?:work(?:s|ing|ed)? on|research(?:ing|es|ed)?|study|studying|do|known "
        rf"for|famous for|interested in)"
        rf"(?: (?:about|for a living|mainly|mostly))?\s*[?.!]*$",
        facet="topics",
    ),
    rule(
        Kind.QUIETEST,
        r"\b(?:quietest|slowest|least (?:productive|prolific|active)) (?:\w+ )?months?\b|"
        r"\bmonths?\b.{0,60}\b(?:fewest|quietest|least|lowest|smallest)\b",
        facet=MONTH,
    ),
    rule(
        Kind.BUSIEST,
        r"\b(?:busiest|most (?:productive|prolific|active)|best) (?:\w+ )?months?\b|"
        r"\b(?:which|what) months?\b.{0,60}"
        r"\b(?:most(?! recent)|busiest|best|highest|largest|greatest|peak(?:ed)?)\b|"
        rf"\b(?:most {WORKS}|most {WRITE})\b.{{0,30}}\b(?:which|what|an?|one|single) month|"
        r"\bmonths? (?:with|of|had|has|saw) (?:the )?(?:most(?! recent)|highest|largest|peak)",
        facet=MONTH,
    ),
    rule(
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
    rule(
        Kind.QUIETEST,
        r"\b(?:quietest|slowest|least (?:productive|prolific|active)) (?:\w+ )?years?\b|"
        r"\bquieter\b|"
        r"\b(?:which|what) year\b.{0,60}\b(?:fewest|quietest|least|lowest|smallest)\b|"
        r"\byear (?:with|of|had|has|saw) (?:the )?(?:fewest|least|lowest)",
    ),
    rule(
        Kind.PER_YEAR,
        rf"\b(?:{MANY_WORKS}|publish\w*|output|{_MANY}|writes?)\b.{{0,40}}"
        r"\b(?:per|each|every|by|a) month\b|\bmonthly (?:\w+ )?(?:average|output|numbers?|"
        rf"{MANY_WORKS})\b|\b(?:which|what) months?\b.{{0,40}}\b(?:nothing|no (?:papers|works)|"
        rf"not (?:publish|write)|without)\b|"
        r"\bmonths? (?:without|with no)(?: any| an?)? (?:papers?|works?|publications?|output)\b",
        facet=MONTH,
    ),
    rule(
        Kind.PER_YEAR,
        rf"\b(?:{MANY_WORKS}|publish\w*|publications?|output|{_MANY}|works?)\b.{{0,40}}"
        rf"\b(?:(?:per|each|every|by|a) year\b|year by year\b|over the years\b)|"
        r"\b(?:output|productivity|publication rate)\b.{0,20}\b(?:change|grow|grew|evolve|develop|"
        r"increase|decrease)|\b(?:which|what) years?\b.{0,40}\b(?:nothing|no (?:papers|works)|"
        r"not (?:publish|write)|without)\b|\bany years? (?:without|with no)\b",
    ),
    rule(
        Kind.AUTHORS,
        r"^(?!.*\bW\b)(?:what(?:['’]?s| is| are) )?(?:the |an? )?"
        r"(?:average|avg\.?|mean|median|typical) (?:(?:number|count|amount) of )?"
        r"(?:(?:co-?)?(?:authors?|writers?|people)|(?:(?:author |research )?team|author list)"
        rf"(?: size| length)?)\b(?=.*\b{WORKS}\b|\W*$)|"
        rf"\b(?:number of )?(?:co-?)?(?:authors|writers) (?:per|a|for each|on each) {WORKS}\b",
        facet=AVERAGE,
    ),
    rule(
        Kind.COLLABORATORS,
        r"\bhow many (?:different |distinct |other )*(?:co-?authors|collaborators|"
        r"people|co-?writers)\b"
        r"(?!.*\bW\b)(?=.*\b(?:R|he|she|they|his|her|their)\b)",
        facet="count",
    ),
    rule(
        Kind.COLLABORATORS,
        r"^(?:(?:the|all|list)(?: the)? )?(?:co-?authors|collaborators)\s*[?.!]*$",
    ),
    rule(
        Kind.COLLABORATORS,
        r"^how many (?:different |distinct |other |unique )*"
        r"(?:co-?authors|collaborators|co-?writers)(?: (?:are|were) there)?\s*[?.!]*$",
        facet="count",
    ),
    rule(
        Kind.COLLABORATORS,
        rf"\bwho(?:m)? (?:else )?(?:does|did|do|has|have|is|are|was|were) {WHO}\b.{{0,40}}"
        rf"\b(?:work(?:s|ed|ing)?|collaborat\w+|publish\w*|wr(?:ite|itten|iting|ote)|"
        rf"co-?author\w*|co-?wr\w+)\b"
        rf".{{0,40}}(?:\bwith\b|\?|$)",
        rf"^who(?:['’]s| is| has| was)\b.{{0,20}}\bmost (?:\w+ )?{MANY_WORKS} (?:together )?with "
        rf"(?:{WHO}|him|her|them)\b",
        rf"\bwith whom\b|\bwho (?:has |have |had )?(?:{OFTEN_SO} )?(?:collaborate[sd]?|"
        rf"work(?:s|ed)?|publishe[sd]|writes|wrote|written|co-?author(?:s|ed)?|co-?wrote|co-?written)\b"
        rf"(?!.*\b(?:paper|W|this|that|it)\b).{{0,30}}\bwith (?:{WHO}|him|her|them)\b",
        rf"^(?:does|do|did|has|have|had) {WHO} (?:\w+ )?(?:have |had )?(?:any |other )?"
        rf"(?:co-?authors?|collaborators?)\W*$|"
        rf"^(?:does|do|did|has|have|had) {WHO} {WRITES}\w*(?: \w+)? with "
        rf"(?:any(?:one|body)|some(?:one|body)|others?|other people)(?: else)?\W*$",
        rf"\b(?:{_OWN}|main|closest|frequent|top|close|regular) (?:\w+ "
        rf")?(?:co-?authors?|collaborators?|co-?writers?)\b(?! of W)"
        rf"(?!.*\bW\b)|\b(?:co-?authors?|collaborators?) (?:of|does|has|did) {WHO}\b",
        r"^who (?:else |all |here |also )*(?:works?|worked|(?:is|are) working|publish(?:e[sd])?|"
        r"writes?|wrote|(?:does|did) (?:research|work)) (?:on|about|regarding)\b"
        r"(?! (?:it|this|that|these|those|them|W)\b)",
    ),
    rule(
        Kind.AUTHORS,
        _TEAM.format("longest|largest|biggest"),
        facet="most",
    ),
    rule(
        Kind.AUTHORS,
        _TEAM.format("shortest|smallest"),
        facet="fewest",
    ),
    rule(
        Kind.AUTHORS,
        rf"\bhow many (?:(?:co-?)?authors|co-?writers)\b|\bhow many (?:people|"
        rf"researchers) {WRITE}|"
        r"^(?:what(?:['’]s| is) )?(?:the )?number of (?:co-?)?authors (?:of|on|for|in)\b",
        facet="count",
    ),
    rule(
        Kind.AUTHORS,
        r"^who (?:is|was|has been) (?:the )?(?:first|lead) (?:co-?)?author "
        r"(?:the )?most(?: often)?\W*$|"
        rf"^who (?:is )?{OFTEN_SO} (?:comes|stands|is)?(?: listed| named)?(?: the)? "
        rf"(?:first|lead)(?:[ -]author)?(?: (?:on|in|of|among)\b.*)?\W*$",
        facet=OFTEN,
    ),
    rule(
        Kind.AUTHORS,
        r"\b(?:who|which \w+)\b.{0,30}\b(?:first|lead|leading|main|1st) (?:co-?)?author",
        r"\b(?:first|lead) author (?:of|on|for)\b",
        facet="first",
    ),
    *(
        rule(
            Kind.AUTHORS,
            rf"^(?:who|what)\b.{{0,20}}\b{nth} author(?: (?:of|on|for)\b|\W*$)",
            facet=nth,
        )
        for nth in PLACES[1:]
    ),
    rule(
        Kind.AUTHORS,
        r"\b(?:last|senior|final) author (?:of|on|for)\b|"
        r"\bwho\b.{0,30}\b(?:last|senior|final) author",
        facet="last",
    ),
    rule(
        Kind.AUTHORS,
        r"^who (?:else )?(?:\w+ )?(?!\w+ more\b)(?:wrote|has written|authored|co-?authored|"
        r"co-?wrote|published|is behind|are behind|"
        r"was behind|created|made|invented|came up with|wrote up|is the author|are "
        r"the authors|were the authors|"
        r"was the author|are the (?:other )?(?:co-?)?authors|(?:is|are|was|were) "
        r"(?:the )?(?:other )?(?:co-?)?authors?|(?:is|are|was|were) (?:all )?on "
        r"(?:W|the W|that|this|it)|(?:is|are) behind)\b|^who did W\W*$",
        rf"^(?:did|has|have)(?: (?:R|he|she|they))? (?:also )?{WRITE} (?:W|that|this|it)\s*[?.!]*$",
        r"^who (?:proposed|introduced|developed|designed|presented|came up with) ",
        r"(?<!did the )(?<!do the )\b(?:co-?)?authors (?:of|on|for|behind)\b|"
        r"\b(?:an?|the) (?:co-?)?author (?:of|on|for) (?:W|this|that|it)\b|\bauthor list\b|"
        r"\bW(?:['’]s?)? (?:co-?)?authors?\b|"
        r"\bwhose (?:paper|work) is\b|\bby whom\b|\bwritten by who(?:m)?\b",
    ),
    rule(
        Kind.LINK,
        rf"^(?:and )?(?:under|in|as|to) (?:which|what) (?:{_PRIMARY} )*categor(?:y|ies) "
        rf"(?:is|was|are|were|does|did|has) {_THE_WORK}"
        r"(?: (?:been )?(?:filed|listed|posted|classified|placed|belong|fall|appear)\b.*)?\W*$",
        rf"^(?:and )?(?:which|what)(?: (?:is|are|was|were))?(?: the)? (?:{_PRIMARY} )+"
        rf"categor(?:y|ies)\b.*\b{_THE_WORK}\b",
        rf"^(?:and )?(?:which|what) categor(?:y|ies) (?:is|was|are|were|does|has) {_THE_WORK}"
        r"(?: (?:filed|listed|posted|classified|placed|in|under|belong|have|on|cross)\b.*)?\W*$",
        rf"\bW(?:['’]s)? (?:{_PRIMARY} )+categor(?:y|ies)\W*$",
        facet=CATEGORY,
    ),
    rule(
        Kind.LINK,
        r"^(?!.*\b(?:code|git(?:hub|lab)|repo(?:sitory)?|demo|project page)\b).*?"
        r"\b(?:links?(?=\s*(?:to|for|of|please)\b)|"
        r"(?:^|(?:the|an?|any|its|his|her|W(?:['’]s)?|paper|arxiv) )links?(?=\s*(?:[?.!,]|$))|"
        r"url|doi|pdf|bib(?:tex)?|"
        r"arxiv (?:id|number|identifier|link|page)|identifier(?= (?:of|for)\b|\s*[?.!]*$))\b"
        r"(?!.*\b(?:code|github|project|repository|demo|source)\b)",
        r"^(?:and )?(?:is|are) (?:W|it|this|that|they|these|those) (?:also |available )*"
        r"on (?:the )?arxiv\W*$|"
        r"^(?:(?:and|the|its|your|any) )*(?:sources?|references?)(?: please)?\W*$",
        r"^where (?:can|could|do|may) (?:i|we|one) (?:read|find|get|download|see) "
        r"(?:W|the paper|this paper|that paper|it|the full)"
        r"(?!(?:['’]s)? (?:code|data|weights|model))",
    ),
    rule(
        Kind.WHEN,
        r"^(?:which|what)\b.{0,30}\b(?:first|earlier|older|newer|later|last)\b[\s,:]*(?:W,? )*W "
        r"or W\b|^(?:was|is|did|were|are) W\b.{0,30}\b(?:before|after|older|newer|earlier|later|"
        r"more recent)(?: than)? W\W*$",
    ),
    rule(
        Kind.COMPARE,
        rf"\b(?:(?<!papers )(?<!works )(?<!ones )compar(?:e|ison)\b|apart from\b|distinguish|"
        r"W or W\b|side by side\b|"
        r"W\b.{0,60}(?:,|\band) (?:which|what|how many|how much|where|who)"
        r"(?: (?:does|did|do|is|are|was|were))? W\b|"
        r"W\b.{0,60}\bhow (?:many|much)\b.{0,60}\bW\b.{0,60}\bhow (?:many|much)\b|"
        rf"differen(?:ce|ces|t)\b.{{0,20}}\b(?:between|from|to)\b|differs?\b|versus\b|"
        rf"vs\b|in common\b|similarit|more similar|"
        rf"more (?:{WORKS})? ?(?:in|than(?! (?:one|two|an?|\d[\w,.]*)\b))\b)|"
        r"^(?:who|which)\b.*\bmore\b.*\bor\b",
    ),
    rule(
        Kind.YEAR,
        rf"\b(?:which|what)(?: was the| is the|['’]s the)? (?:publication "
        rf")?years?\b.*(?:\b{WRITE}\b|\bc[ao]me out\b|\bappear|\bfrom\b|\bW\b|"
        rf"\bout\b)(?!.*\b(?:cover|span|collected|recorded|captured)\b)|\byear of "
        rf"(?:publication|W)\b|\bpublication year\b",
    ),
    rule(
        Kind.EARLIEST,
        rf"\b(?:(?:earliest|oldest|very first|first[- ]ever)\b.{{0,20}}\b{WORKS}\b"
        r"(?! (?:to|that)\b)|"
        r"(?:which|what)(?: one)? (?:is|was) the (?:earliest|oldest|(?:very )?first)"
        r"(?: one)?\s*[?.!]*$|"
        rf"first {WORKS} (?:by|of|from) R\b|(?:publish\w*|wr\w+|begin|start\w*) first\b|"
        rf"when (?:did|has) {WHO} (?:first|start|begin)\b)|"
        rf"(?:\b(?:R(?:['’]s?)?|his|her|their|the) |^)first (?:\w+ )?{WORKS}\b"
        r"(?! (?:to|that|which)\b)|"
        r"^(?:the )?(?:earliest|oldest)(?: ones?| of (?:them|those|these))?\s*[?.!]*$|"
        rf"^since when (?:does|did|has|is|do|have) {WHO}\b|"
        rf"^(?:for )?how long (?:has|have|did|is|was) {WHO}\b.{{0,20}}\b(?:{WRITE}|active|around)|"
        rf"(?:\b(?:R(?:['’]s?)?|his|her|their) |^(?:the )?){NTH} {WORKS}\b(?! (?:to|that|which)\b)",
    ),
    rule(
        Kind.LATEST,
        rf"\b(?:(?:latest|newest|(?:most )?recent(?:ly)?(?: \w+)?|last|current|new)"
        rf"(?! (?:in|with|about|on|around)\b) (?:\w+ ){{0,2}}?{WORKS}\b(?! hours)|"
        rf"{WORKS}\b.{{0,30}}\b(?:most recent|newest|latest)\b|"
        rf"(?:recently|lately)\b.{{0,30}}\b{WRITE}|"
        rf"{WRITE}.{{0,40}}\b(?:recently|lately|last)\b|"
        r"(?:latest|newest|most recent)(?: (?:one|ones|of|by|from|thing|things|research))?"
        rf"(?: (?:by|from|of) {WHO})?(?: together)?\s*[?.!]*$|"
        r"(?:latest|newest|most recent) (?:from|by|of|on)\b|"
        r"(?:done|work(?:ed|ing) on) (?:recently|lately)\b|up to (?:lately|recently|these days)\b|"
        r"when (?:did|was) .{0,30}\blast (?:publish|write|paper)|"
        rf"{NEXT_TO_LAST} (?:\w+ )?{WORKS}\b)|"
        rf"{NEWS}(?!.* W\b)|"
        rf"^(?:is|are) {WHO} still (?:active|publishing|writing|working|around)\b",
    ),
    rule(
        Kind.WHEN,
        rf"^(?:was|is|did|has|wasn['’]t|isn['’]t|didn['’]t|hasn['’]t) (?:W|it|this|that)"
        rf"(?: (?:first|already|been))* (?:{WRITE}|c[ao]me out|appear(?:ed)?|from|out)\s*[?.!]*$|"
        rf"^(?:was|is|wasn['’]t|isn['’]t) W\s*[?.!]*$",
        facet="whether",
    ),
    rule(
        Kind.WHEN,
        rf"^(?:and |W\W+|.{{0,60}}, )?when (?:was|were|is|did|has|have|does"
        rf")\b.*(?:\b{WRITE}\b|\bc[ao]me out\b|\bappear\w*|\bavailable\b|"
        rf"\bout\b|\bmade public\b|\b(?:put|went|go) (?:online|up|on arxiv)\b|"
        rf"\bwork(?:ed|ing)?(?: on)?\b|\bW\W*$|\bfrom\b)|\b(?:what|which) (?:date|day|month)\b|"
        rf"^(?:the )?month\b|^(?:and )?from when (?:is|was|are|were) (?:W|it|this|that|they)\b|"
        rf"\b(?:publication|release|submission) date\b|\bhow (?:old|recent) (?:is|"
        rf"are) (?:W|the|this|that|it)\b|\bhow long ago (?:was|did)\b",
    ),
    rule(
        Kind.COUNT,
        rf"\bhow many\b(?: \w+)? (?:of )?(?:{_OWN} )?{ADJ}(?:{MANY_WORKS}\b|of "
        rf"(?:them|those|these)\b)(?!.{{0,40}}\b"
        rf"(?:reviewed|surveyed|analy[sz]ed|covered|included in|collected|annotated|"
        rf"screened|examined|retrieved|cite|go(?:es)? through|went through|gone through|looked at|"
        rf"(?:does|did|do) (?:the|this|that) (?:survey|review|stud|dataset|paper|"
        rf"corpus|benchmark))\b)",
        rf"\b(?:how many|how much|how often) (?:has|have|did|does|do) {WHO}\b.{{0,20}}\b{WRITE}",
        rf"\bhow many (?:do you|are|were|did|has|have|was|is)\b.{{0,30}}(?:{WRITE}|"
        rf"know|(?<!how many are )(?<!how many were )(?<!how many was )(?<!how many is )there|"
        rf"stored|import\w+|have)|"
        rf"{_OF_THESE}how many(?: (?:are|were|is|was) there\b(?! in (?:the|this|that|W)\b)"
        rf".{{0,40}}|\s*[?.!]*$)",
        rf"^(?:and |so )?how many(?: (?:in|were|since|before|after|about|on|with|by|"
        rf"from|came|come|appeared|are|altogether|in total))?(?: (?:in|out|there|by|"
        rf"with|from|he|she|they|of (?:those|these|them)|R))*\s*[?.!]*$|"
        rf"^(?:and |so )?how often\s*[?.!]*$|"
        rf"\bhow many (?:came|come|appear(?:ed)?) (?:out|in)\b|^(?:and |so )?how "
        rf"many (?:are )?(?:about|on|with|by) |^(?:and |so )?how many (?:did|has|"
        rf"have) {WHO}\b\s*[?.!]*$",
        rf"\b(?:number|count|total)(?: number)? of (?:{_OWN} )?{ADJ}{MANY_WORKS}\b|"
        rf"\bcount (?:{_OWN} )?{ADJ}{MANY_WORKS}\b|"
        rf"\b(?:paper|work|publication) count\b",
    ),
    rule(
        Kind.NOT_KEPT,
        rf"^(?:(?:which|what)(?:['’]?s| is| are)? |show me |name |find )?"
        rf"(?:(?:the|R's|his|her|their) )?{_SIZE} (?:[\w-]+ ){{0,4}}?{_SETS}\W*$|"
        rf"^(?:and )?(?:which|what) (?:[\w-]+ ){{0,6}}?(?:{_SETS}|{WORKS}|ones?|them|these|those) "
        r"(?:has|have|had|holds?|contains?|covers?|uses?|used|reports?|reache[sd]|achieve[sd]|"
        rf"gets?|is|are) (?:the )?(?:{_SIZE}|highest|lowest|fewest|most|least|best|worst)"
        r"(?: [\w-]+){0,3}\W*$",
        facet="ranks",
    ),
)
