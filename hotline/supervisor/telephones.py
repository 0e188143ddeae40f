"""The sandbox telephone network as a process: who may be called, and whose phones can be held."""

from __future__ import annotations

import csv
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TypeVar

from flask import Flask

from config import settings as environment
from config.settings import Settings
from hotline.calls.names import spoken_unit
from hotline.election.folder.folder import FolderError, UnitReturns, read_results
from hotline.election.model import Election
from hotline.gateway.gateway import Gateway
from hotline.gateway.limits import BodyLimit, BodyLimits
from hotline.operations import context as operations
from hotline.operations.context import AppContext, NoElectionError
from hotline.operations.readiness import numbers
from hotline.operations.ttl_cache import TimedCache
from hotline.sandbox.exchange import Exchange
from hotline.sandbox.page.handset import (
    MAX_PICTURE_REQUEST,
    HandsetUnit,
    HandsetWorksheet,
    LineNumber,
    Phone,
)
from hotline.sandbox.rest.network import Network
from hotline.sandbox.server import create_sandbox_app
from hotline.store.database import reading
from hotline.store.roster.phonebook import PhonebookEntry, phonebook
from hotline.supervisor.worksheet import worksheet

ELECTIONS = Path(__file__).parents[2] / "config" / "elections"
PINS_FILE = "demonstration-pins.csv"
THREADS = 16
"""A key pressed on the handset waits, in a thread, for the line's answer."""

BODIES = BodyLimits(BodyLimit("/", MAX_PICTURE_REQUEST, seconds=60))
FRESH_SECONDS = 5.0
"""For how long the roster is shown as it was read."""

Found = TypeVar("Found")


class SandboxRefused(RuntimeError):
    """The sandbox network was to start where real calls are taken."""


def require_sandbox(settings: Settings) -> None:
    """Raises SandboxRefused unless the carrier is `sandbox`: anybody could place calls here."""
    if not settings.sandbox:
        raise SandboxRefused(
            f"the sandbox telephone network does not start with HOTLINE_CARRIER={settings.carrier};"
            " it lets anybody place calls. Set HOTLINE_CARRIER=sandbox to try the line."
        )


def create_app() -> Flask:
    """The sandbox network of this environment. Raises SandboxRefused where calls are real."""
    settings = environment.load()
    require_sandbox(settings)
    parts = operations.build(settings)
    papers = Papers()
    leads = numbers.destinations(settings)
    exchange = Exchange(
        leads.voice,
        leads.status,
        leads.fallback,
        text_url=leads.text,
        auth_token=settings.auth_tokens[0],
        account_sid=settings.account_sid,
    )
    return create_sandbox_app(
        exchange,
        Network(
            exchange,
            settings.account_sid,
            media_base=settings.api,
            owned=remembered(lambda: list(numbers.ours(parts))),
        ),
        credentials=_credentials(settings),
        phones=remembered(lambda: phones(parts, papers)),
        lines=remembered(lambda: lines(parts)),
        results_url=f"{settings.url}/results",
    )


def create_gateway() -> Gateway:
    """The sandbox network as the server runs it."""
    return Gateway(create_app(), THREADS, BODIES)


class Papers:
    """The worksheets of an election's units by code; made once, as an election's never change."""

    def __init__(self) -> None:
        self._made: tuple[Election, dict[str, HandsetWorksheet]] | None = None

    def of(self, election: Election) -> Mapping[str, HandsetWorksheet]:
        made = self._made
        if made is None or made[0] is not election:
            papers = ((r.code, worksheet(election, r)) for r in reports_of(election))
            self._made = made = (election, {code: paper for code, paper in papers if paper})
        return made[1]


def phones(parts: AppContext, papers: Papers) -> list[Phone]:
    """The telephones of the roster, with the PINs and figures of their units where known."""
    try:
        election = parts.election().election
    except NoElectionError:
        return []
    with reading(parts.engine) as connection:
        listings = phonebook(connection, election.id)
    return _phones(
        election,
        listings,
        read_pins(parts.settings.var / PINS_FILE),
        papers.of(election),
    )


def lines(parts: AppContext) -> list[LineNumber]:
    """The number that reports are called in to, and, where there are any, those of the public line
    and of the help line."""
    try:
        election = parts.election().election
    except NoElectionError:
        return []
    found: list[LineNumber] = [{"number": election.chairs_line, "label": "The chairs' line"}]
    if election.public_line:
        found.append({"number": election.public_line, "label": "The public line"})
    if election.help_line:
        found.append({"number": election.help_line, "label": "The help line"})
    return found


def read_pins(path: Path) -> dict[str, str]:
    """The demonstration PINs by unit; none where they were never issued."""
    if not path.exists():
        return {}
    with path.open(newline="", encoding="utf-8") as file:
        return {row["code"]: row["pin"] for row in csv.DictReader(file)}


def reports_of(election: Election) -> Sequence[UnitReturns]:
    """What the units really reported, where the election came with the program and says so."""
    try:
        return read_results(ELECTIONS / election.id, election)
    except FolderError:  # an election of the same name, but not the one that came with us
        return ()


def remembered(read: Callable[[], Found]) -> Callable[[], Found]:
    """Reads again only after FRESH_SECONDS: the handset asks at each letter of a search."""
    cache: TimedCache[str, Found] = TimedCache(FRESH_SECONDS)
    return lambda: cache.get("found", read)


def _credentials(settings: Settings) -> dict[str, str]:
    known = {settings.account_sid: settings.auth_tokens[0]}
    if settings.api_key:
        known[settings.api_key] = settings.api_secret.get_secret_value()
    return known


def _phones(
    election: Election,
    listings: Sequence[PhonebookEntry],
    pins: Mapping[str, str],
    papers: Mapping[str, HandsetWorksheet],
) -> list[Phone]:
    by_number: dict[str, list[PhonebookEntry]] = {}
    for listing in listings:
        by_number.setdefault(listing.phone, []).append(listing)
    return [
        {
            "number": number,
            "label": theirs[0].name if len(theirs) == 1 else f"Chair of {len(theirs)} precincts",
            "units": [
                _unit(election, listing.unit_code, pins, papers.get(listing.unit_code))
                for listing in theirs
                if listing.unit_code in election.units
            ],
        }
        for number, theirs in by_number.items()
    ]


def _unit(
    election: Election, code: str, pins: Mapping[str, str], paper: HandsetWorksheet | None
) -> HandsetUnit:
    unit = election.units[code]
    place = " ".join(filter(None, (unit.county or unit.pool, unit.name)))
    spoken = (spoken_unit(election.in_language(own).units[code]) for own in election.languages)
    shown: HandsetUnit = {"code": code, "name": place, "said": list(dict.fromkeys(spoken))}
    if code in pins:
        shown["pin"] = pins[code]
    if paper is not None:
        shown["worksheet"] = paper
    return shown
