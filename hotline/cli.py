"""The `hotline` command. Each subcommand is a file of its own in a room of hotline/commands."""

from __future__ import annotations

from importlib import import_module

import click

COMMANDS = {
    "up": "processes",
    "doctor": "readiness",
    "plan": "readiness",
    "twilio": "readiness",
    "backup": "readiness",
    "db": "upkeep",
    "election": "reports",
    "roster": "roster",
    "pins": "roster",
    "prompts": "calls",
    "ledger": "reports",
    "results": "publication",
    "recanvass": "recanvass",
    "audit": "audit",
    "block": "admission",
    "switch": "admission",
    "limit": "admission",
    "user": "accounts",
    "purge": "upkeep",
    "rehearse": "rehearsal",
    "web": "processes",
    "voice": "processes",
    "work": "processes",
    "clock": "processes",
    "sandbox": "processes",
}
"""In the order of the help: `hotline NAME` is `command` in hotline/commands/ROOM/NAME.py."""


class Commands(click.Group):
    """Imports a subcommand when it is used, so that each starts as fast as it can."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        if name not in COMMANDS:
            return None
        module = import_module(f"hotline.commands.{COMMANDS[name]}.{name}")
        command: click.Command = module.command
        return command

    def invoke(self, ctx: click.Context) -> object:
        """What the program refuses ends in one line and status 1; a defect, in its traceback."""
        try:
            return super().invoke(ctx)
        except Exception as error:
            from hotline.commands.explanation import explain

            if message := explain(error):
                raise click.ClickException(message) from error
            raise


@click.command(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="hotline")
def main() -> None:
    """The telephone line that an election's precinct chairs call to report results.

    `hotline up` starts everything on this machine. Settings come from the environment and are
    listed in docs/settings.md.

    Exit status: 0 done, 1 refused with a line that says why, 2 wrong usage.
    """
