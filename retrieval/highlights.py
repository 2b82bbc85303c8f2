"""The sentences of an abstract that say what is new, word for word. Pure.

An abstract leads from what is known over what was done to what came out. Where its sentences
stand and how their authors speak of themselves ("we propose", "our experiments show", "here we
find") tell these apart well enough to choose one sentence of each of the last two kinds.
"""

from __future__ import annotations

import re
from functools import lru_cache

from retrieval.text import split_sentences

SHORTEST = 30  # characters; below this it is a heading or a fragment

_LABEL = re.compile(
    r"^(?:background|objectives?|aims?|purpose|motivation|introduction|context|approach|methods?|"
    r"(?:main )?results?|findings|conclusions?|significance|summary)\s*[:.]\s*",
    re.IGNORECASE,
)
_DOING = (
    r"propos|introduc|present|develop|design|describ|devis|build|built|creat|provid|formulat|"
    r"formali[sz]|construct|deriv|establish|releas|contribut|offer|suggest|study|studied|"
    r"investigat|examin|analy[sz]|explor|address|tackl|revisit|consider|extend|generali[sz]|"
    r"implement|model|survey|review|compil|collect|leverag|unif|adapt|train|prov(?:e|ing)|appl"
)
_FINDING = (
    r"show|demonstrat|find|found|prove|reveal|observ|report|achiev|obtain|discover|establish|"
    r"identif|confirm|conclud|measur|determin|detect|outperform|improv|validat|reach"
)
_METHOD = re.compile(
    rf"\b(?:we|i)\b(?:\s+\w+){{0,3}}?\s+(?:{_DOING})"
    rf"|\b(?:this|the present|our|the)\s+(?:\w+\s+)?(?:paper|work|article|study|thesis|survey|"
    rf"review|letter|report|note|manuscript)\b(?:\s+\w+){{0,2}}?\s+(?:{_DOING})"
    rf"|\b(?:is|are)\s+(?:\w+\s+)?(?:proposed|introduced|presented|developed)\b",
    re.IGNORECASE,
)
_RESULT = re.compile(
    rf"\b(?:we|i|it|which|results?|experiments?|evaluations?|analys[ei]s|simulations?|findings|"
    rf"approach|method|model|algorithm|framework|system)\b(?:\s+[\w-]+){{0,5}}?\s+(?:{_FINDING})"
    rf"|\boutperform|\bstate[- ]of[- ]the[- ]art\b|\bsurpass|\bthe first\b",
    re.IGNORECASE,
)
_NAMED = re.compile(r"\b(?:propos|introduc|present|develop)(?:e|es|ed|s|ing)?\b", re.IGNORECASE)
_HERE = re.compile(
    r"\b(?:in this (?:paper|work|article|study|letter|thesis|note|survey)|here,?\s+we|"
    r"to (?:address|overcome|tackle|solve|bridge|fill|this end)|novel|our (?:key|main))\b"
    r"|^(?:here|in this)\b",
    re.IGNORECASE,
)
_MEASURED = re.compile(r"\d+(?:\.\d+)?\s*(?:\\?%|\$?\\times|×|-fold|times\b|points?\b|sigma|σ)")
_KNOWN = re.compile(
    r"\b(?:recent(?:ly)?|existing|previous(?:ly)?|prior|traditional(?:ly)?|conventional|"
    r"has become|have become|has been|have been|remains?|is (?:crucial|essential|important|a key)|"
    r"are (?:crucial|essential|important)|however|despite|although|while|challeng\w+|"
    r"widely|increasingly|often|limited|lack)\b",
    re.IGNORECASE,
)
_ASIDE = re.compile(
    r"\b(?:code|data(?:set)?s?|materials?|project page|demo|video)\b.{0,60}\bavailable\b|https?://"
    r"|\b(?:pages|figures|accepted|appendix)\b.{0,20}$"
    r"|\b(?:future (?:work|research|directions)|we (?:also )?discuss)\b"
    r"|\b(?:we conclude with|finally, we)\b",
    re.IGNORECASE,
)


@lru_cache(maxsize=512)  # one work is announced at many places
def contribution(abstract: str, most: int = 2) -> tuple[str, ...]:
    """The `most` sentences that say what is new, verbatim and in the order of the abstract.

    One that says what was done and one that says what came out, where there are such; labels of
    structured abstracts ("Results.") count as belonging to no sentence. Fewer where the abstract
    is shorter.
    """
    sentences = [_unlabelled(sentence) for sentence in split_sentences(abstract)]
    known = [place for place, text in enumerate(sentences) if len(text) >= SHORTEST]
    if len(known) <= most:
        return tuple(sentences[place] for place in known)
    done = {place: _done(sentences[place], place, len(sentences)) for place in known}
    came_out = {place: _came_out(sentences[place], place, len(sentences)) for place in known}
    chosen = [max(known, key=lambda place: (done[place], -place))]
    while len(chosen) < most:
        rest = [place for place in known if place not in chosen]
        chosen.append(max(rest, key=lambda place: (max(came_out[place], done[place] - 1), -place)))
    return tuple(sentences[place] for place in sorted(chosen))


def _done(sentence: str, place: int, of: int) -> float:
    """How much a sentence says of what was done: more so near the middle of the first half."""
    method = _METHOD.search(sentence)
    named = bool(method and _NAMED.search(method.group()))
    said = 2.5 * bool(method) + 1.0 * named + 1.5 * bool(_HERE.search(sentence))
    return said + _common(sentence) - 0.8 * abs(place / of - 0.3)


def _came_out(sentence: str, place: int, of: int) -> float:
    """How much a sentence says of what came out: more so towards the end."""
    said = 2.5 * bool(_RESULT.search(sentence)) + 1.0 * bool(_MEASURED.search(sentence))
    return said + _common(sentence) + 0.8 * place / of


def _common(sentence: str) -> float:
    known = min(2, len(_KNOWN.findall(sentence))) * (0.4 if _METHOD.search(sentence) else 1.0)
    return -known - 3.0 * bool(_ASIDE.search(sentence)) - 0.5 * (len(sentence) > 350)


def _unlabelled(sentence: str) -> str:
    return sentence[found.end() :] if (found := _LABEL.match(sentence)) else sentence
