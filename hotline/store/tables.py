"""What is kept, table by table (docs/architecture.md); what cannot be true cannot be stored."""

from __future__ import annotations

from enum import StrEnum

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    UniqueConstraint,
    text,
)

from hotline.store.append_only import append_only, fixed
from hotline.store.database import Instant
from hotline.store.statuses import Outcome, Source, Status, UnitStatus

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
    }
)

# SQLite counts rows up by itself only where the key is exactly INTEGER.
RowId = BigInteger().with_variant(Integer(), "sqlite")
Digest = String(64)  # SHA-256, in hexadecimal digits


def among(column: str, words: type[StrEnum]) -> CheckConstraint:
    listed = ", ".join(f"'{word}'" for word in words)
    return CheckConstraint(f"{column} IN ({listed})", name=f"{column}_is_known")


def present(column: str) -> CheckConstraint:
    return CheckConstraint(f"{column} <> ''", name=f"{column}_is_present")


election = Table(
    "election",
    metadata,
    Column("id", String, primary_key=True),
    Column("digest", Digest, nullable=False),
    Column("active", Boolean, nullable=False),
    Column("loaded_at", Instant, nullable=False),
    # Last: SQLite reads through megabytes of it to come to a column behind it.
    Column("document", JSON, nullable=False),
    Index(
        "uq_election_one_is_active",
        "active",
        unique=True,
        sqlite_where=text("active"),
        postgresql_where=text("active"),
    ),
    present("id"),
)

ledger = Table(
    "ledger",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("election_id", ForeignKey("election.id"), nullable=False),
    Column("is_test", Boolean, nullable=False),
    Column("opened_at", Instant, nullable=False),
    Column("opened_by", String, nullable=False),
    Column("closed_at", Instant),
    Column("closed_by", String),
    Index(
        "uq_ledger_one_is_open",
        "election_id",
        unique=True,
        sqlite_where=text("closed_at IS NULL"),
        postgresql_where=text("closed_at IS NULL"),
    ),
    present("opened_by"),
    CheckConstraint("(closed_at IS NULL) = (closed_by IS NULL)", name="closing_has_an_author"),
    sqlite_autoincrement=True,
)
fixed(ledger, "id", "election_id", "is_test", "opened_at", "opened_by")

chair = Table(
    "chair",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("election_id", ForeignKey("election.id"), nullable=False),
    Column("unit_code", String, nullable=False),
    Column("name", String, nullable=False),
    Index(None, "election_id", "unit_code"),
    sqlite_autoincrement=True,  # reports name their chair: an id must never come back as another's
)

chair_phone = Table(
    "chair_phone",
    metadata,
    Column("chair_id", ForeignKey("chair.id", ondelete="CASCADE"), primary_key=True),
    Column("phone", String, primary_key=True),  # E.164
    Index(None, "phone"),
    CheckConstraint("phone LIKE '+%' AND length(phone) <= 16", name="phone_is_e164"),
)

pin = Table(
    "pin",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("election_id", ForeignKey("election.id"), nullable=False),
    Column("unit_code", String, nullable=False),
    Column("ledger_id", ForeignKey("ledger.id")),  # valid for this ledger only; NULL: for all
    Column("hash", String, nullable=False),
    Column("issued_at", Instant, nullable=False),
    Index(
        "uq_pin_one_for_all_ledgers",
        "election_id",
        "unit_code",
        unique=True,
        sqlite_where=text("ledger_id IS NULL"),
        postgresql_where=text("ledger_id IS NULL"),
    ),
    UniqueConstraint("election_id", "unit_code", "ledger_id"),
    present("hash"),
)

unit_state = Table(
    "unit_state",
    metadata,
    Column("ledger_id", ForeignKey("ledger.id"), primary_key=True),
    Column("unit_code", String, primary_key=True),
    Column("status", String, nullable=False),
    Column("counted_version", Integer),
    Column("contested", Boolean, nullable=False),
    Column("verified", Boolean, nullable=False),
    ForeignKeyConstraint(
        ["ledger_id", "unit_code", "counted_version"],
        ["report.ledger_id", "report.unit_code", "report.version"],
        name="fk_unit_state_counted_version",
        use_alter=True,
    ),
    among("status", UnitStatus),
    CheckConstraint(
        "(status = 'counted') = (counted_version IS NOT NULL)", name="counted_names_its_version"
    ),
    CheckConstraint("NOT contested OR status = 'counted'", name="contested_is_counted"),
    CheckConstraint(
        "NOT verified OR (status = 'counted' AND NOT contested)", name="verified_is_uncontested"
    ),
)

