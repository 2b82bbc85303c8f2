"""What goes into the outbox, and what is taken out again before it is sent."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.ext.asyncio import AsyncSession

from storage import follows, own_words
from storage.announcements import WAITING, Reason, State
from storage.database import upsert
from storage.follows import Follow, until
from storage.own_words import Hidden
from storage.schema import AnnouncementRow, DestinationRow
from storage.works import Work

NOT_THEIRS = "it was decided that it is not theirs"
HIDDEN = "they do not want to be shown in this server"


async def announce(
    session: AsyncSession,
    work: Work,
    follows: Sequence[Follow],
    now: datetime,
    *,
    revision: int = 0,
    similarities: Mapping[int, float] | None = None,
    not_theirs: Mapping[int, str] | None = None,
) -> int:
    """Write a new work (or a revision) into the outbox of every destination that follows it.

    Several follows of one destination become one announcement that names them all, due when the
    earliest of them wants it; one that hears of it later joins what waits. What a filter or a pause
    keeps back is recorded with its reason, and goes out all the same once another follow of that
    destination hears of it and wants it.

    Args:
        session: the session in which the work was stored.
        work: the work.
        follows: the follows of its researchers.
        now: the moment, naive UTC.
        revision: 0 for a new work, else the version's number.
        similarities: follow id -> cosine, for filters that ask for nearness.
        not_theirs: follow id -> why the work is not by the person followed, who shares a name.

    Returns:
        How many announcements will be sent.
    """
    rows = await _rows(session, work, follows, now, revision, similarities or {}, not_theirs or {})
    return await _put(session, rows)


async def _rows(
    session: AsyncSession,
    work: Work,
    follows: Sequence[Follow],
    now: datetime,
    revision: int,
    similarities: Mapping[int, float],
    not_theirs: Mapping[int, str],
) -> list[dict[str, Any]]:
    """An announcement for each destination of these follows."""
    by_destination: dict[int, list[Follow]] = {}
    for follow in follows:
        by_destination.setdefault(follow.destination.id, []).append(follow)
    hidden = await own_words.hidden(session, {f.destination.guild_id for f in follows})
    refusals = {
        f.id: not_theirs.get(f.id)
        or (HIDDEN if _hidden(hidden, f, work) else None)
        or _refusal(f, work, now, revision, similarities.get(f.id))
        for f in follows
    }
    return [
        _row_for(work, group, now, revision, refusals, not_theirs)
        for group in by_destination.values()
    ]


def _hidden(hidden: Mapping[int | None, Hidden], follow: Follow, work: Work) -> bool:
    here = hidden.get(follow.destination.guild_id)
    return here is not None and here.hides(follow.researcher.id, work.id)


async def _put(session: AsyncSession, rows: Sequence[dict[str, Any]]) -> int:
    """Write announcements of one work, or let those that are there join what there is; how many of
    what was written will be sent.
    """
    if not rows:
        return 0
    statement = upsert(session, AnnouncementRow).on_conflict_do_nothing(
        index_elements=["destination_id", "work_id", "revision"]
    )
    returned = statement.returning(AnnouncementRow.destination_id)
    written = set(await session.scalars(returned, rows))
    to_send = sum(_waits(row) for row in rows if row["destination_id"] in written)
    there = {row["destination_id"]: row for row in rows if row["destination_id"] not in written}
    standing = (
        select(AnnouncementRow)
        .where(
            AnnouncementRow.destination_id.in_(there),
            AnnouncementRow.work_id == rows[0]["work_id"],
            AnnouncementRow.revision == rows[0]["revision"],
        )
        .order_by(AnnouncementRow.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    for old in list(await session.scalars(standing)) if there else ():
        to_send += _join(old, there[old.destination_id])
    await session.flush()
    return to_send


def _waits(row: Mapping[str, Any]) -> bool:
    """Whether an announcement is to be sent."""
    return bool(row["state"] == State.PENDING.value)


def _join(old: AnnouncementRow, new: Mapping[str, Any]) -> bool:
    """Let an announcement join the one that there is of its work, which then names the follows of
    both; whether it will be sent now, and would not have been.
    """
    wanted = _waits(new)
    reasons = {reason["follow_id"]: reason for reason in [*old.reasons, *new["reasons"]]}
    more = len(reasons) > len(old.reasons)
    kept_back = old.state in (State.FILTERED.value, State.PAUSED.value)
    if kept_back and (wanted or len(reasons) == len(new["reasons"])):
        for name in ("reasons", "state", "why", "due_at"):
            setattr(old, name, new[name])
        return wanted
    if kept_back and more:
        old.reasons, old.why = list(reasons.values()), f"{old.why}; {new['why']}"
    elif old.state == State.PENDING.value and wanted and more:
        old.reasons, old.due_at = list(reasons.values()), min(old.due_at, new["due_at"])
    return False


def _row_for(
    work: Work,
    group: Sequence[Follow],
    now: datetime,
    revision: int,
    refusals: Mapping[int, str | None],
    not_theirs: Mapping[int, str],
) -> dict[str, Any]:
    """An announcement for the destination of these follows; `refusals` say who does not want it."""
    wanted = [f for f in group if refusals[f.id] is None]
    where = group[0].destination
    if wanted:
        state, why = State.PENDING, ""
        due = min(where.next_moment(now, f.every.value) for f in wanted)
    else:
        paused = all(f.paused(now) and f.id not in not_theirs for f in group)
        state = State.PAUSED if paused else State.FILTERED
        why = "; ".join(f"{f.researcher.distinct_name}: {refusals[f.id]}" for f in group)
        due = now
    return {
        "destination_id": where.id,
        "work_id": work.id,
        "revision": revision,
        "reasons": [_reason(follow, not_theirs) for follow in wanted or group],
        "state": state.value,
        "why": why,
        "due_at": due,
        "attempts": 0,
        "created_at": now,
    }


def _reason(follow: Follow, not_theirs: Mapping[int, str]) -> dict[str, Any]:
    """What is kept of a follow; see `Reason`."""
    return {
        "follow_id": follow.id,
        "researcher_id": follow.researcher.id,
        "name": follow.researcher.name,
        "every": follow.every.value,
        **({"not_theirs": True} if follow.id in not_theirs else {}),
    }


def _refusal(
    follow: Follow, work: Work, now: datetime, revision: int, similarity: float | None
) -> str | None:
    if follow.paused(now):
        return f"paused {until(follow)}"
    if revision and not follow.filter.revisions:
        return "a revision, and revisions are off"
    return follow.filter.refusal(work, similarity)


async def keep_back(session: AsyncSession, work_id: int, researcher_ids: Collection[int]) -> None:
    """Do not send what waits of a work only because these researchers are followed: it was decided
    that it is not theirs.
    """
    await _withdraw(
        session,
        AnnouncementRow.work_id == work_id,
        lambda reason, _: reason.researcher_id in researcher_ids,
        State.FILTERED,
        NOT_THEIRS,
        not_theirs=True,
    )


async def held_back(
    session: AsyncSession, follows: Sequence[Follow], since: datetime
) -> dict[int, list[Follow]]:
    """Work id -> those of these follows for which it was held back as a namesake's, of late."""
    by_id = {follow.id: follow for follow in follows}
    rows = await session.execute(
        select(AnnouncementRow.work_id, AnnouncementRow.reasons)
        .where(
            AnnouncementRow.destination_id.in_({f.destination.id for f in follows}),
            AnnouncementRow.state == State.FILTERED.value,
            AnnouncementRow.created_at >= since,
        )
        .order_by(AnnouncementRow.id)
    )
    held: dict[int, list[Follow]] = {}
    for work_id, reasons in rows:
        for reason in (Reason(**reason) for reason in reasons):
            if reason.not_theirs and reason.follow_id in by_id:
                held.setdefault(work_id, []).append(by_id[reason.follow_id])
    return held


