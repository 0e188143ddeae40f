"""What the desk's pages share: who acts, on which call, and how an action is answered."""

from __future__ import annotations

from dataclasses import dataclass

from hotline.operations.actors import Actor
from hotline.operations.desk.board import DeskError, DeskServices
from hotline.operations.desk.overview import Floor
from hotline.store.desk.staff import StaffMember
from hotline.store.desk.waiting import Waiter
from hotline.store.enums import Presence
from hotline.web.console import pages
from hotline.web.console.access import current_actor
from hotline.web.console.services import services

AT_WORK = frozenset({Presence.TALKING, Presence.WRAPPING_UP})


@dataclass(frozen=True)
class DeskRoom:
    """The parts of the desk's pages."""

    board: DeskServices
    floor: Floor

    def actor(self) -> Actor:
        """Who is signed in."""
        return current_actor()

    def me(self) -> StaffMember | None:
        """My own place at the desk; None before the first shift. Raises RedisError."""
        account = self.actor().account_id
        return None if account is None else self.board.staff.find(account)

    def case(self) -> Waiter | None:
        """The caller I talk with, or the one whose notes I am still writing. Raises RedisError."""
        me = self.me()
        sid = case_of(me)
        return self.board.waiting.find(sid) if sid else None


def desk_room() -> DeskRoom:
    """Of the application that answers."""
    return DeskRoom(services().board, services().floor)


def case_of(me: StaffMember | None) -> str:
    """The sid of the caller that somebody is with, or has just been with; empty for nobody."""
    if me is None or me.presence not in AT_WORK:
        return ""
    return me.talking_to or me.last


acting = pages.acting("desk.page", DeskError)
"""An action at the desk."""
