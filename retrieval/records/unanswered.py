"""What is said where the record holds no answer: not kept, unknown, or no question at all."""

from __future__ import annotations

import re

from retrieval.phrases import (
    joined,
    owners,
)
from retrieval.question.kinds import Kind
from retrieval.question.typed import Question

_MISSING = {
    "figures": "I keep titles, abstracts, authors and dates; how often works are "
    "cited or downloaded is not among them.",
    "venue": "I keep titles, abstracts, authors and dates; where works were "
    "published or presented is not among them.",
    "judgement": "I keep what works say and do not judge them: ask for the latest ones, or for "
    "those about a topic.",
    "opinion": "I keep what works say and have no opinion of my own: ask what they say.",
    "future": "I keep what is published; what is still to come is not among it.",
    "ranks": "I do not compare numbers across works: ask for those on a topic, or what one of "
    "them says.",
    "task": "I can only answer questions from the stored abstracts.",
    "follow-up": "I keep titles, abstracts, authors and dates; which work goes on from "
    "another is not among them.",
    "life": "I keep what is published, and nothing about people's lives.",
}


def not_kept(question: Question) -> str:
    """That the facts asked for are not stored of anybody."""
    return _MISSING[question.facet]


def unknown(question: Question) -> str:
    """That a person, a title or an identifier is not known."""
    names = joined(question.unknown)
    if names in ("he", "she", "him", "his", "her", "hers", "they"):
        return f"Please say which researcher you mean by “{names}”."
    if names == "it":
        return (
            "Please say which paper you mean, by its title or the name of its method, or ask it "
            "as a follow-up to an answer."
        )
    if any(name.startswith(("arXiv:", "“")) for name in question.unknown):
        return f"I have no work stored as {names}."
    whose = f" among the works of {owners(question)}" if question.researchers else ""
    return f"I know no researcher or co-author called {names}{whose}."


_THANKS = re.compile(
    r"\b(?:thank\w*|thx|thnx|tnx|ty|cheers|help(?:s|ed|ful)|great|perfect)\b", re.I
)


def asks_for_help(question: Question) -> bool:
    """Whether somebody only says hello, or asks what can be asked; not who gives thanks."""
    thanks = _THANKS.search(question.text)
    return question.kind is Kind.HELP and not (question.facet or thanks)


def greeting(question: Question) -> str:
    """An answer to a greeting, to thanks, and to who asks for help."""
    if question.facet == "researchers":
        return "Ask me about anybody by name; in Discord, /researcher search finds whom I know."
    who = question.researchers[0].name if question.researchers else "a researcher"
    hello = "You are welcome!" if _THANKS.search(question.text) else "Hello!"
    return (
        f"{hello} Ask me about {who}'s papers, for example: which papers are about a topic, "
        "what a method does or how well, how many papers there were in a year, or who wrote one."
    )
