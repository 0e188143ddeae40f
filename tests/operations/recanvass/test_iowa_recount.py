"""The recanvass and recount of 2020, replayed: 92 records taken in over the 1,765 reports."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from hotline.cli import main
from hotline.commands import environment
from hotline.election import tally
from hotline.election.folder import folder
from hotline.operations.context import AppContext
from hotline.operations.recanvass import asking, deciding, records, reporting
from hotline.operations.recanvass.comparing import compare_recanvass
from hotline.operations.recanvass.filing import file_decided
from hotline.operations.recanvass.publishing import publish
from hotline.operations.reports.load_election import load_election
from hotline.paper.ink import PaperSize
from hotline.store.enums import RecanvassKind, RecordDecision, ResultStatus
from tests.conftest import IOWA
from tests.operations.acting import sums
from tests.operations.iowa_night import file_all
from tests.operations.recanvassing import SUE, TED

# rules.md, "After the recanvass and the recount"
AFTER = {
    "buttigieg": (37_572, 43_209, "563.0499"),
    "sanders": (43_581, 45_652, "561.6605"),
    "warren": (32_589, 34_909, "388.5551"),
    "biden": (26_291, 23_605, "340.4947"),
    "klobuchar": (22_454, 21_100, "264.0259"),
}


def declared(file: Path, *more: str) -> str:
    done = CliRunner().invoke(main, ["recanvass", "--declared", str(file), *more])
    assert done.exit_code == 0, done.output
    return done.output


def test_ninety_two_records_make_the_totals_of_the_recount(
    parts: AppContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(environment, "parts", lambda: parts)
    election = folder.read_folder(IOWA)
    load_election(parts, election, "test")
    file_all(parts, election, folder.read_results(IOWA, election), examined=False)

    number = asking.ask(parts, SUE, RecanvassKind.RECOUNT, None, "the party's recount")
    assert records.take_file(parts, SUE, number, IOWA / "recount.csv").new == 92
    comparison = compare_recanvass(parts, number)
    assert len(comparison.differing) == len(comparison.undecided) == 92
    by_columns: dict[frozenset[str], int] = {}
    for columns, many in comparison.by_columns.items():
        kind = frozenset(columns) - {"attendance"}
        by_columns[kind] = by_columns.get(kind, 0) + many
    assert by_columns == {
        frozenset({"first", "final", "delegates"}): 24,
        frozenset({"delegates"}): 23,
        frozenset({"first"}): 14,
        frozenset({"final"}): 12,
        frozenset({"final", "delegates"}): 10,
        frozenset({"first", "final"}): 9,
    }

    wanted = [case.record.id for case in comparison.undecided if case.record]
    deciding.decide(parts, SUE, number, wanted, RecordDecision.FILE, "as the party corrected it")
    deciding.finish(parts, SUE, number)
    assert file_decided(parts, TED, number).filed == 92

    totals = tally.summarise(election, sums(parts))["president"]
    first, final, sde = totals["first"], totals["final"], totals["sde"]
    assert isinstance(first, dict)
    assert isinstance(final, dict)
    assert isinstance(sde, dict)
    assert {c: (first[c], final[c], sde[c]) for c in AFTER} == AFTER
    assert sum(map(int, first.values())) == 176_352
    assert sum(map(int, final.values())) == 172_300

    # What the party printed has one site's pool as it was before it was corrected.
    after_recount = IOWA / "declared-2020-02-27.csv"
    found = json.loads(declared(after_recount, "--json"))
    assert found["declared"] == 42
    assert {one["measure"] for one in found["differences"]} == {"sde"}
    [sanders] = [one for one in found["differences"] if one["choice"] == "sanders"]
    assert (sanders["declared"], sanders["ours"]) == ("562.0214", "561.6605")
    assert sanders["difference"] == "-0.3609"
    [left] = found["left_as_they_were"]
    assert (left["unit"], left["pool"]) == ("16803", "CD1")
    said = declared(after_recount)
    assert "42 totals declared, 9 are not ours." in said
    assert "(16803) was corrected, but the totals declared have its pool as it was" in said

    # Between the two, other units counted otherwise: counts differ as well.
    between = json.loads(declared(IOWA / "declared-2020-02-18.csv", "--json"))
    by = {(one["measure"], one["choice"]): one["difference"] for one in between["differences"]}
    assert by["first", "sanders"] == "-117.0000"
    assert by["final", "buttigieg"] == "-64.0000"

    pdf = reporting.as_pdf(parts, compare_recanvass(parts, number), PaperSize.LETTER)
    assert pdf.startswith(b"%PDF")
    assert publish(parts, TED, number).status is ResultStatus.RECOUNT


def test_a_wrong_file_of_declared_totals_is_refused(
    parts: AppContext, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(environment, "parts", lambda: parts)
    load_election(parts, folder.read_folder(IOWA), "test")
    file = tmp_path / "declared.csv"
    file.write_text(
        "contest,measure,choice,value\nmayor,first,biden,1\npresident,votes,biden,1\n"
        "president,first,ash,1\npresident,first,biden,many\npresident,first,yang,-1\n"
    )
    done = CliRunner().invoke(main, ["recanvass", "--declared", str(file)])
    assert done.exit_code == 1
    for line, reason in (
        (2, "contest is not known: “mayor”"),
        (3, "has no totals in “votes”"),
        (4, "“ash” is not in contest"),
        (5, "value is not a number"),
        (6, "value is not a number from zero up"),
    ):
        assert f"line {line}: " in done.output
        assert reason in done.output
    assert CliRunner().invoke(main, ["recanvass", "--json"]).exit_code == 2
    assert CliRunner().invoke(main, ["recanvass"]).exit_code == 2
