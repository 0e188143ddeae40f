"""Somebody is ready, or is to be called back: the next callback is made."""

from __future__ import annotations

from functools import cache

from hotline.operations.desk.board import DeskServices
from hotline.operations.desk.callbacks import call_next
from workers.process import parts


def call_back() -> str:
    return call_next(_board())


@cache
def _board() -> DeskServices:
    return DeskServices(parts())
