"""Conversations are kept by the person's own browser: their tables go."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Drop the tables; nothing was ever written to them."""
    kept = sa.inspect(op.get_bind()).get_table_names()
    for table in ("turns", "conversations"):
        if table in kept:
            op.drop_table(table)
