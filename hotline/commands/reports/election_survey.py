"""hotline election survey"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import click

from hotline.commands.reports import survey_recall
from hotline.election.finding import Check
from hotline.election.folder.folder import read_folder, read_results
from hotline.election.folder.returns import FILE, UnitReturns
from hotline.election.model import Election
from hotline.election.review.evidence import checks_of, together, view_of
from hotline.election.review.recall import corrections_of, recall_of
from hotline.election.review.survey import (
    admissible_precincts,
    cases_over,
    fates_of,
    reports_by_check,
)
from hotline.election.rules.evidence import FindingCase
from hotline.election.rules.registry import rules_of
from hotline.operations.desk.words import unit_name
from hotline.tables.writer import csv_lines


@click.command()
@click.argument("folder", metavar="DIR", type=click.Path(exists=True, file_okay=False))
@click.option("--check", "name", metavar="NAME", help="List what this check finds; oddest first.")
@click.option(
    "--csv",
    "file",
    metavar="FILE",
    type=click.Path(dir_okay=False),
    help="Write all findings there.",
)
@click.option(
    "--against",
    metavar="FILE",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Corrected figures, as hotline recanvass imports them: how many the checks had found.",
)
@click.option("--json", "as_json", is_flag=True, help="With --against: print it as JSON.")
def survey(
    folder: str, name: str | None, file: str | None, against: Path | None, as_json: bool
) -> None:
    """What the checks find in the reports of an election folder that has results.

    Reads results.csv as what every chair filed and insisted on. Needs no database.
    """
    if as_json and against is None:
        raise click.UsageError("--json goes with --against")
    election = read_folder(Path(folder))
    reported = read_results(Path(folder), election)
    if not reported:
        raise click.ClickException(f"{folder} has no {FILE}")
    cases = cases_over(election, reported)
    if against is not None:
        corrections = corrections_of(election, reported, against)
        show = survey_recall.as_json if as_json else survey_recall.as_text
        click.echo(show(election, recall_of(cases, len(reported), corrections)))
    elif name is None:
        _counts(election, reported, cases)
    else:
        _list(election, _check(election, name), cases)
    if file is not None:
        head = ("check", "code", "name", "area", "figures")
        text = "".join(csv_lines(head, _rows(election, cases)))
        Path(file).write_text(text, encoding="utf-8", newline="")
        click.echo(f"Wrote {len(cases):,} findings to {file}.")


def _check(election: Election, name: str) -> Check:
    possible = [check.value for check in checks_of(election)]
    if name not in possible:
        raise click.BadParameter(f"one of {', '.join(possible)}", param_hint="--check")
    return Check(name)


def _counts(
    election: Election, reported: Sequence[UnitReturns], cases: Sequence[FindingCase]
) -> None:
    fates, found = fates_of(election, reported), reports_by_check(cases)
    click.echo(f"{election.title}: {fates.reports:,} reports.")
    admissible, precincts = admissible_precincts(election, reported)
    if any(rule.awarded for rule in rules_of(election)):
        click.echo(f"The rules admit the awards of {admissible:,} of {precincts:,} precincts.")
    click.echo(
        f"Had every chair insisted: {fates.held:,} held, {fates.contested:,} counted as contested; "
        f"{fates.undisturbed:,} would have heard of nothing.\n"
    )
    for check in sorted(checks_of(election), key=lambda check: -found[check]):
        click.echo(f"{found[check]:6,}  {check.value:24} {check.meaning}")


def _list(election: Election, check: Check, cases: Sequence[FindingCase]) -> None:
    """The last cell of a line says how odd it is; twins stand beside each other."""
    listed = [case for case in cases if case.finding.check is check]
    if check is Check.TWIN:
        listed.sort(key=lambda case: min(case.unit.code, str(case.finding.details["unit"])))
    listed.sort(key=lambda case: view_of(check).cells(case)[-1], reverse=True)
    click.echo(f"{check.value}: {check.meaning}. {len(listed):,} found.")
    for case in listed:
        click.echo(f"{unit_name(election, case.unit.code)}\n    {_figures(election, case)}")


def _rows(election: Election, cases: Sequence[FindingCase]) -> Iterator[tuple[str, ...]]:
    for case in cases:
        unit = case.unit
        place = (unit.code, unit.name, unit.county or unit.pool)
        yield (case.finding.check.value, *place, _figures(election, case))


def _figures(election: Election, case: FindingCase) -> str:
    check = case.finding.check
    said = together(check, view_of(check).cells(case))
    if check is not Check.TWIN:
        return said
    return f"{said}; The same as: {unit_name(election, str(case.finding.details['unit']))}"
