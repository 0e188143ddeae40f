"""hotline election"""

from __future__ import annotations

from pathlib import Path

import click

from hotline.commands import environment
from hotline.commands.reports import election_survey
from hotline.election.folder.folder import read_folder
from hotline.operations.reports.load_election import load_election


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

    Safe to repeat. A folder with anything wrong in it is refused, with file, line and reason.
    """
    election = read_folder(Path(folder))
    loaded = load_election(environment.parts(), election, environment.user(), force)
    click.echo(f"Loaded {loaded.election.title}: {len(loaded.election.units)} units.")


command.add_command(election_survey.survey)
