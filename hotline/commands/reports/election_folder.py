"""hotline election new, check and codes: a party's own folder, before anything is loaded."""

from __future__ import annotations

import csv
import io
import json
from datetime import date, datetime
from pathlib import Path
from typing import Any

import click

from hotline.commands import columns
from hotline.commands.refusal import CommandRefusal
from hotline.election.folder.folder import examine_folder, read_results
from hotline.election.folder.new_folder import NewElection
from hotline.election.model import Election
from hotline.election.rules.registry import DEFAULT_RULE
from hotline.operations.reports.misread_names import find_misread_names
from hotline.operations.reports.new_election import list_codes, make_election
from hotline.tables.problems import FileProblem, FolderError, Problems
from hotline.tables.writer import content

SHOWN = 50
FOLDER = click.argument("folder", metavar="DIR", type=click.Path(exists=True, file_okay=False))
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command()
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option("--from", "source", required=True, type=FILE, help="The list of precincts.")
@click.option("--rule", default=DEFAULT_RULE, show_default=True, help="How votes are counted.")
@click.option("--title", default="", help="How the election is called.")
@click.option("--date", "day", type=click.DateTime(["%Y-%m-%d"]), help="Its day: 2028-02-07.")
@click.option("--timezone", default="", help="Where it is held: America/Chicago.")
@click.option("--candidates", type=FILE, help="A list of candidates, with or without an office.")
@columns.option
def new(
    folder: Path,
    source: Path,
    rule: str,
    title: str,
    day: datetime | None,
    timezone: str,
    candidates: Path | None,
    mapping: dict[str, str],
) -> None:
    """Make an election folder DIR from your own list of precincts (.xlsx or CSV).

    Every precinct gets the code that its chair will key; your own ids are kept. Nothing that is
    there already is written over. Says what was mended in the list, and what to fill in next.
    """
    wanted = NewElection(
        folder, source, rule, title, day.date() if day else None, timezone, mapping, candidates
    )
    found = make_election(wanted, date.today())  # noqa: DTZ011 (the day of whoever types this)
    columns.show_notes(found.notes)
    made = found.made
    click.echo(f"Made {folder}: {len(made.precincts)} precincts, {made.candidates} candidates.")
    click.echo("Next, fill in:")
    for line in made.next:
        click.echo(f"  {line}")
    click.echo(f"Then: hotline election check {folder}")


@click.command()
@FOLDER
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def check(folder: str, as_json: bool) -> None:
    """Check an election folder, and change nothing: no database is needed.

    Prints a summary, warnings, and everything that is wrong, with file, line, reason and what would
    be right. Exit status 1 if anything is wrong.
    """
    directory, problems = Path(folder), Problems()
    election = examine_folder(directory, problems)
    reports = _reports(directory, election, problems) if election else 0
    found = list(dict.fromkeys(problems.found))
    warnings = [str(note) for note in problems.notes]
    if election:
        warnings += [str(name) for name in find_misread_names(directory, election)]
    summary = _summary(election, reports) if election else {}
    if as_json:
        document = {
            "ok": not found,
            "election": summary,
            "warnings": warnings,
            "refusals": [_document(problem) for problem in found],
        }
        click.echo(json.dumps(document, indent=2, ensure_ascii=False))
    else:
        _print(summary, warnings)
    if found and not as_json:
        raise CommandRefusal(str(FolderError(found)))
    if found:
        raise click.exceptions.Exit(1)


def _reports(directory: Path, election: Election, problems: Problems) -> int:
    """How many precincts have results to rehearse with."""
    try:
        return len(read_results(directory, election))
    except FolderError as error:
        problems.found += error.problems
        return 0


def _summary(election: Election, reports: int) -> dict[str, Any]:
    return {
        "id": election.id,
        "title": election.title,
        "date": election.date.isoformat(),
        "timezone": election.timezone,
        "precincts": len(election.units),
        "areas": len({unit.scope for unit in election.units.values()}),
        "contests": [
            {
                "id": contest.id,
                "title": contest.title,
                "rule": contest.rule,
                "candidates": len(contest.candidates),
            }
            for contest in election.contests
        ],
        "lines": {"chairs": election.chairs_line, "public": election.public_line},
        "results": reports,
    }


def _print(summary: dict[str, Any], warnings: list[str]) -> None:
    for warning in warnings[:SHOWN]:
        click.echo(f"Warning: {warning}", err=True)
    if len(warnings) > SHOWN:
        click.echo(f"Warning: … and {len(warnings) - SHOWN} more", err=True)
    if not summary:
        return
    click.echo(f"{summary['title']} ({summary['id']}), {summary['date']}, {summary['timezone']}")
    click.echo(f"{summary['precincts']} precincts in {summary['areas']} areas")
    for contest in summary["contests"]:
        click.echo(f"{contest['title']}: {contest['candidates']} candidates, {contest['rule']}")
    lines = ", ".join(f"{name} {number or 'none'}" for name, number in summary["lines"].items())
    click.echo(f"Lines: {lines}")
    click.echo(f"Results to rehearse with: {summary['results'] or 'none'}")


def _document(problem: FileProblem) -> dict[str, Any]:
    return {
        "file": problem.file,
        "line": problem.line,
        "column": problem.column,
        "value": problem.value,
        "reason": problem.reason,
        "remedy": problem.right,
    }


@click.command()
@FOLDER
@click.option(
    "--out", type=click.Path(dir_okay=False, path_type=Path), help="A file in place of the screen."
)
def codes(folder: str, out: Path | None) -> None:
    """Print your precincts' own ids with the codes that their chairs key.

    As CSV; with --out FILE.xlsx as a workbook.
    """
    found = list_codes(Path(folder))
    head, lines = (
        ("id", "code", "county", "name"),
        [(one.id, one.code, one.county, one.name) for one in found],
    )
    if out is None:
        text = io.StringIO()
        csv.writer(text, lineterminator="\n").writerows([head, *lines])
        click.echo(text.getvalue(), nl=False)
        return
    out.write_bytes(content(out.name, head, lines))
    click.echo(f"Wrote {len(found)} codes to {out}.")
