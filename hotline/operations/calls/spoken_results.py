"""The latest publication, as it is read to unknown callers on the telephone."""

from __future__ import annotations

import logging
from weakref import WeakKeyDictionary

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from hotline.calls import results
from hotline.calls.prompts import Line
from hotline.operations.context import AppContext, NoElectionError
from hotline.operations.ttl_cache import TimedCache
from hotline.store.publication import publications

log = logging.getLogger(__name__)

REMEMBERED = 1.0
"""Seconds for which what was read goes on: however many unknown callers there are, each
process asks the database once in them."""


LANGUAGES = 32  # at most, for which lines are kept

_caches: WeakKeyDictionary[Engine, TimedCache[str, tuple[Line, ...]]] = WeakKeyDictionary()


def read_out(parts: AppContext, language: str) -> tuple[Line, ...]:
    """What is published, as lines to say in a language (ISO 639-1); where nothing is or it cannot
    be read, where to look.
    """
    cache = _caches.setdefault(parts.engine, TimedCache(REMEMBERED, size=LANGUAGES))
    return cache.get(language, lambda: _read(parts, language))


def _read(parts: AppContext, language: str) -> tuple[Line, ...]:
    address = parts.settings.results_address
    try:
        election = parts.election().election
        latest = publications.latest(parts.engine)
    except NoElectionError:
        return results.none_yet(address)
    except SQLAlchemyError:
        parts.counts["results"] += 1
        log.exception("results cannot be read out: callers are told where to look")
        return results.none_yet(address)
    if latest is None:
        return results.none_yet(address)
    return results.spoken(latest.document, address, election, language)
