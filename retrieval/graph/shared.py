"""Names that several people may share: a node of a record or person says so."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy.ext.asyncio import AsyncSession

from retrieval.graph.nodes import Node
from storage import persons


async def marked(session: AsyncSession, node: Node) -> Node:
    """The node, with how many people may share its name where those are several."""
    if node.researcher_id is None:
        return node
    people = await persons.namesakes(session, node.researcher_id)
    if not people:
        return node
    one = any(person.id == node.researcher_id for person in people)
    told = f"{'one of' if one else 'may be'} {len(people)} people"
    return replace(
        node, detail=f"{node.detail} · {told}", namesakes=len(people), shared=people[0].name
    )
