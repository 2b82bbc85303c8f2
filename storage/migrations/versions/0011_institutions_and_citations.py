"""Institutions and citations"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "institutions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("source_id", sa.String(length=200), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=True),
        sa.Column("url", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_institutions")),
        sa.UniqueConstraint("source_id", name=op.f("uq_institutions_source_id")),
    )
    op.create_table(
        "affiliations",
        sa.Column("work_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("institution_id", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(length=40), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["work_id"], ["works.id"], name=op.f("fk_affiliations_work_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["institution_id"],
            ["institutions.id"],
            name=op.f("fk_affiliations_institution_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "work_id", "position", "institution_id", name=op.f("pk_affiliations")
        ),
    )
    with op.batch_alter_table("affiliations", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_affiliations_institution_id"), ["institution_id"], unique=False
        )

    op.create_table(
        "other_ids",
        sa.Column("source_id", sa.String(length=200), nullable=False),
        sa.Column("work_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["work_id"], ["works.id"], name=op.f("fk_other_ids_work_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("source_id", name=op.f("pk_other_ids")),
    )
    with op.batch_alter_table("other_ids", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_other_ids_work_id"), ["work_id"], unique=False)

    op.create_table(
        "citations",
        sa.Column("work_id", sa.Integer(), nullable=False),
        sa.Column("cited_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["work_id"], ["works.id"], name=op.f("fk_citations_work_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["cited_id"], ["works.id"], name=op.f("fk_citations_cited_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("work_id", "cited_id", name=op.f("pk_citations")),
    )
    with op.batch_alter_table("citations", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_citations_cited_id"), ["cited_id"], unique=False)

    with op.batch_alter_table("topics", schema=None) as batch_op:
        batch_op.create_index("ix_topics_name", ["name"], unique=False)
