"""Contents, held messages and the audit log."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make the first tables."""
    op.create_table(
        "blobs",
        sa.Column("tenant", sa.String, primary_key=True),
        sa.Column("sha256", sa.String(64), primary_key=True),
        sa.Column("size", sa.BigInteger, nullable=False),
        sa.Column("touched_at", sa.Double, nullable=False),
    )
    op.create_table(
        "held",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("kept_at", sa.Double, nullable=False),
        sa.Column("received_at", sa.Double, nullable=False),
        sa.Column("expires_at", sa.Double, nullable=False),
        sa.Column("tenant", sa.String, nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("size", sa.BigInteger, nullable=False),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("has_original", sa.Boolean, nullable=False),
        sa.Column("reason", sa.String, nullable=False),
        sa.Column("sender", sa.String, nullable=False),
        *(sa.Column(name, sa.Text, nullable=False) for name in ("subject", "author", "message_id", "detail")),
        sa.Index("held_by_time", "received_at"),
        sa.Index("held_by_expiry", "state", "expires_at"),
        sa.Index("held_by_content", "tenant", "sha256"),
    )
    op.create_table(
        "held_tenants",
        sa.Column("id", sa.String, sa.ForeignKey("held.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("tenant", sa.String, primary_key=True),
        sa.Index("held_tenants_by_tenant", "tenant"),
    )
    op.create_table(
        "held_recipients",
        sa.Column("id", sa.String, sa.ForeignKey("held.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("address", sa.String, nullable=False),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("reply", sa.Text, nullable=False, server_default=""),
    )
    op.create_table(
        "audit",
        sa.Column("number", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("at", sa.Double, nullable=False),
        *(sa.Column(name, sa.String, nullable=False) for name in ("who", "what", "subject")),
        sa.Column("detail", sa.Text, nullable=False),
        sa.Column("previous", sa.String(64), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False, unique=True),
    )
