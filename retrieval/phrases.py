"""Parts of sentences that answers share: whose works, how many, when."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from retrieval.question.choosing import BEGINS, DATED, MANY
from retrieval.question.filing import FIRST, ONLY, OTHERS
from retrieval.question.sorts import BENCHMARKS, DATA_SETS, GITHUB, LINKS, SURVEYS, are_surveys
from retrieval.question.typed import Question
from retrieval.question.words import ORDINALS
from storage.phrases import day, plural
from storage.researchers import told_apart
from storage.works import Work
from storage.works_by_author import PLACES


def owners(question: Question) -> str:
    """The names of the researchers, joined."""
    return joined(told_apart(question.researchers))


_ROLES = {
    "alone": " without a co-author",
    **{place: f" as {place} author" for place in (*PLACES, "last")},
}


def partners_of(question: Question) -> str:
    """With whom, as what and where, after a space: " with B and C", " without a co-author in
    cs.CV".
    """
    choice = question.choice
    by = "or" if choice.either else "and"
    partners = f" with {joined(choice.coauthors, by)}" if choice.coauthors else ""
    absent = f" without {joined(choice.without, 'or')}" if choice.without else ""
    titled = f" with {_titled(choice.titled)}" if choice.titled else ""
    titled += f" without {_titled(choice.untitled)}" if choice.untitled else ""
    filed = filed_in(choice.category, choice.filing)
    filed += f" not{filed_in(choice.unfiled, choice.unfiling)}" if choice.unfiled else ""
    unsaid = _not_mentioning(choice.unsaid)
    role, people = _ROLES.get(choice.role, ""), partners + absent
    role += f" not as {joined(choice.unplaced, 'or')} author" if choice.unplaced else ""
    whose = role + people if choice.theirs else people + role
    team, sort = with_number(choice.team, "author"), _SORTS[choice.sort]
    return f"{whose}{team}{titled}{filed}{unsaid}{sort}"


def filed_in(category: str, place: str) -> str:
    """Under which category, after a space: " with cs.CV as first category"."""
    if not category:
        return ""
    return _FILED[place].format(category)


_FILED = {
    "": " in {}",
    FIRST: " with {} as first category",
    OTHERS: " cross-listed in {}",
    ONLY: " in {} alone",
}
_SORTS = {
    "": "",
    SURVEYS: " written as a survey",
    DATA_SETS: " bringing a data set",
    BENCHMARKS: " bringing a benchmark",
    LINKS: " with an address in the abstract",
    GITHUB: " with an address on GitHub in the abstract",
}


def _titled(words: str) -> str:
    """As in "“GhostNet” in the title", or at its beginning."""
    at = "at the beginning of" if words.startswith(BEGINS) else "in"
    return f"“{words.removeprefix(BEGINS)}” {at} the title"


def _not_mentioning(topics: Sequence[str]) -> str:
    """What works do not mention, after a space, and what they are not."""
    others = [topic for topic in topics if not are_surveys(topic)]
    unsaid = f" not mentioning {joined(others, 'or')}" if others else ""
    return unsaid + (" not written as a survey" if len(others) < len(topics) else "")


def with_number(between: tuple[int, int] | None, noun: str) -> str:
    """How many, after a space: " with 3 authors", " with 10 works or more"."""
    if between is None:
        return ""
    low, high = between
    if low == high:
        return f" with {plural(low, noun)}"
    if high == MANY:
        return f" with {low} {noun}s or more"
    return f" with {'up' if low == 1 else low} to {high} {noun}s"


def of_whom(question: Question) -> str:
    """Whose works, after a space: " of A with B"; nothing where nobody is named."""
    whose = owners(question)
    return (f" of {whose}" if whose else "") + partners_of(question)


def nth(place: int, superlative: str) -> str:
    """The superlative of what comes at a place, "second newest"; itself at the first."""
    return superlative if place == 1 else f"{ORDINALS[place - 1]} {superlative}"


def time_of(question: Question) -> str:
    """When, after a space: " in 2022 and in 2024"; nothing where no time is named."""
    labels = [window.label for window in question.windows]
    return f" {joined(labels)}" if labels else ""


def dated(work: Work) -> str:
    """When a work is from: "from 2020 (first posted in November 2019)"."""
    posted = first_posted(work)
    return f"from {work.year} ({posted})" if posted else f"from {work.year}"


def first_posted(work: Work) -> str:
    """As in "first posted in November 2019"; nothing where it is not known."""
    if work.published is None:
        return ""
    published = work.published
    when = f"in {published:%B %Y}" if published.day == 1 else f"on {day(published)}"
    return f"first posted {when}"


def listed(question: Question, work: Work) -> str:
    """When a work of a list is from, after its title: its year, or its date where that is asked."""
    posted = first_posted(work) if question.facet == DATED else ""
    return posted if posted.endswith(str(work.year)) else f"{work.year}{posted and f', {posted}'}"


def n_works(number: int) -> str:
    """As in "1 work" and "35 works"."""
    return plural(number, "work")


def possessive(name: str) -> str:
    """As in "Kai Han's" and "James'"."""
    return f"{name}'" if name.endswith("s") else f"{name}'s"


def joined(parts: Iterable[str], last_by: str = "and") -> str:
    """As in "a, b and c"."""
    *most, last = list(parts) or [""]
    return f"{', '.join(most)} {last_by} {last}" if most else last
