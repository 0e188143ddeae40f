"""hotline rehearse"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import click
from rich.console import Console

from hotline.commands import environment
from hotline.commands.refusal import CommandRefusal
from hotline.commands.rehearsal.display import Display, bill_of_the_night, summary
from hotline.operations.actors import named
from hotline.operations.admission.costs import bill
from hotline.operations.context import AppContext
from hotline.operations.reports.ledgers import open_ledger, reopen
from hotline.operations.roster.pins import issue_test_pins
from hotline.rehearsal.alone import alone as system_of_its_own
from hotline.rehearsal.alone import is_ready
from hotline.rehearsal.callers import CodeSent
from hotline.rehearsal.night import Night, calling
from hotline.rehearsal.plan import NOBODYS, read_expected, read_reports, recount_stage, stages
from hotline.rehearsal.progress import RehearsalProgress
from hotline.rehearsal.reading_out import Reader
from hotline.rehearsal.recorded import all_recorded
from hotline.store.database import reading
from hotline.store.elections import ActiveElection
from hotline.store.roster.phonebook import PhonebookEntry, phonebook
from hotline.telephony.recordings import recorded_files

ELECTIONS = Path("config/elections")


@click.command("rehearse")
@click.option("--units", type=click.IntRange(1), help="So many reports, spread over the night.")
@click.option("--pranks", type=click.IntRange(0), default=0, help="Nuisance calls, of all kinds.")
@click.option(
    "--speed",
    type=click.FloatRange(0, min_open=True),
    help="Times as fast as the real night. Without: as fast as the line takes the calls.",
)
@click.option("--at-once", type=click.IntRange(1, 500), default=16, help="Chairs on the line.")
@click.option(
    "--results",
    "folder",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="The election's folder with its results.csv. Default: config/elections/ID.",
)
@click.option("--connect", metavar="HOST:PORT", help="Where to call, whatever PUBLIC_URL says.")
@click.option("--alone", is_flag=True, help="Start a system of its own for it, and remove it.")
def command(
    units: int | None,
    pranks: int,
    speed: float | None,
    at_once: int,
    folder: Path | None,
    connect: str | None,
    alone: bool,
) -> None:
    """Play the election's reported results through the webhooks, as telephone calls.

    Everything goes into a test ledger of its own. Reports that the checks hold are released as
    filed, and the totals must then equal those of the results. Where the folder has a recount.csv,
    it is filed at the end and published as recount. Exit status 0 only if every call and every
    total came out as expected, no honest caller was turned away, and no nuisance caller reached a
    person or held the line longer than HOTLINE_UNVERIFIED_SECONDS.
    """
    console = Console()
    with _system(alone, console):
        parts = environment.parts()
        _require_the_voice(parts)
        active = parts.election()
        directory = folder or ELECTIONS / active.election.id
        reports = read_reports(directory, active.election, units)
        url = parts.settings.url
        if not is_ready(connect or url):
            raise CommandRefusal(
                f"Hotline is not ready at {connect or url}: see its /readyz; or --alone"
            )
        began = parts.now()
        with _test_ledger(parts) as rehearsed:
            roster = _roster(parts, rehearsed)
            phones = {listed.unit_code: listed.phone for listed in reversed(roster)}
            plan = stages(
                rehearsed.election,
                reports,
                issue_test_pins(parts, rehearsed.ledger_id, named(environment.user())),
                {code: phones.get(code, NOBODYS) for code in rehearsed.election.units},
                read_expected(directory),
            )
            with calling(parts, connect or "") as exchange, Display(console) as display:
                night = Night(
                    parts,
                    rehearsed.election,
                    rehearsed.ledger_id,
                    exchange,
                    roster=frozenset(listed.phone for listed in roster),
                    code_sent=_code_sent(parts),
                    at_once=at_once,
                    pranks=pranks,
                    speed=speed,
                    whole=units is None,
                )
                recount = None
                if units is None:
                    recount = recount_stage(directory, rehearsed.election, reports)
                progress = night.play(plan, display.show, recount)
        _report(console, parts, rehearsed, progress, began, at_once)


def _report(
    console: Console,
    parts: AppContext,
    rehearsed: ActiveElection,
    progress: RehearsalProgress,
    began: datetime,
    phones: int,
) -> None:
    recorded = all_recorded(parts)
    console.print(summary(parts, rehearsed.ledger_id, progress, phones))
    console.print(bill_of_the_night(bill(parts, began), recorded))
    if not progress.passed:
        raise CommandRefusal("The rehearsal failed: see what is marked above.")


def _require_the_voice(parts: AppContext) -> None:
    """Simulated chairs follow the words that they hear, and a recording has none."""
    folder = parts.settings.recordings
    if any(True for _ in recorded_files(folder)):
        raise CommandRefusal(
            f"{folder} has recordings, and chairs of a rehearsal understand only the voice: "
            "start Hotline and the rehearsal with HOTLINE_RECORDINGS at an empty folder, or --alone"
        )


@contextmanager
def _system(alone: bool, console: Console) -> Iterator[None]:
    if not alone:
        yield
        return
    console.print("Starting a system of its own for the rehearsal ...")
    with system_of_its_own():
        yield


@contextmanager
def _test_ledger(parts: AppContext) -> Iterator[ActiveElection]:
    """A fresh test ledger in use. A live one that was in use before is in use again after."""
    before = parts.election()
    try:
        yield open_ledger(parts, is_test=True, by=environment.user())
    finally:
        if not before.is_test:
            reopen(parts, before.ledger_id, environment.user())


def _code_sent(parts: AppContext) -> CodeSent:
    """In the sandbox its network shows what a phone was sent; elsewhere nobody can look."""
    settings = parts.settings
    if not settings.sandbox:
        return lambda _phone: None
    return Reader(settings.api, settings.account_sid, settings.auth_tokens[0]).code_sent


def _roster(parts: AppContext, active: ActiveElection) -> list[PhonebookEntry]:
    with reading(parts.engine) as connection:
        return phonebook(connection, active.election.id)
