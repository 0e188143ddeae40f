"""Blocks as administrators look through them, each with whom it turned away lately."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from hotline.operations.context import AppContext
from hotline.store.admission import block_search, blocks
from hotline.store.admission.block_search import Lately, Sought
from hotline.store.admission.blocks import StoredBlock
from hotline.store.database import reading

MOST = 100
LATELY = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class ListedBlock:
    """A block, whether it is in force, and its hits in the last hour and in the one before."""

    block: StoredBlock
    in_force: bool
    lately: Lately


@dataclass(frozen=True, slots=True)
class FoundBlocks:
    """The newest blocks that were asked for; `more`: there are others."""

    listed: Sequence[ListedBlock]
    more: bool


def found(parts: AppContext, sought: Sought) -> FoundBlocks:
    """The blocks that are sought. Raises SQLAlchemyError."""
    at = parts.now()
    with reading(parts.engine) as connection:
        rows = block_search.search(connection, sought, at, MOST + 1)
        ids = {block.id for block in rows}
        hits = block_search.hits_lately(connection, ids, at - LATELY, at - 2 * LATELY)
    listed = [
        ListedBlock(block, block.is_in_force(at), hits.get(block.id, Lately(0, 0)))
        for block in rows[:MOST]
    ]
    return FoundBlocks(listed, len(rows) > MOST)


def find_block(parts: AppContext, id: int) -> StoredBlock | None:
    with reading(parts.engine) as connection:
        return blocks.find_block(connection, id)
