"""A rehearsal's callers talk to the sandbox's scripted webhook."""

from __future__ import annotations

from tests.sandbox.conftest import make_exchange, webhook

__all__ = ["make_exchange", "webhook"]
