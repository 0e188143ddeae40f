"""Reports on paper, and photographs."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from hotline.store.migrations.first_schema.base import Moment, RowId, append_only, fixed


def create() -> None:
    _paper_report()
    _paper_keying()
    _image()


def _paper_report() -> None:
    op.create_table(
        "paper_report",
        sa.Column("id", RowId, nullable=False),
        sa.Column("ledger_id", sa.Integer(), nullable=False),
        sa.Column("unit_code", sa.String(), nullable=False),
        sa.Column("came", sa.String(), nullable=False),
        sa.Column("begun_at", Moment, nullable=False),
        sa.Column("first_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("second_id", sa.Integer(), nullable=True),
        sa.Column("report_id", RowId, nullable=True),
        sa.Column("settled_by", sa.String(), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.CheckConstraint(
            "(settled_by = '') = (why = '')", name="ck_paper_report_decided_with_a_reason"
        ),
        sa.CheckConstraint(
            "(state = 'filed') = (report_id IS NOT NULL)", name="ck_paper_report_filed_is_a_report"
        ),
        sa.CheckConstraint(
            "came IN ('mail', 'photograph', 'in-person')", name="ck_paper_report_came_is_known"
        ),
        sa.CheckConstraint(
            "state <> 'set-aside' OR why <> ''", name="ck_paper_report_set_aside_with_a_reason"
        ),
        sa.CheckConstraint(
            "state IN ('awaiting', 'differs', 'filed', 'set-aside')",
            name="ck_paper_report_state_is_known",
        ),
        sa.CheckConstraint(
            "state NOT IN ('differs', 'filed') OR second_id IS NOT NULL",
            name="ck_paper_report_keyed_by_two",
        ),
        sa.CheckConstraint("first_id <> second_id", name="ck_paper_report_two_people"),
        sa.ForeignKeyConstraint(["first_id"], ["account.id"], name="fk_paper_report_first_id"),
        sa.ForeignKeyConstraint(["ledger_id"], ["ledger.id"], name="fk_paper_report_ledger_id"),
        sa.ForeignKeyConstraint(["report_id"], ["report.id"], name="fk_paper_report_report_id"),
        sa.ForeignKeyConstraint(["second_id"], ["account.id"], name="fk_paper_report_second_id"),
        sa.PrimaryKeyConstraint("id", name="pk_paper_report"),
        sa.UniqueConstraint("report_id", name="uq_paper_report_report_id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_paper_report_ledger_id_state", "paper_report", ["ledger_id", "state"])
    fixed("paper_report", "ledger_id, unit_code, came, begun_at, first_id")


def _paper_keying() -> None:
    op.create_table(
        "paper_keying",
        sa.Column("id", RowId, nullable=False),
        sa.Column("paper_id", RowId, nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("who", sa.String(), nullable=False),
        sa.Column("at", Moment, nullable=False),
        sa.Column("token", sa.String(64), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("figures", sa.JSON(), nullable=False),
        sa.Column("entries", sa.JSON(), nullable=False),
        sa.Column("insisted", sa.JSON(), nullable=False),
        sa.CheckConstraint("token <> ''", name="ck_paper_keying_token_is_present"),
        sa.CheckConstraint("who <> ''", name="ck_paper_keying_who_is_present"),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name="fk_paper_keying_account_id"),
        sa.ForeignKeyConstraint(["paper_id"], ["paper_report.id"], name="fk_paper_keying_paper_id"),
        sa.PrimaryKeyConstraint("id", name="pk_paper_keying"),
        sa.UniqueConstraint("token", name="uq_paper_keying_token"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_paper_keying_paper_id", "paper_keying", ["paper_id"])
    append_only("paper_keying")


def _image() -> None:
    op.create_table(
        "image",
        sa.Column("id", RowId, nullable=False),
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
        sa.CheckConstraint("(seen_by = '') = (seen_at IS NULL)", name="ck_image_seen_by_somebody"),
        sa.CheckConstraint(
            "(state = 'refused') = (why <> '')", name="ck_image_refused_with_a_reason"
        ),
        sa.CheckConstraint(
            "(state IN ('awaited', 'refused')) = (file IS NULL)",
            name="ck_image_a_picture_has_its_file",
        ),
        sa.CheckConstraint("message_sid <> ''", name="ck_image_message_sid_is_present"),
        sa.CheckConstraint(
            "state IN ('awaited', 'new', 'seen', 'quarantined', 'refused')",
            name="ck_image_state_is_known",
        ),
        sa.CheckConstraint("length(caller) <= 4", name="ck_image_caller_is_the_last_four_digits"),
        sa.ForeignKeyConstraint(["ledger_id"], ["ledger.id"], name="fk_image_ledger_id"),
        sa.PrimaryKeyConstraint("id", name="pk_image"),
        sa.UniqueConstraint("file", name="uq_image_file"),
        sa.UniqueConstraint("message_sid", "number", name="uq_image_message_sid_number"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_image_ledger_id_state", "image", ["ledger_id", "state"])
    fixed("image", "ledger_id, message_sid, number, arrived_at, caller_key, caller, units")
