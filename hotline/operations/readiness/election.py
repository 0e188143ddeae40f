"""The election: loaded, of this day, spoken in all its languages, and into which ledger."""

from __future__ import annotations

import re

from hotline.calls import prompts
from hotline.calls.names import spoken_unit
from hotline.operations.readiness.checks import (
    Examination,
    ReadinessFinding,
    ok,
    some,
    warning,
    wrong,
)

UNSPEAKABLE = re.compile(
    r"[^\w\s.,:;'’&()/#+-]|_|\d(?!(st|nd|rd|th|am|pm)\b)[a-z]|[a-z]\d", re.IGNORECASE
)
"""What a voice stumbles over: signs, and letters and digits run together but for 3rd or 7pm."""


def loaded(examination: Examination) -> ReadinessFinding:
    election = examination.election
    return ok(f"{election.title}: {len(election.units):,} units")


def day(examination: Examination) -> ReadinessFinding:
    election = examination.election
    left = (election.date - examination.parts.now().astimezone(election.zone).date()).days
    if left < 0:
        return warning(
            f"{election.date}, which is over", "Load the election that is to be held next."
        )
    return ok(f"{election.date}, " + ("today" if left == 0 else f"in {left} days"))


def lines(examination: Examination) -> ReadinessFinding:
    election = examination.election
    if not election.chairs_line:
        return wrong(
            "the election names no chairs' line",
            "Write its number under [lines] in election.toml, and load it again.",
        )
    public = f", public {election.public_line}" if election.public_line else ", no public line"
    return ok(f"chairs {election.chairs_line}{public}")


def languages(examination: Examination) -> ReadinessFinding:
    wanted = examination.election.languages
    missing = {code: prompts.untranslated(code) for code in wanted}
    gaps = [f"{code} ({len(found)} prompts)" for code, found in missing.items() if found]
    if gaps:
        return wrong(
            f"not everything can be said in {', '.join(gaps)}",
            "Take the language out of election.toml, or complete its catalogue in "
            "hotline/languages and run make catalogues.",
        )
    return ok(f"{len(prompts.Prompt)} prompts in {' and '.join(wanted)}")


def names(examination: Examination) -> ReadinessFinding:
    election = examination.election
    said = {code: spoken_unit(unit) for code, unit in election.units.items()}
    odd = [code for code, name in said.items() if not name.strip() or UNSPEAKABLE.search(name)]
    odd += [
        candidate.id
        for contest in election.contests
        for candidate in contest.candidates
        if UNSPEAKABLE.search(candidate.said)
    ]
    if odd:
        return warning(
            f"the voice may stumble over {len(odd):,} names: {some(odd)}",
            "Say in the column `spoken` of the election's folder how they are to be spoken.",
        )
    return ok(f"{len(said):,} units and all candidates have names that can be spoken")


def ledger(examination: Examination) -> ReadinessFinding:
    active = examination.active
    if not active.is_test:
        return ok(f"ledger {active.ledger_id} is live")
    return warning(
        f"ledger {active.ledger_id} is for tests: nothing that is reported is real",
        "For the real night: hotline ledger open --live.",
    )
