"""Researchers, their works, and help -> cards. Pure: nothing here sends anything."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.cards import (
    CARD_LIMIT,
    IN_MENU,
    NAME_SHOWN,
    PERSON,
    QUIET,
    TITLE_SHOWN,
    Card,
    begun,
    column,
    lines,
    listed,
    paragraphs,
    small,
)
from bot.markdown import escape, inline, link, width
from bot.pictures import split
from bot.pictures.card import counts as counted
from bot.pictures.card import place_drawn, topics_drawn
from bot.pictures.timeline import Facts
from retrieval.phrases import joined
from retrieval.text import readable
from storage.finding import Author
from storage.phrases import nouns, origin, plural, span
from storage.researchers import Profile, Researcher
from storage.trust import Point
from storage.works import Work

AUTHORS_SHOWN = 4
TOPICS_SHOWN = 12
COLLABORATORS_SHOWN = 8
FOUND_SHOWN = 10
PAGE = 5  # works on a page


# Researchers ------------------------------------------------------------------------------


def profile(profile: Profile, namesakes: Sequence[Researcher] = (), *, drawn: bool = False) -> Card:
    """The public page of a researcher: who, how trusted and why, what they work on, with whom.

    `namesakes` are the persons behind the record, where there are several. Beside its picture, if
    it is `drawn`, the text is what that does not show.
    """
    person = profile.researcher
    head = lines(
        f"## {inline(person.name, NAME_SHOWN)}",
        inline(person.label, 120) if person.label else "",
        "" if drawn and place_drawn(person) else _role(person),
        small(_shared_name(person, namesakes)) if namesakes else "",
        "" if drawn else small(_standing(profile)),
    )
    said = lines(_description(person), _linked(person))
    sections = (paragraphs(head, said), _trust(profile, drawn=drawn), _record(profile, drawn=drawn))
    return Card(tuple(section for section in sections if section), PERSON)


def _role(person: Researcher) -> str:
    return f"{inline(person.role, NAME_SHOWN)} · {affiliation(person)}"


def _standing(profile: Profile) -> str:
    """Whether somebody takes invitations, and who says that they are who they are."""
    person = profile.researcher
    level = f"Verification level L{profile.trust.level}"
    return f"{person.openness.capitalize()} · {_claimed(person)} · {level}"


def _description(person: Researcher) -> str:
    """Who somebody is in their own words, or in those of the page that they were imported from."""
    text = inline(person.description, 600)
    if not text or person.description_stated:
        return text
    return small(f"The imported page says: “{text}”")


def _trust(profile: Profile, *, drawn: bool) -> str:
    """The score, of what it is made, why, and what would raise it."""
    trust = profile.trust
    if drawn:
        return lines(*(small(_reason(point)) for point in trust.points))
    return lines(
        f"**Trust {trust.score} · {inline(trust.band)}**  {trust_bar(trust.score)}",
        *(small(_point(point)) for point in trust.points),
    )


def _record(profile: Profile, *, drawn: bool) -> str:
    """How much, about what and with whom."""
    numbers = [f"**{number:,}** {nouns(number, noun)}" for number, noun in counted(profile)]
    shown = topics_drawn(profile) if drawn else 0
    topics = [inline(readable(topic.name), NAME_SHOWN) for topic in profile.topics[shown:]]
    people = [
        f"{inline(c.name, NAME_SHOWN)} ({c.shared_works})" for c in profile.close_collaborators
    ]
    heading = "More topics" if shown else "Topics"
    return paragraphs(
        "" if drawn else " · ".join(numbers),
        f"**{heading}**\n{listed(topics, TOPICS_SHOWN)}" if topics else "",
        f"**Close collaborators**\n{listed(people, COLLABORATORS_SHOWN)}" if people else "",
    )


def _shared_name(person: Researcher, namesakes: Sequence[Researcher]) -> str:
    if person.record_id is not None:
        return f"One of {len(namesakes)} people who may share this name"
    number = len(namesakes)
    how = "choose one below, or see `/researcher people`"
    return f"Several people may share this name: {number} so far; {how}"


def people(record: Researcher, facts: split.Facts, *, drawn: bool = False) -> Card:
    """The people behind a name: how many works are whose, when, about what, with whom, how sure;
    beside a picture those who have no room there.
    """
    name = inline(record.name, NAME_SHOWN)
    if facts.number < 2:
        text = f"Nothing tells several people of the name {name} apart."
        return Card((f"## {name}", text), QUIET)
    head = lines(
        f"## {facts.number} people may share the name {name}",
        small(f"{facts.works:,} of {plural(record.works, 'work')} placed with one of them"),
    )
    rest = facts.persons[split.MOST :] if drawn else facts.persons
    told = [_one_of(person) for person in rest]
    shown = column(told, split.TOLD, IN_MENU, others=len(facts.others))
    hint = small("*Theirs* and *Not theirs* under an abstract say where a work belongs.")
    return Card(tuple(part for part in (head, shown, hint) if part), PERSON)


def _one_of(person: split.Person) -> str:
    sure = "" if person.certainty is None else f" · {person.certainty:.0%} sure"
    counted = f"{plural(person.works, 'work')}, {span(person.first, person.last)}{sure}"
    about = joined([inline(topic, NAME_SHOWN) for topic in person.topics])
    beside = joined([inline(name, NAME_SHOWN) for name in person.coauthors])
    told = [f"{word} {text}" for word, text in (("also", about), ("with", beside)) if text]
    return lines(
        f"**{inline(person.label, NAME_SHOWN)}** · {counted}",
        small(" · ".join(told)) if told else "",
    )


def affiliation(person: Researcher) -> str:
    """Where the person works, or that it is not known."""
    return inline(person.place, 140) or "Affiliation not imported"


def _claimed(person: Researcher) -> str:
    if person.claimed:
        return "Claimed"
    return "Claim awaiting proof" if person.level >= 2 else "Not claimed"


def _linked(person: Researcher) -> str:
    """Where the researcher can be found: the ORCID iD, and the links that they gave."""
    orcid = f"https://orcid.org/{person.orcid}" if person.orcid else ""
    links = [link(address.removeprefix("https://"), address, 80) for address in person.links]
    return small(" · ".join([*([orcid] if orcid else []), *links]))


def found(text: str, people: Sequence[Researcher], author: Author | None = None) -> Card:
    """Researchers found by a name, or else an author who is printed under it."""
    if not people:
        hint = escape(author.hint) if author else ""
        return Card((lines(f"I know nobody called “{inline(text, NAME_SHOWN)}”.", hint),), QUIET)
    entries = column([_found(person) for person in people], FOUND_SHOWN, IN_MENU)
    return Card((f"Researchers like “{inline(text, NAME_SHOWN)}”", entries), PERSON)


def _found(person: Researcher) -> str:
    place = affiliation(person) if person.affiliation else ""
    known = (plural(person.works, "work"), place, f"from {inline(origin(person.source), 40)}")
    return f"**{inline(person.distinct_name, 120)}** · " + " · ".join(filter(None, known))


def timeline(facts: Facts, *, drawn: bool = False) -> Card:
    """When a researcher wrote about what, in words where no picture shows it."""
    head = f"## Timeline of {inline(facts.name, NAME_SHOWN)}"
    if drawn:
        return Card((head,), PERSON)
    if not facts.lanes:
        return Card((head, "There are no works yet."), QUIET)
    entries = [
        f"**{inline(lane.topic, NAME_SHOWN)}** · "
        + ", ".join(f"{year}" + (f" ×{n}" if n > 1 else "") for year, n in lane.years)
        for lane in facts.lanes
    ]
    return Card((head, lines(*entries)), PERSON)


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
    title = f"## Works of {inline(person.distinct_name, 120)}"
    if not page:
        return Card((title, f"There are none{which}."), QUIET)
    part = f"{span(offset + 1, offset + len(page))} of " if total > len(page) else ""
    order = ", newest first" if total > 1 else ""
    head = lines(title, small(f"{part}{plural(total, 'work')}{which}{order}"))
    entries = [lines(link(readable(w.title), w.url, TITLE_SHOWN), small(facts(w))) for w in page]
    return Card((head, paragraphs(*entries)), PERSON)


def abstract(work: Work, place: str = "") -> Card:
    """A work with its abstract, and `place`, which says whose it seems to be."""
    head = lines(
        f"**{link(readable(work.title), work.url, TITLE_SHOWN)}**",
        small(facts(work)),
        small(inline(place, 300)) if place else "",
    )
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
            inline(origin(work.source), 30),
            joined(authors),
        )
        if part
    )


# Help -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Examples:
    """About whom, when and what the examples are: a researcher who is stored, if there is one."""

    name: str = "Ada Lovelace"
    busiest: int | None = None
    topic: str | None = None


def greeting(examples: Examples) -> Card:
    """What to type, for who only says hello."""
    also = "Or ask in your own words, without a command. `/help` shows what else there is."
    return Card((lines(*_asks(examples), small(also)),))


def _asks(examples: Examples) -> tuple[str, ...]:
    """What help begins with: three questions to copy."""
    name = inline(examples.name, NAME_SHOWN)
    topic = inline(readable(examples.topic or "neural networks"), 60)
    return (
        "### Ask",
        f"`/ask` Which papers of {name} are about {topic}?",
        f"`/ask` How many papers did {name} publish in {examples.busiest or 2022}?",
        f"`/ask` What are the latest papers of {name} about?",
    )


def help_card(examples: Examples, waits: str = "") -> Card:
    """What can be done here, and last what waits for whoever asks."""
    asks = lines(
        *_asks(examples),
        small(
            "Or mention me, write to me directly, or right-click a message › Apps › Ask about this."
        ),
        small("To ask on, press “Ask a follow-up” or reply to my answer: and the year after?"),
    )
    looks = lines(
        "### Look up",
        "`/researcher profile` who somebody is, how far to trust it, and why",
        "`/researcher works` their papers, with abstracts, by year or by words",
        "`/researcher search` find somebody by name; `/researcher people` who shares it",
        "`/graph show` who and what is around somebody; `/graph path` how two are connected",
        "`/follow add` hear of each new paper; `/follow list` what you follow",
        small("Or right-click a member who is a researcher › Apps › Follow this researcher."),
        "`/claim start` say that a record is yours, and prove it",
        "`/collaborate invite` ask somebody to work with you; `/collaborate inbox` who asks you",
    )
    rest = lines(
        "`/privacy` what is kept about you, how to erase it, and not to be profiled",
        "`/admin` for moderators: whom I answer about, and where",
        small("I answer from stored abstracts and cite them. What they do not say, I do not say."),
    )
    return Card((asks, looks, rest, *([waits] if waits else [])))


def _point(point: Point) -> str:
    """A part of the score, why it is so, and what would raise it."""
    return f"{inline(point.label)} {point.points} of {point.of} · {_why(point)}"


def _reason(point: Point) -> str:
    """The same without the number, which the picture shows."""
    return f"{inline(point.label)} · {_why(point)}"


def _why(point: Point) -> str:
    raised = f"; raised by {inline(point.raise_by)}" if point.raise_by else ""
    return f"{inline(point.reason)}{raised}"


def trust_bar(score: int) -> str:
    """A score out of 100 as a bar of ten cells."""
    full = round(score / 10)
    return "▰" * full + "▱" * (10 - full)
