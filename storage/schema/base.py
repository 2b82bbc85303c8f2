"""What every table is made from."""

from __future__ import annotations

from sqlalchemy import MetaData
from sqlalchemy.orm import DeclarativeBase

CASCADE = "CASCADE"
NEVER_AGAIN = {"sqlite_autoincrement": True}
"""Of a table whose ids buttons, menus or other rows name: what named a row that is gone is never to
name another one, and SQLite would give its number out again.
"""


class Base(DeclarativeBase):
    """All tables, and how their constraints are named."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_label)s",
            "uq": "uq_%(table_name)s_%(column_0_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
