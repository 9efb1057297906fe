"""The tables as they are now; the migrations lead here, and a test compares the two."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Double,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
)

METADATA = MetaData()

BLOBS = Table(
    "blobs",
    METADATA,
    Column("tenant", String, primary_key=True),
    Column("sha256", String(64), primary_key=True),
    Column("size", BigInteger, nullable=False),
    # of the last put: only what nobody refers to and nobody has just put may be removed
    Column("touched_at", Double, nullable=False),
)

HELD = Table(
    "held",
    METADATA,
    Column("id", String, primary_key=True),
    Column("kept_at", Double, nullable=False),
    Column("received_at", Double, nullable=False),
    Column("expires_at", Double, nullable=False),
    Column("tenant", String, nullable=False),  # under which the content lies
    Column("sha256", String(64), nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("state", String, nullable=False),
    Column("has_original", Boolean, nullable=False),
    Column("reason", String, nullable=False),
    Column("sender", String, nullable=False),
    Column("subject", Text, nullable=False),
    Column("author", Text, nullable=False),
    Column("message_id", Text, nullable=False),
    Column("detail", Text, nullable=False),  # the whole Case as JSON
    Index("held_by_time", "received_at"),
    Index("held_by_expiry", "state", "expires_at"),
    Index("held_by_content", "tenant", "sha256"),
)

HELD_TENANTS = Table(
    "held_tenants",
    METADATA,
    Column("id", String, ForeignKey("held.id", ondelete="CASCADE"), primary_key=True),
    Column("tenant", String, primary_key=True),
    Index("held_tenants_by_tenant", "tenant"),
)

ADDRESSEES = Table(
    "held_recipients",
    METADATA,
    Column("id", String, ForeignKey("held.id", ondelete="CASCADE"), primary_key=True),
    Column("number", Integer, primary_key=True),  # in the order of the envelope
    Column("address", String, nullable=False),
    Column("state", String, nullable=False),
    Column("reply", Text, nullable=False, server_default=""),
)

AUDIT = Table(
    "audit",
    METADATA,
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("at", Double, nullable=False),
    Column("who", String, nullable=False),
    Column("what", String, nullable=False),
    Column("subject", String, nullable=False),
    Column("detail", Text, nullable=False),
    Column("previous", String(64), nullable=False),
    Column("digest", String(64), nullable=False, unique=True),
)
