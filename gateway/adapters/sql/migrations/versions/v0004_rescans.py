"""The book of rescans."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Make the table of passes."""
    op.create_table(
        "rescans",
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("signatures", sa.String, nullable=False),
        sa.Column("before", sa.Double, nullable=False),
        sa.Column("began_at", sa.Double, nullable=False),
        sa.Column("ids", sa.Text, nullable=False),
        sa.Column("few", sa.Boolean, nullable=False),
        sa.Column("below", sa.Double),
        sa.Column("moved", sa.Integer, nullable=False),
        sa.Column("clean", sa.Integer, nullable=False),
        sa.Column("bad", sa.Integer, nullable=False),
        sa.Column("failed", sa.Integer, nullable=False),
        sa.Column("at", sa.Double, nullable=False),
        sa.Column("ended_at", sa.Double, nullable=False),
        sa.Index("rescans_by_end", "ended_at"),
    )
