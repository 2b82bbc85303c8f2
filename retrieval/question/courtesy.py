"""What is said around a question out of courtesy: "hi! sorry to bother you, but …, thanks!". Pure.

It says nothing of what is asked, and so it is taken off before anything is read.
"""

from __future__ import annotations

import re
import unicodedata

from retrieval.question import lists
from retrieval.question.mentions import looks_named
from retrieval.question.words import QUESTION


def _any(phrases: str) -> str:
    """A pattern of phrases, one a line; what is indented further goes on from the line above.

    Their groups capture nothing, and "'" is either apostrophe.
    """
    whole = re.sub(r"(?<=\|)\n {8,}|\n {8,}(?=\( )", "", phrases)
    lines = re.sub(r"\n {8,}", " ", whole).strip().splitlines()
    each = re.sub(r"\((?!\?)", "(?:", "|".join(map(str.strip, lines)))
    return "(?:" + re.sub(r"(?<!\[)'", "['’]", each) + ")"


_MORE = r"(?:[^,.;:!?–—]{0,60}?)"
"""More words of the same sentence, as few as there may be."""
_GREETING = _any("""
    (hi+|hello|hallo|hey+|hiya|howdy|yo|greetings|good (morning|afternoon|evening|day))
        ( (there|all|everyone|everybody|folks|guys|team|bot|colloquy|again))*
    dear (all|everyone|everybody|team|bot|colloquy)
""")
_THANKS = _any("""
    ((many|huge|a thousand) )?(thanks|thank (you|u)|thx|thnx|tnx|ty|tysm|cheers|tia|much obliged)
        ( (so much|very much|a (lot|bunch|million|ton)|again|everyone|all|in advance|
        (for|to) (your|the|any|all)( \\w+)?))*
    ((it|that)('s| is) )?(much|greatly|really|very much) appreciated
""")
_PRAISE = _any("""
    great
    cool( cool)?
    nice( (work|job|one))?
    good (bot|job|work)
    perfect|awesome|wonderful|lovely|excellent|amazing|brilliant|fantastic|interesting|super|neat
    wow|fine|alright|understood
    got it|i see|makes sense|well done
    ((that|it|this)('s| is|s| was) )?((very|really|so|super) )?(helpful|great|useful|cool|nice)
    (that|it|this) ((really|already|certainly) )?(helps|helped|works|is enough|will do)( a lot)?
    never ?mind|nvm|no (thanks|thank you)
    you('re| are) (the best|great|a star)
    you rock
""")
_SORRY = _any(rf"""
    (i('m| am) )?((so|very|really|terribly) )*(sorry|apologies|pardon|forgive me|excuse me)
        (to|for|if|about|in case)\b{_MORE}
    (excuse|pardon) me|forgive my \w+
    (i )?hope (you('re| are)|you do(n't| not) mind|(this|that|it)( is|'s)( not|n't)?|i('m| am))
        {_MORE}
    (i )?do(n't| not) (want|mean) to (bother|disturb){_MORE}
    i('m| am) (new|not sure)\b{_MORE}
""")
_IF = _any("""
    if you (do ?n'?t mind( me asking)?|please|wouldn't mind|happen to know)
    if you have (a|the|any|some) (moment|minute|second|time)
    if (it|that|this)('?s| is)( not|n't)? (ok(ay)?|alright|possible|fine|allowed|
        too (much|big|great)( (of )?an? \\w+| \\w+)?( to ask)?)( (to|with|for) (you|ask|know))?
    if (at all )?possible|if (i|we) may( ask)?
    by any chance|asap
    would be (great|nice|lovely|awesome)
""")
_ASIDE = _any(rf"""
    {_IF}
    if you (can|could|may|know|would|like)
    by the way|btw
    (there('s| is) )?no (rush|hurry|worries|pressure)( at all)?|take your time|not urgent
    when(ever)? you (can|have (a|the|some) \w+|get (a|the) chance|like)
    (that|this|it)('d| would| will|'ll) (be|help)\b{_MORE}
    (i('d| would) )?(really )?appreciate (it|your help|any help)
    any help( is)? (welcome|appreciated)|help me out( here)?
    have a (nice|good|great) \w+|(best|kind|warm)(est)? (regards|wishes)
""")
_FEW = r"(?:two|three|four|five|[2-9]|a few|a couple(?: of)?)"
_SHORT = _any(rf"""
    ((just|only) )?in {_FEW} ((short|simple|brief) )?(sentences|lines|words|bullets|bullet points)
    in a nutshell
""")
"""How short an answer is to be, in words that are hardly ever said of anything else."""
_MANNER = _any(rf"""
    {_SHORT}
    (((just|only) )?(in|with) ((just|only|at most|max(imum)?|about|up to) )?)?(an?|one|1|{_FEW})
        ( (short|simple|brief|single|plain))*
        (sentences?|lines?|words?|bullets?( points?)?|paragraphs?)
        ( (is enough|will do|max(imum)?|at most|only))?
    in (short|brief|bullet points|bullets|detail)
    in (simple|plain|easy|lay|layman'?s?) (terms|words|language|english)
    briefly|(keep it|make it|be) (short|brief|simple|concise)
    short (answer|version)( (is )?(fine|enough|ok(ay)?|will do))?
    (like|as if) i('m| am) (five|5)|eli5|nothing (long|fancy)
    ((as )?complete(ly)?|exhaustive(ly)?)( (if|as) possible)?|name (it|them) all|all of (it|them)
    yes or no|(just|only) ((the|a) )?numbers?|numbers? only
""")
_QUESTION = _any("""
    ((i('ve| have)?( got)?|there('s| is)|(this|that|it) (is|may be|might be)|(that|it)'s|maybe|
        probably|perhaps) )?((just|only|probably|maybe|perhaps|such|also) )*((an?|one|another|my|
        the) )?((quick|silly|stupid|dumb|naive|basic|simple|small|little|short|random|weird|odd|
        strange|last|final|newbie|beginner'?s?|noob|more|other|next|very) )*(question|query|q|
        thing)( (for|to) (you|the bot|colloquy))?
    (just )?((an?|another) )?test(ing)?(?= ?[:!–—])
    (an? )?quick (one|q)( for (you|me|my [\\w-]+))?
""")
_CURIOUS = _any("""
    ((i'?m|i am|i was|i've been|i|we're|we were|we|just|only|also|mostly) )*((out of|
        from( pure| sheer)?) curiosity|curious( to (know|learn|hear))?|
        (wondering|wonder)( a bit)?|asking( for a friend)?)
""")
_SOMEBODY = _any("""
    (my|our|a|some|the|one of (my|our))( [\\w-]+)? (supervisor|boss|advisor|adviser|prof(essor)?|
        teacher|colleague|co-?worker|friend|student|classmate|labmate|teammate|team|manager|
        reviewer|editor|wife|husband|partner|mother|father|mum|mom|dad|brother|sister|daughter|
        son|intern|postdoc)s?( of (mine|ours))?
    someone|somebody|people|everybody|everyone|i|we
""")
_WANTS = rf"{_SOMEBODY}(?: |(?=['’]))" + _any("""
    ((just|really|also|only) )*(wants?|wanted|needs?|needed|would (like|love)|'d (like|love)|
        (am|is|are) (trying|hoping|dying)|tr(y|ies|ied)|hopes?|hoped)
        to (know|find out|learn|understand|ask( you)?|check|hear|figure out)
    ((keeps?|was|were|is|are|has) )?(just )?ask(s|ed|ing)?( (me|us))?( to (find out|check|ask))?
""")
_TELL = _any("""
    ((please|maybe|perhaps|possibly|kindly|quickly|just|also) )*((tell|remind|inform|enlighten)
        ( to)? (me|us)|let (me|us) know|say)( (please|again))?
""")
_REQUEST = _any(rf"""
    {_TELL}
    (could|can|would|will|might|may) (you|u|someone|somebody|anyone|anybody)
        ( (here|please|be so kind as to))* {_TELL}
    ((i('d| would)( really)?|would) (be ((very|so|really) )?(grateful|glad|happy|thankful|great|
        nice|lovely|good)|appreciate it|love it)|it would be (great|nice|lovely))
        if (you|someone|somebody) (could|can|would) {_TELL}
    (i|we) (was|were|am|are) (hoping|wondering) ((if|whether|that) )?you (could|can|would) {_TELL}
    (is it|would it be) (possible|ok(ay)?) ((for you )?to {_TELL}|to (know|find out|learn))
    (would|do) you mind (telling|reminding) (me|us)
    (do|does|would|did) (you|anyone|anybody|someone|somebody)( (here|perhaps|maybe))?
        ( happen to)? know
    (do you have )?any (idea|chance you know)
    (may|can|could|might) (i|we) ((just|kindly) )*(ask|know)( you)?
""")
_PLEASE = r"(?:please|pls|plz|pretty please|kindly)"
_OPENS = r"(?:ok(?:ay)?|so|well|oh|ah|um+|and|but|anyway|also|sure|wow)"
_ENDS = r"(?=\W*$|[ ]?[,.;:!?)]| [–—-] )"
_ASKING = rf"(?=(?:(?:in|on|of|by|for|with|to|from|at) )?(?:{QUESTION}|if|whether)\b)"
"""Before a question that somebody wants to have told."""
_STARTS = re.compile(
    rf"^\W*(?P<lead>(?:{_OPENS}\b[\s,.!]{{0,4}})?)"
    rf"(?:(?:{_GREETING}|morning|evening|{_PRAISE}|{_THANKS}|{_CURIOUS}|{_QUESTION}|{_SORRY}|"
    rf"{_ASIDE}|{_MANNER}){_ENDS}\W+(?:but\W+)?|"
    rf"(?:{_GREETING}(?! world\b)|{_SORRY} but|{_THANKS}(?= (?:and|so|but)\b)) |"
    rf"(?:{_QUESTION}(?: is)?|{_CURIOUS}|{_REQUEST}|{_WANTS}){_ENDS}[\s,:;–—-]*|"
    rf"(?:{_PLEASE}|{_CURIOUS}|{_REQUEST}|{_WANTS}),? {_ASKING})",
    re.IGNORECASE,
)
_STOPS = re.compile(
    rf"(?<![\s,;:([–—-])(?P<mark>\??)[?!]{{0,9}}"
    rf"(?:(?:(?<=\?)| ?[,.;:!(–—-])[ ,.;:!(–—-]{{0,9}}(?:and )?"
    rf"(?:{_THANKS}|{_ASIDE}|{_CURIOUS}|{_SORRY}|sorry|{_MANNER}(?:,? {_PLEASE})?)|"
    rf" (?:{_MANNER},? {_PLEASE}|{_SHORT}|{_THANKS}|{_IF})|"
    rf"[ ,.;:!(–—-]{{1,9}}(?P<please>{_PLEASE}))"
    r"[\s,.;:!)–—-]{0,9}(?P<end>\??)[\s.!?)]{0,9}$",
    re.IGNORECASE,
)
_BETWEEN = re.compile(
    rf"(?<=\w)(?: ?, ?| ?[(–—] ?| - )(?:{_ASIDE}|{_PLEASE}|perhaps|maybe)(?:,|\)| ?[–—]| -) ",
    re.IGNORECASE,
)
_HEARD = re.compile(
    rf"^\W*(?:{_SOMEBODY} (?:(?:was|were|have been|been|just|also) )*(?:told(?: me| us)?|said|says|"
    r"heard|read|claims?|claimed|thinks?|believes?)(?: somewhere| once)?(?: that)?|apparently|"
    r"supposedly|allegedly),? (?P<said>[^?]+?)\s*[,.;:?–—-]+ ?(?:and )?(?:(?:is|was) "
    r"(?:that|this|it) (?:so|true|right|correct|the case)|(?:true|right|correct|really)|"
    r"can you confirm(?: (?:that|this|it))?|or (?:not|am i wrong)|am i right)\W*$",
    re.IGNORECASE,
)
"""What somebody claims, and whether it is so."""
_FACE = (
    r"(?<!\S)(?:[:;=8][-o'^]?[)(DPp3/|\]]+|x[dD]+|\^_*\^|<3+|(?i:lol|haha(?:ha)*|hehe|lmao|rofl))"
    r"(?=[\s.,!?]|$)"
)
_SMILES = re.compile(rf"(?P<between>(?<=\w)\s+(?:{_FACE}\s+)+(?=\w))|{_FACE}")
_PICTURES = frozenset("☹☺✨❤✌☝✋✊♥✅")
_SAYS = re.compile(rf"\b(?!(?:{_OPENS}|in|with|just|the|an?)\b)\w", re.IGNORECASE)
"""A word that is more than what opens a sentence."""
_MOST = 16
"""Layers of courtesy that are taken off."""


