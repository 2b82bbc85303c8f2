"""Names in Han characters or Hangul are found in Latin letters, and the other way round"""

import sqlalchemy as sa
from alembic import op

from storage.names import name_forms

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

_RECORDS = sa.table("researchers", sa.column("id"), sa.column("name"), sa.column("record_id"))
_NAMES = sa.table(
    "researcher_names", sa.column("researcher_id"), sa.column("key"), sa.column("form")
)


def upgrade() -> None:
    connection = op.get_bind()
    known = {
        tuple(row) for row in connection.execute(sa.select(_NAMES.c.researcher_id, _NAMES.c.key))
    }
    records = connection.execute(
        sa.select(_RECORDS.c.id, _RECORDS.c.name).where(_RECORDS.c.record_id.is_(None))
    )
    rows = [
        {"researcher_id": record, "key": key, "form": form}
        for record, name in records.all()
        for key, form in name_forms(name).items()
        if (record, key) not in known
    ]
    if rows:
        op.bulk_insert(_NAMES, rows)
