"""Sessions that were signed out before their time.

Revision ID: 0003_ended_session
Revises: 0002_host_state
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from hotline.store.migrations.first_schema.base import Moment

revision = "0003_ended_session"
down_revision = "0002_host_state"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "ended_session",
        sa.Column("mark", sa.String(), nullable=False),
        sa.Column("until", Moment, nullable=False),
        sa.CheckConstraint("mark <> ''", name="ck_ended_session_mark_is_present"),
        sa.PrimaryKeyConstraint("mark", name="pk_ended_session"),
    )
