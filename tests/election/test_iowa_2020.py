"""The real night: its totals to the last digit, every number of docs/findings.md and outlook.md."""

import re
from collections import Counter
from math import ceil
from pathlib import Path

import pytest

from hotline.election import tally
from hotline.election.checks import Check, examine_all, holds
from hotline.election.folder.folder import UnitReturns, read_folder, read_results
from hotline.election.model import Election, UnitKind
from hotline.election.publication.outlook import (
    DoubtedUnit,
    Outlook,
    OutlookState,
    outlook,
    outlook_by,
)
from hotline.election.review.evidence import view_of
from hotline.election.review.recall import RecallMeasure, corrections_of, recall_of
from hotline.election.review.survey import (
    admissible_precincts,
    cases_over,
    fates_of,
    reports_by_check,
)
from hotline.election.rules.caucus import apportion, delegates_due
from hotline.election.rules.caucus_figures import CaucusFigures
from hotline.election.rules.evidence import FindingCase
from hotline.election.sums import four_places

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "config/elections/iowa-2020"
Night = tuple[UnitReturns, ...]


@pytest.fixture(scope="module")
def iowa() -> Election:
    return read_folder(FOLDER)


@pytest.fixture(scope="module")
def night(iowa: Election) -> Night:
    return read_results(FOLDER, iowa)


def figures(report: UnitReturns) -> CaucusFigures:
    found = report.figures["president"]
    assert isinstance(found, CaucusFigures)
    return found


