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
    _paper()
    _image()


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


PAPER_WAYS = ("mail", "photograph", "in-person")
PAPER_STATES = ("awaiting", "differs", "filed", "set-aside")
PAPER_FIXED = "ledger_id, unit_code, came, begun_at, first_id"


def _paper() -> None:
    row_id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "paper_report",
        sa.Column("id", row_id, nullable=False),
        sa.Column("ledger_id", sa.Integer(), nullable=False),
        sa.Column("unit_code", sa.String(), nullable=False),
        sa.Column("came", sa.String(), nullable=False),
        sa.Column("begun_at", Moment, nullable=False),
        sa.Column("first_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("second_id", sa.Integer(), nullable=True),
        sa.Column("report_id", row_id, nullable=True),
        sa.Column("settled_by", sa.String(), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.CheckConstraint(_among("came", PAPER_WAYS), name="ck_paper_report_came_is_known"),
        sa.CheckConstraint(_among("state", PAPER_STATES), name="ck_paper_report_state_is_known"),
        sa.CheckConstraint("first_id <> second_id", name="ck_paper_report_two_people"),
        sa.CheckConstraint(
            "(state = 'filed') = (report_id IS NOT NULL)", name="ck_paper_report_filed_is_a_report"
        ),
        sa.CheckConstraint(
            "state NOT IN ('differs', 'filed') OR second_id IS NOT NULL",
            name="ck_paper_report_keyed_by_two",
        ),
        sa.CheckConstraint(
            "(settled_by = '') = (why = '')", name="ck_paper_report_decided_with_a_reason"
        ),
        sa.CheckConstraint(
            "state <> 'set-aside' OR why <> ''", name="ck_paper_report_set_aside_with_a_reason"
        ),
        sa.ForeignKeyConstraint(["ledger_id"], ["ledger.id"], name="fk_paper_report_ledger_id"),
        sa.ForeignKeyConstraint(["first_id"], ["account.id"], name="fk_paper_report_first_id"),
        sa.ForeignKeyConstraint(["second_id"], ["account.id"], name="fk_paper_report_second_id"),
        sa.ForeignKeyConstraint(["report_id"], ["report.id"], name="fk_paper_report_report_id"),
        sa.PrimaryKeyConstraint("id", name="pk_paper_report"),
        sa.UniqueConstraint("report_id", name="uq_paper_report_report_id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_paper_report_ledger_id_state", "paper_report", ["ledger_id", "state"])
    _fixed("paper_report", PAPER_FIXED)
    op.create_table(
        "paper_keying",
        sa.Column("id", row_id, nullable=False),
        sa.Column("paper_id", row_id, nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("who", sa.String(), nullable=False),
        sa.Column("at", Moment, nullable=False),
        sa.Column("token", sa.String(64), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("figures", sa.JSON(), nullable=False),
        sa.Column("entries", sa.JSON(), nullable=False),
        sa.Column("insisted", sa.JSON(), nullable=False),
        sa.CheckConstraint("who <> ''", name="ck_paper_keying_who_is_present"),
        sa.CheckConstraint("token <> ''", name="ck_paper_keying_token_is_present"),
        sa.ForeignKeyConstraint(["paper_id"], ["paper_report.id"], name="fk_paper_keying_paper_id"),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name="fk_paper_keying_account_id"),
        sa.PrimaryKeyConstraint("id", name="pk_paper_keying"),
        sa.UniqueConstraint("token", name="uq_paper_keying_token"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_paper_keying_paper_id", "paper_keying", ["paper_id"])
    _append_only("paper_keying")


IMAGE_STATES = ("awaited", "new", "seen", "quarantined", "refused")
IMAGE_FIXED = "ledger_id, message_sid, number, arrived_at, caller_key, caller, units"


def _image() -> None:
    op.create_table(
        "image",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("ledger_id", sa.Integer(), nullable=False),
        sa.Column("message_sid", sa.String(64), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("url", sa.String(), nullable=False),
        sa.Column("arrived_at", Moment, nullable=False),
        sa.Column("caller_key", sa.String(16), nullable=False),
        sa.Column("caller", sa.String(), nullable=False),
        sa.Column("units", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("unit_code", sa.String(), nullable=False),
        sa.Column("file", sa.String(32), nullable=True),
        sa.Column("width", sa.Integer(), nullable=True),
        sa.Column("height", sa.Integer(), nullable=True),
        sa.Column("why", sa.String(), nullable=False),
        sa.Column("seen_by", sa.String(), nullable=False),
        sa.Column("seen_at", Moment, nullable=True),
        sa.CheckConstraint(_among("state", IMAGE_STATES), name="ck_image_state_is_known"),
        sa.CheckConstraint("length(caller) <= 4", name="ck_image_caller_is_the_last_four_digits"),
        sa.CheckConstraint("message_sid <> ''", name="ck_image_message_sid_is_present"),
        sa.CheckConstraint(
            "(state IN ('awaited', 'refused')) = (file IS NULL)",
            name="ck_image_a_picture_has_its_file",
        ),
        sa.CheckConstraint(
            "(state = 'refused') = (why <> '')", name="ck_image_refused_with_a_reason"
        ),
        sa.CheckConstraint("(seen_by = '') = (seen_at IS NULL)", name="ck_image_seen_by_somebody"),
        sa.ForeignKeyConstraint(["ledger_id"], ["ledger.id"], name="fk_image_ledger_id"),
        sa.PrimaryKeyConstraint("id", name="pk_image"),
        sa.UniqueConstraint("message_sid", "number", name="uq_image_message_sid_number"),
        sa.UniqueConstraint("file", name="uq_image_file"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_image_ledger_id_state", "image", ["ledger_id", "state"])
    _fixed("image", IMAGE_FIXED)


def _fixed(table: str, columns: str) -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            f"CREATE TRIGGER {table}_refuses_update BEFORE UPDATE OF {columns} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{table} may not be changed: UPDATE refused'); END"
        )
        return
    op.execute(
        f"CREATE TRIGGER {table}_refuses_change BEFORE UPDATE OF {columns} ON {table} "
        "FOR EACH ROW EXECUTE FUNCTION hotline_refuse()"
    )


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
