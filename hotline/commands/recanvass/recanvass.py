"""hotline recanvass"""

from __future__ import annotations

from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from hotline.commands import environment
from hotline.commands.recanvass import declared
from hotline.commands.refusal import CommandRefusal
from hotline.election.rules.mistakes import ErrorKind
from hotline.operations.actors import Actor
from hotline.operations.context import AppContext
from hotline.operations.recanvass import asking, deciding, records, reporting
from hotline.operations.recanvass.comparing import Comparison, compare_recanvass
from hotline.operations.recanvass.declared import compare_declared
from hotline.operations.recanvass.filing import file_decided
from hotline.operations.recanvass.publishing import publish as publish_it
from hotline.operations.recanvass.records import ReadingError
from hotline.operations.recanvass.words import KINDS, NAMES, STATES, lead_in_words, signed
from hotline.paper.ink import PaperSize
from hotline.store.enums import RecanvassKind, RecordDecision, Role

NUMBER = click.option(
    "--number", type=int, help="Of an earlier one; without it, the one that is under way."
)
WHY = click.option("--why", required=True, help="The reason: it stays with what is decided.")


@click.group("recanvass", invoke_without_command=True)
@click.option(
    "--declared",
    "file",
    metavar="FILE",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Compare totals that somebody has printed (CSV: contest,measure,choice,value) with what "
    "counts now.",
)
@click.option("--json", "as_json", is_flag=True, help="With --declared: print it as JSON.")
@click.pass_context
def command(context: click.Context, file: Path | None, as_json: bool) -> None:
    """Compare the ledger with the papers, or with a second count.

    In this order: ask, import, show, decide, file, publish. Another person files than decided,
    unless HOTLINE_REVIEW_SECOND says otherwise. All of it is at /review/recanvass as well.
    """
    if (file is None) is (context.invoked_subcommand is None) or (as_json and file is None):
        raise click.UsageError("give a command, or --declared FILE, with --json if you like")
    if file is not None:
        found = compare_declared(environment.parts(), file)
        click.echo(declared.as_json(found)) if as_json else declared.as_table(found)


@command.command()
@click.option(
    "--recount", is_flag=True, help="The ballots or cards are counted again: call it a recount."
)
@click.option(
    "--units",
    default="",
    metavar="CODES",
    help="Codes of the precincts to look into; without it, all.",
)
@WHY
def ask(recount: bool, units: str, why: str) -> None:
    """Begin a recanvass or a recount. One can be under way at a time."""
    kind = RecanvassKind.RECOUNT if recount else RecanvassKind.RECANVASS
    number = asking.ask(environment.parts(), _by(), kind, asking.codes_in(units), why)
    click.echo(f"{NAMES[kind]} {number} has begun. Next: hotline recanvass import FILE")


@command.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--skip-bad", is_flag=True, help="Leave precincts with wrong lines out, and take in the others."
)
@click.option(
    "--as-read", is_flag=True, help="Counts such as 1,020 are meant as they were read: 1020."
)
def import_(file: Path, skip_bad: bool, as_read: bool) -> None:
    """Take in what the papers say, from an .xlsx or CSV file.

    Columns: unit (or code), contest, candidate, first, final, delegates, attendance; or unit,
    contest, candidate, votes, ballots. Wrong lines are named, and nothing is taken in then.
    """
    parts = environment.parts()
    number = _number(parts, None)
    try:
        taken = records.take_file(parts, _by(), number, file, skip_bad=skip_bad, as_read=as_read)
    except ReadingError as error:
        raise CommandRefusal(f"{error}\nIf that is what is meant, say --as-read.") from None
    for problem in taken.skipped:
        click.echo(f"left out: {problem}", err=True)
    if taken.more:
        click.echo(f"left out: … and {taken.more} more", err=True)
    click.echo(f"Paper records: {taken.in_words}.")


@command.command()
@NUMBER
def show(number: int | None) -> None:
    """Print what differs, by kind, and what it moves in the totals."""
    parts = environment.parts()
    _print(compare_recanvass(parts, _number(parts, number)))