def bare(text: str) -> str:
    """A text, its white space tidied, without what is said around its question out of courtesy.

    What is nothing but that stays as it is: thanks are answered.

    >>> bare("Hi! Sorry to bother you, but could you tell me who wrote it? thanks :)")
    'who wrote it?'
    """
    plain = text if text.isascii() else "".join(" :) " if _drawn(c) else c for c in text)
    smiling = " ".join(plain.split())
    rest = " ".join(_SMILES.sub(lambda m: ", " if m["between"] else "", smiling).split())
    for _ in range(_MOST):
        each = (take(rest) for take in (_claimed, _opened, _parted, _ended))
        shorter = next((one for one in each if one != rest and _SAYS.search(one)), None)
        if shorter is None:
            break
        rest = shorter
    return rest if _SAYS.search(rest) else text


def alone(text: str) -> bool:
    """Whether a text is nothing but courtesies.

    >>> alone("ok thanks, that helps!"), alone("thanks, and on COCO?")
    (True, False)
    """
    return bool(_SAID.search(text) and _NOTHING_ELSE.fullmatch(text))


_COURTESY = rf"(?:{_THANKS}|{_GREETING}|{_PRAISE})"
_SAID = re.compile(rf"\b{_COURTESY}(?!\w)", re.IGNORECASE)
_NOTHING_ELSE = re.compile(rf"\W*+(?:(?:{_COURTESY}|{_OPENS})(?:\W++|$))++", re.IGNORECASE)


