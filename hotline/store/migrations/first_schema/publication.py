"""What was published, refused and ordered."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from hotline.store.migrations.first_schema.base import Moment, append_only


def create() -> None:
    _publication()
    _refusal()
    _publication_order()
    _publication_signature()


def _publication() -> None:
    op.create_table(
        "publication",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("ledger_id", sa.Integer(), nullable=False),
        sa.Column("published_at", Moment, nullable=False),
        sa.Column("events", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("etag", sa.String(64), nullable=False),
        sa.Column("document", sa.JSON(), nullable=False),
        sa.CheckConstraint("number >= 1", name="ck_publication_number_from_one"),
        sa.ForeignKeyConstraint(["ledger_id"], ["ledger.id"], name="fk_publication_ledger_id"),
        sa.PrimaryKeyConstraint("number", name="pk_publication"),
    )
    op.create_index("ix_publication_ledger_id_number", "publication", ["ledger_id", "number"])
    append_only("publication")


def _refusal() -> None:
    op.create_table(
        "refusal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ledger_id", sa.Integer(), nullable=False),
        sa.Column("standing", sa.Integer(), nullable=True),
        sa.Column("at", Moment, nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.CheckConstraint("reason <> ''", name="ck_refusal_reason_is_present"),
        sa.ForeignKeyConstraint(["ledger_id"], ["ledger.id"], name="fk_refusal_ledger_id"),
        sa.ForeignKeyConstraint(["standing"], ["publication.number"], name="fk_refusal_standing"),
        sa.PrimaryKeyConstraint("id", name="pk_refusal"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_refusal_ledger_id_standing", "refusal", ["ledger_id", "standing"])
    append_only("refusal")


def _publication_order() -> None:
    op.create_table(
        "publication_order",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ledger_id", sa.Integer(), nullable=False),
        sa.Column("mode", sa.String(), nullable=False),
        sa.Column("embargo_until", Moment, nullable=True),
        sa.Column("status", sa.String(), nullable=True),
        sa.Column("at", Moment, nullable=False),
        sa.Column("who", sa.String(), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.CheckConstraint(
            "mode IN ('live', 'approval')", name="ck_publication_order_mode_is_known"
        ),
        sa.CheckConstraint(
            "status IN ('unofficial-partial', 'unofficial-complete', 'recanvass', "
            "'recount', 'certified')",
            name="ck_publication_order_status_is_known",
        ),
        sa.CheckConstraint("who <> ''", name="ck_publication_order_who_is_present"),
        sa.CheckConstraint("why <> ''", name="ck_publication_order_why_is_present"),
        sa.ForeignKeyConstraint(
            ["ledger_id"], ["ledger.id"], name="fk_publication_order_ledger_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_publication_order"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_publication_order_ledger_id_id", "publication_order", ["ledger_id", "id"])
    append_only("publication_order")


def _publication_signature() -> None:
    op.create_table(
        "publication_signature",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("key_id", sa.String(16), nullable=False),
        sa.Column("signature", sa.String(), nullable=False),
        sa.Column("signed_at", Moment, nullable=False),
        sa.Column("order_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("key_id <> ''", name="ck_publication_signature_key_id_is_present"),
        sa.CheckConstraint("signature <> ''", name="ck_publication_signature_signature_is_present"),
        sa.ForeignKeyConstraint(
            ["number"], ["publication.number"], name="fk_publication_signature_number"
        ),
        sa.ForeignKeyConstraint(
            ["order_id"], ["publication_order.id"], name="fk_publication_signature_order_id"
        ),
        sa.PrimaryKeyConstraint("number", name="pk_publication_signature"),
    )
    append_only("publication_signature")
