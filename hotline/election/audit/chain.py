"""Entries bound to the one before: whoever changes one of them changes every later digest."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

START = "0" * 64
"""What the first entry of a chain is bound to."""


def canonical(entry: Mapping[str, Any]) -> str:
    """An entry as it goes into its digest: JSON with sorted keys, no spaces, moments in UTC."""
    return json.dumps(entry, sort_keys=True, separators=(",", ":"), default=_written)


def link(previous: str, entry: Mapping[str, Any]) -> str:
    """The digest (SHA-256, hexadecimal) of an entry and of the chain before it."""
    return sha256(f"{previous}\n{canonical(entry)}".encode()).hexdigest()


def digest(entry: Mapping[str, Any]) -> str:
    """The digest of an entry by itself."""
    return sha256(canonical(entry).encode()).hexdigest()


def moment(at: datetime) -> str:
    """A moment as entries have it: in UTC, with six digits of the second."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def _written(value: Any) -> str:
    if isinstance(value, datetime):
        return moment(value)
    raise TypeError(f"a {type(value).__name__} cannot be bound into a chain")