def _claimed(text: str) -> str:
    """A claim that is to be confirmed, asked."""
    heard = _HEARD.match(text)
    return f"{heard['said']}?" if heard else text


def _opened(text: str) -> str:
    """The text without the first courtesy that it begins with."""
    return _STARTS.sub(r"\g<lead>", text, count=1)


def _parted(text: str) -> str:
    """The text without the courtesies between its commas, and what somebody only thinks."""
    return _HEDGE.sub("", _BETWEEN.sub(" ", text))


_HEDGE = re.compile(
    r"(?<!\bdo)(?<!\bdid)(?<!\bshould),? \b(?:i|we) (?:think|guess|believe|suppose|assume)"
    r"(?=\s*[.,;!?]|\s*$)",
    re.IGNORECASE,
)


def _ended(text: str) -> str:
    """The text without the last courtesy that it ends with."""
    m = _STOPS.search(text)
    rest = f"{text[: m.start()]}{m['mark'] or m['end']}" if m else text
    words = re.findall(r"[\w'’-]+", rest)
    if m and m["please"] and not any(lists.frames(word) or looks_named(word) for word in words):
        return text  # who says "dunes, please" wants to be shown what there is
    return rest


def _drawn(character: str) -> bool:
    """Whether a character is a picture, and no sign of any formula."""
    return (
        character in _PICTURES
        or "\U0001f000" <= character <= "\U0001faff"
        or unicodedata.name(character, "").startswith("VARIATION SELECTOR")
        or character >= "\U000e0000"
    )
