"""Who is not to be seen in a session, and their works, which it does not find with some records."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import event, or_
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import ORMExecuteState, with_loader_criteria

from storage.schema import AttributionRow

_HIDDEN = "hidden"
_UNSEEN = "unseen"


def hide(session: AsyncSession, researcher_ids: Collection[int]) -> None:
    """Let a session list none of these people from now on; see `storage.unlisted`."""
    session.info[_HIDDEN] = hidden(session).union(researcher_ids)


def hidden(session: AsyncSession) -> frozenset[int]:
    """The people whom a session does not list."""
    found: frozenset[int] = session.info.get(_HIDDEN, frozenset())
    return found


def leave_out(
    session: AsyncSession, record_ids: Collection[int], work_ids: Collection[int]
) -> None:
    """Let a session that only reads find these works with none of these records from now on."""
    elsewhere = or_(
        AttributionRow.researcher_id.not_in(record_ids), AttributionRow.work_id.not_in(work_ids)
    )
    found = with_loader_criteria(AttributionRow, elsewhere, include_aliases=True)

    def narrow(statement: ORMExecuteState) -> None:
        if statement.is_select:
            statement.statement = statement.statement.options(found)

    event.listen(session.sync_session, "do_orm_execute", narrow)
    session.info[_UNSEEN] = dict.fromkeys(record_ids, frozenset(work_ids))


def left_out(session: AsyncSession, record_id: int) -> frozenset[int]:
    """The works that are left out of a record in this session."""
    left: dict[int, frozenset[int]] = session.info.get(_UNSEEN, {})
    return left.get(record_id, frozenset())