async def release(
    session: AsyncSession,
    work: Work,
    follows: Sequence[Follow],
    now: datetime,
    similarities: Mapping[int, float] | None = None,
) -> int:
    """Announce a work after all that was held back for these follows as a namesake's; how many
    announcements will be sent. A filter or a pause keeps it back as it would have at first.
    """
    rows = await _rows(session, work, follows, now, 0, similarities or {}, {})
    return await _put(session, rows)


async def hide(session: AsyncSession, researcher_id: int, user_id: int, guild_id: int) -> None:
    """Do not show a researcher in a server; what waits to be announced there because of them is not
    sent.

    Raises:
        NotClaimed: no proved claim of this person's stands on the researcher.
    """
    await own_words.hide(session, researcher_id, user_id, guild_id)
    await keep_hidden(session, guild_id)


async def keep_hidden(session: AsyncSession, guild_id: int) -> None:
    """Do not send what waits in a server only because of somebody who is not to be shown there."""
    here = select(DestinationRow.id).where(DestinationRow.guild_id == guild_id)
    hidden = (await own_words.hidden(session, [guild_id]))[guild_id]  # somebody hides
    await _withdraw(
        session,
        AnnouncementRow.destination_id.in_(here),
        lambda reason, work_id: hidden.hides(reason.researcher_id, work_id),
        State.FILTERED,
        HIDDEN,
    )


async def unfollow(session: AsyncSession, follow: Follow) -> None:
    """Stop following; what waits for this follow alone is no longer sent.

    Raises:
        NoSuchFollow: it is removed already.
    """
    await follows.remove(session, follow.id)
    await _withdraw_follow(session, follow, State.FILTERED, "no longer followed")


async def mute(session: AsyncSession, follow: Follow, until: datetime) -> None:
    """Pause a follow by its button, and keep back what waits for it alone."""
    await follows.pause(session, follow.id, until)
    await _withdraw_follow(session, follow, State.PAUSED, f"{follow.researcher.name}: paused")


async def _withdraw_follow(session: AsyncSession, follow: Follow, state: State, why: str) -> None:
    there = AnnouncementRow.destination_id == follow.destination.id
    await _withdraw(session, there, lambda reason, _: reason.follow_id == follow.id, state, why)


async def _withdraw(
    session: AsyncSession,
    where: ColumnElement[bool],
    gone: Callable[[Reason, int], bool],
    state: State,
    why: str,
    *,
    not_theirs: bool = False,
) -> None:
    """Take reasons that are `gone` for a work from what waits, which nobody changes meanwhile; what
    has no other is not sent. What is just being sent is recorded as sent all the same, but is not
    sent again.
    """
    waiting = select(AnnouncementRow).where(where, WAITING).order_by(AnnouncementRow.id)
    for row in list(await session.scalars(waiting.with_for_update())):
        rest = [reason for reason in row.reasons if not gone(Reason(**reason), row.work_id)]
        if rest:
            row.reasons = rest
            continue
        row.state, row.why = state.value, why
        if not_theirs:
            row.reasons = [{**reason, "not_theirs": True} for reason in row.reasons]
    await session.flush()
