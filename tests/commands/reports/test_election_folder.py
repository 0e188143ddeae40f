"""A party's own lists become a folder that can be checked and loaded; nothing is written over."""

from __future__ import annotations

import csv
import json
import re
import shutil
import tomllib
from pathlib import Path
from types import SimpleNamespace

import pytest
from jsonschema import Draft202012Validator

from hotline.election.folder import description, folder
from hotline.election.folder.codes import is_well_formed
from hotline.election.folder.folder import read_folder
from hotline.election.folder.schema import schema
from tests.commands.command_line import Hotline
from tests.conftest import IOWA
from tests.tables.files import workbook

ROOT = Path(__file__).parents[3]
CASES = ROOT / "tests/tables/cases"
OWN, NAMES = CASES / "precincts-own-ids.csv", CASES / "candidates-plain.csv"


@pytest.fixture
def made(hotline: Hotline, tmp_path: Path) -> Path:
    out = tmp_path / "ames-2028"
    done = hotline(
        "election", "new", out, "--from", OWN, "--candidates", NAMES,
        "--title", "Ames 2028", "--date", "2028-06-06", "--timezone", "America/Chicago",
    )  # fmt: skip
    assert (done.status, done.stdout.splitlines()[0]) == (
        0, f"Made {out}: 3 precincts, 3 candidates.",
    )  # fmt: skip
    return out


def test_own_ids_are_kept_and_codes_assigned(made: Path) -> None:
    election = read_folder(made)
    assert [(unit.id, unit.county, unit.name) for unit in election.units.values()] == [
        ("101", "Ames", "1-1, Senior Center"),
        ("102", "Ames", "AMES 1-2"),
        ("WARD 3-2", "Ames", "Ward 3 Pct 2 (Library)"),
    ]
    assert all(is_well_formed(code) for code in election.units)
    [contest] = election.contests
    assert [one.said for one in contest.candidates] == ["Alvarez", "Baker", "O'Connor"]
    assert [unit.code for unit in election.find_units("WARD 3-2")] == ["00030"]


def test_what_was_left_out_is_named(hotline: Hotline, tmp_path: Path) -> None:
    done = hotline(
        "election", "new", tmp_path / "ames", "--from", OWN, "--candidates", NAMES
    )  # fmt: skip
    assert "line 6: a row of totals is left out: county Total, delegates 11" in done.stderr
    assert "line 5: names no precinct, and is left out: Ames" in done.stderr
    assert "write-ins are counted by the rule" in done.stderr
    assert "date in election.toml: today's stands there now" in done.stdout


def test_nothing_is_written_over(hotline: Hotline, made: Path) -> None:
    before = {path.name: path.read_bytes() for path in made.iterdir()}
    done = hotline("election", "new", made, "--from", OWN)
    assert done.status == 1
    assert "is there already" in done.stderr
    assert {path.name: path.read_bytes() for path in made.iterdir()} == before


