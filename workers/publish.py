"""Something has changed: recount, and publish if all agrees."""

from __future__ import annotations

from hotline.operations.publication import publish as operation
from workers.process import parts


def publish() -> None:
    operation.publish(parts())
