"""A recanvass of Iowa 2020: slips planted in what 1,711 units reported, and the right papers.

    python -m tests.bench.recanvass [--slips 50] [--seed 2020]

The reports of the party's releases 92 and 97 are filed in a test ledger of a SQLite database, fifty
of them with one slip each (counts a line off, candidates swapped, a digit lost, one alignment in
both places …). The papers say what the party published. Prints what was planted and found of each
kind, what was found where nothing is wrong, whether the effect on the totals and the totals after
filing are exact, and how long each step takes; beside them, how long it takes to count the whole
ledger anew.
"""

from __future__ import annotations

import argparse
import logging
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pydantic import SecretStr

from config.settings import Settings
from hotline.election.folder import folder
from hotline.election.recanvass.totals_change import TotalsChange
from hotline.election.rules.mistakes import ErrorKind
from hotline.operations.context import AppContext, connect_redis
from hotline.operations.publication.recount import recount
from hotline.operations.recanvass.words import amount, lead_in_words, signed
from hotline.operations.reports.load_election import load_election
from hotline.store import database
from hotline.store.database import reading
from hotline.store.schema import migration
from tests.conftest import IOWA
from tests.operations.recanvassing import Trial, hold_trial
from tests.servers import RedisServer

RELEASES = ("92", "97")
SHOWN = 5  # candidates


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--slips", type=int, default=50)
    parser.add_argument("--seed", type=int, default=2020)
    options = parser.parse_args()
    logging.disable(logging.WARNING)
    election = folder.read_folder(IOWA)
    reported = folder.read_results(IOWA, election)
    right = {one.code: one.figures for one in reported if one.release in RELEASES}
    with tempfile.TemporaryDirectory() as place, system(Path(place)) as parts:
        load_election(parts, election, "bench")
        trial = hold_trial(parts, election, right, options.slips, options.seed, Path(place))
        began = time.perf_counter()
        with reading(parts.engine) as connection:
            recount(connection, election, parts.election().ledger_id)
        baseline = time.perf_counter() - began
        show(trial, len(right), baseline)
        [change] = trial.comparison.found
        show_totals(parts, change)


@contextmanager
def system(place: Path) -> Iterator[AppContext]:
    """A database and a Redis of their own."""
    with RedisServer() as server:
        engine = database.connect(f"sqlite:///{place / 'hotline.db'}")
        migration.upgrade(engine)
        settings = Settings(var=place, pin_pepper=SecretStr("bench"), carrier="sandbox")
        yield AppContext(settings, engine, connect_redis(server.url))
        engine.dispose()


def show(trial: Trial, units: int, baseline: float) -> None:
    print(f"{units:,} units, {trial.planted.total()} slips planted\n")
    print(f"{'planted':22}{'units':>7}{'found':>7}{'as such':>9}   otherwise seen as")
    for kind in ErrorKind:
        if not trial.planted[kind]:
            continue
        others = [f"{n} {seen}" for (was, seen), n in trial.seen_as.items() if was is kind]
        counts = f"{trial.planted[kind]:7}{trial.found[kind]:7}{trial.as_such[kind]:9}"
        print(f"{kind:22}{counts}   {', '.join(others)}".rstrip())
    sums = (trial.planted.total(), trial.found.total(), trial.as_such.total())
    print(f"{'all':22}{sums[0]:7}{sums[1]:7}{sums[2]:9}")
    print(f"\nfound where nothing is wrong: {len(trial.false)}")
    print(f"filed as new versions: {trial.filed}")
    for said, is_so in (
        ("the effect that was foretold is exact", trial.effect_is_exact),
        ("the totals after filing are those of the papers", trial.ends_exact),
        ("a recount of the ledger finds nothing otherwise", trial.accounted),
    ):
        print(f"{said}: {'yes' if is_so else 'NO'}")
    print(f"\n{'recount of the whole ledger':28}{baseline:8.3f} s")
    for step, seconds in trial.seconds.items():
        print(f"{step:28}{seconds:8.3f} s  ({seconds / baseline:.1f} x)")


def show_totals(parts: AppContext, change: TotalsChange) -> None:
    [contest] = parts.election().election.contests
    for lead, when in ((change.before, "before"), (change.after, "after")):
        print(f"\n{when}: {lead_in_words(contest, change.measure, lead)}", end="")
    print()
    for measure in ("first", "final", change.measure):
        numbers = [one for one in change.numbers if one.measure == measure]
        for one in sorted(numbers, key=lambda one: -one.after)[:SHOWN]:
            values = (amount(one.before, measure), amount(one.after, measure))
            moves = signed(one.by, measure)
            print(f"{measure:10}{one.line:14}{values[0]:>12}{values[1]:>12}{moves:>12}")


if __name__ == "__main__":
    main()
