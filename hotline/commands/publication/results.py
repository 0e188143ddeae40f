"""hotline results"""

from __future__ import annotations

import click
from rich.console import Console
from rich.table import Table

from hotline.commands import environment
from hotline.commands.refusal import CommandRefusal
from hotline.election.rules.registry import measure_of
from hotline.operations.publication.results_data import as_csv, as_json
from hotline.operations.publication.results_figures import Document
from hotline.operations.publication.results_nist import as_nist
from hotline.store.enums import ResultStatus
from hotline.store.publication import publications
from hotline.store.publication.publications import Publication

STATUSES = {
    ResultStatus.PARTIAL: "unofficial, incomplete",
    ResultStatus.COMPLETE: "unofficial",
    ResultStatus.RECANVASS: "unofficial, recanvass",
    ResultStatus.RECOUNT: "unofficial, recount",
    ResultStatus.CERTIFIED: "certified",
}


@click.command("results")
@click.option(
    "--format",
    "form",
    type=click.Choice(("table", "json", "csv", "nist")),
    default="table",
    show_default=True,
)
def command(form: str) -> None:
    """Print what is published, and nothing that is not."""
    latest = publications.latest(environment.parts().engine)
    if latest is None:
        raise CommandRefusal("Nothing has been published yet.")
    if form == "json":
        click.echo(as_json(latest.document, refused_since=latest.refused_since))
    elif form == "nist":
        click.echo(as_nist({**latest.document, "number": latest.number}))
    elif form == "csv":
        click.echo(as_csv(latest.document), nl=False)
    else:
        _print(latest)


def _print(latest: Publication) -> None:
    document, console = latest.document, Console(markup=False, highlight=False)
    units = document["units"]
    counted = units["reported"] - units["held"]
    console.print(f"{document['title']}: {_standing(document)}")
    console.print(
        f"{counted} of {units['total']} precincts counted, {units['held']} held, "
        f"{units['outstanding']} outstanding. Publication {latest.number}, {document['as_of']}.",
    )
    for one in document.get("lost", ()):
        console.print(f"Given up as lost: {one['name']} ({one['code']}): {one['reason']}")
    if latest.key_id:
        console.print(f"Signed with the key {latest.key_id}.")
    if latest.refused_since is not None:
        console.print(
            f"Newer publications are refused since {latest.refused_since:%Y-%m-%d %H:%M} UTC: "
            f"{latest.refused_reason}",
            highlight=False,
        )
    for contest in document["contests"]:
        console.print(_table(contest))


def _standing(document: Document) -> str:
    words = [STATUSES[document["status"]]]
    if document["is_test"]:
        words.append("TEST DATA")
    return ", ".join(words)


def _table(contest: Document) -> Table:
    """Candidates by the measure that decides, the largest first."""
    measures = contest["measures"]
    deciding = contest["totals"][measures[-1]]
    table = Table(title=contest["title"], title_justify="left")
    table.add_column("Candidate")
    for measure in measures:
        table.add_column(measure_of(measure).label, justify="right")
    for candidate in sorted(contest["candidates"], key=lambda c: -float(deciding[c["id"]])):
        values = (contest["totals"][measure][candidate["id"]] for measure in measures)
        table.add_row(candidate["name"], *map(_written, values))
    return table


def _written(value: int | str) -> str:
    return f"{value:,}" if isinstance(value, int) else value