def test_a_workbook_with_offices_for_a_caucus(hotline: Hotline, tmp_path: Path) -> None:
    precincts, people, out = tmp_path / "p.xlsx", tmp_path / "c.xlsx", tmp_path / "caucus"
    precincts.write_bytes(workbook([("Where", "Pct", "Delegates"), ("Library", 7, 3)]))
    people.write_bytes(
        workbook([("Office", "Candidate"), ("Mayor", "Ann Ash"), ("Mayor", "Ash, Bo"),
                  ("Town Clerk", "José Núñez")])
    )  # fmt: skip
    done = hotline(
        "election", "new", out, "--from", precincts, "--candidates", people,
        "--rule", "iowa-caucus-2020", "--map", "where=name",
    )  # fmt: skip
    assert done.status == 0, done.stderr
    election = read_folder(out)
    assert [(unit.id, unit.name, unit.delegates) for unit in election.units.values()] == [
        ("7", "Library", 3)
    ]
    assert {one.id: [c.said for c in one.candidates] for one in election.contests} == {
        "mayor": ["Ann Ash", "Bo Ash"],  # who are called alike are said with their whole names
        "town-clerk": ["Núñez"],
    }


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("id,name\n1,North\n1,South\n", "line 3: id “1” is there twice, first on line 2"),
        ("name\nNorth\nNorth\n", "line 3: “North” is there twice, first on line 2"),
        ("id,name\n1,\n", "line 2: name is empty"),
        ("id,name\n1-Jan,North\n", "line 2: id is a date"),
        ("a,b\n1,2\n", "line 1: the header misses column “name”; it has a, b"),
        ("name\n", "has no precincts"),
    ],
)
def test_a_list_that_could_be_two_things_makes_no_folder(
    hotline: Hotline, tmp_path: Path, text: str, said: str
) -> None:
    (tmp_path / "list.csv").write_text(text)
    done = hotline("election", "new", tmp_path / "new", "--from", tmp_path / "list.csv")
    assert done.status == 1
    assert said in done.stderr
    assert not (tmp_path / "new").exists()


def test_check_sums_up_and_activates_nothing(hotline: Hotline, made: Path, var: Path) -> None:
    done = hotline("election", "check", made)
    assert done.status == 0
    assert "3 precincts in 1 areas" in done.stdout
    assert "a voice misreads “AMES 1-2”" in done.stderr
    assert not var.exists()


def test_check_names_every_fault_with_what_would_be_right(hotline: Hotline, made: Path) -> None:
    path = made / "precincts.csv"
    path.write_text(path.read_text().replace("00024", "00025").replace("00030", "30"))
    done = hotline("election", "check", made)
    assert done.status == 1
    assert (
        "precincts.csv, line 3: code has a wrong check digit: 00025; 00024 is right" in done.stderr
    )
    assert "precincts.csv, line 4: code is not 5 digits: “30”" in done.stderr
    document = json.loads(hotline("election", "check", made, "--json").stdout)
    assert not document["ok"]
    assert document["refusals"][0] == {
        "file": "precincts.csv",
        "line": 3,
        "column": "code",
        "value": "00025",
        "reason": "code has a wrong check digit: 00025",
        "remedy": "00024 is right",
    }


def test_the_samples_pass(hotline: Hotline) -> None:
    for sample in sorted(path for path in IOWA.parent.iterdir() if path.is_dir()):
        done = hotline("election", "check", sample, "--json")
        assert (done.status, json.loads(done.stdout)["refusals"]) == (0, []), sample


def test_codes_by_the_partys_own_ids(hotline: Hotline, made: Path, tmp_path: Path) -> None:
    head, first, *_ = hotline("election", "codes", made).stdout.splitlines()
    assert (head, first) == ("id,code,county,name", '101,00011,Ames,"1-1, Senior Center"')
    out = tmp_path / "codes.csv"
    hotline("election", "codes", made, "--out", out)
    with out.open(newline="", encoding="utf-8-sig") as file:
        assert [row["id"] for row in csv.DictReader(file)] == ["101", "102", "WARD 3-2"]


def test_from_a_list_to_a_loaded_roster(hotline: Hotline, made: Path, tmp_path: Path) -> None:
    assert hotline("db", "upgrade").status == 0
    assert hotline("election", "load", made).status == 0
    out = tmp_path / "chairs.csv"
    assert hotline("roster", "template", "--out", out).status == 0
    assert hotline("roster", "template", "--out", out).status == 1  # it is not written over
    text = out.read_text(encoding="utf-8-sig")
    out.write_text(text.replace("AMES 1-2,,", "AMES 1-2,Ann Ash,(515) 555-0142 cell"))
    assert "Would load 1 chairs with 1 phones." in hotline("roster", "load", out, "--check").stdout
    done = hotline("roster", "load", out)
    assert "Loaded 1 chairs with 1 phones." in done.stdout
    assert "00011 has no chair yet" in done.stderr


