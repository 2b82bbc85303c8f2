"""Which roles were given to whom, and whose a claim's step was without their id"""

import hashlib
import secrets

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

_KEYS = sa.table("keys", sa.column("name"), sa.column("value", sa.LargeBinary()))
_STEPS = sa.table("claim_steps", sa.column("claimant_user_id"), sa.column("claimant_key"))
GIVEN = sa.text(
    "INSERT INTO given_roles (guild_id, user_id, role_id)"
    " SELECT DISTINCT claims.guild_id, claims.user_id, review_places.role_id"
    " FROM claims JOIN review_places ON review_places.guild_id = claims.guild_id"
    " WHERE claims.state = 'verified' AND review_places.role_id IS NOT NULL"
)


def upgrade() -> None:
    op.create_table(
        "given_roles",
        sa.Column("guild_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("user_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("role_id", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("guild_id", "user_id", name=op.f("pk_given_roles")),
    )
    op.create_index(op.f("ix_given_roles_user_id"), "given_roles", ["user_id"])
    op.add_column("claim_steps", sa.Column("claimant_key", sa.String(length=32), nullable=True))
    op.create_index(op.f("ix_claim_steps_claimant_key"), "claim_steps", ["claimant_key"])
    connection = op.get_bind()
    connection.execute(GIVEN)
    people = connection.execute(
        sa.select(_STEPS.c.claimant_user_id)
        .where(_STEPS.c.claimant_user_id.is_not(None))
        .distinct()
    )
    known = people.scalars().all()
    secret = _secret(connection) if known else b""
    for user_id in known:
        key = hashlib.blake2s(str(user_id).encode(), key=secret, digest_size=16).hexdigest()
        theirs = _STEPS.c.claimant_user_id == user_id
        connection.execute(sa.update(_STEPS).where(theirs).values(claimant_key=key))


def _secret(connection: sa.Connection) -> bytes:
    """As `storage.blocks` draws it."""
    found = connection.scalar(sa.select(_KEYS.c.value).where(_KEYS.c.name == "people"))
    if found is None:
        found = secrets.token_bytes(32)
        connection.execute(sa.insert(_KEYS).values(name="people", value=found))
    return bytes(found)
