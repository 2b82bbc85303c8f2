"""Who joined and parted records, and when"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "join_steps",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("record_id", sa.Integer(), nullable=False),
        sa.Column("kept_id", sa.Integer(), nullable=False),
        sa.Column("joined", sa.Boolean(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=True),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["kept_id"], ["researchers.id"], name=op.f("fk_join_steps_kept_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["record_id"],
            ["researchers.id"],
            name=op.f("fk_join_steps_record_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_join_steps")),
    )
    with op.batch_alter_table("join_steps", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_join_steps_kept_id"), ["kept_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_join_steps_record_id"), ["record_id"], unique=False)
