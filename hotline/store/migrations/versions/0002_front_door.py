"""The front door: calls and their events, numbers to call back, blocks, switches.

Revision ID: 0002
Revises: 0001
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

Moment = sa.DateTime(timezone=True)
CallerKey = sa.String(16)
BLOCK_KEEPS = "UPDATE OF id, pattern, is_prefix, reason, author, made_at"


def upgrade() -> None:
    _calls()
    _blocks()
    _switches()
    if op.get_bind().dialect.name == "sqlite":
        _protect_on_sqlite()
    else:
        _protect_on_postgresql()


def _calls() -> None:
    op.create_table(
        "call",
        sa.Column("sid", sa.String(64), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("entrance", sa.String(), nullable=False),
        sa.Column("ledger_id", sa.Integer(), nullable=True),
        sa.Column("began_at", Moment, nullable=False),
        sa.Column("caller_key", CallerKey, nullable=False),
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
        sa.CheckConstraint("channel IN ('voice', 'text')", name="ck_call_channel_is_known"),
        sa.CheckConstraint("entrance IN ('chairs', 'public')", name="ck_call_entrance_is_known"),
        sa.CheckConstraint(
            "attestation IN ('passed-a', 'passed-b', 'passed-c', 'failed', 'none')",
            name="ck_call_attestation_is_known",
        ),
        sa.CheckConstraint(
            "standing IN ('roster', 'verified', 'unknown', 'suspect', 'withheld')",
            name="ck_call_standing_is_known",
        ),
        sa.CheckConstraint(
            "verdict IN ('fast-lane', 'admit', 'challenge', 'turn-away')",
            name="ck_call_verdict_is_known",
        ),
        sa.CheckConstraint(
            "reason IN ('block', 'roster-only', 'penalty', 'recent', 'withheld', 'room', '')",
            name="ck_call_reason_is_known",
        ),
        sa.CheckConstraint(
            "length(last_four) <= 4", name="ck_call_last_four_is_the_last_four_digits"
        ),
        sa.CheckConstraint("sid <> ''", name="ck_call_sid_is_present"),
        sa.PrimaryKeyConstraint("sid", name="pk_call"),
    )
    op.create_index("ix_call_began_at_sid", "call", ["began_at", "sid"])
    op.create_index("ix_call_caller_key_began_at", "call", ["caller_key", "began_at"])
    op.create_index("ix_call_unit_code_began_at", "call", ["unit_code", "began_at"])
    op.create_table(
        "call_event",
        sa.Column("sid", sa.String(64), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("at", Moment, nullable=False),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('arrived', 'verified', 'filed', 'person', 'penalised', 'ended', 'alarm', "
            "'texted')",
            name="ck_call_event_kind_is_known",
        ),
        sa.CheckConstraint("number >= 0", name="ck_call_event_number_from_zero"),
        sa.CheckConstraint("sid <> ''", name="ck_call_event_sid_is_present"),
        sa.PrimaryKeyConstraint("sid", "kind", "number", name="pk_call_event"),
    )
    op.create_index("ix_call_event_at", "call_event", ["at"])
    op.create_table(
        "kept_number",
        sa.Column("caller_key", CallerKey, nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.Column("kept_at", Moment, nullable=False),
        sa.CheckConstraint("why <> ''", name="ck_kept_number_why_is_present"),
        sa.PrimaryKeyConstraint("caller_key", name="pk_kept_number"),
    )
    op.create_index("ix_kept_number_kept_at", "kept_number", ["kept_at"])


def _blocks() -> None:
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
        sa.CheckConstraint(
            "pattern LIKE '+%' AND length(pattern) <= 16", name="ck_block_pattern_is_e164"
        ),
        sa.CheckConstraint("hits >= 0", name="ck_block_hits_from_zero"),
        sa.CheckConstraint("until > made_at", name="ck_block_until_is_later"),
        sa.CheckConstraint("second <> author", name="ck_block_second_is_another"),
        sa.CheckConstraint(
            "(lifted_at IS NULL) = (lifted_by IS NULL) "
            "AND (lifted_at IS NULL) = (lifted_why IS NULL)",
            name="ck_block_lifting_has_author_and_reason",
        ),
        sa.CheckConstraint("reason <> ''", name="ck_block_reason_is_present"),
        sa.CheckConstraint("author <> ''", name="ck_block_author_is_present"),
        sa.PrimaryKeyConstraint("id", name="pk_block"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_block_pattern_made_at", "block", ["pattern", "made_at"])
    op.create_index("ix_block_until", "block", ["until"])


def _switches() -> None:
    op.create_table(
        "switch_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("switch", sa.String(), nullable=False),
        sa.Column("on", sa.Boolean(), nullable=False),
        sa.Column("at", Moment, nullable=False),
        sa.Column("who", sa.String(), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.Column("said", sa.JSON(), nullable=False),
        sa.CheckConstraint(
            "switch IN ('roster-only', 'close-intake', 'pause-publication')",
            name="ck_switch_change_switch_is_known",
        ),
        sa.CheckConstraint("who <> ''", name="ck_switch_change_who_is_present"),
        sa.CheckConstraint("why <> ''", name="ck_switch_change_why_is_present"),
        sa.PrimaryKeyConstraint("id", name="pk_switch_change"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_switch_change_switch_id", "switch_change", ["switch", "id"])


def _protect_on_sqlite() -> None:
    _sqlite_trigger("switch_change", "UPDATE")
    _sqlite_trigger("switch_change", "DELETE")
    _sqlite_trigger("block", BLOCK_KEEPS)


def _sqlite_trigger(table: str, what: str) -> None:
    verb = what.split()[0]
    op.execute(
        f"CREATE TRIGGER {table}_refuses_{verb.lower()} BEFORE {what} ON {table} "
        f"BEGIN SELECT RAISE(ABORT, '{table} may not be changed: {verb} refused'); END"
    )


def _protect_on_postgresql() -> None:
    _postgresql_trigger("switch_change", "change", "UPDATE OR DELETE", "ROW")
    _postgresql_trigger("switch_change", "truncate", "TRUNCATE", "STATEMENT")
    _postgresql_trigger("block", "change", BLOCK_KEEPS, "ROW")


def _postgresql_trigger(table: str, name: str, what: str, each: str) -> None:
    op.execute(
        f"CREATE TRIGGER {table}_refuses_{name} BEFORE {what} ON {table} "
        f"FOR EACH {each} EXECUTE FUNCTION hotline_refuse()"
    )
