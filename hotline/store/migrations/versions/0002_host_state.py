"""How each host that answers calls found the parts it needs.

Revision ID: 0002_host_state
Revises: 0001_first_schema
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from hotline.store.migrations.first_schema.base import Moment

revision = "0002_host_state"
down_revision = "0001_first_schema"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "host_state",
        sa.Column("host", sa.String(), nullable=False),
        sa.Column("at", Moment, nullable=False),
        sa.Column("redis", sa.String(), nullable=False),
        sa.CheckConstraint("host <> ''", name="ck_host_state_host_is_present"),
        sa.PrimaryKeyConstraint("host", name="pk_host_state"),
    )
