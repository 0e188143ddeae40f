"""The desk: accounts, and what is done there.

Revision ID: 0003
Revises: 0002
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

Moment = sa.DateTime(timezone=True)

ROLES = ("observer", "staff", "supervisor", "admin")

ACTIVITY_KINDS = (
    "signed-in",
    "sign-in-failed",
    "signed-out",
    "account-made",
    "account-disabled",
    "account-reset",
    "password-changed",
    "second-factor-changed",
    "shift-begun",
    "shift-ended",
    "presence",
    "call-taken",
    "call-not-taken",
    "call-held",
    "call-resumed",
    "call-returned",
    "call-ended",
    "handed-over",
    "listened",
    "coached",
    "joined",
    "left-call",
    "unit-claimed",
    "unit-released",
    "claim-taken-over",
    "report-entered",
    "pin-reissued",
    "chair-verified-otherwise",
    "nuisance",
    "number-blocked",
    "callback-scheduled",
    "callback-agreed",
    "callback-placed",
    "callback-done",
    "call-attempted",
    "reminder-sent",
    "paper-keyed",
    "paper-compared",
    "image-attached",
    "image-refused",
    "note",
)


def upgrade() -> None:
    """One function an area; each protects its own tables."""
    _account()
    _activity()


def _among(column: str, words: tuple[str, ...]) -> str:
    return f"{column} IN ({', '.join(repr(word) for word in words)})"


def _account() -> None:
    op.create_table(
        "account",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(32), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("password", sa.String(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("fs_uniquifier", sa.String(64), nullable=False),
        sa.Column("totp_secret", sa.String(), nullable=True),
        sa.Column("totp_counter", sa.BigInteger(), nullable=True),
        sa.Column("recovery_codes", sa.JSON(), nullable=True),
        sa.Column("extension", sa.String(4), nullable=False),
        sa.Column("phone_pin", sa.String(64), nullable=True),
        sa.Column("made_at", Moment, nullable=False),
        sa.Column("made_by", sa.String(), nullable=False),
        sa.Column("signed_in_at", Moment, nullable=True),
        sa.CheckConstraint(_among("role", ROLES), name="ck_account_role_is_known"),
        sa.CheckConstraint(
            "name <> '' AND name = lower(name)", name="ck_account_name_is_lower_case"
        ),
        sa.CheckConstraint("length(extension) = 4", name="ck_account_extension_has_four_digits"),
        sa.CheckConstraint("made_by <> ''", name="ck_account_made_by_is_present"),
        sa.PrimaryKeyConstraint("id", name="pk_account"),
        sa.UniqueConstraint("name", name="uq_account_name"),
        sa.UniqueConstraint("fs_uniquifier", name="uq_account_fs_uniquifier"),
        sa.UniqueConstraint("extension", name="uq_account_extension"),
    )


def _activity() -> None:
    op.create_table(
        "activity",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
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
        sa.CheckConstraint(_among("kind", ACTIVITY_KINDS), name="ck_activity_kind_is_known"),
        sa.CheckConstraint("who <> ''", name="ck_activity_who_is_present"),
        sa.PrimaryKeyConstraint("id", name="pk_activity"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_activity_at", "activity", ["at"])
    op.create_index("ix_activity_account_id_at", "activity", ["account_id", "at"])
    op.create_index("ix_activity_call_sid", "activity", ["call_sid"])
    op.create_index("ix_activity_unit_code_at", "activity", ["unit_code", "at"])
    _append_only("activity")


def _append_only(table: str) -> None:
    if op.get_bind().dialect.name == "sqlite":
        for what in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_refuses_{what.lower()} BEFORE {what} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} may not be changed: {what} refused'); END"
            )
        return
    for name, what, each in (
        ("change", "UPDATE OR DELETE", "ROW"),
        ("truncate", "TRUNCATE", "STATEMENT"),
    ):
        op.execute(
            f"CREATE TRIGGER {table}_refuses_{name} BEFORE {what} ON {table} "
            f"FOR EACH {each} EXECUTE FUNCTION hotline_refuse()"
        )
