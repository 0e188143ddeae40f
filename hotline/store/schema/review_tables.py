"""What people decide about reports, and how the results go out."""

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
from hotline.store.enums import (
    ChallengeState,
    Decision,
    ProposalState,
    PublicationMode,
    RecanvassKind,
    RecanvassState,
    RecordDecision,
    ResultStatus,
)
from hotline.store.schema.append_only import append_only, fixed
from hotline.store.schema.tables import Digest, RowId, among, metadata, present

__all__ = ["challenge", "proposal", "publication_order", "recanvass", "recanvass_record"]

# A decision on a report that waits for a second person.
proposal = Table(
    "proposal",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("report_id", ForeignKey("report.id"), nullable=False),
    Column("decision", String, nullable=False),
    Column("figures", JSON(none_as_null=True)),  # of a replacement, by contest
    Column("why", String, nullable=False),
    Column("by_id", ForeignKey("account.id"), nullable=False),
    Column("by", String, nullable=False),
    Column("at", Instant, nullable=False),
    Column("state", String, nullable=False),
    Column("settled_by", String, nullable=False),
    Column("settled_why", String, nullable=False),
    Column("settled_at", Instant),
    Index(
        "uq_proposal_one_is_open",
        "report_id",
        unique=True,
        sqlite_where=text("state = 'open'"),
        postgresql_where=text("state = 'open'"),
    ),
    among("decision", Decision),
    among("state", ProposalState),
    CheckConstraint("(decision = 'replace') = (figures IS NOT NULL)", name="only_new_figures"),
    CheckConstraint("(state = 'open') = (settled_at IS NULL)", name="settled_when"),
    CheckConstraint("state <> 'agreed' OR settled_by <> by", name="agreed_by_another"),
    present("why"),
    present("by"),
    sqlite_autoincrement=True,
)
fixed(proposal, "id", "report_id", "decision", "figures", "why", "by_id", "by", "at")

# An observer doubts what a unit counts.
challenge = Table(
    "challenge",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("ledger_id", ForeignKey("ledger.id"), nullable=False),
    Column("unit_code", String, nullable=False),
    Column("by_id", ForeignKey("account.id"), nullable=False),
    Column("by", String, nullable=False),
    Column("at", Instant, nullable=False),
    Column("text", String, nullable=False),
    Column("state", String, nullable=False),
    Column("settled_by", String, nullable=False),
    Column("settled_why", String, nullable=False),
    Column("settled_at", Instant),
    Index(None, "ledger_id", "state"),
    Index(None, "ledger_id", "unit_code"),
    Index(
        "uq_challenge_one_is_open",
        "ledger_id",
        "unit_code",
        "by_id",
        unique=True,
        sqlite_where=text("state = 'open'"),
        postgresql_where=text("state = 'open'"),
    ),
    among("state", ChallengeState),
    CheckConstraint("(state = 'open') = (settled_at IS NULL)", name="settled_when"),
    CheckConstraint("state = 'open' OR settled_by <> ''", name="settled_by_somebody"),
    present("text"),
    present("by"),
    sqlite_autoincrement=True,
)
fixed(challenge, "id", "ledger_id", "unit_code", "by_id", "by", "at", "text")

# How results go out from then on: the last one says it.
publication_order = Table(
    "publication_order",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("ledger_id", ForeignKey("ledger.id"), nullable=False),
    Column("mode", String, nullable=False),
    Column("embargo_until", Instant),
    Column("status", String),  # NULL: partial or complete, as it follows from the reports
    Column("at", Instant, nullable=False),
    Column("who", String, nullable=False),
    Column("why", String, nullable=False),
    Index(None, "ledger_id", "id"),
    among("mode", PublicationMode),
    among("status", ResultStatus),
    present("who"),
    present("why"),
    sqlite_autoincrement=True,
)
append_only(publication_order)

# Comparing the ledger with the papers, or with a second count.
recanvass = Table(
    "recanvass",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("ledger_id", ForeignKey("ledger.id"), nullable=False),
    Column("kind", String, nullable=False),
    Column("units", JSON(none_as_null=True)),  # codes; NULL: all
    Column("asked_by", String, nullable=False),
    Column("asked_at", Instant, nullable=False),
    Column("why", String, nullable=False),
    Column("state", String, nullable=False),
    Column("base", Integer),  # number of the publication that stood when it was asked for
    Column("decided_by", String, nullable=False),
    Column("decided_at", Instant),
    Column("filed_by", String, nullable=False),
    Column("filed_at", Instant),
    Column("closed_why", String, nullable=False),
    Index(
        "uq_recanvass_one_is_open",
        "ledger_id",
        unique=True,
        sqlite_where=text("state IN ('open', 'decided')"),
        postgresql_where=text("state IN ('open', 'decided')"),
    ),
    among("kind", RecanvassKind),
    among("state", RecanvassState),
    CheckConstraint("(state = 'closed') = (closed_why <> '')", name="closed_with_a_reason"),
    present("asked_by"),
    present("why"),
    sqlite_autoincrement=True,
)
fixed(recanvass, "id", "ledger_id", "kind", "units", "asked_by", "asked_at", "why", "base")

# What a unit's paper says. Of several the last one is it.
recanvass_record = Table(
    "recanvass_record",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("recanvass_id", ForeignKey("recanvass.id"), nullable=False),
    Column("unit_code", String, nullable=False),
    Column("figures", JSON, nullable=False),  # by contest
    Column("digest", Digest, nullable=False),  # of the figures
    Column("source", String, nullable=False),  # the file's name and line, or who keyed it
    Column("by", String, nullable=False),
    Column("at", Instant, nullable=False),
    Column("is_last", Boolean, nullable=False),
    Column("decision", String),
    Column("decided_by", String, nullable=False),
    Column("decided_why", String, nullable=False),
    Column("report_id", ForeignKey("report.id")),  # what it was filed as
    Column("before_id", ForeignKey("report.id")),  # what counted until then
    Index(
        "uq_recanvass_record_one_is_last",
        "recanvass_id",
        "unit_code",
        unique=True,
        sqlite_where=text("is_last"),
        postgresql_where=text("is_last"),
    ),
    UniqueConstraint("report_id"),
    among("decision", RecordDecision),
    CheckConstraint("(decision IS NULL) = (decided_by = '')", name="decided_by_somebody"),
    CheckConstraint("report_id IS NULL OR decision = 'file'", name="filed_as_decided"),
    CheckConstraint("before_id IS NULL OR report_id IS NOT NULL", name="before_what_is_filed"),
    present("by"),
    sqlite_autoincrement=True,
)
fixed(
    recanvass_record, "id", "recanvass_id", "unit_code", "figures", "digest", "source", "by", "at"
)