@command.command()
@click.argument("units", nargs=-1, metavar="[CODE]...")
@click.option(
    "--kind",
    type=click.Choice([kind.value for kind in ErrorKind]),
    help="All undecided precincts with this kind of difference, in place of named ones.",
)
@click.option("--keep", is_flag=True, help="The ledger stands; without it, the paper is filed.")
@click.option("--done", is_flag=True, help="Every difference is decided: it can be filed.")
@click.option("--why", default="", help="The reason: it stays with what is decided.")
def decide(units: tuple[str, ...], kind: str | None, keep: bool, done: bool, why: str) -> None:
    """Decide on precincts whose paper differs: file the paper, or keep the ledger."""
    if not (units or kind or done) or (units and kind):
        raise click.UsageError("name precincts, or a --kind, or say --done")
    parts, by = environment.parts(), _by()
    number = _number(parts, None)
    decision = RecordDecision.KEEP if keep else RecordDecision.FILE
    if kind:
        many = deciding.decide_kind(parts, by, number, ErrorKind(kind), decision, why)
        click.echo(f"Decided on {_precincts(many)}: {decision}.")
    elif units:
        many = deciding.decide(parts, by, number, _records(parts, number, units), decision, why)
        click.echo(f"Decided on {_precincts(many)}: {decision}.")
    if done:
        deciding.finish(parts, by, number)
        click.echo("All is decided. Next, by somebody else: hotline recanvass file")


@command.command()
def file() -> None:
    """File what was decided as new versions. Interrupted, it goes on where it stopped."""
    parts = environment.parts()
    progress = file_decided(parts, _by(), _number(parts, None))
    click.echo(f"Filed {_precincts(progress.filed)}. Next: hotline recanvass publish")


@command.command()
@NUMBER
def publish(number: int | None) -> None:
    """Let results go out as recanvass or recount from now on."""
    parts = environment.parts()
    order = publish_it(parts, _by(), _number(parts, number))
    click.echo(f"Results go out as {order.status}.")


@command.command()
@click.argument("out", type=click.Path(dir_okay=False, path_type=Path))
@NUMBER
@click.option("--totals", is_flag=True, help="CSV: the totals before and after.")
@click.option(
    "--paper",
    type=click.Choice([size.value for size in PaperSize]),
    default=PaperSize.LETTER.value,
    show_default=True,
)
def report(out: Path, number: int | None, totals: bool, paper: str) -> None:
    """Write the report to a file: PDF or .xlsx where its name ends so, CSV otherwise."""
    parts = environment.parts()
    comparison = compare_recanvass(parts, _number(parts, number))
    if out.suffix.lower() == ".pdf":
        out.write_bytes(reporting.as_pdf(parts, comparison, PaperSize(paper)))
    else:
        make = reporting.totals_table if totals else reporting.differences_table
        out.write_bytes(make(comparison).content(out.name))
    click.echo(f"Written: {out}")


@command.command()
@WHY
def close(why: str) -> None:
    """Give it up: nothing is filed."""
    parts = environment.parts()
    number = _number(parts, None)
    asking.close(parts, _by(), number, why)
    click.echo(f"Number {number} is closed; nothing of it was filed.")


def _by() -> Actor:
    return Actor(None, environment.user(), Role.ADMIN)


def _number(parts: AppContext, given: int | None) -> int:
    if given is not None:
        return given
    if running := asking.under_way(parts):
        return running.id
    if found := asking.listed(parts):
        return found[0].id
    raise CommandRefusal("there is no recanvass: hotline recanvass ask --why REASON")


def _precincts(number: int) -> str:
    return f"{number:,} {'precinct' if number == 1 else 'precincts'}"


def _records(parts: AppContext, number: int, units: tuple[str, ...]) -> list[int]:
    comparison = compare_recanvass(parts, number)
    found = []
    for code in units:
        case = comparison.case_of(code)
        if case is None or case.record is None:
            raise CommandRefusal(f"precinct {code} has no paper that differs from the ledger")
        found.append(case.record.id)
    return found


def _print(comparison: Comparison) -> None:
    found, console = comparison.recanvass, Console(markup=False, highlight=False)
    console.print(f"{NAMES[found.kind]} {found.id}: {STATES[found.state]}. {found.why}")
    console.print(
        f"{_precincts(comparison.units)}, {comparison.records:,} papers: {comparison.same:,} the "
        f"same, {len(comparison.differing)} differ, {len(comparison.without_paper)} without paper, "
        f"{len(comparison.undecided)} to decide."
    )
    table = Table("Difference", "Precincts")
    for kind, many in comparison.by_kind.items():
        table.add_row(f"{KINDS[kind]} ({kind})", str(many))
    if comparison.by_kind:
        console.print(table)
    for case in comparison.differing:
        kinds = ", ".join(KINDS[kind] for kind in case.kinds)
        decision = case.record.decision if case.record else "the ledger stands"
        console.print(f"{case.unit.code} {case.unit.name}: {kinds}; {decision or 'undecided'}")
    for change in comparison.found:
        contest = comparison.election.by_contest[change.contest]
        for lead, when in ((change.before, "Before"), (change.after, "By the papers")):
            console.print(f"{when}: {lead_in_words(contest, change.measure, lead)}")
        for number in change.changed:
            name = f"{number.measure} {number.line}".strip()
            console.print(f"  {name}: {signed(number.by, number.measure)}")
