"""How many researchers the channels of a server may follow"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("places", sa.Column("follows", sa.Integer(), nullable=True))
