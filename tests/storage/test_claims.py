"""Claims as they stand: who was told of what, and that reading many takes few statements."""

from __future__ import annotations

from sqlalchemy import event

from storage import claim_reviews, claims, own_claims
from storage.claim_states import State
from storage.database import Database
from tests.storage.claiming import ADA, HERE, JUDGE, a_record, prove, start


async def test_what_happened_since_somebody_was_told_is_still_news(database: Database) -> None:
    claim = await prove(database, await start(database, await a_record(database), ADA))
    async with database.write() as session:
        revoked = await claim_reviews.revoke(session, claim.id, JUDGE, "not them")
        await claims.mark_told(session, claim)
        assert [one.state for one in await claims.untold(session, ADA)] == [State.REVOKED]
        await claims.mark_told(session, revoked)
        assert await claims.untold(session, ADA) == []


async def test_a_servers_claims_are_read_in_few_statements(database: Database) -> None:
    rivals = {}
    for n in range(20):
        record = await a_record(database, f"Somebody Number{n}")
        async with database.write() as session:
            for user_id in range(1000 * n + 1, 1000 * n + 2 + n % 3):
                claim = await own_claims.start(session, record, user_id, HERE)
                rivals[claim.id] = n % 3
    async with database.read() as session:
        asked: list[str] = []
        engine = session.get_bind()
        event.listen(engine, "before_cursor_execute", lambda _c, _u, text, *_: asked.append(text))
        found = await claims.of_server(session, JUDGE)
    assert {claim.id: claim.rivals for claim in found} == rivals
    assert len(asked) < 6
