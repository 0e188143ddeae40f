"""The chairs who report while strangers flood the line, in a process of their own."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from random import Random

from config.settings import load
from hotline.election.model import Election
from hotline.rehearsal.callers import VisitRecord, visit
from hotline.rehearsal.visits import Visit
from hotline.sandbox.exchange import Exchange
from hotline.sandbox.line import SimulatedLine

PEAK = 36 / 60  # reports a second
AT_ONCE = 32  # chairs


def call_in(
    election: Election, visits: list[Visit], speed: float, begin: float
) -> tuple[list[VisitRecord], float]:
    """What the chairs tell, and the seconds that it took them."""
    settings = load()
    urls = (f"{settings.url}/voice/{path}" for path in ("answer", "status", "fallback"))
    token, sid = settings.auth_tokens[0], settings.account_sid
    with Exchange(*urls, auth_token=token, account_sid=sid) as exchange:
        line = SimulatedLine(exchange, election.chairs_line)

        def call(place: int) -> VisitRecord:
            time.sleep(max(0.0, begin + place / (PEAK * speed) - time.monotonic()))
            return visit(
                line,
                election,
                visits[place],
                in_one_go=place % 2 == 0,
                code_sent=lambda _phone: None,
                chance=Random(place),
            )

        with ThreadPoolExecutor(AT_ONCE) as telephones:
            accounts = list(telephones.map(call, range(len(visits))))
    return accounts, time.monotonic() - begin
