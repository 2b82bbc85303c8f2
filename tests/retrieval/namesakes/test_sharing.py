"""That several may share a name is said where it changes an answer, and nowhere else."""

from __future__ import annotations

import pytest

from retrieval.cited import Answer, Citation
from retrieval.namesakes import sharing
from retrieval.question.kinds import Kind
from retrieval.question.moments import year_window
from retrieval.question.typed import Question
from storage import persons, researchers, storing, works
from storage.database import Database
from storage.persons import Part, Placed
from tests.storage.papers import paper


@pytest.mark.parametrize(
    ("certainty", "kind", "year", "cited", "told"),
    [
        (0.9, Kind.COUNT, None, (1,), True),
        (0.5, Kind.COUNT, None, (1,), False),  # a single work of which it is not sure
        (0.9, Kind.COUNT, 2001, (), False),  # the other wrote nothing then
        (0.9, Kind.CONTENT, None, (1, 2), False),  # all are one person's
        (0.9, Kind.CONTENT, None, (1, 4), True),
        (0.9, Kind.WORKS_ABOUT, None, (4,), False),
    ],
)
async def test_people_are_told_apart_where_their_works_are_meant(
    database: Database,
    certainty: float,
    kind: Kind,
    year: int | None,
    cited: tuple[int, ...],
    told: bool,
) -> None:
    async with database.write() as session:
        record = await researchers.ensure(session, "Ada Lovelace", "arXiv")
        papers = [paper(n, authors=("Ada Lovelace",), year=2000 + (n < 4)) for n in range(1, 5)]
        await storing.store(session, papers, record)
        own = Part("engines", tuple(Placed(i, 0.9, "shares Bo") for i in (1, 2, 3)))
        other = Part("dunes", (Placed(4, certainty, "shares Cy"),))
        await persons.save(session, record, [own, other])
        found = await works.by_ids(session, cited)
        question = Question(
            text="?",
            kind=kind,
            researchers=(await researchers.get(session, record),),
            windows=(year_window(year),) if year else (),
        )
        citations = tuple(Citation(n, found[i], "") for n, i in enumerate(cited, start=1))
        answer = Answer(question, "", citations, False, "", "record")
        assert await sharing.matters(session, answer) is told