def test_the_page_has_every_key_and_column() -> None:
    page = (ROOT / "docs/election-folder.md").read_text()
    documented = {name for row in re.findall(r"^\| (`[^|]+) \|", page, re.MULTILINE)
                  for name in re.findall(r"`(\w+)`", row)}  # fmt: skip
    keys = {*description.TOP, *description.LINES, *description.CONTEST, *description.POLICY}
    columns = {*folder.COUNTY_HEADINGS.known, *folder.POOL_HEADINGS.known}
    for sample in IOWA.parent.glob("*/*.csv"):
        if sample.stem in ("precincts", "candidates", "counties", "pools", "tiles", "results"):
            columns |= set(sample.read_text().splitlines()[0].split(","))
    assert keys | columns <= documented


def test_the_schema_is_the_codes_own_and_holds_of_the_samples() -> None:
    kept = json.loads((ROOT / "docs/election-folder.schema.json").read_text())
    assert kept == schema()
    for sample in sorted(IOWA.parent.glob("*/election.toml")):
        document = tomllib.loads(sample.read_text())
        Draft202012Validator(kept).validate(document | {"date": document["date"].isoformat()})
    wrong = {"id": "X", "contests": []}
    assert list(Draft202012Validator(kept).iter_errors(wrong))


def test_a_folder_may_be_a_copy_from_a_spreadsheet(hotline: Hotline, tmp_path: Path) -> None:
    copy = tmp_path / "primary-sample"
    shutil.copytree(IOWA.parent / "primary-sample", copy)
    for path in copy.glob("*.csv"):
        text = path.read_text().replace(",", ";") if path.stem == "results" else path.read_text()
        path.write_bytes(text.replace("\n", "\r\n").encode("utf-8-sig"))
    assert hotline("election", "check", copy).status == 0


def test_loading_says_what_it_reads_otherwise_than_it_is_written(
    hotline: Hotline, made: Path
) -> None:
    precincts = made / "precincts.csv"
    text = precincts.read_text(encoding="utf-8-sig")
    rows = [row.split(",") for row in text.replace('"1-1, Senior Center"', "Señor").splitlines()]
    lines = [";".join(row) for row in rows]
    precincts.write_bytes("\n".join([lines[0], "", *lines[1:], "Total;;;"]).encode("cp1252"))
    assert hotline("db", "upgrade").status == 0

    done = hotline("election", "load", made)

    assert done.status == 0, done.stderr
    assert "precincts.csv: is read as Windows-1252" in done.stderr
    assert "precincts.csv, line 6: a row of totals is left out" in done.stderr
    assert "3 precincts" in done.stdout


def test_on_a_terminal_it_asks_before_it_changes_what_is_being_reported(
    hotline: Hotline, made: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from hotline.commands.reports import election as command
    from hotline.operations.reports.load_election import ElectionInUse

    assert hotline("db", "upgrade").status == 0
    tried: list[bool] = []

    def load(_parts: object, election: object, _by: str, force: bool) -> object:
        tried.append(force)
        if not force:
            raise ElectionInUse("2 precincts are being reported, and precinct 00011 would change")
        return SimpleNamespace(election=election)

    class Terminal:
        def isatty(self) -> bool:
            return True

    monkeypatch.setattr(command, "load_election", load)
    assert "load it with --force" in hotline("election", "load", made).stderr

    system = SimpleNamespace(stdin=Terminal(), stderr=Terminal())
    monkeypatch.setattr(command, "sys", system)
    answers = iter([False, True])

    def confirm(text: str, abort: bool, err: bool) -> None:
        assert "precinct 00011 would change" in text
        if not next(answers):
            raise command.click.Abort

    monkeypatch.setattr(command.click, "confirm", confirm)
    assert hotline("election", "load", made).status == 1
    assert hotline("election", "load", made).status == 0
    assert tried == [False, False, False, True]
