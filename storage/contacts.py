"""Who may invite a person, and what they share with somebody once an invitation is accepted."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy.ext.asyncio import AsyncSession

from storage.database import upsert
from storage.errors import BadContact, TooManyLinks
from storage.schema import ContactRow

MOST_LINKS = 5
LONGEST_LINKS = 500  # together
_EMAIL = re.compile(r"[^\s@<>()\[\]\\,;:\"]+@[^\s@<>()\[\]\\,;:\"]+\.[^\s@<>()\[\]\\,;:\".]{2,}")
_LINK = re.compile(r"https?://[^\s<>()\[\]\\`|*\"']+\.[^\s<>()\[\]\\`|*\"']+")


class Who(StrEnum):
    """From whom a claimed researcher takes invitations."""

    ANYONE = "anyone"
    RESEARCHERS = "researchers"
    NOBODY = "nobody"


@dataclass(frozen=True, slots=True)
class Contact:
    """What a person has set; these are the defaults.

    Attributes:
        who: from whom they take invitations.
        thread: meet in a private thread of a server that both share, where that can be.
        email: shared on acceptance, or None.
        links: web addresses shared on acceptance.
    """

    who: Who = Who.ANYONE
    thread: bool = True
    email: str | None = None
    links: tuple[str, ...] = ()


async def get(session: AsyncSession, user_id: int) -> Contact:
    """What a person has set."""
    row = await session.get(ContactRow, user_id)
    if row is None:
        return Contact()
    links = tuple(row.links.split()) if row.links else ()
    return Contact(Who(row.who), row.thread, row.email, links)


async def save(session: AsyncSession, user_id: int, contact: Contact) -> Contact:
    """Keep what a person has set.

    Raises:
        BadContact: the e-mail address or a link is none.
    """
    if contact.email is not None and not _is_email(contact.email):
        raise BadContact(text=contact.email, what="an e-mail address", example="ada@example.org")
    for link in contact.links:
        if not _LINK.fullmatch(link) or len(link) > 200:
            raise BadContact(text=link, what="a web address", example="https://example.org/ada")
    if len(contact.links) > MOST_LINKS or len(" ".join(contact.links)) > LONGEST_LINKS:
        raise TooManyLinks(limit=MOST_LINKS, room=LONGEST_LINKS)
    values = {
        "who": contact.who.value,
        "thread": contact.thread,
        "email": contact.email,
        "links": " ".join(contact.links) or None,
    }
    statement = upsert(session, ContactRow).values(user_id=user_id, **values)
    await session.execute(statement.on_conflict_do_update(index_elements=["user_id"], set_=values))
    return contact


def _is_email(text: str) -> bool:
    return len(text) <= 254 and _EMAIL.fullmatch(text) is not None
