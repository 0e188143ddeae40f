"""The tables of the desk: who works there, and what each has done."""

from __future__ import annotations

from sqlalchemy import JSON, Column, Index, Integer, String, Table

from hotline.store.append_only import append_only
from hotline.store.database import Instant
from hotline.store.statuses import ActivityKind
from hotline.store.tables import RowId, among, metadata, present

__all__ = ["activity", "metadata"]

# What people at the desk did, and what the program did to a call in their stead.
activity = Table(
    "activity",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("at", Instant, nullable=False),
    Column("account_id", Integer),  # NULL: no person, a rule. No foreign key: it outlasts accounts
    Column("who", String, nullable=False),  # the account's name then, or the rule
    Column("kind", String, nullable=False),
    Column("call_sid", String(64), nullable=False),  # '' where it is about no call
    Column("unit_code", String, nullable=False),  # '' where it is about no unit
    Column("ledger_id", Integer),
    Column("before", JSON(none_as_null=True)),
    Column("after", JSON(none_as_null=True)),
    Column("note", String, nullable=False),
    Index(None, "at"),
    Index(None, "account_id", "at"),
    Index(None, "call_sid"),
    Index(None, "unit_code", "at"),
    among("kind", ActivityKind),
    present("who"),
    sqlite_autoincrement=True,
)
append_only(activity)
