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
    true,
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
    # it was put, or a reference to it ended, since somebody looked whether it is in use
    Column("is_doubtful", Boolean, nullable=False, server_default=true()),
    Index("blobs_by_doubt", "is_doubtful", "touched_at"),
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

HOSTED = Table(
    "hosted",
    METADATA,
    Column("id", String, primary_key=True),
    Column("tenant", String, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("name", Text, nullable=False),
    Column("media_type", String, nullable=False),
    Column("message", String, nullable=False),
    Column("message_id", Text, nullable=False),
    Column("sender", String, nullable=False),
    Column("recipients", Text, nullable=False),  # JSON
    Column("created_at", Double, nullable=False),
    Column("expires_at", Double, nullable=False),
    Column("state", String, nullable=False),
    Column("reason", Text, nullable=False),
    Column("scanned_at", Double, nullable=False),
    Column("signatures", String, nullable=False),
    Column("downloads", Integer, nullable=False),
    Column("domain", String, nullable=False),
    Column("kinds", Text, nullable=False),  # JSON; for looking up, HOSTED_KINDS
    Column("has_content", Boolean, nullable=False),
    Column("rank", Double, nullable=False),  # newest and most downloaded first: see hosted_rows.RANK
    Column("facts", Text, nullable=False),  # JSON of the Facts about it, so that it can be judged again
    Index("hosted_by_rank", "has_content", "rank"),
    Index("hosted_by_expiry", "has_content", "expires_at"),
    Index("hosted_by_domain", "domain", "has_content", "rank"),
    Index("hosted_by_domain_tenant", "domain", "tenant"),
    Index("hosted_by_content", "sha256", "tenant"),
    Index("hosted_by_message", "message"),
    Index("hosted_by_message_id", "message_id"),
    Index("hosted_by_sender", "sender"),
    Index("hosted_by_state", "state", "created_at"),
    Index("hosted_by_tenant", "tenant", "created_at"),
)

HOSTED_KINDS = Table(
    "hosted_kinds",
    METADATA,
    Column("kind", String, primary_key=True),
    Column("id", String, ForeignKey("hosted.id", ondelete="CASCADE"), primary_key=True),
    Index("hosted_kinds_by_file", "id"),
)

DOWNLOADS = Table(
    "hosted_downloads",
    METADATA,
    Column("number", Integer, primary_key=True),
    Column("id", String, ForeignKey("hosted.id", ondelete="CASCADE"), nullable=False),
    Column("at", Double, nullable=False),
    Column("token", String, nullable=False),  # its digest
    Column("address", String, nullable=False),  # truncated
    Column("size", BigInteger, nullable=False),
    Index("hosted_downloads_by_file", "id", "at"),
)

REQUESTS = Table(
    "hosted_requests",  # of recipients who ask for a file that is no longer given out
    METADATA,
    Column("number", Integer, primary_key=True),
    Column("id", String, ForeignKey("hosted.id", ondelete="CASCADE"), nullable=False),
    Column("at", Double, nullable=False),
    Column("token", String, nullable=False),  # its digest
    Column("address", String, nullable=False),  # truncated
    Column("words", Text, nullable=False),
    Column("settled_at", Double, nullable=False, server_default="0"),
    Column("settled_by", String, nullable=False, server_default=""),
    Index("hosted_requests_by_file", "id", "at"),
)

BANS = Table(
    "bans",
    METADATA,
    Column("kind", String, primary_key=True),
    Column("until", Double, nullable=False),
    Column("reason", Text, nullable=False),
    Column("who", String, nullable=False),
    Column("since", Double, nullable=False),
)

SHARDS = Table(
    "shards",
    METADATA,
    Column("domain", String, primary_key=True),
    Column("pool", String, nullable=False),
    Column("weight", Double, nullable=False),
    Column("state", String, nullable=False),
    Column("since", Double, nullable=False),
    Column("reason", Text, nullable=False),
    Column("is_spare", Boolean, nullable=False),
    Column("pins", Text, nullable=False),  # JSON
)

MEMOS = Table(
    "memos",  # what jobs must know again after a restart
    METADATA,
    Column("name", String, primary_key=True),
    Column("at", Double, nullable=False),
    Column("content", Text, nullable=False),  # JSON
)

RESCANS = Table(
    "rescans",
    METADATA,
    Column("number", Integer, primary_key=True),
    Column("reason", Text, nullable=False),
    Column("signatures", String, nullable=False),
    Column("before", Double, nullable=False),
    Column("began_at", Double, nullable=False),
    Column("ids", Text, nullable=False),  # JSON; those of a few files that are still to come
    Column("few", Boolean, nullable=False),
    Column("below", Double),  # where it stands in HOSTED.rank
    Column("moved", Integer, nullable=False),
    Column("clean", Integer, nullable=False),
    Column("bad", Integer, nullable=False),
    Column("failed", Integer, nullable=False),
    Column("at", Double, nullable=False),
    Column("ended_at", Double, nullable=False),
    Index("rescans_by_end", "ended_at"),
)
