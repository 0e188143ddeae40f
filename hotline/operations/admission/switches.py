"""Turning on and off what administrators may: roster phones only, no intake, no publication."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil

from sqlalchemy import Connection

from hotline.calls import limits
from hotline.languages.catalogue import SOURCE
from hotline.operations.activity import ActivityKind, log_activity
from hotline.operations.actors import Actor, named
from hotline.operations.admission import denylist
from hotline.operations.context import AppContext
from hotline.operations.publication import publish
from hotline.store.admission import switches
from hotline.store.admission.switches import SwitchChange
from hotline.store.database import exclusive, reading, transact
from hotline.store.enums import Switch

__all__ = ["Switch", "SwitchChange", "SwitchError", "standing", "turn_off", "turn_on"]

log = logging.getLogger(__name__)

LONGEST_SAID = 200  # characters, about 15 seconds
LONGEST_REASON = 200  # characters
HISTORY = 50  # changes that are listed


class SwitchError(ValueError):
    """A switch stays as it is; the message says why."""


def turn_on(
    parts: AppContext,
    switch: Switch,
    by: Actor | str,
    why: str,
    said: Mapping[str, str] | None = None,
) -> SwitchChange:
    """Turns the switch on from the next call, or the next publication, on.

    `said` is what callers hear while no reports are taken, by language; other switches say nothing.
    Raises SwitchError.
    """
    said = {language: _one_line(text) for language, text in (said or {}).items()}
    if switch is Switch.INTAKE_CLOSED:
        _check_said(parts, said)
    elif said:
        raise SwitchError(f"{switch} has nothing to say to callers")
    return _change(parts, switch, True, named(by), why, said)


def turn_off(parts: AppContext, switch: Switch, by: Actor | str, why: str) -> SwitchChange:
    """Turns the switch off from the next call, or the next publication, on. Raises SwitchError."""
    return _change(parts, switch, False, named(by), why, {})


def standing(parts: AppContext) -> dict[Switch, SwitchChange | None]:
    """The last change of each switch; None for one that was never on."""
    with reading(parts.engine) as connection:
        found = switches.last_changes(connection)
    return {switch: found.get(switch) for switch in Switch}


def history(parts: AppContext) -> list[SwitchChange]:
    """The last changes, the newest first."""
    with reading(parts.engine) as connection:
        return switches.latest(connection, HISTORY)


@dataclass(frozen=True, slots=True)
class ClosingMessage:
    """What callers hear while intake is closed, in one language, and how long that takes (s)."""

    language: str
    text: str
    seconds: int


def preview_closing(parts: AppContext, said: Mapping[str, str]) -> list[ClosingMessage]:
    """How closed intake would be heard, in the languages of `said`. Raises SwitchError."""
    cleaned = {language: _one_line(text) for language, text in said.items()}
    _check_said(parts, cleaned)
    pace = limits.WORDS_A_SECOND * parts.settings.speech_rate / 100
    return [
        ClosingMessage(language, text, ceil(limits.words(text) / pace))
        for language, text in cleaned.items()
    ]


def _change(
    parts: AppContext, switch: Switch, on: bool, by: Actor, why: str, said: Mapping[str, str]
) -> SwitchChange:
    why = _one_line(why)
    if not by.name.strip() or not why:
        raise SwitchError("who does it and why must be said")
    if len(why) > LONGEST_REASON or not why.isprintable():
        raise SwitchError(f"the reason has to be readable, with at most {LONGEST_REASON} letters")
    change = SwitchChange(switch, on, parts.now(), by.name, why, said)

    def work(connection: Connection) -> None:
        exclusive(connection, "switch", switch)
        if switch is Switch.PUBLICATION_PAUSED:
            exclusive(connection, "publication")  # none is under way when it is paused
        last = switches.last_changes(connection).get(switch)
        if last == change:
            return  # the answer to its commit was lost, and it is repeated
        if on is (last is not None and last.on):
            raise SwitchError(_is_so_already(switch, last))
        switches.record_switch(connection, change)
        log_activity(
            connection,
            parts,
            by,
            ActivityKind.SWITCH_TURNED,
            before={"switch": switch.value, "on": not on},
            after={"switch": switch.value, "on": on, **_spoken(said)},
            note=why,
        )

    transact(parts.engine, work)
    log.info("%s is turned %s by %s: %s", switch, "on" if on else "off", by.name, why)
    denylist.pass_on(parts)
    if switch is Switch.PUBLICATION_PAUSED:
        publish.request(parts)  # it goes on, or says since when it does not
    return change


def _spoken(said: Mapping[str, str]) -> dict[str, str]:
    return {f"callers hear ({language})": text for language, text in said.items()}


def _check_said(parts: AppContext, said: Mapping[str, str]) -> None:
    active = parts.known_election()
    if not said.get(active.election.languages[0] if active else SOURCE):
        raise SwitchError("what callers hear must be said")
    for language, text in said.items():
        if not text or not text.isprintable() or len(text) > LONGEST_SAID:
            raise SwitchError(
                f"what callers hear ({language}) has to be readable, "
                f"with 1 to {LONGEST_SAID} letters"
            )


def _is_so_already(switch: Switch, last: SwitchChange | None) -> str:
    if last is None:
        return f"{switch} is off, and was never on"
    return (
        f"{switch} is {'on' if last.on else 'off'} already, by {last.who} "
        f"at {last.at:%Y-%m-%d %H:%M} UTC: {last.why}"
    )


def _one_line(text: str) -> str:
    return " ".join(text.split())
