"""The election, its ledgers, and its roster."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from hotline.store.migrations.first_schema.base import Moment, append_only, fixed


def create() -> None:
    _election()
    _ledger()
    _chair()
    _chair_phone()
    _pin()
    _test_call()


def _election() -> None:
    op.create_table(
        "election",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
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


def _ledger() -> None:
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
    fixed("ledger", "id, election_id, is_test, opened_at, opened_by")


def _chair() -> None:
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
    op.create_index("ix_chair_election_id_unit_code", "chair", ["election_id", "unit_code"])


def _chair_phone() -> None:
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
    op.create_index("ix_chair_phone_phone", "chair_phone", ["phone"])


def _pin() -> None:
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


def _test_call() -> None:
    op.create_table(
        "test_call",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("election_id", sa.String(), nullable=False),
        sa.Column("unit_code", sa.String(), nullable=False),
        sa.Column("call_sid", sa.String(64), nullable=False),
        sa.Column("caller", sa.String(), nullable=False),
        sa.Column("at", Moment, nullable=False),
        sa.CheckConstraint("call_sid <> ''", name="ck_test_call_call_sid_is_present"),
        sa.CheckConstraint(
            "length(caller) <= 4", name="ck_test_call_caller_is_the_last_four_digits"
        ),
        sa.ForeignKeyConstraint(["election_id"], ["election.id"], name="fk_test_call_election_id"),
        sa.PrimaryKeyConstraint("id", name="pk_test_call"),
        sa.UniqueConstraint(
            "election_id",
            "unit_code",
            "call_sid",
            name="uq_test_call_election_id_unit_code_call_sid",
        ),
        sqlite_autoincrement=True,
    )
    append_only("test_call")
