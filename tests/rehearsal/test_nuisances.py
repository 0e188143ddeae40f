"""Nuisance callers: how they are dealt, what they do, and what is held against the line."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from random import Random

import pytest

from hotline.guard.caller import Attestation, read_caller
from hotline.rehearsal.agenda import NUISANCES, invented
from hotline.rehearsal.arrivals import NIGHT
from hotline.rehearsal.mischief import Mischief, NuisanceReport
from hotline.rehearsal.nuisances import NuisanceKind, Placed, Spell, deal
from hotline.sandbox.exchange import Exchange
from hotline.sandbox.line import SimulatedLine
from tests.sandbox.webhook import LINE, Received, Webhook

ROSTER = [f"+15155550{n}" for n in range(110, 130)]
PUBLIC = "+15155550101"
STRANGER = "+19005550142"
PACE = 8.0
"""Times as fast as a real night."""


def dealt(n: int, roster: list[str] | None = None, *, public: bool = True) -> list[Spell]:
    roster = ROSTER if roster is None else roster
    chance = Random(5)
    return deal(n, chance, invented(NUISANCES, chance, roster), roster, public=public)


@pytest.mark.parametrize("n", [0, 1, 4, 60, 2_000])
def test_as_many_calls_as_were_asked_for_all_over_the_night(n):
    spells = dealt(n)
    assert sum(len(spell.calls) for spell in spells) == n
    assert [spell.at for spell in spells] == sorted(spell.at for spell in spells)
    assert all(0 <= spell.at <= NIGHT for spell in spells)


def test_every_kind_takes_part_and_one_number_calls_most():
    spells = dealt(2_000)
    by_kind = Counter[NuisanceKind]()
    callers = Counter[str]()
    for spell in spells:
        by_kind[spell.kind] += len(spell.calls)
        callers.update(placed.from_ for placed in spell.calls)
    assert set(by_kind) == set(NuisanceKind)
    ((_one, most), (_other, second)) = [
        each for each in callers.most_common() if each[0] not in ROSTER
    ][:2]
    assert most == by_kind[NuisanceKind.INSISTS] == 400
    assert second < 60
    assert len(callers) > 400


def test_only_forgers_use_numbers_of_the_roster_and_their_network_says_so():
    for spell in dealt(2_000):
        for placed in spell.calls:
            caller = read_caller(placed.from_, placed.attestation)
            forged = spell.kind is NuisanceKind.FORGES
            assert (placed.from_ in ROSTER) == forged
            assert (caller.attestation is Attestation.FAILED) == forged
            assert caller.withheld == (spell.kind is NuisanceKind.WITHHELD)


def test_without_a_roster_or_a_public_line_there_is_none_to_abuse():
    spells = dealt(500, [], public=False)
    assert sum(len(spell.calls) for spell in spells) == 500
    assert NuisanceKind.FORGES not in {spell.kind for spell in spells}
    assert not any(placed.public for spell in spells for placed in spell.calls)


# At work

ASK = (
    '<Gather numDigits="5" timeout="1" actionOnEmptyResult="true" action="/voice/{to}">'
    "<Say>For results, 2 pound.</Say></Gather>"
)


@pytest.fixture
def play(
    webhook: Webhook,
    make_exchange: Callable[..., Exchange],
) -> Iterator[Callable[..., NuisanceReport]]:
    """Plays one spell of two calls to its end."""
    report = NuisanceReport()
    exchange = make_exchange(pace=PACE)
    mischief = Mischief(
        SimulatedLine(exchange, LINE), SimulatedLine(exchange, PUBLIC), ["10018"], report, most=4
    )

    def play(kind: NuisanceKind, *calls: Placed) -> NuisanceReport:
        placed = calls or (Placed(STRANGER, "TN-Validation-Passed-A"),)
        mischief.begin(Spell(kind, 0.0, placed, seed=3))
        mischief.join()
        return report

    yield play
    mischief.stop()


def ends_after(turns: int) -> Callable[[Received], str]:
    """Asks again and again, and then says goodbye."""
    asked = Counter[str]()

    def answer(received: Received) -> str:
        asked[received.form["CallSid"]] += 1
        over = asked[received.form["CallSid"]] >= turns
        return "<Say>Goodbye.</Say>" if over else ASK.format(to="turn")

    return answer


@pytest.mark.parametrize("kind", list(NuisanceKind))
def test_every_kind_ends_and_is_counted(webhook, play, kind):
    webhook.script |= {"/voice/answer": ASK.format(to="turn"), "/voice/turn": ends_after(1)}
    report = play(kind)
    tally = report.by_kind[kind]
    assert (tally.calls, tally.answered, tally.turned_away, tally.persons) == (1, 1, 0, 0)
    assert tally.longest > 0.5
    assert not report.trouble
    assert report.failures(most_seconds=60) == []


def test_a_silent_call_is_on_the_line_in_real_time(webhook, play):
    webhook.script |= {"/voice/answer": ASK.format(to="turn"), "/voice/turn": "<Hangup/>"}
    began = time.monotonic()
    report = play(NuisanceKind.SILENT)
    assert time.monotonic() - began >= (4 / 2.5 + 1) / PACE
    assert 4 / 2.5 + 1.75 <= report.by_kind[NuisanceKind.SILENT].longest < 8


def test_who_is_turned_away_is_counted_as_such(webhook, play):
    webhook.script["/voice/answer"] = '<Reject reason="busy"/>'
    tally = play(NuisanceKind.GUESSES).by_kind[NuisanceKind.GUESSES]
    assert (tally.calls, tally.answered, tally.turned_away, tally.longest) == (1, 0, 1, 0)


def test_who_hangs_up_first_was_neither_answered_nor_turned_away(webhook, play):
    webhook.script["/voice/answer"] = ASK.format(to="turn")
    tally = play(NuisanceKind.HANGS_UP, Placed(STRANGER, "", gone=True)).by_kind[
        NuisanceKind.HANGS_UP
    ]
    assert (tally.calls, tally.answered, tally.turned_away) == (1, 0, 0)


def test_results_are_wanted_on_both_lines(webhook, play):
    webhook.script |= {"/voice/answer": ASK.format(to="turn"), "/voice/turn": "<Hangup/>"}
    play(NuisanceKind.RESULTS, Placed(STRANGER, ""), Placed(STRANGER, "", public=True))
    assert [form["To"] for form in webhook.forms("/voice/answer")] == [LINE, PUBLIC]
    assert "2#" in webhook.forms("/voice/turn")[0]["Digits"] + "#"


def test_whoever_gets_to_a_person_or_holds_the_line_fails_the_night(webhook, play):
    webhook.script["/voice/answer"] = "<Dial timeLimit='1'>+15155550190</Dial>"
    report = play(NuisanceKind.SILENT)
    assert report.by_kind[NuisanceKind.SILENT].persons == 1
    assert report.failures(most_seconds=60) == ["silent calls: 1 calls reached a person"]
    assert "held the line" in report.failures(most_seconds=0.5)[1]


def test_breaking_off_has_everybody_hang_up(webhook, make_exchange):
    webhook.script["/voice/answer"] = '<Gather timeout="600" action="/voice/turn"/>'
    exchange = make_exchange()
    line = SimulatedLine(exchange, LINE)
    mischief = Mischief(line, line, ["10018"], NuisanceReport(), most=4)
    for seed in range(4):
        mischief.begin(Spell(NuisanceKind.SILENT, 0.0, (Placed(STRANGER, ""),) * 3, seed))
    while len(webhook.forms("/voice/answer")) < 4:
        time.sleep(0.02)
    stopping = threading.Thread(target=mischief.stop)
    stopping.start()
    stopping.join(10)
    assert not stopping.is_alive()
    assert len(webhook.forms("/voice/answer")) == 4
