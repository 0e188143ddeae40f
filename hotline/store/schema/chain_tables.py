"""What binds reports, and what people did, to what came before; and what signs a publication."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, ForeignKey, Integer, String, Table, UniqueConstraint

from hotline.store.database import Instant
from hotline.store.schema.append_only import append_only
from hotline.store.schema.tables import Digest, RowId, metadata, present

__all__ = ["activity_link", "ledger_link", "publication_signature"]

# A report's events, in the order in which they were committed, each bound to the one before. The
# first event of a report binds what was filed as well.
ledger_link = Table(
    "ledger_link",
    metadata,
    Column("ledger_id", ForeignKey("ledger.id"), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("event_id", ForeignKey("report_event.id"), nullable=False),
    Column("digest", Digest, nullable=False),
    Column("salt", String(32), nullable=False),  # so that who and why cannot be guessed
    UniqueConstraint("event_id"),
    CheckConstraint("number >= 1", name="number_from_one"),
    CheckConstraint("length(digest) = 64", name="digest_is_whole"),
    CheckConstraint("length(salt) = 32", name="salt_is_whole"),
)
append_only(ledger_link)

activity_link = Table(
    "activity_link",
    metadata,
    Column("number", RowId, primary_key=True, autoincrement=False),
    Column("activity_id", ForeignKey("activity.id"), nullable=False),
    Column("digest", Digest, nullable=False),
    UniqueConstraint("activity_id"),
    CheckConstraint("number >= 1", name="number_from_one"),
    CheckConstraint("length(digest) = 64", name="digest_is_whole"),
)
append_only(activity_link)

publication_signature = Table(
    "publication_signature",
    metadata,
    Column("number", ForeignKey("publication.number"), primary_key=True, autoincrement=False),
    Column("key_id", String(16), nullable=False),  # the first digits of the public key's digest
    Column("signature", String, nullable=False),  # Ed25519, base64
    Column("signed_at", Instant, nullable=False),
    Column("order_id", ForeignKey("publication_order.id")),  # that held; NULL: none was given yet
    present("key_id"),
    present("signature"),
)
append_only(publication_signature)
