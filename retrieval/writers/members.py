"""Which works are about a topic, all of them and only them, and what is quoted of each."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from retrieval.question.asked import read_asked
from retrieval.question.mentions import looks_named
from retrieval.search import Passage, Sentence
from retrieval.writers import Draft, DraftSentence, Quote
from retrieval.writers.brought import Thing, bringing
from retrieval.writers.matching import bag, near_together
from retrieval.writers.weighing import LEAST_SUPPORT, TRIED, Candidate

LEAST_ABOUTNESS = -1.5
LEAST_MEMBERSHIP = 0.0
"""The log-odds from which a work is about a topic, which decides whether there is any work about
it; is among those about it."""
LEAST_SAID = 0.5
"""The share of a topic's words, by weight, that a work has to hold which is said to mention it."""


def about(topics: Sequence[Sequence[Candidate]], *, every: bool, said: bool) -> Draft:
    """The works that are about one of the topics, or every one; nearest first.

    With `said`, those that only say its words are among them. Of several topics, one of which is
    enough, the first that a work is about is quoted; else what narrows the others, the last.
    """
    found = [_mentioning(each) if said else members(each) for each in topics]
    places = [{candidate.place for candidate in members} for members in found]
    wanted = set.intersection(*places) if every else set().union(*places)
    order = found if every else reversed(found)
    chosen = {c.place: c for members in order for c in members if c.place in wanted}
    ordered = sorted(chosen.values(), key=lambda c: -c.passage.score)
    return Draft(tuple(drafted(c, [c.on_topic]) for c in ordered))


def brought_along(passages: Sequence[Passage], wanted: Sequence[Thing]) -> Iterator[DraftSentence]:
    """The works that bring one of the things along, each with the sentence that says so."""
    for place, passage in enumerate(passages):
        said = next((s for one in wanted if (s := bringing(passage, one))), None)
        if said is not None:
            yield DraftSentence(said.text, (Quote(place, said.text),))


def _mentioning(candidates: Sequence[Candidate]) -> list[Candidate]:
    """The works that are about a topic, and those that say its words."""
    about = [c for c in members(candidates) if c.signals["words"] >= LEAST_SAID]
    return about + [c for c in candidates if c.mentions and c not in about]


def members(candidates: Sequence[Candidate]) -> list[Candidate]:
    """The works that are about a topic, all of them and only them."""
    first = max(candidates, key=lambda c: c.aboutness, default=None)
    if first is None:
        return []
    if first.aboutness < LEAST_ABOUTNESS:
        return _described(candidates)
    return [c for c in candidates if c is first or c.membership >= LEAST_MEMBERSHIP]


LONG_TOPIC = 4
"""Words of a topic beyond which it describes what is meant, rather than naming it."""
_CLAUSE = re.compile(
    r"^(?:\w+ing|to|how|what|when|where|why|whether)\b|"
    r"\b(?:an?|the|one|my|your|it|that|which|who|is|are|has|have|can|gets?|makes?|takes?)\b",
    re.IGNORECASE,
)


def _described(candidates: Sequence[Candidate]) -> list[Candidate]:
    """The works that answer a topic described in a clause, "making networks fit a phone".

    Nobody's title or abstract has such words, so it is weighed as a question is. Of one that only
    has many words, a work has to hold most.
    """
    asked = candidates[0].asked
    clause = _CLAUSE.search(asked.text) is not None
    if not clause and len(asked.text.split()) <= LONG_TOPIC:
        return []
    ranked = sorted(candidates, key=lambda c: -c.passage.score)[:TRIED]
    likely = [c for c in ranked if c.eligible and c.support >= LEAST_SUPPORT]
    return [c for c in likely if clause or c.signals["words"] >= LEAST_SAID]


_PUTS_FORWARD = re.compile(
    r"\b(?:propos|present|introduc|develop|devis|design|creat|coin|call|nam)\w*\b(?P<what>.{,100})"
)


def puts_forward(passage: Passage, thing: str, *, new: bool) -> bool:
    """Whether a work says that it proposes a thing; a single common word is the name of none.

    What is `new` in it has a name, written with a capital.
    """
    words = read_asked(thing).words
    if len(words) < 2 and not any(map(looks_named, re.findall(r"[\w-]+", thing))):
        return False
    told = [m["what"] for s in passage.sentences for m in _PUTS_FORWARD.finditer(s.text)]
    named = re.compile("|".join(rf"\b{re.escape(word[0].upper() + word[1:])}" for word in words))
    return any(near_together(bag(what), words) and (not new or named.search(what)) for what in told)


def drafted(candidate: Candidate, sentences: Sequence[Sentence]) -> DraftSentence:
    """The sentences of a work as one of a draft, with where they are from."""
    texts = [sentence.text for sentence in sentences]
    return DraftSentence(" ".join(texts), tuple(Quote(candidate.place, text) for text in texts))
