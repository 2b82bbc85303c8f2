"""Persons behind a record, decisions about works, joined records"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("researchers", schema=None) as batch_op:
        batch_op.add_column(sa.Column("record_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("part", sa.Integer(), server_default="0", nullable=False))
        batch_op.add_column(sa.Column("label", sa.String(), server_default="", nullable=False))
        batch_op.add_column(sa.Column("split_at", sa.DateTime(), nullable=True))
        batch_op.drop_constraint(batch_op.f("uq_researchers_source"), type_="unique")
        batch_op.create_unique_constraint(
            batch_op.f("uq_researchers_source"), ["source", "name_key", "part"]
        )
        batch_op.create_check_constraint(
            batch_op.f("ck_researchers_part"), "(record_id IS NULL) = (part = 0)"
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_researchers_record_id"),
            "researchers",
            ["record_id"],
            ["id"],
            ondelete="CASCADE",
        )
        batch_op.create_index(batch_op.f("ix_researchers_record_id"), ["record_id"], unique=False)

    with op.batch_alter_table("attributions", schema=None) as batch_op:
        batch_op.add_column(sa.Column("via_id", sa.Integer(), nullable=True))
        batch_op.create_foreign_key(
            batch_op.f("fk_attributions_via_id"),
            "researchers",
            ["via_id"],
            ["id"],
            ondelete="CASCADE",
        )

    op.create_table(
        "decisions",
        sa.Column("researcher_id", sa.Integer(), nullable=False),
        sa.Column("work_id", sa.Integer(), nullable=False),
        sa.Column("theirs", sa.Boolean(), nullable=False),
        sa.Column("said_by", sa.String(length=20), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=True),
        sa.Column("decided_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["researcher_id"],
            ["researchers.id"],
            name=op.f("fk_decisions_researcher_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["work_id"], ["works.id"], name=op.f("fk_decisions_work_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("researcher_id", "work_id", name=op.f("pk_decisions")),
    )
    op.create_table(
        "joins",
        sa.Column("record_id", sa.Integer(), nullable=False),
        sa.Column("kept_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=True),
        sa.Column("joined_at", sa.DateTime(), nullable=False),
        sa.CheckConstraint("record_id <> kept_id", name=op.f("ck_joins_two_records")),
        sa.ForeignKeyConstraint(
            ["kept_id"], ["researchers.id"], name=op.f("fk_joins_kept_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["record_id"], ["researchers.id"], name=op.f("fk_joins_record_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("record_id", name=op.f("pk_joins")),
    )
    with op.batch_alter_table("joins", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_joins_kept_id"), ["kept_id"], unique=False)
