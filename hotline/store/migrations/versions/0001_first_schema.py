"""The first schema.

Revision ID: 0001
Revises: nothing
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

Moment = sa.DateTime(timezone=True)
RowId = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
Digest = sa.String(64)

APPEND_ONLY = ("report", "report_event", "publication", "refusal")
LEDGER_KEEPS = "UPDATE OF id, election_id, is_test, opened_at, opened_by"
REFUSE = """
CREATE OR REPLACE FUNCTION hotline_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% may not be changed: % refused', TG_TABLE_NAME, TG_OP
    USING ERRCODE = 'restrict_violation';
END
$$
"""


def upgrade() -> None:
    _elections()
    _roster()
    _reports()
    _results()
    if _on_sqlite():
        _protect_on_sqlite()
    else:
        _protect_on_postgresql()


def _on_sqlite() -> bool:
    return op.get_bind().dialect.name == "sqlite"


COUNTED_VERSION = (
    ["ledger_id", "unit_code", "counted_version"],
    ["ledger_id", "unit_code", "version"],
)


def _counted_version() -> sa.ForeignKeyConstraint:
    columns, referred = COUNTED_VERSION
    return sa.ForeignKeyConstraint(
        columns, [f"report.{name}" for name in referred], name="fk_unit_state_counted_version"
    )


def _elections() -> None:
    op.create_table(
        "election",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("digest", Digest, nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("loaded_at", Moment, nullable=False),
        sa.Column("document", sa.JSON(), nullable=False),
        sa.CheckConstraint("id <> ''", name="ck_election_id_is_present"),
        sa.PrimaryKeyConstraint("id", name="pk_election"),
    )
    op.create_index(
        "uq_election_one_is_active",
        "election",
        ["active"],
        unique=True,
        sqlite_where=sa.text("active"),
        postgresql_where=sa.text("active"),
    )
    op.create_table(
        "ledger",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("election_id", sa.String(), nullable=False),
        sa.Column("is_test", sa.Boolean(), nullable=False),
        sa.Column("opened_at", Moment, nullable=False),
        sa.Column("opened_by", sa.String(), nullable=False),
        sa.Column("closed_at", Moment, nullable=True),
        sa.Column("closed_by", sa.String(), nullable=True),
        sa.CheckConstraint("opened_by <> ''", name="ck_ledger_opened_by_is_present"),
        sa.CheckConstraint(
            "(closed_at IS NULL) = (closed_by IS NULL)", name="ck_ledger_closing_has_an_author"
        ),
        sa.ForeignKeyConstraint(["election_id"], ["election.id"], name="fk_ledger_election_id"),
        sa.PrimaryKeyConstraint("id", name="pk_ledger"),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "uq_ledger_one_is_open",
        "ledger",
        ["election_id"],
        unique=True,
        sqlite_where=sa.text("closed_at IS NULL"),
        postgresql_where=sa.text("closed_at IS NULL"),
    )


def _roster() -> None:
    op.create_table(
        "chair",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("election_id", sa.String(), nullable=False),
        sa.Column("unit_code", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["election_id"], ["election.id"], name="fk_chair_election_id"),
        sa.PrimaryKeyConstraint("id", name="pk_chair"),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_chair_election_id_unit_code", "chair", ["election_id", "unit_code"], unique=False
    )
    op.create_table(
        "chair_phone",
        sa.Column("chair_id", sa.Integer(), nullable=False),
        sa.Column("phone", sa.String(), nullable=False),
        sa.CheckConstraint(
            "phone LIKE '+%' AND length(phone) <= 16", name="ck_chair_phone_phone_is_e164"
        ),
        sa.ForeignKeyConstraint(
            ["chair_id"], ["chair.id"], name="fk_chair_phone_chair_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("chair_id", "phone", name="pk_chair_phone"),
    )
    op.create_index("ix_chair_phone_phone", "chair_phone", ["phone"], unique=False)
    op.create_table(
        "pin",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("election_id", sa.String(), nullable=False),
        sa.Column("unit_code", sa.String(), nullable=False),
        sa.Column("ledger_id", sa.Integer(), nullable=True),
        sa.Column("hash", sa.String(), nullable=False),
        sa.Column("issued_at", Moment, nullable=False),
        sa.CheckConstraint("hash <> ''", name="ck_pin_hash_is_present"),
        sa.ForeignKeyConstraint(["election_id"], ["election.id"], name="fk_pin_election_id"),
        sa.ForeignKeyConstraint(["ledger_id"], ["ledger.id"], name="fk_pin_ledger_id"),
        sa.PrimaryKeyConstraint("id", name="pk_pin"),
        sa.UniqueConstraint(
            "election_id", "unit_code", "ledger_id", name="uq_pin_election_id_unit_code_ledger_id"
        ),
    )
    op.create_index(
        "uq_pin_one_for_all_ledgers",
        "pin",
        ["election_id", "unit_code"],
        unique=True,
        sqlite_where=sa.text("ledger_id IS NULL"),
        postgresql_where=sa.text("ledger_id IS NULL"),
    )


def _reports() -> None:
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
        *([_counted_version()] if _on_sqlite() else []),
        sa.ForeignKeyConstraint(["ledger_id"], ["ledger.id"], name="fk_unit_state_ledger_id"),
        sa.PrimaryKeyConstraint("ledger_id", "unit_code", name="pk_unit_state"),
    )
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
        sa.Column("filed_at", Moment, nullable=False),
        sa.Column("figures", sa.JSON(), nullable=False),
        sa.Column("keyed", sa.JSON(), nullable=False),
        sa.Column("findings", sa.JSON(), nullable=False),
        sa.Column("digest", Digest, nullable=False),
        sa.Column("twin_key", Digest, nullable=True),
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
    op.create_index(
        "ix_report_ledger_id_twin_key", "report", ["ledger_id", "twin_key"], unique=False
    )
    if not _on_sqlite():
        columns, referred = COUNTED_VERSION
        op.create_foreign_key(
            "fk_unit_state_counted_version", "unit_state", "report", columns, referred
        )
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
    op.create_table(
        "outbox",
        sa.Column("report_id", RowId, nullable=False),
        sa.Column("filed_at", Moment, nullable=False),
        sa.ForeignKeyConstraint(["report_id"], ["report.id"], name="fk_outbox_report_id"),
        sa.PrimaryKeyConstraint("report_id", name="pk_outbox"),
    )


def _results() -> None:
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
    op.create_table(
        "publication",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("ledger_id", sa.Integer(), nullable=False),
        sa.Column("published_at", Moment, nullable=False),
        sa.Column("events", sa.Integer(), nullable=False),
        sa.Column("digest", Digest, nullable=False),
        sa.Column("etag", Digest, nullable=False),
        sa.Column("document", sa.JSON(), nullable=False),
        sa.CheckConstraint("number >= 1", name="ck_publication_number_from_one"),
        sa.ForeignKeyConstraint(["ledger_id"], ["ledger.id"], name="fk_publication_ledger_id"),
        sa.PrimaryKeyConstraint("number", name="pk_publication"),
    )
    op.create_index(
        "ix_publication_ledger_id_number", "publication", ["ledger_id", "number"], unique=False
    )
    op.create_table(
        "refusal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ledger_id", sa.Integer(), nullable=False),
        sa.Column("standing", sa.Integer(), nullable=True),
        sa.Column("at", Moment, nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.CheckConstraint("reason <> ''", name="ck_refusal_reason_is_present"),
        sa.ForeignKeyConstraint(["ledger_id"], ["ledger.id"], name="fk_refusal_ledger_id"),
        sa.ForeignKeyConstraint(["standing"], ["publication.number"], name="fk_refusal_standing"),
        sa.PrimaryKeyConstraint("id", name="pk_refusal"),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_refusal_ledger_id_standing", "refusal", ["ledger_id", "standing"], unique=False
    )


def _protect_on_sqlite() -> None:
    for table in APPEND_ONLY:
        _sqlite_trigger(table, "UPDATE")
        _sqlite_trigger(table, "DELETE")
    _sqlite_trigger("ledger", LEDGER_KEEPS)


def _sqlite_trigger(table: str, what: str) -> None:
    verb = what.split()[0]
    op.execute(
        f"CREATE TRIGGER {table}_refuses_{verb.lower()} BEFORE {what} ON {table} "
        f"BEGIN SELECT RAISE(ABORT, '{table} may not be changed: {verb} refused'); END"
    )


def _protect_on_postgresql() -> None:
    op.execute(REFUSE)
    for table in APPEND_ONLY:
        _postgresql_trigger(table, "change", "UPDATE OR DELETE", "ROW")
        _postgresql_trigger(table, "truncate", "TRUNCATE", "STATEMENT")
    _postgresql_trigger("ledger", "change", LEDGER_KEEPS, "ROW")


def _postgresql_trigger(table: str, name: str, what: str, each: str) -> None:
    op.execute(
        f"CREATE TRIGGER {table}_refuses_{name} BEFORE {what} ON {table} "
        f"FOR EACH {each} EXECUTE FUNCTION hotline_refuse()"
    )
