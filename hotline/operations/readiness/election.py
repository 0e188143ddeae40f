"""The election: loaded, of this day, spoken in all its languages, and into which ledger."""

from __future__ import annotations

from collections.abc import Iterator

from hotline.calls import prompts
from hotline.calls.spelling import misread
from hotline.election.model import Election
from hotline.operations.readiness.checks import (
    Examination,
    ReadinessFinding,
    ok,
    some,
    warning,
    wrong,
)


def loaded(examination: Examination) -> ReadinessFinding:
    election = examination.election
    return ok(f"{election.title}: {len(election.units):,} precincts")


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
    odd: dict[str, None] = {}
    for code in election.languages:
        odd |= dict.fromkeys(_odd_names(election.in_language(code)))
    if odd:
        return warning(
            f"the voice may stumble over {len(odd):,} names: {some(list(odd))}",
            "Say in the column `spoken` of the election's folder how they are to be spoken; "
            "`hotline election load` proposes it.",
        )
    return ok(f"{len(election.units):,} precincts and all candidates have names that can be spoken")


def _odd_names(election: Election) -> Iterator[str]:
    for unit in election.units.values():
        if misread(unit.spoken or unit.name):
            yield unit.code
    for contest in election.contests:
        yield from (candidate.id for candidate in contest.candidates if misread(candidate.said))


def ledger(examination: Examination) -> ReadinessFinding:
    active = examination.active
    if not active.is_test:
        return ok(f"ledger {active.ledger_id} is live")
    return warning(
        f"ledger {active.ledger_id} is for tests: nothing that is reported is real",
        "For the real night: hotline ledger open --live.",
    )
