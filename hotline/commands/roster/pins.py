"""hotline pins"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from rich.console import Console
from rich.progress import Progress as Bar

from hotline.commands import environment
from hotline.operations.actors import named
from hotline.operations.roster import sheets as paper
from hotline.operations.roster.pins import issue_pins
from hotline.operations.roster.sheets import PrintedSheets, write_letters, write_sheets
from hotline.paper.ink import PaperSize

OUT = click.option(
    "--out", required=True, type=click.Path(dir_okay=False, path_type=Path), help="The file."
)
PAPER = click.option(
    "--paper",
    "size",
    type=click.Choice([*map(str, PaperSize)]),
    default=PaperSize.LETTER.value,
    show_default=True,
    help="The size of the paper.",
)


@click.group("pins")
def command() -> None:
    """PINs, call sheets, and the letters that bring the PINs."""


@command.command()
@OUT
@click.option("--all", "all_units", is_flag=True, help="Anew for all; the old PINs die at once.")
@click.option("--force", is_flag=True, help="Replace FILE, though it may hold PINs in use.")
def issue(out: Path, all_units: bool, force: bool) -> None:
    """Issue a PIN for each precinct without one, and write them as CSV, or .xlsx where FILE ends
    so: columns code and pin.

    FILE is the only copy: the database keeps a keyed hash. Only its owner can read it.
    """
    by = named(environment.user())
    issued = issue_pins(environment.parts(), out, all_units=all_units, force=force, by=by)
    click.echo(f"Issued {issued} PINs; they are in {out}.")


@command.command()
@OUT
@PAPER
@click.option("--unit", "codes", multiple=True, metavar="CODE", help="Only this one; repeatable.")
def sheets(out: Path, size: str, codes: tuple[str, ...]) -> None:
    """Print a call sheet for each precinct, as a PDF: how to call, and a worksheet. No PINs."""
    with _progress() as progress:
        printed = write_sheets(environment.parts(), out, codes or None, PaperSize(size), progress)
    _report(printed, "call sheets", out)


@command.command()
@OUT
@PAPER
@click.option(
    "--pins",
    required=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="The file that `hotline pins issue` wrote.",
)
def letters(out: Path, size: str, pins: Path) -> None:
    """Print the PIN letters, as a PDF that only its owner can read.

    Apart from the call sheets, because those will be photographed.
    """
    with _progress() as progress:
        printed = write_letters(environment.parts(), out, pins, PaperSize(size), progress)
    _report(printed, "letters", out)


def _report(printed: PrintedSheets, what: str, out: Path) -> None:
    click.echo(f"Printed {printed.units} {what} on {printed.pages} pages to {out}.")
    for text, instead in printed.respelled.items():
        click.echo(f"Printed without letters that the fonts lack: {text} as {instead}.")


@contextmanager
def _progress() -> Iterator[paper.Progress | None]:
    """A bar, on a terminal."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield None
        return
    with Bar(console=console, transient=True) as bar:
        task = bar.add_task("Printing", total=None)
        yield lambda done, of: bar.update(task, completed=done, total=of)
