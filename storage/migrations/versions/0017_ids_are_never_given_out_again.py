"""Ids that buttons name are never given out again; what tells a sender was begun; dead columns"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

NAMED_BY_BUTTONS = ("researchers", "works", "answers", "destinations", "follows", "announcements")
NOT_READ = {
    "researchers": ("imported_at",),
    "works": ("stored_at",),
    "leases": ("next_at",),
    "claim_proofs": ("site",),
}


def upgrade() -> None:
    sqlite = op.get_bind().dialect.name == "sqlite"  # elsewhere no id is given out again
    for table in dict.fromkeys((*NAMED_BY_BUTTONS, *NOT_READ)):
        anew = sqlite and table in NAMED_BY_BUTTONS
        with op.batch_alter_table(
            table,
            schema=None,
            recreate="always" if anew else "auto",
            table_kwargs={"sqlite_autoincrement": anew},
        ) as batch_op:
            for column in NOT_READ.get(table, ()):
                batch_op.drop_column(column)
    for table in ("invitations", "wishes"):
        op.add_column(table, sa.Column("telling_at", sa.DateTime(), nullable=True))
