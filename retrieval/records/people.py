"""What is said of researchers beyond their works: who they are, and whom they write with."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from retrieval.phrases import (
    joined,
    n_works,
    nth,
    owners,
    time_of,
    with_number,
)
from retrieval.question.choosing import MANY
from retrieval.question.kinds import Kind
from retrieval.question.typed import Question
from retrieval.records.record import EXAMPLES, Record, age, and_others, examples
from retrieval.scope import ids_inside
from storage import researchers, unlisted, works, works_by_author
from storage.names import name_forms, name_key
from storage.researchers import Researcher
from storage.trust import LEVELS
from storage.works import Work


async def collaborators_on(
    session: AsyncSession, question: Question, found: Sequence[Work], topic: str
) -> Record:
    """Who else wrote the works on a topic, most works first."""
    own = {key for r in question.researchers for key in name_forms(r.name)}
    authors = await unlisted.names_on(session, [work.id for work in found])
    numbers = Counter(n for names in authors.values() for n in names if name_key(n) not in own)
    pairs = numbers.most_common()
    theirs = f"{topic}{time_of(question)}"
    if len(pairs) < question.place:
        return Record(f"No more co-authors of works{theirs} are stored.", refused=True)
    if question.facet == "count":
        return Record(f"{len(pairs)} others wrote the {n_works(len(found))}{theirs}.")
    wanted = pairs[question.place - 1 :][: question.limit or (5 if question.place == 1 else 1)]
    top = joined([f"{name} ({n_works(number)})" for name, number in wanted])
    more = and_others(len(pairs) - len(wanted) if question.place == 1 else 0)
    level = len({number for _, number in pairs}) == 1  # nobody wrote more than the others
    often = "" if level else f"{nth(question.place, 'most often')} "
    if question.researchers:
        by = f"In {n_works(len(found))}{theirs}, {owners(question)} writes {often}with"
    else:
        by = f"{n_works(len(found)).capitalize()}{theirs}: {often}by"
    meant = {name for name, _ in (wanted if level else wanted[:1])}
    by_them = (work for work in found if meant.intersection(authors.get(work.id, ())))
    latest = sorted(by_them, key=age, reverse=True)
    shown = tuple(latest[:EXAMPLES])
    return Record(f"{by} {top}{more}{examples(shown, len(latest))}.", shown)


async def person(session: AsyncSession, question: Question) -> Record:
    """What the records of researchers say beyond the works."""
    if not question.researchers:
        return Record("Please say which researcher you mean.", refused=True)
    say = _collaborators if question.kind is Kind.COLLABORATORS else _profile
    told: list[Record] = []
    for researcher in question.researchers:
        told.append(await say(session, question, researcher, sum(len(r.works) for r in told)))
    return Record(
        "\n".join(record.text for record in told),
        tuple(work for record in told for work in record.works),
        refused=all(record.refused for record in told),
    )


async def _profile(
    session: AsyncSession, question: Question, researcher: Researcher, cited: int
) -> Record:
    if question.facet == "affiliation":
        if researcher.affiliation:
            return Record(f"{researcher.name}'s affiliation is {researcher.place}.")
        return Record(f"{researcher.name}'s affiliation is not stored.", refused=True)
    if question.facet == "open":
        if researcher.open_to_collaborate or researcher.claimed:
            return Record(f"{researcher.name} is {researcher.openness}.")
        return Record(f"{researcher.name} has not said to be open to collaborate.")
    profile = await researchers.profile(session, researcher.id)
    if question.facet == "trust":
        trust = profile.trust
        return Record(
            f"{researcher.name}'s trust is {trust.score} of 100 ({trust.band}), at verification "
            f"level {trust.level}: {LEVELS[trust.level]}."
        )
    years = await works.per_year(session, [researcher.id])
    newest = await works.of_researchers(session, [researcher.id], limit=EXAMPLES)
    span = f" from {min(years)} to {max(years)}" if len(years) > 1 else ""
    topics = joined([topic.name for topic in profile.topics])
    on = f", mostly on {topics}" if topics else ""
    return Record(
        f"{researcher.name} has {n_works(researcher.works)}{span}{on}"
        f"{examples(newest, researcher.works, cited)}.",
        tuple(newest),
    )


async def _collaborators(
    session: AsyncSession, question: Question, researcher: Researcher, cited: int
) -> Record:
    numbers: Counter[str] = Counter()
    for window in question.windows or (None,):
        for one in await researchers.collaborators(session, researcher.id, window):
            numbers[one.name] += one.shared_works
    out = {name_key(name) for name in question.choice.without}
    low, high = question.choice.shared or (1, MANY)
    pairs = [
        (name, number)
        for name, number in numbers.most_common()
        if name_key(name) not in out and low <= number <= high
    ]
    when = with_number(question.choice.shared, "work") + time_of(question)
    if not pairs and (number := await _all_alone(session, question, researcher)):
        all_of = f"all {n_works(number)} are" if number > 1 else "the only work is"
        name = researcher.name
        return Record(f"{name} has no co-authors{when}: {all_of} by {name} alone.")
    if not pairs:
        return Record(f"No co-authors of {researcher.name} are stored{when}.", refused=True)
    if question.facet == "count":
        return Record(
            f"{researcher.name} has {len(pairs)} co-authors{when}; the most "
            f"frequent is {pairs[0][0]}."
        )
    pairs = pairs[question.place - 1 :]
    if not pairs:
        return Record(f"{researcher.name} has fewer co-authors{when}.", refused=True)
    most = 1 if question.place > 1 else 5
    named = pairs[: question.limit or most]
    top = [f"{name} ({n_works(number)})" for name, number in named]
    shared = set(await works_by_author.ids(session, pairs[0][0], [researcher.id]))
    inside = await ids_inside(session, [researcher.id], question.windows)
    stored = await works.by_ids(session, sorted(shared & (inside or shared)))
    latest = sorted(stored.values(), key=age, reverse=True)[:EXAMPLES]
    others = len(pairs) - len(top) if question.place == 1 else 0
    more = and_others(others)
    if low == high:
        each = " each" if len(pairs) > 1 else ""
        return Record(
            f"{researcher.name} has {n_works(low)}{time_of(question)}{each} with "
            f"{joined([name for name, _ in named])}{more}{examples(latest, len(stored), cited)}.",
            tuple(latest),
        )
    return Record(
        f"{researcher.name} writes{time_of(question)} {nth(question.place, 'most often')} with "
        f"{joined(top)}{more}{examples(latest, len(stored), cited)}.",
        tuple(latest),
    )


async def _all_alone(session: AsyncSession, question: Question, researcher: Researcher) -> int:
    """How many works a researcher has in the times asked about, if nobody else wrote any."""
    alone = set(await works_by_author.ids_of_one(session, [researcher.id]))
    inside = await ids_inside(session, [researcher.id], question.windows)
    return len(inside) if inside and inside <= alone else 0
