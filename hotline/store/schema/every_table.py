"""All tables there are: whoever wants the whole schema imports its metadata here."""

from __future__ import annotations

from hotline.store.schema import chain_tables, control_tables, desk_tables, review_tables
from hotline.store.schema.tables import metadata

__all__ = ["chain_tables", "control_tables", "desk_tables", "metadata", "review_tables"]
