"""What the desk's pages share: who acts, on which call, and how an action is answered."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from flask import flash, redirect, request, url_for
from redis import RedisError
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.wrappers import Response

from hotline.operations.actors import Actor, NotAllowedError
from hotline.operations.desk.board import Board, DeskError
from hotline.operations.desk.overview import Floor
from hotline.store.staff import Member
from hotline.store.statuses import Presence
from hotline.store.waiting import Waiter
from hotline.web.access import current_actor

log = logging.getLogger(__name__)

DONE, NOT_DONE, KEPT = "done", "not-done", "kept"
LONGEST_KEPT = 1_000  # characters of a note that are given back with an error; they go in a cookie
AT_WORK = frozenset({Presence.TALKING, Presence.WRAPPING_UP})


@dataclass(frozen=True)
class Room:
    """The parts of the desk's pages."""

    board: Board
    floor: Floor

    def actor(self) -> Actor:
        """Who is signed in."""
        return current_actor()

    def me(self) -> Member | None:
        """My own place at the desk; None before the first shift. Raises RedisError."""
        account = self.actor().account_id
        return None if account is None else self.board.staff.find(account)

    def case(self) -> Waiter | None:
        """The caller I talk with, or the one whose notes I am still writing. Raises RedisError."""
        me = self.me()
        sid = case_of(me)
        return self.board.waiting.find(sid) if sid else None


def case_of(me: Member | None) -> str:
    """The sid of the caller that somebody is with, or has just been with; empty for nobody."""
    if me is None or me.presence not in AT_WORK:
        return ""
    return me.talking_to or me.last


def acting(view: Callable[..., str]) -> Callable[..., Response]:
    """An action: done, or not and why, said on the page from which it was asked.

    What was written with it is given back where it was not done.
    """

    @wraps(view)
    def answer(**arguments: Any) -> Response:
        try:
            flash(_sentence(view(**arguments)), DONE)
        except (DeskError, NotAllowedError) as error:
            _not_done(str(error))
        except (RedisError, SQLAlchemyError):
            log.exception("not done: %s", request.endpoint)
            _not_done("something is down at the moment, and it was not done: try again")
        return redirect(back(), 303)

    return answer


def _not_done(why: str) -> None:
    flash(_sentence(why), NOT_DONE)
    if note := request.form.get("note", "").strip():
        flash(note[:LONGEST_KEPT], KEPT)


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}" + ("" if text.endswith((".", "!", "?")) else ".")


def back() -> str:
    """Where the action was asked for: one of our own pages, whatever the form says."""
    wanted = request.form.get("back", "")
    own = url_for("desk.page")
    safe = wanted.startswith(own) and "\\" not in wanted and "//" not in wanted
    return wanted if safe and wanted.isascii() and wanted.isprintable() else own
