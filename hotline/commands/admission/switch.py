"""hotline switch"""

from __future__ import annotations

import json
from typing import Any

import click

from hotline.commands import environment
from hotline.languages.catalogue import SOURCE
from hotline.operations.admission import switches
from hotline.operations.admission.switches import Switch, SwitchChange
from hotline.operations.context import AppContext

NAME = click.argument("name", type=click.Choice([switch.value for switch in Switch]))
REASON = click.option("--reason", required=True, help="Why; kept, and shown to whoever asks.")
EFFECT = {
    Switch.ROSTER_ONLY: "only telephones on the roster get through to the chairs' line",
    Switch.INTAKE_CLOSED: "no reports are taken",
    Switch.PUBLICATION_PAUSED: "the last publication stands",
}


@click.group("switch")
def command() -> None:
    """What administrators can turn on: roster-only, close-intake, pause-publication."""


@command.command()
@NAME
@REASON
@click.option("--say", metavar="TEXT", help="What callers hear, for close-intake.")
@click.option(
    "--say-in",
    "others",
    nargs=2,
    multiple=True,
    metavar="LANGUAGE TEXT",
    help="The same in another of the election's languages: --say-in es TEXT.",
)
def on(name: str, reason: str, say: str | None, others: tuple[tuple[str, str], ...]) -> None:
    """Turn a switch on, from the next call or publication on.

    The results page shows the reason why publication is paused.
    """
    switch = Switch(name)
    parts = environment.parts()
    languages = _languages(parts)
    if unknown := [code for code, _ in others if code not in languages]:
        raise click.UsageError(f"the election is not held in {unknown[0]}.")
    said = dict(others) if say is None else {languages[0]: say, **dict(others)}
    if switch is Switch.INTAKE_CLOSED and say is None:
        raise click.UsageError("close-intake needs --say: what callers hear.")
    if switch is not Switch.INTAKE_CLOSED and said:
        raise click.UsageError(f"{switch} has nothing to say to callers.")
    switches.turn_on(parts, switch, environment.user(), reason, said)
    click.echo(f"{switch} is on: {EFFECT[switch]}.")


def _languages(parts: AppContext) -> tuple[str, ...]:
    active = parts.known_election()
    return active.election.languages if active else (SOURCE,)


@command.command()
@NAME
@REASON
def off(name: str, reason: str) -> None:
    """Turn a switch off, from the next call or publication on."""
    switch = Switch(name)
    switches.turn_off(environment.parts(), switch, environment.user(), reason)
    click.echo(f"{switch} is off.")


@command.command("list")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def show(as_json: bool) -> None:
    """List all switches: how each is, since when, by whom and why."""
    found = switches.standing(environment.parts())
    if as_json:
        documents = [_document(switch, last) for switch, last in found.items()]
        click.echo(json.dumps(documents, indent=2, ensure_ascii=False))
        return
    for switch, last in found.items():
        click.echo(_line(switch, last))


def _line(switch: Switch, last: SwitchChange | None) -> str:
    if last is None:
        return f"{switch:17} off  never on"
    said = "".join(f"; callers hear ({code}): {text}" for code, text in last.said.items())
    return (
        f"{switch:17} {'ON ' if last.on else 'off'}  since {last.at:%Y-%m-%d %H:%M} UTC "
        f"by {last.who}: {last.why}{said}"
    )


def _document(switch: Switch, last: SwitchChange | None) -> dict[str, Any]:
    return {
        "switch": switch.value,
        "on": last is not None and last.on,
        "at": None if last is None else last.at.isoformat(),
        "who": None if last is None else last.who,
        "why": None if last is None else last.why,
        "said": {} if last is None else dict(last.said),
    }
