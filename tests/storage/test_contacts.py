"""Under what claimed researchers can be reached."""

from __future__ import annotations

import pytest

from storage import contacts
from storage.contacts import Contact, Who
from storage.database import Database
from storage.errors import BadContact
from tests.storage.invited import ADA


@pytest.mark.parametrize(
    "contact",
    [
        Contact(email="no address"),
        Contact(email="a@b"),
        Contact(links=("javascript:alert(1)",)),
        Contact(links=("https://example.org/a)b",)),
        Contact(links=("https://example.org/ada",) * 6),
    ],
)
async def test_contacts_are_checked(database: Database, contact: Contact) -> None:
    async with database.write() as session:
        with pytest.raises(BadContact):
            await contacts.save(session, ADA, contact)
        assert await contacts.get(session, ADA) == Contact()


async def test_too_many_links_are_said_to_be_that(database: Database) -> None:
    async with database.write() as session:
        with pytest.raises(BadContact) as many:
            await contacts.save(session, ADA, Contact(links=("https://example.org/ada",) * 6))
    assert many.value.sentence == (
        "Up to 5 links can be shared, of 500 characters together; please leave some out."
    )


async def test_contacts_come_back_as_they_were_kept(database: Database) -> None:
    kept = Contact(Who.RESEARCHERS, False, "ada@example.org", ("https://example.org/ada",))
    async with database.write() as session:
        await contacts.save(session, ADA, kept)
        assert await contacts.get(session, ADA) == kept
