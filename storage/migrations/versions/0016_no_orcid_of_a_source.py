"""No source gives the ORCID iD of a record; one that its researcher proved is with the proof"""

from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("researchers", schema=None) as batch_op:
        batch_op.drop_column("orcid")
