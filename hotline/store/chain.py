"""How entries are bound to the one before, for what is kept here."""

from __future__ import annotations

from hotline.election.chain import START, canonical, link

__all__ = ["START", "canonical", "link"]
