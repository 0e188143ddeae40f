"""Calls that the desk makes: one a second, whoever makes them, which is what the network takes."""

from __future__ import annotations

import logging
import time

from redis import RedisError

from hotline.operations.desk.board import DeskServices, patiently
from hotline.store.desk.pace import Pace
from hotline.store.desk.waiting import Waiter
from hotline.telephony.network import CarrierBusy, CarrierRefused, CarrierThrottled
from hotline.telephony.replies import Continuation, Destination

log = logging.getLogger(__name__)

EVERY = 1.0  # seconds from one call to the next, of all processes
LONGEST_TURN = 3.0  # seconds that a call waits for its turn: somebody is kept free for it


def ring(board: DeskServices, waiter: Waiter, account: int) -> None:
    """Calls whoever is to be called back, for the account that has taken him.

    Raises CarrierBusy, CarrierRefused, DeskError; redis.RedisError.
    """
    from_ = board.our_number
    first = Continuation(Destination.CALLED, waiter.sid)
    _wait_for_turn(board)
    made = patiently(lambda: board.carrier.call(from_, waiter.number, first))
    if not board.waiting.dialled(waiter.sid, account, made):
        _give_up(board, made)


def _wait_for_turn(board: DeskServices) -> None:
    try:
        wait = Pace(board.parts.redis, "calls", EVERY).turn(LONGEST_TURN)
    except RedisError:
        return  # the network keeps the pace itself, by making calls wait
    if wait is None:
        raise CarrierThrottled("too many calls of ours at once")
    time.sleep(wait)


def _give_up(board: DeskServices, call_sid: str) -> None:
    """Whoever had taken the callback is gone: a telephone must not ring for nobody."""
    try:
        board.carrier.hang_up(call_sid)
    except (CarrierBusy, CarrierRefused) as error:
        log.warning("a call for nobody goes on ringing: %s, call=%s", error, call_sid)
