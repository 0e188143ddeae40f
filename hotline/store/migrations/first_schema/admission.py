"""Calls and their events, numbers to call back, blocks, switches and limits."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from hotline.store.migrations.first_schema.base import Moment, append_only, fixed, on_sqlite

HUNG_UP = (
    "ended_at IS NOT NULL AND verified_at IS NULL AND person_at IS NULL "
    "AND verdict <> 'turn-away' AND channel = 'voice'"
)


def create() -> None:
    _call()
    _call_event()
    _kept_number()
    _block()
    _block_request()
    _switch_change()
    _limit_change()


def _call() -> None:
    op.create_table(
        "call",
        sa.Column("sid", sa.String(64), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("entrance", sa.String(), nullable=False),
        sa.Column("ledger_id", sa.Integer(), nullable=True),
        sa.Column("began_at", Moment, nullable=False),
        sa.Column("caller_key", sa.String(16), nullable=False),
        sa.Column("last_four", sa.String(), nullable=False),
        sa.Column("attestation", sa.String(), nullable=False),
        sa.Column("standing", sa.String(), nullable=False),
        sa.Column("verdict", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("verified_at", Moment, nullable=True),
        sa.Column("unit_code", sa.String(), nullable=True),
        sa.Column("filings", sa.Integer(), nullable=False),
        sa.Column("person_at", Moment, nullable=True),
        sa.Column("ended_at", Moment, nullable=True),
        sa.Column("ended_as", sa.String(), nullable=True),
        sa.Column("seconds", sa.Integer(), nullable=True),
        sa.Column("charge", sa.Integer(), nullable=True),
        sa.CheckConstraint("sid <> ''", name="ck_call_sid_is_present"),
        sa.CheckConstraint(
            "length(last_four) <= 4", name="ck_call_last_four_is_the_last_four_digits"
        ),
        sa.PrimaryKeyConstraint("sid", name="pk_call"),
    )
    op.create_index("ix_call_began_at_sid", "call", ["began_at", "sid"])
    op.create_index("ix_call_caller_key_began_at", "call", ["caller_key", "began_at"])
    op.create_index(
        "ix_call_channel_began_at_verdict_reason_standing",
        "call",
        ["channel", "began_at", "verdict", "reason", "standing"],
    )
    by_time = "began_at" if on_sqlite() else sa.text("began_at ASC NULLS FIRST")
    op.create_index("ix_call_last_four", "call", ["last_four", by_time])
    op.create_index("ix_call_unit_code_began_at", "call", ["unit_code", "began_at"])
    op.create_index("ix_call_words", "call", ["channel", "entrance", "verdict", "reason", by_time])
    for name, outcome in (
        ("filed", "filings > 0"),
        ("proved", "verified_at IS NOT NULL"),
        ("to_person", "person_at IS NOT NULL"),
        ("hung_up", HUNG_UP),
    ):
        where = sa.text(outcome)
        op.create_index(
            f"ix_call_{name}", "call", ["began_at"], sqlite_where=where, postgresql_where=where
        )


def _call_event() -> None:
    op.create_table(
        "call_event",
        sa.Column("sid", sa.String(64), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("at", Moment, nullable=False),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.CheckConstraint("sid <> ''", name="ck_call_event_sid_is_present"),
        sa.CheckConstraint("number >= 0", name="ck_call_event_number_from_zero"),
        sa.PrimaryKeyConstraint("sid", "kind", "number", name="pk_call_event"),
    )
    op.create_index("ix_call_event_at", "call_event", ["at"])


def _kept_number() -> None:
    op.create_table(
        "kept_number",
        sa.Column("caller_key", sa.String(16), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.Column("kept_at", Moment, nullable=False),
        sa.CheckConstraint("why <> ''", name="ck_kept_number_why_is_present"),
        sa.PrimaryKeyConstraint("caller_key", name="pk_kept_number"),
    )
    op.create_index("ix_kept_number_kept_at", "kept_number", ["kept_at"])


def _block() -> None:
    op.create_table(
        "block",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("pattern", sa.String(), nullable=False),
        sa.Column("is_prefix", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("author", sa.String(), nullable=False),
        sa.Column("second", sa.String(), nullable=False),
        sa.Column("made_at", Moment, nullable=False),
        sa.Column("until", Moment, nullable=False),
        sa.Column("hits", sa.Integer(), nullable=False),
        sa.Column("hit_at", Moment, nullable=True),
        sa.Column("lifted_at", Moment, nullable=True),
        sa.Column("lifted_by", sa.String(), nullable=True),
        sa.Column("lifted_why", sa.String(), nullable=True),
        sa.CheckConstraint("author <> ''", name="ck_block_author_is_present"),
        sa.CheckConstraint(
            "pattern LIKE '+%' AND length(pattern) <= 16", name="ck_block_pattern_is_e164"
        ),
        sa.CheckConstraint("reason <> ''", name="ck_block_reason_is_present"),
        sa.CheckConstraint(
            "(lifted_at IS NULL) = (lifted_by IS NULL) "
            "AND (lifted_at IS NULL) = (lifted_why IS NULL)",
            name="ck_block_lifting_has_author_and_reason",
        ),
        sa.CheckConstraint("hits >= 0", name="ck_block_hits_from_zero"),
        sa.CheckConstraint("second <> author", name="ck_block_second_is_another"),
        sa.CheckConstraint("until > made_at", name="ck_block_until_is_later"),
        sa.PrimaryKeyConstraint("id", name="pk_block"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_block_pattern_made_at", "block", ["pattern", "made_at"])
    op.create_index("ix_block_until", "block", ["until"])
    fixed("block", "id, pattern, is_prefix, reason, author, made_at")


def _block_request() -> None:
    op.create_table(
        "block_request",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("pattern", sa.String(), nullable=False),
        sa.Column("is_prefix", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("seconds", sa.Integer(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("at", Moment, nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("settled_by", sa.String(), nullable=False),
        sa.Column("settled_at", Moment, nullable=True),
        sa.CheckConstraint(
            "(state = 'open') = (settled_at IS NULL)", name="ck_block_request_settled_when"
        ),
        sa.CheckConstraint("by <> ''", name="ck_block_request_by_is_present"),
        sa.CheckConstraint(
            "pattern LIKE '+%' AND length(pattern) <= 16", name="ck_block_request_pattern_is_e164"
        ),
        sa.CheckConstraint("reason <> ''", name="ck_block_request_reason_is_present"),
        sa.CheckConstraint(
            "state <> 'agreed' OR settled_by <> by", name="ck_block_request_agreed_by_another"
        ),
        sa.CheckConstraint(
            "state IN ('open', 'agreed', 'withdrawn', 'overtaken')",
            name="ck_block_request_state_is_known",
        ),
        sa.CheckConstraint("seconds > 0", name="ck_block_request_seconds_above_zero"),
        sa.ForeignKeyConstraint(["by_id"], ["account.id"], name="fk_block_request_by_id"),
        sa.PrimaryKeyConstraint("id", name="pk_block_request"),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "uq_block_request_one_is_open",
        "block_request",
        ["pattern", "is_prefix"],
        unique=True,
        sqlite_where=sa.text("state = 'open'"),
        postgresql_where=sa.text("state = 'open'"),
    )
    fixed("block_request", "id, pattern, is_prefix, reason, seconds, by_id, by, at")


def _switch_change() -> None:
    op.create_table(
        "switch_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("switch", sa.String(), nullable=False),
        sa.Column("on", sa.Boolean(), nullable=False),
        sa.Column("at", Moment, nullable=False),
        sa.Column("who", sa.String(), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.Column("said", sa.JSON(), nullable=False),
        sa.CheckConstraint("who <> ''", name="ck_switch_change_who_is_present"),
        sa.CheckConstraint("why <> ''", name="ck_switch_change_why_is_present"),
        sa.PrimaryKeyConstraint("id", name="pk_switch_change"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_switch_change_switch_id", "switch_change", ["switch", "id"])
    append_only("switch_change")


def _limit_change() -> None:
    op.create_table(
        "limit_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("value", sa.JSON(), nullable=True),
        sa.Column("at", Moment, nullable=False),
        sa.Column("who", sa.String(), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.CheckConstraint("name <> ''", name="ck_limit_change_name_is_present"),
        sa.CheckConstraint("who <> ''", name="ck_limit_change_who_is_present"),
        sa.CheckConstraint("why <> ''", name="ck_limit_change_why_is_present"),
        sa.PrimaryKeyConstraint("id", name="pk_limit_change"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_limit_change_name_id", "limit_change", ["name", "id"])
    append_only("limit_change")
