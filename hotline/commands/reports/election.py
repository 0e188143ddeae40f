"""hotline election"""

from __future__ import annotations

import sys
from pathlib import Path

import click

from hotline.commands import columns, environment
from hotline.commands.reports import election_folder, election_survey
from hotline.election.folder.folder import read_folder_with_notes
from hotline.election.model import Election
from hotline.operations.reports.load_election import ElectionInUse, load_election
from hotline.operations.reports.misread_names import find_misread_names
from hotline.store.elections import ActiveElection

NAMES_SHOWN = 20


@click.group("election")
def command() -> None:
    """The election that is counted."""


@command.command()
@click.argument("folder", metavar="DIR", type=click.Path(exists=True, file_okay=False))
@click.option(
    "--force", is_flag=True, help="Although another has real reports, or this is being reported on."
)
def load(folder: str, force: bool) -> None:
    """Read an election folder, check all of it, and make it the active election.

    Safe to repeat. A folder with anything wrong in it is refused, with file, line and reason, and
    what is read otherwise than it is written is said. What would change for those who have begun to
    report is said too, and asked about on a terminal.
    """
    election, notes = read_folder_with_notes(Path(folder))
    columns.show_notes(notes)
    _warn_of_names(Path(folder), election)
    loaded = _load(election, force)
    click.echo(f"Loaded {loaded.election.title}: {len(loaded.election.units)} precincts.")


def _load(election: Election, force: bool) -> ActiveElection:
    parts, by = environment.parts(), environment.user()
    try:
        return load_election(parts, election, by, force)
    except ElectionInUse as error:
        if not (sys.stdin.isatty() and sys.stderr.isatty()):
            raise
        question = (
            f"{error.changes}. What they have keyed may be asked again. Load it all the same?"
        )
        click.confirm(question, abort=True, err=True)
        return load_election(parts, election, by, force=True)


def _warn_of_names(folder: Path, election: Election) -> None:
    """What a voice misreads is no reason to refuse a folder, but should be known in time."""
    found = find_misread_names(folder, election)
    for name in found[:NAMES_SHOWN]:
        click.echo(f"Warning: {name}.", err=True)
    if len(found) > NAMES_SHOWN:
        more = len(found) - NAMES_SHOWN
        click.echo(f"Warning: a voice misreads {more:,} more names.", err=True)


for _command in (election_folder.new, election_folder.check, election_folder.codes):
    command.add_command(_command)
command.add_command(election_survey.survey)
