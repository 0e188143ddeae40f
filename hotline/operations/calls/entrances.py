"""Which of an election's lines was called."""

from __future__ import annotations

from hotline.guard.triage import Entrance
from hotline.store.elections import ActiveElection


def entrance_of(active: ActiveElection | None, line_called: str) -> Entrance:
    """Which line was called; whatever is not the public line is the chairs'."""
    public = active.election.public_line if active else ""
    return Entrance.PUBLIC if public and line_called == public else Entrance.CHAIRS


def is_help_line(active: ActiveElection, line_called: str) -> bool:
    """Whether this is the number to call when the PIN is lost, where it leads to us."""
    election = active.election
    return bool(line_called) and line_called == election.help_line != election.chairs_line
