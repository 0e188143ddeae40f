"""Numbered documents that were published, as the public sees them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Publication:
    """The latest document that was published, and whether later ones have been refused since."""

    number: int
    published_at: datetime  # UTC
    document: dict[str, Any]  # /results.json, and what the page needs besides
    etag: str
    refused_since: datetime | None  # UTC; None while publication goes on
    refused_reason: str
