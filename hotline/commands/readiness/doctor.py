"""hotline doctor"""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Iterable, Sequence

import click

from config.settings import SettingsError
from hotline.commands import environment
from hotline.operations.readiness import doctor
from hotline.operations.readiness.checks import CheckState, ReadinessCheck

MARKS = {
    CheckState.OK: click.style("ok     ", fg="green"),
    CheckState.WARNING: click.style("warning", fg="yellow", bold=True),
    CheckState.WRONG: click.style("WRONG  ", fg="red", bold=True),
    CheckState.UNKNOWN: click.style("unknown", fg="magenta", bold=True),
}
SETTINGS = "Mend the environment; docs/settings.md explains every variable."


@click.command("doctor")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def command(as_json: bool) -> None:
    """Check everything before the night, and say how to mend what is not right.

    Exit status 1 where anything is wrong or could not be checked; warnings alone leave it at 0.
    """
    logging.getLogger("hotline").setLevel(logging.CRITICAL)  # what fails is in the list
    checks: list[ReadinessCheck] = []
    for check in _checks():
        checks.append(check)
        if not as_json:
            _show(check)
    if as_json:
        found = {"ready": doctor.is_ready(checks), "checks": [check.as_json() for check in checks]}
        click.echo(json.dumps(found, indent=2, ensure_ascii=False))
    else:
        click.echo(_sum(checks))
    sys.exit(0 if doctor.is_ready(checks) else 1)


def _checks() -> Iterable[ReadinessCheck]:
    try:
        settings = environment.settings()
    except SettingsError as error:
        return [ReadinessCheck("Machine", "settings", CheckState.WRONG, str(error), SETTINGS)]
    return doctor.examine(environment.untried_parts(settings))


def _show(check: ReadinessCheck) -> None:
    click.echo(f"{MARKS[check.state]}  {check.area}, {check.name}: {check.seen}")
    if check.mend:
        click.echo(f"         -> {check.mend}")


def _sum(checks: Sequence[ReadinessCheck]) -> str:
    count = {state: sum(check.state is state for check in checks) for state in CheckState}
    return (
        f"{len(checks)} checks: {count[CheckState.OK]} ok, {count[CheckState.WARNING]} warnings, "
        f"{count[CheckState.WRONG]} wrong, {count[CheckState.UNKNOWN]} could not be made."
    )
