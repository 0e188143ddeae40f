"""In which language a telephone is written to: that of its last call, or of its last report."""

from __future__ import annotations

import logging
from collections.abc import Iterable

from redis import RedisError
from sqlalchemy import Connection

from hotline.election.model import Election
from hotline.guard.caller import key_of
from hotline.operations.context import AppContext
from hotline.store.calls import calls
from hotline.store.reports import reports

log = logging.getLogger(__name__)


def language_of(
    parts: AppContext,
    connection: Connection,
    election: Election,
    ledger_id: int,
    phone: str,
    units: Iterable[str] = (),
) -> str:
    """The language (ISO 639-1) in which this telephone (E.164) was last spoken to; else that in
    which one of its `units` was reported last; else the election's first. Raises SQLAlchemyError.
    """
    found = [_of_last_call(parts, phone)]
    found += [reports.language_of_unit(connection, ledger_id, code) for code in units]
    return _first_known(election, found)


def language_of_anybody(parts: AppContext, election: Election, phone: str) -> str:
    """The same where nothing is known of a telephone but its last call, if that."""
    return _first_known(election, [_of_last_call(parts, phone)])


def _first_known(election: Election, found: Iterable[str]) -> str:
    return next((each for each in found if each in election.languages), election.languages[0])


def _of_last_call(parts: AppContext, phone: str) -> str:
    key = key_of(parts.settings.pin_pepper.get_secret_value(), phone)
    try:
        return calls.language_of_phone(parts.redis, key)
    except RedisError as error:
        parts.counts["phone language"] += 1
        log.warning("nobody knows the language of a telephone: %s", type(error).__name__)
        return ""
