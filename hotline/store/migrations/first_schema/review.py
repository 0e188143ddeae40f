"""Decisions on reports, challenges, and comparison with paper."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from hotline.store.migrations.first_schema.base import Moment, RowId, fixed


def create() -> None:
    _proposal()
    _challenge()
    _recanvass()
    _recanvass_record()


def _proposal() -> None:
    op.create_table(
        "proposal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("report_id", RowId, nullable=False),
        sa.Column("decision", sa.String(), nullable=False),
        sa.Column("figures", sa.JSON(), nullable=True),
        sa.Column("why", sa.String(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("at", Moment, nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("settled_by", sa.String(), nullable=False),
        sa.Column("settled_why", sa.String(), nullable=False),
        sa.Column("settled_at", Moment, nullable=True),
        sa.CheckConstraint(
            "(decision = 'replace') = (figures IS NOT NULL)", name="ck_proposal_only_new_figures"
        ),
        sa.CheckConstraint(
            "(state = 'open') = (settled_at IS NULL)", name="ck_proposal_settled_when"
        ),
        sa.CheckConstraint("by <> ''", name="ck_proposal_by_is_present"),
        sa.CheckConstraint(
            "decision IN ('release', 'replace', 'reject')", name="ck_proposal_decision_is_known"
        ),
        sa.CheckConstraint(
            "state <> 'agreed' OR settled_by <> by", name="ck_proposal_agreed_by_another"
        ),
        sa.CheckConstraint(
            "state IN ('open', 'agreed', 'withdrawn', 'overtaken')",
            name="ck_proposal_state_is_known",
        ),
        sa.CheckConstraint("why <> ''", name="ck_proposal_why_is_present"),
        sa.ForeignKeyConstraint(["by_id"], ["account.id"], name="fk_proposal_by_id"),
        sa.ForeignKeyConstraint(["report_id"], ["report.id"], name="fk_proposal_report_id"),
        sa.PrimaryKeyConstraint("id", name="pk_proposal"),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "uq_proposal_one_is_open",
        "proposal",
        ["report_id"],
        unique=True,
        sqlite_where=sa.text("state = 'open'"),
        postgresql_where=sa.text("state = 'open'"),
    )
    fixed("proposal", "id, report_id, decision, figures, why, by_id, by, at")


def _challenge() -> None:
    op.create_table(
        "challenge",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ledger_id", sa.Integer(), nullable=False),
        sa.Column("unit_code", sa.String(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("at", Moment, nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("settled_by", sa.String(), nullable=False),
        sa.Column("settled_why", sa.String(), nullable=False),
        sa.Column("settled_at", Moment, nullable=True),
        sa.CheckConstraint(
            "(state = 'open') = (settled_at IS NULL)", name="ck_challenge_settled_when"
        ),
        sa.CheckConstraint("by <> ''", name="ck_challenge_by_is_present"),
        sa.CheckConstraint(
            "state = 'open' OR settled_by <> ''", name="ck_challenge_settled_by_somebody"
        ),
        sa.CheckConstraint(
            "state IN ('open', 'upheld', 'dismissed', 'withdrawn')",
            name="ck_challenge_state_is_known",
        ),
        sa.CheckConstraint("text <> ''", name="ck_challenge_text_is_present"),
        sa.ForeignKeyConstraint(["by_id"], ["account.id"], name="fk_challenge_by_id"),
        sa.ForeignKeyConstraint(["ledger_id"], ["ledger.id"], name="fk_challenge_ledger_id"),
        sa.PrimaryKeyConstraint("id", name="pk_challenge"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_challenge_ledger_id_state", "challenge", ["ledger_id", "state"])
    op.create_index("ix_challenge_ledger_id_unit_code", "challenge", ["ledger_id", "unit_code"])
    op.create_index(
        "uq_challenge_one_is_open",
        "challenge",
        ["ledger_id", "unit_code", "by_id"],
        unique=True,
        sqlite_where=sa.text("state = 'open'"),
        postgresql_where=sa.text("state = 'open'"),
    )
    fixed("challenge", "id, ledger_id, unit_code, by_id, by, at, text")


def _recanvass() -> None:
    op.create_table(
        "recanvass",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ledger_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("units", sa.JSON(), nullable=True),
        sa.Column("asked_by", sa.String(), nullable=False),
        sa.Column("asked_at", Moment, nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("base", sa.Integer(), nullable=True),
        sa.Column("decided_by", sa.String(), nullable=False),
        sa.Column("decided_at", Moment, nullable=True),
        sa.Column("filed_by", sa.String(), nullable=False),
        sa.Column("filed_at", Moment, nullable=True),
        sa.Column("closed_why", sa.String(), nullable=False),
        sa.CheckConstraint(
            "(state = 'closed') = (closed_why <> '')", name="ck_recanvass_closed_with_a_reason"
        ),
        sa.CheckConstraint("asked_by <> ''", name="ck_recanvass_asked_by_is_present"),
        sa.CheckConstraint("kind IN ('recanvass', 'recount')", name="ck_recanvass_kind_is_known"),
        sa.CheckConstraint(
            "state IN ('open', 'decided', 'filed', 'closed')", name="ck_recanvass_state_is_known"
        ),
        sa.CheckConstraint("why <> ''", name="ck_recanvass_why_is_present"),
        sa.ForeignKeyConstraint(["ledger_id"], ["ledger.id"], name="fk_recanvass_ledger_id"),
        sa.PrimaryKeyConstraint("id", name="pk_recanvass"),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "uq_recanvass_one_is_open",
        "recanvass",
        ["ledger_id"],
        unique=True,
        sqlite_where=sa.text("state IN ('open', 'decided')"),
        postgresql_where=sa.text("state IN ('open', 'decided')"),
    )
    fixed("recanvass", "id, ledger_id, kind, units, asked_by, asked_at, why, base")


def _recanvass_record() -> None:
    op.create_table(
        "recanvass_record",
        sa.Column("id", RowId, nullable=False),
        sa.Column("recanvass_id", sa.Integer(), nullable=False),
        sa.Column("unit_code", sa.String(), nullable=False),
        sa.Column("figures", sa.JSON(), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("at", Moment, nullable=False),
        sa.Column("is_last", sa.Boolean(), nullable=False),
        sa.Column("decision", sa.String(), nullable=True),
        sa.Column("decided_by", sa.String(), nullable=False),
        sa.Column("decided_why", sa.String(), nullable=False),
        sa.Column("report_id", RowId, nullable=True),
        sa.Column("before_id", RowId, nullable=True),
        sa.CheckConstraint(
            "(decision IS NULL) = (decided_by = '')", name="ck_recanvass_record_decided_by_somebody"
        ),
        sa.CheckConstraint("by <> ''", name="ck_recanvass_record_by_is_present"),
        sa.CheckConstraint(
            "decision IN ('file', 'keep')", name="ck_recanvass_record_decision_is_known"
        ),
        sa.CheckConstraint(
            "report_id IS NULL OR decision = 'file'", name="ck_recanvass_record_filed_as_decided"
        ),
        sa.CheckConstraint(
            "before_id IS NULL OR report_id IS NOT NULL",
            name="ck_recanvass_record_before_what_is_filed",
        ),
        sa.ForeignKeyConstraint(["before_id"], ["report.id"], name="fk_recanvass_record_before_id"),
        sa.ForeignKeyConstraint(
            ["recanvass_id"], ["recanvass.id"], name="fk_recanvass_record_recanvass_id"
        ),
        sa.ForeignKeyConstraint(["report_id"], ["report.id"], name="fk_recanvass_record_report_id"),
        sa.PrimaryKeyConstraint("id", name="pk_recanvass_record"),
        sa.UniqueConstraint("report_id", name="uq_recanvass_record_report_id"),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "uq_recanvass_record_one_is_last",
        "recanvass_record",
        ["recanvass_id", "unit_code"],
        unique=True,
        sqlite_where=sa.text("is_last"),
        postgresql_where=sa.text("is_last"),
    )
    fixed("recanvass_record", "id, recanvass_id, unit_code, figures, digest, source, by, at")
