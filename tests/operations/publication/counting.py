"""How many rows a table has."""

from __future__ import annotations

from sqlalchemy import text

from hotline.operations.context import AppContext
from hotline.store.database import reading


def count_rows(parts: AppContext, table: str) -> int:
    with reading(parts.engine) as connection:
        count: int = connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one()
        return count
