"""Reports, the state of each unit, totals, and the ledger that binds them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from hotline.store.migrations.first_schema.base import Moment, RowId, append_only, on_sqlite

COUNTED_VERSION = (
    ["ledger_id", "unit_code", "counted_version"],
    ["ledger_id", "unit_code", "version"],
)


def _counted_version() -> sa.ForeignKeyConstraint:
    columns, referred = COUNTED_VERSION
    return sa.ForeignKeyConstraint(
        columns, [f"report.{name}" for name in referred], name="fk_unit_state_counted_version"
    )


def create() -> None:
    _unit_state()
    _report()
    _report_event()
    _outbox()
    _ledger_link()
    _total()


def _unit_state() -> None:
    op.create_table(
        "unit_state",
        sa.Column("ledger_id", sa.Integer(), nullable=False),
        sa.Column("unit_code", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("counted_version", sa.Integer(), nullable=True),
        sa.Column("contested", sa.Boolean(), nullable=False),
        sa.Column("verified", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "(status = 'counted') = (counted_version IS NOT NULL)",
            name="ck_unit_state_counted_names_its_version",
        ),
        sa.CheckConstraint(
            "NOT contested OR status = 'counted'", name="ck_unit_state_contested_is_counted"
        ),
        sa.CheckConstraint(
            "NOT verified OR (status = 'counted' AND NOT contested)",
            name="ck_unit_state_verified_is_uncontested",
        ),
        sa.CheckConstraint(
            "status IN ('outstanding', 'held', 'counted')", name="ck_unit_state_status_is_known"
        ),
        # PostgreSQL wants the other table to exist first; SQLite cannot add a constraint later.
        *([_counted_version()] if on_sqlite() else []),
        sa.ForeignKeyConstraint(["ledger_id"], ["ledger.id"], name="fk_unit_state_ledger_id"),
        sa.PrimaryKeyConstraint("ledger_id", "unit_code", name="pk_unit_state"),
    )


def _report() -> None:
    op.create_table(
        "report",
        sa.Column("id", RowId, nullable=False),
        sa.Column("ledger_id", sa.Integer(), nullable=False),
        sa.Column("unit_code", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("filing_key", sa.String(), nullable=False),
        sa.Column("confirmation", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("call_sid", sa.String(), nullable=False),
        sa.Column("chair_id", sa.Integer(), nullable=True),
        sa.Column("caller", sa.String(), nullable=False),
        sa.Column("language", sa.String(), server_default="", nullable=False),
        sa.Column("filed_at", Moment, nullable=False),
        sa.Column("figures", sa.JSON(), nullable=False),
        sa.Column("keyed", sa.JSON(), nullable=False),
        sa.Column("findings", sa.JSON(), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("twin_key", sa.String(64), nullable=True),
        sa.CheckConstraint("digest <> ''", name="ck_report_digest_is_present"),
        sa.CheckConstraint("filing_key <> ''", name="ck_report_filing_key_is_present"),
        sa.CheckConstraint(
            "outcome IN ('filed', 'held', 'corroborated', 'conflict')",
            name="ck_report_outcome_is_known",
        ),
        sa.CheckConstraint("source IN ('phone', 'staff')", name="ck_report_source_is_known"),
        sa.CheckConstraint("length(caller) <= 4", name="ck_report_caller_is_the_last_four_digits"),
        sa.CheckConstraint(
            "length(confirmation) = 6", name="ck_report_confirmation_has_six_digits"
        ),
        sa.CheckConstraint("version >= 1", name="ck_report_version_from_one"),
        sa.ForeignKeyConstraint(
            ["ledger_id", "unit_code"],
            ["unit_state.ledger_id", "unit_state.unit_code"],
            name="fk_report_ledger_id_unit_code",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_report"),
        sa.UniqueConstraint("ledger_id", "confirmation", name="uq_report_ledger_id_confirmation"),
        sa.UniqueConstraint("ledger_id", "filing_key", name="uq_report_ledger_id_filing_key"),
        sa.UniqueConstraint(
            "ledger_id", "unit_code", "version", name="uq_report_ledger_id_unit_code_version"
        ),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_report_ledger_id_filed_at", "report", ["ledger_id", "filed_at"])
    op.create_index("ix_report_ledger_id_twin_key", "report", ["ledger_id", "twin_key"])
    if not on_sqlite():
        columns, referred = COUNTED_VERSION
        op.create_foreign_key(
            "fk_unit_state_counted_version", "unit_state", "report", columns, referred
        )
    append_only("report")


def _report_event() -> None:
    op.create_table(
        "report_event",
        sa.Column("id", RowId, nullable=False),
        sa.Column("report_id", RowId, nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("at", Moment, nullable=False),
        sa.Column("who", sa.String(), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.CheckConstraint(
            "(step = 1) = (status = 'filed')", name="ck_report_event_filed_comes_first"
        ),
        sa.CheckConstraint(
            "status IN ('filed', 'counted', 'held', 'corroborating', 'superseded', 'rejected')",
            name="ck_report_event_status_is_known",
        ),
        sa.CheckConstraint("who <> ''", name="ck_report_event_who_is_present"),
        sa.CheckConstraint("step >= 1", name="ck_report_event_step_from_one"),
        sa.ForeignKeyConstraint(["report_id"], ["report.id"], name="fk_report_event_report_id"),
        sa.PrimaryKeyConstraint("id", name="pk_report_event"),
        sa.UniqueConstraint("report_id", "step", name="uq_report_event_report_id_step"),
        sqlite_autoincrement=True,
    )
    append_only("report_event")


def _outbox() -> None:
    op.create_table(
        "outbox",
        sa.Column("report_id", RowId, nullable=False),
        sa.Column("filed_at", Moment, nullable=False),
        sa.ForeignKeyConstraint(["report_id"], ["report.id"], name="fk_outbox_report_id"),
        sa.PrimaryKeyConstraint("report_id", name="pk_outbox"),
    )


def _ledger_link() -> None:
    op.create_table(
        "ledger_link",
        sa.Column("ledger_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("event_id", RowId, nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("salt", sa.String(32), nullable=False),
        sa.CheckConstraint("length(digest) = 64", name="ck_ledger_link_digest_is_whole"),
        sa.CheckConstraint("length(salt) = 32", name="ck_ledger_link_salt_is_whole"),
        sa.CheckConstraint("number >= 1", name="ck_ledger_link_number_from_one"),
        sa.ForeignKeyConstraint(["event_id"], ["report_event.id"], name="fk_ledger_link_event_id"),
        sa.ForeignKeyConstraint(["ledger_id"], ["ledger.id"], name="fk_ledger_link_ledger_id"),
        sa.PrimaryKeyConstraint("ledger_id", "number", name="pk_ledger_link"),
        sa.UniqueConstraint("event_id", name="uq_ledger_link_event_id"),
    )
    append_only("ledger_link")


def _total() -> None:
    op.create_table(
        "total",
        sa.Column("ledger_id", sa.Integer(), nullable=False),
        sa.Column("scope", sa.String(), nullable=False),
        sa.Column("contest", sa.String(), nullable=False),
        sa.Column("measure", sa.String(), nullable=False),
        sa.Column("choice", sa.String(), nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["ledger_id"], ["ledger.id"], name="fk_total_ledger_id"),
        sa.PrimaryKeyConstraint(
            "ledger_id", "scope", "contest", "measure", "choice", name="pk_total"
        ),
    )
