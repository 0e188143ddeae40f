"""The tables of the desk: who works there, and what each has done."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    UniqueConstraint,
)

from hotline.store.database import Instant
from hotline.store.enums import ImageState, PaperState, PaperWay, Role
from hotline.store.schema.append_only import append_only, fixed
from hotline.store.schema.tables import (
    CallerKey,
    Digest,
    RowId,
    among,
    last_four,
    metadata,
    present,
)

__all__ = ["account", "activity", "ended_session", "image", "paper_keying", "paper_report"]

# Who may sign in, and how each proves it. Accounts are disabled, never deleted.
account = Table(
    "account",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", String(32), nullable=False),  # lower case
    Column("role", String, nullable=False),
    Column("password", String, nullable=False),  # Argon2's hash
    Column("active", Boolean, nullable=False),
    Column("uniquifier", String(64), nullable=False),  # what a session names; a new one ends all
    Column("totp_secret", String),  # encrypted; NULL: no second factor
    Column("totp_counter", BigInteger),  # of the last code that was accepted: none works twice
    Column("recovery_codes", JSON(none_as_null=True)),  # keyed hashes of those that are left
    Column("extension", String(4), nullable=False),  # keyed when dialling in
    Column("phone_pin", Digest),  # keyed hash; NULL: may not dial in
    Column("made_at", Instant, nullable=False),
    Column("made_by", String, nullable=False),
    Column("signed_in_at", Instant),
    UniqueConstraint("name"),
    UniqueConstraint("uniquifier"),
    UniqueConstraint("extension"),
    among("role", Role),
    CheckConstraint("name <> '' AND name = lower(name)", name="name_is_lower_case"),
    CheckConstraint("length(extension) = 4", name="extension_has_four_digits"),
    present("made_by"),
)

# Sessions that were signed out before their time: copies of their cookies are void.
ended_session = Table(
    "ended_session",
    metadata,
    Column("mark", String, primary_key=True),  # a digest of the session
    Column("until", Instant, nullable=False),  # when it would have ended by itself
    present("mark"),
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
    Index(None, "kind", "at"),
    Index(None, "who", "at"),
    present("who"),
    sqlite_autoincrement=True,
)
append_only(activity)

# A report on paper, which two people key; what each has keyed stands in paper_keying.
paper_report = Table(
    "paper_report",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("ledger_id", ForeignKey("ledger.id"), nullable=False),
    Column("unit_code", String, nullable=False),
    Column("came", String, nullable=False),
    Column("begun_at", Instant, nullable=False),
    Column("first_id", ForeignKey("account.id"), nullable=False),
    Column("state", String, nullable=False),
    Column("second_id", ForeignKey("account.id")),
    Column("report_id", ForeignKey("report.id")),  # what it was filed as
    Column("settled_by", String, nullable=False),  # the supervisor, where one decided; or ''
    Column("why", String, nullable=False),
    UniqueConstraint("report_id"),
    Index(None, "ledger_id", "state"),
    among("came", PaperWay),
    among("state", PaperState),
    CheckConstraint("first_id <> second_id", name="two_people"),
    CheckConstraint("(state = 'filed') = (report_id IS NOT NULL)", name="filed_is_a_report"),
    CheckConstraint(
        "state NOT IN ('differs', 'filed') OR second_id IS NOT NULL", name="keyed_by_two"
    ),
    CheckConstraint("(settled_by = '') = (why = '')", name="decided_with_a_reason"),
    CheckConstraint("state <> 'set-aside' OR why <> ''", name="set_aside_with_a_reason"),
    sqlite_autoincrement=True,
)
fixed(paper_report, "ledger_id", "unit_code", "came", "begun_at", "first_id")

paper_keying = Table(
    "paper_keying",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("paper_id", ForeignKey("paper_report.id"), nullable=False),
    Column("account_id", ForeignKey("account.id"), nullable=False),
    Column("who", String, nullable=False),
    Column("at", Instant, nullable=False),
    Column("token", String(64), nullable=False),  # of the form: sent twice, it is kept once
    Column("digest", Digest, nullable=False),  # of the figures
    Column("figures", JSON, nullable=False),  # by contest
    Column("entries", JSON, nullable=False),  # the form as it was sent
    Column("insisted", JSON, nullable=False),
    UniqueConstraint("token"),
    Index(None, "paper_id"),
    present("who"),
    present("token"),
    sqlite_autoincrement=True,
)
append_only(paper_keying)

# A photograph that came by text message. The pictures themselves are files.
image = Table(
    "image",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("ledger_id", ForeignKey("ledger.id"), nullable=False),
    Column("message_sid", String(64), nullable=False),
    Column("number", Integer, nullable=False),  # which of the message's
    Column("url", String, nullable=False),  # the carrier's, where it is fetched
    Column("arrived_at", Instant, nullable=False),
    Column("caller_key", CallerKey, nullable=False),
    Column("caller", String, nullable=False),
    Column("units", JSON, nullable=False),  # those the telephone reports for
    Column("state", String, nullable=False),
    Column("unit_code", String, nullable=False),  # what it is attached to, or ''
    Column("file", String(32)),  # a random name
    Column("width", Integer),
    Column("height", Integer),
    Column("why", String, nullable=False),  # it was refused, or ''
    Column("seen_by", String, nullable=False),
    Column("seen_at", Instant),
    UniqueConstraint("message_sid", "number"),
    UniqueConstraint("file"),
    Index(None, "ledger_id", "state"),
    among("state", ImageState),
    last_four("caller"),
    present("message_sid"),
    CheckConstraint(
        "(state IN ('awaited', 'refused')) = (file IS NULL)", name="a_picture_has_its_file"
    ),
    CheckConstraint("(state = 'refused') = (why <> '')", name="refused_with_a_reason"),
    CheckConstraint("(seen_by = '') = (seen_at IS NULL)", name="seen_by_somebody"),
    sqlite_autoincrement=True,
)
fixed(image, "ledger_id", "message_sid", "number", "arrived_at", "caller_key", "caller", "units")
