"""Search over a real database with the real model; the index compares exactly."""

from collections.abc import Sequence
from datetime import date

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from retrieval import search as module
from retrieval.embedding import Embedder
from retrieval.search import Passage, Search
from retrieval.text import pieces, whole, work_terms
from storage import storing, terms, vectors, works
from storage.database import Database
from storage.errors import IndexUnavailable
from storage.vectors import Matrix, WorkVectors
from storage.works import Paper

PAPERS = [
    (
        "Ghost Modules",
        "We make networks small. Cheap operations generate feature maps on phones.",
        2020,
    ),
    ("Video Preferences", "Video diffusion flickers. Human feedback aligns the model.", 2024),
    ("Wave-MLP", "An image patch is a wave. Tokens have an amplitude and a phase.", 2021),
    ("Bird Song", "Finches learn songs from tutors. Lesions in the basal ganglia impair it.", 2022),
    ("Tea and Sleep", "Patients who drank tea slept less. The trial had 120 participants.", 2022),
    ("Black Holes", "Horizons radiate. Information may be lost.", 1975),
]
GHOST, VIDEO, WAVE, BIRD, TEA, PENDING = range(6)


class ExactIndex:
    """Document vectors compared one by one."""

    def __init__(self, database: Database, model: str) -> None:
        self._database = database
        self._model = model
        self.asked: list[int] = []

    async def nearest(self, vector: Matrix, k: int) -> list[tuple[int, float]]:
        self.asked.append(k)
        async with self._database.read() as session:
            rows = await vectors.since(session, self._model, 0, 1000)
        scored = [(work_id, float(document @ vector)) for _, work_id, document in rows]
        return sorted(scored, key=lambda row: -row[1])[:k]


class BrokenIndex:
    async def nearest(self, vector: Matrix, k: int) -> list[tuple[int, float]]:
        raise IndexUnavailable(why="its files are damaged")


class Library:
    """Five works, embedded, and one that is not."""

    def __init__(self, database: Database, embedder: Embedder) -> None:
        self.database = database
        self.embedder = embedder
        self.index = ExactIndex(database, embedder.name)
        self.search = Search(database, embedder, self.index)
        self.ids: list[int] = []

    async def fill(self) -> None:
        async with self.database.write() as session:
            papers = [_paper(n) for n in range(len(PAPERS))]
            await storing.store(session, papers)
            by_source = await works.by_source_ids(session, [paper.source_id for paper in papers])
            number = {work.source_id: work.id for work in by_source}
            self.ids = [number[paper.source_id] for paper in papers]
            embedded = zip(self.ids[:-1], PAPERS, strict=False)
            for work_id, (title, abstract, _) in embedded:
                await self._embed(session, work_id, title, abstract)

    async def _embed(self, session: AsyncSession, work_id: int, title: str, abstract: str) -> None:
        cut = pieces(title, abstract)
        document = self.embedder.encode([whole(title, abstract)])[0]
        row = WorkVectors(work_id, document, cut, self.embedder.encode(cut))
        await vectors.save(session, self.embedder.name, [row])
        await terms.save(session, {work_id: work_terms(title, abstract)})

    def numbers(self, found: Sequence[Passage]) -> list[int]:
        return [self.ids.index(passage.work.id) for passage in found]


def _paper(n: int) -> Paper:
    title, abstract, year = PAPERS[n]
    return Paper(
        source_id=f"arxiv:{n}",
        title=title,
        abstract=abstract,
        year=year,
        published=date(year, 6, 1),
    )


@pytest.fixture(scope="module")
async def filled(shared_database: Database, embedder: Embedder) -> Library:
    library = Library(shared_database, embedder)
    await library.fill()
    return library


@pytest.fixture
def library(filled: Library) -> Library:
    """The library, whose index has not been asked anything yet."""
    filled.index.asked.clear()
    return filled


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("shrinking neural nets for smartphones", GHOST),
        ("aligning movie generators with what people like", VIDEO),
        ("Wave-MLP", WAVE),
        ("how do birds acquire their vocalisations?", BIRD),
        ("120 participants", TEA),
    ],
)
async def test_the_work_that_answers_comes_first(
    library: Library, question: str, expected: int
) -> None:
    found = await library.search.passages(question)
    assert library.numbers(found)[0] == expected


async def test_one_word_in_common_does_not_outweigh_what_is_meant(library: Library) -> None:
    found = await library.search.passages("feathered pupils copying melodies of a model grown-up")
    assert library.numbers(found)[0] == BIRD


async def test_a_passage_shows_every_sentence_verbatim_with_its_nearness(library: Library) -> None:
    (passage,) = await library.search.passages("How many people took part?", limit=1)
    title, abstract, _ = PAPERS[TEA]
    assert " ".join(s.text for s in passage.sentences) == f"{title} {abstract}"
    assert [s.position for s in passage.sentences] == [0, 1, 2]
    assert max(passage.sentences, key=lambda s: s.score).position == 2
    assert 0 < passage.cosine < 1
    assert passage.score <= 1


async def test_given_works_are_searched_without_the_index(library: Library) -> None:
    found = await library.search.passages("birds", library.ids[:BIRD])
    assert sorted(library.numbers(found)) == [GHOST, VIDEO, WAVE]
    assert library.index.asked == []


async def test_given_works_are_searched_alone(library: Library) -> None:
    wanted = [library.ids[BIRD], library.ids[GHOST], 10**6]
    found = await library.search.passages("phones", work_ids=wanted)
    assert library.numbers(found) == [GHOST, BIRD]


async def test_at_most_the_limit(library: Library) -> None:
    assert len(await library.search.passages("networks", limit=2)) == 2


async def test_a_work_not_embedded_yet_is_left_out(library: Library) -> None:
    found = await library.search.passages(PAPERS[PENDING][0])
    assert PENDING not in library.numbers(found)
    assert await library.search.passages("x", work_ids=[library.ids[PENDING]]) == []


async def test_without_the_index_words_still_find(library: Library) -> None:
    search = Search(library.database, library.embedder, BrokenIndex())
    found = await search.passages("tutors of finches")
    assert library.numbers(found) == [BIRD]
    assert found[0].cosine > 0


async def test_a_wide_scope_is_searched_through_the_index(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "EXACT", 2)
    found = await library.search.passages("birds", library.ids[:BIRD])
    assert sorted(library.numbers(found)) == [GHOST, VIDEO, WAVE]
    assert library.index.asked


@pytest.mark.parametrize(
    "question", ["", "the of what", "'; DROP TABLE works; --", "🙂 שלום", "%_$"]
)
async def test_a_question_without_known_words_finds_by_meaning_or_nothing(
    library: Library, question: str
) -> None:
    found = await library.search.passages(question)
    assert all(passage.lexical == 0 for passage in found)


async def test_nothing_is_found_in_nothing(database: Database, embedder: Embedder) -> None:
    search = Search(database, embedder, ExactIndex(database, embedder.name))
    assert await search.passages("anything") == []


async def test_the_only_work_with_the_words_gets_all_they_are_worth(library: Library) -> None:
    found = await library.search.passages(
        "finches learn songs from tutors", work_ids=library.ids[BIRD:]
    )
    (bird, *others) = found
    assert library.numbers([bird]) == [BIRD]
    assert bird.lexical > 0
    assert bird.score == pytest.approx(1)
    assert all(0 <= other.score < bird.score for other in others)
