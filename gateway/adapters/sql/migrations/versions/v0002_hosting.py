"""Hosted files, their journal, bans and attachment domains."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Make the tables of hosting."""
    op.create_table(
        "hosted",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("tenant", sa.String, nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("size", sa.BigInteger, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("media_type", sa.String, nullable=False),
        sa.Column("message", sa.String, nullable=False),
        sa.Column("message_id", sa.Text, nullable=False),
        sa.Column("sender", sa.String, nullable=False),
        sa.Column("recipients", sa.Text, nullable=False),
        sa.Column("created_at", sa.Double, nullable=False),
        sa.Column("expires_at", sa.Double, nullable=False),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("scanned_at", sa.Double, nullable=False),
        sa.Column("signatures", sa.String, nullable=False),
        sa.Column("downloads", sa.Integer, nullable=False),
        sa.Column("domain", sa.String, nullable=False),
        sa.Column("kinds", sa.Text, nullable=False),
        sa.Column("has_content", sa.Boolean, nullable=False),
        sa.Column("rank", sa.Double, nullable=False),
        sa.Column("facts", sa.Text, nullable=False),
        sa.Index("hosted_by_rank", "has_content", "rank"),
        sa.Index("hosted_by_expiry", "has_content", "expires_at"),
        sa.Index("hosted_by_domain", "domain", "has_content", "rank"),
        sa.Index("hosted_by_domain_tenant", "domain", "tenant"),
        sa.Index("hosted_by_content", "sha256", "tenant"),
        sa.Index("hosted_by_message", "message"),
        sa.Index("hosted_by_message_id", "message_id"),
        sa.Index("hosted_by_sender", "sender"),
        sa.Index("hosted_by_state", "state", "created_at"),
        sa.Index("hosted_by_tenant", "tenant", "created_at"),
    )
    op.create_table(
        "hosted_kinds",
        sa.Column("kind", sa.String, primary_key=True),
        sa.Column("id", sa.String, sa.ForeignKey("hosted.id", ondelete="CASCADE"), primary_key=True),
        sa.Index("hosted_kinds_by_file", "id"),
    )
    op.create_table(
        "hosted_downloads",
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("id", sa.String, sa.ForeignKey("hosted.id", ondelete="CASCADE"), nullable=False),
        sa.Column("at", sa.Double, nullable=False),
        sa.Column("token", sa.String, nullable=False),
        sa.Column("address", sa.String, nullable=False),
        sa.Column("size", sa.BigInteger, nullable=False),
        sa.Index("hosted_downloads_by_file", "id", "at"),
    )
    op.create_table(
        "hosted_requests",
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("id", sa.String, sa.ForeignKey("hosted.id", ondelete="CASCADE"), nullable=False),
        sa.Column("at", sa.Double, nullable=False),
        sa.Column("token", sa.String, nullable=False),
        sa.Column("address", sa.String, nullable=False),
        sa.Column("words", sa.Text, nullable=False),
        sa.Column("settled_at", sa.Double, nullable=False, server_default="0"),
        sa.Column("settled_by", sa.String, nullable=False, server_default=""),
        sa.Index("hosted_requests_by_file", "id", "at"),
    )
    op.create_table(
        "bans",
        sa.Column("kind", sa.String, primary_key=True),
        sa.Column("until", sa.Double, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("who", sa.String, nullable=False),
        sa.Column("since", sa.Double, nullable=False),
    )
    op.create_table(
        "shards",
        sa.Column("domain", sa.String, primary_key=True),
        sa.Column("pool", sa.String, nullable=False),
        sa.Column("weight", sa.Double, nullable=False),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("since", sa.Double, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("is_spare", sa.Boolean, nullable=False),
        sa.Column("pins", sa.Text, nullable=False),
    )
