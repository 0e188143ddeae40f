"""hotline up"""

from __future__ import annotations

import os
import sys

import click

from config.settings import Settings
from hotline.commands import environment
from hotline.store.enums import Role
from hotline.supervisor.data import Demonstration
from hotline.supervisor.people import DemoPerson
from hotline.supervisor.start import HOST, sandbox_port, up

COLOURS = ("cyan", "green", "yellow", "magenta", "blue", "bright_cyan", "bright_green")


@click.command("up")
@click.option("--port", type=click.IntRange(1, 65534), help="PORT, else 8000.")
def command(port: int | None) -> None:
    """Start everything on this machine.

    Web, workers, clock, and an embedded Redis where REDIS_URL is not set. In the sandbox it also
    starts a telephone network to try the line with, one port above, and fills an empty database
    with Iowa 2020, an invented roster, PINs and accounts. A second start keeps its data.
    Ctrl-C stops all.
    """
    os.umask(0o077)  # the database and the roster below var/ are nobody else's
    settings = environment.settings(port=port)
    output = Output()
    up(settings, output.say, lambda settings, found: output.welcome(settings, found))


class Output:
    """Lines of many processes, each behind the name of its own. Gone readers do not matter."""

    def __init__(self) -> None:
        self._colours: dict[str, str] = {}

    def say(self, name: str, line: str) -> None:
        colour = self._colours.setdefault(name, COLOURS[len(self._colours) % len(COLOURS)])
        self._write(f"{click.style(f'{name:9} |', fg=colour)} {line}")

    def welcome(self, settings: Settings, found: Demonstration) -> None:
        self._write("\n".join(["", *welcome(settings, found), ""]))

    def _write(self, text: str) -> None:
        try:
            click.echo(text)
        except BrokenPipeError:
            sys.stdout = None  # whoever read along has gone; the line goes on


def welcome(settings: Settings, found: Demonstration) -> list[str]:
    """Where to look, and, in the sandbox only, what to try."""
    here = f"http://{HOST}:{settings.port}"
    title = found.election.title if found.election else "no election loaded"
    lines = [f"  Hotline is up: {title}", "", f"  Results   {here}/results"]
    if not settings.sandbox:
        return [*lines, "", "  Ctrl-C stops everything."]
    lines += [f"  Handset   http://{HOST}:{sandbox_port(settings)}/", ""]
    if found.unit is not None:
        place = ", ".join(filter(None, (found.unit.county or found.unit.pool, found.unit.name)))
        lines += [
            "  To report a precinct, pick a telephone on the handset page and call the line.",
            f"    Precinct  {found.unit.code}  ({place})",
            f"    Phone     {found.phone or 'none on the roster: call from any'}",
            f"    PIN       {found.pin or 'the one that you issued'}",
            "",
        ]
    if found.people:
        lines += [
            f"  The desk  {here}/desk/  Sign in there, in a second window, as one of",
            *_people(found),
        ]
    return [*lines, f"  Ctrl-C stops everything. What was reported stays in {settings.var}/."]


def _people(found: Demonstration) -> list[str]:
    lines = [
        f"    {one.name:5} {one.role:11} {one.password}   {_besides(one)}" for one in found.people
    ]
    return [*lines, ""]


def _besides(person: DemoPerson) -> str:
    """What is needed besides the password, and to dial in."""
    if person.role is Role.OBSERVER:
        return "looks on, at /observe/"
    dialling = f"extension {person.extension}, PIN {person.phone_pin or 'the new one'}"
    return dialling + (f"; code: hotline user code {person.name}" if person.needs_code else "")
