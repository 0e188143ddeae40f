"""The tables of the desk: who works there, and what each has done."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Index,
    Integer,
    String,
    Table,
    UniqueConstraint,
)

from hotline.store.append_only import append_only
from hotline.store.database import Instant
from hotline.store.statuses import ActivityKind, Role
from hotline.store.tables import Digest, RowId, among, metadata, present

__all__ = ["account", "activity", "metadata"]

# Who may sign in, and how each proves it. Accounts are disabled, never deleted.
account = Table(
    "account",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", String(32), nullable=False),  # lower case
    Column("role", String, nullable=False),
    Column("password", String, nullable=False),  # Argon2's hash
    Column("active", Boolean, nullable=False),
    Column("fs_uniquifier", String(64), nullable=False),  # what a session names; a new one ends all
    Column("totp_secret", String),  # encrypted; NULL: no second factor
    Column("totp_counter", BigInteger),  # of the last code that was accepted: none works twice
    Column("recovery_codes", JSON(none_as_null=True)),  # keyed hashes of those that are left
    Column("extension", String(4), nullable=False),  # keyed when dialling in
    Column("phone_pin", Digest),  # keyed hash; NULL: may not dial in
    Column("made_at", Instant, nullable=False),
    Column("made_by", String, nullable=False),
    Column("signed_in_at", Instant),
    UniqueConstraint("name"),
    UniqueConstraint("fs_uniquifier"),
    UniqueConstraint("extension"),
    among("role", Role),
    CheckConstraint("name <> '' AND name = lower(name)", name="name_is_lower_case"),
    CheckConstraint("length(extension) = 4", name="extension_has_four_digits"),
    present("made_by"),
)

# What people at the desk did, and what the program did to a call in their stead.
activity = Table(
    "activity",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("at", Instant, nullable=False),
    Column("account_id", Integer),  # NULL: no person, a rule. No foreign key: it outlasts accounts
    Column("who", String, nullable=False),  # the account's name then, or the rule
    Column("kind", String, nullable=False),
    Column("call_sid", String(64), nullable=False),  # '' where it is about no call
    Column("unit_code", String, nullable=False),  # '' where it is about no unit
    Column("ledger_id", Integer),
    Column("before", JSON(none_as_null=True)),
    Column("after", JSON(none_as_null=True)),
    Column("note", String, nullable=False),
    Index(None, "at"),
    Index(None, "account_id", "at"),
    Index(None, "call_sid"),
    Index(None, "unit_code", "at"),
    among("kind", ActivityKind),
    present("who"),
    sqlite_autoincrement=True,
)
append_only(activity)
