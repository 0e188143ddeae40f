"""The roster: whether every unit's chair can call, be called, and prove who they are."""

from __future__ import annotations

from collections import Counter

from hotline.operations.readiness.checks import (
    Examination,
    ReadinessFinding,
    ok,
    some,
    warning,
    wrong,
)
from hotline.store.database import reading
from hotline.store.roster import pins as stored_pins
from hotline.store.roster import practice, readiness_calls, roster


def chairs(examination: Examination) -> ReadinessFinding:
    election = examination.election
    with reading(examination.parts.engine) as connection:
        known = roster.chaired_units(connection, election.id)
    without = sorted(election.units.keys() - known)
    if len(without) == len(election.units):
        return wrong("no precinct has a chair", "Run hotline roster load FILE.")
    if without:
        return warning(
            f"{len(without):,} of {len(election.units):,} precincts have no chair: {some(without)}",
            "Add them to the roster: nobody can be called about these precincts.",
        )
    return ok(f"every one of {len(election.units):,} precincts has a chair")


def phones(examination: Examination) -> ReadinessFinding:
    election = examination.election
    with reading(examination.parts.engine) as connection:
        known = roster.chaired_units(connection, election.id)
        phones = roster.phones_of_units(connection, election.id)
    without = sorted((known & election.units.keys()) - phones.keys())
    if without:
        return warning(
            f"{len(without):,} precincts have a chair without a telephone: {some(without)}",
            "Add their telephones: without one a chair has no fast lane and gets no receipt.",
        )
    return ok(f"{len({p for each in phones.values() for p in each}):,} telephones")


def shared_phones(examination: Examination) -> ReadinessFinding:
    """For information: one telephone may report several units."""
    with reading(examination.parts.engine) as connection:
        phones = roster.phones_of_units(connection, examination.election.id)
    units = Counter(phone for each in phones.values() for phone in each)
    shared = [count for count in units.values() if count > 1]
    if not shared:
        return ok("no telephone reports more than one precinct")
    return ok(f"{len(shared):,} telephones report several precincts, one of them {max(shared)}")


def pins(examination: Examination) -> ReadinessFinding:
    election = examination.election
    with reading(examination.parts.engine) as connection:
        issued = stored_pins.stored(connection, election.id, None)
    without = sorted(election.units.keys() - issued.keys())
    if without:
        return wrong(
            f"{len(without):,} of {len(election.units):,} precincts have no PIN: {some(without)}",
            "Run hotline pins issue --out FILE, and print the letters.",
        )
    return ok(f"every one of {len(election.units):,} precincts has one")


def trials(examination: Examination) -> ReadinessFinding:
    """Test calls, in which a chair has heard us."""
    election = examination.election
    with reading(examination.parts.engine) as connection:
        ready = readiness_calls.latest(connection, election.id).keys() & election.units.keys()
        practiced = practice.latest_practice(connection, election.id).keys() & election.units.keys()
    seen = f"{len(ready):,} of {len(election.units):,} precincts are ready"
    seen += f", {len(practiced):,} have practiced a report"
    if len(ready) < len(election.units):
        return warning(
            seen,
            "Ask the chairs of the others to call the line before the night, and press 1; "
            "whoever presses 3 practices a whole report.",
        )
    return ok(seen)
