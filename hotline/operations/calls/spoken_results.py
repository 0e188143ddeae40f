"""The latest publication, as it is read to strangers on the telephone."""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass, field
from threading import Lock
from weakref import WeakKeyDictionary

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from hotline.calls import results
from hotline.calls.prompts import Line
from hotline.operations.context import NoElectionError, Parts
from hotline.store.publication import publications

log = logging.getLogger(__name__)

REMEMBERED = 1.0
"""Seconds for which what was read goes on: however many strangers call, the database is asked once
in them by each process."""


@dataclass(slots=True)
class _Kept:
    lines: dict[str, tuple[Line, ...]] = field(default_factory=dict)  # by language
    read_at: float = float("-inf")  # monotonic seconds
    lock: Lock = field(default_factory=Lock)


_kept: WeakKeyDictionary[Engine, _Kept] = WeakKeyDictionary()


def read(parts: Parts, language: str) -> tuple[Line, ...]:
    """What is published, as lines to say in a language (ISO 639-1); where nothing is or it cannot
    be read, where to look.
    """
    kept = _kept.setdefault(parts.engine, _Kept())
    with kept.lock:  # one thread reads, the others wait for what it finds
        if time.monotonic() - kept.read_at >= REMEMBERED:
            kept.lines = {}
            kept.read_at = time.monotonic()
        if language not in kept.lines:
            kept.lines[language] = _read(parts, language)
        return kept.lines[language]


def _read(parts: Parts, language: str) -> tuple[Line, ...]:
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
