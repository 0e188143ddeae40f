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

from hotline.store.database import Instant
from hotline.store.enums import Outcome, Source, Status, UnitStatus
from hotline.store.schema.append_only import append_only, fixed

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


CallerKey = String(16)  # keyed hash of a telephone number, guard.caller.key_of; '' when withheld


def among(column: str, words: type[StrEnum]) -> CheckConstraint:
    """For a state or choice that is acted upon: a word outside the list must never be counted.

    Words that only tell what happened (kinds of activity and call events, why a call was turned
    away, which switch was turned) have no such constraint: a new one needs no migration. The
    program checks them where it writes.
    """
    listed = ", ".join(f"'{word}'" for word in words)
    return CheckConstraint(f"{column} IN ({listed})", name=f"{column}_is_known")


def last_four(column: str) -> CheckConstraint:
    return CheckConstraint(f"length({column}) <= 4", name=f"{column}_is_the_last_four_digits")


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
    Column("language", String, nullable=False, server_default=""),  # of the call; '' without one
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
    Index(None, "ledger_id", "filed_at"),
    among("source", Source),
    among("outcome", Outcome),
    CheckConstraint("version >= 1", name="version_from_one"),
    CheckConstraint("length(confirmation) = 6", name="confirmation_has_six_digits"),
    last_four("caller"),
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

FILED = "filings > 0"
PROVED = "verified_at IS NOT NULL"
TO_PERSON = "person_at IS NOT NULL"
HUNG_UP = (
    "ended_at IS NOT NULL AND verified_at IS NULL AND person_at IS NULL "
    "AND verdict <> 'turn-away' AND channel = 'voice'"
)
"""What came of a call, in SQL: conditions of indexes, which searches have to repeat word by word.
A call that is turned away, as nearly all are in a flood, is in none of them."""


def chosen_index(name: str, *columns: str) -> tuple[Index, Index]:
    """Calls with the same values by their time: the one index in this order of nulls.

    PostgreSQL takes it for whoever asks for that order, whatever it guesses how common the values
    are lately. SQLite knows no such order, and takes the index with the most columns.
    """
    plain = Index(f"ix_call_{name}", *columns, "began_at")
    ordered = Index(f"ix_call_{name}", *columns, text("began_at ASC NULLS FIRST"))
    return plain.ddl_if(dialect="sqlite"), ordered.ddl_if(dialect="postgresql")


def outcome_index(name: str, condition: str) -> Index:
    """Calls with this outcome by their time, and no others."""
    return Index(
        f"ix_call_{name}",
        "began_at",
        sqlite_where=text(condition),
        postgresql_where=text(condition),
    )


# The life of each call and text message, in a line. Derived from `call_event`.
call = Table(
    "call",
    metadata,
    Column("sid", String(64), primary_key=True),
    Column("channel", String, nullable=False),
    Column("entrance", String, nullable=False),
    Column("ledger_id", Integer),  # no foreign key: what arrives late must not be refused
    Column("began_at", Instant, nullable=False),
    Column("caller_key", CallerKey, nullable=False),
    Column("last_four", String, nullable=False),
    Column("attestation", String, nullable=False),
    Column("standing", String, nullable=False),
    Column("verdict", String, nullable=False),
    Column("reason", String, nullable=False),  # why it was turned away, else empty
    Column("verified_at", Instant),  # the first time
    Column("unit_code", String),  # of the last PIN proved
    Column("filings", Integer, nullable=False),
    Column("person_at", Instant),  # the first time it was sent to a person
    Column("ended_at", Instant),
    Column("ended_as", String),  # the network's word: completed, busy, ...
    Column("seconds", Integer),  # on the line
    Column("charge", Integer),  # estimated, in millionths of the currency of the settings
    Index(None, "began_at", "sid"),
    # How the minutes went is asked by every open overview: this index alone answers it.
    Index(None, "channel", "began_at", "verdict", "reason", "standing"),
    Index(None, "caller_key", "began_at"),
    Index(None, "unit_code", "began_at"),
    # One index for every search by words that have few values (store/calls/call_search.py).
    *chosen_index("words", "channel", "entrance", "verdict", "reason"),
    *chosen_index("last_four", "last_four"),
    outcome_index("filed", FILED),
    outcome_index("proved", PROVED),
    outcome_index("to_person", TO_PERSON),
    outcome_index("hung_up", HUNG_UP),
    last_four("last_four"),
    present("sid"),
)

call_event = Table(
    "call_event",
    metadata,
    # What makes it one event however often it was sent or moved.
    Column("sid", String(64), primary_key=True),
    Column("kind", String, primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("at", Instant, nullable=False),
    Column("detail", JSON, nullable=False),  # {name: text}
    Index(None, "at"),
    CheckConstraint("number >= 0", name="number_from_zero"),
    present("sid"),
)

# A number whom somebody may have to call back or block; the only place with callers in full.
kept_number = Table(
    "kept_number",
    metadata,
    Column("caller_key", CallerKey, primary_key=True),
    Column("number", String, nullable=False),  # E.164
    Column("why", String, nullable=False),
    Column("kept_at", Instant, nullable=False),
    Index(None, "kept_at"),
    present("why"),
)

block = Table(
    "block",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("pattern", String, nullable=False),  # E.164, or the beginning of one
    Column("is_prefix", Boolean, nullable=False),
    Column("reason", String, nullable=False),
    Column("author", String, nullable=False),  # who, or "rule: " and which
    Column("second", String, nullable=False),  # who agreed; empty where nobody had to
    Column("made_at", Instant, nullable=False),
    Column("until", Instant, nullable=False),
    Column("hits", Integer, nullable=False),
    Column("hit_at", Instant),  # the last time
    Column("lifted_at", Instant),
    Column("lifted_by", String),
    Column("lifted_why", String),
    Index(None, "pattern", "made_at"),
    Index(None, "until"),
    CheckConstraint("pattern LIKE '+%' AND length(pattern) <= 16", name="pattern_is_e164"),
    CheckConstraint("hits >= 0", name="hits_from_zero"),
    CheckConstraint("until > made_at", name="until_is_later"),
    CheckConstraint("second <> author", name="second_is_another"),
    CheckConstraint(
        "(lifted_at IS NULL) = (lifted_by IS NULL) AND (lifted_at IS NULL) = (lifted_why IS NULL)",
        name="lifting_has_author_and_reason",
    ),
    present("reason"),
    present("author"),
    sqlite_autoincrement=True,
)
fixed(block, "id", "pattern", "is_prefix", "reason", "author", "made_at")

switch_change = Table(
    "switch_change",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("switch", String, nullable=False),
    Column("on", Boolean, nullable=False),
    Column("at", Instant, nullable=False),
    Column("who", String, nullable=False),
    Column("why", String, nullable=False),
    Column("said", JSON, nullable=False),  # {language: what callers hear}
    Index(None, "switch", "id"),
    present("who"),
    present("why"),
    sqlite_autoincrement=True,
)
append_only(switch_change)
