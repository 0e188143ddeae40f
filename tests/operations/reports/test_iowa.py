"""The night of Iowa 2020 through the ledger: filed, tabulated, published, released, exactly."""

from __future__ import annotations

import logging
from itertools import groupby
from statistics import median
from time import perf_counter

import pytest

from hotline.election import checks
from hotline.election.folder import folder
from hotline.operations.actors import rule
from hotline.operations.context import AppContext
from hotline.operations.publication.publish import publish_now
from hotline.operations.reports.filing import file_report
from hotline.operations.reports.load_election import load_election
from hotline.operations.reports.tabulate import tabulate
from hotline.store.publication.publications import Publication
from tests.conftest import IOWA
from tests.operations.acting import differences, filing
from tests.operations.deciding import release
from tests.towns import PRESIDENT

pytestmark = pytest.mark.both_databases

# rules.md: units, first, final, then first / final / SDE by candidate, after each release.
MUST_REACH = {
    "92": (
        1624,
        164_346,
        160_864,
        {
            "buttigieg": (35_352, 40_823, "531.7223"),
            "sanders": (40_048, 42_027, "513.0949"),
            "warren": (30_540, 32_788, "365.6519"),
            "biden": (24_499, 22_073, "318.5892"),
            "klobuchar": (20_891, 19_429, "242.8844"),
        },
    ),
    "97": (
        1711,
        172_510,
        168_685,
        {
            "buttigieg": (36_718, 42_235, "550.3438"),
            "sanders": (42_672, 44_753, "547.0006"),
            "warren": (32_007, 34_312, "381.2973"),
            "biden": (25_699, 23_051, "331.3950"),
            "klobuchar": (21_896, 20_525, "255.2319"),
        },
    ),
    "100": (
        1765,
        176_436,
        172_521,
        {
            "buttigieg": (37_557, 43_195, "564.0174"),
            "sanders": (43_671, 45_826, "562.5858"),
            "warren": (32_533, 34_771, "387.1086"),
            "biden": (26_384, 23_691, "341.2156"),
            "klobuchar": (22_469, 21_181, "264.2196"),
        },
    ),
}


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_the_whole_night_comes_out_to_the_last_digit(
    parts: AppContext, capsys: pytest.CaptureFixture[str]
) -> None:
    logging.getLogger("hotline").setLevel(logging.WARNING)
    election = folder.read_folder(IOWA)
    load_election(parts, election, "test")
    filed, tabulated, published = [], [], []

    for release_name, reports in groupby(folder.read_results(IOWA, election), lambda r: r.release):
        held = []
        for report in reports:
            unit, [contest] = election.units[report.code], election.contests
            found = checks.examine_all(election, contest, unit, report.figures[PRESIDENT])
            began = perf_counter()
            result = file_report(parts, filing(parts, report.code, report.figures, *found))
            filed.append(perf_counter() - began)
            began = perf_counter()
            assert tabulate(parts, result.report_id)
            tabulated.append(perf_counter() - began)
            if result.outcome == "held":
                held.append(result.report_id)
        units = publish_now(parts).document["units"]
        assert units["held"] == len(held) > 0
        for report_id in held:
            release(parts, report_id, rule("test"), "as filed")
        began = perf_counter()
        publication = publish_now(parts)
        published.append(perf_counter() - began)
        assert reached(publication) == MUST_REACH[release_name]

    assert differences(parts) == ()
    with capsys.disabled():
        print(
            f"\n{parts.engine.dialect.name}: median of filing {median(filed) * 1000:.1f} ms, of "
            f"tabulating {median(tabulated) * 1000:.1f} ms (last hundred "
            f"{median(tabulated[-100:]) * 1000:.1f} ms); publishing all {published[-1]:.3f} s"
        )


def reached(publication: object) -> tuple[int, int, int, dict[str, tuple[int, int, str]]]:
    assert isinstance(publication, Publication)
    document = publication.document
    totals = document["contests"][0]["totals"]
    shown = ("buttigieg", "sanders", "warren", "biden", "klobuchar")
    return (
        document["units"]["reported"],
        sum(totals["first"].values()),
        sum(totals["final"].values()),
        {c: (totals["first"][c], totals["final"][c], totals["sde"][c]) for c in shown},
    )
