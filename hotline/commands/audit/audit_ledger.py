"""hotline audit export, and hotline audit check: what leaves the house, and who checks it there."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from rich.console import Console
from rich.progress import Progress

from hotline.commands import environment
from hotline.election.audit import export as exporting
from hotline.operations.audit import files, ledger, signing
from hotline.operations.audit.finding import AuditFinding
from hotline.operations.context import AppContext
from hotline.store.audit import ledger_reading
from hotline.store.database import reading

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


def keys(
    _context: click.Context, _option: click.Parameter, given: tuple[Path, ...]
) -> list[object]:
    """Public keys from PEM files."""
    try:
        return [signing.read_public_key(path.read_bytes()) for path in given]
    except signing.KeyFileError as error:
        raise click.BadParameter(str(error)) from None


def verify(
    parts: AppContext, number: int | None, known: Sequence[Ed25519PublicKey], only: tuple[int, ...]
) -> list[AuditFinding]:
    """`audit.ledger.verify`, with how far it has come on a terminal."""
    console = Console(stderr=True)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task("entries", total=None)
        return ledger.verify(
            parts,
            number,
            keys=known,
            numbers=only or None,
            tell=lambda read, of: progress.update(task, completed=read, total=of),
        )


@click.command("export")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--ledger", "number", type=int, help="Of this ledger, not of the one in use.")
def export(file: Path, number: int | None) -> None:
    """Write the ledger into FILE, for anybody to check: what counts, and nobody's name.

    The format is told in docs/verification.md. A file that exists is not written over.
    """
    parts = environment.parts()
    with file.open("x", encoding="ascii") as out, reading(parts.engine) as connection:
        opening, election = ledger.opening_of(parts, connection, number)
        links = ledger_reading.links(connection, opening.ledger, public=True)
        out.writelines(exporting.lines(opening, election, links))
    kind = "test" if opening.is_test else "live"
    click.echo(f"Ledger {opening.ledger} ({kind}): {opening.entries} entries, {opening.head}")


@click.command("check")
@click.argument("results", type=FILE)
@click.option("--signature", type=FILE, help="results.sig: checks it, with --key.")
@click.option("--key", type=FILE, help="key.pem; compare it with the one that was given to you.")
@click.option("--ledger", "exported", type=FILE, help="An export: counts it again and compares.")
def check(results: Path, signature: Path | None, key: Path | None, exported: Path | None) -> None:
    """Check RESULTS (results.json) with files alone: no database, no settings, no network."""
    if (signature is None) != (key is None):
        raise click.UsageError("--signature and --key go together.")
    if signature is None and exported is None:
        raise click.UsageError("Say what to check it with: --signature and --key, or --ledger.")
    published = results.read_bytes()
    findings: list[AuditFinding] = []
    try:
        if signature is not None and key is not None:
            pem = key.read_bytes()
            findings += files.check_signature(published, signature.read_bytes(), pem)
            click.echo(f"Key {signing.key_id(signing.read_public_key(pem))}")
        if exported is not None:
            with exported.open(encoding="utf-8") as lines:
                findings += files.check_ledger(published, lines)
    except (UnicodeDecodeError, signing.KeyFileError, files.FileError, exporting.ExportError) as e:
        raise click.ClickException(str(e)) from None
    done = [
        *(["signed"] if signature else []),
        *(["what the ledger comes to"] if exported else []),
    ]
    report(findings, f"The publication is {' and '.join(done)}.")


def report(findings: Sequence[AuditFinding], all_is_well: str) -> None:
    """Names what was found, and refuses; or says that all is well."""
    for finding in findings:
        click.echo(finding)
    if findings:
        raise click.ClickException(f"not as it should be: {len(findings)}")
    click.echo(all_is_well)
