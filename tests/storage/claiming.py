"""Steps of claims, each in a session of its own, and whom the tests of claims are about."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from storage import claims, own_claims, researchers
from storage.claim_states import Claim, Moderator, State, Step
from storage.database import Database
from storage.errors import ColloquyError
from storage.proofs import Kind
from storage.schema import ResearcherRow

ADA, BOB, EVE, MOD, MOD2 = 11, 12, 13, 21, 22
HERE, ELSEWHERE = 100, 200
JUDGE = Moderator(MOD, HERE)
PAGES = {
    Kind.ORCID: "https://orcid.org/0000-0002-1825-0097",
    Kind.GITHUB: "https://github.com/ada",
    Kind.HOMEPAGE: "https://ada.example",
    Kind.INSTITUTION: "https://people.mit.edu/ada",
}
Job = Callable[..., Awaitable[Claim]]


async def a_record(database: Database, name: str = "Ada Lovelace") -> int:
    async with database.write() as session:
        return await researchers.ensure(session, name, "arXiv")


async def two_people(database: Database, record: int) -> list[int]:
    """Two persons behind a record."""
    async with database.write() as session:
        whole = await session.get_one(ResearcherRow, record)
        rows = [
            ResearcherRow(
                record_id=record, part=part, label=f"person {part}", name=whole.name,
                name_key=whole.name_key, source=whole.source, role=whole.role, description="",
                open_to_collaborate=False, level=1, claimed=False,
            )
            for part in (1, 2)
        ]  # fmt: skip
        session.add_all(rows)
        await session.flush()
        return [row.id for row in rows]


async def start(database: Database, record: int, user: int, guild: int | None = HERE) -> Claim:
    async with database.write() as session:
        return await own_claims.start(session, record, user, guild)


async def prove(
    database: Database, claim: Claim, kind: Kind = Kind.GITHUB, page: str | None = None
) -> Claim:
    async with database.write() as session:
        now = await claims.get(session, claim.id)
        orcid = "0000-0002-1825-0097" if kind is Kind.ORCID else None
        return await own_claims.prove(
            session, claim.id, claim.user_id, kind, page or PAGES[kind], now.codes[kind], orcid
        )


async def review(database: Database, claim: Claim, guild: int = HERE) -> Claim:
    async with database.write() as session:
        return await own_claims.ask_review(session, claim.id, claim.user_id, guild)


async def state_of(database: Database, claim: Claim) -> State:
    async with database.read() as session:
        return (await claims.get(session, claim.id)).state


async def steps_of(database: Database, claim: Claim) -> list[Step]:
    async with database.read() as session:
        return [step.what for step in await claims.history(session, claim.id)]


async def do(database: Database, job: Job, *args: Any) -> Claim:
    """One step in a session of its own."""
    async with database.write() as session:
        return await job(session, *args)


async def both(*jobs: Awaitable[Claim]) -> list[Claim | ColloquyError]:
    done = await asyncio.gather(*jobs, return_exceptions=True)
    assert all(isinstance(one, Claim | ColloquyError) for one in done), done
    return list(done)  # type: ignore[arg-type]  # checked just now
