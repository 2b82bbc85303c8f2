"""Institutions, and who was at one when."""

from __future__ import annotations

from datetime import date

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from storage.schema.base import CASCADE, Base


class InstitutionRow(Base):
    """An institution as a source has it ("openalex:I136199984")."""

    __tablename__ = "institutions"
    id: Mapped[int] = mapped_column(primary_key=True)
    source_id: Mapped[str] = mapped_column(String(200), unique=True)
    name: Mapped[str]
    country: Mapped[str | None] = mapped_column(String(2))
    url: Mapped[str | None]


class AffiliationRow(Base):
    """The institution of the author at a place of a work, who says so, and on which day."""

    __tablename__ = "affiliations"
    work_id: Mapped[int] = mapped_column(ForeignKey("works.id", ondelete=CASCADE), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    institution_id: Mapped[int] = mapped_column(
        ForeignKey("institutions.id", ondelete=CASCADE), primary_key=True, index=True
    )
    source: Mapped[str] = mapped_column(String(40))
    as_of: Mapped[date]
