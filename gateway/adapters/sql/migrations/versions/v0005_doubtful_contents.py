"""Contents that may be of no use, found without looking at all of them."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Doubt all that is there, once."""
    op.add_column("blobs", sa.Column("is_doubtful", sa.Boolean, nullable=False, server_default=sa.true()))
    op.create_index("blobs_by_doubt", "blobs", ["is_doubtful", "touched_at"])
