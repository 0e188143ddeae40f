"""hotline rehearse"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from rich.console import Console

from hotline.commands import environment
from hotline.commands.refusal import Refusal
from hotline.commands.rehearsal_display import Display, summary
from hotline.operations.ledgers import open_ledger, reopen
from hotline.operations.parts import Parts
from hotline.operations.pins import issue_test_pins
from hotline.rehearsal.alone import alone as system_of_its_own
from hotline.rehearsal.alone import is_ready
from hotline.rehearsal.night import Night, Progress, calling
from hotline.rehearsal.plan import read_expected, read_reports, stages
from hotline.sandbox.exchange import Exchange
from hotline.store.database import reading
from hotline.store.elections import ActiveElection
from hotline.store.phonebook import phonebook

ELECTIONS = Path("config/elections")
NOBODYS_PHONE = "+15155550199"  # invented; for units that no phone on the roster reports for


@click.command("rehearse")
@click.option("--units", type=click.IntRange(1), help="So many reports, spread over the night.")
@click.option("--pranks", type=click.IntRange(0), default=0, help="Nuisance calls mixed in.")
@click.option(
    "--speed",
    type=click.FloatRange(0, min_open=True),
    help="Times the real night's peak of 36 reports a minute. Without: as fast as the line goes.",
)
@click.option("--at-once", type=click.IntRange(1, 500), default=16, help="Calls on the line.")
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
    filed, and the totals must then equal those of the results. Exit status 0 only if every call
    and every total came out as expected.
    """
    console = Console()
    with _system(alone, console):
        parts = environment.parts()
        active = parts.election()
        directory = folder or ELECTIONS / active.election.id
        reports = read_reports(directory, active.election, units)
        url = parts.settings.url
        if not is_ready(connect or url):
            raise Refusal(f"Hotline is not ready at {connect or url}: see its /readyz; or --alone")
        with _test_ledger(parts) as rehearsed:
            plan = stages(
                rehearsed.election,
                reports,
                issue_test_pins(parts, rehearsed.ledger_id),
                _phones(parts, rehearsed),
                read_expected(directory),
            )
            with calling(_exchange(parts, connect)) as exchange, Display(console) as display:
                night = Night(
                    parts,
                    rehearsed.election,
                    rehearsed.ledger_id,
                    exchange,
                    at_once=at_once,
                    pranks=pranks,
                    speed=speed,
                    whole=units is None,
                )
                progress = night.play(plan, display.show)
        _report(console, parts, rehearsed, progress)


def _report(console: Console, parts: Parts, rehearsed: ActiveElection, progress: Progress) -> None:
    console.print(summary(parts, rehearsed.ledger_id, progress))
    if not progress.passed:
        raise Refusal("The rehearsal failed: see what is marked above.")


@contextmanager
def _system(alone: bool, console: Console) -> Iterator[None]:
    if not alone:
        yield
        return
    console.print("Starting a system of its own for the rehearsal ...")
    with system_of_its_own():
        yield


@contextmanager
def _test_ledger(parts: Parts) -> Iterator[ActiveElection]:
    """A fresh test ledger in use. A live one that was in use before is in use again after."""
    before = parts.election()
    try:
        yield open_ledger(parts, is_test=True, by=environment.user())
    finally:
        if not before.is_test:
            reopen(parts, before.ledger_id, environment.user())


def _exchange(parts: Parts, connect: str | None) -> Exchange:
    settings = parts.settings
    return Exchange(
        f"{settings.url}/voice/answer",
        f"{settings.url}/voice/status",
        f"{settings.url}/voice/fallback",
        auth_token=settings.auth_tokens[0],
        account_sid=settings.account_sid,
        connect_to=connect or "",
    )


def _phones(parts: Parts, active: ActiveElection) -> dict[str, str]:
    """A phone for each unit: the first that the roster names."""
    phones = dict.fromkeys(active.election.units, NOBODYS_PHONE)
    with reading(parts.engine) as connection:
        for listed in reversed(phonebook(connection, active.election.id)):
            phones[listed.unit_code] = listed.phone
    return phones
