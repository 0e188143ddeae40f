"""What SQL says of blocks and switches, in Redis, where the front door reads it with each call."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from redis import Redis, WatchError
from sqlalchemy import Connection

from hotline.guard.blocking import block_of
from hotline.guard.triage import WEIGHT
from hotline.store.admission import blocks, switches
from hotline.store.admission.blocks import StoredBlock
from hotline.store.keys import BLOCKS, SWITCHES

STAMP = "stamp"
ATTEMPTS = 100
"""A write is overtaken by another one only, which is done then: that many at once there are not."""


class MirrorBusyError(RuntimeError):
    """Others wrote all the time."""


@dataclass(frozen=True, slots=True)
class Contents:
    """The fields of both hashes, but for the stamp."""

    blocks: dict[Any, str]
    switches: dict[Any, str]


def read_denylist(connection: Connection, at: datetime) -> Contents:
    """What is in force. A block made by a rule is not: the front door itself remembers those."""
    return Contents(
        blocks=dict(
            _field_of(block) for block in blocks.in_force(connection, at) if not block.by_rule
        ),
        switches={
            switch.value: json.dumps(dict(change.said), ensure_ascii=False)
            for switch, change in switches.last_changes(connection).items()
            if change.on
        },
    )


def _field_of(block: StoredBlock) -> tuple[str, str]:
    weight = WEIGHT[block_of(block.pattern, block.second)]
    name = f"{'^' if block.pattern.is_prefix else '='}{block.pattern.text}"
    return name, f"{weight}:{int(block.until.timestamp() * 1000)}:{block.id}"


def write_denylist(redis: Redis, look: Callable[[], Contents]) -> None:
    """Makes Redis say what `look` finds, all at once, and never something older after it.

    `look` is called after the last write of anybody was done, and again whenever another one gets
    in between: so whatever was committed before this was called is there when it returns, and
    stays. Raises redis.RedisError, MirrorBusyError, or what `look` raised.
    """
    with redis.pipeline() as pipeline:
        for _ in range(ATTEMPTS):
            pipeline.watch(SWITCHES)  # type: ignore[no-untyped-call]
            found = look()
            pipeline.multi()
            pipeline.delete(BLOCKS, SWITCHES)
            if found.blocks:
                pipeline.hset(BLOCKS, mapping=found.blocks)
            pipeline.hset(SWITCHES, mapping=found.switches | {STAMP: str(time.time_ns())})
            try:
                pipeline.execute()
            except WatchError:
                continue
            return
    raise MirrorBusyError("blocks and switches are being written all the time")
