"""Researchers, their works, and help -> cards. Pure: nothing here sends anything."""

from __future__ import annotations

from collections.abc import Sequence

from bot.cards import (
    CARD_LIMIT,
    NAME_SHOWN,
    PERSON,
    QUIET,
    TITLE_SHOWN,
    Card,
    begun,
    joined,
    lines,
    listed,
    paragraphs,
    plural,
    small,
)
from bot.markdown import escape, inline, link, width
from retrieval.text import readable
from storage.researchers import Profile, Researcher
from storage.works import Work

AUTHORS_SHOWN = 4
TOPICS_SHOWN = 12
COLLABORATORS_SHOWN = 8
PAGE = 5  # works on a page


# Researchers ------------------------------------------------------------------------------


def profile(profile: Profile) -> Card:
    """The public page of a researcher: who, how trusted and why, what they work on, with whom."""
    person = profile.researcher
    trust = profile.trust
    head = lines(
        f"## {inline(person.name, NAME_SHOWN)}",
        f"{inline(person.role, NAME_SHOWN)} · {affiliation(person)}",
        small(
            " · ".join(
                (
                    "Open to collaborate"
                    if person.open_to_collaborate
                    else "Not open to collaborate",
                    "Claimed" if person.claimed else "Not claimed",
                    f"Verification level L{trust.level}",
                )
            )
        ),
    )
    snapshot = lines(
        f"**Trust {trust.score} · {inline(trust.band)}**  {_bar(trust.score)}",
        *(
            small(f"{inline(point.label)} {point.points} of {point.of} · {inline(point.reason)}")
            for point in trust.points
        ),
    )
    counts = " · ".join(
        f"**{number:,}** {noun if number == 1 else f'{noun}s'}"
        for number, noun in (
            (profile.works, "work"),
            (profile.followers, "follower"),
            (len(profile.topics), "topic"),
            (len(profile.close_collaborators), "close collaborator"),
        )
    )
    topics = [inline(readable(topic.name), NAME_SHOWN) for topic in profile.topics]
    people = [
        f"{inline(c.name, NAME_SHOWN)} ({c.shared_works})" for c in profile.close_collaborators
    ]
    record = paragraphs(
        counts,
        f"**Topics**\n{listed(topics, TOPICS_SHOWN)}" if topics else "",
        f"**Close collaborators**\n{listed(people, COLLABORATORS_SHOWN)}" if people else "",
    )
    return Card((paragraphs(head, inline(person.description, 600)), snapshot, record), PERSON)


def affiliation(person: Researcher) -> str:
    """Where the person works, or that it is not known."""
    return inline(person.affiliation, 120) if person.affiliation else "Affiliation not imported"


def found(text: str, people: Sequence[Researcher]) -> Card:
    """Researchers found by a name."""
    if not people:
        return Card((f"I know nobody called “{inline(text, NAME_SHOWN)}”.",), QUIET)
    entries = [
        f"**{inline(p.name, NAME_SHOWN)}** · {plural(p.works, 'work')} · "
        f"{affiliation(p)} · from {inline(p.source, 40)}"
        for p in people
    ]
    kept = entries[:10]
    more = (
        small(f"and {len(entries) - len(kept)} more; type more of the name")
        if len(entries) > 10
        else ""
    )
    return Card((f"Researchers like “{inline(text, NAME_SHOWN)}”", lines(*kept, more)), PERSON)


# Works ------------------------------------------------------------------------------------


def works(
    person: Researcher,
    page: Sequence[Work],
    total: int,
    offset: int,
    *,
    year: int | None = None,
    query: str | None = None,
) -> Card:
    """One page of a researcher's works."""
    which = "".join(
        (f" in {year}" if year else "", f" with “{inline(query, 60)}”" if query else "")
    )
    title = f"## Works of {inline(person.name, NAME_SHOWN)}"
    if not page:
        return Card((title, f"There are none{which}."), QUIET)
    span = f"{offset + 1}–{offset + len(page)} of " if total > len(page) else ""
    head = lines(title, small(f"{span}{plural(total, 'work')}{which}, newest first"))
    entries = [lines(link(readable(w.title), w.url, TITLE_SHOWN), small(facts(w))) for w in page]
    return Card((head, paragraphs(*entries)), PERSON)


def abstract(work: Work) -> Card:
    """A work with its abstract."""
    head = lines(f"**{link(readable(work.title), work.url, TITLE_SHOWN)}**", small(facts(work)))
    text = escape(readable(work.abstract).strip()) or "There is no abstract on record."
    room = CARD_LIMIT - width(head)
    return Card((head, begun(text, room)), PERSON)


def facts(work: Work) -> str:
    """Type, year, source and the first authors of a work."""
    shown = AUTHORS_SHOWN if len(work.authors) > AUTHORS_SHOWN + 1 else len(work.authors)
    authors = [inline(name, NAME_SHOWN) for name in work.authors[:shown]]
    if shown < len(work.authors):
        authors.append(f"{len(work.authors) - shown} more")
    elif not work.authors_complete and authors:
        authors.append("others")
    return " · ".join(
        part
        for part in (
            inline(work.kind, 30).capitalize(),
            str(work.year),
            inline(work.source, 30),
            joined(authors),
        )
        if part
    )


# Help -------------------------------------------------------------------------------------


def help_card(person: Researcher | None, busiest: int | None, topics: Sequence[str]) -> Card:
    """What can be done here, with examples about a researcher who is stored."""
    name = inline(person.name, NAME_SHOWN) if person else "Ada Lovelace"
    topic = inline(readable(topics[0]), 60) if topics else "neural networks"
    year = busiest or 2022
    asks = lines(
        "### Ask",
        f"`/ask` Which papers of {name} are about {topic}?",
        f"`/ask` How many papers did {name} publish in {year}?",
        f"`/ask` What are the latest papers of {name} about?",
        small(
            "Or mention me, write to me directly, or right-click a message › Apps › Ask about this."
        ),
        small("To ask on, press “Ask a follow-up” or reply to my answer: and the year after?"),
    )
    looks = lines(
        "### Look up",
        "`/researcher profile` who somebody is, how trusted the record is, and why",
        "`/researcher works` their papers, with abstracts, by year or by words",
        "`/researcher search` find somebody by name",
        "`/follow add` hear of each new paper; `/follow list` what you follow",
    )
    rest = lines(
        "`/privacy` what is kept about you, as a file, and how to erase it",
        "`/admin` for moderators: whom I answer about, and where",
        small("I answer from stored abstracts and cite them. What they do not say, I do not say."),
    )
    return Card((asks, looks, rest))


def _bar(score: int, of: int = 100, cells: int = 10) -> str:
    full = round(cells * score / of)
    return "▰" * full + "▱" * (cells - full)
