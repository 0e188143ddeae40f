"""What administrators set: limits, who hears of alerts; and what went wrong, and for how long."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    UniqueConstraint,
    text,
)

from hotline.store.database import Instant
from hotline.store.enums import ProposalState
from hotline.store.schema.append_only import append_only, fixed
from hotline.store.schema.tables import among, last_four, metadata, present

__all__ = [
    "alert_recipient",
    "block_request",
    "host_state",
    "incident",
    "limit_change",
    "test_call",
]

# Numbers of the front door, and thresholds of alerts, in place of the settings' own.
limit_change = Table(
    "limit_change",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", String, nullable=False),
    Column("value", JSON(none_as_null=True)),  # NULL: again what the settings say
    Column("at", Instant, nullable=False),
    Column("who", String, nullable=False),
    Column("why", String, nullable=False),
    Index(None, "name", "id"),
    present("name"),
    present("who"),
    present("why"),
    sqlite_autoincrement=True,
)
append_only(limit_change)

# Something that was wrong from then to then. One of a kind and subject at a time.
incident = Table(
    "incident",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("rule", String, nullable=False),
    Column("subject", String, nullable=False),  # a unit's code, a queue; '' for the line as a whole
    Column("began_at", Instant, nullable=False),
    Column("said", String, nullable=False),  # what is wrong, in words
    Column("ended_at", Instant),
    Column("told", JSON, nullable=False),  # {phase: {way: how it went}}
    Index(
        "uq_incident_one_at_a_time",
        "rule",
        "subject",
        unique=True,
        sqlite_where=text("ended_at IS NULL"),
        postgresql_where=text("ended_at IS NULL"),
    ),
    Index(None, "began_at"),
    present("rule"),
    present("said"),
    sqlite_autoincrement=True,
)
fixed(incident, "id", "rule", "subject", "began_at")

# How each host that answers calls found the parts it needs, the last time that it had them work.
host_state = Table(
    "host_state",
    metadata,
    Column("host", String, primary_key=True),
    Column("at", Instant, nullable=False),
    Column("redis", String, nullable=False),  # what is wrong with it; '' for nothing
    present("host"),
)

# Whose telephone gets a text message when something goes wrong.
alert_recipient = Table(
    "alert_recipient",
    metadata,
    Column("account_id", ForeignKey("account.id"), primary_key=True),
    Column("phone", String, nullable=False),  # E.164
    Column("added_at", Instant, nullable=False),
    Column("added_by", String, nullable=False),
    CheckConstraint("phone LIKE '+%' AND length(phone) <= 16", name="phone_is_e164"),
    present("added_by"),
)

# A chair called before the night, and heard us.
test_call = Table(
    "test_call",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("election_id", ForeignKey("election.id"), nullable=False),
    Column("unit_code", String, nullable=False),
    Column("call_sid", String(64), nullable=False),
    Column("caller", String, nullable=False),  # the last digits of the phone, and no more
    Column("at", Instant, nullable=False),
    UniqueConstraint("election_id", "unit_code", "call_sid"),
    last_four("caller"),
    present("call_sid"),
    sqlite_autoincrement=True,
)
append_only(test_call)

# A number of the roster that somebody wants blocked, until a second account agrees.
block_request = Table(
    "block_request",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("pattern", String, nullable=False),  # E.164, or the beginning of one
    Column("is_prefix", Boolean, nullable=False),
    Column("reason", String, nullable=False),
    Column("seconds", Integer, nullable=False),  # for how long, from when it is agreed to
    Column("by_id", ForeignKey("account.id"), nullable=False),
    Column("by", String, nullable=False),
    Column("at", Instant, nullable=False),
    Column("state", String, nullable=False),
    Column("settled_by", String, nullable=False),
    Column("settled_at", Instant),
    Index(
        "uq_block_request_one_is_open",
        "pattern",
        "is_prefix",
        unique=True,
        sqlite_where=text("state = 'open'"),
        postgresql_where=text("state = 'open'"),
    ),
    CheckConstraint("pattern LIKE '+%' AND length(pattern) <= 16", name="pattern_is_e164"),
    CheckConstraint("seconds > 0", name="seconds_above_zero"),
    CheckConstraint("(state = 'open') = (settled_at IS NULL)", name="settled_when"),
    CheckConstraint("state <> 'agreed' OR settled_by <> by", name="agreed_by_another"),
    among("state", ProposalState),
    present("reason"),
    present("by"),
    sqlite_autoincrement=True,
)
fixed(block_request, "id", "pattern", "is_prefix", "reason", "seconds", "by_id", "by", "at")
