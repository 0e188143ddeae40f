"""`--map theirs=ours`, and what was mended in a file that somebody brought."""

from __future__ import annotations

from collections.abc import Sequence

import click

from hotline.tables.problems import FileNote

SHOWN = 20  # notes that are printed


def _mapping(
    _context: click.Context, _option: click.Parameter, given: tuple[str, ...]
) -> dict[str, str]:
    pairs = [pair.rpartition("=") for pair in given]
    if wrong := [pair for pair in pairs if not (pair[0].strip() and pair[2].strip())]:
        raise click.BadParameter(f"{''.join(wrong[0])}: write THEIRS=OURS")
    return {theirs.strip(): ours.strip() for theirs, _, ours in pairs}


option = click.option(
    "--map",
    "mapping",
    multiple=True,
    metavar="THEIRS=OURS",
    callback=_mapping,
    help="Which column of the file is which of ours; may be given several times.",
)


def show_notes(notes: Sequence[FileNote]) -> None:
    """On standard error, where they are in nobody's way."""
    for note in notes[:SHOWN]:
        click.echo(str(note), err=True)
    if len(notes) > SHOWN:
        click.echo(f"… and {len(notes) - SHOWN} more", err=True)