# rules.md: first alignment, final alignment, and SDE of the five who had most, by units counted.
REPLAY = {
    1_624: (
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
    1_711: (
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
    1_765: (
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


@pytest.mark.parametrize("units", REPLAY)
def test_the_replay_reaches_the_known_totals(iowa: Election, night: Night, units: int) -> None:
    people_first, people_final, expected = REPLAY[units]
    counted = ((iowa.units[report.code], report.figures) for report in night[:units])
    totals = tally.summarise(iowa, tally.recount(iowa, counted))["president"]
    first, final, sde = totals["first"], totals["final"], totals["sde"]
    assert isinstance(first, dict)
    assert isinstance(final, dict)
    assert isinstance(sde, dict)
    assert sum(map(int, first.values())) == people_first
    assert sum(map(int, final.values())) == people_final
    assert {c: (first[c], final[c], sde[c]) for c in expected} == expected
    assert all(len(column) == 14 for column in (first, final, sde))


def test_the_releases_are_in_order(night: Night) -> None:
    assert Counter(report.release for report in night) == {"92": 1_624, "97": 87, "100": 54}
    assert [night[0].release, night[1_624].release, night[1_711].release] == ["92", "97", "100"]
    for release in ("92", "97", "100"):
        codes = [report.code for report in night if report.release == release]
        assert codes == sorted(codes)


def test_the_race_is_settled_by_the_last_report_alone(iowa: Election, night: Night) -> None:
    (contest,) = iowa.contests
    for missing in (141, 54, 1, 0):
        found = outlook_at(iowa, night, missing)
        assert found.leader == "buttigieg"
        # The leaders ended 1.43 apart, and the last site to report moved a pool of 6.
        assert found.settled is (missing == 0)
    doubted = [
        DoubtedUnit(unit, tally.contribution(iowa, unit, report.figures))
        for report in night[:30]
        for unit in [iowa.units[report.code]]
    ]
    sums = tally.recount(iowa, ((iowa.units[r.code], r.figures) for r in night))
    assert outlook(iowa, contest, sums, (), doubted).state is OutlookState.TOO_CLOSE


def test_at_97_percent_nobody_could_say_who_had_won(iowa: Election, night: Night) -> None:
    """1,711 of 1,765: what the newspapers printed was a percentage."""
    found = outlook_at(iowa, night, missing=54)
    sanders, warren, *others = found.challengers

    assert found.state is OutlookState.NOT_SETTLED
    assert four_places(found.margin) == "3.3432"
    assert (sanders.id, four_places(sanders.behind)) == ("sanders", "3.3432")
    assert sanders.could_lead
    assert not warren.could_lead
    assert not any(one.could_lead for one in others)


def outlook_at(iowa: Election, night: Night, missing: int, measure: str = "sde") -> Outlook:
    """Without the last reports, nothing held or contested."""
    counted = night[: len(night) - missing]
    sums = tally.recount(iowa, ((iowa.units[r.code], r.figures) for r in counted))
    out = [iowa.units[report.code] for report in night[len(counted) :]]
    return outlook_by(iowa, iowa.contests[0], measure, sums, out, ())


# --- docs/outlook.md

MEASURES = {"sde": "state delegates", "first": "first alignment", "final": "final alignment"}
NAMED = 3


def test_the_outlooks_page_has_the_three_releases(iowa: Election, night: Night) -> None:
    page = (ROOT / "docs/outlook.md").read_text(encoding="utf-8")
    expected = [outlook_line(iowa, night, units, by) for units in REPLAY for by in MEASURES]
    assert [line for line in page.splitlines() if re.match(r"\| \d", line)] == expected


def test_the_outlooks_page_says_how_wide_the_bound_was(iowa: Election, night: Night) -> None:
    page = (ROOT / "docs/outlook.md").read_text(encoding="utf-8")
    came = sum(sum(figures(report).first.values()) for report in night[1_711:])
    bound = outlook_at(iowa, night, 54, "first").challengers[0].most_gain
    assert f"the last\n54 precincts came to {came:,} people" in page
    assert f"the bound had {int(bound or 0):,}." in page


def outlook_line(iowa: Election, night: Night, units: int, measure: str) -> str:
    names = {candidate.id: candidate.surname for candidate in iowa.contests[0].candidates}
    found = outlook_at(iowa, night, len(night) - units, measure)
    margin = four_places(found.margin) if measure == "sde" else f"{int(found.margin):,}"
    could = [one for one in found.challengers if one.could_lead]
    who = [f"{names[one.id]} {ceil((one.needs or 0) * 1000) / 10:.1f} %" for one in could[:NAMED]]
    if others := len(could) - NAMED if len(could) > NAMED else 0:
        who.append(f"and {others} other{'s' if others > 1 else ''}")
    return (
        f"| {units:,} | {MEASURES[measure]} | {names[found.leader or '']} | {margin} "
        f"| {found.state} | {', '.join(who) or 'nobody'} |"
    )


# --- docs/findings.md

PAGE = (ROOT / "docs/findings.md").read_text(encoding="utf-8")


def test_the_page_has_the_checks_counts(iowa: Election, night: Night) -> None:
    found = reports_by_check(cases_over(iowa, night))
    on_page = {name: int(n) for name, n in re.findall(r"^\| ([A-Z_]+) \| (\d+) \|", PAGE, re.M)}
    of_a_caucus = set(Check) - {
        Check.UNKNOWN_UNIT,
        Check.OUT_OF_RANGE,
        Check.TIE,
        Check.ALREADY_REPORTED,
        Check.BALLOTS_DIFFER,
        Check.BALLOTS_DO_NOT_ADD_UP,
    }
    assert on_page == {check.value: found[check] for check in of_a_caucus}


def test_the_page_has_the_awards(iowa: Election, night: Night) -> None:
    assert admissible_precincts(iowa, night) == (1_546, 1_678)
    assert "**1,546 reported an award that the rules admit: 92.1 %**" in PAGE
    wrong: Counter[str] = Counter()
    ties = 0
    for report in night:
        unit, filed = iowa.units[report.code], figures(report)
        if unit.kind is UnitKind.SATELLITE:
            continue
        due = delegates_due(unit, filed.voters)
        ids = [candidate.id for candidate in iowa.contests[0].candidates]
        sizes = [filed.final.get(candidate, 0) for candidate in ids]
        award = apportion(due, filed.voters, sizes, is_capped=True)
        if award is None:
            wrong["no award"] += 1
            continue
        ties += award.drawn > 0
        if not award.admits([filed.delegates.get(c, 0) for c in ids]):
            wrong["sum" if sum(filed.delegates.values()) != due else "way"] += 1
    assert wrong == {"sum": 42, "way": 86, "no award": 4}
    assert ties == 143
    assert re.findall(r"^\| the[y ].*\| (\d+) \|$", PAGE, re.M) == ["42", "86", "4"]
    assert "143 precincts had a tie" in PAGE


def test_the_page_says_what_would_have_become_of_them(iowa: Election, night: Night) -> None:
    fates = fates_of(iowa, night)
    assert (fates.held, fates.contested, fates.undisturbed) == (214, 12, 1_439)
    assert (fates.reports - fates.undisturbed, fates.findings_spoken) == (326, 375)
    for words in ("214 reports", "12 more", "1,439 chairs (81.5 %)", "326 of 375"):
        assert words in PAGE


def test_what_the_checks_find_of_what_the_party_corrected(iowa: Election, night: Night) -> None:
    corrections = corrections_of(iowa, night, FOLDER / "recount.csv")
    recall = recall_of(cases_over(iowa, night), len(night), corrections)

    assert len(corrections) == 92
    assert recall.before == RecallMeasure(found=72, spoken=70, attended=84, interrupted=323)
    assert recall.now == RecallMeasure(found=81, spoken=71, attended=89, interrupted=326)
    for page in (PAGE, (ROOT / "README.md").read_text(encoding="utf-8")[:4_000]):
        told = " ".join(page.split())
        assert "72 of the 92" in told
        assert "70 on the phone" in told
        assert "323 of 1,765 chairs" in told
    assert "84 with the attendance" in " ".join(PAGE.split())
    assert "81 of the 92, 71 on the phone and 89 with the attendance, with 326" in " ".join(
        PAGE.split()
    )


@pytest.mark.parametrize(
    ("code", "spoken", "silent"),
    [
        ("10527", {Check.VIABLE_WITHOUT_DELEGATE}, set()),
        ("11366", {Check.ORDER_INVERTED}, {Check.AWARD_NOT_ADMISSIBLE}),
        ("03633", {Check.FINAL_EXCEEDS_FIRST, Check.AWARD_NOT_ADMISSIBLE}, {Check.NONVIABLE_KEPT}),
        ("15335", {Check.COLUMN_SHIFT, Check.RARE_CANDIDATE_HIGH}, set()),
        ("00450", {Check.MANY_LEFT}, set()),
        ("08875", set(), set()),
        ("01607", set(), set()),
        ("14216", set(), {Check.NONVIABLE_KEPT}),
    ],
)
def test_the_examples_of_the_page(
    iowa: Election, night: Night, code: str, spoken: set[Check], silent: set[Check]
) -> None:
    assert f"({code})" in PAGE
    filed = next(figures(report) for report in night if report.code == code)
    found = examine_all(iowa, iowa.contests[0], iowa.units[code], filed)
    assert {f.check for f in found if f.is_spoken} == spoken
    assert {f.check for f in found if not f.is_spoken} == silent


def rows_of(title: str) -> list[str]:
    """The rows of the table that follows a title of the page, without its head."""
    _, _, after = PAGE.partition(f"**{title}**")
    table = re.search(r"(?:^\|.*\n)+", after, re.M)
    assert table
    return table[0].splitlines()[2:]


def listed(iowa: Election, night: Night, check: Check) -> list[FindingCase]:
    """The oddest first."""
    found = [case for case in cases_over(iowa, night) if case.finding.check is check]
    return sorted(found, key=lambda case: view_of(check).cells(case)[-1], reverse=True)


def named(iowa: Election, code: str | int) -> str:
    unit = iowa.units[str(code)]
    return f"{unit.county}, {unit.name} ({unit.code})"


def row(*cells: object) -> str:
    return f"| {' | '.join(map(str, cells))} |"


def test_the_lists_of_the_page(iowa: Election, night: Night) -> None:
    twins, shifts, crowded = (
        [
            (named(iowa, one.unit.code), one.finding.details, view_of(check).cells(one))
            for one in listed(iowa, night, check)
        ]
        for check in (Check.TWIN, Check.COLUMN_SHIFT, Check.TURNOUT_OUTLIER)
    )
    pairs = [row(one, named(iowa, of["unit"]), cells[-1]) for one, of, cells in twins]
    assert len(pairs) == 6
    assert rows_of("Twins") == pairs[::2]
    assert rows_of("Slipped lines") == [
        row(one, cells[0], of["first"], of["final"]) for one, of, cells in shifts
    ]
    assert rows_of("Turnout") == [row(one, *cells) for one, _, cells in crowded]
    assert f"than the folder expects, {iowa.policy.attendance_per_delegate_max}." in PAGE


def test_the_reports_that_count_though_a_tenth_left(iowa: Election, night: Night) -> None:
    cases = cases_over(iowa, night)
    held = {case.unit.code for case in cases if holds([case.finding])}
    left = {case.unit.code for case in cases if case.finding.check is Check.MANY_LEFT}
    assert f"{len(left - held)} of the reports that lost a tenth of the room count" in PAGE


def test_the_reports_that_cannot_be_keyed(night: Night) -> None:
    impossible = {
        report.code
        for report in night
        if any(group > figures(report).attendance for group in figures(report).final.values())
    }
    assert impossible == {"00534", "12023", "12567", "15759"}
    assert all(f"({code})" in PAGE for code in impossible)
