"""Attacks on the PINs and on the room for strangers, and the honest chairs who call meanwhile.

    python -m tests.bench.attacks [--minutes 60] [--only NAME ...]

Each attack lasts a simulated hour against the real application (see simulated_line.py). Whoever
knows the rules attacks best, so these attackers do, and never call when they would be penalised.
`person` takes 20 s a PIN, `machine` 3 s. The chance is that of the best possible guesser, who tries
no PIN twice: 1 - prod(1 - guesses at the unit / possible PINs). For the night, five hours, the same
goes on every hour; units that are locked stay so. Honest chairs call all the while, one every 6 s:
half from their own phone with attestation A, a quarter from it without, the others from borrowed
and from withheld numbers; some of them for the very units that are guessed at. The benchmark fails
if a chair's own phone is not served at once, or if strangers get more guesses than they may.
"""

from __future__ import annotations

import argparse
import logging
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from config.settings import Settings
from hotline.guard.guessing import HOUR
from hotline.guard.pins import POSSIBLE_PINS
from hotline.operations.context import AppContext, connect_redis
from hotline.store import database
from hotline.store.schema import migration
from hotline.supervisor import demonstration
from tests.bench.attacks.attackers import MACHINE, PERSON
from tests.bench.attacks.cases import (
    ATTACKS,
    KINDS,
    NIGHT_HOURS,
    SPOOFED_LINES,
    Attack,
    Result,
    faults,
    simulate,
)
from tests.bench.attacks.honest_chairs import Outcomes
from tests.bench.night import iowa
from tests.conftest import Clock
from tests.servers import RedisServer


@contextmanager
def empty_night(folder: Path) -> Iterator[tuple[AppContext, Clock]]:
    """Parts on a clock of their own, with a database and a Redis in which there is nothing."""
    settings = Settings(
        var=folder,
        pin_pepper="a pepper of the benchmark",
        secret_key="s",
        public_url="https://line.example.org",
        auth_token="an-invented-token",
        account_sid="AC0",
        person_number="+15155550199",
    )
    clock = Clock()
    engine = database.connect(settings.database)
    migration.upgrade(engine)
    with RedisServer() as redis, connect_redis(redis.url) as client:
        yield AppContext(settings, engine, client, clock), clock
    engine.dispose()


HEAD = (
    f"{'attack':31}{'tried':>8}{'answered':>9}{'PINs':>7}{'looked at':>10}{'in alarm':>9}"
    f"{'a unit':>7}{'persons':>8}{'locked':>7}{'alarm s':>8}{'hour':>9}{'night':>9}  warned of"
)


def row(attack: Attack, result: Result) -> str:
    tally = result.tally
    warned = ", ".join(f"{what} x{n}" for what, n in result.warned.most_common(3)) or "-"
    return (
        f"{attack.title:31}{tally.tried:8,}{tally.answered:9,}{tally.keyed:7,}"
        f"{tally.looked_at.total():10,}{tally.during_alarm:9,}"
        f"{max(tally.looked_at.values(), default=0):7,}{tally.persons:8,}{result.locked:7,}"
        f"{result.alarm_seconds:8,.0f}{result.hour:9.4%}{result.night:9.4%}  {warned}"
    )


def chairs_row(title: str, chairs: Outcomes) -> str:
    cells = (
        f"{chairs.served[kind]:6}/{chairs.called[kind] - chairs.under_way[kind]:<4}"
        f"{chairs.at_once[kind]:5}{chairs.by_code[kind]:5}{chairs.person[kind]:5}"
        f"{chairs.busy[kind]:5}{chairs.other[kind]:4} "
        for kind in dict.fromkeys(KINDS)
    )
    return f"{title:31}" + "".join(cells)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--only", nargs="+", choices=ATTACKS, default=list(ATTACKS))
    given = parser.parse_args()
    logging.disable(logging.WARNING)
    election, reports = iowa()
    entries = demonstration.roster(election, demonstration.unit_to_try(election, reports))
    rows, chairs, wrong = [], [], []
    for name in given.only:
        attack = ATTACKS[name]
        began = time.perf_counter()
        with tempfile.TemporaryDirectory() as folder, empty_night(Path(folder)) as (parts, clock):
            result = simulate(attack, parts, clock, election, entries, given.minutes)
            wrong += [f"{attack.title}: {fault}" for fault in faults(attack, result, parts)]
        rows.append(row(attack, result))
        chairs.append(chairs_row(attack.title, result.chairs))
        print(f"{attack.title}: {time.perf_counter() - began:.0f} s", flush=True)
    print(f"\n{given.minutes:g} simulated minutes each\n{HEAD}", *rows, sep="\n")
    print(f"\n{'honest chairs':31}" + "".join(f"{kind:36}" for kind in dict.fromkeys(KINDS)))
    print(f"{'':31}" + "served/called once code pers busy oth " * 4, *chairs, sep="\n")
    print(f"\n{bound_on_spoofing()}")
    if wrong:
        raise SystemExit("\n".join(wrong))


def bound_on_spoofing() -> str:
    """What caller ID, which cannot be proved, leaves open at most."""
    lines = []
    for name, pace in (("a person", PERSON), ("a machine", MACHINE)):
        guesses = SPOOFED_LINES * HOUR / pace.attempt
        lines.append(
            f"own phone spoofed, {SPOOFED_LINES} lines that never pause, {name} "
            f"({pace.attempt:g} s a PIN): {guesses:,.0f} guesses an hour, "
            f"{min(1, guesses / POSSIBLE_PINS):.2%} an hour, "
            f"{min(1, NIGHT_HOURS * guesses / POSSIBLE_PINS):.2%} a night"
        )
    return "\n".join(lines)


if __name__ == "__main__":
    main()
