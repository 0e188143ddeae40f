"""The first schema, room by room.

Revision ID: 0001_first_schema
Revises: nothing
"""

from __future__ import annotations

from hotline.store.migrations.first_schema import (
    accounts,
    admission,
    base,
    desk,
    elections,
    publication,
    reports,
    review,
)

revision = "0001_first_schema"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """In an order in which every foreign key finds its table."""
    for room in (base, elections, accounts, admission, reports, publication, desk, review):
        room.create()
