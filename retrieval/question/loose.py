"""Loose ways in which works on a topic are asked for: "QBAFs come up in which papers?". Pure.

They are tried where no usual wording fits (see `retrieval.question.topic`). Researchers stand in
the text as `R`, works as `W`, and times are left out.
"""

from __future__ import annotations

import re

from retrieval.question.kinds import ABOUT, MANY_WORKS, WHO

_US = rf"(?:{WHO}|we|i|us)"
_MANY = rf"(?:{MANY_WORKS}|stuff|research|literature|material)"
_PLEASE = r"(?:,? (?:please|pls|plz|thanks))?\W*$"
_OCCUR = r"(?:come|show|turn|pop|appear|occur|feature|crop)s?(?: up)?"
_SHOW = r"(?:show|list|find|give|get|send|bring up|pull up)(?: me| us)?"
_OF = r"(?: (?:all|every|of|the|his|her|their|your|any|some|R(?:['’]s?)?))*"
_DONE = (
    r"(?:use[ds]?|mention(?:ed|s)?|discuss(?:ed|es)?|stud(?:y|ied|ies)|tackled?|considere?d?|"
    r"appl(?:y|ied)|covere?d?|address(?:ed)?|talk(?:s|ed)? about|writes? about|wrote about|"
    r"written about|work(?:s|ed)? (?:on|with)|speaks? of|looks? at)"
)

_VERB = (
    r"(?:is|are|was|were|be|do|does|did|has|have|had|can|could|will|would|how|what|why|who|whom|whose|"
    r"when|where|which|that|than|from|of|in|other|these|those|this|R|W)"
)
_STOP = r"(?: ?[.?!,;:]| [–—-])[ .?!,;:–—-]{0,5}"

_ABOUT_IT = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"^(?P<topic>[^?]+?){_STOP}(?:and )?(?:got |have you (?:got )?)?"
        rf"(?:any|what|which|some|the)? ?{_MANY}(?: (?:on|about) (?:this|that|it|them))?{_PLEASE}",
        rf"^(?P<topic>[^?]+?){_STOP}what(?:['’]s| is| are| else is)?(?: out)?"
        rf"(?: there| (?:do|have) {_US} (?:have|got)| exists| came in| is new){_PLEASE}",
        r"^what(?:['’]s| has)? (?:came|come|there) (?:in |out )?(?:on|about) (?P<topic>[^?]+?)\W*$",
        rf"^(?:(?:please|and|just|only|all|any|which|what|how about|{_SHOW}) )*(?:the |any |all )*"
        rf"(?P<topic>surveys|reviews|overviews)(?: only| here| are there| exist){{0,2}}{_PLEASE}",
        rf"^(?P<topic>(?:(?!{_VERB}\b)[^\s?]+ ){{1,8}}?){MANY_WORKS}{_PLEASE}",
        rf"^(?:please |can you |could you )*{_SHOW}{_OF} (?P<topic>[^?]+?) "
        rf"(?:{_MANY}|ones|things){_PLEASE}",
        rf"^(?:\w+ )?(?:everything|anything|all|whatever)(?: that)? {_US}"
        rf"(?: (?:ha[sv]e?|had|ever|got|did|done|wrote|written|published|made))+ {ABOUT} "
        r"(?P<topic>[^?]+?)\W*$",
        rf"^what(?: else| all)? (?:do|have) {_US} (?:have|got) {ABOUT} (?P<topic>[^?]+?)\W*$",
        r"^(?:is|are) there (?:more than one|another|any(?: other)?|other|some|an?) "
        rf"(?P<topic>[^?]+?) (?:{MANY_WORKS}|paper|study|article)(?: here)?"
        r"(?:[.?!,; ]+(?:and )?(?:name|list|show|give|which)\b.{0,20})?\W*$",
    )
)
_MENTIONING_IT = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"^(?P<topic>[^?]+?) {_OCCUR} in (?:which|what) {MANY_WORKS}\W*$",
        rf"^(?:in|across|from) (?:which|what) {MANY_WORKS} (?:(?:do|does|did) (?P<topic>[^?]+?) "
        rf"{_OCCUR}|(?:do|does|did|has|have) {_US} {_DONE} (?P<done>[^?]+)|"
        rf"(?:is|are|was|were) (?P<used>[^?]+?) {_DONE})\W*$",
        rf"^where (?:do|does|did|has|have) {_US} (?:ever |also )?{_DONE} (?P<topic>[^?]+?)\W*$",
    )
)
_WHO_DOES = re.compile(
    r"^(?:who|anyone|anybody|does anyone|has anyone|is anyone)(?: (?:here|else))? (?:\w+ )", re.I
)


def asked_for(text: str) -> tuple[str, bool] | None:
    """The topic of which works are asked for, and whether it is enough that they mention it."""
    for patterns, mentioned in ((_ABOUT_IT, False), (_MENTIONING_IT, True)):
        for pattern in patterns:
            if m := pattern.match(text):
                topic = next(group for group in m.groupdict().values() if group)
                return _WHO_DOES.sub("", topic).strip(), mentioned
    return None
