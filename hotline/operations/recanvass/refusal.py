"""What a recanvass refuses, and the words that several of its operations check."""

from __future__ import annotations

from sqlalchemy import Connection

from hotline.operations.context import AppContext
from hotline.store.enums import RecanvassState
from hotline.store.recanvass import recanvasses
from hotline.store.recanvass.recanvasses import Recanvass

LONGEST_REASON = 500  # characters


class RecanvassError(ValueError):
    """It was not done; the message says why, in a sentence."""


def reason(why: str) -> str:
    """The reason in one line. Raises RecanvassError where there is none, or too much of it."""
    said = " ".join(why.split())
    if not said:
        raise RecanvassError("say why")
    if len(said) > LONGEST_REASON or not said.isprintable():
        raise RecanvassError(
            f"the reason has to be readable, with at most {LONGEST_REASON} letters"
        )
    return said


def known(found: Recanvass | None, number: int) -> Recanvass:
    """Raises RecanvassError where there is no such one."""
    if found is None:
        raise RecanvassError(f"there is no recanvass {number}")
    return found


def held(
    parts: AppContext, connection: Connection, number: int, *states: RecanvassState
) -> Recanvass:
    """One of the ledger in use, in one of these states; nobody else changes it meanwhile."""
    found = known(recanvasses.lock_recanvass(connection, number), number)
    if found.ledger_id != parts.election().ledger_id:
        raise RecanvassError(f"{found.kind} {number} belongs to a ledger that is closed")
    if found.state not in states:
        raise RecanvassError(f"{found.kind} {number} is {found.state} already")
    return found