report = Table(
    "report",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("ledger_id", Integer, nullable=False),
    Column("unit_code", String, nullable=False),
    Column("version", Integer, nullable=False),
    Column("filing_key", String, nullable=False),
    Column("confirmation", String, nullable=False),
    Column("source", String, nullable=False),
    Column("outcome", String, nullable=False),
    Column("call_sid", String, nullable=False),
    Column("chair_id", Integer),  # no foreign key: a roster is replaced, a report stays
    Column("caller", String, nullable=False),  # the last digits of the phone, and no more
    Column("filed_at", Instant, nullable=False),
    Column("figures", JSON, nullable=False),  # {contest id: model.to_document}
    Column("keyed", JSON, nullable=False),  # what was keyed, in order
    Column("findings", JSON, nullable=False),  # [checks.Finding]
    Column("digest", Digest, nullable=False),  # of the figures: equal figures, equal digest
    Column("twin_key", Digest),
    ForeignKeyConstraint(
        ["ledger_id", "unit_code"], ["unit_state.ledger_id", "unit_state.unit_code"]
    ),
    UniqueConstraint("ledger_id", "unit_code", "version"),
    UniqueConstraint("ledger_id", "filing_key"),
    UniqueConstraint("ledger_id", "confirmation"),
    Index(None, "ledger_id", "twin_key"),
    among("source", Source),
    among("outcome", Outcome),
    CheckConstraint("version >= 1", name="version_from_one"),
    CheckConstraint("length(confirmation) = 6", name="confirmation_has_six_digits"),
    CheckConstraint("length(caller) <= 4", name="caller_is_the_last_four_digits"),
    present("filing_key"),
    present("digest"),
    sqlite_autoincrement=True,
)
append_only(report)

report_event = Table(
    "report_event",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("report_id", ForeignKey("report.id"), nullable=False),
    # Two transactions that move the same report on from the same step cannot both commit.
    Column("step", Integer, nullable=False),
    Column("status", String, nullable=False),
    Column("at", Instant, nullable=False),
    Column("who", String, nullable=False),
    Column("why", String, nullable=False),
    UniqueConstraint("report_id", "step"),
    among("status", Status),
    CheckConstraint("step >= 1", name="step_from_one"),
    CheckConstraint("(step = 1) = (status = 'filed')", name="filed_comes_first"),
    present("who"),
    sqlite_autoincrement=True,
)
append_only(report_event)

outbox = Table(
    "outbox",
    metadata,
    Column("report_id", ForeignKey("report.id"), primary_key=True),
    Column("filed_at", Instant, nullable=False),
)

total = Table(
    "total",
    metadata,
    Column("ledger_id", ForeignKey("ledger.id"), primary_key=True),
    Column("scope", String, primary_key=True),
    Column("contest", String, primary_key=True),
    Column("measure", String, primary_key=True),
    Column("choice", String, primary_key=True),
    Column("value", BigInteger, nullable=False),
)

publication = Table(
    "publication",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("ledger_id", ForeignKey("ledger.id"), nullable=False),
    Column("published_at", Instant, nullable=False),
    Column("events", Integer, nullable=False),  # how many of the ledger's events it includes
    Column("digest", Digest, nullable=False),  # of the document without its number
    Column("etag", Digest, nullable=False),
    Column("document", JSON, nullable=False),  # last, as above
    Index(None, "ledger_id", "number"),
    CheckConstraint("number >= 1", name="number_from_one"),
)
append_only(publication)

refusal = Table(
    "refusal",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("ledger_id", ForeignKey("ledger.id"), nullable=False),
    Column("standing", ForeignKey("publication.number")),  # the last good one; NULL: none yet
    Column("at", Instant, nullable=False),
    Column("reason", String, nullable=False),
    Index(None, "ledger_id", "standing"),
    present("reason"),
    sqlite_autoincrement=True,
)
append_only(refusal)
