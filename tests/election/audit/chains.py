"""Ledgers in memory: events bound as the store binds them, for tests of whoever reads them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from hotline.election.audit.chain import link
from hotline.election.audit.entries import ReportEvent, entry_of, opening_digest
from hotline.election.audit.verification import ChainLink, VerifiedLedger
from hotline.election.model import Election, Figures

OPENED = datetime(2020, 2, 3, 23, 0, tzinfo=UTC)
LEDGER = 1


def filed(figures: Mapping[str, Figures], findings: Iterable[Mapping[str, Any]] = ()) -> Any:
    """The columns of a report, as an event has them."""
    return {
        "figures": {contest: one.to_document() for contest, one in figures.items()},
        "findings": list(findings),
        "filing_key": "CA1:1",
        "confirmation": "123456",
        "source": "phone",
        "outcome": "filed",
        "call_sid": "CA1",
        "chair_id": 7,
        "caller": "0100",
        "filed_at": OPENED,
        "keyed": ["12#"],
        "digest": "d",
        "twin_key": None,
    }


def events(
    told: Iterable[tuple[str, int, int, str, Mapping[str, Figures] | None]],
) -> list[ReportEvent]:
    """Unit, version, step, status, and for the first step the figures."""
    return [
        ReportEvent(
            unit,
            version,
            step,
            status,
            OPENED + timedelta(seconds=number),
            "ann",
            "because",
            filed=None if figures is None else filed(figures),
        )
        for number, (unit, version, step, status, figures) in enumerate(told)
    ]


def opening(election: Election, is_test: bool = False) -> str:
    return opening_digest(LEDGER, election.id, is_test, OPENED)


def bind(election: Election, given: Iterable[ReportEvent]) -> list[ChainLink]:
    """The chain of these events, with all figures."""
    digest, bound = opening(election), []
    for number, event in enumerate(given, 1):
        entry = entry_of(LEDGER, number, event, f"{number:032}")
        digest = link(digest, entry)
        figures = None if event.filed is None else event.filed["figures"]
        bound.append(ChainLink(number, digest, entry, figures))
    return bound


def read(election: Election, links: Iterable[ChainLink]) -> VerifiedLedger:
    ledger = VerifiedLedger(election, opening(election))
    for bound in links:
        ledger.read(bound)
    ledger.end()
    return ledger
