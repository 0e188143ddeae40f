"""Accounts, what people did, and what was wrong when."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from hotline.store.migrations.first_schema.base import Moment, RowId, append_only, fixed


def create() -> None:
    _account()
    _activity()
    _activity_link()
    _alert_recipient()
    _incident()


def _account() -> None:
    op.create_table(
        "account",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(32), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("password", sa.String(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("uniquifier", sa.String(64), nullable=False),
        sa.Column("totp_secret", sa.String(), nullable=True),
        sa.Column("totp_counter", sa.BigInteger(), nullable=True),
        sa.Column("recovery_codes", sa.JSON(), nullable=True),
        sa.Column("extension", sa.String(4), nullable=False),
        sa.Column("phone_pin", sa.String(64), nullable=True),
        sa.Column("made_at", Moment, nullable=False),
        sa.Column("made_by", sa.String(), nullable=False),
        sa.Column("signed_in_at", Moment, nullable=True),
        sa.CheckConstraint("made_by <> ''", name="ck_account_made_by_is_present"),
        sa.CheckConstraint(
            "name <> '' AND name = lower(name)", name="ck_account_name_is_lower_case"
        ),
        sa.CheckConstraint(
            "role IN ('observer', 'staff', 'supervisor', 'admin')", name="ck_account_role_is_known"
        ),
        sa.CheckConstraint("length(extension) = 4", name="ck_account_extension_has_four_digits"),
        sa.PrimaryKeyConstraint("id", name="pk_account"),
        sa.UniqueConstraint("extension", name="uq_account_extension"),
        sa.UniqueConstraint("name", name="uq_account_name"),
        sa.UniqueConstraint("uniquifier", name="uq_account_uniquifier"),
    )


def _activity() -> None:
    op.create_table(
        "activity",
        sa.Column("id", RowId, nullable=False),
        sa.Column("at", Moment, nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("who", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("call_sid", sa.String(64), nullable=False),
        sa.Column("unit_code", sa.String(), nullable=False),
        sa.Column("ledger_id", sa.Integer(), nullable=True),
        sa.Column("before", sa.JSON(), nullable=True),
        sa.Column("after", sa.JSON(), nullable=True),
        sa.Column("note", sa.String(), nullable=False),
        sa.CheckConstraint("who <> ''", name="ck_activity_who_is_present"),
        sa.PrimaryKeyConstraint("id", name="pk_activity"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_activity_account_id_at", "activity", ["account_id", "at"])
    op.create_index("ix_activity_at", "activity", ["at"])
    op.create_index("ix_activity_call_sid", "activity", ["call_sid"])
    op.create_index("ix_activity_kind_at", "activity", ["kind", "at"])
    op.create_index("ix_activity_unit_code_at", "activity", ["unit_code", "at"])
    op.create_index("ix_activity_who_at", "activity", ["who", "at"])
    append_only("activity")


def _activity_link() -> None:
    op.create_table(
        "activity_link",
        sa.Column("number", RowId, autoincrement=False, nullable=False),
        sa.Column("activity_id", RowId, nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.CheckConstraint("length(digest) = 64", name="ck_activity_link_digest_is_whole"),
        sa.CheckConstraint("number >= 1", name="ck_activity_link_number_from_one"),
        sa.ForeignKeyConstraint(
            ["activity_id"], ["activity.id"], name="fk_activity_link_activity_id"
        ),
        sa.PrimaryKeyConstraint("number", name="pk_activity_link"),
        sa.UniqueConstraint("activity_id", name="uq_activity_link_activity_id"),
    )
    append_only("activity_link")


def _alert_recipient() -> None:
    op.create_table(
        "alert_recipient",
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("phone", sa.String(), nullable=False),
        sa.Column("added_at", Moment, nullable=False),
        sa.Column("added_by", sa.String(), nullable=False),
        sa.CheckConstraint("added_by <> ''", name="ck_alert_recipient_added_by_is_present"),
        sa.CheckConstraint(
            "phone LIKE '+%' AND length(phone) <= 16", name="ck_alert_recipient_phone_is_e164"
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name="fk_alert_recipient_account_id"
        ),
        sa.PrimaryKeyConstraint("account_id", name="pk_alert_recipient"),
    )


def _incident() -> None:
    op.create_table(
        "incident",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("rule", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("began_at", Moment, nullable=False),
        sa.Column("said", sa.String(), nullable=False),
        sa.Column("ended_at", Moment, nullable=True),
        sa.Column("told", sa.JSON(), nullable=False),
        sa.CheckConstraint("rule <> ''", name="ck_incident_rule_is_present"),
        sa.CheckConstraint("said <> ''", name="ck_incident_said_is_present"),
        sa.PrimaryKeyConstraint("id", name="pk_incident"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_incident_began_at", "incident", ["began_at"])
    op.create_index(
        "uq_incident_one_at_a_time",
        "incident",
        ["rule", "subject"],
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    fixed("incident", "id, rule, subject, began_at")
