"""hotline prompts"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from config.settings import Settings
from hotline.calls.recorded.recording_list import Recording, recordings_for
from hotline.commands import environment
from hotline.commands.refusal import CommandRefusal
from hotline.election.folder.folder import read_folder
from hotline.election.model import Election
from hotline.operations.calls.recorded_prompts import (
    Inspection,
    inspect_recordings,
    write_list,
)
from hotline.store.elections import Elections

LIST = "prompts.csv"
SHOWN = 20  # of each kind, where a person reads it


@click.group("prompts")
def command() -> None:
    """What the line says, for recording it in a person's voice."""


def _options(function: Callable[..., None]) -> Callable[..., None]:
    """What both commands take: the folder, and which election is meant."""
    kind = click.Path(file_okay=False)
    folder = click.argument("folder", metavar="[DIR]", required=False, type=kind)
    election = click.option(
        "--election",
        type=click.Path(exists=True, file_okay=False),
        help="The folder of an election, instead of the one that is loaded.",
    )
    as_json = click.option("--json", "as_json", is_flag=True, help="One JSON document instead.")
    return folder(election(as_json(function)))


@command.command()
@_options
@click.option("--missing", is_flag=True, help="Only what the folder has no recording of.")
def export(folder: str | None, election: str | None, as_json: bool, missing: bool) -> None:
    """Write the list of all recordings: file name, language, text, where it is heard.

    It goes to DIR/prompts.csv, for any spreadsheet; DIR is HOTLINE_RECORDINGS where it is not
    given. Each recording is saved in DIR under the file name of the list.
    """
    of = environment.settings()
    place = Path(folder) if folder else of.recordings
    wanted = _wanted(of, election)
    if missing:
        wanted = inspect_recordings(place, wanted).missing
    if as_json:
        click.echo(json.dumps([_document(recording) for recording in wanted], ensure_ascii=False))
        return
    for language in sorted({recording.phrase.language for recording in wanted}):
        (place / language).mkdir(parents=True, exist_ok=True)
    path = place / LIST
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        write_list(wanted, file)
    click.echo(f"{path}: {len(wanted):,} recordings to make.")


@command.command()
@_options
@click.option("--partly", is_flag=True, help="The voice speaks what is missing: that is no fault.")
def check(folder: str | None, election: str | None, as_json: bool, partly: bool) -> None:
    """Hold the recordings of a folder against the list.

    Says what is missing, what is unknown (such as a text that has changed), and what cannot be
    played or is far from the length of its words. Exit status 1 if there is any.
    """
    of = environment.settings()
    place = Path(folder) if folder else of.recordings
    if not place.is_dir():
        raise CommandRefusal(f"{place}: is not a folder")
    found = inspect_recordings(place, _wanted(of, election))
    if as_json:
        click.echo(json.dumps(_result(found), ensure_ascii=False))
    else:
        _show(found)
    if not found.is_complete(partly=partly):
        raise click.exceptions.Exit(1)


def _wanted(of: Settings, folder: str | None) -> list[Recording]:
    election = read_folder(Path(folder)) if folder else _loaded(of)
    return recordings_for(election, of.results_address)


def _loaded(of: Settings) -> Election:
    with environment.engine(of).connect() as connection:
        active = Elections().active(connection)
    if active is None:
        raise CommandRefusal("No election is loaded: load one, or name its folder with --election")
    return active.election


def _document(recording: Recording) -> dict[str, str]:
    return {
        "file": recording.file,
        "language": recording.phrase.language,
        "text": recording.phrase.text,
        "where": recording.where,
        "sentence": recording.sentence,
    }


def _result(found: Inspection) -> dict[str, Any]:
    return {
        "good": len(found.good),
        "missing": [_document(recording) for recording in found.missing],
        "unknown": found.unknown,
        "unplayable": [{"file": file, "reason": why} for file, why in found.unplayable],
        "doubtful": [{"file": file, "reason": why} for file, why in found.doubtful],
    }


def _show(found: Inspection) -> None:
    click.echo(f"{len(found.good):,} recordings are good.")
    missing = [f"{recording.file}: “{recording.phrase.text}”" for recording in found.missing]
    for what, lines in (
        ("cannot be played; the voice speaks instead", [" ".join(x) for x in found.unplayable]),
        ("are doubtful; they are played", [" ".join(x) for x in found.doubtful]),
        ("say nothing on the list, and are not played", found.unknown),
        ("are missing; the voice speaks", missing),
    ):
        if lines:
            click.echo(f"{len(lines):,} {what}:")
            for line in lines[:SHOWN]:
                click.echo(f"  {line}")
            if len(lines) > SHOWN:
                click.echo(f"  and {len(lines) - SHOWN:,} more")
