"""A few invented works with authors and vectors, for tests of the graph."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from storage import researchers, storing, topics, vectors, works
from storage.database import Database
from storage.topics import Topic
from storage.vectors import Matrix, WorkVectors
from storage.works import Paper

MODEL = "angles"
ADA, BOB, CY, DI, EVE = "Ada Byron", "Bob Chen", "Cy Diaz", "Di Evans", "Eve Fox"
# What each work is about, as an angle in degrees: what is near in angle is near in meaning.
WORKS: tuple[tuple[str, int, tuple[str, ...], float], ...] = (
    ("Dunes That Sing", 2019, (ADA, BOB), 0),
    ("Dunes That Walk", 2020, (ADA, BOB, CY), 10),
    ("Wind over Sand", 2021, (BOB, CY), 20),
    ("Grains and Waves", 2021, (CY, DI), 80),
    ("Sand in the Wind", 2022, (EVE,), 3),
    ("Iron Gall Ink", 2022, (DI, "Fay Gold"), 170),
)


async def fill(database: Database) -> int:
    """Store the works, Ada's as her record with two topics; the id of her record."""
    async with database.write() as session:
        ada = await researchers.ensure(session, ADA, "arXiv")
        papers = [_paper(n, *row[:3]) for n, row in enumerate(WORKS)]
        await storing.store(session, papers[:2], ada)
        await storing.store(session, papers[2:])
        stored = await works.by_source_ids(session, [paper.source_id for paper in papers])
        ids = {work.title: work.id for work in stored}
        await topics.replace(
            session,
            ada,
            [
                Topic("singing dune", (ids["Dunes That Sing"],)),
                Topic("dune", (ids["Dunes That Sing"], ids["Dunes That Walk"])),
            ],
        )
        rows = [
            WorkVectors(ids[title], _direction(angle), (title,), _direction(angle)[None])
            for title, _, _, angle in WORKS
        ]
        await vectors.save(session, MODEL, rows)
    return ada


def _paper(number: int, title: str, year: int, authors: Sequence[str]) -> Paper:
    return Paper(
        source_id=f"arxiv:{year % 100}01.{number:05d}",
        title=title,
        abstract=f"About {title}.",
        year=year,
        authors=tuple(authors),
    )


def _direction(degrees: float) -> Matrix:
    angle = math.radians(degrees)
    return np.array([math.cos(angle), math.sin(angle)], np.float32)
