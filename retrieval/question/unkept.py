"""The wordings of greetings, and of questions for facts that no source gives."""

from __future__ import annotations

import re

from retrieval.question.kinds import Kind, Rule, rule
from retrieval.question.words import WHO, WORKS, WRITE

_GREETING = (
    r"hi|hello|hey|hiya|yo|greetings|good (?:morning|afternoon|evening|day)|thanks?|thank you|thx|"
    r"cheers|bye|goodbye|ok(?:ay)?|cool|great|nice|help|help me|please help|test|ping|"
    r"what can you do|what do you do|who are you|what are you|how do(?:es)? (?:you|this|it) work|"
    r"are you (?:chat ?gpt|an? (?:ai|bot|llm|robot|human|language model)|human|real)|"
    r"who (?:made|built|wrote|programmed) you|what(?: is|['’]s) your (?:system )?(?:prompt|name)|"
    r"what (?:can|should|could|may) i ask(?: you)?|how can you help(?: me)?|how are you|"
    r"what do you know"
)


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

_HOLDS = (
    r"(?:contain|includ|hold|compris|cover|consist|use|analy[sz]|examin|review|survey|study|studi|"
    r"draw|collect|count|annotat|mine)\w*"
)
_OF_CONTENT = re.compile(
    rf"\b(?:do|does|did) (?:the|this|that|it|its|[\w-]*[A-Z][\w-]*)\b.*\b{_HOLDS}|"
    rf"\b(?:is|are|was|were) [^?]*\b{_HOLDS} (?:in|by) (?:the|this|that|[\w-]*[A-Z])|"
    r"\bin (?:the|this|that) [^?]*\b(?:data ?sets?|corpus|benchmark|study|survey|review|"
    r"database)\b",
    re.IGNORECASE,
)


def of_content(text: str) -> bool:
    """Whether it is asked what a thing holds or looks at, which an abstract may say of a data set
    or a study: "how many retracted articles does the corpus contain?".
    """
    return _OF_CONTENT.search(text) is not None


UNKEPT: tuple[Rule, ...] = (
    rule(
        Kind.HELP,
        rf"^(?:(?:{_GREETING})(?: (?:there|bot|colloquy|all|everyone|so much|a lot|very much|"
        rf"again|you))?[\s,.!?]*)+$",
    ),
    rule(
        Kind.HELP,
        rf"^(?:(?:which|what|list|show(?: me)?|name|how many)(?: all| the| your| other)* {_PEOPLE}|"
        r"whom?"
        r"(?= \w+ (?:you|stored|imported)))"
        r"(?: (?:do|can|have) you (?:know|have|track|cover|stored)|"
        r" are (?:there |in )*(?:stored|imported|available|there|here)| you know)?\s*[?.!]*$",
        facet="researchers",
    ),
    rule(
        Kind.NOT_KEPT,
        r"^(?:(?:please|can you|could you) )*(?:translate|write (?:me )?(?:an?|"
        r"some) (?!list)|compose|sing|draw (?:me|an?|some)\b|"
        r"tell me an? (?:joke|story)|(?:(?:what|how)(?:['’]s| is) )?the weather|"
        r"play|calculate|solve|generate an?) ?\b(?!.*\bR\b)|"
        r"^what(?:['’]s| is| are) [\d.,]+ (?:times|plus|minus|divided by|over|x|[-+*/×÷]) [\d.,]+",
        facet="task",
    ),
    rule(
        Kind.NOT_KEPT,
        rf"\b(?:how (?:many|much|often|highly)|number of|most|highest|total)\b.{{0,40}}\b"
        rf"(?:{_FIGURES}|cited|downloaded|viewed)\b",
        r"\b(?:h-?index|i10-?index|impact factor)\b",
        facet="figures",
    ),
    rule(
        Kind.LINK,
        r"^(?:how (?:do|can|should|would) (?:i|we|you|one) )?(?:cite|quote) (?:W|it|this)\b",
    ),
    rule(
        Kind.NOT_KEPT,
        r"\b(?:cites?|cited|citing|citations? (?:of|for)) (?:W|R|this|that|it|the)\b",
        facet="figures",
    ),
    rule(
        Kind.NOT_KEPT,
        rf"\b(?:which|what|whose) (?:\w+ )?(?:{_VENUES})\b|"
        r"\b(?:journal|conference|workshop) (?:papers|articles|publications|works)\b"
        r"(?! (?:about|on|for|that|with|using)\b)",
        r"^where (?:was|were|is|did|has|have|does)\b.{0,80}\b(?:published|presented|accepted|"
        r"appear(?:ed)?|publish)\b",
        facet="venue",
    ),
    rule(
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
        facet="judgement",
    ),
    rule(
        Kind.NOT_KEPT,
        r"\bin your (?:\w+ )?(?:opinion|view)\b|"
        r"^should (?:i|we) (?:do|join|apply|work|study|hire)\b",
        facet="opinion",
    ),
    rule(
        Kind.NOT_KEPT,
        rf"^when will\b.{{0,80}}\b(?:{WRITE}|come out|appear|available|out)\b",
        facet="future",
    ),
    rule(
        Kind.NOT_KEPT,
        r"\b(?:peer[- ]reviewed|best paper(?! (?:on|about|for)\b)|retracted|got rejected)\b|"
        rf"\b(?:W|R|he|she|it|they|this|that|{WORKS})\b.{{0,20}}"
        r"\b(?:rejected|accepted (?:at|by|to))\b",
        facet="venue",
    ),
    rule(
        Kind.NOT_KEPT,
        r"^how many (?:wom[ae]n|m[ae]n|females?|males?|girls|boys|nationalities)\b|"
        r"\b(?:youngest|oldest|richest|tallest) (?:co-?author|collaborator|researcher)s?\b",
        rf"^(?:what(?: is|['’]s| was| are)|who(?: is|['’]s| was| are)|which is) "
        rf"(?:R(?:['’]s?)?|his|her|their) (?:\w+ )?(?:{_LIFE})\b",
        rf"^what(?: is| are|['’]s) the (?:{_LIFE}) of {WHO}\b",
        r"^(?:how old|how tall|how rich) (?:is|was)\b",
        rf"^(?:where|when) (?:does|did|do|is|was|were|has) "
        rf"{WHO}\b.{{0,20}}\b(?:live|study|studied|"
        rf"teach|born|grow up|grew up|from|graduate|die|married|move)\b",
        rf"^(?:is|was|does|did|has) {WHO} (?:\w+ )?(?:married|single|alive|dead|"
        rf"retired|a man|a woman|"
        rf"have (?:kids|children)|a professor|a student|still at|ever won|won|win)\b",
        rf"\b(?:supervis\w+|advis\w+|taught|hired|founded|married) (?:by )?{WHO}\b",
        facet="life",
    ),
)
