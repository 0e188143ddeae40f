"""hotline plan"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.table import Table

from hotline.capacity.curves import NIGHT_OF_2008, ArrivalCurve, curve_named
from hotline.capacity.plan import PHONES_OF_2020, Assumptions, NightPlan, Staffing, plan_night
from hotline.commands import environment
from hotline.commands.refusal import CommandRefusal
from hotline.election.folder.folder import read_folder

MOST_CALLS = 1_000_000
POSITIVE = click.FloatRange(0, 600, min_open=True)


def _curve(_context: click.Context, _option: click.Parameter, given: str) -> ArrivalCurve:
    try:
        return curve_named(given)
    except ValueError as error:
        raise click.BadParameter(str(error)) from error


@click.command("plan")
@click.option("--units", type=click.IntRange(1, MOST_CALLS), help="So many precincts, of none.")
@click.option(
    "--folder",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="Of the election in this folder. Without both: of the loaded election.",
)
@click.option(
    "--curve",
    default=NIGHT_OF_2008.name,
    show_default=True,
    callback=_curve,
    metavar="2008|even:MINUTES",
    help="When calls come: as Iowa's precincts keyed theirs in 2008, or evenly.",
)
@click.option("--minutes", type=POSITIVE, default=1.8, show_default=True, help="Of a keyed call.")
@click.option(
    "--to-people",
    type=click.FloatRange(0, 100),
    default=13,
    show_default=True,
    help="Per cent of callers who need a person as well.",
)
@click.option(
    "--people-minutes", type=POSITIVE, default=6, show_default=True, help="Of a person's call."
)
@click.option(
    "--patience",
    type=POSITIVE,
    default=1,
    show_default=True,
    help="Minutes that one may wait for a person at the worst moment.",
)
@click.option(
    "--phones",
    type=click.IntRange(1, 100_000),
    default=PHONES_OF_2020,
    show_default=True,
    help="With people alone: so many take all reports down, as in Iowa in 2020.",
)
@click.option("--wage", type=click.FloatRange(0), default=0, help="Of a person, for an hour.")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def command(
    units: int | None,
    folder: Path | None,
    curve: ArrivalCurve,
    minutes: float,
    to_people: float,
    people_minutes: float,
    patience: float,
    phones: int,
    wage: float,
    as_json: bool,
) -> None:
    """Say what a night takes: lines, processes, people and money, and who waits with fewer people.

    One report a call, and one for each precinct. Nobody waits for the keypad; those who need a
    person do. Prices are those of the settings. docs/planning.md says how it is reckoned, and how
    near it comes.
    """
    name, calls = _election(units, folder)
    settings = environment.settings()
    planned = plan_night(
        Assumptions(
            calls,
            curve,
            keypad_minutes=minutes,
            to_people=to_people / 100,
            people_minutes=people_minutes,
            patience=patience,
            phones=phones,
            price_voice=settings.price_voice,
            price_dial=settings.price_dial,
            price_text=settings.price_text,
            wage=wage,
        )
    )
    if as_json:
        click.echo(json.dumps(_document(name, planned), indent=2, ensure_ascii=False))
    else:
        _show(name, planned)


def _election(units: int | None, folder: Path | None) -> tuple[str, int]:
    """How it is called, and how many precincts report."""
    if units is not None and folder is not None:
        raise click.UsageError("--units or --folder, not both")
    if units is not None:
        return "An election", units
    election = read_folder(folder) if folder else environment.parts().election().election
    if not election.units:
        raise CommandRefusal(f"{election.title} has no precincts")
    return election.title, len(election.units)


def _document(name: str, planned: NightPlan) -> dict[str, Any]:
    """The plan, with the name of the curve in place of its minutes."""
    found = {"election": name, **asdict(planned)}
    found["assumed"]["curve"] = planned.assumed.curve.name
    return found


def _show(name: str, planned: NightPlan) -> None:
    assumed, console = planned.assumed, Console()
    console.print(f"{name}: {assumed.calls:,} reports, curve {assumed.curve.name}", highlight=False)
    line = Table(title="The keypad line", show_header=False)
    line.add_row("calls in the busiest minute", f"{planned.busiest_minute:.1f}")
    line.add_row("calls up at once, at the busiest moment", f"{planned.at_once:.0f}")
    line.add_row("lines, all in use for one call in a thousand", str(planned.lines))
    line.add_row("requests a second, at the busiest moment", f"{planned.requests_a_second:.0f}")
    line.add_row("voice processes", str(planned.processes))
    console.print(line)
    staff = Table(title=f"People, for the {assumed.to_people:.0%} of callers who need one")
    _rows(staff, [planned.staff, *planned.fewer])
    console.print(staff)
    people = Table(title="People alone, who take every report down")
    _rows(people, [*planned.by_people, *planned.instead])
    console.print(people)
    money = Table(title="Money", show_header=False)
    money.add_row("carrier, minutes of calls", f"{planned.minutes:,}")
    money.add_row("carrier, for them and the receipts", f"{planned.carrier:,.2f}")
    if assumed.wage:
        money.add_row(f"wages of {planned.staff.people}", f"{planned.wages:,.2f}")
    console.print(money)


def _rows(table: Table, rows: Iterable[Staffing]) -> None:
    for column in ("people", "minutes a call", "longest wait", "mean wait", "over a minute"):
        table.add_column(column, justify="right")
    for row in rows:
        waits = (duration(row.waits.longest), duration(row.waits.mean), f"{row.waits.late:.0%}")
        table.add_row(str(row.people), f"{row.minutes:g}", *waits)


def duration(minutes: float) -> str:
    """For people: in the unit in which it is short."""
    if minutes < 1:
        return f"{60 * minutes:.0f} s"
    return f"{minutes:.1f} min" if minutes < 60 else f"{minutes / 60:.1f} h"
